# SPDX-License-Identifier: Apache-2.0
"""In the child: a SQLite database file, of which one table is read.

Nothing of its schema is run: views, triggers and virtual tables are left alone, and an
authorizer allows nothing but reading that table. A column is what its cells are: SQLite
lets each cell have a type of its own.
"""

from __future__ import annotations

import sqlite3
import struct
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from pseudo.io.sandbox.facts import FileFacts
from pseudo.io.sandbox.input_file import InputFile
from pseudo.io.sandbox.plain import number_text
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.sandbox.worker import Parsed, check_columns

__all__ = ["parse"]

_LISTING = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
_FUNCTIONS = frozenset({"typeof", "min", "max", "nullif", "count"})
_KINDS = {
    ("integer", "integer"): pa.int64(),
    ("integer", "real"): pa.float64(),
    ("real", "real"): pa.float64(),
}


def parse(file: InputFile, order: Mapping[str, Any]) -> Parsed:
    """Open a database file; see :mod:`pseudo.io.sandbox.registry`.

    Raises:
        Refused: It is none, or damaged, or it is not said which of its tables is meant.
    """
    database = _attempted(lambda: _opened(order["input"]))
    _check_whole(file, database)
    tables = _attempted(lambda: _tables(database))
    table = _chosen(tables, order["arguments"].get("table"))
    names = _attempted(lambda: _columns(database, table))
    check_columns(len(names))
    kinds, rows, untaken = _attempted(lambda: _kinds(database, table, names))
    facts = FileFacts(table, {"other_tables": len(tables) - 1}, untaken=untaken)
    read = partial(_batches, database, table, names, kinds, order["rows"])
    return Parsed(pa.schema(list(zip(names, kinds, strict=True))), rows, read, facts)


def _attempted(work: Any) -> Any:
    try:
        return work()
    except (sqlite3.Error, ValueError, OverflowError):
        pass
    raise Refused("delivery.unreadable", format="SQLite")


def _opened(fd: int) -> sqlite3.Connection:
    # Nobody else writes it, and no file is to be made beside it.
    database = sqlite3.connect(f"file:/proc/self/fd/{fd}?mode=ro&immutable=1", uri=True)
    database.execute("PRAGMA trusted_schema = OFF")
    database.execute("PRAGMA cell_size_check = ON")
    database.execute("PRAGMA temp_store = MEMORY")
    database.set_authorizer(_authorize)
    return database


def _check_whole(file: InputFile, database: sqlite3.Connection) -> None:
    """Refuse what SQLite would read in part: it takes missing pages for empty ones."""
    head = file.read(100)
    size, pages = struct.unpack(">H10xI", head[16:32]) if len(head) == 100 else (0, 0)
    # 65,536 does not fit in its two bytes, and is written as 1.
    size = 65_536 if size == 1 else size
    sound = file.size >= size * pages > 0
    if not sound or _attempted(lambda: database.execute("PRAGMA quick_check(1)").fetchone()) != (
        "ok",
    ):
        raise Refused("delivery.unreadable", format="SQLite")


def _authorize(action: int, first: str | None, second: str | None, *_: str | None) -> int:
    del first
    if action not in _ALLOWED and action != sqlite3.SQLITE_PRAGMA:
        return sqlite3.SQLITE_DENY
    if action == sqlite3.SQLITE_FUNCTION and second not in _FUNCTIONS:
        return sqlite3.SQLITE_DENY
    return sqlite3.SQLITE_OK


def _tables(database: sqlite3.Connection) -> list[str]:
    found = database.execute(_LISTING).fetchall()
    return [
        str(name)
        for name, made_by in found
        if not str(name).startswith("sqlite_")
        and not str(made_by).lstrip().upper().startswith("CREATE VIRTUAL")
    ]


def _chosen(tables: list[str], told: object) -> str:
    """Find the table that is meant."""
    if told is None and len(tables) == 1:
        return tables[0]
    if told is None:
        raise Refused("usage.several_tables", tables=tables)
    if isinstance(told, str) and told in tables:
        return told
    if isinstance(told, int) and 0 < told <= len(tables):
        return tables[told - 1]
    raise Refused("usage.no_such_table", tables=tables)


def _columns(database: sqlite3.Connection, table: str) -> list[str]:
    return [str(row[1]) for row in database.execute(f"PRAGMA table_info({_quoted(table)})")]


def _kinds(
    database: sqlite3.Connection, table: str, names: Sequence[str]
) -> tuple[list[pa.DataType], int, dict[str, str]]:
    """Find out what the cells of each column are, and how many rows there are."""
    held = [f"nullif(typeof({_quoted(name)}), 'null')" for name in names]
    # Of their names blob is the least, and then come integer, real and text.
    counted = [f"{most}({kind})" for kind in held for most in ("min", "max")]
    kinds: list[pa.DataType] = []
    untaken: dict[str, str] = {}
    (rows,) = database.execute(f"SELECT count(*) FROM {_quoted(table)}").fetchone()  # noqa: S608
    # A result has at most 2,000 columns.
    for start in range(0, len(counted), 400):
        part = ", ".join(counted[start : start + 400])
        found = database.execute(f"SELECT {part} FROM {_quoted(table)}").fetchone()  # noqa: S608
        for least, most in zip(found[::2], found[1::2], strict=True):
            if least == "blob":
                untaken[str(len(kinds))] = "binary"
            kinds.append(_KINDS.get((least, most), pa.string()))
    return kinds, int(rows), untaken


def _batches(
    database: sqlite3.Connection,
    table: str,
    names: Sequence[str],
    kinds: Sequence[pa.DataType],
    most: int,
    chosen: Sequence[int],
) -> Iterator[pa.RecordBatch]:
    wanted = pa.schema([(names[place], kinds[place]) for place in chosen])
    listed = ", ".join(_quoted(name) for name in wanted.names)
    rows = _attempted(lambda: database.execute(f"SELECT {listed} FROM {_quoted(table)}"))  # noqa: S608
    while found := _attempted(lambda: rows.fetchmany(most)):
        columns = [
            pa.array(_cells(column, kind), kind)
            for column, kind in zip(zip(*found, strict=True), wanted.types, strict=True)
        ]
        yield pa.RecordBatch.from_arrays(columns, schema=wanted)


def _cells(cells: Sequence[Any], kind: pa.DataType) -> Sequence[Any]:
    return [_text(cell) for cell in cells] if kind == pa.string() else cells


def _text(cell: Any) -> str | None:
    """Write a cell as texts in every format are written (design decision 12)."""
    if isinstance(cell, float):
        return number_text(cell)
    return None if cell in (None, "") else str(cell)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
