# SPDX-License-Identifier: Apache-2.0
"""Which sheet of a workbook is read: told, the only one, or none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
import xlsxwriter
import xlwt

from pseudo.testing import People
from tests.io.excel.conftest import Read, Refusal
from tests.io.excel.workbooks import (
    Parts,
    ods_parts,
    ods_row,
    row,
    saved,
    table,
    xlsx_parts,
)

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
