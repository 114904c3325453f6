# SPDX-License-Identifier: Apache-2.0
"""Identifiers other than personnummer and samordningsnummer, found again in their own row.

Interim, reserve and organisation numbers and opaque identifiers have no rank, so they
are looked for cell by cell in their own row, also inside a text. Of an opaque identifier
(a household's 3 may well be a count of children elsewhere) only a column that repeats it
in half or more of at least 20 rows counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.engine import Outcome
from pseudo.identity import IdentityRule, judge_column
from pseudo.identity.render import as_text
from pseudo.spec.plan import Plan, Swap

__all__ = ["OwnRow", "OwnRowSeen"]

_LEAST_VALUES = 20
_TEN = 10


class OwnRowSeen(NamedTuple):
    """What one comparison found: the rows that match, and how many cells there were."""

    rows: npt.NDArray[np.int64]
    cells: int

    def __repr__(self) -> str:
        return f"<OwnRowSeen {len(self.rows)} in {self.cells} cells>"


@dataclass(slots=True)
class _Pair:
    """One identifier column held against one kept column."""

    swap: Swap
    place: int
    column: str
    equal: int = 0
    cells: int = 0
    file: int = 0
    record: int = 0


class OwnRow:
    """Compares kept columns with the unranked identifiers of the same row.

    Args:
        plan: The batch's plan; columns of ranked kinds are left to the rank scan.
    """

    def __init__(self, plan: Plan) -> None:
        self._pairs = [
            _Pair(swap, place, keep.source)
            for place, swap in enumerate(plan.swaps)
            if not swap.rule.is_person
            for keep in plan.keeps
            if keep.source not in swap.scope and _can_hold(keep.arrow_type)
        ]

    def look(self, outcome: Outcome) -> list[OwnRowSeen]:
        """Compare the rows of a batch; changes nothing, so any thread may."""
        return [_look(pair, outcome) for pair in self._pairs]

    def take(self, seen: Sequence[OwnRowSeen], file: int, numbers: npt.NDArray[np.int64]) -> None:
        """Take in what was found, in the order of the rows."""
        for pair, found in zip(self._pairs, seen, strict=True):
            pair.equal += found.rows.size
            pair.cells += found.cells
            if found.rows.size and pair.record == 0:
                pair.file, pair.record = file, int(numbers[found.rows[0]])

    def matches(self) -> Iterator[tuple[str, int, int, int, int]]:
        """Give (column, equal cells, cells, file, record) of each pair that leaks."""
        for pair in self._pairs:
            repeats = pair.equal >= _LEAST_VALUES and 2 * pair.equal >= pair.cells
            if repeats or (pair.equal and not pair.swap.rule.is_opaque):
                yield pair.column, pair.equal, pair.cells, pair.file, pair.record


def _look(pair: _Pair, outcome: Outcome) -> OwnRowSeen:
    own = judge_column(outcome.identifiers[pair.place], pair.swap.rule)
    cells = outcome.batch.column(pair.column)
    compare = _equal if pair.swap.rule.is_opaque else _holding
    rows = compare(own.canonical, cells, pair.swap.rule)
    return OwnRowSeen(rows, len(cells) - cells.null_count)


def _equal(own: pa.Array, cells: pa.Array, rule: IdentityRule) -> npt.NDArray[np.int64]:
    """Find the rows whose cell is the row's identifier and nothing else."""
    canonical = judge_column(cells, rule).canonical
    equal = pc.equal(own, canonical).fill_null(False)
    return np.flatnonzero(equal.to_numpy(zero_copy_only=False))


def _holding(own: pa.Array, cells: pa.Array, _: IdentityRule) -> npt.NDArray[np.int64]:
    """Find the rows whose cell holds the identifier's last ten characters, however spelled."""
    packed = pc.replace_substring_regex(as_text(cells).text, r"[^\p{L}\p{Nd}]+", "")
    long = pc.greater_equal(pc.utf8_length(packed), _TEN).fill_null(False)
    rows = np.flatnonzero(long.to_numpy(zero_copy_only=False))
    taken = pa.array(rows)
    pairs = zip(own.take(taken).to_pylist(), packed.take(taken).to_pylist(), strict=True)
    hits = [number is not None and number[-_TEN:] in cell.upper() for number, cell in pairs]
    return rows[np.array(hits, dtype=bool)]


def _can_hold(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)
