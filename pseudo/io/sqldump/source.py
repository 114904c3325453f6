# SPDX-License-Identifier: Apache-2.0
"""The reader of SQL dumps."""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from dataclasses import replace

import pyarrow as pa

from pseudo.errors import DeliveryError, InternalError
from pseudo.io.names import checked_names
from pseudo.io.source import Facts, ReadOptions
from pseudo.io.sqldump.block import Block
from pseudo.io.sqldump.charset import LOOKED_AT, said_encoding
from pseudo.io.sqldump.choice import Choice
from pseudo.io.sqldump.ddl import arrow_type
from pseudo.io.sqldump.definitions import Definitions
from pseudo.io.sqldump.dialects import dialect_of
from pseudo.io.sqldump.piece import SqlPiece
from pseudo.io.sqldump.rows import RowFinder
from pseudo.io.sqldump.statements import Dump
from pseudo.io.sqldump.window import Window
from pseudo.io.text.head import Head, read_head
from pseudo.io.watch import Watched
from pseudo.kernel import select

__all__ = ["SqlDumpSource"]

_LONGEST_TYPE = 40


class SqlDumpSource:
    """A table of a SQL dump as a stream of pieces; see :class:`pseudo.io.source.Source`.

    Rows are numbered as if there were a header: the first is record 2. Types are those of
    the table's definition where it has one, and else ``string``.

    Args:
        path: The file, or the file already open, which is closed with this.
        file: Its number in the delivery, from 1.
        options: How to read it.

    Attributes:
        file: As given.
        facts: What was found out about it; what was not taken is known at the end.
        schema: The table's columns.
        blank_lines: Always 0: lines mean nothing in SQL.

    Raises:
        DeliveryError: It is not a dump with rows that can be read.
        UsageError: It cannot be opened, or has several tables or not the one asked for.
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
        self.blank_lines = 0
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
        options, kernel = self._options, self._kernel
        said = None if options.encoding else said_encoding(self._watched.peek(LOOKED_AT, 0))
        told = options.encoding or said
        head = read_head(self._watched, told=told, file=self.file, kernel=kernel, sql=True)
        self._encoding_by = "content" if said else head.choice.by
        self._dialect = dialect = dialect_of(head.text)
        size = max(1, options.chunk_bytes)
        window = Window(self._watched, head, size, self.file, kernel)
        choice = Choice(options.table, dialect, self.file)
        definitions = Definitions(dialect, choice)
        self._rows = RowFinder(
            window, dialect, choice, definitions, kernel, options.longest_record
        )
        self._choice = choice
        self._dump = Dump(window, dialect, choice, self._rows, definitions)
        self._blocks = self._dump.blocks()
        # The first rows are found now, for their table's columns are the schema.
        self._first: Block | None = next(self._blocks, None)
        self._set_schema(head)

    def _set_schema(self, head: Head) -> None:
        header = self._rows.header
        if header is None:
            raise DeliveryError("delivery.no_records", file=self.file)
        names = checked_names(
            [column.name for column in header.columns],
            self.file,
            unsafe="delivery.unsafe_column_name",
        )
        self._columns = tuple(
            replace(column, name=name) for column, name in zip(header.columns, names, strict=True)
        )
        self.schema = pa.schema(
            [(column.name, arrow_type(column.kind)) for column in self._columns]
        )
        self.facts = Facts(
            format="sql",
            size=self._watched.size,
            encoding=head.choice.codec,
            encoding_by=self._encoding_by,
            notes=head.choice.notes,
            table=header.table.shown,
        )

    def choose(self, names: Collection[str]) -> None:
        """Ask for these columns only; the others are found, and not read."""
        self.schema = pa.schema([field for field in self.schema if field.name in names])

    def __iter__(self) -> Iterator[SqlPiece]:
        """Stream the records in the file's order; possible once."""
        if self._started:
            raise InternalError("io.read_twice")
        self._started = True
        for column in self._columns:
            if column.kind == "binary" and column.name in self.schema.names:
                raise DeliveryError(
                    "delivery.unsupported_type",
                    file=self.file,
                    column=column.name,
                    type=_shown(column.type),
                )
        return self._pieces()

    def _pieces(self) -> Iterator[SqlPiece]:
        first, self._first = self._first, None
        if first is not None:
            yield self._piece(first)
        for block in self._blocks:
            yield self._piece(block)
        taken = {
            "statements": self._dump.passed,
            "other_tables": self._choice.others,
        }
        not_taken = {name: count for name, count in taken.items() if count}
        self.facts = replace(self.facts, not_taken=not_taken)

    def _piece(self, block: Block) -> SqlPiece:
        return SqlPiece(self.file, block, self._columns, self.schema, self._dialect, self._kernel)

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._watched.close()


def _shown(name: str) -> str:
    return re.sub(r"[^a-z0-9_].*", "", name)[:_LONGEST_TYPE] or "binary"
