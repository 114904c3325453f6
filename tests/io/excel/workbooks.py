# SPDX-License-Identifier: Apache-2.0
"""Workbooks written part by part, so that they can hold what no writer would write."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping

import xlwt

__all__ = [
    "MAIN",
    "Parts",
    "in_xls",
    "ods_parts",
    "ods_row",
    "ods_typed",
    "row",
    "saved",
    "table",
    "xlsx_parts",
    "zipped",
]

MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
OPEN_DOCUMENT = "urn:oasis:names:tc:opendocument:xmlns"
ODS_TYPE = "application/vnd.oasis.opendocument.spreadsheet"

Parts = dict[str, bytes]


def xlsx_parts(
    *rows: str,
    before: str = "",
    after: str = "",
    strings: str = "",
    styles: str = "",
    book: str = "",
    states: Mapping[str, str] | None = None,
    more: Mapping[str, str | bytes] | None = None,
) -> Parts:
    """Give the parts of an .xlsx.

    Args:
        rows: What stands in ``sheetData``, of one sheet each.
        before: What stands in each sheet before that.
        after: What stands in each sheet behind it.
        strings: What stands in ``sst``.
        styles: What stands in ``styleSheet``.
        book: What stands in ``workbook`` behind the sheets.
        states: Name of each sheet → its state; Blad1, … and visible where not given.
        more: Parts beside these, or instead of them.
    """
    named = states or {f"Blad{number}": "visible" for number in range(1, len(rows) + 1)}
    listed = "".join(
        f'<sheet name="{name}" sheetId="{n}" state="{state}" r:id="rId{n}"/>'
        for n, (name, state) in enumerate(named.items(), 1)
    )
    targets = "".join(
        f'<Relationship Id="rId{n}" Type="{RELATIONS}/worksheet" Target="worksheets/sheet{n}.xml"/>'
        for n in range(1, len(rows) + 1)
    )
    made: dict[str, str | bytes] = {
        "[Content_Types].xml": f'<Types xmlns="{PACKAGE}/content-types"/>',
        "_rels/.rels": f'<Relationships xmlns="{PACKAGE}/relationships"><Relationship Id="r" '
        f'Type="{RELATIONS}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATIONS}">'
        f"<sheets>{listed}</sheets>{book}</workbook>",
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{PACKAGE}/relationships">'
        f"{targets}</Relationships>",
    }
    for number, each in enumerate(rows, 1):
        made[f"xl/worksheets/sheet{number}.xml"] = (
            f'<worksheet xmlns="{MAIN}" xmlns:r="{RELATIONS}">{before}'
            f"<sheetData>{each}</sheetData>{after}</worksheet>"
        )
    if strings:
        made["xl/sharedStrings.xml"] = f'<sst xmlns="{MAIN}">{strings}</sst>'
    if styles:
        made["xl/styles.xml"] = f'<styleSheet xmlns="{MAIN}">{styles}</styleSheet>'
    return _encoded({**made, **(more or {})})


def ods_parts(
    *tables: str, styles: str = "", after: str = "", more: Mapping[str, str | bytes] | None = None
) -> Parts:
    """Give the parts of an .ods.

    Args:
        tables: Each table, as :func:`table` gives it.
        styles: What stands in ``automatic-styles``.
        after: What stands behind the tables.
        more: Parts beside these, or instead of them.
    """
    rooms = ("office", "table", "text", "style", "draw", "calcext")
    names = " ".join(f'xmlns:{room}="{OPEN_DOCUMENT}:{room}:1.0"' for room in rooms)
    made: dict[str, str | bytes] = {
        "mimetype": ODS_TYPE,
        "META-INF/manifest.xml": f'<m:manifest xmlns:m="{OPEN_DOCUMENT}:manifest:1.0"/>',
        "content.xml": f"<office:document-content {names}>"
        f"<office:automatic-styles>{styles}</office:automatic-styles><office:body>"
        f"<office:spreadsheet>{''.join(tables)}{after}</office:spreadsheet>"
        "</office:body></office:document-content>",
    }
    return _encoded({**made, **(more or {})})


def table(*rows: str, name: str = "Blad1", more: str = "") -> str:
    """Give a table of an .ods, of rows that are written as :func:`cells` does or as XML."""
    return f'<table:table table:name="{name}"{more}>{"".join(rows)}</table:table>'


def ods_row(*cells: object, more: str = "") -> str:
    """Give a row of an .ods; a text that begins with a tag is a cell already."""
    written = (cell if str(cell).startswith("<") else _ods_cell(cell) for cell in cells)
    return f"<table:table-row{more}>{''.join(map(str, written))}</table:table-row>"


def _ods_cell(value: object) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, str):
        return (
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p>'
            "</table:table-cell>"
        )
    return f'<table:table-cell office:value-type="float" office:value="{value}"/>'


def row(*cells: object, at: int) -> str:
    """Give a row of an .xlsx: texts inline, None left out; what begins with a tag as it is."""
    return (
        f'<row r="{at}">' + "".join(_cell(each, n, at) for n, each in enumerate(cells)) + "</row>"
    )


def _cell(value: object, column: int, at: int) -> str:
    if value is None:
        return ""
    place = f"{chr(ord('A') + column)}{at}"
    if isinstance(value, str) and value.startswith("<"):
        return value if " r=" in value.partition(">")[0] else f'<c r="{place}"' + value[2:]
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    return f'<c r="{place}"><v>{value!r}</v></c>'


def _encoded(parts: Mapping[str, str | bytes]) -> Parts:
    return {
        name: part if isinstance(part, bytes) else part.encode() for name, part in parts.items()
    }


def zipped(parts: Mapping[str, bytes], packing: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Make an archive of parts."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", packing) as archive:
        for name, part in parts.items():
            # By this part an .ods is known, so it stands there as it is.
            stored = name == "mimetype"
            how = zipfile.ZIP_STORED if stored else packing
            archive.writestr(zipfile.ZipInfo(name), part, how)
    return target.getvalue()


def in_xls(write: Callable[[xlwt.Worksheet], object]) -> bytes:
    """Give an .xls with one sheet."""
    book = xlwt.Workbook()
    write(book.add_sheet("Blad1"))
    return saved(book)


def saved(book: xlwt.Workbook) -> bytes:
    """Give the bytes of an .xls."""
    with io.BytesIO() as held:
        book.save(held)
        return held.getvalue()


def ods_typed(kind: str, value: str, more: str = "") -> str:
    """Give a cell of an .ods whose value is in an attribute."""
    named = {"string": "string-value", "boolean": "boolean-value"}
    name = named.get(kind, f"{kind}-value" if kind in ("date", "time") else "value")
    said = f'office:value-type="{kind}" office:{name}="{value}"{more}'
    return f"<table:table-cell {said}/>"
