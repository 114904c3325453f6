# SPDX-License-Identifier: Apache-2.0
"""Cuts a stream of record batches into blocks that depend on the rows alone.

However the rows come (one at a time, a million at once), the same rows give the same
blocks: byte-identical files and one logical digest follow from that. A block ends after
``BLOCK_ROWS`` rows, or before the row with which its texts would hold more than
``BLOCK_BYTES`` bytes, whichever comes first.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["BLOCK_BYTES", "BLOCK_ROWS", "Blocks"]

BLOCK_ROWS = 131_072
# Arrow's string arrays hold 2 GiB at most; this also bounds the writer's memory.
BLOCK_BYTES = 256 * 1024 * 1024


class Blocks:
    """Collects rows and gives them back in blocks.

    Args:
        rows: Most rows of a block.
        text_bytes: Most bytes of text in a block, unless its first row alone has more.
    """

    def __init__(self, rows: int = BLOCK_ROWS, text_bytes: int = BLOCK_BYTES) -> None:
        self._most_rows = rows
        self._most_bytes = text_bytes
        self._parts: list[pa.RecordBatch] = []
        self._rows = 0
        self._bytes = 0

    def add(self, batch: pa.RecordBatch) -> Iterator[pa.RecordBatch]:
        """Take rows in, and yield every block that became full."""
        while batch.num_rows:
            count, size = self._fitting(batch)
            self._parts.append(batch.slice(0, count))
            self._rows += count
            self._bytes += size
            batch = batch.slice(count)
            if batch.num_rows or self._rows == self._most_rows:
                yield from self.rest()

    def rest(self) -> Iterator[pa.RecordBatch]:
        """Yield what is left as a last block, contiguous in memory; nothing if empty."""
        parts = [part for part in self._parts if part.num_rows]
        self._parts, self._rows, self._bytes = [], 0, 0
        if parts:
            yield pa.concat_batches(parts)

    def _fitting(self, batch: pa.RecordBatch) -> tuple[int, int]:
        """How many of the batch's first rows the block still takes, and their text bytes."""
        head = batch.slice(0, self._most_rows - self._rows)
        ceiling = _ceiling(head)
        if self._bytes + ceiling <= self._most_bytes:
            return head.num_rows, ceiling
        # The cheap count may be too high, and where a block ends must not hang on that.
        self._bytes = sum(int(_row_sizes(part).sum()) for part in self._parts)
        sizes = self._bytes + np.cumsum(_row_sizes(head))
        count = int(np.searchsorted(sizes, self._most_bytes, side="right"))
        if not self._rows:
            count = max(count, 1)
        return count, int(sizes[count - 1]) - self._bytes if count else 0


def _ceiling(batch: pa.RecordBatch) -> int:
    """Bytes that the texts of ``batch`` span in memory, those behind nulls included."""
    return sum(_span(column) for column in batch.columns if pa.types.is_string(column.type))


def _span(column: pa.Array) -> int:
    if not len(column):
        return 0
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int32)
    return int(offsets[column.offset + len(column)] - offsets[column.offset])


def _row_sizes(batch: pa.RecordBatch) -> npt.NDArray[np.int64]:
    sizes = np.zeros(batch.num_rows, dtype=np.int64)
    for column in batch.columns:
        if pa.types.is_string(column.type):
            sizes += pc.fill_null(pc.binary_length(column), 0).to_numpy(zero_copy_only=False)
    return sizes
