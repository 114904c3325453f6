# SPDX-License-Identifier: Apache-2.0
"""Other programs: what they write is read alike, and they read what is written.

LibreOffice and R, as Debian has them; where they are not installed, that is said.
"""

from __future__ import annotations

import csv
import os
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq
import pytest

import pseudo
from pseudo.domain import Domain
from pseudo.spec import parse_spec
from tests.usecases.same_table import (
    COLUMNS,
    ROWS,
    SPEC,
    as_csv,
    pseudonymized,
)

pytestmark = pytest.mark.campaign

Program = Callable[..., None]

# Text columns stay texts (2), days are in the order of ISO (5), the rest is guessed (1).
_IMPORT = "CSV:59,34,76,1," + "/".join(
    f"{place}/{2 if name in ('pnr', 'kommun', 'namn', 'utfall') else 5 if name == 'start' else 1}"
    for place, name in enumerate(COLUMNS, start=1)
)
_EXPORT = "csv:Text - txt - csv (StarCalc):59,34,76,1,,0,false,false,false"
_READ_IN_R = """
t <- read.csv2("delivery.csv", fileEncoding = "UTF-8", colClasses = "character",
  na.strings = character(0))
t$antal <- as.numeric(t$antal)
t$belopp <- as.numeric(t$belopp)
t$aktiv <- ifelse(t$aktiv == "", NA, as.numeric(t$aktiv == "true"))
t$start <- as.Date(t$start)
t$stund <- as.POSIXct(t$stund, format = "%Y-%m-%dT%H:%M:%S", tz = "UTC")
"""
R_WRITES = {
    "haven sav": 'haven::write_sav(t, "delivery")',
    "haven zsav": 'haven::write_sav(t, "delivery", compress = "zsav")',
    "haven dta": 'haven::write_dta(t, "delivery", version = 14)',
    "haven xpt": 'haven::write_xpt(t, "delivery", version = 5, name = "samma")',
    "haven sas7bdat": 'suppressWarnings(haven::write_sas(t, "delivery"))',
}
R_READS = {
    "sav": 't <- haven::read_sav("{path}")',
    "dta": 't <- haven::read_dta("{path}")',
    "xpt": 't <- haven::read_xpt("{path}"); names(t) <- tolower(names(t))',
}


@pytest.fixture
def office(tmp_path: Path) -> Program:
    return _program("soffice", tmp_path)


@pytest.fixture
def r(tmp_path: Path) -> Program:
    return _program("Rscript", tmp_path)


def _program(name: str, home: Path) -> Program:
    found = shutil.which(name)
    if found is None:
        pytest.skip(f"{name} is not installed")

    def run(*words: str) -> None:
        # A profile of its own, since LibreOffice runs once for each.
        env = {**os.environ, "HOME": str(home), "LC_ALL": "C.UTF-8"}
        done = subprocess.run(
            [found, *words], cwd=home, env=env, capture_output=True, check=False, timeout=120
        )
        assert done.returncode == 0, done.stderr.decode()

    return run


@pytest.mark.parametrize("kind", ["xlsx", "xls", "ods"])
def test_a_workbook_of_libreoffice_gives_the_same_bytes(
    kind: str, office: Program, domain: Domain, tmp_path: Path
) -> None:
    as_csv(tmp_path / "delivery.csv")
    expected = pseudonymized(tmp_path / "delivery.csv", domain, tmp_path / "expected")
    office("--headless", f"--infilter={_IMPORT}", "--convert-to", kind, "delivery.csv")
    found = pseudonymized(tmp_path / f"delivery.{kind}", domain, tmp_path / "out")
    if kind == "xls":
        assert found == expected
    else:
        # In the others it writes numbers with 15 digits, which are not enough for all.
        assert _rounded(found) == _rounded(expected)


@pytest.mark.parametrize("name", R_WRITES)
def test_a_file_of_r_gives_the_same_bytes(
    name: str, r: Program, domain: Domain, tmp_path: Path
) -> None:
    as_csv(tmp_path / "delivery.csv")
    expected = pseudonymized(tmp_path / "delivery.csv", domain, tmp_path / "expected")
    r("-e", _READ_IN_R + R_WRITES[name])
    assert pseudonymized(tmp_path / "delivery", domain, tmp_path / "out") == expected


@pytest.mark.parametrize("to", R_READS)
def test_r_reads_what_is_written(to: str, r: Program, domain: Domain, tmp_path: Path) -> None:
    as_csv(tmp_path / "delivery.csv")
    written = _published(tmp_path, domain, to)
    read = R_READS[to].format(path=written) + (
        '; t$start <- format(as.Date(t$start)); t$stund <- format(t$stund, "%Y-%m-%dT%H:%M:%S")'
        '; write.csv2(t, "read.csv", row.names = FALSE, na = "", fileEncoding = "UTF-8")'
    )
    r("-e", read)
    _assert_same(tmp_path / "read.csv", _published(tmp_path, domain, "csv"))


def test_libreoffice_reads_the_workbook_that_is_written(
    office: Program, domain: Domain, tmp_path: Path
) -> None:
    as_csv(tmp_path / "delivery.csv")
    written = _published(tmp_path, domain, "xlsx")
    office("--headless", "--convert-to", _EXPORT, "--outdir", ".", str(written))
    _assert_same(tmp_path / f"{written.stem}.csv", _published(tmp_path, domain, "csv"))


def _rounded(parquet: bytes) -> pa.Table:
    table = pq.read_table(pa.BufferReader(parquet))
    place = table.column_names.index("belopp")
    return table.set_column(place, "belopp", pc.round(table["belopp"], 12))


def _published(folder: Path, domain: Domain, to: str) -> Path:
    result = pseudo.run(
        folder / "delivery.csv",
        spec=parse_spec(SPEC.format(more="formula_cells: pass")),
        domain=domain,
        out=folder / f"out-{to}",
        to=to,  # type: ignore[arg-type]
    )
    return result.data


def _assert_same(read: Path, published: Path) -> None:
    """Compare as texts and numbers, since each program writes these in its own way."""
    found, expected = _rows(read, ";"), _rows(published, ",")
    assert len(found) == len(expected) == len(ROWS)
    for row, other in zip(found, expected, strict=True):
        assert {name: _plain(cell) for name, cell in row.items()} == {
            name: _plain(cell) for name, cell in other.items()
        }


def _rows(path: Path, delimiter: str) -> list[dict[str, str]]:
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file, delimiter=delimiter))


def _plain(cell: str) -> object:
    truth = {"TRUE": 1.0, "FALSE": 0.0, "true": 1.0, "false": 0.0}
    if cell in truth:
        return truth[cell]
    try:
        return round(float(cell.replace(",", ".")), 12)
    except ValueError:
        return cell.replace(" ", "T").removesuffix(".000")
