# SPDX-License-Identifier: Apache-2.0
"""SPSS out: names with Swedish letters, long texts, days since 1582."""

from __future__ import annotations

import datetime as dt

import pyarrow as pa
import pyreadstat
import pytest

from pseudo.errors import UsageError
from tests.io.writers.written import notes, written


def read(made):
    return pyreadstat.read_sav(made.path, output_format="polars")


def test_names_keep_their_letters_and_the_file_says_utf8(tmp_path):
    rows = pa.record_batch({"kön": ["å"], "Ålder": [1], "ålder": [2], "a b": [3], "ALL": [4]})
    made = written("sav", tmp_path, rows)
    frame, metadata = read(made)
    assert frame.columns == ["kön", "Ålder", "ålder_2", "a_b", "vALL"]
    assert frame.rows() == [("å", 1, 2, 3, 4)]
    assert metadata.file_encoding == "UTF-8"
    assert set(notes(made)) == {"ålder_2", "a_b", "vALL"}


def test_texts_of_32767_bytes_are_whole_and_longer_ones_refused(tmp_path):
    rows = pa.record_batch({"A": ["å" * 16_383 + "x", "y", "z" * 255, "z" * 256]})
    frame, _ = read(written("sav", tmp_path / "a", rows))
    assert frame["A"].to_list() == rows["A"].to_pylist()
    for number, text in enumerate(["x" * 32_768, "å" * 16_384]):
        with pytest.raises(UsageError) as error:
            written("sav", tmp_path / str(number), pa.record_batch({"A": [text]}))
        assert (error.value.code, error.value.params["limit"]) == ("output.text_too_long", 32_767)


def test_days_before_the_calendar_of_1582_are_refused(tmp_path):
    rows = pa.record_batch({"A": pa.array([dt.date(1582, 10, 14)])})
    with pytest.raises(UsageError, match="before 1582-10-15"):
        written("sav", tmp_path, rows)


def test_microseconds_are_refused(tmp_path):
    rows = pa.record_batch({"T": pa.array([dt.datetime(2026, 1, 1, 0, 0, 0, 1)])})  # noqa: DTZ001
    with pytest.raises(UsageError, match=r"output\.time_too_fine"):
        written("sav", tmp_path, rows)


def test_integers_are_shown_whole_and_dates_as_dates(tmp_path):
    rows = pa.record_batch({"N": [2**53], "D": pa.array([dt.date(2026, 11, 22)])})
    _, metadata = read(written("sav", tmp_path, rows))
    assert metadata.original_variable_types == {"N": "F17.0", "D": "SDATE10"}


def test_the_number_of_rows_and_the_code_of_integers_stand_where_they_should(tmp_path):
    head = written("sav", tmp_path, pa.record_batch({"N": [1, 2, 3]})).path.read_bytes()[:176]
    assert int.from_bytes(head[80:84], "little") == 3
    assert head[84:92] == bytes.fromhex("0000000000005940")
    assert head[92:109] == b"01 Jan 8000:00:00"
    assert head[109:173].strip() == b""
