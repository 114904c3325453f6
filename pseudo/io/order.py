# SPDX-License-Identifier: Apache-2.0
"""In which order rows leave: as they came, or by pseudonym.

Row order tells who is who: municipalities sort by personnummer, and two recipients'
files could be joined by row number. So rows leave ordered by pseudonym
(:class:`ByPseudonym`), a person's own rows in their order of arrival, rows without a
pseudonym last. :class:`Keep` is for those who gave a reason.

Memory is bounded. What does not fit is divided by the pseudonym's first eight bytes into
ranges, one temporary file each (pseudonymized rows only, compressed); each part is then
loaded and sorted stably, and a part that is itself too large is divided again by the
bytes that tell its rows apart. The ranges are chosen from the rows at hand and never
change the result. Dividing, packing and sorting run in several threads beside the rest.
"""

from __future__ import annotations

import contextlib
from collections.abc import Generator, Iterator, Sequence
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.errors import ResourceError
from pseudo.io.parts import (
    MOST_THREADS,
    divided,
    gathered,
    in_order,
    joined,
    number_of_parts,
)
from pseudo.io.sorting import PREFIX, Keys, keys_of, splitters
from pseudo.io.writers.sink import disk_errors
from pseudo.io.writers.spill import Piece, SpillFile
from pseudo.parallel import Behind, ordered_map

if TYPE_CHECKING:
    from typing import Self

__all__ = ["ByPseudonym", "Keep", "Order"]

_SAMPLE = 65_536
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
        memory_limit: Bytes of rows held before they are spilled; what is divided, packed
            and sorted at a time takes a few times as much, whatever the number of rows.
        threads: How many threads divide, pack and sort, up to four; with 1 none is started.
        expected: Bytes of rows that are likely to come, 0 where nobody knows: with more
            of them, parts are smaller, so that memory does not grow.

    Raises (from every method):
        ResourceError: The disk is full, or a file cannot be written or read back.
    """

    def __init__(
        self,
        column: str,
        folder: Path,
        memory_limit: int = 64 * 1024**2,
        *,
        threads: int = 1,
        expected: int = 0,
    ) -> None:
        self._column = column
        self._folder = folder
        self._limit = min(max(memory_limit, 1), _LARGEST_LIMIT)
        self._threads = threads = min(threads, MOST_THREADS)
        self._most_parts = number_of_parts(self._limit, expected)
        self._held: list[pa.RecordBatch] = []
        self._held_bytes = 0
        self._numbers: Iterator[int] | None = None
        self._schema: pa.Schema | None = None
        self._splitters: Keys = np.empty(0, dtype=np.uint64)
        self._parts: list[SpillFile] = []
        self._packing = Behind(self._packed, self._append, threads=threads, started=threads > 1)

    def add(self, batch: pa.RecordBatch) -> Sequence[pa.RecordBatch]:
        """Take rows in; none leaves before the last one came."""
        if batch.num_rows:
            self._held.append(batch)
            self._held_bytes += batch.nbytes
            # Once rows are on disk, half the memory is enough to write in large pieces.
            if self._held_bytes > (self._limit // 2 if self._numbers else self._limit):
                self._spill()
        return ()

    def drain(self) -> Iterator[pa.RecordBatch]:
        """Yield all rows in order, at most 65,536 at a time."""
        if self._numbers is None:
            held, self._held = self._held, []
            if held:
                yield from in_order(joined(held), self._column)
            return
        self._spill()
        self._packing.finish()
        *parts, without = self._parts
        with contextlib.closing(ordered_map(self._loaded, self._leaves(parts), self._threads)) as (
            loaded
        ):
            for batches in loaded:
                yield from batches
        yield from without.read()
        without.remove()

    def close(self) -> None:
        """Forget the rows and remove the folder with all files. May be called twice."""
        self._packing.close()
        self._held, self._parts, self._held_bytes = [], [], 0
        if self._numbers is None:
            return
        self._numbers = None
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
        """Have the held rows written to their parts' files."""
        held, self._held, self._held_bytes = self._held, [], 0
        if not held:
            return
        if self._numbers is None:
            self._begin(held)
        self._packing.put(held)

    def _begin(self, held: Sequence[pa.RecordBatch]) -> None:
        """Choose the parts by the first rows, and name a file for each and for the nulls."""
        columns = [batch.column(self._column).drop_null() for batch in held]
        keys = np.concatenate([keys_of(column, 0) for column in columns])
        sample = keys[:: max(1, len(keys) // _SAMPLE)]
        self._schema = held[0].schema
        self._splitters = splitters(sample, self._most_parts)
        self._parts = self._new_files(len(self._splitters) + 2)

    def _packed(self, held: list[pa.RecordBatch]) -> list[list[Piece]]:
        """Divide rows by part and pack them; runs in any thread.

        Returns:
            The pieces of each part.
        """
        packed: list[list[Piece]] = [[] for _ in self._parts]
        for rows in gathered(held):
            keys = keys_of(rows.column(self._column), 0)
            pieces = divided(rows, self._column, keys, self._splitters)
            for part, piece in zip(packed, pieces, strict=True):
                if piece is not None:
                    part.append(piece)
        return packed

    def _append(self, packed: list[list[Piece]]) -> None:
        """Append what was packed to the parts' files."""
        for part, pieces in zip(self._parts, packed, strict=True):
            if pieces:
                part.append(*pieces)

    def _leaves(
        self, parts: Sequence[SpillFile], depth: int = 0
    ) -> Generator[SpillFile | pa.RecordBatch, None, None]:
        """Yield parts that fit in memory, in order, and rows that need no sorting any more.

        Args:
            parts: In order; the first ``depth`` bytes of a part's pseudonyms are all the same.
            depth: See ``parts``.
        """
        for part in parts:
            if part.size <= self._limit // 2:
                yield part
                continue
            deeper, chosen = self._look_into(part, depth)
            if len(chosen):
                yield from self._leaves(self._divided_again(part, deeper, chosen), deeper)
            else:
                # One person has more rows than memory holds: they are in order already.
                yield from part.read()
                part.remove()

    def _loaded(self, part: SpillFile | pa.RecordBatch) -> Sequence[pa.RecordBatch]:
        """Load a part and sort it; runs in any thread."""
        if isinstance(part, pa.RecordBatch):
            return (part,)
        batches = list(part.read())
        part.remove()
        return list(in_order(joined(batches), self._column)) if batches else ()

    def _divided_again(self, part: SpillFile, depth: int, chosen: Keys) -> Sequence[SpillFile]:
        """Divide a part that is too large by the eight bytes at ``depth``."""
        parts = self._new_files(len(chosen) + 2)
        for rows in self._pieces(part):
            keys = keys_of(rows.column(self._column), depth)
            pieces = divided(rows, self._column, keys, chosen)
            for smaller, piece in zip(parts, pieces, strict=True):
                if piece is not None:
                    smaller.append(piece)
        part.remove()
        return parts

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
                keys = keys_of(pseudonyms, depth)
                least, greatest = min(least, keys.min()), max(greatest, keys.max())
                sample.append(keys[::step])
            if least < greatest:
                chosen = splitters(np.concatenate(sample), self._most_parts)
                # The greatest stands alone, so that every part is smaller than the whole.
                return depth, np.union1d(chosen, greatest)
            depth += PREFIX
        return depth, np.empty(0, dtype=np.uint64)

    def _pieces(self, part: SpillFile) -> Iterator[pa.RecordBatch]:
        """Yield a part's rows in pieces of half the memory."""
        batches: list[pa.RecordBatch] = []
        size = 0
        for batch in part.read():
            batches.append(batch)
            size += batch.nbytes
            if size > self._limit // 2:
                yield joined(batches)
                size = 0
        if batches:
            yield joined(batches)

    def _new_files(self, number: int) -> list[SpillFile]:
        if self._numbers is None:
            with disk_errors():
                self._folder.mkdir(0o700)
            self._numbers = count(1)
        names = (f"part-{next(self._numbers):06d}" for _ in range(number))
        return [SpillFile(self._folder / name, self._schema) for name in names]
