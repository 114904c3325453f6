# SPDX-License-Identifier: Apache-2.0
"""The same table in every format, read with a typed spec, gives the same bytes.

The files are written by libraries that have nothing to do with how they are read.
"""

from __future__ import annotations

import gzip
import html
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path
from typing import Any

import openpyxl
import pandas as pd
import pyreadstat
import pytest
import xlsxwriter
import xlwt
import zstandard

import pseudo
from pseudo.domain import Domain
from pseudo.spec import parse_spec
from pseudo.testing import People
from pseudo.testing.postgres import Postgres
from tests.io.excel.workbooks import ods_parts, ods_row, ods_typed, table
from tests.io.excel.workbooks import zipped as workbook_of

SPEC = """
name: samma
reference_date: 2026-11-22
{more}
columns:
- {{name: pnr, role: identifier, pseudonym: id}}
- {{name: kommun, role: keep, type: string}}
- {{name: namn, role: direct}}
- {{name: antal, role: keep, type: integer}}
- {{name: belopp, role: keep, type: number}}
- {{name: aktiv, role: keep, type: boolean}}
- {{name: start, role: keep, type: date}}
- {{name: stund, role: keep, type: datetime}}
- {{name: utfall, role: keep, type: string}}
"""
COLUMNS = ("pnr", "kommun", "namn", "antal", "belopp", "aktiv", "start", "stund", "utfall")
OUTCOMES = ["arbete", "studier åäö", None, "=1+1", '"citat"; mer']


def rows() -> list[dict[str, Any]]:
    """Make rows with everything that formats differ in: zeros, blanks, nulls, letters."""
    people = People(seed=11).personnummer(400)
    return [
        {
            "pnr": number,
            "kommun": f"{n % 20:04}",
            "namn": "Eva Öst",
            "antal": None if n % 7 == 0 else n - 200,
            "belopp": None if n % 11 == 0 else (n - 100) / 8 + 0.1 * (n % 3),
            "aktiv": None if n % 13 == 0 else n % 2 == 0,
            "start": None if n % 5 == 0 else date(1961 + n % 60, n % 12 + 1, n % 28 + 1),
            "stund": datetime(2020, 1, n % 28 + 1, n % 24, n % 60, n % 59),  # noqa: DTZ001
            "utfall": OUTCOMES[n % len(OUTCOMES)],
        }
        for n, number in enumerate(people)
    ]


ROWS = rows()


def texts(row: dict[str, Any]) -> dict[str, str]:
    """Write a row as texts."""
    made = {}
    for name, value in row.items():
        if value is None:
            made[name] = ""
        elif isinstance(value, bool):
            made[name] = "true" if value else "false"
        else:
            made[name] = value.isoformat() if isinstance(value, date) else str(value)
    return made


def frame() -> pd.DataFrame:
    """Give the rows as pandas has them."""
    made = pd.DataFrame(ROWS, columns=list(COLUMNS))
    made["antal"] = made["antal"].astype("Int64")
    made["aktiv"] = made["aktiv"].astype("boolean")
    return made


def as_csv(path: Path) -> None:
    frame = pd.DataFrame([texts(row) for row in ROWS])
    frame.to_csv(path, sep=";", index=False, encoding="utf-8")


def as_parquet(path: Path) -> None:
    frame().to_parquet(path, index=False)


def as_arrow(path: Path) -> None:
    frame().to_feather(path)


def as_json_lines(path: Path) -> None:
    lines = []
    for row in ROWS:
        made: dict[str, Any] = texts(row)
        for name in ("antal", "belopp", "aktiv"):
            made[name] = row[name]
        lines.append(json.dumps(made, ensure_ascii=False))
    path.write_text("\n".join(lines), encoding="utf-8")


def as_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE samma ({', '.join(COLUMNS)})")
        marks = ", ".join("?" * len(COLUMNS))
        for row in ROWS:
            made = {**texts(row), "antal": row["antal"], "belopp": row["belopp"]}
            made |= {"aktiv": None if row["aktiv"] is None else int(row["aktiv"])}
            database.execute(f"INSERT INTO samma VALUES ({marks})", [*made.values()])


def statistics_frame() -> pd.DataFrame:
    """Give the rows as formats have them that know no booleans and no null texts."""
    made = pd.DataFrame(ROWS, columns=list(COLUMNS))
    made["aktiv"] = made["aktiv"].map({True: 1.0, False: 0.0})
    made["antal"] = made["antal"].astype(float)
    made["utfall"] = made["utfall"].fillna("")
    return made


def as_sav(path: Path) -> None:
    pyreadstat.write_sav(statistics_frame(), path)


def as_zsav(path: Path) -> None:
    pyreadstat.write_sav(statistics_frame(), path, compress=True)


def as_dta(path: Path) -> None:
    pyreadstat.write_dta(statistics_frame(), path, version=14)


def as_xpt(path: Path) -> None:
    pyreadstat.write_xport(statistics_frame(), path, file_format_version=5)


def as_sas_numbers(path: Path) -> None:
    """Write identity numbers as the numbers of a statistics program."""
    made = statistics_frame()
    made["pnr"] = made["pnr"].astype(float)
    pyreadstat.write_sav(made, path)


def as_sqlite_dump(path: Path) -> None:
    as_sqlite(path)
    with sqlite3.connect(path) as database:
        text = "\n".join(database.iterdump())
    path.unlink()
    path.write_text(text, encoding="utf-8")


POSTGRESQL = """
CREATE TABLE samma (pnr bigint, kommun char(4), namn text, antal int, belopp float8,
  aktiv boolean, start date, stund timestamp, utfall varchar(40));
"""


def as_postgresql_dump(path: Path, *options: str) -> None:
    rows = [
        ", ".join(
            "NULL" if cell == "" else "'" + cell.replace("'", "''") + "'"
            for cell in texts(row).values()
        )
        for row in ROWS
    ]
    with Postgres() as server:
        server.psql(POSTGRESQL)
        server.psql("INSERT INTO samma VALUES " + ", ".join(f"({row})" for row in rows))
        path.write_text(server.run("pg_dump", *options), encoding="utf-8")


def as_postgresql_inserts(path: Path) -> None:
    as_postgresql_dump(path, "--rows-per-insert=50")


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
    path.write_bytes(workbook_of(ods_parts(table(ods_row(*COLUMNS), *rows))))


def packed(
    pack: Callable[[bytes], bytes], write: Callable[[Path], None]
) -> Callable[[Path], None]:
    def written(path: Path) -> None:
        write(path)
        path.write_bytes(pack(path.read_bytes()))

    return written


def zipped(data: bytes) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("samma", data)
    return target.getvalue()


FORMATS: dict[str, Callable[[Path], None]] = {
    "parquet": as_parquet,
    "arrow": as_arrow,
    "json lines": as_json_lines,
    "sqlite": as_sqlite,
    "sav": as_sav,
    "zsav": as_zsav,
    "dta": as_dta,
    "xpt": as_xpt,
    "sav of numbers": as_sas_numbers,
    "dta.gz": packed(gzip.compress, as_dta),
    "sqlite .dump": as_sqlite_dump,
    "pg_dump": as_postgresql_dump,
    "pg_dump of inserts": as_postgresql_inserts,
    "sql.gz": packed(gzip.compress, as_sqlite_dump),
    "csv.gz": packed(gzip.compress, as_csv),
    "csv.zst": packed(zstandard.ZstdCompressor().compress, as_csv),
    "csv.zip": packed(zipped, as_csv),
    "parquet.gz": packed(gzip.compress, as_parquet),
    "xlsx": as_xlsx,
    "xlsm": as_xlsm,
    "xls": as_xls,
    "ods": as_ods,
    "xlsx.zip": packed(zipped, as_xlsx),
    "ods.gz": packed(gzip.compress, as_ods),
}


def pseudonymized(path: Path, domain: Domain, out: Path, more: str = "") -> bytes:
    spec = parse_spec(SPEC.format(more=more))
    result = pseudo.run(path, spec=spec, domain=domain, out=out)
    assert (result.rows, result.rejected) == (len(ROWS), 0)
    return result.data.read_bytes()


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_table_in_every_format_gives_the_same_bytes(
    name: str, domain: Domain, tmp_path: Path
) -> None:
    as_csv(tmp_path / "text")
    expected = pseudonymized(tmp_path / "text", domain, tmp_path / "expected")
    FORMATS[name](tmp_path / "delivery")
    assert pseudonymized(tmp_path / "delivery", domain, tmp_path / "out") == expected
