# SPDX-License-Identifier: Apache-2.0
"""Statistics files in, through the real sandbox: values, types, names, and what stays behind."""

from __future__ import annotations

import os

import numpy as np
import pandas as pd
import pyarrow as pa
import pyreadstat
import pytest

from bench.sas7bdat import SasColumn, missing, rows_of, write_sas7bdat
from pseudo.io.sandbox.statistics import parse
from pseudo.io.sandbox.worker import InputFile
from tests.io.statistics.conftest import parsed

CANARY = "19800101-1234"
COMPRESSIONS = ("", "rle", "rdc")


def sas(path, columns, rows, **options):
    return write_sas7bdat(path, columns, rows_of(columns, rows), **options)


def in_pieces(path, *sizes, **told):
    """Read a file in pieces of some sizes; return a table of each."""
    return [parsed(path, 8 * size, **told)[0] for size in sizes]


FRAME = pd.DataFrame(
    {
        "pnr": [198001011234.0, np.nan, 200002291234.0],
        "namn": ["Åsa   ", "", "  Örjan"],
        "andel": [0.1, -1e300, 5.0],
    }
)


def test_texts_lose_their_padding_and_empty_ones_are_null(write, read):
    path = write(FRAME)
    # A library's old Stata files say cp1252 and are UTF-8.
    table, _ = read(path, encoding="utf-8" if path.name == "v12.dta" else None)
    assert table.schema.types == [pa.float64(), pa.string(), pa.float64()]
    assert table["pnr"].to_pylist() == [198001011234.0, None, 200002291234.0]
    # Stata ends a text with a zero byte, so its blanks are its own.
    first = "Åsa   " if "dta" in path.name else "Åsa"
    assert table["namn"].to_pylist() == [first, None, "  Örjan"]
    expected = [0.1, -1e300, 5.0]
    assert table["andel"].to_pylist()[::2] == expected[::2]


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_the_same_of_sas(tmp_path, compression, delivered):
    columns = [SasColumn("pnr"), SasColumn("namn", 12), SasColumn("andel")]
    rows = [(198001011234.0, "Åsa", 0.1), (missing(), "", missing("_")), (5.0, "  Örjan", -1e300)]
    path = sas(tmp_path / "x", columns, rows * 200, compression=compression, page=2048)
    table, facts = delivered(path)
    assert table.schema.types == [pa.float64(), pa.string(), pa.float64()]
    assert table["pnr"].to_pylist() == [198001011234.0, None, 5.0] * 200
    assert table["namn"].to_pylist() == ["Åsa", None, "  Örjan"] * 200
    assert table["andel"].to_pylist() == [0.1, None, -1e300] * 200
    assert (facts.format, facts.size) == ("sas7bdat", path.stat().st_size)


def test_integers_of_stata_are_integers_and_no_others(tmp_path, read):
    frame = pd.DataFrame(
        {
            "a": np.array([-1, 2], np.int8),
            "b": np.array([-1, 20_000], np.int16),
            "c": np.array([-1, 2_000_000_000], np.int32),
            "d": np.array([0.5, 1], np.float32),
        }
    )
    frame.to_stata(tmp_path / "x", write_index=False)
    table, _ = read(tmp_path / "x")
    assert table.schema.types == [pa.int64(), pa.int64(), pa.int64(), pa.float64()]
    assert table.to_pydict() == frame.to_dict("list")
    pyreadstat.write_sav(frame, tmp_path / "y")
    assert set(read(tmp_path / "y")[0].schema.types) == {pa.float64()}


def test_a_piece_changes_nothing(write, tmp_path):
    rows = 700
    frame = pd.DataFrame(
        {
            "n": np.arange(rows, dtype=float),
            "t": [f"å{n}" if n % 3 else "" for n in range(rows)],
            "d": pd.to_datetime(range(rows), unit="D"),
        }
    )
    # A row of blanks and nothing else is padding where it is the last of a transport file.
    path = write(frame)
    told = {"encoding": "utf-8"} if path.name == "v12.dta" else {}
    small, large = in_pieces(path, 3_000, 2**30, **told)
    assert small.equals(large)
    assert small["n"].to_pylist() == list(range(rows))


@pytest.mark.parametrize("compression", COMPRESSIONS)
def test_nor_does_it_of_sas(tmp_path, compression):
    columns = [SasColumn("n"), SasColumn("t", 9)]
    rows = [(float(n), f"å{n}") for n in range(700)]
    path = sas(tmp_path / "x", columns, rows, compression=compression, page=2048)
    tables = in_pieces(path, 200, 3_000, 9_000, 2**30)
    for table in tables:
        assert table["n"].to_pylist() == [float(n) for n in range(700)]
        assert table["t"].to_pylist() == [f"å{n}" for n in range(700)]


def test_rows_of_blanks_between_others_are_rows(tmp_path):
    frame = pd.DataFrame({"t": ["a", "", "", "b", "", "c"] * 9})
    pyreadstat.write_xport(frame, tmp_path / "x", file_format_version=5)
    for table in in_pieces(tmp_path / "x", 72 * 2, 72 * 3, 2**20):
        assert table["t"].to_pylist() == [text or None for text in frame["t"]]


def test_only_the_columns_that_are_asked_for_are_read(tmp_path):
    pyreadstat.write_sav(FRAME, tmp_path / "x")
    with (tmp_path / "x").open("rb") as file:
        order = {"arguments": {}, "memory": 2**30, "rows": 1_000}
        found = parse(InputFile(file.fileno(), os.fstat(file.fileno()).st_size), order)
        (batch,) = found.read([2, 0])
    assert batch.schema.names == ["andel", "pnr"]
    assert batch["pnr"].to_pylist() == [198001011234.0, None, 200002291234.0]


def test_labels_notes_and_attributes_stay_behind(tmp_path, delivered):
    pyreadstat.write_sav(
        FRAME,
        tmp_path / "sav",
        file_label=CANARY,
        column_labels=[CANARY, None, CANARY],
        note=CANARY,
        variable_value_labels={"andel": {5.0: CANARY}},
    )
    pyreadstat.write_dta(FRAME, tmp_path / "dta", file_label=CANARY, column_labels=[CANARY] * 3)
    columns = [SasColumn("a", label=CANARY)]
    sas(tmp_path / "sas", columns, [(1.0,)], label=CANARY)
    taken = {}
    for name in ("sav", "dta", "sas"):
        assert CANARY.encode() in (tmp_path / name).read_bytes()
        table, facts = delivered(tmp_path / name)
        assert table.schema.metadata is None
        assert all(field.metadata is None for field in table.schema)
        assert CANARY not in f"{table.schema} {table.to_pydict()} {facts}"
        taken[name] = dict(facts.not_taken)
    assert taken == {"sav": {"labels": 4, "notes": 1}, "dta": {"labels": 4}, "sas": {"labels": 2}}


def test_a_column_that_stands_twice_is_refused(tmp_path, refused):
    columns = [SasColumn("a"), SasColumn("b"), SasColumn("a")]
    sas(tmp_path / "x", columns, [(1.0, 2.0, 3.0)])
    code, params = refused(tmp_path / "x")
    assert (code, params["name"], params["first"], params["second"]) == (
        "delivery.duplicate_column",
        "a",
        1,
        3,
    )


def test_a_name_that_is_a_person_is_refused(tmp_path, refused):
    sas(tmp_path / "x", [SasColumn("a"), SasColumn("P198001011234")], [(1.0, 2.0)])
    expected = {"file": 1, "column": 2}
    assert refused(tmp_path / "x") == ("delivery.unsafe_column_name", expected)


LABELS = {"kod": {1: "ett", 2: "två", 9: "vet ej"}}


@pytest.mark.parametrize("suffix", ["sav", "dta"])
def test_labels_stand_for_codes_where_they_are_asked_for(tmp_path, suffix, read):
    frame = pd.DataFrame({"kod": [1, 2, 7, None], "annat": [1, 2, 3, 4]})
    writer = pyreadstat.write_sav if suffix == "sav" else pyreadstat.write_dta
    writer(frame, tmp_path / "x", variable_value_labels=LABELS)
    codes, facts = read(tmp_path / "x")
    assert codes["kod"].to_pylist() == [1, 2, 7, None]
    assert facts.not_taken["labels"] == 1
    labels, facts = read(tmp_path / "x", value_labels="labels")
    assert labels["kod"].to_pylist() == ["ett", "två", "7", None]
    assert labels["annat"].type == codes["annat"].type
    assert not facts.not_taken["labels"]


def test_codes_without_a_label_are_written_as_numbers_are(tmp_path, read):
    frame = pd.DataFrame({"kod": [0.5, 2.0**60, 1e-7, 3.0]})
    pyreadstat.write_sav(frame, tmp_path / "x", variable_value_labels={"kod": {3.0: "tre"}})
    table, _ = read(tmp_path / "x", value_labels="labels")
    assert table["kod"].to_pylist() == ["0.5", "1.152921504606847e+18", "1e-07", "tre"]


def test_labels_of_texts(tmp_path, read):
    frame = pd.DataFrame({"kod": ["a", "b", ""]})
    pyreadstat.write_sav(frame, tmp_path / "x", variable_value_labels={"kod": {"a": "åtta"}})
    table, _ = read(tmp_path / "x", value_labels="labels")
    assert table["kod"].to_pylist() == ["åtta", "b", None]


def test_what_spss_calls_missing_is_null_or_kept(tmp_path, read):
    frame = pd.DataFrame({"n": [1.0, 98.0, 99.0, None], "t": ["a", "X", "b", ""]})
    pyreadstat.write_sav(
        frame, tmp_path / "x", missing_ranges={"n": [{"lo": 98, "hi": 99}], "t": ["X"]}
    )
    null, _ = read(tmp_path / "x")
    assert null.to_pydict() == {"n": [1.0, None, None, None], "t": ["a", None, "b", None]}
    kept, _ = read(tmp_path / "x", user_missing="keep")
    assert kept.to_pydict() == {"n": [1.0, 98.0, 99.0, None], "t": ["a", "X", "b", None]}


def test_special_missing_values_are_null_and_numbers_cannot_keep_them(tmp_path, read, refusal):
    sas(tmp_path / "x", [SasColumn("a"), SasColumn("b")], [(1.0, 2.0), (3.0, missing("K"))])
    assert read(tmp_path / "x")[0]["b"].to_pylist() == [2.0, None]
    expected = {"column": "b"}
    assert refusal(tmp_path / "x", user_missing="keep") == ("delivery.special_missing", expected)


def test_special_missing_values_of_a_transport_file(tmp_path, read, refusal):
    pyreadstat.write_xport(pd.DataFrame({"a": [1.0, 77.0]}), tmp_path / "x", file_format_version=5)
    whole = (tmp_path / "x").read_bytes()
    at = whole.index(b"\x42\x4d" + bytes(6))
    (tmp_path / "x").write_bytes(whole[:at] + b"C" + bytes(7) + whole[at + 8 :])
    assert read(tmp_path / "x")[0]["a"].to_pylist() == [1.0, None]
    assert refusal(tmp_path / "x", user_missing="keep")[0] == "delivery.special_missing"


def test_a_column_with_labels_keeps_special_missing_values(tmp_path, read):
    frame = pd.DataFrame({"kod": [1.0, "a", "b"]})
    pyreadstat.write_dta(
        frame,
        tmp_path / "x",
        missing_user_values={"kod": ["a", "b"]},
        variable_value_labels={"kod": {1.0: "ett", "a": "vägrar"}},
    )
    told = {"value_labels": "labels", "user_missing": "keep"}
    assert read(tmp_path / "x", **told)[0]["kod"].to_pylist() == ["ett", "vägrar", "b"]
    assert read(tmp_path / "x")[0]["kod"].to_pylist() == [1.0, None, None]
