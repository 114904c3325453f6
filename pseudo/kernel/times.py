# SPDX-License-Identifier: Apache-2.0
"""Texts to dates and times: the reference conversion.

The calendar is numpy's, proleptic Gregorian as in ISO 8601. The C library's ``strptime``
is not asked: it takes 30 February for 2 March, and second 60 for the next minute.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["dates", "datetimes"]

# There is no year 0, and few programs can read one.
_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DATE = rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"
_TO_THE_MINUTE = rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}[T ]{_TIME}$"
_TO_THE_SECOND = rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}[T ]{_TIME}:[0-5][0-9]$"

Flags = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]


def dates(column: pa.StringArray) -> tuple[pa.Array, pa.Array]:
    """Read dates, ``YYYY-MM-DD``.

    Returns:
        A date for each text, and whether the text is one.
    """
    days, fits = _read(column, _DATE, 10)
    return pa.array(days.astype(np.int32)).view(pa.date32()), pa.array(fits)


def datetimes(column: pa.StringArray) -> tuple[pa.Array, pa.Array]:
    """Read dates with a time, ``YYYY-MM-DDTHH:MM`` and perhaps ``:SS``; see :func:`dates`."""
    minutes, short = _read(column, _TO_THE_MINUTE, 16)
    seconds, long = _read(column, _TO_THE_SECOND, 19)
    moments = np.where(short, minutes, seconds) * 1_000_000
    return pa.array(moments).view(pa.timestamp("us")), pa.array(short | long)


def _read(column: pa.StringArray, pattern: str, width: int) -> tuple[Numbers, Flags]:
    """Read the texts of a pattern, all of one width.

    Returns:
        Days since 1970 for dates, seconds for the others; and which texts are days that
        exist.
    """
    shaped = pc.match_substring_regex(column, pattern).fill_null(False)
    fits = shaped.to_numpy(zero_copy_only=False).copy()
    values = np.zeros(len(column), np.int64)
    read, exist = _moments(_digits(column.filter(shaped), width))
    values[fits] = read
    fits[fits] = exist
    return values, fits


def _digits(texts: pa.StringArray, width: int) -> Numbers:
    """Give the characters of texts of one width as digits, a row of the result a place."""
    count = len(texts)
    if not count:
        return np.zeros((width, 0), np.int64)
    data = np.frombuffer(texts.buffers()[2], np.uint8)
    begin = int(np.frombuffer(texts.buffers()[1], np.int32)[texts.offset])
    cells = data[begin : begin + width * count].reshape(count, width)
    return cells.T.astype(np.int64) - ord("0")


def _moments(digits: Numbers) -> tuple[Numbers, Flags]:
    """Count the days, or the seconds where there is a time, since 1970."""

    def two(place: int) -> Numbers:
        return 10 * digits[place] + digits[place + 1]

    year, month, day = 100 * two(0) + two(2), two(5), two(8)
    first, following = (_first_of(year, number) for number in (month, month + 1))
    exist = (month >= 1) & (month <= 12) & (day >= 1) & (day <= following - first)
    moments = first + day - 1
    if len(digits) >= 16:
        moments = 86_400 * moments + 3_600 * two(11) + 60 * two(14)
    if len(digits) == 19:
        moments = moments + two(17)
    return moments, exist


def _first_of(year: Numbers, month: Numbers) -> Numbers:
    """Count the days from 1970 to the first of a month."""
    months = 12 * (year - 1970) + month - 1
    return months.astype("datetime64[M]").astype("datetime64[D]").astype(np.int64)
