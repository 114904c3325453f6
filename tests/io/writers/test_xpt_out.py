# SPDX-License-Identifier: Apache-2.0
"""SAS transport out: version 5, read by others, its names, texts and blank rows."""

from __future__ import annotations

import datetime as dt

import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest

from pseudo.errors import UsageError
from tests.io.writers.written import notes, written


def test_pandas_reads_what_is_written(tmp_path):
    rows = pa.record_batch(
        {
            "personnummer_pseudonym": ["AAAA", "BBBB", "CCCC"],
            "kön": ["m", None, "å"],
            "tal": [0.1, None, -1e60],
            "dag": pa.array([dt.date(1582, 1, 1), dt.date(1959, 12, 31), None]),
        }
    )
    made = written("xpt", tmp_path, rows)
    found = pd.read_sas(made.path, format="xport", encoding="utf-8")
    assert list(found.columns) == ["PERSONNU", "KON", "TAL", "DAG"]
    assert found["PERSONNU"].tolist() == ["AAAA", "BBBB", "CCCC"]
    assert found["KON"].fillna("").tolist() == ["m", "", "å"]
    assert found["TAL"].tolist()[::2] == [0.1, -1e60]
    assert found["TAL"].isna().tolist() == [False, True, False]
    # Days are counted from 1960, and those before it are negative.
    assert found["DAG"].tolist()[:2] == [-138_061.0, -1.0]


def test_it_is_version_5_and_has_the_whole_name_as_label(tmp_path):
    made = written("xpt", tmp_path, pa.record_batch({"personnummer_pseudonym": ["A"]}))
    assert made.path.read_bytes().startswith(b"HEADER RECORD*******LIBRARY HEADER RECORD!!!!!!!")
    assert made.bytes % 80 == 0
    _, metadata = pyreadstat.read_xport(made.path, output_format="polars")
    assert metadata.column_names_to_labels == {"PERSONNU": "personnummer_pseudonym"}


def test_texts_of_200_bytes_are_whole_and_longer_ones_refused(tmp_path):
    rows = pa.record_batch({"A": ["å" * 100, "x" * 200]})
    made = written("xpt", tmp_path / "a", rows)
    frame, _ = pyreadstat.read_xport(made.path, output_format="polars")
    assert frame["A"].to_list() == rows["A"].to_pylist()
    assert notes(made) == {"A": ("note.utf8",)}
    for number, text in enumerate(["å" * 100 + "x", "x" * 201]):
        with pytest.raises(UsageError) as error:
            written("xpt", tmp_path / str(number), pa.record_batch({"A": ["x", text]}))
        assert (error.value.code, error.value.params["limit"]) == ("output.text_too_long", 200)


@pytest.mark.parametrize("value", [1.1e75, -1e80, 1e-78, 5e-324])
def test_numbers_beyond_those_of_a_mainframe_are_refused(tmp_path, value):
    with pytest.raises(UsageError, match=r"output\.number_out_of_range"):
        written("xpt", tmp_path, pa.record_batch({"A": [value]}))


def test_days_before_1582_are_refused_and_told(tmp_path):
    rows = pa.record_batch({"A": pa.array([dt.date(1581, 12, 31)])})
    with pytest.raises(UsageError, match="before 1582-01-01"):
        written("xpt", tmp_path, rows)


def test_microseconds_are_kept_while_a_float_tells_them_apart(tmp_path):
    times = [dt.datetime(2026, 11, 22, 7, 30, 0, micro) for micro in (1, 2, 999_999)]  # noqa: DTZ001
    made = written("xpt", tmp_path / "a", pa.record_batch({"T": pa.array(times)}))
    frame, _ = pyreadstat.read_xport(made.path, output_format="polars")
    assert frame["T"].to_list() == times
    late = pa.record_batch({"T": pa.array([dt.datetime(9999, 1, 1, 0, 0, 0, 1)])})  # noqa: DTZ001
    with pytest.raises(UsageError, match=r"output\.time_too_fine"):
        written("xpt", tmp_path / "b", late)


def test_a_blank_row_at_the_end_is_refused_and_elsewhere_kept(tmp_path):
    blank = pa.record_batch({"A": ["x", None], "B": pa.array([None, " "], pa.string())})
    for rows in (blank, pa.record_batch({"A": ["x" * 150, None]})):
        with pytest.raises(UsageError, match=r"output\.blank_end"):
            written("xpt", tmp_path / "a", rows)
    made = written("xpt", tmp_path / "b", [blank, blank.slice(0, 1)])
    assert pyreadstat.read_xport(made.path, output_format="polars")[0].shape == (3, 2)
    number = pa.record_batch({"A": ["x", None], "N": pa.array([1, None], pa.int64())})
    made = written("xpt", tmp_path / "c", number)
    assert pyreadstat.read_xport(made.path, output_format="polars")[0].shape == (2, 2)


def test_blanks_at_the_end_of_texts_are_noted(tmp_path):
    made = written("xpt", tmp_path, pa.record_batch({"A": ["x  ", "y"], "B": [" x", "y"]}))
    assert notes(made) == {"A": ("note.trailing_blanks",)}
