# SPDX-License-Identifier: Apache-2.0
"""How long workbooks take, against the library alone that reads them.

The reference is the library's own read of the sheet into a list for each row, in this
process. What is measured is all of ours: the child and its start, the search for what is
not taken, columns and their types, the pipe, and the checks of the parent.
"""

from __future__ import annotations

import io
import tempfile
import zipfile
from collections.abc import Callable, Iterator, Sequence
from datetime import date, timedelta
from functools import partial
from itertools import repeat
from pathlib import Path

import xlwt
from python_calamine import CalamineWorkbook
from xlsxwriter import Workbook

from bench.measure import Budget, Result, compare, timed
from pseudo.io import open_source
from pseudo.io.source import ReadOptions, records_of
from pseudo.testing import People

__all__ = ["ROWS", "excel", "write_all"]

ROWS = 500_000
_LIMIT = 1.5
# What a sheet of that many rows must do with.
_MEMORY = 1024**3
_HEADER = ("pnr", "namn", "kommun", "insats", "start", "timmar", "belopp", "aktiv")
# A sheet of so few rows is read before a process has started, so it has more columns.
_MOST_XLS, _COPIES_XLS = 65_535, 6
_FIRST_DAY = date(2016, 1, 1)
_ODS_HEAD = (
    '<office:document-content xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body>'
    '<office:spreadsheet><table:table table:name="data">'
)
_ODS_MANIFEST = (
    '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
    '<manifest:file-entry manifest:full-path="/" '
    'manifest:media-type="application/vnd.oasis.opendocument.spreadsheet"/></manifest:manifest>'
)
_ODS_TAIL = "</table:table></office:spreadsheet></office:body></office:document-content>"

Row = tuple[str, str, str, str, date, int, float, bool]


def excel() -> list[Result]:
    """Measure each format."""
    with tempfile.TemporaryDirectory() as folder:
        return [
            compare(
                Budget(f"read {path.name} / python-calamine alone", _LIMIT),
                timed(partial(_ours, path)),
                timed(partial(_bare, path)),
                repeats=3,
            )
            for path in write_all(Path(folder), ROWS)
        ]


def write_all(folder: Path, rows: int) -> Sequence[Path]:
    """Write the same table in each format, shorter where a format ends before."""
    table = list(_table(rows))
    writers: dict[str, Callable[[Path, Sequence[Row]], None]] = {
        "t.xlsx": _write_xlsx,
        "t.xls": _write_xls,
        "t.ods": _write_ods,
    }
    for name, write in writers.items():
        write(folder / name, table)
    return [folder / name for name in writers]


def _ours(path: Path) -> int:
    source = open_source(path, options=ReadOptions(sandbox_memory=_MEMORY))
    try:
        return sum(piece.framed for piece in records_of(source))
    finally:
        source.close()


def _bare(path: Path) -> int:
    sheet = CalamineWorkbook.from_filelike(io.BytesIO(path.read_bytes())).get_sheet_by_index(0)
    return sum(map(len, zip(sheet.iter_rows(), repeat(None))))


def _table(rows: int) -> Iterator[Row]:
    numbers = People(seed=20).personnummer(min(rows, 20_000))
    for n in range(rows):
        yield (
            numbers[n % len(numbers)],
            f"Efternamn{n % 5_000}, Förnamn",
            f"{n % 290:04}",
            ("praktik", "arbete", "studier åäö")[n % 3],
            _FIRST_DAY + timedelta(n % 3_000),
            n % 41,
            n % 9_973 / 4,
            n % 7 == 0,
        )


def _write_xlsx(path: Path, table: Sequence[Row]) -> None:
    with Workbook(path, {"constant_memory": True}) as book:
        sheet, day = book.add_worksheet("data"), book.add_format({"num_format": "yyyy-mm-dd"})
        sheet.write_row(0, 0, _HEADER)
        for n, row in enumerate(table, start=1):
            for place in (0, 1, 2, 3):
                sheet.write_string(n, place, row[place])
            sheet.write_datetime(n, 4, row[4], day)
            sheet.write_number(n, 5, row[5])
            sheet.write_number(n, 6, row[6])
            sheet.write_boolean(n, 7, row[7])


def _write_xls(path: Path, table: Sequence[Row]) -> None:
    book = xlwt.Workbook()
    sheet, day = book.add_sheet("data"), xlwt.easyxf(num_format_str="yyyy-mm-dd")
    header = [f"{name}{copy}" for copy in range(_COPIES_XLS) for name in _HEADER]
    for n, row in enumerate((header, *(row * _COPIES_XLS for row in table[:_MOST_XLS]))):
        for place, cell in enumerate(row):
            if isinstance(cell, date):
                sheet.write(n, place, cell, day)
            else:
                sheet.write(n, place, cell)
    book.save(str(path))


def _write_ods(path: Path, table: Sequence[Row]) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        kind = "application/vnd.oasis.opendocument.spreadsheet"
        archive.writestr("mimetype", kind, zipfile.ZIP_STORED)
        with archive.open("content.xml", "w", force_zip64=True) as part:
            part.write(_ODS_HEAD.encode())
            for row in (_HEADER, *table):
                cells = "".join(map(_ods_cell, row))
                part.write(f"<table:table-row>{cells}</table:table-row>".encode())
            part.write(_ODS_TAIL.encode())
        archive.writestr("META-INF/manifest.xml", _ODS_MANIFEST)


def _ods_cell(cell: object) -> str:
    if isinstance(cell, bool):
        said = f'"boolean" office:boolean-value="{str(cell).lower()}"'
    elif isinstance(cell, int | float):
        said = f'"float" office:value="{cell}"'
    elif isinstance(cell, date):
        said = f'"date" office:date-value="{cell}"'
    else:
        said = '"string"'
    return f"<table:table-cell office:value-type={said}><text:p>{cell}</text:p></table:table-cell>"
