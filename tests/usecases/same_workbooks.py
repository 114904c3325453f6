# SPDX-License-Identifier: Apache-2.0
"""The table of :mod:`.same_table`, in workbooks of every kind."""

from __future__ import annotations

import html
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import xlsxwriter
import xlwt

from tests.io.excel.workbooks import ods_parts, ods_row, ods_typed, table, zipped
from tests.usecases.same_table import COLUMNS, ROWS

__all__ = ["as_ods", "as_xls", "as_xlsm", "as_xlsx"]


def as_xlsx(path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(COLUMNS)
    for row in ROWS:
        sheet.append([*row.values()])
        # What begins with this sign is no formula here.
        sheet.cell(sheet.max_row, len(COLUMNS)).data_type = "s" if row["utfall"] else "n"
    book.save(path)


def as_xlsm(path: Path) -> None:
    """Write identity numbers as numbers, below a title, with all that does not belong."""
    macros = path.with_name("vbaProject.bin")
    macros.write_bytes(b"no macros")
    with xlsxwriter.Workbook(path.with_suffix(".xlsm")) as book:
        book.add_worksheet("Läs mig").hide()
        sheet = book.add_worksheet("Data")
        sheet.write(0, 0, "Utdrag")
        sheet.write_row(2, 1, COLUMNS)
        day = book.add_format({"num_format": "yyyy-mm-dd"})
        moment = book.add_format({"num_format": "yyyy-mm-dd hh:mm:ss"})
        forms = {"start": day, "stund": moment}
        for at, row in enumerate(ROWS, 3):
            for column, (name, value) in enumerate(row.items(), 1):
                if name == "pnr":
                    sheet.write_number(at, column, int(value))
                elif isinstance(value, str):
                    sheet.write_string(at, column, value)
                else:
                    sheet.write(at, column, value, forms.get(name))
        sheet.write_comment("B4", ROWS[0]["pnr"])
        book.add_vba_project(macros)
    path.with_suffix(".xlsm").rename(path)


def as_xls(path: Path) -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("Data")
    forms = {
        "start": xlwt.easyxf(num_format_str="yyyy-mm-dd"),
        "stund": xlwt.easyxf(num_format_str="yyyy-mm-dd hh:mm:ss"),
    }
    for column, name in enumerate(COLUMNS):
        sheet.write(0, column, name)
    for at, row in enumerate(ROWS, 1):
        for column, (name, value) in enumerate(row.items()):
            if value is not None:
                sheet.write(at, column, value, forms.get(name, xlwt.Style.default_style))
    book.save(path)


def _ods_cell(value: Any) -> str:
    if value is None:
        return "<table:table-cell/>"
    if isinstance(value, bool):
        return ods_typed("boolean", str(value).lower())
    if isinstance(value, date):
        return ods_typed("date", value.isoformat())
    if isinstance(value, int | float):
        return ods_typed("float", repr(value))
    return ods_typed("string", html.escape(value))


def as_ods(path: Path) -> None:
    rows = [ods_row(*map(_ods_cell, row.values())) for row in ROWS]
    path.write_bytes(zipped(ods_parts(table(ods_row(*COLUMNS), *rows))))
