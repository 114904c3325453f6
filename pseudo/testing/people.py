# SPDX-License-Identifier: Apache-2.0
"""Synthetic people with valid Swedish identity numbers of every kind.

They exist so that nobody ever has to test with a real person's number. The numbers are
drawn from the whole space of valid ones, so a drawn number may by chance be somebody's;
nothing else about the person is. Where a delivery is to be shown to people,
``serials=TEST_SERIALS`` keeps to the birth numbers 980–999, where many of the tax
agency's published test numbers lie.

Example:
    >>> people = People(seed=1)
    >>> people.personnummer(2) == people.personnummer(1) + people.personnummer(1, start=1)
    True
    >>> people.persons(1)[0].kind
    'personnummer'
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from pseudo.testing import invalid
from pseudo.testing.arithmetic import Ints, Order, below, texts
from pseudo.testing.names import FAMILY_NAMES, FEMALE_NAMES, MALE_NAMES
from pseudo.testing.spaces import KINDS, Space, incomplete_space, person_space, space

__all__ = ["KINDS", "REFERENCE_DATE", "TEST_SERIALS", "People", "Person"]

REFERENCE_DATE = date(2026, 11, 22)
"""The day by which synthetic people are born, unless another is given."""

TEST_SERIALS = range(980, 1000)
"""Birth numbers in which many published test numbers lie."""

_COORDINATED_EVERY = 33


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who does not exist.

    Attributes:
        kind: ``personnummer`` or ``samordningsnummer``.
        canonical: The number in its canonical form, 12 digits.
        born: The date of birth that the number says.
        given_name: Fits the sex that the number says.
        family_name: Any.
    """

    kind: str
    canonical: str
    born: date
    given_name: str
    family_name: str

    @property
    def name(self) -> str:
        """Given name and family name."""
        return f"{self.given_name} {self.family_name}"


class People:
    """Synthetic people, always the same ones for a seed.

    Every method takes a count and a start; what it gives is a slice of one fixed order in
    which no number occurs twice. So 50 million can be had in pieces.

    Args:
        seed: Another seed gives other people.
        reference_date: Nobody is born after this day.
        first_birth: Nobody is born before this day; from 1800 on.
        last_birth: The latest birth date; the reference date where it is not given.
        serials: The birth numbers that personnummer and samordningsnummer get.
    """

    def __init__(
        self,
        seed: int = 1,
        reference_date: date = REFERENCE_DATE,
        *,
        first_birth: date = date(1900, 1, 1),
        last_birth: date | None = None,
        serials: range = range(1, 1000),
    ) -> None:
        self.seed = seed
        self.reference_date = reference_date
        self.first_birth = first_birth
        self.last_birth = last_birth or reference_date
        self._serials = serials
        if not date(1800, 1, 1) <= first_birth <= self.last_birth <= reference_date:
            raise ValueError("birth dates must lie in order, from 1800 to the reference date")

    def size(self, kind: str = "personnummer") -> int:
        """Tell how many numbers of a kind there are."""
        return self._space(kind).size

    def numbers(self, kind: str, n: int, start: int = 0) -> list[str]:
        """Make valid numbers of any kind, in canonical form and all different.

        Args:
            kind: One of :data:`KINDS`.
            n: How many.
            start: How many of the order to pass over.

        Raises:
            ValueError: An unknown kind, or more numbers than there are.
        """
        return self._slice(self._space(kind), kind, n, start)

    def personnummer(self, n: int, start: int = 0) -> list[str]:
        """Make different personnummer of 12 digits; a million takes about a second."""
        return self.numbers("personnummer", n, start)

    def samordningsnummer(self, n: int, start: int = 0, *, incomplete: bool = False) -> list[str]:
        """Make different samordningsnummer of 12 digits.

        Args:
            n: How many.
            start: How many of the order to pass over.
            incomplete: Only such whose month (00) or day (60) of birth is not known.
        """
        if not incomplete:
            return self.numbers("samordningsnummer", n, start)
        chosen = incomplete_space(self.first_birth, self.last_birth)
        return self._slice(chosen, "incomplete", n, start)

    def interim(self, n: int, start: int = 0) -> list[str]:
        """Make different interim numbers of the universities, 12 characters."""
        return self.numbers("interim", n, start)

    def reserve(self, scheme: str, n: int, start: int = 0) -> list[str]:
        """Make different reserve numbers of a region's scheme, 12 characters."""
        return self.numbers(f"reserv:{scheme}", n, start)

    def orgnr(self, n: int, start: int = 0) -> list[str]:
        """Make different organisationsnummer of 10 digits."""
        return self.numbers("orgnr", n, start)

    def invalid(self, reason: str, n: int, start: int = 0) -> list[str]:
        """Make values that are wrong in one way and right in every other.

        Args:
            reason: One of :data:`pseudo.testing.invalid.REASONS`.
            n: How many; placeholders and the like repeat.
            start: How many of the order to pass over.

        Returns:
            Texts as they stand in a delivery's cells.

        Raises:
            ValueError: An unknown reason.
        """
        return invalid.make(reason, self, n, start)

    def persons(self, n: int, start: int = 0) -> list[Person]:
        """Make different people with names; every 33rd has a samordningsnummer."""
        indices = np.arange(start, start + n, dtype=np.int64)
        pair = [self.personnummer(n, start), self.samordningsnummer(n, start)]
        names = self._names(indices)
        return [
            _person(pair, index % _COORDINATED_EVERY == _COORDINATED_EVERY - 1, place, names)
            for place, index in enumerate(range(start, start + n))
        ]

    def _names(self, indices: Ints) -> list[list[str]]:
        lists: Sequence[tuple[str, ...]] = (FEMALE_NAMES, MALE_NAMES, FAMILY_NAMES)
        return [
            [names[drawn] for drawn in below(len(names), indices, self.seed, f"names{which}")]
            for which, names in enumerate(lists)
        ]

    def _space(self, kind: str) -> Space:
        if kind in ("personnummer", "samordningsnummer"):
            return person_space(
                self.first_birth,
                self.last_birth,
                coordinated=kind == "samordningsnummer",
                serials=self._serials,
            )
        return space(kind, self.first_birth, self.last_birth)

    def _slice(self, chosen: Space, stream: str, n: int, start: int) -> list[str]:
        indices = np.arange(start, start + n, dtype=np.int64)
        return texts(chosen.write(Order(chosen.size, self.seed, stream)(indices)))

    def __repr__(self) -> str:
        return f"<People seed={self.seed} reference_date={self.reference_date}>"


def _person(
    pair: Sequence[Sequence[str]], coordinated: bool, place: int, names: list[list[str]]
) -> Person:
    canonical = pair[coordinated][place]
    day = int(canonical[6:8]) - (60 if coordinated else 0)
    return Person(
        kind="samordningsnummer" if coordinated else "personnummer",
        canonical=canonical,
        born=date(int(canonical[:4]), int(canonical[4:6]), day),
        given_name=names[int(canonical[10]) % 2][place],
        family_name=names[2][place],
    )
