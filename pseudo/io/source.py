# SPDX-License-Identifier: Apache-2.0
"""The port of every reader: a file of a delivery as a stream of pieces of records."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, field, fields
from typing import Literal, NamedTuple, Protocol

import pyarrow as pa

from pseudo.records import Piece, Records

__all__ = [
    "Database",
    "Dialect",
    "Facts",
    "Field",
    "ReadOptions",
    "Source",
    "UserMissing",
    "ValueLabels",
    "records_of",
]

ValueLabels = Literal["codes", "labels"]
UserMissing = Literal["null", "keep"]


class Field(NamedTuple):
    """Where a field stands in a line of fixed width.

    Attributes:
        name: Name of the column.
        first: Its first character, from 1.
        last: Its last character.
    """

    name: str
    first: int
    last: int


@dataclass(frozen=True)
class Dialect:
    """How a file is written, as far as somebody told; None is found out, or the usual.

    Attributes:
        encoding: Of texts: a Python codec name.
        delimiter: Of texts: one character.
        table: Which sheet of a workbook, or which table of a dump or a database, by its
            name or its number from 1; needed where there are several.
        header_rows: First and last row of a workbook's header, from 1.
        fixed_width: Of texts without delimiters and header: the fields of each line.
        value_labels: Of SPSS, Stata and SAS files: whether ``codes`` are read or the
            ``labels`` that stand for them.
        user_missing: Of those: whether a value that its file calls missing is ``null`` or
            is ``keep``-t as a value.
    """

    encoding: str | None = None
    delimiter: str | None = None
    table: str | int | None = None
    header_rows: tuple[int, int] | None = None
    fixed_width: tuple[Field, ...] | None = None
    value_labels: ValueLabels | None = None
    user_missing: UserMissing | None = None

    def told(self) -> dict[str, object]:
        """Give what was told, by its name."""
        names = (one.name for one in fields(Dialect))
        return {name: getattr(self, name) for name in names if getattr(self, name) is not None}

    def over(self, other: Dialect) -> Dialect:
        """Give what was told here, and what the other says where nothing was."""
        return Dialect(**{**other.told(), **self.told()})  # type: ignore[arg-type]


@dataclass(frozen=True, slots=True)
class Database:
    """A database that is read instead of files; its table is named as in :class:`Dialect`.

    Attributes:
        url: Its address, as SQLAlchemy writes them; without a password.
        query: One statement that gives rows, instead of a table.
    """

    url: str
    query: str | None = None


@dataclass(frozen=True)
class ReadOptions(Dialect):
    """How files are to be read; every field has a default that suits most deliveries.

    Attributes:
        chunk_bytes: How much of a text file is framed and parsed at a time; never
            changes what is read.
        chunk_rows: Rows a piece of a columnar file has.
        longest_record: Bytes after which a record is refused instead of buffered.
        kernel: What frames text, by its name in :func:`pseudo.kernel.select`; never changes
            what is read.
        sandbox_memory: Address space in bytes of the child that parses untrusted
            binary files.
        sandbox_cpu: Its processor seconds.
        sandbox_wall: Seconds the parent waits for its next piece.
    """

    chunk_bytes: int = 4 * 1024 * 1024
    chunk_rows: int = 65_536
    longest_record: int = 16 * 1024 * 1024
    kernel: str = "auto"
    sandbox_memory: int = 4 * 1024**3
    sandbox_cpu: int = 3_600
    sandbox_wall: int = 300


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known about a file once it is open; printed, and written in the receipt.

    Attributes:
        format: What it is, in lower case: ``text``, ``parquet``, ``xlsx``, …
        size: Bytes.
        encoding: Codec name for text, else empty.
        encoding_by: ``told``, ``bom`` or ``content``; empty where there is no encoding.
        delimiter: One character for text, else empty.
        notes: Codes of what is odd about it.
        table: The sheet or table that was read, where there can be several.
        not_taken: How much of what is no row of the table was left, by what it is:
            ``hidden_sheets``, ``comments``, ``formulas``, ….
    """

    format: str
    size: int
    encoding: str = ""
    encoding_by: str = ""
    delimiter: str = ""
    notes: tuple[str, ...] = ()
    table: str = ""
    not_taken: Mapping[str, int] = field(default_factory=dict)


class Source(Protocol):
    """One open file of a delivery.

    ``schema`` holds the header's names as they stand, outer blanks removed; for text
    every type is ``string``. Iterating is possible once. Iteration ends only when the
    whole file was read and found unchanged since it was opened.

    Raises (from the constructor or from iteration):
        DeliveryError: The file cannot be read as what it is; the code says why.
        ResourceError: A limit was reached.
    """

    file: int
    facts: Facts
    schema: pa.Schema
    blank_lines: int
    """Lines of no characters passed over so far; 0 where the format has no lines."""

    def choose(self, names: Collection[str]) -> None:
        """Ask for these columns only; what stands in the others need not be read.

        Args:
            names: Names of the schema's columns, at least one. The schema becomes that
                of the chosen ones, in the file's order. Before iterating.
        """

    def __iter__(self) -> Iterator[Piece]:
        """Stream the records in the file's order, to be parsed by whoever takes them."""

    def close(self) -> None:
        """Let go of the file and of any child process. May be called twice."""


def records_of(source: Source) -> Iterator[Records]:
    """Stream the records of a file, each piece parsed when it is asked for."""
    return (piece.parse() for piece in source)
