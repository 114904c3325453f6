# SPDX-License-Identifier: Apache-2.0
"""Rows as Python values, for databases that take them one by one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pseudo.io.writers.moments import moment_texts

__all__ = ["plain_rows"]

_SLICE_ROWS = 8192


def plain_rows(
    database: str, block: pa.RecordBatch, keys: Sequence[str]
) -> Iterator[list[dict[str, Any]]]:
    """Yield the rows of a block, a few thousand at a time.

    Args:
        database: SQLAlchemy's name of the database.
        block: Rows of the types that writers have; see :mod:`pseudo.io.writers.port`.
        keys: What each column is called in a row.
    """
    for start in range(0, block.num_rows, _SLICE_ROWS):
        rows = block.slice(start, _SLICE_ROWS)
        cells = [_cells(database, column) for column in rows.columns]
        yield [dict(zip(keys, row, strict=True)) for row in zip(*cells, strict=True)]


def _cells(database: str, column: pa.Array) -> list[Any]:
    kind = column.type
    if database == "sqlite":
        if pa.types.is_boolean(kind):
            column = column.cast(pa.int64())
        elif pa.types.is_date(kind):
            column = pc.cast(column, pa.string())
        elif pa.types.is_timestamp(kind):
            column = moment_texts(column)
    return column.to_pylist()
