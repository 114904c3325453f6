# SPDX-License-Identifier: Apache-2.0
"""The reader of text files.

Bytes become UTF-8, UTF-8 becomes framed records, records of the header's width become
rows, and the others become rejects. The parser must give as many rows as were framed,
or the delivery is refused: a row that is lost silently is a person who is lost.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.errors import DeliveryError, InternalError
from pseudo.io.source import Facts, ReadOptions
from pseudo.io.text.dialect import find_dialect
from pseudo.io.text.head import read_head
from pseudo.io.text.header import read_header
from pseudo.io.text.parse import rows
from pseudo.io.text.stream import Block, blocks
from pseudo.io.watch import Watched
from pseudo.records import Records, Reject

__all__ = ["TextSource"]

TOO_FEW = "record.too_few_fields"
TOO_MANY = "record.too_many_fields"


class TextSource:
    """A delimited text file as a stream of records; see :class:`pseudo.io.source.Source`.

    Args:
        path: The file.
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
        self, path: str | os.PathLike[str], file: int, options: ReadOptions | None = None
    ) -> None:
        self.file = file
        self._options = options or ReadOptions()
        self._started = False
        self._watched = Watched(path)
        try:
            self._open()
        except BaseException:
            self.close()
            raise

    def _open(self) -> None:
        options = self._options
        self._head = head = read_head(self._watched, told=options.encoding, file=self.file)
        dialect = find_dialect(head.text, whole=head.whole, told=options.delimiter)
        self._delimiter = dialect.delimiter
        self._header = read_header(head, dialect, file=self.file, longest=options.longest_record)
        self.blank_lines = self._header.blank
        self.schema = pa.schema([(name, pa.string()) for name in self._header.names])
        self.facts = Facts(
            format="text",
            size=self._watched.size,
            encoding=head.choice.codec,
            encoding_by=head.choice.by,
            delimiter=dialect.shown,
            notes=head.choice.notes,
        )

    def __iter__(self) -> Iterator[Records]:
        """Stream the records in the file's order; possible once."""
        if self._started:
            raise InternalError("io.read_twice")
        self._started = True
        return self._records()

    def _records(self) -> Iterator[Records]:
        size = max(1, self._options.chunk_bytes)
        framed = 0
        head, header = self._head, self._header
        for block in blocks(self._watched, head, header, self._delimiter, size):
            self.blank_lines += block.framed.blank
            framed += block.framed.count
            if block.framed.count:
                yield self._parsed(block)
        if not framed:
            raise DeliveryError("delivery.no_records", file=self.file)

    def _parsed(self, block: Block) -> Records:
        framed = block.framed
        fits = framed.fields == len(self.schema)
        numbers = np.arange(framed.count, dtype=np.int64) + block.place.record
        lines = framed.lines + block.place.line
        rejects = [
            Reject(self.file, int(numbers[row]), int(lines[row]), "", code)
            for row, code in self._ragged(block, fits)
        ]
        batch = self._rows(block, fits)
        if batch is None or batch.num_rows != framed.count - len(rejects):
            raise DeliveryError(
                "delivery.framing_mismatch",
                file=self.file,
                record=int(numbers[0]),
                line=int(lines[0]),
            )
        return Records(
            batch=batch,
            file=self.file,
            numbers=numbers[fits],
            lines=lines[fits],
            rejects=rejects,
            framed=framed.count,
            done=block.done,
        )

    def _ragged(self, block: Block, fits: npt.NDArray[np.bool_]) -> Iterator[tuple[int, str]]:
        fields = block.framed.fields
        for row in np.flatnonzero(~fits).tolist():
            yield row, TOO_FEW if fields[row] < len(self.schema) else TOO_MANY

    def _rows(self, block: Block, fits: npt.NDArray[np.bool_]) -> pa.RecordBatch | None:
        if not fits.any():
            return pa.RecordBatch.from_pylist([], schema=self.schema)
        framed = block.framed
        if fits.all() and framed.consumed == len(block.text):
            fitting = block.text
        else:
            fitting = b"".join(_runs(block, fits))
        return rows(fitting, self.schema, self._delimiter, multiline=framed.multiline)

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._watched.close()


def _runs(block: Block, fits: npt.NDArray[np.bool_]) -> Iterator[bytes]:
    """Cut out the records that fit, as few pieces as possible."""
    framed = block.framed
    borders = np.append(framed.starts, framed.consumed)
    changes = np.flatnonzero(np.diff(fits, prepend=False, append=False))
    for first, after in zip(changes[0::2].tolist(), changes[1::2].tolist(), strict=True):
        yield block.text[int(borders[first]) : int(borders[after])]
