# SPDX-License-Identifier: Apache-2.0
"""Excel out: a text is a text, whatever it looks like, and nothing else is in the archive."""

from __future__ import annotations

import datetime as dt
import math
import re
import warnings
import zipfile

import openpyxl
import pyarrow as pa
import pytest
from python_calamine import CalamineWorkbook

from pseudo.errors import PseudoError, UsageError
from pseudo.io.writers import port, xlsx
from pseudo.io.writers.blocks import Blocks
from tests.io.writers.written import notes, writer_of, written

INJECTED = (
    '<r><t>x</t></r></is></c><c r="C9"><f>HYPERLINK("http://x","y")</f></c>'
    '<c r="D9" t="inlineStr"><is><r><t>z</t></r>'
)
HOSTILE = [
    *(
        "=1+1",
        "+46 70",
        "-5",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "'=1",
        "{=1}",
        "http://x.se",
        "mailto:a",
    ),
    *("internal:Sheet1!A1", "007", "1E5", "TRUE", "2026-01-01", "=cmd|' /C calc'!A0", "#N/A"),
    *("\0\x01\x1f\x7f", "_x0041_", "_x005F_x0000_", "\ufffe\uffff", "😀", "a\nb\r\nc", "  b  "),
    *(INJECTED, "<r></r>", "<r>å</r>", "</is></c>", "&amp;<![CDATA[x]]>", "]]>", "\u202e1"),
]


def unescaped(text):
    """Read what ECMA-376 (ST_Xstring) says of ``_xHHHH_``."""
    return re.sub(r"_x([0-9A-Fa-f]{4})_", lambda found: chr(int(found[1], 16)), text)


def sheet(path):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return openpyxl.load_workbook(path)["data"]


def parts(path):
    with zipfile.ZipFile(path) as archive:
        return {entry.filename: archive.read(entry) for entry in archive.infolist()}


def refused(tmp_path, rows, **options):
    with pytest.raises(UsageError) as error:
        written("xlsx", tmp_path, rows, **options)
    assert list(tmp_path.iterdir()) == []
    return error.value.code


def test_every_hostile_text_is_a_text_cell_and_nothing_else(tmp_path):
    made = written("xlsx", tmp_path, pa.record_batch({"=cmd": HOSTILE}))
    cells = [cell for (cell,) in sheet(made.path).iter_rows()]
    assert {cell.data_type for cell in cells} <= {"s", "inlineStr"}
    assert {cell.hyperlink for cell in cells} == {None}
    assert [unescaped(cell.value) for cell in cells] == ["=cmd", *HOSTILE]
    data = parts(made.path)["xl/worksheets/sheet1.xml"]
    assert b"<f>" not in data
    assert b"<hyperlink" not in data
    assert data.count(b"<c ") == len(HOSTILE) + 1


def test_another_reader_gets_the_texts_too(tmp_path):
    texts = ["=1+1", "007", "å😀", "198001019802"]
    made = written("xlsx", tmp_path, pa.record_batch({"a": texts}))
    book = CalamineWorkbook.from_path(made.path)
    assert book.sheet_names == ["data"]
    assert book.get_sheet_by_index(0).to_python() == [[text] for text in ["a", *texts]]


def test_only_the_parts_of_a_bare_workbook_are_there_with_fixed_properties(tmp_path):
    made = written("xlsx", tmp_path, pa.record_batch({"a": ["x"]}))
    found = parts(made.path)
    assert sorted(found) == [
        "[Content_Types].xml",
        "_rels/.rels",
        "docProps/app.xml",
        "docProps/core.xml",
        "xl/_rels/workbook.xml.rels",
        "xl/styles.xml",
        "xl/theme/theme1.xml",
        "xl/workbook.xml",
        "xl/worksheets/sheet1.xml",
    ]
    assert set(re.findall(rb"\d{4}-\d\d-\d\dT[\d:]+Z", b"".join(found.values()))) == {
        b"1980-01-01T00:00:00Z"
    }
    with zipfile.ZipFile(made.path) as archive:
        assert {entry.date_time[0] for entry in archive.infolist()} == {1980}
    book = openpyxl.load_workbook(made.path)
    assert (book.properties.creator, book.properties.title) in ((None, None), ("", None))
    assert list(book.defined_names) == []


def test_numbers_booleans_and_times_are_what_they_were(tmp_path):
    rows = pa.record_batch(
        {
            "n": pa.array([10**15 - 1, -(10**15) + 1, None], pa.int64()),
            "f": [0.1 + 0.2, -0.0, math.nan],
            "g": [1.7e308, 2.3e-308, 1e22],
            "b": [True, False, None],
            "d": pa.array([dt.date(1900, 3, 1), dt.date(9999, 12, 31), None]),
            "t": pa.array(
                [dt.datetime(1900, 3, 1), dt.datetime(9999, 12, 31, 23, 59, 59, 999000), None],  # noqa: DTZ001
                pa.timestamp("us"),
            ),
            "z": pa.array([dt.datetime(2026, 6, 1, 12, tzinfo=dt.UTC)] * 3).cast(
                pa.timestamp("us", "Europe/Stockholm")
            ),
        }
    )
    made = written("xlsx", tmp_path, rows)
    _, *found = sheet(made.path).iter_rows(values_only=True)
    assert [row[0] for row in found] == [10**15 - 1, -(10**15) + 1, None]
    assert [row[1] for row in found] == [0.1 + 0.2, 0, None]
    assert math.copysign(1, found[1][1]) == 1
    assert [row[2] for row in found] == [1.7e308, 2.3e-308, 1e22]
    assert [row[3] for row in found] == [True, False, None]
    assert [row[4] for row in found][:2] == [
        dt.datetime(1900, 3, 1),  # noqa: DTZ001
        dt.datetime(9999, 12, 31),  # noqa: DTZ001
    ]
    assert [row[5] for row in found] == rows["t"].to_pylist()
    assert found[0][6] == dt.datetime(2026, 6, 1, 12)  # noqa: DTZ001
    forms = [cell.number_format for cell in sheet(made.path)[2]]
    assert forms[4:] == ["yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss.000", "yyyy-mm-dd hh:mm:ss.000"]
    assert notes(made) == {"f": ("note.nan_missing",), "z": ("note.utc",)}


def test_no_rows_blank_rows_and_long_names(tmp_path):
    schema = pa.schema([("å" * 200, pa.string()), ("n", pa.int64())])
    made = written("xlsx", tmp_path / "a", pa.RecordBatch.from_pylist([], schema=schema))
    assert list(sheet(made.path).iter_rows(values_only=True)) == [("å" * 200, "n")]
    blank = pa.RecordBatch.from_pylist([{}, {}, {"n": 1}, {}], schema=schema)
    made = written("xlsx", tmp_path / "b", blank)
    found = list(sheet(made.path).iter_rows(values_only=True))
    assert found[1:] == [(None, None), (None, None), (None, 1), (None, None)]


def test_300_columns(tmp_path):
    rows = pa.record_batch({f"c{n}": [str(n)] for n in range(300)})
    made = written("xlsx", tmp_path, rows)
    assert [cell.value for cell in sheet(made.path)[2]] == [str(n) for n in range(300)]


def test_a_text_of_32767_is_whole_and_of_one_more_is_refused(tmp_path):
    # Excel counts UTF-16: an emoji counts twice, a Swedish letter once.
    long = ["x" * 32_767, "å" * 32_767, "😀" * 16_383]
    made = written("xlsx", tmp_path / "a", pa.record_batch({"a": long}))
    assert [cell.value for (cell,) in sheet(made.path).iter_rows()] == ["a", *long]
    for number, text in enumerate(["x" * 32_768, "å" * 32_768, "😀" * 16_384]):
        folder = tmp_path / str(number)
        assert refused(folder, pa.record_batch({"a": ["x", text]})) == "output.text_too_long"


@pytest.mark.parametrize(
    ("column", "code"),
    [
        (pa.array([10**15]), "output.integer_too_large"),
        (pa.array([-(2**63)]), "output.integer_too_large"),
        (pa.array([None, math.inf]), "output.number_out_of_range"),
        (pa.array([5e-324]), "output.number_out_of_range"),
        (pa.array([dt.date(1900, 2, 28)]), "output.date_out_of_range"),
        (pa.array([dt.date(1, 1, 1)]), "output.date_out_of_range"),
        (pa.array([2**31 - 1], pa.int32()).view(pa.date32()), "output.date_out_of_range"),
        (pa.array([-(2**63)]).view(pa.timestamp("us")), "output.date_out_of_range"),
        (pa.array([2**63 - 1]).view(pa.timestamp("us")), "output.date_out_of_range"),
        (pa.array([1_780_000_000_000_001]).view(pa.timestamp("us")), "output.time_too_fine"),
    ],
)
def test_what_excel_cannot_hold_is_refused_by_name_and_leaves_nothing(tmp_path, column, code):
    rows = pa.record_batch({"fine": ["x"] * len(column), "bad": column})
    with pytest.raises(UsageError, match="bad") as error:
        written("xlsx", tmp_path, rows)
    assert error.value.code == code
    assert list(tmp_path.iterdir()) == []


def test_too_many_rows_and_columns_are_refused(tmp_path, monkeypatch):
    assert xlsx._MOST_ROWS == 1_048_575
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 3)
    rows = pa.record_batch({"a": ["x"] * 4})
    assert refused(tmp_path, rows) == "output.too_many_rows"
    assert written("xlsx", tmp_path / "a", rows.slice(1)).rows == 3
    wide = pa.schema([(f"c{n}", pa.string()) for n in range(16_385)])
    with pytest.raises(UsageError, match=r"16385 columns") as error:
        writer_of("xlsx", tmp_path / "x.xlsx", wide)
    assert error.value.code == "output.too_many_columns"


def test_the_first_refusal_is_told_after_all_rows_and_no_more_is_written(tmp_path, monkeypatch):
    monkeypatch.setattr(xlsx, "_MOST_ROWS", 3)
    writer = writer_of("xlsx", tmp_path / "x.xlsx", pa.schema([("n", pa.int64())]))
    for value in (10**15, 1, 2, 3, 4):
        writer.write(pa.record_batch({"n": [value]}))
    with pytest.raises(PseudoError, match=r"output\.(integer_too_large|too_many_rows)"):
        writer.close()
    writer.abort()
    assert list(tmp_path.iterdir()) == []


def test_an_error_inside_removes_everything_and_says_nothing(tmp_path, capfd, monkeypatch):
    monkeypatch.setattr(port, "Blocks", lambda: Blocks(rows=100))
    writer = writer_of("xlsx", tmp_path / "x.xlsx", pa.schema([("n", pa.int64())]))
    with pytest.raises(ZeroDivisionError), writer:
        writer.write(pa.record_batch({"n": pa.array(range(1000), pa.int64())}))
        raise ZeroDivisionError
    del writer
    assert list(tmp_path.iterdir()) == []
    assert capfd.readouterr() == ("", "")
