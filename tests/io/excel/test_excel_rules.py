# SPDX-License-Identifier: Apache-2.0
"""Which sheet is read, and where its header is: told, found, or refused."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
import xlwt

from pseudo.testing import People
from tests.io.excel.conftest import Outcome
from tests.io.excel.workbooks import (
    Parts,
    in_xls,
    ods_parts,
    ods_row,
    row,
    saved,
    table,
    xlsx_parts,
)

Read = Callable[..., Outcome]
Refusal = Callable[..., tuple[str, dict[str, Any]]]

PERSON = People(seed=5).personnummer(1)[0]
HIDDEN_STYLE = (
    '<style:style style:name="dold" style:family="table">'
    '<style:table-properties table:display="false"/></style:style>'
)


def in_xlsx(sheets: dict[str, tuple[bool, bool]]) -> Parts:
    """Write sheets that are filled or not, and shown or not; each cell names its sheet."""
    rows = [row("a", at=1) + row(name, at=2) if full else "" for name, (full, _) in sheets.items()]
    states = {name: "visible" if shown else "hidden" for name, (_, shown) in sheets.items()}
    return xlsx_parts(*rows, states=states)


def in_ods(sheets: dict[str, tuple[bool, bool]]) -> Parts:
    tables = [
        table(
            *([ods_row("a"), ods_row(name)] if full else [ods_row(None)]),
            name=name,
            more="" if shown else ' table:style-name="dold"',
        )
        for name, (full, shown) in sheets.items()
    ]
    return ods_parts(*tables, styles=HIDDEN_STYLE)


def in_old(sheets: dict[str, tuple[bool, bool]]) -> bytes:
    book = xlwt.Workbook()
    for name, (full, shown) in sheets.items():
        sheet = book.add_sheet(name)
        sheet.visibility = int(not shown)
        if full:
            sheet.write(0, 0, "a")
            sheet.write(1, 0, name)
    return saved(book)


@pytest.fixture(params=[in_xlsx, in_ods, in_old], ids=["xlsx", "ods", "xls"])
def write(request: pytest.FixtureRequest) -> Callable[..., Parts | bytes]:
    made: Callable[..., Parts | bytes] = request.param
    return made


SHEETS = {
    "Tom": (False, True),
    "Ett": (True, True),
    "Dold": (True, False),
    "Två": (True, True),
    "Tre": (True, True),
}


def test_several_filled_sheets_have_to_be_chosen_from(
    write: Callable[..., Parts | bytes], read: Read, refusal: Refusal
) -> None:
    book = write(SHEETS)
    names = ["Tom", "Ett", "Två", "Tre"]
    assert refusal(book) == ("usage.several_tables", {"tables": names})
    for number, name in enumerate(names[1:], 2):
        assert read(book, table=name) == read(book, table=number)
        assert read(book, table=name).rows == [(name,)]
        assert read(book, table=name).table == name
        assert read(book, table=name).not_taken == {"hidden_sheets": 1, "other_sheets": 2}
    # What is hidden has no number.
    hidden = read(book, table="Dold")
    assert (hidden.rows, hidden.not_taken) == ([("Dold",)], {"other_sheets": 3})
    for other in (0, -1, 5, "Fyra", "ett", ""):
        assert refusal(book, table=other) == ("usage.no_such_table", {"tables": names})
    assert refusal(book, table="Tom") == ("delivery.no_columns", {})


def test_the_only_filled_sheet_is_taken(write: Callable[..., Parts | bytes], read: Read) -> None:
    found = read(write({"Info": (False, True), "Data": (True, True), "Dold": (True, False)}))
    assert (found.rows, found.table) == ([("Data",)], "Data")
    assert found.not_taken == {"hidden_sheets": 1}


def test_a_workbook_whose_filled_sheets_are_hidden_has_no_columns(
    write: Callable[..., Parts | bytes], refusal: Refusal
) -> None:
    assert refusal(write({"A": (False, True), "B": (True, False)})) == ("delivery.no_columns", {})


def test_names_of_sheets_that_could_be_a_person_are_shown_as_numbers(
    write: Callable[..., Parts | bytes], refused: Refusal, delivered: Read
) -> None:
    code, params = refused(write({"Lista": (True, True), PERSON: (True, True), "C": (True, True)}))
    assert (code, params["tables"]) == ("usage.several_tables", "Lista, #2, C")
    assert delivered(write({PERSON: (True, True)})).table == "[…]"


def test_many_sheets_of_long_names_are_listed_as_far_as_there_is_room(refused: Refusal) -> None:
    names = [f"{number:02}{'€😀' * 49}" for number in range(40)]
    code, params = refused(in_ods(dict.fromkeys(names, (True, True))))
    assert code == "usage.several_tables"
    assert params["tables"].count("€") == 20 * 49


@pytest.mark.parametrize("told", [None, 1, 2])
def test_two_sheets_of_one_name_are_refused(refusal: Refusal, told: int | None) -> None:
    twice = xlsx_parts(row("a", at=1) + row(1, at=2), row("a", at=1) + row(2, at=2))
    twice["xl/workbook.xml"] = twice["xl/workbook.xml"].replace(b"Blad2", b"Blad1")
    more = {} if told is None else {"table": told}
    assert refusal(twice, **more)[0] == "delivery.unreadable"
    other = table(ods_row("a"), ods_row(1))
    assert refusal(ods_parts(other, other), **more)[0] == "delivery.unreadable"


def test_chart_sheets_are_none_and_have_no_number(tmp_path: Any, read: Read) -> None:
    path = tmp_path / "x.xlsx"
    with xlsxwriter.Workbook(path) as book:
        book.add_chartsheet("Diagram").set_chart(_chart(book))
        sheet = book.add_worksheet("Data")
        sheet.write_column(0, 0, ["a", 1, 2])
    found = read(path)
    assert (found.rows, found.table) == ([(1,), (2,)], "Data")
    assert found.not_taken == {"chart_sheets": 1, "charts": 1}
    assert read(path, table=1) == found


def _chart(book: xlsxwriter.Workbook) -> Any:
    chart = book.add_chart({"type": "line"})
    chart.add_series({"values": "=Data!$A$2:$A$3"})
    return chart


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
