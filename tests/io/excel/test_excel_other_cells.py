# SPDX-License-Identifier: Apache-2.0
"""The same of the cells of OpenDocument workbooks and of old ones."""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable

import pyarrow as pa
import pytest
import xlwt

from tests.io.excel.conftest import Read
from tests.io.excel.workbooks import (
    in_xls,
    ods_parts,
    ods_row,
    ods_typed,
    table,
)

ODS = {
    ods_typed("float", "198001011234"): 198001011234.0,
    ods_typed("percentage", "0.25"): 0.25,
    ods_typed("currency", "7", ' office:currency="SEK"'): 7.0,
    ods_typed("date", "2024-01-02"): dt.date(2024, 1, 2),
    ods_typed("date", "2024-01-02T03:04:05.25"): dt.datetime(2024, 1, 2, 3, 4, 5, 250_000),  # noqa: DTZ001
    ods_typed("date", "2024-02-30"): "2024-02-30",
    ods_typed("boolean", "true"): True,
    ods_typed("boolean", "false"): False,
    ods_typed("time", "PT12H30M00.5S"): "12:30:00.5",
    ods_typed("string", "0101"): "0101",
    "<table:table-cell/>": None,
}


@pytest.mark.parametrize("cell", ODS)
def test_cells_of_an_ods(read: Read, cell: str) -> None:
    found = read(ods_parts(table(ods_row("a", "b"), ods_row(cell, 1))))
    assert found.column("a") == [ODS[cell]]


def test_texts_of_an_ods(read: Read) -> None:
    note = '<office:annotation office:name="1"><text:p>not</text:p></office:annotation>'
    paragraphs = f"{note}<text:p>ett<text:s text:c='2'/>två <text:span>tre</text:span></text:p>"
    inner = f"{paragraphs}<text:p>rad 2 &amp; &#229;</text:p>"
    cell = f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'
    found = read(ods_parts(table(ods_row("a"), ods_row(cell))))
    assert found.rows == [("ett  två tre\nrad 2 & å",)]
    assert found.not_taken == {"comments": 1}


def test_rows_and_columns_of_an_ods_that_are_repeated(read: Read) -> None:
    rows = [
        ods_row(None, more=' table:number-rows-repeated="3"'),
        ods_row(None, "a", "b"),
        ods_row(None, "x", 1, more=' table:number-rows-repeated="3"'),
        ods_row(None, more=' table:number-rows-repeated="5"'),
        ods_row(None, '<table:table-cell table:number-columns-repeated="2" '
                'office:value-type="float" office:value="7"/>'),
        ods_row(None, more=' table:number-rows-repeated="1048000"'),
    ]  # fmt: skip
    found = read(ods_parts(table(*rows)))
    assert found.rows == [("x", 1), ("x", 1), ("x", 1), ("7", 7)]
    assert found.numbers == [5, 6, 7, 13]


@pytest.mark.parametrize(
    ("inner", "text"),
    [
        ("<text:p>a<text:tab/>b</text:p>", "a\tb"),
        ("<text:p>12<text:tab text:tab-ref='1'></text:tab>34</text:p>", "12\t34"),
        ("<text:p>a<text:line-break/>b</text:p><text:p>c</text:p>", "a\nb\nc"),
    ],
)
def test_tabs_and_line_breaks_of_an_ods_stay(read: Read, inner: str, text: str) -> None:
    cell = f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'
    assert read(ods_parts(table(ods_row("a"), ods_row(cell)))).rows == [(text,)]


def test_blanks_that_are_only_counted_are_not_written_out(
    refused: Callable[..., tuple[str, dict[str, object]]],
) -> None:
    inner = '<text:p>a<text:s text:c="999999999"/></text:p>'
    cell = f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'
    assert refused(ods_parts(table(ods_row("a"), ods_row(cell))))[0] == "delivery.unreadable"


def test_rows_that_are_repeated_beyond_any_sheet_are_not_cut(
    refused: Callable[..., tuple[str, dict[str, object]]],
) -> None:
    rows = [ods_row("a"), ods_row("x", more=' table:number-rows-repeated="1000000000"')]
    assert refused(ods_parts(table(*rows)))[0] == "delivery.sheet_too_large"


BOX = "<draw:frame><draw:text-box><text:p>0701234567</text:p></draw:text-box></draw:frame>"
NOTE = "<text:note><text:note-body><text:p>0701234567</text:p></text:note-body></text:note>"


@pytest.mark.parametrize("inner", [f"{BOX}<text:p>x</text:p>", f"<text:p>x{NOTE}</text:p>", BOX])
def test_a_text_in_a_cell_that_is_not_the_cells_refuses_an_ods(
    refused: Callable[..., tuple[str, dict[str, object]]], inner: str
) -> None:
    cell = f'<table:table-cell office:value-type="string">{inner}</table:table-cell>'
    found = refused(ods_parts(table(ods_row("a"), ods_row("y"), ods_row(cell))))
    assert found == ("delivery.text_in_drawing", {"file": 1})


def test_drawings_without_text_and_those_on_the_sheet_are_left(read: Read) -> None:
    shape = '<draw:line svg:x1="1"><text:p/></draw:line><draw:rect><text:p></text:p></draw:rect>'
    cell = f'<table:table-cell office:value-type="string">{shape}<text:p>x</text:p></table:table-cell>'
    rows = f"<table:shapes>{BOX}</table:shapes>{ods_row('a')}{ods_row(cell)}"
    assert read(ods_parts(table(rows))).rows[-1][0].strip() == "x"


def test_cells_of_an_xls(read: Read) -> None:
    def write(sheet: xlwt.Worksheet) -> None:
        kinds = [xlwt.easyxf(num_format_str=each) for each in ("yyyy-mm-dd", "[h]:mm", "hh:mm")]
        for column, name in enumerate("abcdefgh"):
            sheet.write(0, column, name)
        for column, value in enumerate((198001011234, 123456, 1.5, "0101", True)):
            sheet.write(1, column, value)
        sheet.write(1, 5, dt.date(2024, 1, 2), kinds[0])
        sheet.write(1, 6, 1.5, kinds[1])
        sheet.write(1, 7, 0.5, kinds[2])
        sheet.row(4).set_cell_error(2, 0x2A)
        sheet.write(4, 0, "x" * 9_000 + "åäö€")
        sheet.write_rich_text(4, 3, ("Å", (" B", xlwt.easyxf("font: bold on").font)))

    found = read(in_xls(write))
    assert found.rows[0] == (
        "198001011234", 123456, 1.5, "0101", True, dt.date(2024, 1, 2), "36:00:00", "12:00:00",
    )  # fmt: skip
    assert found.rows[1][:4] == ("x" * 9_000 + "åäö€", None, None, "Å B")
    assert found.numbers == [2, 5]
    assert found.not_taken == {"errors": 1}
    assert found.types[1] == pa.float64()


def test_an_xls_of_the_other_calendar(read: Read) -> None:
    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("Blad1")
    sheet.write(0, 0, "a")
    sheet.write(1, 0, 1462, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    with io.BytesIO() as held:
        book.save(held)
        assert read(held.getvalue()).rows == [(dt.date(1908, 1, 2),)]
