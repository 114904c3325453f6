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

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.engine import Outcome
from pseudo.errors import EvidenceError
from pseudo.evidence.chance import RANDOM_TEN, RANDOM_TWELVE, binomial_tail, expected_hits
from pseudo.evidence.own_row import OwnRow
from pseudo.identity.finding import Shape
from pseudo.identity.rank import CENTURY, RankSet, rank
from pseudo.kernel import Found
from pseudo.kernel.own_digits import rows_with_own_digits
from pseudo.spec.plan import Plan

__all__ = ["Finding", "LeakScan", "Place"]

SIGNIFICANT = 1e-9
LEAST_VALUES = 20
_REMEMBERED = 100_000
# Digits are rare in a column of texts where one cell in twenty, or fewer, has any.
_RARE = 20

Find = Callable[[pa.Array, int], Found]
Ranks = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Place:
    """Where something was found: file and record number; zeros where it is not known."""

    file: int = 0
    record: int = 0


@dataclass(frozen=True, slots=True)
class Finding:
    """Something in a kept column that is, or looks like, an identity number.

    Attributes:
        column: The column's name in the output.
        code: See the module.
        verdict: ``stop`` or ``warn``.
        count: Cells concerned.
        cells: Cells of the column that hold anything.
        expected: How many chance would explain.
        place: The first of them that is known.
    """

    column: str
    code: str
    verdict: Literal["stop", "warn"]
    count: int
    cells: int
    expected: float
    place: Place


class LeakScan:
    """Scans the kept columns of a batch.

    Args:
        plan: The batch's plan.
        find: A kernel's search for identity numbers in a column.
        year: The year of the run: numbers of people born since the reference date are
            numbers too.

    Raises:
        EvidenceError: The search misses a planted number.
    """

    def __init__(self, plan: Plan, find: Find, year: int = 0) -> None:
        self._year = max(plan.reference_date.year, year)
        self._find = find
        _plant(find, self._year)
        self._people = RankSet()
        self._columns = [_ColumnScan(keep.source) for keep in plan.keeps]
        self._others = OwnRow(plan)

    def observe(self, outcome: Outcome) -> None:
        """Look at rows on their way to the writer."""
        for ranks in outcome.ranks:
            self._people.add(ranks)
        for column in self._columns:
            cells = outcome.batch.column(column.name)
            column.observe(self._find(cells, self._year), outcome)
            column.observe_own(rows_with_own_digits(cells, outcome.ranks), outcome)
        self._others.observe(outcome)

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


class _ColumnScan:
    """What is known about one kept column so far."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.cells = 0
        self.digit_cells = 0
        self.any_digit = 0
        self.number_cells = 0
        self.counts = dict.fromkeys(Shape, 0)
        self.own = 0
        self.twelve = RankSet()
        self.ten = RankSet()
        self.places: dict[str, Place] = {}
        self.remembered: list[tuple[Ranks, Ranks, int]] = []
        self.memory = _REMEMBERED

    def observe(self, found: Found, outcome: Outcome) -> None:
        self.cells += found.cells
        self.digit_cells += found.digit_cells
        self.any_digit += found.any_digit
        if found.rows.size == 0:
            return
        whole = found.rows[found.shapes != Shape.SHORT]
        self.number_cells += int(np.unique(whole).size)
        for shape in Shape:
            rows = found.rows[found.shapes == shape]
            self.counts[shape] += int(rows.size)
            self._first(shape.name, rows, outcome)
        self._own_row(found, outcome)
        self.twelve.add(found.ranks[found.shapes == Shape.TWELVE])
        ten = found.ranks[found.shapes == Shape.TEN]
        self.ten.add(ten)
        self.ten.add(ten - CENTURY)
        self._remember(found, outcome)

    def observe_own(self, rows: Ranks, outcome: Outcome) -> None:
        """Count cells that hold their own row's number."""
        self.own += int(rows.size)
        self._first("own", rows, outcome)

    def _own_row(self, found: Found, outcome: Outcome) -> None:
        """Count numbers that lost their zeros and are their own row's."""
        own = np.zeros(found.rows.size, dtype=bool)
        for ranks in outcome.ranks:
            row = ranks[found.rows]
            own |= (row >= 0) & (found.ranks == row) & (found.shapes == Shape.SHORT)
        self.observe_own(np.unique(found.rows[own]), outcome)

    def _first(self, key: str, rows: Ranks, outcome: Outcome) -> None:
        if rows.size and key not in self.places:
            self.places[key] = Place(outcome.file, int(outcome.numbers[rows.min()]))

    def _remember(self, found: Found, outcome: Outcome) -> None:
        """Remember where the first candidates stood, so that a member can be pointed at."""
        if self.memory > 0:
            rows, ranks = found.rows[: self.memory], found.ranks[: self.memory]
            self.remembered.append((ranks, outcome.numbers[rows], outcome.file))
            self.memory -= rows.size

    def judge(self, people: RankSet) -> list[Finding]:
        """Give the findings of the column, at most one of each code."""
        found: list[Finding] = []
        if self.own:
            found.append(self._finding("leak.own_row", self.own, 0.0, self.places["own"]))
        if self.counts[Shape.SEPARATED]:
            count = self.counts[Shape.SEPARATED]
            place = self.places[Shape.SEPARATED.name]
            found.append(self._finding("leak.separated", count, 0.0, place))
        members = self.twelve.shared(people)
        if len(members):
            found.append(self._finding("leak.member_12", len(members), 0.0, self._where(members)))
        found += self._ten_digits(people)
        if self.number_cells >= LEAST_VALUES and 2 * self.number_cells >= self.cells:
            place = next(iter(self.places.values()))
            found.append(self._finding("leak.rate", self.number_cells, 0.0, place))
        return found or self._warning()

    def _ten_digits(self, people: RankSet) -> list[Finding]:
        members = self.ten.shared(people)
        if len(members) == 0:
            return []
        expected = expected_hits(self.ten, people)
        rare = self.any_digit * _RARE <= self.cells
        if not rare and binomial_tail(len(self.ten), expected, len(members)) >= SIGNIFICANT:
            return []
        return [self._finding("leak.member_10", len(members), expected, self._where(members))]

    def _warning(self) -> list[Finding]:
        count = self.counts[Shape.TWELVE] + self.counts[Shape.TEN]
        if count == 0:
            return []
        expected = self.digit_cells * (RANDOM_TEN if self.counts[Shape.TEN] else RANDOM_TWELVE)
        place = self.places.get(Shape.TWELVE.name) or self.places[Shape.TEN.name]
        return [Finding(self.name, "leak.looks_like", "warn", count, self.cells, expected, place)]

    def _finding(self, code: str, count: int, expected: float, place: Place) -> Finding:
        return Finding(self.name, code, "stop", int(count), self.cells, expected, place)

    def _where(self, members: RankSet) -> Place:
        for ranks, numbers, file in self.remembered:
            hits = np.flatnonzero(members.holds(ranks) | members.holds(ranks - CENTURY))
            if hits.size:
                return Place(file, int(numbers[hits[0]]))
        return Place()


_PLANTED = (
    ("19121212-1212", Shape.SEPARATED),
    ("text 19121212\u20131212 text", Shape.SEPARATED),
    ("121212+1212", Shape.SEPARATED),
    ("191212121212", Shape.TWELVE),
    ("\uff11\uff19\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12", Shape.TWELVE),
    ("text, 191212121212.", Shape.TWELVE),
)


def _plant(find: Find, year: int) -> None:
    """Plant a number in several spellings among harmless cells and look for it."""
    column = pa.array([None, "hej", *(spelling for spelling, _ in _PLANTED), "2026"])
    found = find(column, year)
    wanted = [(2 + place, int(shape)) for place, (_, shape) in enumerate(_PLANTED)]
    seen = list(zip(found.rows.tolist(), found.shapes.tolist(), strict=True))
    expected = rank(1912, 12, 12, 121)
    if seen != wanted or set(found.ranks.tolist()) != {expected}:
        raise EvidenceError("evidence.scan_blind")
