# SPDX-License-Identifier: Apache-2.0
"""What a workbook holds beside its rows is counted, and none of it is taken."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
import xlwt
from openpyxl.comments import Comment
from openpyxl.workbook.defined_name import DefinedName

from tests.io.excel.conftest import Read
from tests.io.excel.workbooks import in_xls, ods_parts, ods_row, row, saved, table, xlsx_parts

PICTURE = bytes.fromhex(
    "89504e470d0a1a0a0000000d4948445200000001000000010802000000907753de0000000c49444154789c63"
    "f8cfc000000301010018dd8db00000000049454e44ae426082"
)


@pytest.fixture
def full(tmp_path: Path) -> Path:
    """A workbook with something of everything, as Excel's own format has it."""
    path = tmp_path / "x.xlsm"
    (tmp_path / "vba.bin").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 macros")
    with xlsxwriter.Workbook(path) as book:
        sheet = book.add_worksheet("Data")
        book.add_worksheet("Mer").write(0, 0, "a")
        for name in ("Dold", "Mycket dold"):
            book.add_worksheet(name).write(0, 0, "b")
        book.get_worksheet_by_name("Dold").hide()
        book.get_worksheet_by_name("Mycket dold").very_hidden()
        chart = book.add_chart({"type": "line"})
        chart.add_series({"values": "=Data!$A$2:$A$3"})
        sheet.insert_chart("F5", chart)
        sheet.insert_image("F30", "bild.png", {"image_data": io.BytesIO(PICTURE)})
        sheet.write_column(0, 0, ["a", 1, 2])
        sheet.write_column(0, 1, ["b", "x", "y"])
        sheet.write_formula(1, 2, "=A2+1", None, 2)
        sheet.write(0, 2, "c")
        sheet.write_comment("A2", "en anmärkning")
        sheet.write_comment("B3", "en till")
        book.define_name("Summa", "=Data!$A$2")
        book.add_vba_project(tmp_path / "vba.bin")
    return path


def test_all_that_is_left_of_an_xlsm_is_counted(full: Path, read: Read) -> None:
    found = read(full, table="Data")
    assert found.rows == [(1, "x", 2), (2, "y", None)]
    assert found.not_taken == {
        "hidden_sheets": 2,
        "other_sheets": 1,
        "comments": 2,
        "formulas": 1,
        "defined_names": 1,
        "macros": 1,
        "charts": 1,
        "pictures": 1,
    }


def test_a_plain_workbook_leaves_nothing(read: Read) -> None:
    assert read(xlsx_parts(row("a", at=1) + row(1, at=2))).not_taken == {}
    assert read(ods_parts(table(ods_row("a"), ods_row(1)))).not_taken == {}
    assert read(in_xls(lambda sheet: [sheet.write(n, 0, "a") for n in (0, 1)])).not_taken == {}


def test_comments_and_names_of_another_writer(tmp_path: Path, read: Read) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for at, value in enumerate(["a", 1, "=A2", None], 1):
        cell = sheet.cell(at, 1, value)
        cell.comment = Comment("anmärkning", "Eva")
    book.defined_names["Summa"] = DefinedName("Summa", attr_text="Sheet!$A$1")
    book.save(tmp_path / "x.xlsx")
    found = read(tmp_path / "x.xlsx")
    assert found.not_taken == {"comments": 4, "formulas": 1, "uncalculated": 1, "defined_names": 1}


THREADED = (
    '<ThreadedComments xmlns="http://schemas.microsoft.com/office/spreadsheetml/2018/'
    'threadedcomments"><threadedComment ref="A2" id="{1}"><text>svar</text></threadedComment>'
    "</ThreadedComments>"
)
LEGACY = (
    '<comments xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><commentList>'
    '<comment ref="A2" authorId="0"><text><t>svar</t></text></comment></commentList></comments>'
)


def test_a_thread_of_comments_is_one_comment(read: Read) -> None:
    # For each thread there is a comment for programs that know none.
    more = {
        "xl/threadedComments/threadedComment1.xml": THREADED,
        "xl/comments1.xml": LEGACY,
        "xl/persons/person.xml": "<personList/>",
    }
    assert read(xlsx_parts(row("a", at=1) + row(1, at=2), more=more)).not_taken == {"comments": 1}


def test_comments_in_a_part_of_many_pieces_are_all_counted(read: Read) -> None:
    one = '<comment ref="A2" authorId="0"><text><t>' + "x" * 991 + "</t></text></comment>"
    text = LEGACY.replace("<commentList>", "<commentList>" + one * 4_000)
    found = read(xlsx_parts(row("a", at=1) + row(1, at=2), more={"xl/comments1.xml": text}))
    assert found.not_taken == {"comments": 4_001}


def test_what_stands_in_other_sheets_is_not_counted_as_of_this_one(read: Read) -> None:
    other = row("a", at=1) + '<row r="2"><c r="A2" t="e"><f>1/0</f><v>#N/A</v></c></row>'
    found = read(xlsx_parts(row("a", at=1) + row(1, at=2), other), table=1)
    assert found.not_taken == {"other_sheets": 1}


def test_what_is_left_of_an_ods(read: Read) -> None:
    note = "<office:annotation{}><text:p>not</text:p></office:annotation><text:p>x</text:p>"
    cells = [
        f'<table:table-cell office:value-type="string">{note.format(more)}</table:table-cell>'
        for more in ("", ' office:display="true"')
    ]
    formula = (
        '<table:table-cell table:formula="of:=1" office:value-type="float" office:value="1"/>'
    )
    found = read(
        ods_parts(
            table(ods_row("a", "b", "c"), ods_row(*cells, formula)),
            table(ods_row("a"), name="Mer"),
            after='<table:named-expressions><table:named-range table:name="n" '
            'table:cell-range-address="$Blad1.$A$1"/></table:named-expressions>',
            more={
                "Basic/Standard/Module1.xml": "<m/>",
                "Object 1/content.xml": "<c/>",
                "Pictures/1.png": PICTURE,
            },
        ),
        table=1,
    )
    assert found.rows == [("x", "x", 1)]
    assert found.not_taken == {
        "other_sheets": 1,
        "comments": 2,
        "formulas": 1,
        "defined_names": 1,
        "macros": 1,
        "charts": 1,
        "pictures": 1,
    }


def test_what_is_left_of_an_xls(read: Read) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    book.add_sheet("Dold").visibility = 1
    book.add_sheet("Mycket dold").visibility = 2
    book.add_sheet("Mer").write(0, 0, "a")
    sheet.write(0, 0, "a")
    sheet.write(1, 0, 7)
    sheet.write(1, 1, xlwt.Formula("A2+1"))
    sheet.write(0, 1, "b")
    sheet.row(2).set_cell_error(0, 0x07)
    found = read(saved(book), table="Data")
    assert found.rows[0][0] == 7
    assert found.not_taken == {"hidden_sheets": 2, "other_sheets": 1, "formulas": 1, "errors": 1}


def test_the_parts_that_are_left_are_not_even_looked_into(full: Path, read: Read) -> None:
    with zipfile.ZipFile(full) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name in parts:
        if name.startswith(("xl/vba", "xl/media", "xl/charts", "xl/drawings", "docProps")):
            parts[name] = b"<" * 100
    assert read(parts, table="Data").rows == read(full, table="Data").rows
