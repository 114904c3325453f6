# SPDX-License-Identifier: Apache-2.0
"""Rows divided into ranges of pseudonyms, and each range put in order: pure, in any thread."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa

from pseudo.io.sorting import Keys, sorting
from pseudo.io.writers.spill import Piece, pack

__all__ = ["MOST_THREADS", "PART", "divided", "gathered", "in_order", "joined", "number_of_parts"]

MOST_THREADS = 4
"""Threads that order rows: each holds a part, and more would not be waited for."""

PART = 4
"""What part of the memory one part should take: several are loaded at a time, and each
takes as much again while it is sorted."""

_FEWEST_PARTS, _MOST_PARTS = 64, 256
_LEAST_PIECE = 65_536
_ROWS_OUT = 65_536
_ROWS_DIVIDED = 65_536


def number_of_parts(limit: int, expected: int) -> int:
    """Choose how many parts there are: each fits well in memory, none is tiny.

    Args:
        limit: Bytes of memory.
        expected: Bytes of rows that are likely to come.
    """
    wanted = max(_FEWEST_PARTS, expected * PART // limit)
    # A piece should not be so small that its frame outweighs its rows.
    return min(wanted, _MOST_PARTS, max(2, limit // _LEAST_PIECE))


def joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Make one batch of several, and let go of them: half the memory at the peak."""
    joined = batches[0] if len(batches) == 1 else pa.concat_batches(batches)
    batches.clear()
    return joined


def gathered(batches: list[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
    """Yield the rows of many batches in fewer, and let go of them.

    Not in one: rows are picked from 64 places at a time, which takes half again as long
    where the cache does not hold what they are picked from.
    """
    small: list[pa.RecordBatch] = []
    batches.reverse()
    while batches:
        small.append(batches.pop())
        if sum(batch.num_rows for batch in small) >= _ROWS_DIVIDED:
            yield joined(small)
    if small:
        yield joined(small)


def divided(rows: pa.RecordBatch, column: str, keys: Keys, chosen: Keys) -> list[Piece | None]:
    """Pack the rows of each range of keys, in the order they have, those without one last.

    Args:
        rows: The rows.
        column: The pseudonyms' name.
        keys: Each row's key.
        chosen: The splitters between the ranges.
    """
    numbers = np.searchsorted(chosen, keys, side="right").astype(np.uint16)
    pseudonyms = rows.column(column)
    if pseudonyms.null_count:
        numbers[pseudonyms.is_null().to_numpy(zero_copy_only=False)] = len(chosen) + 1
    by_part = np.argsort(numbers, kind="stable").astype(np.uint32)
    grouped = rows.take(pa.array(by_part))
    ends = np.cumsum(np.bincount(numbers, minlength=len(chosen) + 2)).tolist()
    return [
        pack(grouped.slice(start, end - start)) if end > start else None
        for start, end in zip([0, *ends], ends, strict=False)
    ]


def in_order(rows: pa.RecordBatch, column: str) -> Iterator[pa.RecordBatch]:
    """Yield rows in the order of their pseudonyms, at most 65,536 at a time."""
    order = pa.array(sorting(rows.column(column)))
    for start in range(0, rows.num_rows, _ROWS_OUT):
        yield rows.take(order.slice(start, _ROWS_OUT))
