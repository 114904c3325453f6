# SPDX-License-Identifier: Apache-2.0
"""Birth dates: which exist, which century is meant, and which lie in the future."""

from __future__ import annotations

import calendar
from datetime import date

from pseudo.identity.reasons import Reason

__all__ = [
    "CENTURIES",
    "OLDEST_AGE",
    "birth_year",
    "could_be_over_100",
    "date_reason",
    "is_after",
    "is_date",
]

CENTURIES = (18, 19, 20)
"""Centuries a personnummer is stored with (Skatteverket 330245)."""

OLDEST_AGE = 120
"""Nobody registered in Sweden has grown older, so a 10-digit form without separator is
counted as ambiguous only where the person would be at most this old."""


def birth_year(two_digits: int, reference: date, *, plus: bool) -> int:
    """Tell the birth year of a 10-digit form (folkbokföringslagen 18 §).

    Args:
        two_digits: The year as written, 0–99.
        reference: The day by which ages are counted.
        plus: Whether the separator is ``+``, which the number gets in the calendar year
            in which the person turns 100.

    Returns:
        The one year in R−99…R, or with ``plus`` in R−199…R−100, that ends so.
    """
    latest = reference.year - 100 if plus else reference.year
    return latest - (latest - two_digits) % 100


def could_be_over_100(year: int, reference: date) -> bool:
    """Tell whether a year read from a form without separator could be a century earlier."""
    return reference.year - (year - 100) <= OLDEST_AGE


def is_date(year: int, month: int, day: int) -> bool:
    """Tell whether a calendar day exists."""
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year, month)[1]


def is_after(year: int, month: int, day: int, reference: date) -> bool:
    """Tell whether a birth date, month or day of which may be 0, is after ``reference``.

    An incomplete date is in the future only if every day it could mean is.
    """
    if month == 0:
        return year > reference.year
    if day == 0:
        return (year, month) > (reference.year, reference.month)
    return (year, month, day) > (reference.year, reference.month, reference.day)


def date_reason(year: int, month: int, day: int, reference: date) -> Reason:
    """Judge a complete birth date: OK, BAD_CENTURY, BAD_DATE or FUTURE_DATE."""
    if year // 100 not in CENTURIES:
        return Reason.BAD_CENTURY
    if not is_date(year, month, day):
        return Reason.BAD_DATE
    if is_after(year, month, day, reference):
        return Reason.FUTURE_DATE
    return Reason.OK
