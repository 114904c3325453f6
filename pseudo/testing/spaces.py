# SPDX-License-Identifier: Apache-2.0
"""Every kind of identity number as a space: how many there are, and which is the nth.

A space counts the valid numbers of one kind and writes any of them in its canonical form,
check digit included, for whole arrays of ranks at a time. The rules are those of the tax
agency and of the regions, written down here a second time on purpose.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np

from pseudo.testing.arithmetic import Bytes, Ints, check_digits, date_digits, digits

__all__ = [
    "KINDS",
    "SCHEMES",
    "Space",
    "incomplete_space",
    "person_space",
    "space",
]

SCHEMES = ("stockholm", "vgr", "varmland", "carelink", "nrid", "skane")
"""Reserve-number schemes of the regions; the kind is ``reserv:<scheme>``."""

KINDS = (
    "personnummer",
    "samordningsnummer",
    "interim",
    *(f"reserv:{scheme}" for scheme in SCHEMES),
    "orgnr",
)
"""Kinds that there is a space of."""

_ZERO = ord("0")
_EPOCH = date(1970, 1, 1).toordinal()
_COORDINATED = 60
_PLACEHOLDER_SERIAL = 101


@dataclass(frozen=True, slots=True)
class Space:
    """All valid numbers of one kind and one time.

    Attributes:
        size: How many there are.
        write: From ranks below ``size`` to a matrix of ASCII codes, one number a row.
    """

    size: int
    write: Callable[[Ints], Bytes]


def _day(day: date) -> int:
    return day.toordinal() - _EPOCH


def _codes(letters: str) -> Bytes:
    return np.frombuffer(letters.encode("ascii"), dtype=np.uint8)


def _split(ranks: Ints, per_day: int, first: date) -> tuple[Bytes, Ints]:
    """Take ranks apart into birth dates and what tells a day's numbers apart."""
    return date_digits(ranks // per_day + _day(first)), ranks % per_day


def _days(first: date, last: date) -> int:
    if last < first:
        raise ValueError("the last birth date is before the first")
    return _day(last) - _day(first) + 1


def _coordinated(dates: Bytes) -> Bytes:
    """Add 60 to the day, which never carries beyond the day's own two digits."""
    dates[:, 6] += _COORDINATED // 10
    return dates


def _placeholders(first: date, last: date, serials: range) -> list[int]:
    """Find the ranks of 101010-1010, which is valid and a known placeholder."""
    if _PLACEHOLDER_SERIAL not in serials:
        return []
    days = [date(century + 10, 10, 10) for century in (1800, 1900, 2000)]
    place = serials.index(_PLACEHOLDER_SERIAL)
    return [
        (_day(day) - _day(first)) * len(serials) + place for day in days if first <= day <= last
    ]


def person_space(
    first: date, last: date, *, coordinated: bool = False, serials: range = range(1, 1000)
) -> Space:
    """Count the personnummer or samordningsnummer of everyone born in a time.

    Args:
        first: The earliest birth date.
        last: The latest birth date.
        coordinated: Samordningsnummer (day + 60) instead of personnummer.
        serials: The birth numbers that are used.

    Returns:
        The space; the placeholder 101010-1010 is not in it.
    """
    per_day = len(serials)
    excluded = [] if coordinated else _placeholders(first, last, serials)
    size = _days(first, last) * per_day - len(excluded)

    def write(ranks: Ints) -> Bytes:
        for place, rank in enumerate(excluded):
            ranks = np.where(ranks == rank, size + place, ranks)
        dates, places = _split(ranks, per_day, first)
        dates = _coordinated(dates) if coordinated else dates
        return _checked(dates, digits(places * serials.step + serials.start, 3))

    return Space(size, write)


def _checked(dates: Bytes, serials: Bytes) -> Bytes:
    """Put date, birth number and check digit together, as ASCII codes."""
    body = np.hstack([dates, serials])
    return np.column_stack([body, check_digits(body[:, 2:])]) + np.uint8(_ZERO)


def incomplete_space(first: date, last: date) -> Space:
    """Count samordningsnummer of people whose month or day of birth is not known.

    Month 00 comes with any day, day 60 with any month or none. Whole years are counted,
    the last one left out, so that no number can lie in the future.
    """
    years = range(first.year, last.year)
    if not years:
        raise ValueError("an incomplete birth date needs a whole year")
    dates = [f"00{day:02}" for day in range(60, 92)] + [f"{month:02}60" for month in range(1, 13)]
    endings = np.array([int(ending) for ending in dates], dtype=np.int64)
    per_year = len(endings) * 999

    def write(ranks: Ints) -> Bytes:
        chosen = endings[ranks // 999 % len(endings)]
        born = (ranks // per_year + years.start) * 10_000 + chosen
        return _checked(digits(born, 8), digits(ranks % 999 + 1, 3))

    return Space(len(years) * per_year, write)


def _lettered(first: date, last: date, letters: str, values: dict[str, int]) -> Space:
    """Date, a letter that counts as a digit, two digits, check digit."""
    codes = _codes(letters)
    counts = np.array([values[letter] for letter in letters], dtype=np.uint8)
    per_day = len(letters) * 100

    def write(ranks: Ints) -> Bytes:
        dates, places = _split(ranks, per_day, first)
        chosen, pair = places // 100, digits(places % 100, 2)
        check = check_digits(np.column_stack([dates[:, 2:], counts[chosen], pair]))
        return np.column_stack([dates + _ZERO, codes[chosen], pair + _ZERO, check + _ZERO])

    return Space(_days(first, last) * per_day, write)


def _interim(first: date, last: date) -> Space:
    return _lettered(first, last, "TRSUWXJKLMN", dict.fromkeys("TRSUWXJKLMN", 1))


def _vgr(first: date, last: date) -> Space:
    return _lettered(first, last, "KMX", {"K": 5, "M": 7, "X": 8})


def _stockholm(first: date, last: date) -> Space:
    def write(ranks: Ints) -> Bytes:
        body = digits((ranks // 100_000 + first.year) * 100_000 + ranks % 100_000, 9)
        nines = np.full((len(ranks), 2), 9, dtype=np.uint8)
        return np.column_stack([nines, body, check_digits(body[:, 2:])]) + np.uint8(_ZERO)

    return Space((last.year - first.year + 1) * 100_000, write)


def _varmland(first: date, last: date) -> Space:
    second = _codes("FUXPL")
    per_day = len(second) * 100

    def write(ranks: Ints) -> Bytes:
        dates, places = _split(ranks, per_day, first)
        letter = np.full(len(ranks), ord("S"), dtype=np.uint8)
        pair = digits(places % 100, 2) + _ZERO
        return np.column_stack([dates + _ZERO, letter, second[places // 100], pair])

    return Space(_days(first, last) * per_day, write)


def _carelink(first: date, last: date) -> Space:
    """Months before the last one; 32 to 59 stand in place of the day."""
    start = first.year * 12 + first.month - 1
    months = last.year * 12 + last.month - 1 - start
    per_month = 28 * 1000

    def write(ranks: Ints) -> Bytes:
        month = ranks // per_month + start
        head = (month // 12) * 10_000 + (month % 12 + 1) * 100 + ranks // 1000 % 28 + 32
        return _checked(digits(head, 8), digits(ranks % 1000, 3))

    return Space(months * per_month, write)


def _nrid(first: date, last: date) -> Space:
    """Take every last digit: the check digit's rule is not public."""
    letters = _codes("ABCDEFGHJKLMNPRSTUXYZ")
    per_day = len(letters) ** 2 * 100

    def write(ranks: Ints) -> Bytes:
        dates, places = _split(ranks, per_day, first)
        century = dates[:, 0].astype(np.int64) * 10 + dates[:, 1] + 3
        pair = digits(places % 100, 2) + _ZERO
        chosen = places // 100
        return np.column_stack(
            [
                digits(century, 2) + _ZERO,
                dates[:, 2:] + _ZERO,
                letters[chosen // len(letters)],
                letters[chosen % len(letters)],
                pair,
            ]
        )

    return Space(_days(first, last) * per_day, write)


def _skane(first: date, last: date) -> Space:
    """One letter, in any of the four places; numbers with more letters exist as well."""
    letters = _codes("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
    per_day = 4 * len(letters) * 1000

    def write(ranks: Ints) -> Bytes:
        dates, places = _split(ranks, per_day, first)
        tail = np.insert(digits(places % 1000, 3) + _ZERO, 0, letters[places // 1000 % 26], 1)
        turn = (np.arange(4) - (places // 26_000)[:, np.newaxis]) % 4
        return np.hstack([dates + _ZERO, np.take_along_axis(tail, turn, axis=1)])

    return Space(_days(first, last) * per_day, write)


def _orgnr(_first: date, _last: date) -> Space:
    """Ten digits, the third at least 2; 9999999999, a placeholder, is not among them."""
    groups = np.array([1, 2, 3, 5, 7, 8], dtype=np.int64)

    def write(ranks: Ints) -> Bytes:
        rest = ranks % 80_000_000
        head = groups[ranks // 80_000_000] * 100 + rest // 8_000_000 * 10 + rest // 1_000_000 % 8
        body = digits((head + 2) * 1_000_000 + rest % 1_000_000, 9)
        return np.column_stack([body, check_digits(body)]) + np.uint8(_ZERO)

    return Space(len(groups) * 80_000_000, write)


_SPACES: dict[str, Callable[[date, date], Space]] = {
    "personnummer": person_space,
    "samordningsnummer": lambda first, last: person_space(first, last, coordinated=True),
    "interim": _interim,
    "reserv:stockholm": _stockholm,
    "reserv:vgr": _vgr,
    "reserv:varmland": _varmland,
    "reserv:carelink": _carelink,
    "reserv:nrid": _nrid,
    "reserv:skane": _skane,
    "orgnr": _orgnr,
}


def space(kind: str, first: date, last: date) -> Space:
    """Count the valid numbers of a kind for people born in a time.

    Args:
        kind: One of :data:`KINDS`.
        first: The earliest birth date; years before 1800 are not identity numbers.
        last: The latest birth date.

    Raises:
        ValueError: An unknown kind.
    """
    if kind not in _SPACES:
        raise ValueError(f"there is no synthetic {kind}")
    return _SPACES[kind](first, last)
