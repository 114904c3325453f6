# SPDX-License-Identifier: Apache-2.0
"""Rows into databases that take them one by one, as Python values."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from pseudo.io.writers.moments import moment_texts

if TYPE_CHECKING:
    from sqlalchemy import Connection, Table

__all__ = ["insert_rows"]

_SLICE_ROWS = 8192


def insert_rows(connection: Connection, table: Table, block: pa.RecordBatch) -> None:
    """Insert the rows of a block.

    Args:
        connection: The connection, in its transaction.
        table: Where they go.
        block: Rows of the types that writers have; see :mod:`pseudo.io.writers.port`.
    """
    statement, keys = table.insert(), list(table.columns.keys())
    if connection.dialect.name == "sqlite":
        # Its values need no more made of them, which would take twice the time.
        words = str(statement.compile(dialect=connection.dialect))
        for rows in _rows(_for_sqlite(block)):
            connection.exec_driver_sql(words, rows)
        return
    for rows in _rows(block):
        connection.execute(statement, [dict(zip(keys, row, strict=True)) for row in rows])


def _rows(block: pa.RecordBatch) -> Iterator[list[tuple[Any, ...]]]:
    """Yield the rows of a block, a few thousand at a time."""
    for start in range(0, block.num_rows, _SLICE_ROWS):
        columns = block.slice(start, _SLICE_ROWS).columns
        yield list(zip(*(column.to_pylist() for column in columns), strict=True))


def _for_sqlite(block: pa.RecordBatch) -> pa.RecordBatch:
    """Make texts and numbers of all columns."""
    columns = [_plain(column) for column in block.columns]
    return pa.RecordBatch.from_arrays(columns, names=block.schema.names)


def _plain(column: pa.Array) -> pa.Array:
    if pa.types.is_boolean(column.type):
        return column.cast(pa.int64())
    if pa.types.is_date(column.type):
        return pc.cast(column, pa.string())
    return moment_texts(column) if pa.types.is_timestamp(column.type) else column
