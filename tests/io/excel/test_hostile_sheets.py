# SPDX-License-Identifier: Apache-2.0
"""Sheets that claim more than there is, and cells that are none."""

from __future__ import annotations

import pytest

import pseudo
from tests.io.excel.conftest import CANARY, HEADER, LIMITS, PLAIN, UNREADABLE, Read, Refusal
from tests.io.excel.workbooks import (
    Parts,
    ods_parts,
    ods_row,
    row,
    table,
    xlsx_parts,
    zipped,
)

NUMBER = 'office:value-type="float" office:value="7"'


LARGE = ("delivery.sheet_too_large", {"file": 1, "rows": 1_048_576, "columns": 16_384})
FAR = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
FAR_IN_NO_ORDER = (
    '<row r="1048576"><c r="A1048576"><v>1</v></c></row><row r="2"><c r="XFD2"/></row>'
)
FAR_FROM_ITS_ROW = '<row r="2"><c r="xfd1048576"><v>1</v></c></row>'
SIZES: dict[str, Parts] = {
    "declared": xlsx_parts(PLAIN, before='<dimension ref="A1:XFD1048576"/>'),
    "declared with a prefix": xlsx_parts(PLAIN, before="<y:dimension x='1' ref='A1:XFD1048576'/>"),
    "two cells": xlsx_parts(HEADER + FAR),
    "in no order": xlsx_parts(HEADER + FAR_IN_NO_ORDER),
    "far from its row": xlsx_parts(HEADER + FAR_FROM_ITS_ROW),
    "far in the middle": xlsx_parts(HEADER + FAR + "".join(row(1, at=n) for n in range(3, 5_000))),
}


@pytest.mark.parametrize("kind", SIZES)
def test_a_small_file_that_claims_a_whole_sheet(kind: str, refused: Refusal) -> None:
    assert len(zipped(SIZES[kind])) < 30_000
    assert refused(SIZES[kind]) == LARGE


@pytest.mark.parametrize("place", ["A4294967298", "AAAAAAA2", "ZZZZZZZ2", "A99999999999"])
def test_places_that_no_sheet_has(place: str, refused: Refusal) -> None:
    rows = f'{HEADER}<row r="2"><c r="{place}"><v>1</v></c></row>'
    assert refused(xlsx_parts(rows), **LIMITS)[0] == "delivery.sheet_too_large"


@pytest.mark.parametrize("place", ["A0", "A", "2", "$A$2", "A2:B3", "Å2", ""])
def test_places_that_are_none(place: str, refusal: Refusal) -> None:
    rows = f'{HEADER}<row r="2"><c r="{place}"><v>1</v></c></row>'
    assert refusal(xlsx_parts(rows))[0] == "delivery.unreadable"


REPEATED = {
    "cells": ods_row(
        f'<table:table-cell table:number-columns-repeated="16384" {NUMBER}/>',
        more=' table:number-rows-repeated="1048576"',
    ),
    "blank cells": ods_row(None, more=' table:number-rows-repeated="1048570"')
    + ods_row('<table:table-cell table:number-columns-repeated="16383"/>', 1),
}


@pytest.mark.parametrize("kind", REPEATED)
def test_an_ods_that_repeats_cells_to_a_whole_sheet(kind: str, refused: Refusal) -> None:
    code, params = refused(ods_parts(table(ods_row("a"), REPEATED[kind])))
    assert code == "delivery.sheet_too_large"
    assert (params["rows"] > 1_000_000, params["columns"] >= 16_383) == (True, True)


@pytest.mark.parametrize("count", ["-1", "99999999999999999999999", "1e9", "x"])
def test_an_ods_that_repeats_what_is_no_number(count: str, refusal: Refusal) -> None:
    for name in ("number-rows-repeated", "number-columns-repeated"):
        said = f' table:{name}="{count}"'
        cell = f"<table:table-cell {NUMBER}{said if 'columns' in name else ''}/>"
        rows = ods_row(cell, more=said if "rows" in name else "")
        assert refusal(ods_parts(table(ods_row("a"), rows)))[0] == "delivery.unreadable"


def test_an_ods_with_a_table_within_a_cell(refusal: Refusal) -> None:
    inner = table(ods_row(CANARY), name="Inre")
    for kind in ("", ' office:value-type="string"'):
        cell = f"<table:table-cell{kind}>{inner}</table:table-cell>"
        assert refusal(ods_parts(table(ods_row("a"), ods_row(cell))))[0] == "delivery.unreadable"


def test_an_ods_whose_table_never_ends_is_not_waited_for(refused: Refusal) -> None:
    parts = ods_parts(table(ods_row("a"), ods_row(CANARY)))
    for end in (b"</table:table>", b"</table:table-row></table:table>"):
        content = parts["content.xml"]
        cut = content[: content.index(end)]
        code, params = refused({**parts, "content.xml": cut}, sandbox_cpu=5)
        assert (code, params["file"]) == ("delivery.unreadable", 1)


@pytest.mark.campaign
@pytest.mark.parametrize("count", [10**9, 10**12])
def test_an_ods_with_a_text_of_endless_blanks(count: int, refused: Refusal) -> None:
    text = f'<text:p>{CANARY}<text:s text:c="{count}"/></text:p>'
    cell = f'<table:table-cell office:value-type="string">{text}</table:table-cell>'
    found = refused(ods_parts(table(ods_row("a"), ods_row(cell))), **LIMITS)[0]
    assert found in ("delivery.parser_died", "delivery.unreadable", "sandbox.memory")


@pytest.mark.parametrize("count", [10**11, 2**64 - 1])
def test_a_table_of_texts_that_claims_more_than_there_is(count: int, refused: Refusal) -> None:
    text = f'<sst uniqueCount="{count}"><si><t>{CANARY}</t></si></sst>'
    found = refused(xlsx_parts(PLAIN, more={"xl/sharedStrings.xml": text}), **LIMITS)[0]
    assert found in ("delivery.parser_died", "delivery.unreadable")


@pytest.mark.campaign
def test_a_sheet_of_blanks_and_tags_takes_a_bounded_time(delivered: Read) -> None:
    for filler in (" ", "row ", "<f "):
        rows = PLAIN + filler * (40 * 2**20 // len(filler))
        try:
            assert delivered(xlsx_parts(rows), sandbox_cpu=300).rows == [(CANARY, 2)]
        except pseudo.DeliveryError as error:
            assert error.code == "delivery.unreadable"


def test_a_text_that_is_not_in_the_table_of_texts(refusal: Refusal) -> None:
    for index in (1, 2**31, 2**63):
        cell = f'<row r="2"><c r="A2" t="s"><v>{index}</v></c></row>'
        parts = xlsx_parts(HEADER + cell, strings=f"<si><t>{CANARY}</t></si>")
        assert refusal(parts)[0] == "delivery.unreadable"


@pytest.mark.parametrize("style", ["-1", "4294967296", "99999999999999999999999", "x", ""])
def test_a_style_that_there_is_none_of(style: str, read: Read) -> None:
    cell = f'<row r="2"><c r="A2" s="{style}"><v>198001011234</v></c></row>'
    styles = '<cellXfs><xf numFmtId="0"/></cellXfs>'
    assert read(xlsx_parts(HEADER + cell, styles=styles)).column("a") == [198001011234]


@pytest.mark.parametrize("kind", ["q", "", "S", "n", "b", "e"])
def test_a_cell_that_is_not_of_its_kind(kind: str, refused: Refusal, refusal: Refusal) -> None:
    cell = f'<row r="2"><c r="A2" t="{kind}"><v>{CANARY}</v></c></row>'
    if kind in ("q", "e"):
        # The library would quote these.
        assert refused(xlsx_parts(HEADER + cell), **LIMITS) == UNREADABLE
    assert refusal(xlsx_parts(HEADER + cell))[0] == "delivery.unreadable"


def test_a_child_does_not_take_more_memory_than_it_may(refused: Refusal) -> None:
    rows = "".join(row("x" * 20_000, n, at=n) for n in range(2, 5_000))
    found = refused(xlsx_parts(HEADER + rows), sandbox_memory=256 * 2**20)[0]
    assert found in ("sandbox.memory", "delivery.parser_died")
