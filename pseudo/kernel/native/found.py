# SPDX-License-Identifier: Apache-2.0
"""What the compiled searches found, joined with what they left to the reference."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.kernel import Found
from pseudo.kernel.finder import find_in_column

if TYPE_CHECKING:
    from pseudo._native import Lists

__all__ = ["Counts", "integers", "joined", "nothing", "taken"]

Rows = npt.NDArray[np.int64]


class Counts(NamedTuple):
    """Cells that hold anything, six digits together, any digit."""

    cells: int
    digit_cells: int
    any_digit: int


def integers(values: bytearray) -> Rows:
    """View a list of 64-bit integers as an array."""
    return np.frombuffer(values, dtype=np.int64)


def nothing(counts: Counts) -> Found:
    """Say that nothing was found."""
    none = np.empty(0, dtype=np.int64)
    return Found(none, none, np.empty(0, dtype=np.uint8), *counts)


def taken(column: pa.Array, rows: Rows) -> pa.Array:
    """Take rows of a column of any type."""
    if pa.types.is_string_view(column.type):
        column = column.cast(pa.large_string())  # Arrow takes no views.
    return column.take(pa.array(rows))


def joined(
    lists: Lists, counts: Counts, column: pa.Array, deferred: Rows, reference_year: int
) -> Found:
    """Search the deferred rows of a column, and sort all findings by row."""
    rows, ranks = integers(lists[0]), integers(lists[1])
    shapes = np.frombuffer(lists[2], dtype=np.uint8)
    if deferred.size:
        more = find_in_column(taken(column, deferred), reference_year)
        rows = np.concatenate([rows, deferred[more.rows]])
        # A row is either here or there, so the order within each is kept.
        order = np.argsort(rows, kind="stable")
        rows = rows[order]
        ranks = np.concatenate([ranks, more.ranks])[order]
        shapes = np.concatenate([shapes, more.shapes])[order]
    return Found(rows, ranks, shapes, *counts)
