# SPDX-License-Identifier: Apache-2.0
"""In the child: which formats show dates and times, and what their numbers stand for.

=================  ===================  =====================  ==========================
                   dates                moments                times of day, durations
=================  ===================  =====================  ==========================
SAS                days since 1960      seconds since 1960     seconds
SPSS               seconds since        seconds since          seconds
                   1582-10-14           1582-10-14
Stata              days since 1960      milliseconds           milliseconds
                                        since 1960
leaves             ``date32``           ``timestamp[us]``      ``string``, ``12:30:00``
=================  ===================  =====================  ==========================

A format only shows a number: what one shows in part, a month or a weekday, is the whole date
here, and of a date only the day counts. Weeks, months, quarters and half years of Stata are
numbers of their own and leave as text: ``2016w9``, ``2016-02``, ``2016q1``, ``2016h1``.
Of moments that count leap seconds (``%tC``) one is the second before again; business days
(``%tb``) stay numbers.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Calendar", "calendar_of"]

Floats = npt.NDArray[np.float64]

_DAY = 86_400
_SINCE_1960 = -3_653
_SINCE_1582 = -141_428
_MICRO = 1_000_000
# Beyond these nothing is a date of the years 1 to 9999, and numbers would not fit.
_MOST_DAYS = 4_000_000.0
_MOST_SECONDS = _MOST_DAYS * _DAY

_SAS = re.compile(r"([A-Z_][A-Z0-9_]*?)\d*(?:\.\d*)?")
_SAS_DATE = re.compile(
    r"(?:DATE|DAY|JULDAY|JULIAN|MONNAME|MONTH|DOWNAME|WEEKDAY|WEEKDAT[EX]|WORDDAT[EX]|YEAR"
    r"|DDMMYY[BCDNPS]?|MMDDYY[BCDNPS]?|YYMMDD[BCDNPS]?|MMYY[CDNPS]?|YYMM[CDNPS]?|MONYY|YYMON"
    r"|QTRR?|YYQ[CDNPSZ]?|YYQR[CDNPS]?|YYWEEK[UVW]|WEEK[UVW]|MINGUO|NENGO|PDJUL[GI]"
    r"|(?:IS8601|E8601|B8601)DA|NLDATE[A-Z]*|EURDF(?:DE|DD|DN|DWN|MN|MY|WDX|WKX))"
)
_SAS_MOMENT = re.compile(
    r"(?:DATETIME|DATEAMPM|MDYAMPM|DTDATE|DTMONYY|DTWKDATX|DTYEAR|DTYYQC|NLDATM[A-Z]*|EURDFDT"
    r"|(?:IS8601|E8601|B8601)(?:D[NTXZ]|LX))"
)
_SAS_TIME = re.compile(
    r"(?:TIME|TIMEAMPM|HHMM|HOUR|MMSS|NLTIM[A-Z]*|(?:IS8601|E8601|B8601)(?:T[MXZ]|LZ))"
)
_SPSS = re.compile(r"([A-Z]+)\d*(?:\.\d*)?")
_SPSS_SHAPES = {
    **dict.fromkeys(("DATE", "ADATE", "EDATE", "JDATE", "SDATE", "QYR", "MOYR", "WKYR"), "date"),
    **dict.fromkeys(("DATETIME", "YMDHMS"), "moment"),
    **dict.fromkeys(("TIME", "DTIME", "MTIME"), "time"),
}
_STATA = re.compile(r"%-?(t[CcdwmqhyDM]|d)(.*)", re.DOTALL)
_STATA_PERIODS = {"tw": 52, "tm": 12, "tq": 4, "th": 2}
_STATA_CLOCK = re.compile(r"(?:[Hh]{2}|MM|mm|SS|ss|\.s+|[Aa]\.?[Mm]\.?|[^A-Za-z]|_)+")
# The years with a leap second at the end of June, and of December; no other was ever planned.
_JUNE = (1972, 1981, 1982, 1983, 1985, 1992, 1993, 1994, 1997, 2012, 2015)
_DECEMBER = (
    *range(1972, 1980), 1987, 1989, 1990, 1995, 1998, 2005, 2008, 2016,
)  # fmt: skip
_MIDNIGHTS = sorted(
    [dt.date(year, 7, 1) for year in _JUNE] + [dt.date(year + 1, 1, 1) for year in _DECEMBER]
)
# Where each begins, in milliseconds since 1960 that count those before it.
_LEAPS = np.array(
    [
        ((day - dt.date(1960, 1, 1)).days * _DAY + place) * 1000.0
        for place, day in enumerate(_MIDNIGHTS)
    ]
)
_NUMBERS = frozenset({"int8", "int16", "int32", "float", "double"})


@dataclass(frozen=True, slots=True)
class Calendar:
    """What the numbers of a column stand for.

    Attributes:
        shape: ``date``, ``moment``, ``time``, or a period of Stata.
        unit: How many seconds one is; of a period, how many there are in a year.
        origin: Where a date or moment of 0 lies, in days since 1970.
        digits: Decimals of a second that its numbers hold.
        wraps: Whether only the time of day counts.
        leaps: Whether leap seconds are counted.
    """

    shape: str
    unit: float
    origin: int = 0
    digits: int = 6
    wraps: bool = False
    leaps: bool = False

    @property
    def type(self) -> pa.DataType:
        """The Arrow type of its values."""
        known = {"date": pa.date32(), "moment": pa.timestamp("us")}
        return known.get(self.shape, pa.string())

    def taken(self, numbers: Floats) -> pa.Array | None:
        """Convert numbers, null where they are not one; None where one is out of all range."""
        missing = np.isnan(numbers)
        seconds = np.where(missing, 0.0, numbers)
        if self.shape in _STATA_PERIODS:
            return _texts(np.floor(seconds), missing, self._period)
        if not (np.abs(seconds) <= _MOST_SECONDS / self.unit).all():
            return None
        if self.leaps:
            seconds -= np.searchsorted(_LEAPS, seconds, side="right") / self.unit
        if self.shape == "date":
            days = np.floor(seconds * (self.unit / _DAY) if self.unit == _DAY else seconds / _DAY)
            return pa.array((days + self.origin).astype(np.int32), pa.date32(), mask=missing)
        micros = self._micros(seconds)
        if self.shape == "moment":
            micros += self.origin * _DAY * _MICRO
            return pa.array(micros, pa.timestamp("us"), mask=missing)
        return _texts(micros % (_DAY * _MICRO) if self.wraps else micros, missing, _clock)

    def _micros(self, numbers: Floats) -> npt.NDArray[np.int64]:
        """Give microseconds, of as many decimals as a number of that size can hold."""
        whole = np.floor(numbers)
        parts = np.round((numbers - whole) * (self.unit * 10.0**self.digits))
        step = 10 ** (6 - self.digits)
        unit = round(self.unit * _MICRO)
        return whole.astype(np.int64) * unit + parts.astype(np.int64) * step

    def _period(self, number: float) -> str:
        year, part = divmod(int(number), int(self.unit))
        letter = self.shape[1]
        return (
            f"{1960 + year:04}-{part + 1:02}"
            if letter == "m"
            else f"{1960 + year:04}{letter}{part + 1}"
        )


def calendar_of(kind: str, shown: str, program: str) -> Calendar | None:
    """Tell what a column's numbers stand for by the format that shows them.

    Args:
        kind: The library's word for the type of its values.
        shown: The format.
        program: ``SAS``, ``SPSS`` or ``Stata``.

    Returns:
        None where they are numbers, or no numbers at all.
    """
    if kind not in _NUMBERS:
        return None
    return _OF[program](shown)


def _of_sas(shown: str) -> Calendar | None:
    found = _SAS.fullmatch(shown.upper())
    name = found[1] if found else ""
    if _SAS_DATE.fullmatch(name):
        return Calendar("date", _DAY, _SINCE_1960)
    if _SAS_MOMENT.fullmatch(name):
        return Calendar("moment", 1, _SINCE_1960)
    if name == "TOD":
        return Calendar("time", 1, wraps=True)
    return Calendar("time", 1) if _SAS_TIME.fullmatch(name) else None


def _of_spss(shown: str) -> Calendar | None:
    found = _SPSS.fullmatch(shown.upper())
    shape = _SPSS_SHAPES.get(found[1]) if found else None
    # Seconds since 1582 leave a double no room for the sixth decimal.
    return Calendar(shape, 1, _SINCE_1582, 6 if shape == "time" else 5) if shape else None


def _of_stata(shown: str) -> Calendar | None:
    found = _STATA.fullmatch(shown)
    if not found:
        return None
    code, mask = found[1], found[2]
    if code in ("td", "d"):
        return Calendar("date", _DAY, _SINCE_1960)
    if code == "tc":
        clock = bool(mask) and _STATA_CLOCK.fullmatch(mask)
        return Calendar("time" if clock else "moment", 0.001, _SINCE_1960)
    if code == "tC":
        return Calendar("moment", 0.001, _SINCE_1960, leaps=True)
    return Calendar(code, _STATA_PERIODS[code]) if code in _STATA_PERIODS else None


_OF: dict[str, Callable[[str], Calendar | None]] = {
    "SAS": _of_sas,
    "SPSS": _of_spss,
    "Stata": _of_stata,
}


def _clock(micros: float) -> str:
    seconds, part = divmod(abs(int(micros)), _MICRO)
    hours, rest = divmod(seconds, 3600)
    fraction = f".{part:06}".rstrip("0") if part else ""
    return f"{'-' * (micros < 0)}{hours:02}:{rest // 60:02}:{rest % 60:02}{fraction}"


def _texts(
    numbers: npt.NDArray[np.generic], missing: npt.NDArray[np.bool_], text: Callable[[float], str]
) -> pa.Array:
    """Write numbers as text, each distinct one once."""
    distinct, places = np.unique(numbers, return_inverse=True)
    texts = pa.array([text(number) for number in distinct.tolist()], pa.string())
    return texts.take(pa.array(places.astype(np.int64), mask=missing))
