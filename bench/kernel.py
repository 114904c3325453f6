# SPDX-License-Identifier: Apache-2.0
"""The kernels: against the hash itself, against one thread, against what people do today."""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from datetime import date

import pandas as pd
import pyarrow as pa
from personnummer import personnummer

from bench.measure import Budget, Measured, Result, compare, judged, rounds, timed
from pseudo.identity import IdentityRule
from pseudo.kernel import select
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import MemoryStore, People

__all__ = ["messy", "native_kernel", "reference_kernel"]

ROWS = 1_000_000
_FEWER = 250_000
"""Rows for what takes half a minute for a million."""
DAY = date(2026, 11, 22)
SECRET = bytes(range(32))
_RULE = IdentityRule.of(reference_date=DAY)
_HASHED = bytes(64 * 1024**2)
_BLOCK = 64
_PIECE = 65_536

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


def native_kernel() -> list[Result]:
    """Measure the compiled kernel in nanoseconds a row."""
    column = pa.array(messy(ROWS, ROWS), pa.string())
    measured = rounds(
        {
            "one": _swapped(column, 1),
            "two": _swapped(column, 2),
            "hash": _two_compressions,
        },
        # A neighbour on a shared core slows it for seconds on end, and the hash alone hardly.
        repeats=45,
    )
    return [
        judged(
            Budget("kernel, one thread, messy / two SHA-256 compressions", 2.0, unit="ns"),
            measured,
            lambda found: found["one"],
            lambda found: found["hash"],
        ),
        judged(
            Budget("kernel, two threads, times faster than one", 1.8, at_least=True, unit="ns"),
            measured,
            lambda found: found["two"],
            lambda found: found["one"],
        ),
    ]


def _swapped(column: pa.Array, threads: int) -> Measured:
    """Measure a swap of a long column, in nanoseconds a row."""
    kernel = select("native")
    key, form = kernel.prepare(SECRET), PseudonymFormat.BASE32
    measure = timed(lambda: kernel.swap(column, _RULE, key, form, threads=threads))

    def warmed() -> float:
        # A core that was idle takes milliseconds to wake up, and in a batch none is.
        measure()
        return measure() / len(column) * 1e9

    return warmed


def _two_compressions() -> float:
    """Measure what one HMAC costs at least: nanoseconds of two SHA-256 compressions."""
    begin = time.perf_counter()
    hashlib.sha256(_HASHED).digest()
    return (time.perf_counter() - begin) / (len(_HASHED) // _BLOCK) * 2e9


def reference_kernel() -> list[Result]:
    """Measure with every person distinct, and with every person ten times."""
    results = []
    with MemoryStore({("bench", 1): SECRET}, kernel="reference") as store:
        domain = store.domain("bench")
        for name, distinct in (("all distinct", _FEWER), ("each ten times", _FEWER // 10)):
            column = messy(_FEWER, distinct)
            budget = Budget(
                f"reference kernel, {name}, times faster than pandas + personnummer + hmac",
                4.0,
                at_least=True,
            )
            subject = timed(lambda: domain.pseudonymize(column, reference_date=DAY))  # noqa: B023
            reference = timed(lambda: column.map(_pseudonym))  # noqa: B023
            results.append(compare(budget, subject, reference, repeats=3))
    return results


def _pseudonym(text: str) -> str:
    number = personnummer.parse(text.strip()).format(long_format=True)
    return base64.b32encode(hmac.digest(SECRET, number.encode(), hashlib.sha256)[:16]).decode()
