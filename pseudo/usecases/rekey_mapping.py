# SPDX-License-Identifier: Apache-2.0
"""From old pseudonyms to new ones, in memory only.

The way of the data::

    candidates ─▶ swapped twice ─▶ pairs of 40 bytes ─▶ sorted, each once ─▶ Mapping
    a table's column ─▶ 16 bytes a cell ─▶ looked up in the mapping ─▶ new pseudonyms

A pair is the 16 bytes of an old pseudonym, the 16 of the new one and the 8 of the number's
rank, by which a row's own number is found in its other cells. So 10 million people take
400 MB, and while pairs are sorted as much again. Nothing of it is ever written: whoever
has the pairs can link a table of the one secret to a table of the other. So the pairs are
overwritten when they are done with, after an error too. What a column of pseudonyms was while
it was made or looked up belongs to the libraries, and is only freed.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.errors import InternalError
from pseudo.identity.rank import RankSet
from pseudo.kernel import Ranks
from pseudo.kernel.decode import decode_column
from pseudo.kernel.encode import encode_column
from pseudo.kernel.runs import decode_runs
from pseudo.pseudonym import RAW_BYTES, PseudonymFormat

__all__ = ["Mapping", "Moved", "Pairs"]

# Texts of a fixed width are compared as bytes, all of them, and sort like them.
_RANK = np.dtype(">i8")
_PAIR, _HALF = f"S{2 * RAW_BYTES + _RANK.itemsize}", f"S{RAW_BYTES}"
_FEWEST = 1 << 20
"""Pairs that are gathered before they are sorted into those that are there."""

Texts = npt.NDArray[np.bytes_]


class Moved(NamedTuple):
    """A column on its way from one version to the other.

    Attributes:
        column: The new pseudonyms; null where there was none, and where none was found.
        malformed: Cells that hold something that is no pseudonym of the domain's format.
        unexplained: Pseudonyms that no candidate has.
        ranks: The rank of each row's number, -1 where there is none.
    """

    column: pa.StringArray
    malformed: int
    unexplained: int
    ranks: Ranks

    def __repr__(self) -> str:
        return f"<Moved {len(self.column)} cells>"


class Mapping:
    """Old pseudonyms with the new ones in their place; see :meth:`Pairs.mapping`.

    Attributes:
        people: How many there are.
    """

    def __init__(self, old: Texts, new: Texts, ranks: Ranks, form: PseudonymFormat) -> None:
        self._old, self._new, self._ranks, self._form = old, new, ranks, form
        self._met = np.zeros(len(old), dtype=np.bool_)
        self.people = len(old)

    @property
    def moved(self) -> int:
        """How many different pseudonyms were moved so far."""
        return int(self._met.sum())

    def move(self, column: pa.StringArray) -> Moved:
        """Put the new pseudonyms in the place of the old ones."""
        rows, raw = decode_column(column, self._form)
        places, known = self._find(raw)
        cells = len(column) - column.null_count
        self._met[places[known]] = True
        found = self._new[places[known]]
        new = encode_column(found.tobytes(), self._form)
        # Rows without a pseudonym take a place that is null.
        order = np.full(len(column), -1, dtype=np.int64)
        order[rows[known]] = np.arange(len(found))
        taken = pa.array(order, mask=order < 0)
        ranks = np.full(len(column), -1, dtype=np.int64)
        ranks[rows[known]] = self._ranks[places[known]]
        return Moved(new.take(taken), cells - len(rows), len(rows) - len(found), ranks)

    def holds(self, column: pa.StringArray) -> int:
        """Count the cells in which old pseudonyms stand, in whatever spelling."""
        cells: set[int] = set()
        for found in decode_runs(column, self._form):
            cells.update(found.rows[self._find(found.raw)[1]].tolist())
        return len(cells)

    def wipe(self) -> None:
        """Overwrite all pairs. May be called twice."""
        for side in (self._old, self._new):
            _overwrite(side)
        self._ranks.fill(0)
        self._old, self._new = np.empty(0, _HALF), np.empty(0, _HALF)
        self._ranks = np.empty(0, np.int64)

    def _find(
        self, raw: npt.NDArray[np.uint8]
    ) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.bool_]]:
        """Find old pseudonyms: their places, and which of them are there at all."""
        wanted = np.ascontiguousarray(raw).view(_HALF).ravel()
        if not len(self._old):
            return np.zeros(len(wanted), np.int64), np.zeros(len(wanted), np.bool_)
        places = np.minimum(np.searchsorted(self._old, wanted), len(self._old) - 1)
        return places, self._old[places] == wanted

    def __repr__(self) -> str:
        return f"<Mapping of {self.people} people>"


class Pairs:
    """Gathers the pseudonyms that candidates have under both secrets.

    Args:
        form: The domain's format.
        people: An empty set, which takes in the ranks of all candidates.
    """

    def __init__(self, form: PseudonymFormat, people: RankSet) -> None:
        self._form = form
        self._people = people
        self._unranked = False
        self._sorted = np.empty(0, _PAIR)
        self._gathered: list[Texts] = []
        self._waiting = 0

    def add(self, old: pa.StringArray, new: pa.StringArray, ranks: Ranks) -> None:
        """Take candidates in, each with its two pseudonyms; repetitions cost nothing.

        Args:
            old: Pseudonyms under the old secret, without nulls.
            new: Those of the same candidates under the new one.
            ranks: The rank of each, below 0 where it has none.

        Raises:
            InternalError: What a domain made is no pseudonym (``rekey.not_bijective``).
        """
        halves = [decode_column(column, self._form).raw for column in (old, new)]
        if {len(half) for half in halves} != {len(ranks)}:
            raise InternalError("rekey.not_bijective")
        ranked = ranks.astype(_RANK).view(np.uint8).reshape(-1, _RANK.itemsize)
        pairs = np.ascontiguousarray(np.hstack([*halves, ranked])).view(_PAIR).ravel()
        self._gathered.append(pairs)
        for half in halves:
            half.fill(0)
        self._people.add(ranks)
        self._unranked |= bool((ranks < 0).any())
        self._waiting += len(pairs)
        if self._waiting > max(_FEWEST, len(self._sorted)):
            self._sort()

    def mapping(self) -> Mapping:
        """Make the mapping, and overwrite the pairs.

        Raises:
            InternalError: Two people have one pseudonym, or one has two
                (``rekey.not_bijective``). Then nothing may be moved.
        """
        self._sort()
        rows = self._sorted.view(np.uint8).reshape(-1, self._sorted.itemsize)
        parts = np.split(rows, (RAW_BYTES, 2 * RAW_BYTES), axis=1)
        # Copies, of a single row too, since what they are taken from is overwritten.
        old, new = (part.copy(order="C").view(_HALF).ravel() for part in parts[:2])
        ranks = parts[2].copy(order="C").view(_RANK).ravel().astype(np.int64)
        del rows, parts
        self.wipe()
        mapping = Mapping(old, new, ranks, self._form)
        # Where every candidate has a rank, numbers are counted without any pseudonym.
        numbers = len(old) if self._unranked else len(self._people)
        ordered = np.sort(new)
        sound = numbers == len(old) == _distinct(old) == _distinct(ordered)
        _overwrite(ordered)
        if not sound:
            mapping.wipe()
            raise InternalError("rekey.not_bijective")
        return mapping

    def wipe(self) -> None:
        """Overwrite all pairs. May be called twice."""
        for pairs in (self._sorted, *self._gathered):
            _overwrite(pairs)
        self._sorted, self._gathered, self._waiting = np.empty(0, _PAIR), [], 0

    def _sort(self) -> None:
        """Sort what was gathered into the pairs that are there, each once."""
        if not self._gathered:
            return
        pairs = np.concatenate([self._sorted, *self._gathered])
        # Let go of them before sorting: memory holds all pairs twice, and not more.
        self.wipe()
        self._sorted = pairs
        pairs.sort()
        first = np.ones(len(pairs), dtype=np.bool_)
        first[1:] = pairs[1:] != pairs[:-1]
        if not first.all():
            self._sorted = pairs[first]
            _overwrite(pairs)

    def __repr__(self) -> str:
        return f"<Pairs {len(self._sorted) + self._waiting}>"


def _overwrite(texts: Texts) -> None:
    """Put zeros in the place of an array's texts."""
    texts.view(np.uint8).fill(0)


def _distinct(ordered: Texts) -> int:
    """Count the different texts of an array that is sorted."""
    return int((ordered[1:] != ordered[:-1]).sum()) + 1 if len(ordered) else 0
