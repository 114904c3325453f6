# SPDX-License-Identifier: Apache-2.0
"""Cells for the searches of both kernels: numbers in all spellings, and what is none."""

from __future__ import annotations

import random
from datetime import date

from pseudo.testing import HOSTILE, REFERENCE_DATE, People, spell_all

__all__ = ["PIECES", "YEAR", "Cells", "numbers", "spellings"]

YEAR = 2026

PIECES = (
    *("850709", "19850709", "9805", "1212", "19", "85", "07", "09", "2", "0", "00", "000000"),
    *(" ", "  ", "    ", "-", "+", "\u2013", "\u2212", ".", ",", "/", ":", "_", "\0", "\t"),
    *("x", "\u00e5", "\u00e9", "\u00b2", "\u00bd", "\u0301", "\u20ac", "\u201c", "\u2460"),
    *("\u00a0", "\u2009", "\ufeff", "\u200b", "\u1680", "\x85", "\x1c"),
    *("\u0663", "\uff11", "\U0001e4f1", "\u6587", "\U0001f600", "a" * 30, "T", ".0", ",0000"),
    *("0123456789abcdef" * 2, "12345678-1212-4abc-8abc-0123456789ab", "19850709-9805-"),
    *("10:30:00.", "850709+0200", "2024-05-01", "2024-05-01T10:30:00.850709+0200"),
    *("070-123 45 67", "SE45 5000 0000 0583 9825 7466", "556703-7485", "1 234 567,50"),
)
"""What cells are put together from, beside spellings of numbers."""


def numbers(count: int = 40) -> list[str]:
    """Make canonical numbers of both kinds, some of them with incomplete dates."""
    people = People(seed=13, first_birth=date(1850, 1, 1))
    incomplete = people.samordningsnummer(count // 4, incomplete=True)
    return [*people.personnummer(count), *people.samordningsnummer(count // 2), *incomplete]


def spellings(count: int = 40) -> list[str]:
    """Spell numbers in every way that is read, and in many that are not."""
    made = [
        text for number in numbers(count) for text in spell_all(number, REFERENCE_DATE).values()
    ]
    hostile = (
        spell(number, REFERENCE_DATE) for number in numbers(8) for spell in HOSTILE.values()
    )
    return made + [text for text in hostile if text and len(text) < 300]


class Cells:
    """Makes cells that come close to a number, or hold one, or several."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._numbers = numbers()
        self._spellings = spellings()

    def take(self, count: int) -> list[str | None]:
        """Make so many cells, a few of them null."""
        makers = (self._pieces, self._pieces, self._date, self._wide, self._mutated, lambda: None)
        weights = (4, 2, 1, 1, 3, 0.3)
        chosen = self._random.choices(makers, weights, k=count)
        return [make() for make in chosen]

    def _pieces(self) -> str:
        source = self._random.choice((PIECES, self._spellings))
        pieces = self._random.choices(PIECES, k=self._random.randint(0, 4))
        pieces.insert(self._random.randint(0, len(pieces)), self._random.choice(source))
        return "".join(pieces)

    def _date(self) -> str:
        """Write a date in three parts and four digits, sometimes too far apart."""
        number = self._random.choice(self._numbers)
        year = number[self._random.choice((0, 2)) : 4]
        parts = [year, number[4:6], number[6:8], number[8:]]
        gaps = [self._gap(4), self._gap(4), self._gap(9), self._random.choice(("", *PIECES))]
        return "".join(part for pair in zip(parts, gaps, strict=True) for part in pair)

    def _wide(self) -> str:
        """Write a number alone, its parts up to a dozen characters apart."""
        number = self._random.choice(self._numbers)
        blanks = "".join(self._random.choices(" \u2009\u00a0", k=self._random.randint(0, 11)))
        gap = blanks + self._random.choice(("", "-", "+", "\u2013", " - ")) + self._gap(2)
        head = number[self._random.choice((0, 2)) : 8]
        return self._gap(1) + head + gap + number[8:] + self._random.choice(("", " ", "x", ".0"))

    def _mutated(self) -> str:
        text = self._random.choice((self._spellings, PIECES))
        cell = f"{self._random.choice(PIECES)}{self._random.choice(text)}"
        place = self._random.randrange(len(cell))
        taken = self._random.randint(0, 2)
        return cell[:place] + self._random.choice(PIECES) + cell[place + taken :]

    def _gap(self, most: int) -> str:
        return "".join(self._random.choices("-/. \u2013", k=self._random.randint(0, most)))
