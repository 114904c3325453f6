# SPDX-License-Identifier: Apache-2.0
"""CSV out: what each value looks like, and cells that a spreadsheet would run."""

from __future__ import annotations

import datetime as dt
import random

import pyarrow as pa
import pyarrow.csv
import pytest

from pseudo.errors import DeliveryError
from pseudo.io.writers import CsvWriter


def text_of(path, batch, **options):
    with CsvWriter(path, batch.schema, **options) as writer:
        writer.write(batch)
    return path.read_bytes().decode("utf-8")


@pytest.mark.parametrize(
    ("value", "kind", "written"),
    [
        (1.0, pa.float64(), "1"),
        (-0.0, pa.float64(), "0"),
        (0.1, pa.float64(), "0.1"),
        (1e15, pa.float64(), "1000000000000000"),
        (-123456789012.0, pa.float64(), "-123456789012"),
        (1e22, pa.float64(), "1e+22"),
        (1e-7, pa.float64(), "1e-7"),
        (float("nan"), pa.float64(), "nan"),
        (float("-inf"), pa.float64(), "-inf"),
        (-(2**63), pa.int64(), "-9223372036854775808"),
        (True, pa.bool_(), "true"),
        (False, pa.bool_(), "false"),
        (dt.date(2016, 2, 29), pa.date32(), "2016-02-29"),
        (dt.date(1, 1, 1), pa.date32(), "0001-01-01"),
        (1456747200_000_000, pa.timestamp("us"), "2016-02-29T12:00:00"),
        (1456747200_120_000, pa.timestamp("us"), "2016-02-29T12:00:00.12"),
        (1456747200_000_000, pa.timestamp("us", "UTC"), "2016-02-29T12:00:00+00:00"),
        (
            1456747200_500_000,
            pa.timestamp("us", "Europe/Stockholm"),
            "2016-02-29T13:00:00.5+01:00",
        ),
        ("å ä ö", pa.string(), "å ä ö"),
        ("a,b", pa.string(), '"a,b"'),
        ('say "x"', pa.string(), '"say ""x"""'),
        ("two\nlines", pa.string(), '"two\nlines"'),
        ("semi;colon", pa.string(), "semi;colon"),
        (" blank ", pa.string(), " blank "),
    ],
)
def test_how_a_value_is_written(tmp_path, value, kind, written):
    batch = pa.record_batch({"a": pa.array([value, None], kind), "b": pa.array([None, "x"])})
    assert text_of(tmp_path / "x", batch) == f"a,b\n{written},\n,x\n"


def test_a_null_in_a_file_of_one_column_is_not_an_empty_line(tmp_path):
    batch = pa.record_batch({"a": pa.array(["x", None, ""])})
    assert text_of(tmp_path / "x", batch) == 'a\nx\n""\n""\n'
    assert pyarrow.csv.read_csv(tmp_path / "x").num_rows == 3


RUN = [
    "=1+1",
    "+A1",
    "-A1",
    "@SUM(A1)",
    "\tx",
    "\rx",
    "=",
    "-",
    "- 5",
    "+46 70 123",
    "-1-1",
    "=\n1",
]
PLAIN = ["-5", "+5", "-1.5", "-1,5", "+46701234567", "-1e5", "a=1", "5-", " =1", "'=1", "x\n=1"]


@pytest.mark.parametrize("cell", RUN)
def test_a_cell_that_would_run_gets_an_apostrophe(tmp_path, cell):
    table = pa.record_batch({"a": pa.array(["ok", cell, None]), "b": pa.array(["1", "2", "3"])})
    text_of(tmp_path / "x", table)
    text_of(tmp_path / "raw", table, formula_cells="pass")
    assert read(tmp_path / "x") == [["a", "b"], ["ok", "1"], ["'" + cell, "2"], ["", "3"]]
    assert read(tmp_path / "raw") == [["a", "b"], ["ok", "1"], [cell, "2"], ["", "3"]]
    with pytest.raises(DeliveryError, match=r"delivery\.formula_cell") as caught:
        text_of(tmp_path / "stopped", table, formula_cells="stop")
    assert dict(caught.value.params) == {"column": "a"}
    assert not (tmp_path / "stopped").exists()


@pytest.mark.parametrize("cell", PLAIN)
def test_a_cell_that_would_not_run_is_left_alone(tmp_path, cell):
    table = pa.record_batch({"a": pa.array([cell]), "b": pa.array(["x"])})
    text_of(tmp_path / "x", table, formula_cells="stop")
    assert read(tmp_path / "x") == [["a", "b"], [cell, "x"]]


def test_column_names_are_cells_too(tmp_path):
    batch = pa.record_batch({"=1+1": pa.array(["x"]), 'a,"b': pa.array(["y"])})
    assert text_of(tmp_path / "x", batch) == '\'=1+1,"a,""b"\nx,y\n'
    with pytest.raises(DeliveryError):
        text_of(tmp_path / "y", batch, formula_cells="stop")
    assert not (tmp_path / "y").exists()


def test_numbers_that_are_negative_are_not_formulas(tmp_path):
    batch = pa.record_batch({"a": pa.array([-5], pa.int64()), "b": pa.array([-0.5])})
    assert text_of(tmp_path / "x", batch, formula_cells="stop") == "a,b\n-5,-0.5\n"


def test_rows_that_are_large_are_written_in_smaller_slices(tmp_path):
    cells = ["x" * 3_000_000 + str(number) for number in range(8)]
    batch = pa.record_batch({"a": pa.array(cells)})
    assert text_of(tmp_path / "x", batch) == "\n".join(["a", *cells, ""])


def test_slices_of_larger_arrays_are_written_as_they_are(tmp_path):
    generator = random.Random(5)
    cells = [generator.choice(["=a", "b", None, 'c"', "-1"]) for _ in range(50_000)]
    table = pa.record_batch({"a": pa.array(cells), "b": pa.array([*map(str, range(50_000))])})
    text_of(tmp_path / "x", table.slice(17, 40_000))
    wanted = [{"=a": "'=a", None: ""}.get(cell, cell) for cell in cells[17:40_017]]
    assert [row[0] for row in read(tmp_path / "x")[1:]] == wanted


def read(path):
    import csv

    with path.open(newline="", encoding="utf-8") as file:
        return list(csv.reader(file))
