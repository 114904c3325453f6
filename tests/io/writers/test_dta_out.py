# SPDX-License-Identifier: Apache-2.0
"""Stata out: version 118, long texts, what Stata calls missing, read by pandas."""

from __future__ import annotations

import datetime as dt
import math

import pandas as pd
import pyarrow as pa
import pytest

from pseudo.errors import UsageError
from pseudo.io.writers import statistics_formats
from tests.io.writers.written import STATISTICS, notes, written


def test_pandas_reads_what_is_written(tmp_path):
    days = [dt.date(1677, 9, 22), dt.date(1959, 12, 31), None]
    rows = pa.record_batch(
        {
            "kön": ["å😀", None, "x  "],
            "tal": [0.1, math.nan, 1e300],
            "dag": pa.array(days),
            "tid": pa.array([dt.datetime(2026, 1, 2, 3, 4, 5, 678000), None, None]),  # noqa: DTZ001
            "sant": [True, None, False],
        }
    )
    made = written("dta", tmp_path, rows, labels={"kön": "Kön, juridiskt"})
    with pd.io.stata.StataReader(made.path) as reader:
        assert reader.variable_labels()["kön"] == "Kön, juridiskt"
        found = reader.read()
    assert found["kön"].tolist() == ["å😀", "", "x  "]
    assert found["tal"].tolist()[::2] == [0.1, 1e300]
    assert math.isnan(found["tal"][1])
    assert [day.date() for day in found["dag"][:2]] == days[:2]
    assert found["tid"][0].to_pydatetime() == dt.datetime(2026, 1, 2, 3, 4, 5, 678000)  # noqa: DTZ001
    assert found["sant"].tolist()[::2] == [1, 0]
    assert notes(made) == {"tal": ("note.nan_missing",), "sant": ("note.boolean",)}


@pytest.mark.parametrize("size", [2044, 2045, 2046, 40_000])
def test_long_texts_are_whole_beside_nulls_and_repetitions(tmp_path, size):
    texts = ["å" + "x" * (size - 2), None, "", "None", "å" + "x" * (size - 2), "y"]
    made = written("dta", tmp_path, pa.record_batch({"A": texts, "B": texts[::-1]}))
    found = pd.read_stata(made.path)
    assert found["A"].tolist() == [text or "" for text in texts]
    assert found["B"].tolist() == [text or "" for text in texts[::-1]]


def test_names_keep_letters_and_capitals(tmp_path):
    made = written(
        "dta", tmp_path, pa.record_batch({"kön": [1], "Kön": [2], "a b": [3], "str4": [4]})
    )
    assert list(pd.read_stata(made.path).columns) == ["kön", "Kön", "a_b", "_str4"]


def test_days_before_the_year_100_are_refused_and_microseconds_too(tmp_path):
    made = written("dta", tmp_path / "a", pa.record_batch({"A": pa.array([dt.date(100, 1, 1)])}))
    assert made.rows == 1
    for column, told in (
        (pa.array([dt.date(99, 12, 31)]), "before 0100-01-01"),
        (pa.array([dt.datetime(2026, 1, 1, 0, 0, 0, 1)]), "finer"),  # noqa: DTZ001
        (pa.array([8.99e307]), "too great"),
    ):
        with pytest.raises(UsageError, match=told):
            written("dta", tmp_path / "b", pa.record_batch({"A": column}))


def test_rows_longer_than_stata_reads_are_refused(tmp_path, monkeypatch):
    assert STATISTICS["dta"].row == 1_048_576
    rows = pa.record_batch({f"c{n}": ["x" * 2000] for n in range(525)})
    with pytest.raises(UsageError, match=r"output\.row_too_long"):
        written("dta", tmp_path / "a", rows)
    assert written("dta", tmp_path / "b", rows.select(range(524))).rows == 1


def test_the_moment_is_that_of_the_formats_own_tag(tmp_path):
    made = written("dta", tmp_path, pa.record_batch({"A": [1]}))
    place, stamp = statistics_formats.DTA.stamps[0]
    assert made.path.read_bytes()[place - 12 : place] == b"<timestamp>\x11"
    assert len(stamp) == 0x11
