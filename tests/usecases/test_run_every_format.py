# SPDX-License-Identifier: Apache-2.0
"""The same table in every format, read with a typed spec, gives the same bytes.

The files are written by libraries that have nothing to do with how they are read.
"""

from __future__ import annotations

import gzip
import io
import json
import sqlite3
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyreadstat
import pytest
import zstandard

from pseudo.domain import Domain
from pseudo.testing.postgres import Postgres
from tests.usecases.same_table import COLUMNS, ROWS, as_csv, pseudonymized, texts
from tests.usecases.same_workbooks import as_ods, as_xls, as_xlsm, as_xlsx


def frame() -> pd.DataFrame:
    """Give the rows as pandas has them."""
    made = pd.DataFrame(ROWS, columns=list(COLUMNS))
    made["antal"] = made["antal"].astype("Int64")
    made["aktiv"] = made["aktiv"].astype("boolean")
    return made


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


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_table_in_every_format_gives_the_same_bytes(
    name: str, domain: Domain, tmp_path: Path
) -> None:
    as_csv(tmp_path / "text")
    expected = pseudonymized(tmp_path / "text", domain, tmp_path / "expected")
    FORMATS[name](tmp_path / "delivery")
    assert pseudonymized(tmp_path / "delivery", domain, tmp_path / "out") == expected
