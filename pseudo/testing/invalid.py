# SPDX-License-Identifier: Apache-2.0
"""Values that are wrong in exactly one way, by the reason they are to be refused for.

The reasons bear the names of :class:`pseudo.identity.Reason` in lower case.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from itertools import cycle, islice
from typing import TYPE_CHECKING

import numpy as np

from pseudo.testing.arithmetic import Order, below, check_digits, texts
from pseudo.testing.spaces import person_space

if TYPE_CHECKING:
    from pseudo.testing.people import People

__all__ = ["REASONS", "make", "with_check_digit"]


def with_check_digit(eleven: str) -> str:
    """Complete a number of eleven digits with the check digit that belongs there."""
    body = np.array([[int(digit) for digit in eleven[2:]]], dtype=np.uint8)
    return f"{eleven}{check_digits(body)[0]}"


def _fixed(*values: str) -> Callable[[People, int, int], list[str]]:
    def made(_: People, n: int, start: int) -> list[str]:
        return list(islice(cycle(values), start, start + n))

    return made


def _bad_check_digit(people: People, n: int, start: int) -> list[str]:
    indices = np.arange(start, start + n, dtype=np.int64)
    shifts = below(9, indices, people.seed, "bad check digit")
    return [
        f"{number[:11]}{(int(number[11]) + 1 + shift) % 10}"
        for number, shift in zip(people.personnummer(n, start), shifts.tolist(), strict=True)
    ]


def _bad_serial(people: People, n: int, start: int) -> list[str]:
    return [with_check_digit(f"{number[:8]}000") for number in people.personnummer(n, start)]


def _bad_date(people: People, n: int, start: int) -> list[str]:
    """Days and months that do not exist, and are no samordningsnummer's either."""
    wrong = ("1332", "0230", "0431", "0015", "1300", "0832", "0559", "1192", "0290", "2001")
    return [
        with_check_digit(f"{number[:4]}{wrong[index % len(wrong)]}{number[8:11]}")
        for index, number in enumerate(people.personnummer(n, start), start)
    ]


def _wrong_length(people: People, n: int, start: int) -> list[str]:
    """Eleven, nine, thirteen and eight digits, with and without a hyphen."""
    shapes: tuple[Callable[[str], str], ...] = (
        lambda number: number[:11],
        lambda number: number[2:11],
        lambda number: f"{number[2:8]}-{number[8:11]}",
        lambda number: f"{number}{number[0]}",
        lambda number: number[:8],
        lambda number: f"{number[1:8]}-{number[8:]}",
    )
    return [
        shapes[index % len(shapes)](number)
        for index, number in enumerate(people.personnummer(n, start), start)
    ]


def _future_date(people: People, n: int, start: int) -> list[str]:
    """Make numbers valid in every way, of people born in the thirty years to come."""
    first = people.reference_date + timedelta(days=1)
    last = min(first + timedelta(days=30 * 365), date(2099, 12, 31))
    future = person_space(first, last)
    indices = np.arange(start, start + n, dtype=np.int64)
    return texts(future.write(Order(future.size, people.seed, "future")(indices)))


def _century_conflict(people: People, n: int, start: int) -> list[str]:
    """Twelve digits of somebody younger than 100, with the sign of those who are older."""
    young = person_space(date(people.reference_date.year - 99, 1, 1), people.reference_date)
    indices = np.arange(start, start + n, dtype=np.int64)
    numbers = texts(young.write(Order(young.size, people.seed, "young")(indices)))
    return [f"{number[:8]}+{number[8:]}" for number in numbers]


def _bad_century(people: People, n: int, start: int) -> list[str]:
    centuries = ("17", "21", "00", "99")
    return [
        f"{centuries[index % len(centuries)]}{number[2:]}"
        for index, number in enumerate(people.personnummer(n, start), start)
    ]


def _lossy_number(people: People, n: int, start: int) -> list[str]:
    return [f"{float(number):.5E}" for number in people.personnummer(n, start)]


def _bad_form(people: People, n: int, start: int) -> list[str]:
    shapes: tuple[Callable[[str], str], ...] = (
        lambda number: f"pnr {number}",
        lambda number: f"{number[:8]}-{number[8:11]}X",
        lambda number: f"{number[:8]}--{number[8:]}",
        lambda number: f"{number[:4]}.{number[4:6]}.{number[6:8]}-{number[8:]}",
        lambda _: "saknas",
    )
    return [
        shapes[index % len(shapes)](number)
        for index, number in enumerate(people.personnummer(n, start), start)
    ]


_MAKERS: dict[str, Callable[[People, int, int], list[str]]] = {
    "blank": _fixed("", " ", "\u00a0", "  \t"),
    "bad_form": _bad_form,
    "lossy_number": _lossy_number,
    "wrong_length": _wrong_length,
    "bad_century": _bad_century,
    "century_conflict": _century_conflict,
    "bad_date": _bad_date,
    "bad_serial": _bad_serial,
    "bad_check_digit": _bad_check_digit,
    "future_date": _future_date,
    "placeholder": _fixed("000000-0000", "101010-1010", "1010101010", "0000000000"),
}

REASONS = tuple(_MAKERS)
"""Reasons that values can be made for."""


def make(reason: str, people: People, n: int, start: int = 0) -> list[str]:
    """Make ``n`` values that are to be refused for ``reason``.

    Raises:
        ValueError: There is no such reason.
    """
    if reason not in _MAKERS:
        raise ValueError(f"nothing is made for the reason {reason}")
    return _MAKERS[reason](people, n, start)
