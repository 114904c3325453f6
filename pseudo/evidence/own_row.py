# SPDX-License-Identifier: Apache-2.0
"""Identifiers other than personnummer and samordningsnummer, found again in their own row.

Interim, reserve and organisation numbers and opaque identifiers have no rank, so they
are compared cell by cell with the identifier of the same row. Of an opaque identifier
(a household's 3 may well be a count of children elsewhere) only a column that repeats it
in half or more of at least 20 rows counts.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.engine import Outcome
from pseudo.identity import judge_column
from pseudo.spec.plan import Plan, Swap

__all__ = ["OwnRow"]

_LEAST_VALUES = 20


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

    def observe(self, outcome: Outcome) -> None:
        """Compare the rows of a batch."""
        for pair in self._pairs:
            own = judge_column(outcome.identifiers[pair.place], pair.swap.rule)
            cells = judge_column(outcome.batch.column(pair.column), pair.swap.rule)
            equal = pc.equal(own.canonical, cells.canonical).fill_null(False)
            rows = np.flatnonzero(equal.to_numpy(zero_copy_only=False))
            pair.equal += rows.size
            pair.cells += len(cells.canonical) - cells.canonical.null_count
            if rows.size and pair.record == 0:
                pair.file, pair.record = outcome.file, int(outcome.numbers[rows[0]])

    def matches(self) -> Iterator[tuple[str, int, int, int, int]]:
        """Give (column, equal cells, cells, file, record) of each pair that leaks."""
        for pair in self._pairs:
            repeats = pair.equal >= _LEAST_VALUES and 2 * pair.equal >= pair.cells
            if repeats or (pair.equal and not pair.swap.rule.is_opaque):
                yield pair.column, pair.equal, pair.cells, pair.file, pair.record


def _can_hold(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)
