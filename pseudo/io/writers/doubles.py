# SPDX-License-Identifier: Apache-2.0
"""Values as the 64-bit floats that statistics programs and workbooks have for all numbers.

Nothing is rounded: what no float holds is refused by the code of an error.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["EXACT", "Clock", "Doubles", "days", "integers", "moments", "reals"]

EXACT = 2**53
"""Beyond this not every integer has a float of its own."""

_DAY = 86_400
_SECOND = 1_000_000
_MILLI = 1_000
_EPOCH = date(1970, 1, 1)
_LAST = date(9999, 12, 31)


@dataclass(frozen=True, slots=True, repr=False)
class Doubles:
    """A column as floats.

    Attributes:
        column: The floats; null where nothing is.
        fault: Code of why some value cannot be one; empty where all can.
        notes: Codes of what should be known of them.
    """

    column: pa.Array
    fault: str = ""
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Clock:
    """How a format counts days and time.

    Attributes:
        zero: The day that is 0.
        first: The first day that it can hold.
        day: What a day counts for, in dates.
        second: What a second counts for, in times.
        fine: Whether it can hold microseconds, where a float still tells them apart; else
            milliseconds.
    """

    zero: date
    first: date
    day: int = 1
    second: float = 1
    fine: bool = False


def integers(column: pa.Int64Array, most: int) -> Doubles:
    """Give integers as floats; ``most`` is the greatest, either way."""
    seen = pc.min_max(column).as_py()
    if seen["min"] is not None and (seen["min"] < -most or seen["max"] > most):
        return Doubles(column, "output.integer_too_large")
    return Doubles(column.cast(pa.float64()))


def reals(column: pa.DoubleArray, least: float, most: float) -> Doubles:
    """Give floats without those that are no numbers, and without minus zero.

    Args:
        column: The floats.
        least: The smallest magnitude that is not zero.
        most: The greatest.
    """
    values, missing = _taken(column, 0.0)
    values = values + 0.0
    nan = np.isnan(values)
    size = np.abs(values[~nan])
    if ((size > most) | ((size < least) & (size > 0))).any():
        return Doubles(column, "output.number_out_of_range")
    notes = ("note.nan_missing",) if nan.any() else ()
    return Doubles(_given(values, missing | nan), "", notes)


def days(column: pa.Date32Array, clock: Clock) -> Doubles:
    """Give dates as a format counts them."""
    numbers, missing = _taken(column.view(pa.int32()), 0)
    if not _within(numbers[~missing].astype(np.int64), clock, 1):
        return Doubles(column, "output.date_out_of_range")
    since = (numbers.astype(np.int64) - _number(clock.zero)) * clock.day
    return Doubles(_given(since.astype(np.float64), missing))


def moments(column: pa.TimestampArray, clock: Clock) -> Doubles:
    """Give times as a format counts them; those with a zone are in UTC."""
    numbers, missing = _taken(column.view(pa.int64()), 0)
    if not _within(numbers[~missing], clock, _DAY * _SECOND):
        return Doubles(column, "output.date_out_of_range")
    since = np.where(missing, 0, numbers - _number(clock.zero) * _DAY * _SECOND)
    fine = since[since % _MILLI != 0]
    if fine.size and not (clock.fine and _told_apart(fine, clock)):
        return Doubles(column, "output.time_too_fine")
    values = _counted(since, clock)
    return Doubles(_given(values, missing), "", () if column.type.tz is None else ("note.utc",))


def _counted(since: npt.NDArray[np.int64], clock: Clock) -> npt.NDArray[np.float64]:
    seconds, parts = np.divmod(since, _SECOND)
    return seconds * clock.second + parts * clock.second / _SECOND


def _told_apart(since: npt.NDArray[np.int64], clock: Clock) -> bool:
    """Tell whether the floats still hold the microseconds of the times."""
    values = _counted(since, clock)
    whole = np.floor(values)
    unit = int(_SECOND / clock.second)
    back = whole.astype(np.int64) * unit + np.rint((values - whole) * unit).astype(np.int64)
    return bool((back == since).all())


def _within(numbers: npt.NDArray[np.int64], clock: Clock, unit: int) -> bool:
    """Tell whether all days, or times of ``unit`` a day, are ones that the format has."""
    if not numbers.size:
        return True
    first, end = _number(clock.first) * unit, (_number(_LAST) + 1) * unit
    return bool(numbers.min() >= first and numbers.max() < end)


def _number(day: date) -> int:
    return (day - _EPOCH).days


def _taken(column: pa.Array, blank: float) -> tuple[Any, npt.NDArray[np.bool_]]:
    filled = pc.fill_null(column, blank).to_numpy(zero_copy_only=False)
    return filled, column.is_null().to_numpy(zero_copy_only=False)


def _given(values: npt.NDArray[np.float64], missing: npt.NDArray[np.bool_]) -> pa.Array:
    return pa.array(values, pa.float64(), mask=missing)
