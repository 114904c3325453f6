# SPDX-License-Identifier: Apache-2.0
"""The leak scan of kept columns: exact membership, in one pass and constant memory.

Every batch that goes to the writer passes here first. People and candidates are bitmaps
of ranks (:class:`pseudo.identity.rank.RankSet`), compared when the last row was seen.
The verdicts are the table at the end of the threat model:

=================================  =======  ==========================================
code                               verdict  finding
=================================  =======  ==========================================
``leak.own_row``                   stop     a cell holds its own row's number
``leak.separated``                 stop     a valid number written 8-4 or 6-4
``leak.member_12``                 stop     12 bare digits that are one of the people
``leak.member_10``                 stop     10 bare digits likewise, in a column of texts
                                            where digits are rare, or more often than
                                            chance explains (binomial, p < 10^-9)
``leak.rate``                      stop     half or more of at least 20 values are valid
``leak.looks_like``                warn     anything else that looks like one
=================================  =======  ==========================================

A scan plants canaries in memory before it starts and refuses to judge if it misses one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.engine import Outcome
from pseudo.errors import EvidenceError
from pseudo.evidence.column_scan import ColumnScan, Finding, Place, Where
from pseudo.evidence.own_row import OwnRow, OwnRowSeen
from pseudo.identity.finding import Shape
from pseudo.identity.rank import RankSet, rank
from pseudo.kernel import Found, Kernel, Ranks
from pseudo.spec.plan import Plan

__all__ = ["LeakScan", "Seen"]


@dataclass(frozen=True, slots=True, repr=False)
class Seen:
    """What a look at some rows found; for :meth:`LeakScan.take` and nobody else.

    Attributes:
        at: Where the rows came from.
        people: Ranks of the rows' identifiers, one array an identifier column.
        columns: For each kept column what was found in it, and the rows that hold their
            own number.
        others: What was found of identifiers without a rank.
    """

    at: Where
    people: Sequence[Ranks]
    columns: Sequence[tuple[Found, npt.NDArray[np.int64]]]
    others: Sequence[OwnRowSeen]


class LeakScan:
    """Scans the kept columns of a batch.

    Rows are looked at by :meth:`look`, in any thread, and what that found is taken in, in
    the order of the rows, by :meth:`take`.

    Args:
        plan: The batch's plan.
        kernel: What searches for identity numbers in a column.
        year: The year of the run: numbers of people born since the reference date are
            numbers too.
        people: Whom to search for, beside those of the identifier columns.

    Attributes:
        planted: Spellings of a number that were planted, all of which were found.

    Raises:
        EvidenceError: The search misses a planted number.
    """

    def __init__(
        self, plan: Plan, kernel: Kernel, year: int = 0, *, people: RankSet | None = None
    ) -> None:
        self._year = max(plan.reference_date.year, year)
        self._kernel = kernel
        self.planted = _plant(kernel, self._year)
        self._people = kernel.rank_set() if people is None else people
        self._columns = [ColumnScan(keep.source, kernel.rank_set) for keep in plan.keeps]
        self._others = OwnRow(plan)

    def look(self, outcome: Outcome) -> Seen:
        """Look at rows on their way to the writer; changes nothing, so any thread may."""
        return Seen(
            at=Where(outcome.file, outcome.numbers),
            people=outcome.ranks,
            columns=[self._look_at(column.name, outcome) for column in self._columns],
            others=self._others.look(outcome),
        )

    def take(self, seen: Seen) -> None:
        """Take in what was found in rows, in the order of the rows."""
        for ranks in seen.people:
            self._people.add(ranks)
        for column, (found, own) in zip(self._columns, seen.columns, strict=True):
            column.take(found, own, seen.at)
        self._others.take(seen.others, *seen.at)

    def _look_at(self, name: str, outcome: Outcome) -> tuple[Found, npt.NDArray[np.int64]]:
        cells = outcome.batch.column(name)
        found = self._kernel.find(cells, self._year)
        own = self._kernel.find_own(cells, outcome.ranks)
        short = _own_short(found, outcome.ranks)
        return found, np.union1d(own, short) if short.size else own

    @property
    def people(self) -> int:
        """Distinct personnummer and samordningsnummer seen in identifier columns."""
        return len(self._people)

    def findings(self) -> list[Finding]:
        """Judge all columns, the verdicts that stop a batch first."""
        found = [finding for column in self._columns for finding in column.judge(self._people)]
        for column, count, cells, file, record in self._others.matches():
            place = Place(file, record)
            found.append(Finding(column, "leak.own_row", "stop", count, cells, 0.0, place))
        return sorted(found, key=lambda finding: finding.verdict != "stop")


def _own_short(found: Found, ranks: Sequence[Ranks]) -> npt.NDArray[np.int64]:
    """Find rows whose number lost its zeros and is their own."""
    short = found.shapes == Shape.SHORT
    if not short.any():
        return np.empty(0, dtype=np.int64)
    rows, numbers = found.rows[short], found.ranks[short]
    own = np.zeros(rows.size, dtype=bool)
    for each in ranks:
        own |= (each[rows] >= 0) & (each[rows] == numbers)
    return np.unique(rows[own])


_PLANTED = (
    ("19121212-1212", Shape.SEPARATED),
    ("text 19121212\u20131212 text", Shape.SEPARATED),
    ("121212+1212", Shape.SEPARATED),
    ("191212121212", Shape.TWELVE),
    ("\uff11\uff19\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12", Shape.TWELVE),
    ("text, 191212121212.", Shape.TWELVE),
)


def _plant(kernel: Kernel, year: int) -> int:
    """Plant a number in several spellings among harmless cells, and find every one."""
    column = pa.array([None, "hej", *(spelling for spelling, _ in _PLANTED), "2026"])
    found = kernel.find(column, year)
    wanted = [(2 + place, int(shape)) for place, (_, shape) in enumerate(_PLANTED)]
    seen = list(zip(found.rows.tolist(), found.shapes.tolist(), strict=True))
    expected = rank(1912, 12, 12, 121)
    if seen != wanted or set(found.ranks.tolist()) != {expected}:
        raise EvidenceError("evidence.scan_blind")
    return len(_PLANTED)
