# SPDX-License-Identifier: Apache-2.0
"""What cells become: digits stay digits, days days, and nothing is glued to a value."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from tests.io.excel.conftest import Outcome, Read
from tests.io.excel.workbooks import (
    MAIN,
    row,
    xlsx_parts,
)

STYLES = """<numFmts>
<numFmt numFmtId="164" formatCode="yyyy\\-mm\\-dd hh:mm:ss.000"/>
<numFmt numFmtId="165" formatCode="[h]:mm:ss"/>
<numFmt numFmtId="166" formatCode="000000\\-0000"/>
<numFmt numFmtId="167" formatCode="0&quot; dagar&quot;"/>
<numFmt numFmtId="168" formatCode="[$-41D]d mmmm yyyy;@"/>
</numFmts><cellXfs><xf numFmtId="0"/><xf numFmtId="14"/><xf numFmtId="21"/>
<xf numFmtId="164"/><xf numFmtId="165"/><xf numFmtId="166"/><xf numFmtId="167"/>
<xf numFmtId="168"/></cellXfs>"""
DAY, TIME, MOMENT, LENGTH, PERSON, DAYS, LOCAL = range(1, 8)


def styled(*cells: tuple[int, object]) -> str:
    """Write rows of one cell each, with a style, below a header."""
    return row("a", at=1) + "".join(
        f'<row r="{at}"><c r="A{at}" s="{style}"><v>{value}</v></c></row>'
        for at, (style, value) in enumerate(cells, 2)
    )


def cells_of(read: Read, *cells: tuple[int, object], book: str = "") -> list[Any]:
    parts = xlsx_parts(styled(*cells), styles=STYLES)
    parts["xl/workbook.xml"] = parts["xl/workbook.xml"].replace(
        b"<sheets>", book.encode() + b"<sheets>"
    )
    return read(parts).column("a")


def written(read: Read, *cells: object) -> list[Any]:
    """Read a column of cells of an .xlsx."""
    rows = [row(each, 1, at=at) for at, each in enumerate(cells, 2)]
    return read(xlsx_parts(row("a", "b", at=1) + "".join(rows))).column("a")


def test_identity_numbers_typed_as_numbers_come_as_the_digits(read: Read) -> None:
    numbers = [198001011234, 8001011234, 101011234, 19800101.0]
    assert written(read, *numbers) == numbers
    mixed = written(read, *numbers, "19800101-1234", "0001011234")
    assert mixed == [
        "198001011234", "8001011234", "101011234", "19800101", "19800101-1234", "0001011234",
    ]  # fmt: skip
    assert written(read, *numbers, True)[0] == "198001011234"


@pytest.mark.parametrize("style", [0, PERSON, DAYS])
def test_a_format_that_shows_a_number_otherwise_does_not_change_it(read: Read, style: int) -> None:
    assert cells_of(read, (style, 8001011234), (style, 59)) == [8001011234, 59]


@pytest.mark.parametrize(
    ("number", "text"),
    [
        (-0.0, "0"),
        (1e-10, "1e-10"),
        (0.1 + 0.2, "0.30000000000000004"),
        (1e22, "1e+22"),
        (2.0**53, "9007199254740992"),
        (-(2.0**53), "-9007199254740992"),
        (1.5, "1.5"),
        (1e15, "1000000000000000"),
    ],
)
def test_numbers_are_kept_and_are_written_as_in_every_format(
    read: Read, number: float, text: str
) -> None:
    assert written(read, number) == [number]
    assert written(read, number, "x") == [text, "x"]


def test_a_column_that_changes_its_kind_after_many_rows_is_text_from_the_beginning(
    read: Read,
) -> None:
    rows = [row(n, 45_000 + n, at=n + 2) for n in range(2_500)]
    rows.append('<row r="2502"><c r="A2502" t="str"><v>x</v></c></row>')
    found = read(xlsx_parts(row("a", "b", at=1) + "".join(rows)))
    assert found.column("a") == [*map(str, range(2_500)), "x"]
    assert found.column("b") == [*(45_000.0 + n for n in range(2_500)), None]


def test_rows_at_once_do_not_change_what_a_column_is(read: Read) -> None:
    filled = (7, "x", '<c s="1"><v>45000</v></c>', '<c s="1"><v>45000.5</v></c>', "0101")
    days = ('<c s="1"><v>45000</v></c>', '<c s="1"><v>45000.5</v></c>', None)
    rows = [row("a", "b", "c", "d", at=1)]
    for at in range(15):
        # In most rows nothing stands in b and c.
        cells = (filled[at % 5], 5 if at == 7 else None, "x" if at == 3 else None, days[at % 3])
        rows.append(row(*cells, at=at + 2))
    parts = xlsx_parts("".join(rows), styles=STYLES)
    found = [read(parts, rows_at_once=rows) for rows in (1, 2, 7, 1_000)]
    assert found[1:] == found[:-1]
    assert [*map(str, found[0].types)] == ["string", "double", "string", "timestamp[us]"]


def test_days_moments_times_and_lengths_of_time(read: Read) -> None:
    day, moment = dt.date(2023, 3, 15), dt.datetime(2023, 3, 15, 12)  # noqa: DTZ001
    assert cells_of(read, (DAY, 45_000), (LOCAL, 45_001)) == [day, dt.date(2023, 3, 16)]
    assert cells_of(read, (DAY, 45_000), (MOMENT, 45_000.5)) == [
        dt.datetime(2023, 3, 15),  # noqa: DTZ001
        moment,
    ]
    assert cells_of(read, (MOMENT, 45_000 + 44_586.789 / 86_400)) == [
        dt.datetime(2023, 3, 15, 12, 23, 6, 789_000)  # noqa: DTZ001
    ]
    assert cells_of(read, (TIME, 0.5), (TIME, 0.25 + 1.5 / 86_400)) == ["12:00:00", "06:00:01.5"]
    lengths = cells_of(read, (LENGTH, 1.5), (LENGTH, 100.25), (LENGTH, -0.5), (LENGTH, 0.5))
    assert lengths == ["36:00:00", "2406:00:00", "-12:00:00", "12:00:00"]


def test_days_among_numbers_and_texts_are_written_as_iso(read: Read) -> None:
    mixed = cells_of(read, (DAY, 45_000), (0, 198001011234), (MOMENT, 45_000.5))
    assert mixed == ["2023-03-15", "198001011234", "2023-03-15T12:00:00"]
    rows = styled((DAY, 45_000)) + row("okänt", at=3)
    assert read(xlsx_parts(rows, styles=STYLES)).column("a") == ["2023-03-15", "okänt"]
    many = [(DAY, 45_000)] * 1_500 + [(MOMENT, 45_000.5)] * 1_500 + [(0, 1)]
    found = cells_of(read, *many)
    assert set(found) == {"2023-03-15", "2023-03-15T12:00:00", "1"}


def test_the_two_calendars_and_the_day_that_never_was(read: Read) -> None:
    serials = [(DAY, serial) for serial in (1, 59, 60, 61)]
    assert cells_of(read, *serials) == [
        dt.date(1900, 1, 1), dt.date(1900, 2, 28), dt.date(1900, 2, 28), dt.date(1900, 3, 1),
    ]  # fmt: skip
    later = cells_of(read, *serials, book='<workbookPr date1904="1"/>')
    assert later == [
        dt.date(1904, 1, 2), dt.date(1904, 2, 29), dt.date(1904, 3, 1), dt.date(1904, 3, 2),
    ]  # fmt: skip
    assert cells_of(read, (DAY, 2_958_465)) == [dt.date(9999, 12, 31)]
    # No day has this number.
    assert cells_of(read, (DAY, 2_958_466)) == [2_958_466]


def test_truth_values_and_failed_formulas(read: Read) -> None:
    true, false = ('<c t="b"><v>1</v></c>', '<c t="b"><v>0</v></c>')
    assert written(read, true, false, None) == [True, False, None]
    assert written(read, true, "x") == ["true", "x"]
    failed = [f'<c t="e"><f>1/0</f><v>{e}</v></c>' for e in ("#DIV/0!", "#N/A", "#REF!")]
    rows = "".join(row(each, 1, at=at) for at, each in enumerate(failed, 2))
    found = read(xlsx_parts(row("a", "b", at=1) + rows))
    assert found.column("a") == [None, None, None]
    assert found.not_taken == {"errors": 3, "formulas": 3}


def test_formulas_give_the_value_that_was_stored(read: Read) -> None:
    cells = [
        '<c t="str"><f>HYPERLINK("http://127.0.0.1/x","y")</f><v>y</v></c>',
        "<c><f>1+1</f><v>2</v></c>",
        '<c><f t="shared" ref="A4:A5" si="0">A3+1</f><v>3</v></c>',
        '<c><f t="shared" si="0"/><v>4</v></c>',
        "<c><f>SUM(A1:A9)</f></c>",
        "<c><f>1+1</f><v></v></c>",
        '<c t="str"><f>""</f><v></v></c>',
    ]
    rows = "".join(row(each, 1, at=at) for at, each in enumerate(cells, 2))
    found = read(xlsx_parts(row("a", "b", at=1) + rows))
    assert found.column("a") == ["y", "2", "3", "4", None, None, None]
    assert found.not_taken == {"formulas": 7, "uncalculated": 3}


TEXTS = {
    "<si><t>enkel</t></si>": "enkel",
    "<si><r><t>Å</t></r><r><rPr><b/></rPr><t xml:space='preserve'> B</t></r></si>": "Å B",
    "<si><t>東京</t><rPh sb='0' eb='2'><t>トウキョウ</t></rPh><phoneticPr fontId='1'/></si>": "東京",
    "<si><r><t>東</t></r><rPh sb='0' eb='1'><t>トウ</t></rPh><r><t>京</t></r></si>": "東京",
    "<si><t xml:space='preserve'> x  </t></si>": " x  ",
    "<si><t>a&amp;b&lt;c&#229;&#x20AC;</t></si>": "a&b<cå€",
    "<si><t>rad_x000D_&#10;två</t></si>": "rad\r\ntvå",
    "<si><t>_x005F_x000D_</t></si>": "_x000D_",
    "<si><t><![CDATA[<b>&amp;]]></t></si>": "<b>&amp;",
    "<si><t>0012</t></si>": "0012",
    "<si><t/></si>": None,
    "<si/>": None,
}  # fmt: skip


def test_texts_of_the_shared_table_are_whole_and_nothing_else(read: Read) -> None:
    rows = "".join(
        f'<row r="{n + 2}"><c r="A{n + 2}" t="s"><v>{n}</v></c><c r="B{n + 2}"><v>1</v></c></row>'
        for n in range(len(TEXTS))
    )
    found = read(xlsx_parts(row("a", "b", at=1) + rows, strings="".join(TEXTS)))
    assert found.column("a") == [*TEXTS.values()]


def test_texts_in_the_cell_itself_are_read_alike(read: Read) -> None:
    cells = [
        f"<c t='inlineStr'>{text.replace('si>', 'is>').replace('si/>', 'is/>')}</c>"
        for text in TEXTS
    ]
    assert written(read, *cells) == [*TEXTS.values()]


PREFIXED = f"""<x:worksheet xmlns:x="{MAIN}"><x:sheetData>
<x:row r="1"><x:c r="A1" t="inlineStr"><x:is><x:t>a</x:t></x:is></x:c>
<x:c r="B1" t="inlineStr"><x:is><x:t>b</x:t></x:is></x:c></x:row>
<x:row r="4"><x:c r="A4"><x:f>1+1</x:f><x:v>2</x:v></x:c>
<x:c r="B4" t="e"><x:f>1/0</x:f><x:v>#DIV/0!</x:v></x:c></x:row>
<x:row r="5"><x:c r="A5"><x:f>1+1</x:f></x:c><x:c r="B5"><x:v>7</x:v></x:c></x:row>
</x:sheetData></x:worksheet>"""


def test_a_workbook_with_prefixes_is_read_and_looked_through_alike(read: Read) -> None:
    found = read(xlsx_parts("", more={"xl/worksheets/sheet1.xml": PREFIXED}))
    assert (found.names, found.rows) == (["a", "b"], [(2, None), (None, 7)])
    assert found.numbers == [4, 5]
    assert found.not_taken == {"formulas": 3, "errors": 1, "uncalculated": 1}


def test_a_workbook_in_the_strict_namespace(read: Read) -> None:
    parts = xlsx_parts(row("a", at=1) + row(1, at=2))
    for old, new in (
        (b"schemas.openxmlformats.org/spreadsheetml/2006/main", b"purl.oclc.org/ooxml/spreadsheetml/main"),
        (b"schemas.openxmlformats.org/officeDocument/2006", b"purl.oclc.org/ooxml/officeDocument"),
    ):  # fmt: skip
        assert any(old in part for part in parts.values())
        parts = {name: part.replace(old, new) for name, part in parts.items()}
    assert read(parts).rows == [(1.0,)]


def test_cells_and_rows_that_do_not_say_where_they_stand(read: Read) -> None:
    cell = "<c><v>{}</v></c>"
    header = "<row><c t='str'><v>a</v></c><c t='str'><v>b</v></c></row>"
    rows = f"{header}<row>{cell.format(1)}{cell.format(2)}</row><row>{cell.format(3)}</row>"
    found = read(xlsx_parts(rows))
    assert (found.rows, found.numbers) == ([(1, 2), (3, None)], [2, 3])


def test_rows_and_cells_out_of_order_stand_where_they_say(read: Read) -> None:
    swapped = '<row r="3"><c r="B3"><v>4</v></c><c r="A3"><v>3</v></c></row>'
    rows = row(5, 6, at=5) + swapped + row("a", "b", at=1)
    found = read(xlsx_parts(rows))
    assert (found.rows, found.numbers) == ([(3, 4), (5, 6)], [3, 5])


def test_numbers_of_rows_are_those_that_a_spreadsheet_program_shows(
    delivered: Callable[..., Outcome],
) -> None:
    blank = '<row r="5"><c r="A5" s="0"/></row><row r="6" ht="30"/>'
    rows = row("a", "b", at=3) + row(1, 2, at=4) + blank + row(3, None, at=9) + '<row r="12"/>'
    found = delivered(xlsx_parts(rows), chunk_rows=1)
    assert (found.rows, found.numbers) == ([(1, 2), (3, None)], [4, 9])
    assert found.blank_lines == 4


def test_hidden_rows_and_columns_are_read(read: Read) -> None:
    hidden = row(2, "y", at=3).replace("<row ", '<row hidden="1" ')
    found = read(
        xlsx_parts(
            row("a", "b", at=1) + row(1, "x", at=2) + hidden,
            before='<cols><col min="2" max="2" hidden="1"/></cols>',
            after='<autoFilter ref="A1:B3"><filterColumn colId="0"/></autoFilter>',
        )
    )
    assert found.rows == [(1, "x"), (2, "y")]


def test_a_length_of_time_beyond_all_times_refuses_the_workbook(
    refused: Callable[..., tuple[str, dict[str, Any]]],
) -> None:
    book = xlsx_parts(styled((LENGTH, "1e15")), styles=STYLES)
    assert refused(book)[0] == "delivery.unreadable"
