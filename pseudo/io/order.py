# SPDX-License-Identifier: Apache-2.0
"""In which order rows leave: as they came, or by pseudonym.

Row order tells who is who: municipalities sort by personnummer, and two recipients'
files could be joined by row number. So rows leave ordered by pseudonym
(:class:`ByPseudonym`), a person's own rows in their order of arrival, rows without a
pseudonym last. :class:`Keep` is for those who gave a reason.

Memory is bounded. What does not fit is divided by the pseudonym's first eight bytes into
up to 64 ranges, one temporary file each (Arrow IPC, pseudonymized rows only); each part
is then loaded and sorted stably, and a part that is itself too large is divided again by
the bytes that tell its rows apart. The ranges are chosen from the rows at hand and never
change the result.
"""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.errors import ResourceError
from pseudo.io.writers.sink import disk_errors
from pseudo.io.writers.spill import SpillFile

if TYPE_CHECKING:
    from typing import Self

__all__ = ["ByPseudonym", "Keep", "Order"]

Keys = npt.NDArray[np.uint64]

# Measured: 256 parts take twice the time of 64, and 64 parts of 64 MiB are 4 GiB.
_PARTS = 64
_PREFIX = 8
_SAMPLE = 65_536
_ROWS_OUT = 65_536
# Arrow's string arrays hold 2 GiB at most, and a part is sorted as one array.
_LARGEST_LIMIT = 1024**3


class Order(Protocol):
    """What decides the order of rows. A context manager that removes its files."""

    def add(self, batch: pa.RecordBatch) -> Sequence[pa.RecordBatch]:
        """Take rows in; return those that may leave already, in order."""

    def drain(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows that have not left yet, in order. Once, after the last ``add``."""

    def close(self) -> None:
        """Forget the rows and remove the files. May be called twice."""


class Keep:
    """Rows leave as they came."""

    def add(self, batch: pa.RecordBatch) -> Sequence[pa.RecordBatch]:
        """Return the batch: nothing is waited for."""
        return (batch,)

    def drain(self) -> Iterator[pa.RecordBatch]:
        """Yield nothing: all rows have left."""
        return iter(())

    def close(self) -> None:
        """Do nothing."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        """Do nothing."""


class ByPseudonym:
    """Rows leave ordered by a pseudonym column.

    Args:
        column: Name of the column, of type ``string``.
        folder: The staging folder's private folder for spilled rows; made when needed.
        memory_limit: Bytes of rows held before they are spilled, and held while a part
            is sorted; the sorting itself takes about as much again.

    Raises (from every method):
        ResourceError: The disk is full, or a file cannot be written or read back.
    """

    def __init__(self, column: str, folder: Path, memory_limit: int = 64 * 1024**2) -> None:
        self._column = column
        self._folder = folder
        self._limit = min(max(memory_limit, 1), _LARGEST_LIMIT)
        # A piece should not be so small that its frame outweighs its rows.
        self._most_parts = min(_PARTS, max(2, self._limit // 65_536))
        self._held: list[pa.RecordBatch] = []
        self._held_bytes = 0
        self._files: Iterator[SpillFile] | None = None
        self._nulls: SpillFile | None = None
        self._splitters: Keys | None = None
        self._parts: list[SpillFile] = []

    def add(self, batch: pa.RecordBatch) -> Sequence[pa.RecordBatch]:
        """Take rows in; none leaves before the last one came."""
        if batch.num_rows:
            self._held.append(batch)
            self._held_bytes += batch.nbytes
            # Once rows are on disk, half the memory is enough to write in large pieces.
            if self._held_bytes > (self._limit // 2 if self._files else self._limit):
                self._spill()
        return ()

    def drain(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows in order, at most 65,536 at a time."""
        if self._files is None:
            held, self._held = self._held, []
            if held:
                yield from _sorted(_joined(held), self._column)
            return
        self._spill()
        for part in self._parts:
            yield from self._ordered(part, 0)
        if self._nulls is not None:
            yield from self._nulls.read()
            self._nulls.remove()

    def close(self) -> None:
        """Forget the rows and remove the folder with all files. May be called twice."""
        self._held, self._parts, self._held_bytes = [], [], 0
        if self._files is None:
            return
        self._files = None
        # The staging folder, with all in it, may be gone already.
        with disk_errors(), contextlib.suppress(FileNotFoundError):
            for path in list(self._folder.iterdir()):
                path.unlink()
            self._folder.rmdir()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            self.close()
        except ResourceError:
            # The error that led here is the one to tell; staging removes what is left.
            if kind is None:
                raise

    def _spill(self) -> None:
        """Write the held rows to their parts' files."""
        held, self._held, self._held_bytes = self._held, [], 0
        if not held:
            return
        rows = _joined(held)
        pseudonyms = rows.column(self._column)
        if pseudonyms.null_count:
            self._nulls = self._nulls or self._new_file()
            self._nulls.append(rows.filter(pc.is_null(pseudonyms)))
            rows = rows.filter(pc.is_valid(pseudonyms))
        keys = _keys(rows.column(self._column), 0)
        if self._splitters is None:
            self._splitters = _splitters(keys[:: max(1, len(keys) // _SAMPLE)], self._most_parts)
            self._parts = [self._new_file() for _ in range(len(self._splitters) + 1)]
        _divide(rows, keys, self._splitters, self._parts)

    def _ordered(self, part: SpillFile, depth: int) -> Iterator[pa.RecordBatch]:
        """Yield a part in order; its pseudonyms' first ``depth`` bytes are all the same."""
        if not part.rows:
            return
        if part.size <= self._limit:
            batches = list(part.read())
            part.remove()
            yield from _sorted(_joined(batches), self._column)
            return
        depth, splitters = self._look_into(part, depth)
        if not len(splitters):
            # One person has more rows than memory holds: they are in order already.
            yield from part.read()
            part.remove()
            return
        parts = [self._new_file() for _ in range(len(splitters) + 1)]
        for rows in self._pieces(part):
            _divide(rows, _keys(rows.column(self._column), depth), splitters, parts)
        part.remove()
        for smaller in parts:
            yield from self._ordered(smaller, depth)

    def _look_into(self, part: SpillFile, depth: int) -> tuple[int, Keys]:
        """Find the first bytes that differ in a part, and where to divide by them.

        Returns:
            Their place in the pseudonym, and the splitters: none where all pseudonyms
            are the same.
        """
        step = max(1, part.rows // _SAMPLE)
        longest = depth + 1
        while depth < longest:
            sample: list[Keys] = []
            least, greatest = np.uint64(2**64 - 1), np.uint64(0)
            for batch in part.read():
                pseudonyms = batch.column(self._column)
                longest = max(longest, pc.max(pc.binary_length(pseudonyms)).as_py())
                keys = _keys(pseudonyms, depth)
                least, greatest = min(least, keys.min()), max(greatest, keys.max())
                sample.append(keys[::step])
            if least < greatest:
                chosen = _splitters(np.concatenate(sample), self._most_parts)
                # The greatest stands alone, so that every part is smaller than the whole.
                return depth, np.union1d(chosen, greatest)
            depth += _PREFIX
        return depth, np.empty(0, dtype=np.uint64)

    def _pieces(self, part: SpillFile) -> Iterator[pa.RecordBatch]:
        """Yield a part's rows in pieces of half the memory."""
        batches: list[pa.RecordBatch] = []
        size = 0
        for batch in part.read():
            batches.append(batch)
            size += batch.nbytes
            if size > self._limit // 2:
                yield _joined(batches)
                size = 0
        if batches:
            yield _joined(batches)

    def _new_file(self) -> SpillFile:
        if self._files is None:
            with disk_errors():
                self._folder.mkdir(0o700)
            self._files = (SpillFile(self._folder / f"part-{n:06d}") for n in count(1))
        return next(self._files)


def _joined(batches: list[pa.RecordBatch]) -> pa.RecordBatch:
    """Make one batch of several, and let go of them: half the memory at the peak."""
    joined = pa.concat_batches(batches)
    batches.clear()
    return joined


def _divide(rows: pa.RecordBatch, keys: Keys, splitters: Keys, parts: Sequence[SpillFile]) -> None:
    """Append each row to the part in whose range its key lies, in the order they have."""
    numbers = np.searchsorted(splitters, keys, side="right").astype(np.uint16)
    by_part = np.argsort(numbers, kind="stable").astype(np.uint32)
    grouped = rows.take(pa.array(by_part))
    ends = np.cumsum(np.bincount(numbers, minlength=len(parts))).tolist()
    for part, start, end in zip(parts, [0, *ends], ends, strict=False):
        part.append(grouped.slice(start, end - start))


def _splitters(sample: Keys, parts: int) -> Keys:
    """Choose keys that divide a sample in equal parts; a frequent key gets its own part."""
    if not len(sample):
        return np.empty(0, dtype=np.uint64)
    ordered = np.sort(sample)
    chosen = np.unique(ordered[np.arange(1, parts) * len(ordered) // parts])
    times = np.searchsorted(ordered, chosen, "right") - np.searchsorted(ordered, chosen, "left")
    frequent = chosen[(times * 2 * parts > len(ordered)) & (chosen < np.uint64(2**64 - 1))]
    return np.union1d(chosen, frequent + np.uint64(1))


def _keys(pseudonyms: pa.Array, depth: int) -> Keys:
    """The eight bytes at ``depth`` of each text as a number that sorts like them."""
    offsets = np.frombuffer(pseudonyms.buffers()[1], dtype=np.int32)
    starts = offsets[pseudonyms.offset : pseudonyms.offset + len(pseudonyms) + 1]
    buffer = pseudonyms.buffers()[2]
    data = np.frombuffer(buffer if buffer is not None else b"", dtype=np.uint8)
    width = int(starts[1] - starts[0]) if len(pseudonyms) else 0
    if width >= depth + _PREFIX and (np.diff(starts) == width).all():
        table = data[starts[0] : starts[-1]].reshape(-1, width)[:, depth : depth + _PREFIX]
    else:
        table = _padded(data, starts, depth)
    return np.ascontiguousarray(table).view(">u8").ravel().astype(np.uint64)


def _padded(
    data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int32], depth: int
) -> npt.NDArray[np.uint8]:
    """Eight bytes at ``depth`` of texts of any length, zero where a text has ended."""
    places = offsets[:-1, None] + np.arange(depth, depth + _PREFIX)
    inside = places < offsets[1:, None]
    table = np.zeros(places.shape, dtype=np.uint8)
    table[inside] = data[places[inside]]
    return table


def _sorted(rows: pa.RecordBatch, column: str) -> Iterator[pa.RecordBatch]:
    order = pa.array(_sorting(rows.column(column)))
    for start in range(0, rows.num_rows, _ROWS_OUT):
        yield rows.take(order.slice(start, _ROWS_OUT))


def _sorting(pseudonyms: pa.Array) -> npt.NDArray[np.uint32]:
    """Rows in the order of their pseudonyms, equal ones as they came, nulls last."""
    if pseudonyms.null_count:
        present = pseudonyms.is_valid().to_numpy(zero_copy_only=False)
        there = np.flatnonzero(present).astype(np.uint32)
        gone = np.flatnonzero(~present).astype(np.uint32)
        return np.concatenate([there[_sorting(pseudonyms.drop_null())], gone])
    keys = _keys(pseudonyms, 0)
    order = np.argsort(keys, kind="stable").astype(np.uint32)
    ordered = keys[order]
    same = ordered[1:] == ordered[:-1]
    if not same.any() or _equal_beyond(pseudonyms, order, same):
        return order
    # Few share eight bytes without being equal; comparing texts is slow, so only they are.
    tied = np.append(same, False) | np.insert(same, 0, False)
    among = order[tied]
    order[tied] = among[pc.sort_indices(pseudonyms.take(pa.array(among))).to_numpy()]
    return order


def _equal_beyond(
    pseudonyms: pa.Array, order: npt.NDArray[np.uint32], same: npt.NDArray[np.bool_]
) -> bool:
    """Tell whether neighbours that share their first bytes are equal to the end."""
    longest = pc.max(pc.binary_length(pseudonyms)).as_py()
    for depth in range(_PREFIX, longest, _PREFIX):
        keys = _keys(pseudonyms, depth)[order]
        if (same & (keys[1:] != keys[:-1])).any():
            return False
    return True
