# SPDX-License-Identifier: Apache-2.0
"""One table in every statistics format gives the same pseudonymized bytes as in text."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd
import pytest

import pseudo
from bench.sas7bdat import SasColumn, missing, rows_of, write_sas7bdat
from pseudo.testing import MemoryStore, People
from tests.io.statistics.conftest import WRITERS

SPEC = """\
name: register
reference_date: 2026-11-22
columns:
  - {name: pnr, role: identifier, pseudonym: id}
  - {name: namn, role: direct}
  - {name: ort, role: keep}
  - {name: insats, role: keep, type: integer}
  - {name: belopp, role: keep, type: number}
  - {name: dag, role: keep, type: date}
"""
ROWS = 60
PEOPLE = People(seed=7).personnummer(ROWS)
TOWNS = ["Umeå", "Lund", None, "Ödeshög"]
DAYS = [dt.date(1959, 12, 31), None, dt.date(2016, 2, 29), dt.date(1900, 1, 1)]


def row(number):
    return (
        PEOPLE[number],
        "Åsa",
        TOWNS[number % 4],
        None if number % 7 == 0 else number - 3,
        number / 8 if number % 3 else None,
        DAYS[number % 4],
    )


@pytest.fixture(scope="module")
def domain():
    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        yield store.domain("projA")


@pytest.fixture(scope="module")
def expected(tmp_path_factory, domain):
    """What the same table gives as text."""
    folder = tmp_path_factory.mktemp("text")
    lines = ["pnr;namn;ort;insats;belopp;dag"]
    lines += [
        ";".join("" if cell is None else str(cell) for cell in row(number))
        for number in range(ROWS)
    ]
    (folder / "x").write_text("\n".join(lines), encoding="utf-8")
    return run(folder, domain)


def run(folder, domain):
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    found = pseudo.run(folder / "x", spec=folder / "spec.yaml", domain=domain, out=folder / "out")
    return found.data.read_bytes()


def frame(as_number):
    rows = [row(number) for number in range(ROWS)]
    table = pd.DataFrame(rows, columns=["pnr", "namn", "ort", "insats", "belopp", "dag"])
    table["ort"] = table["ort"].fillna("")
    if as_number:
        table["pnr"] = table["pnr"].astype(float)
    return table


@pytest.mark.parametrize("as_number", [True, False], ids=["numbers", "texts"])
@pytest.mark.parametrize("suffix", ["v5.xpt", "packed.sav", "zsav", "dta"])
def test_each_format(tmp_path, suffix, as_number, domain, expected):
    WRITERS[suffix](frame(as_number), tmp_path / "x")
    assert run(tmp_path, domain) == expected


def test_pandas_writes_stata(tmp_path, domain, expected):
    table = frame(as_number=True)
    table["dag"] = pd.to_datetime(table["dag"]).astype("datetime64[s]")
    table.to_stata(tmp_path / "x", write_index=False, convert_dates={"dag": "td"})
    assert run(tmp_path, domain) == expected


@pytest.mark.parametrize("compression", ["", "rle", "rdc"])
def test_sas(tmp_path, compression, domain, expected):
    columns = [
        SasColumn("pnr", 0, "BEST12"),
        SasColumn("namn", 8),
        SasColumn("ort", 20),
        SasColumn("insats"),
        SasColumn("belopp"),
        SasColumn("dag", 0, "YYMMDD"),
    ]
    rows = []
    for number in range(ROWS):
        pnr, namn, ort, insats, belopp, dag = row(number)
        days = None if dag is None else float((dag - dt.date(1960, 1, 1)).days)
        numbers = [missing() if n is None else float(n) for n in (insats, belopp, days)]
        rows.append((float(pnr), namn, ort or "", *numbers))
    write_sas7bdat(tmp_path / "x", columns, rows_of(columns, rows), compression=compression)
    assert run(tmp_path, domain) == expected


def test_an_identity_number_that_is_too_large_for_a_number_is_not_guessed(tmp_path, domain):
    table = frame(as_number=True)
    table.loc[3, "pnr"] = np.nan
    table.loc[4, "pnr"] += 0.5
    WRITERS["packed.sav"](table, tmp_path / "x")
    (tmp_path / "spec.yaml").write_text(SPEC, encoding="utf-8")
    found = pseudo.run(
        tmp_path / "x", spec=tmp_path / "spec.yaml", domain=domain, out=tmp_path / "out"
    )
    assert found.receipt["counts"]["distinct_people"] == ROWS - 2
