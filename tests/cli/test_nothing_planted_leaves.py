# SPDX-License-Identifier: Apache-2.0
"""Whoever is planted beside the table of a delivery is in nothing that comes out.

Each format has places that no reader of tables looks at, and libraries carry along.
"""

from __future__ import annotations

import gzip
import io
import json
import os
import shutil
import sqlite3
import warnings
import zipfile
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.feather as feather
import pyarrow.parquet as pq
import pyreadstat
import pytest
import xlsxwriter
import xlwt

from pseudo.testing import People
from pseudo.testing.canaries import CANARIES, CANARY_TEXTS, assert_clean, search
from pseudo.usecases.request import OUTPUT_FORMATS
from tests.io.excel.workbooks import ods_parts, ods_row, table, zipped

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
NUMBER = f"{CANARIES['alva'][:8]}-{CANARIES['alva'][8:]}"
NAME, MAIL = CANARY_TEXTS["surname"], CANARY_TEXTS["mail"]
PLANTED = f"{NUMBER} {NAME} {MAIL}"
HEADER = ["personnummer", "namn", "insats"]
ROWS = [(number, NAME, at % 7) for at, number in enumerate(People(seed=8).personnummer(40))]
SPEC = """\
name: planterat
columns:
  - {name: personnummer, role: identifier, pseudonym: id}
  - {name: namn, role: direct}
  - {name: insats, role: keep, type: integer}
"""


def frame() -> pd.DataFrame:
    return pd.DataFrame(ROWS, columns=HEADER)


def as_xlsx(path: Path) -> None:
    held = io.BytesIO()
    with xlsxwriter.Workbook(held) as book:
        # The sheet that is read is named in the receipt, where that can be shown.
        sheet = book.add_worksheet(NUMBER)
        sheet.write_row(0, 0, HEADER)
        for at, cells in enumerate(ROWS, 1):
            sheet.write_row(at, 0, cells)
        sheet.write_comment("C2", PLANTED, {"author": NAME})
        sheet.set_header(f"&C{PLANTED}")
        sheet.set_footer(f"&L{PLANTED}")
        sheet.data_validation("C2", {"validate": "list", "source": [NUMBER, NAME, MAIL]})
        sheet.data_validation("C3", {"validate": "any", "input_message": PLANTED})
        sheet.insert_textbox("F2", PLANTED)
        sheet.write_url("G60", f"mailto:{MAIL}", string="")
        sheet.protect(NAME)
        hidden = book.add_worksheet(f"{NAME}2")
        hidden.write(0, 0, PLANTED)
        hidden.very_hidden()
        book.add_worksheet(MAIL[:31])
        book.define_name(NAME, f'="{NUMBER}"')
        book.set_properties(dict.fromkeys(("title", "author", "manager", "comments"), PLANTED))
        book.set_custom_property("Ansvarig", PLANTED)
    with zipfile.ZipFile(held, "a") as archive:
        for name in ("externalLinks/externalLink1.xml", "persons/person.xml", "media/1.png"):
            archive.writestr(f"xl/{name}", f"<x>{PLANTED}</x>")
        archive.comment = PLANTED.encode()
    path.write_bytes(held.getvalue())


def as_ods(path: Path) -> None:
    planted = f"<text:p>{PLANTED}</text:p>"
    noted = (
        '<table:table-cell office:value-type="string"><office:annotation>'
        f"{planted}</office:annotation><text:p>{NAME}</text:p></table:table-cell>"
    )
    rows = [ods_row(number, noted, f"{count}") for number, _, count in ROWS]
    hidden = table(ods_row(PLANTED), name=NAME, more=' table:style-name="dold"')
    parts = ods_parts(
        f"<table:content-validations><table:content-validation table:condition='{PLANTED}'/>"
        "</table:content-validations>",
        table(ods_row(*HEADER), *rows, name=NUMBER),
        hidden,
        styles='<style:style style:name="dold"><style:table-properties table:display="false"/>'
        "</style:style>",
        after=f'<table:named-expressions><table:named-range table:name="{NAME}" '
        f'table:cell-range-address="{NUMBER}"/></table:named-expressions>',
        more={"meta.xml": f"<m>{PLANTED}</m>", "styles.xml": f"<s>{PLANTED}</s>"},
    )
    path.write_bytes(zipped(parts))


def as_xls(path: Path) -> None:
    book = xlwt.Workbook()
    book.owner = NAME
    sheet = book.add_sheet("Data")
    sheet.header_str = sheet.footer_str = PLANTED.encode()
    for at, cells in enumerate([HEADER, *ROWS]):
        for column, cell in enumerate(cells):
            sheet.write(at, column, cell)
    hidden = book.add_sheet(NAME)
    hidden.write(0, 0, PLANTED)
    hidden.visibility = 2
    book.save(path)


def _with_metadata() -> pa.Table:
    names = pa.DictionaryArray.from_arrays([0] * len(ROWS), [NAME, PLANTED, NUMBER])
    made = pa.table({**pa.Table.from_pandas(frame()).to_pydict(), "namn": names})
    fields = [each.with_metadata({"label": PLANTED}) for each in made.schema]
    said = {"pandas": json.dumps({"index_columns": [PLANTED]}), NUMBER: MAIL}
    return made.cast(pa.schema(fields, metadata=said))


def as_parquet(path: Path) -> None:
    pq.write_table(_with_metadata(), path, compression="none")


def as_arrow(path: Path) -> None:
    feather.write_feather(_with_metadata(), path, compression="uncompressed")


def as_sav(path: Path) -> None:
    pyreadstat.write_sav(
        frame(),
        path,
        file_label=PLANTED,
        note=PLANTED,
        column_labels=dict.fromkeys(HEADER, PLANTED),
        variable_value_labels={"insats": {0: "noll", 99: PLANTED}},
    )


def as_dta(path: Path) -> None:
    pyreadstat.write_dta(
        frame(),
        path,
        file_label=PLANTED,
        column_labels=dict.fromkeys(HEADER, PLANTED),
        variable_value_labels={"insats": {0: "noll", 99: PLANTED}},
    )


def as_xpt(path: Path) -> None:
    labels = [NUMBER, NAME, MAIL]
    pyreadstat.write_xport(
        frame(), path, file_label=NAME, column_labels=dict(zip(HEADER, labels, strict=True)),
        file_format_version=8,
    )  # fmt: skip


def as_sqlite(path: Path) -> None:
    with sqlite3.connect(path) as database:
        frame().to_sql("AA", database, index=False)
        database.execute(f'CREATE TABLE "{NAME}" ("{MAIL}" TEXT DEFAULT "{PLANTED}")')
        database.execute(f'INSERT INTO "{NAME}" VALUES (?)', [PLANTED])
        database.execute(f"CREATE VIEW v AS SELECT '{PLANTED}' FROM AA")


def as_dump(path: Path) -> None:
    as_sqlite(path)
    with sqlite3.connect(path) as database:
        text = f"-- {PLANTED}\n" + "\n".join(database.iterdump())
    path.unlink()
    path.write_text(text, encoding="utf-8")


def _text() -> bytes:
    return frame().to_csv(sep=";", index=False).encode()


def as_zip(path: Path) -> None:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        member = zipfile.ZipInfo(f"{NUMBER}/{MAIL}.csv")
        member.comment = PLANTED.encode()
        member.extra = b"\xfe\xca" + len(PLANTED).to_bytes(2, "little") + PLANTED.encode()
        archive.writestr(member, _text())
        archive.writestr(f"__MACOSX/{NAME}", PLANTED)
        archive.comment = PLANTED.encode()


def as_gzip(path: Path) -> None:
    packed = gzip.compress(_text())
    named = packed[:3] + bytes([0x18]) + packed[4:10]
    path.write_bytes(named + PLANTED.encode() + b"\0" + PLANTED.encode() + b"\0" + packed[10:])


FORMATS: dict[str, Callable[[Path], None]] = {
    "xlsx": as_xlsx,
    "ods": as_ods,
    "xls": as_xls,
    "parquet": as_parquet,
    "arrow": as_arrow,
    "sav": as_sav,
    "dta": as_dta,
    "xpt": as_xpt,
    "sqlite": as_sqlite,
    "dump": as_dump,
    "zip": as_zip,
    "gzip": as_gzip,
}


def opened(path: Path) -> bytes:
    """Give the bytes of a file, and what is in it where that is packed."""
    data = path.read_bytes()
    if zipfile.is_zipfile(path):
        with zipfile.ZipFile(path) as archive:
            data += b"".join(archive.read(name) for name in archive.namelist())
    elif path.suffix == ".parquet":
        found = pq.read_table(path)
        data += f"{found.to_pydict()} {found.schema.metadata} {found.schema}".encode()
    return data


def planted(kind: str, folder: Path) -> Path:
    """Write a delivery, and see that everybody is in it."""
    path = folder / f"{NUMBER} {kind}"
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        FORMATS[kind](path)
    assert {"alva", "surname", "mail"} <= {*search(opened(path))}, kind
    return path


def ran(call, keys, folder: Path, *words: object, spec: str = SPEC) -> int:
    """Run a batch; see that nobody is in what it wrote and said."""
    (folder / "s.yaml").write_text(spec, encoding="utf-8")
    out = folder / "out"
    order = ["run", *words, "--spec", folder / "s.yaml", "--domain", "projA", "--out", out]
    done = call(*order, PSEUDO_LOG="json", **keys.environment)
    assert_clean(stdout=done.stdout, stderr=done.stderr)
    if out.exists():
        assert_clean(out=out)
        for found in out.rglob("*"):
            assert not found.is_file() or search(opened(found)) == []
        assert (out / "receipt.json").is_file()
        shutil.rmtree(out)
    return done.status


def test_nobody_who_is_planted_beside_the_table_comes_out(tmp_path: Path, call, keys) -> None:
    paths = [planted(kind, tmp_path) for kind in FORMATS]
    assert ran(call, keys, tmp_path, *paths, "--table", "1") == 0


@pytest.mark.campaign
@pytest.mark.parametrize("to", OUTPUT_FORMATS)
@pytest.mark.parametrize("kind", FORMATS)
def test_nobody_comes_out_in_any_format(kind: str, to: str, tmp_path: Path, call, keys) -> None:
    path = planted(kind, tmp_path)
    assert ran(call, keys, tmp_path, path, "--table", "1", "--to", to) == 0


@pytest.mark.parametrize("kind", FORMATS if FULL else ("xlsx", "ods", "sav"))
def test_nobody_is_shown_to_who_inspects_a_delivery(kind: str, tmp_path: Path, call, keys) -> None:
    path = planted(kind, tmp_path)
    for more in ([], ["--json"]) if FULL else (["--json"],):
        done = call("inspect", path, "--table", "1", *more, PSEUDO_LOG="json", **keys.environment)
        assert done.status == 0, done.stderr
        assert_clean(stdout=done.stdout, stderr=done.stderr)


@pytest.mark.parametrize("kind", ["xlsx", "ods", "xls"] if FULL else ["xlsx"])
def test_a_workbook_that_is_refused_shows_nobody_either(
    kind: str, tmp_path: Path, call, keys
) -> None:
    path = planted(kind, tmp_path)
    other = SPEC.replace("insats", "antal")
    for more in ([], ["--table", NUMBER], ["--table", MAIL], ["--header-rows", "2:9"]):
        assert ran(call, keys, tmp_path, path, *more, spec=other) in (2, 3)
