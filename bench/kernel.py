# SPDX-License-Identifier: Apache-2.0
"""The reference kernel against what people do today: pandas, ``personnummer`` and hmac."""

from __future__ import annotations

import base64
import hashlib
import hmac
from datetime import date

import pandas as pd
from personnummer import personnummer

from bench.measure import Budget, Result, compare
from pseudo.domain import Domain
from pseudo.testing import MemoryStore, People

__all__ = ["messy", "reference_kernel"]

ROWS = 1_000_000
DAY = date(2026, 11, 22)
SECRET = bytes(range(32))

_SPELLINGS = (
    lambda n: n,
    lambda n: f"{n[:8]}-{n[8:]}",
    lambda n: f"{n[2:8]}-{n[8:]}",
    lambda n: n[2:],
    lambda n: f" {n[:8]}-{n[8:]}",
)


def messy(rows: int, distinct: int) -> pd.Series:
    """Make a column of people under 100 years old in five spellings."""
    numbers = [n for n in People(seed=1).personnummer(distinct * 2) if n >= "1930"][:distinct]
    spelled = [_SPELLINGS[place % 5](numbers[place % distinct]) for place in range(rows)]
    return pd.Series(spelled)


def reference_kernel() -> list[Result]:
    """Measure with every person distinct, and with every person ten times."""
    with MemoryStore({("bench", 1): SECRET}, kernel="reference") as store:
        domain = store.domain("bench")
    results = []
    for name, distinct in (("all distinct", ROWS), ("each ten times", ROWS // 10)):
        column = messy(ROWS, distinct)
        budget = Budget(f"reference kernel vs pandas + personnummer + hmac, {name}", 4.0, True)
        results.append(_compare(budget, column, domain))
    return results


def _compare(budget: Budget, column: pd.Series, domain: Domain) -> Result:
    return compare(
        budget,
        lambda: domain.pseudonymize(column, reference_date=DAY),
        lambda: column.map(_pseudonym),
        repeats=3,
    )


def _pseudonym(text: str) -> str:
    number = personnummer.parse(text.strip()).format(long_format=True)
    return base64.b32encode(hmac.digest(SECRET, number.encode(), hashlib.sha256)[:16]).decode()
