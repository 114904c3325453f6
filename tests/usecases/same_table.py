# SPDX-License-Identifier: Apache-2.0
"""The table that is written in every format."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pseudo.testing import People

__all__ = ["COLUMNS", "ROWS"]

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
