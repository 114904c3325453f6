# SPDX-License-Identifier: Apache-2.0
"""Who took part in what and where: the rows of the synthetic delivery, before spelling.

People have a home municipality, one to three rows there, and some a row elsewhere, so the
same person occurs in several files in different spellings.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from pseudo.testing.arithmetic import Ints, Order, below, texts
from pseudo.testing.people import REFERENCE_DATE, TEST_SERIALS, People
from pseudo.testing.senders import BAD, SENDERS, Sender
from pseudo.testing.spaces import person_space

__all__ = ["Line", "Visits"]

# Births are such that the spellings mean the same whenever the delivery is read before
# 2031: who is under 100 now is so then, and who is over 100 cannot get younger.
_YOUNG = (date(1931, 1, 1), date(2008, 12, 31))
_OLD = (date(1907, 1, 1), date(1916, 12, 31))
_UNBORN = (date(2091, 1, 1), date(2098, 12, 31))

_ENOUGH_TEST_SERIALS = 500_000
_HOMES = (0, 1, 2, 0, 1, 0, 1, 0, 2, 0)
_COORDINATED_HOME = 2
_OLD_EVERY, _OLD_AT = 200, 57
_INCOMPLETE_EVERY, _INCOMPLETE_AT = 300, 131
_FIRST_START = date(2025, 1, 1)
_BAD_PER_100 = 1
_FEWEST_FOR_RAGGED = 60


@dataclass(frozen=True, slots=True)
class Line:
    """One record of a file, before it is quoted.

    Attributes:
        cells: The fields.
        canonical: The person's number, or empty where the record must be refused.
        reason: Why, or empty.
    """

    cells: tuple[str, ...]
    canonical: str
    reason: str


class Visits:
    """The rows of every file.

    Args:
        people: How many different people.
        seed: Decides everything.
    """

    def __init__(self, people: int, seed: int) -> None:
        self._seed = seed
        self._numbers, self._names = _register(people, seed)
        self._of_sender = self._shared_out(people)

    def _shared_out(self, people: int) -> list[list[int]]:
        """Tell for each sender whose rows its file has, one entry a row, unordered."""
        everyone = np.arange(people, dtype=np.int64)
        often = below(100, everyone, self._seed, "often").tolist()
        abroad = below(100, everyone, self._seed, "abroad").tolist()
        shared: list[list[int]] = [[] for _ in SENDERS]
        for person in range(people):
            coordinated = self._numbers[person][6] >= "6"
            home = _COORDINATED_HOME if coordinated else _HOMES[person % len(_HOMES)]
            shared[home] += [person] * (1 + (often[person] < 30) + (often[person] < 8))
            if abroad[person] < 4 and not coordinated:
                shared[(home + 1 + abroad[person] % 2) % len(SENDERS)].append(person)
        return shared

    def lines(self, place: int) -> list[Line]:
        """Make the records of the sender at ``place`` of ``SENDERS``, in the file's order."""
        sender, rows = SENDERS[place], self._of_sender[place]
        positions = np.arange(len(rows), dtype=np.int64)
        order = Order(len(rows), self._seed, f"order {sender.name}")(positions).tolist()
        fates = self._fates(sender, len(rows))
        details = self._details(sender, positions)
        spelled = below(1 << 20, positions, self._seed, f"spelling {sender.name}").tolist()
        return [
            self._line(sender, rows[person], fates.get(row, ""), spelled[row], details[row])
            for row, person in enumerate(order)
        ]

    def _fates(self, sender: Sender, rows: int) -> dict[int, str]:
        """Tell which rows are wrong, and how."""
        bad = rows * _BAD_PER_100 // 100
        ragged = sender.ragged if rows >= _FEWEST_FOR_RAGGED else ()
        picked = np.arange(bad + len(ragged), dtype=np.int64)
        chosen = Order(rows, self._seed, f"bad {sender.name}")(picked).tolist()
        reasons = [BAD[turn % len(BAD)] for turn in range(bad)]
        return dict(zip(chosen, [*reasons, *(f"ragged {by}" for by in ragged)], strict=True))

    def _details(self, sender: Sender, rows: Ints) -> list[tuple[str, ...]]:
        """Make the columns that say what was done: insats, start, end, hours."""

        def draws(limit: int, what: str) -> list[int]:
            listed: list[int] = below(limit, rows, self._seed, f"{what} {sender.name}").tolist()
            return listed

        drawn = (draws(8, "insats"), draws(540, "start"), draws(330, "end"), draws(400, "hours"))
        made: list[tuple[str, ...]] = []
        for insats, start, length, hours in zip(*drawn, strict=True):
            began = _FIRST_START + timedelta(days=start)
            # What is still going on has no end.
            ended = "" if length < 30 else (began + timedelta(days=length)).isoformat()
            made.append((sender.code, str(insats + 1), began.isoformat(), ended, str(hours + 1)))
        return made

    def _line(
        self, sender: Sender, person: int, fate: str, draw: int, details: Sequence[str]
    ) -> Line:
        canonical = self._numbers[person]
        name = _varied(self._names[person], draw)
        if fate in BAD:
            number = sender.bad_number(fate, canonical, _unborn(draw))
            return Line((number, name, *details), "", fate)
        number = sender.number(canonical, draw, REFERENCE_DATE)
        cells = (number, name, *details)
        if fate:
            by = int(fate.removeprefix("ragged "))
            return Line(cells[:by] if by < 0 else (*cells, *["x"] * by), "", "ragged")
        return Line(cells, canonical, "")


def _register(people: int, seed: int) -> tuple[list[str], list[str]]:
    """Make the people: their numbers and names."""
    serials = TEST_SERIALS if people <= _ENOUGH_TEST_SERIALS else range(1, 1000)

    def born(time: tuple[date, date]) -> People:
        return People(seed, first_birth=time[0], last_birth=time[1], serials=serials)

    young = born(_YOUNG)
    persons = young.persons(people)
    old = range(_OLD_AT, people, _OLD_EVERY)
    # The elders' decade has too few test numbers for the largest deliveries.
    elders = People(seed, first_birth=_OLD[0], last_birth=_OLD[1]).persons(len(old))
    for place, elder in zip(old, elders, strict=True):
        persons[place] = elder
    numbers = [person.canonical for person in persons]
    incomplete = range(_INCOMPLETE_AT, people, _INCOMPLETE_EVERY)
    unknown = young.samordningsnummer(len(incomplete), incomplete=True)
    for place, number in zip(incomplete, unknown, strict=True):
        numbers[place] = number
    return numbers, [person.name for person in persons]


def _unborn(draw: int) -> str:
    space = person_space(*_UNBORN)
    return texts(space.write(np.array([draw % space.size])))[0]


def _varied(name: str, draw: int) -> str:
    """Write some names as forms get them: turned round, with a by-name."""
    given, family = name.split(" ", 1)
    if draw % 61 == 0:
        return f"{family}; {given}"
    if draw % 97 == 0:
        return f'{given} "Nanne" {family}'
    return name
