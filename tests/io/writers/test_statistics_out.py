# SPDX-License-Identifier: Apache-2.0
"""What SAS transport, SPSS and Stata files have in common: refusals, limits, fixed bytes."""

from __future__ import annotations

import datetime as dt
import math
import os
import sys
from dataclasses import replace
from unittest import mock

import polars as pl
import pyarrow as pa
import pyreadstat
import pytest

from pseudo.errors import InternalError, ResourceError, UsageError
from pseudo.io.writers import statistics
from tests.io.writers.written import STATISTICS, notes, writer_of, written

READ = {"xpt": pyreadstat.read_xport, "sav": pyreadstat.read_sav, "dta": pyreadstat.read_dta}
MOMENT = 1_780_000_000_000_000


def read(made):
    frame, metadata = READ[made.path.suffix[1:]](made.path, output_format="polars")
    return frame, metadata


@pytest.mark.parametrize("word", STATISTICS)
@pytest.mark.parametrize(
    ("column", "code"),
    [
        (pa.array(["x", "a\0b"]), "output.text_with_nul"),
        (pa.array([2**53 + 1]), "output.integer_too_large"),
        (pa.array([None, -(2**63)]), "output.integer_too_large"),
        (pa.array([2**63 - 1]), "output.integer_too_large"),
        (pa.array([math.inf]), "output.number_out_of_range"),
        (pa.array([-math.inf, 1.0]), "output.number_out_of_range"),
        (pa.array([sys.float_info.max]), "output.number_out_of_range"),
        (pa.array([-sys.float_info.max]), "output.number_out_of_range"),
        (pa.array([dt.date(1, 1, 1)]), "output.date_out_of_range"),
        (pa.array([2**31 - 1], pa.int32()).view(pa.date32()), "output.date_out_of_range"),
        (pa.array([-(2**31)], pa.int32()).view(pa.date32()), "output.date_out_of_range"),
        (pa.array([-(2**63)]).view(pa.timestamp("us")), "output.date_out_of_range"),
        (pa.array([2**63 - 1]).view(pa.timestamp("us", "UTC")), "output.date_out_of_range"),
    ],
)
def test_what_no_program_can_hold_is_refused_and_leaves_nothing(tmp_path, word, column, code):
    rows = pa.record_batch({"fine": ["x"] * len(column), "bad": column})
    with pytest.raises(UsageError, match="bad") as error:
        written(word, tmp_path, rows)
    assert error.value.code == code
    assert word in error.value.text()
    assert error.value.hint("sv")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", STATISTICS)
def test_numbers_come_back_to_the_last_bit(tmp_path, word):
    reals = [0.1, 1 / 3, -0.0, math.pi * 1e60, -1e-60, 0.1 + 0.2, None, math.nan]
    whole = [2**53, -(2**53), 0, 1, None, 123_456_789_012, 7, 8]
    rows = pa.record_batch(
        {"r": reals, "w": pa.array(whole, pa.int64()), "b": [True, False, None, *[True] * 5]}
    )
    made = written(word, tmp_path, rows)
    frame, _ = read(made)
    found, whole_found, yes = frame.columns
    assert frame[found].to_list() == [*reals[:6], None, None]
    assert math.copysign(1, frame[found][2]) == 1
    assert frame[whole_found].to_list() == whole
    assert frame[yes].to_list() == [1, 0, None, *[1] * 5]
    said = notes(made)
    assert {"note.nan_missing", "note.boolean"} <= {
        code for codes in said.values() for code in codes
    }


@pytest.mark.parametrize("word", STATISTICS)
def test_days_and_times_come_back_as_such_also_those_before_1960(tmp_path, word):
    days = [dt.date(1582, 10, 15), dt.date(1900, 1, 1), dt.date(1959, 12, 31), dt.date(1960, 1, 1)]
    days += [dt.date(2026, 11, 22), dt.date(9999, 12, 31), None]
    told = ["1582-10-15", "1959-12-31T23:59:59.999", "2026-03-29T02:30:00.001"]
    times = [dt.datetime.fromisoformat(text) for text in (*told, "9999-12-31T23:59:59")]
    times += [None] * 3
    zoned = [dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)] * 7
    rows = pa.record_batch(
        {
            "D": pa.array(days),
            "T": pa.array(times, pa.timestamp("us")),
            "Z": pa.array(zoned).cast(pa.timestamp("us", "Europe/Stockholm")),
        }
    )
    made = written(word, tmp_path, rows)
    frame, _ = read(made)
    assert frame["D"].to_list() == days
    assert frame["D"].dtype == pl.Date
    rounded = [t and t + dt.timedelta(microseconds=500) for t in frame["T"].to_list()]
    assert [t and t.replace(microsecond=t.microsecond // 1000 * 1000) for t in rounded] == times
    assert frame["Z"].to_list() == [dt.datetime(2026, 6, 1, 12)] * 7  # noqa: DTZ001
    assert notes(made) == {"Z": ("note.utc",)}


@pytest.mark.parametrize("word", STATISTICS)
def test_texts_come_back_whatever_is_in_them(tmp_path, word):
    texts = ["=1+1", "a\tb\r\nc", "\x01\x7f", "😀å" * 20, "  led", "<r></r>", None, "", "x"]
    made = written(word, tmp_path, pa.record_batch({"T": texts, "N": list(range(9))}))
    frame, _ = read(made)
    assert frame["T"].to_list() == [text or "" for text in texts]


@pytest.mark.parametrize("word", STATISTICS)
def test_no_rows_and_columns_without_any_value(tmp_path, word):
    types = [pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us")]
    schema = pa.schema([(f"C{n}", kind) for n, kind in enumerate(types)])
    made = written(word, tmp_path / "a", pa.RecordBatch.from_pylist([], schema=schema))
    assert (read(made)[0].shape, made.rows) == ((0, 6), 0)
    made = written(word, tmp_path / "b", pa.RecordBatch.from_pylist([{}, {}], schema=schema))
    frame, _ = read(made)
    assert frame.rows() == [("", None, None, None, None, None)] * 2


@pytest.mark.parametrize("word", STATISTICS)
def test_300_columns_with_long_names_that_end_alike(tmp_path, word):
    names = [f"{'å' * 190}{n}" for n in range(300)]
    made = written(word, tmp_path, pa.record_batch({name: [name[-3:]] for name in names}))
    frame, metadata = read(made)
    assert frame.columns == [column.name for column in made.columns]
    assert len({name.casefold() for name in frame.columns}) == 300
    assert frame.rows()[0] == tuple(name[-3:] for name in names)
    # The whole name is not in the file, so the label has as much of it as fits.
    assert all(label and set(label) == {"å"} for label in metadata.column_labels)
    utf8 = ("note.utf8",) if word == "xpt" else ()
    assert set(notes(made).values()) == {("note.label_cut", "note.name_changed", *utf8)}


@pytest.mark.parametrize("word", STATISTICS)
def test_labels_are_written_and_never_cut_within_a_letter(tmp_path, word):
    labels = {"A": "Kön enligt folkbokföringen", "B": "å" * 250, "C": ""}
    rows = pa.record_batch({"A": ["x"], "B": ["y"], "C": ["z"]})
    made = written(word, tmp_path, rows, labels=labels)
    _, metadata = read(made)
    most = {"xpt": 20, "sav": 128, "dta": 80}[word]
    assert metadata.column_labels == [labels["A"], "å" * most, None]
    said = {"A": ("note.utf8",), "B": ("note.label_cut", "note.utf8")}
    assert notes(made) == (said if word == "xpt" else {"B": ("note.label_cut",)})


@pytest.mark.parametrize(("word", "count"), [("xpt", 10_000), ("dta", 32_768)])
def test_too_many_columns_are_refused_before_a_file_is_made(tmp_path, word, count):
    schema = pa.schema([(f"c{n}", pa.string()) for n in range(count)])
    with pytest.raises(UsageError, match=str(count)):
        writer_of(word, tmp_path / "x", schema)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", STATISTICS)
def test_a_table_beyond_the_memory_is_refused_and_other_formats_named(tmp_path, word):
    rows = pa.record_batch({"T": ["x" * 100] * 20_000})
    with pytest.raises(UsageError, match="PSEUDO_TABLE_MEMORY") as error:
        written(word, tmp_path, [rows] * 10, memory=1024**2)
    assert (error.value.code, error.value.params["limit"]) == ("output.too_large", 1)
    assert "parquet" in error.value.hint()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("word", STATISTICS)
def test_the_moment_of_making_is_fixed_whenever_it_is_made(tmp_path, word, monkeypatch):
    rows = pa.record_batch({"T": ["x"], "N": [1]})
    made = set()
    for number, zone in enumerate(["UTC", "Asia/Tokyo"]):
        monkeypatch.setenv("TZ", zone)
        one = written(word, tmp_path / str(number), rows)
        made.add(one.path.read_bytes())
        assert read(one)[1].creation_time == dt.datetime(1980, 1, 1)  # noqa: DTZ001
    assert len(made) == 1


@pytest.mark.parametrize("word", STATISTICS)
def test_a_library_that_writes_another_file_is_noticed(tmp_path, word, monkeypatch):
    real = STATISTICS[word].write

    def other(frame, path, labels, form):
        real(frame, path, labels, form)
        path.write_bytes(b"new in this version: " + path.read_bytes())

    changed = replace(STATISTICS[word], write=other)
    monkeypatch.setitem(STATISTICS, word, changed)
    with pytest.raises(InternalError, match=r"output\.library_failed"):
        written(word, tmp_path, pa.record_batch({"N": [1]}))
    assert list(tmp_path.iterdir()) == []


def test_a_failure_of_the_library_is_ours_and_quotes_nothing(tmp_path, monkeypatch):
    def fails(*_):
        raise pyreadstat.PyreadstatError("a value: 198001019802")

    changed = replace(STATISTICS["sav"], write=fails)
    monkeypatch.setitem(STATISTICS, "sav", changed)
    with pytest.raises(InternalError, match=r"output\.library_failed") as error:
        written("sav", tmp_path, pa.record_batch({"N": [1]}))
    assert error.value.__context__ is None
    assert list(tmp_path.iterdir()) == []


def test_what_the_library_cannot_write_is_a_full_disk_where_it_is_one(tmp_path, monkeypatch):
    monkeypatch.setattr(os, "write", mock.Mock(side_effect=OSError(28, "No space left")))

    def fails(frame, path, labels, form):
        path.touch()
        raise pyreadstat.ReadstatError("Unable to write data")

    changed = replace(STATISTICS["sav"], write=fails)
    monkeypatch.setitem(STATISTICS, "sav", changed)
    with pytest.raises(ResourceError, match=r"io\.disk_full"):
        written("sav", tmp_path, pa.record_batch({"N": [1]}))
    assert list(tmp_path.iterdir()) == []


def test_the_librarys_file_is_read_in_pieces(tmp_path, monkeypatch):
    rows = pa.record_batch({"T": ["x" * 100] * 3000})
    whole = written("sav", tmp_path / "a", rows).path.read_bytes()
    monkeypatch.setattr(statistics, "_PIECE", 5000)
    assert written("sav", tmp_path / "b", rows).path.read_bytes() == whole
