# SPDX-License-Identifier: Apache-2.0
"""The reader of text files.

Bytes become UTF-8, and UTF-8 becomes framed records, in pieces that are parsed by whoever
takes them (:mod:`pseudo.io.text.piece`). What is here is the part of the work that must be
done in the file's order.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator

import pyarrow as pa

from pseudo.errors import DeliveryError, InternalError
from pseudo.io.source import Facts, ReadOptions
from pseudo.io.text.dialect import find_dialect
from pseudo.io.text.head import read_head
from pseudo.io.text.header import read_header
from pseudo.io.text.piece import TextPiece
from pseudo.io.text.stream import blocks
from pseudo.io.watch import Watched
from pseudo.kernel import select

__all__ = ["TextSource"]


class TextSource:
    """A delimited text file as a stream of pieces; see :class:`pseudo.io.source.Source`.

    Args:
        path: The file, or the file already open, which is closed with this.
        file: Its number in the delivery, from 1.
        options: How to read it.

    Attributes:
        file: As given.
        facts: What was found out about it.
        schema: The header's names, every type ``string``.
        blank_lines: Lines of no bytes at all that were passed over so far.

    Raises:
        DeliveryError: It is not a text with a header that can be read.
        UsageError: It cannot be opened, or an option makes no sense.
        ResourceError: The system cannot read it.
    """

    file: int
    facts: Facts
    schema: pa.Schema
    blank_lines: int

    def __init__(
        self, path: str | os.PathLike[str] | Watched, file: int, options: ReadOptions | None = None
    ) -> None:
        self.file = file
        self._options = options or ReadOptions()
        self._kernel = select(self._options.kernel)
        self._started = False
        self._watched = path if isinstance(path, Watched) else Watched(path)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        options = self._options
        self._head = head = read_head(
            self._watched, told=options.encoding, file=self.file, kernel=self._kernel
        )
        dialect = find_dialect(head.text, whole=head.whole, told=options.delimiter)
        self._delimiter = dialect.delimiter
        self._header = read_header(head, dialect, file=self.file, longest=options.longest_record)
        self.blank_lines = self._header.blank
        self._columns = pa.schema([(name, pa.string()) for name in self._header.names])
        self.schema = self._columns
        self.facts = Facts(
            format="text",
            size=self._watched.size,
            encoding=head.choice.codec,
            encoding_by=head.choice.by,
            delimiter=dialect.shown,
            notes=head.choice.notes,
        )

    def choose(self, names: Collection[str]) -> None:
        """Ask for these columns only; the others are framed, and not converted."""
        self.schema = pa.schema([field for field in self.schema if field.name in names])

    def __iter__(self) -> Iterator[TextPiece]:
        """Stream the records in the file's order; possible once."""
        if self._started:
            raise InternalError("io.read_twice")
        self._started = True
        return self._pieces()

    def _pieces(self) -> Iterator[TextPiece]:
        size = max(1, self._options.chunk_bytes)
        found = False
        stream = blocks(
            self._watched, self._head, self._header, self._delimiter, size, self._kernel
        )
        for block in stream:
            self.blank_lines += block.framed.blank
            if block.framed.count:
                found = True
                yield TextPiece(
                    self.file, block, self._columns, self.schema, self._delimiter, self._kernel
                )
        if not found:
            raise DeliveryError("delivery.no_records", file=self.file)

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._watched.close()
