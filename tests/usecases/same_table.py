# SPDX-License-Identifier: Apache-2.0
"""The table that is written in every format, and what comes out of it."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import Any

import pandas as pd

import pseudo
from pseudo.domain import Domain
from pseudo.spec import parse_spec
from pseudo.testing import People

__all__ = ["COLUMNS", "ROWS", "SPEC", "as_csv", "pseudonymized", "texts"]

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


def as_csv(path: Path) -> None:
    frame = pd.DataFrame([texts(row) for row in ROWS])
    frame.to_csv(path, sep=";", index=False, encoding="utf-8")


def pseudonymized(path: Path, domain: Domain, out: Path, more: str = "") -> bytes:
    spec = parse_spec(SPEC.format(more=more))
    result = pseudo.run(path, spec=spec, domain=domain, out=out)
    assert (result.rows, result.rejected) == (len(ROWS), 0)
    return result.data.read_bytes()
