# SPDX-License-Identifier: Apache-2.0
"""Formats of dates and times, in the table of each program, and numbers beyond them."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from bench.sas7bdat import SasColumn, missing, rows_of, write_sas7bdat
from pseudo.io.sandbox.statistics_dates import calendar_of
from tests.io.statistics.conftest import WRITERS

DAY = dt.date(2016, 2, 29)
NOON = dt.datetime(2016, 2, 29, 12, 30, 5, 120_000)  # noqa: DTZ001  the formats have no zone
DAYS_1960 = (DAY - dt.date(1960, 1, 1)).days
SECONDS_1960 = DAYS_1960 * 86_400 + 45_005.12
SECONDS_1582 = (DAY - dt.date(1582, 10, 14)).days * 86_400

SAS = {
    "DATE9": DAY, "DATE": DAY, "YYMMDD10": DAY, "yymmddn8": DAY, "DDMMYYP10": DAY,
    "E8601DA10": DAY, "WEEKDATX": DAY, "MONYY7": DAY, "YYQ6": DAY, "NLDATE20": DAY, "YEAR4": DAY,
    "DATETIME20": NOON, "DATETIME22.3": NOON, "DTDATE9": NOON, "E8601DT19": NOON,
    "B8601DN": NOON, "NLDATM": NOON,
    "TIME8": "12:30:05.12", "TIME11.2": "12:30:05.12", "HHMM": "12:30:05.12",
    "TOD8": "12:30:05.12", "E8601TM": "12:30:05.12",
    "BEST12": None, "F8.2": None, "COMMA10": None, "DATES": None, "MYDATE": None, "": None,
}  # fmt: skip
SPSS = {
    "DATE11": DAY, "ADATE10": DAY, "EDATE8": DAY, "SDATE10": DAY, "JDATE7": DAY, "MOYR8": DAY,
    "QYR8": DAY, "WKYR10": DAY, "DATETIME20": NOON, "DATETIME23.2": NOON, "YMDHMS19": NOON,
    "TIME8": "12:30:05.12", "DTIME": "12:30:05.12", "MTIME5": "12:30:05.12",
    "F8.2": None, "WKDAY3": None, "MONTH3": None, "A20": None,
}  # fmt: skip
STATA = {
    "%td": DAY, "%d": DAY, "%-td": DAY, "%tdD_m_Y": DAY, "%tdCCYY-NN-DD": DAY, "%dN/D/Y": DAY,
    "%tc": NOON, "%-tc": NOON, "%tcDDmonCCYY_HH:MM:SS": NOON,
    "%tcHH:MM:SS": "12:30:05.12", "%tcHH:MM": "12:30:05.12", "%tchh:MM_am": "12:30:05.12",
    "%9.0g": None, "%8.2f": None, "%ty": None, "%tg": None, "%tbcal": None, "%-9s": None,
}  # fmt: skip


def cases(program, formats, days, seconds, unit):
    """Give of each format the number that stands for what it is to become."""
    for shown, expected in formats.items():
        number = {dt.date: days, dt.datetime: seconds * unit, str: 45_005.12 * unit}
        yield pytest.param(
            program, shown, number.get(type(expected)), expected, id=shown or "none"
        )


@pytest.mark.parametrize(
    ("program", "shown", "number", "expected"),
    [
        *cases("SAS", SAS, DAYS_1960, SECONDS_1960, 1),
        *cases("SPSS", SPSS, SECONDS_1582, SECONDS_1582 + 45_005.12, 1),
        *cases("Stata", STATA, DAYS_1960, SECONDS_1960, 1000),
    ],
)
def test_formats(program, shown, number, expected):
    calendar = calendar_of("double", shown, program)
    if expected is None:
        assert calendar is None
        return
    found = calendar.taken(np.array([number, np.nan]))
    assert found.type == calendar.type
    assert found.to_pylist() == [expected, None]
    assert calendar_of("string", shown, program) is None


@pytest.mark.parametrize(
    ("shown", "number", "expected"),
    [
        ("%tm", 673, "2016-02"), ("%tm", -1, "1959-12"), ("%tq", 224, "2016q1"),
        ("%th", 113, "2016h2"), ("%tw", 2920, "2016w9"),
    ],
)  # fmt: skip
def test_periods_of_stata(shown, number, expected):
    found = calendar_of("int16", shown, "Stata").taken(np.array([number, np.nan]))
    assert found.to_pylist() == [expected, None]


@pytest.mark.parametrize(
    ("shown", "number", "expected"),
    [
        ("TIME", 27 * 3600.0, "27:00:00"), ("TIME", -90.5, "-00:01:30.5"), ("TIME", 0.0, "00:00:00"),
        ("TIME", 360_000.0, "100:00:00"), ("TOD", 86_400.0 * 20_000 + 1.5, "00:00:01.5"),
    ],
)  # fmt: skip
def test_times_beyond_a_day(shown, number, expected):
    assert calendar_of("double", shown, "SAS").taken(np.array([number])).to_pylist() == [expected]


@pytest.mark.parametrize("program", ["SAS", "SPSS", "Stata"])
def test_fractions_of_a_second_are_those_that_were_written(program):
    shown = {"SAS": "DATETIME", "SPSS": "DATETIME", "Stata": "%tc"}[program]
    epoch = dt.datetime(1582, 10, 14) if program == "SPSS" else dt.datetime(1960, 1, 1)  # noqa: DTZ001
    calendar = calendar_of("double", shown, program)
    unit = 1000 if program == "Stata" else 1
    for part in range(0, 1_000_000, 12_340):
        moment = dt.datetime(2026, 11, 28, 23, 59, 59, part)  # noqa: DTZ001
        number = (moment - epoch) / dt.timedelta(seconds=1) * unit
        assert calendar.taken(np.array([number])).to_pylist() == [moment]


def test_a_part_of_a_day_does_not_count_in_a_date():
    for number, day in ((20_513.9, DAY), (-0.1, dt.date(1959, 12, 31))):
        assert calendar_of("double", "DATE", "SAS").taken(np.array([number])).to_pylist() == [day]


@pytest.mark.parametrize("number", [1e300, -1e9, 3e6, float("inf"), -720_000.0])
@pytest.mark.parametrize("shown", ["DATE", "DATETIME"])
def test_numbers_that_are_no_date_refuse_the_file(tmp_path, shown, number, refusal):
    columns = [SasColumn("dag", 0, shown)]
    value = number * 86_400 if shown == "DATETIME" else number
    rows = rows_of(columns, [(missing(),), (value,)])
    write_sas7bdat(tmp_path / "x", columns, rows)
    code, params = refusal(tmp_path / "x")
    assert (code, params["column"]) == ("delivery.value_out_of_range", "dag")


def test_the_last_moment_of_all_is_one(tmp_path, read):
    columns = [SasColumn("slut", 0, "DATETIME20")]
    last = (dt.datetime(9999, 12, 31, 23, 59, 59) - dt.datetime(1960, 1, 1)).total_seconds()  # noqa: DTZ001
    write_sas7bdat(tmp_path / "x", columns, rows_of(columns, [(last,)]))
    (found,) = read(tmp_path / "x")[0]["slut"].to_pylist()
    assert found == dt.datetime(9999, 12, 31, 23, 59, 59)  # noqa: DTZ001


def test_moments_that_count_leap_seconds():
    # 27 of them before 2017, the first at the end of June 1972.
    numbers, moments = [], []
    for day, before in ((dt.date(1972, 7, 1), 0), (dt.date(2017, 1, 1), 26)):
        midnight = (day - dt.date(1960, 1, 1)).days * 86_400 + before
        begin = dt.datetime.combine(day, dt.time(0))
        numbers += [1000.0 * (midnight + second) for second in (-1, 0, 1, 2)]
        moments += [begin + dt.timedelta(seconds=second) for second in (-1, -1, 0, 1)]
    found = calendar_of("double", "%tC", "Stata").taken(np.array(numbers))
    assert found.to_pylist() == moments


@pytest.mark.parametrize(
    "write", [name for name in WRITERS if "pandas" not in name], indirect=True
)
def test_days_moments_and_times_of_the_writers(write, read):
    frame = pd.DataFrame(
        {
            "dag": [dt.date(1, 1, 1), None, dt.date(9999, 12, 31), DAY],
            "stund": [NOON, None, dt.datetime(1899, 12, 31), NOON],  # noqa: DTZ001
            "tid": [dt.time(0), None, dt.time(23, 59, 59), dt.time(12, 30, 5)],
        }
    )
    table, _ = read(write(frame))
    assert table.schema.types == [pa.date32(), pa.timestamp("us"), pa.string()]
    assert table["stund"].to_pylist() == [NOON, None, dt.datetime(1899, 12, 31), NOON]  # noqa: DTZ001
    assert table["tid"].to_pylist() == ["00:00:00", None, "23:59:59", "12:30:05"]
    # The writers count from another day than ours where years are before theirs.
    assert table["dag"].to_pylist()[-2:] == [dt.date(9999, 12, 31), DAY]
