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
from itertools import islice
from typing import Any, NamedTuple

import pyarrow as pa

from pseudo.io.sandbox.facts import FileFacts
from pseudo.io.sandbox.input_file import InputFile
from pseudo.io.sandbox.plain import number_text, plain_column
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.sandbox.worker import Parsed, check_columns

__all__ = ["parse"]

_LISTING = "SELECT name, sql FROM sqlite_master WHERE type = 'table' ORDER BY rowid"
_ALLOWED = frozenset({sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION})
_FUNCTIONS = frozenset({"typeof", "min", "max", "nullif", "count"})
_KINDS: Mapping[tuple[str | None, str | None], pa.DataType] = {
    ("integer", "integer"): pa.int64(),
    ("integer", "real"): pa.float64(),
    ("real", "real"): pa.float64(),
}
# A result has at most 2,000 columns, and an expression 1,000 parts.
_COLUMNS_AT_ONCE = 200
_LOOKED_AT = 1_000
# Cells of so many rows are still near the processor when they are turned into columns.
_ROWS_AT_ONCE = 2_048


class _Column(NamedTuple):
    """A column: the least and the most of its cells' types by name, None where all are null."""

    name: str
    least: str | None
    most: str | None

    @property
    def kind(self) -> pa.DataType:
        return _KINDS.get((self.least, self.most), pa.string())


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
    columns = _attempted(lambda: list(_found(database, table, names)))
    untaken = {str(at): "binary" for at, one in enumerate(columns) if one.least == "blob"}
    facts = FileFacts(table, {"other_tables": len(tables) - 1}, untaken=untaken)
    read = partial(_batches, database, table, columns, order["rows"])
    schema = pa.schema([(column.name, column.kind) for column in columns])
    return Parsed(schema, _attempted(lambda: _rows(database, table)), read, facts)


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
    if not tables:
        raise Refused("delivery.no_columns")
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


def _rows(database: sqlite3.Connection, table: str) -> int:
    return int(_only(database, f"SELECT count(*) FROM {_quoted(table)}")[0])  # noqa: S608


def _found(database: sqlite3.Connection, table: str, names: Sequence[str]) -> Iterator[_Column]:
    """Find out what all cells of each column are."""
    for start in range(0, len(names), _COLUMNS_AT_ONCE):
        part = names[start : start + _COLUMNS_AT_ONCE]
        guess = [one for one in _guessed(database, table, part) if one.least == one.most]
        right = guess and _is_right(database, table, guess)
        found = {one.name: one for one in guess if right}
        rest = [name for name in part if name not in found]
        if rest:
            found |= {one.name: one for one in _asked(database, table, rest)}
        yield from (found[name] for name in part)


def _guessed(database: sqlite3.Connection, table: str, names: Sequence[str]) -> list[_Column]:
    """Look at the first rows: nearly every column has cells of one type."""
    listed = ", ".join(f"typeof({_quoted(name)})" for name in names)
    sql = f"SELECT {listed} FROM {_quoted(table)} LIMIT {_LOOKED_AT}"  # noqa: S608
    held = [set[str]() for _ in names]
    for row in database.execute(sql):
        for types, one in zip(held, row, strict=True):
            types.add(one)
    kinds = [types - {"null"} for types in held]
    return [
        _Column(name, min(one, default=None), max(one, default=None))
        for name, one in zip(names, kinds, strict=True)
    ]


def _is_right(database: sqlite3.Connection, table: str, columns: Sequence[_Column]) -> bool:
    """Tell whether no cell has another type, which is asked faster than what types there are."""
    same = " AND ".join(
        f"(typeof({_quoted(name)}) = '{least or 'null'}' OR {_quoted(name)} IS NULL)"
        for name, least, _ in columns
    )
    other = f"SELECT EXISTS (SELECT 1 FROM {_quoted(table)} WHERE NOT ({same}))"  # noqa: S608
    return not _only(database, other)[0]


def _asked(database: sqlite3.Connection, table: str, names: Sequence[str]) -> Iterator[_Column]:
    """Ask for the types of all cells; of their names blob is the least, and text the most."""
    held = [f"nullif(typeof({_quoted(name)}), 'null')" for name in names]
    listed = ", ".join(f"{most}({one})" for one in held for most in ("min", "max"))
    found = _only(database, f"SELECT {listed} FROM {_quoted(table)}")  # noqa: S608
    yield from map(_Column, names, found[::2], found[1::2])


def _only(database: sqlite3.Connection, sql: str) -> Sequence[Any]:
    row: Sequence[Any] = database.execute(sql).fetchone()
    return row


def _batches(
    database: sqlite3.Connection,
    table: str,
    columns: Sequence[_Column],
    most: int,
    chosen: Sequence[int],
) -> Iterator[pa.RecordBatch]:
    wanted = [columns[place] for place in chosen]
    listed = ", ".join(_quoted(column.name) for column in wanted)
    rows = _attempted(lambda: database.execute(f"SELECT {listed} FROM {_quoted(table)}"))  # noqa: S608
    count = min(most, _ROWS_AT_ONCE)
    some = iter(lambda: _attempted(lambda: rows.fetchmany(count)), [])
    parts = (_part(found, wanted) for found in some)
    while joined := list(islice(parts, most // count)):
        yield from pa.Table.from_batches(joined).combine_chunks().to_batches()


def _part(rows: Sequence[Sequence[Any]], columns: Sequence[_Column]) -> pa.RecordBatch:
    arrays = [
        _array(column, cells)
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True)
    ]
    return pa.RecordBatch.from_arrays(arrays, [column.name for column in columns])


def _array(column: _Column, cells: Sequence[Any]) -> pa.Array:
    if column.kind != pa.string():
        return pa.array(cells, column.kind)
    if column.least == column.most != "blob":
        return plain_column(column.name, pa.array(cells, pa.string()))
    return pa.array([_text(cell) for cell in cells], pa.string())


def _text(cell: Any) -> str | None:
    """Write a cell as texts in every format are written (design decision 12)."""
    if isinstance(cell, float):
        return number_text(cell)
    return None if cell in (None, "") else str(cell)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'
