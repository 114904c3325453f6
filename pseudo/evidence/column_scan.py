# SPDX-License-Identifier: Apache-2.0
"""What the leak scan knows about one kept column, and what it makes of it at the end."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import numpy.typing as npt

from pseudo.evidence.chance import RANDOM_TEN, RANDOM_TWELVE, binomial_tail, expected_hits
from pseudo.identity.finding import Shape
from pseudo.identity.rank import CENTURY, RankSet
from pseudo.kernel import Found, Ranks

__all__ = ["ColumnScan", "Finding", "Place", "Where"]

SIGNIFICANT = 1e-9
LEAST_VALUES = 20
_REMEMBERED = 100_000
# Digits are rare in a column of texts where one cell in twenty, or fewer, has any.
_RARE = 20

Rows = npt.NDArray[np.int64]


class Where(NamedTuple):
    """Where rows came from: the file's number, and each row's record number."""

    file: int
    numbers: npt.NDArray[np.int64]


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


class ColumnScan:
    """What is known about one kept column so far."""

    def __init__(self, name: str, rank_set: Callable[[], RankSet]) -> None:
        self.name = name
        self.cells = 0
        self.digit_cells = 0
        self.any_digit = 0
        self.number_cells = 0
        self.counts = dict.fromkeys(Shape, 0)
        self.own = 0
        self.twelve = rank_set()
        self.ten = rank_set()
        self.places: dict[str, Place] = {}
        self.remembered: list[tuple[Ranks, Ranks, int]] = []
        self.memory = _REMEMBERED

    def take(self, found: Found, own: Rows, at: Where) -> None:
        """Take in what was found in some rows."""
        self.cells += found.cells
        self.digit_cells += found.digit_cells
        self.any_digit += found.any_digit
        self.own += int(own.size)
        self._first("own", own, at)
        if found.rows.size == 0:
            return
        whole = found.rows[found.shapes != Shape.SHORT]
        self.number_cells += int(np.unique(whole).size)
        for shape in Shape:
            rows = found.rows[found.shapes == shape]
            self.counts[shape] += int(rows.size)
            self._first(shape.name, rows, at)
        self.twelve.add(found.ranks[found.shapes == Shape.TWELVE])
        ten = found.ranks[found.shapes == Shape.TEN]
        self.ten.add(ten)
        self.ten.add(ten - CENTURY)
        self._remember(found, at)

    def _first(self, key: str, rows: Rows, at: Where) -> None:
        if rows.size and key not in self.places:
            self.places[key] = Place(at.file, int(at.numbers[rows.min()]))

    def _remember(self, found: Found, at: Where) -> None:
        """Remember where the first candidates stood, so that a member can be pointed at."""
        if self.memory > 0:
            rows, ranks = found.rows[: self.memory], found.ranks[: self.memory]
            self.remembered.append((ranks, at.numbers[rows], at.file))
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
