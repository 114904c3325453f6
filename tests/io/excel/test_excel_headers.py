# SPDX-License-Identifier: Apache-2.0
"""Where the header of a sheet is: told, found, or refused."""

from __future__ import annotations

import pytest
import xlwt

from pseudo.testing import People
from tests.io.excel.conftest import Read, Refusal
from tests.io.excel.workbooks import (
    in_xls,
    ods_parts,
    ods_row,
    row,
    table,
    xlsx_parts,
)

PERSON = People(seed=5).personnummer(1)[0]


def test_titles_and_blank_rows_and_columns_stand_around_the_table(read: Read) -> None:
    rows = (
        row(None, "Socialförvaltningen", at=2)
        + row(None, "2026-01-31", at=3)
        + row(None, None, "antal", "kod", "namn", at=6)
        + row(None, None, 1, 2, "x", at=7)
    )
    cut = rows.replace('r="B', 'r="C')
    found = read(xlsx_parts(cut))
    assert (found.names, found.rows) == (["antal", "kod", "namn"], [(1, 2, "x")])
    assert found.numbers == [7]


@pytest.mark.parametrize("titles", [0, 1, 3, 10])
def test_any_number_of_titles_may_stand_above(read: Read, titles: int) -> None:
    above = "".join(row(f"Rubrik {n}", at=n) for n in range(1, titles + 1))
    rows = above + row("a", "b", "c", at=titles + 1) + row(1, 2, 3, at=titles + 2)
    found = read(xlsx_parts(rows))
    assert (found.names, found.numbers) == (["a", "b", "c"], [titles + 2])


HEADERS: dict[str, tuple[str, int]] = {
    "not full": (row("a", "b", None, at=1) + row(1, 2, 3, at=2), 1),
    "number": (row("a", "b", 2024, at=1) + row(1, 2, 3, at=2), 1),
    "number as text": (row("a", "b", "2024", at=1) + row(1, 2, 3, at=2), 1),
    "day as text": (row("a", "b", "2024-01-31", at=1) + row(1, 2, 3, at=2), 1),
    "day": (row("a", "b", '<c s="1"><v>45000</v></c>', at=1) + row(1, 2, 3, at=2), 1),
    "truth": (row("a", "b", '<c t="b"><v>1</v></c>', at=1) + row(1, 2, 3, at=2), 1),
    "person": (row(PERSON, "Eva", "x", at=1) + row(PERSON, "Eva", "x", at=2), 1),
    "person as number": (row(int(PERSON), "Eva", "x", at=1), 1),
    "below a title": (row("Titel", at=1) + row("a", 1, "c", at=3) + row(1, 2, 3, at=4), 3),
}


@pytest.mark.parametrize("kind", HEADERS)
def test_a_header_that_is_none_is_refused_and_shown_nowhere(kind: str, refused: Refusal) -> None:
    rows, record = HEADERS[kind]
    styles = '<cellXfs><xf numFmtId="0"/><xf numFmtId="14"/></cellXfs>'
    code, params = refused(xlsx_parts(rows, styles=styles))
    assert (code, params) == ("delivery.no_header_row", {"file": 1, "record": record})


def test_a_name_that_could_be_a_person_is_refused_and_shown_nowhere(refused: Refusal) -> None:
    hyphen = f"{PERSON[2:8]}-{PERSON[8:]}"
    for name in (f"x {PERSON} y", hyphen, "eva.ost@example.se"):
        code, params = refused(xlsx_parts(row("a", name, "c", at=1) + row(1, 2, 3, at=2)))
        assert (code, params) == ("delivery.unsafe_column_name", {"file": 1, "column": 2})


TWO_ROWS = {
    "xlsx": xlsx_parts(
        row("Titel", at=1)
        + row("Person", None, "Insats", None, "Kod", at=2)
        + row("pnr", "namn", "från", "till", None, at=3)
        + row(1, "x", 2, 3, 4, at=4),
        after='<mergeCells count="4"><mergeCell ref="A1:E1"/><mergeCell ref="A2:B2"/>'
        '<mergeCell ref="C2:D2"/><mergeCell ref="E2:E3"/></mergeCells>',
    ),
    "ods": ods_parts(
        table(
            ods_row("Titel"),
            ods_row(
                *[
                    f'<table:table-cell office:value-type="string" {said}>'
                    f"<text:p>{name}</text:p></table:table-cell>"
                    + "<table:covered-table-cell/>"
                    * (name != "Kod")
                    for name, said in (
                        ("Person", 'table:number-columns-spanned="2"'),
                        ("Insats", 'table:number-columns-spanned="2"'),
                        ("Kod", 'table:number-rows-spanned="2"'),
                    )
                ]
            ),
            ods_row("pnr", "namn", "från", "till", "<table:covered-table-cell/>"),
            ods_row(1, "x", 2, 3, 4),
        )
    ),
}


def _two_rows_of_an_xls(sheet: xlwt.Worksheet) -> None:
    sheet.write_merge(0, 0, 0, 4, "Titel")
    sheet.write_merge(1, 1, 0, 1, "Person")
    sheet.write_merge(1, 1, 2, 3, "Insats")
    sheet.write_merge(1, 2, 4, 4, "Kod")
    for column, name in enumerate(("pnr", "namn", "från", "till")):
        sheet.write(2, column, name)
    for column, value in enumerate((1, "x", 2, 3, 4)):
        sheet.write(3, column, value)


TWO_ROWS_NAMES = ["Person pnr", "Person namn", "Insats från", "Insats till", "Kod"]


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"])
def test_two_rows_of_header_with_cells_that_were_joined(kind: str, read: Read) -> None:
    book = TWO_ROWS[kind] if kind != "xls" else in_xls(_two_rows_of_an_xls)
    found = read(book, header_rows=[2, 3])
    assert found.names == TWO_ROWS_NAMES
    assert (found.rows, found.numbers) == ([(1, "x", 2, 3, 4)], [4])
    assert read(book, header_rows=[3, 3]).names[:4] == ["pnr", "namn", "från", "till"]


def test_one_row_that_was_told(read: Read) -> None:
    rows = row("Mall", "v2", at=1) + row("a", "b", at=2) + row("Text", "Heltal", at=3)
    found = read(xlsx_parts(rows + row("x", 1, at=4)), header_rows=[2, 2])
    assert (found.names, found.rows) == (["a", "b"], [("Text", "Heltal"), ("x", "1")])
    assert read(xlsx_parts(rows + row("x", 1, at=4)), header_rows=[3, 3]).rows == [("x", 1)]


@pytest.mark.parametrize("told", [[3, 3], [9, 9], [9, 12], [1_048_576, 1_048_576]])
def test_rows_of_header_that_are_not_there(refusal: Refusal, told: list[int]) -> None:
    book = xlsx_parts(row("a", at=1) + row("b", at=2) + row(None, at=3))
    expected = ("delivery.no_header_row", {"record": told[0]})
    assert refusal(book, header_rows=told) == expected


def test_told_rows_that_hold_data_are_refused_and_shown_nowhere(refused: Refusal) -> None:
    for cell in (int(PERSON), PERSON, "2024-01-31", 1.5):
        book = xlsx_parts(row("a", "b", at=1) + row("x", cell, at=2) + row("x", 1, at=3))
        code, params = refused(book, header_rows=(2, 2))
        assert (code, params) == ("delivery.no_header_row", {"file": 1, "record": 2})


def test_a_header_above_nothing_has_no_records(refused: Refusal) -> None:
    assert refused(xlsx_parts(row("a", "b", at=4)))[0] == "delivery.no_records"
    told = refused(xlsx_parts(row("a", at=1) + row("b", at=2)), header_rows=(1, 2))
    assert told[0] == "delivery.no_records"


def test_line_breaks_and_blanks_in_names_become_one_blank(read: Read) -> None:
    rows = row(" Person-&#10;nummer ", "antal  dagar\t", at=1) + row(1, 2, at=2)
    assert read(xlsx_parts(rows)).names == ["Person- nummer", "antal dagar"]


def test_columns_without_a_name_are_dropped_where_nothing_stands_in_them(
    delivered: Read, refused: Refusal
) -> None:
    empty = row("a", None, "c", None, at=1) + row(1, None, 3, '<c r="D2" s="0"/>', at=2)
    assert delivered(xlsx_parts(empty), header_rows=(1, 1)).names == ["a", "c"]
    filled = xlsx_parts(row("a", None, "c", at=1) + row(1, "x", 3, at=2))
    code, params = refused(filled, header_rows=(1, 1))
    assert (code, params) == ("delivery.blank_column_name", {"file": 1, "column": 2})


def test_names_that_stand_twice_are_refused(refused: Refusal) -> None:
    code, params = refused(xlsx_parts(row("a", "b", " a", at=1) + row(1, 2, 3, at=2)))
    assert code == "delivery.duplicate_column"
    assert (params["first"], params["second"]) == (1, 3)


def test_more_columns_than_anybody_declares(refused: Refusal) -> None:
    cells = "".join(f"<c t='str'><v>k{n}</v></c>" for n in range(10_001))
    code, params = refused(xlsx_parts(f"<row r='1'>{cells}</row>"))
    assert code == "delivery.too_many_columns"
    assert params == {"file": 1, "columns": 10_001, "limit": 10_000}
