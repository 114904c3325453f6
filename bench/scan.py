# SPDX-License-Identifier: Apache-2.0
"""The search for identity numbers in raw bytes, one thread.

What is searched is what is about to leave: bytes without meaning, as compressed files have
them, and a released CSV file, full of dates and numbers. A file with a number in every row
takes longer, for each of them is judged; nothing of such a file leaves.
"""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

import pseudo
from bench.measure import Budget, Result, judged, rounds, timed
from pseudo.kernel import select
from pseudo.spec import parse_spec
from pseudo.testing import MemoryStore
from pseudo.testing.large import LARGE_SPEC, write_large

__all__ = ["raw_bytes"]

_SIZE = 64 * 1024**2
_YEAR = 2026


def raw_bytes() -> list[Result]:
    """Measure bytes without meaning, as in compressed files, and a text full of digits."""
    kernel = select("native")
    contents = {"random bytes": random.Random(1).randbytes(_SIZE), "a released CSV": _released()}
    measured = rounds(
        {
            name: timed(lambda content=content: kernel.find_bytes(content, _YEAR))  # type: ignore[misc]
            for name, content in contents.items()
        },
        repeats=9,
    )
    return [
        judged(
            Budget(f"leak scan of raw bytes, {name}, MB a second", 500.0, at_least=True),
            measured,
            lambda found, name=name: found[name],  # type: ignore[misc]
            lambda _, name=name: len(contents[name]) / 1e6,  # type: ignore[misc]
        )
        for name in contents
    ]


def _released() -> bytes:
    """Give a million rows as they leave."""
    with (
        tempfile.TemporaryDirectory() as folder,
        MemoryStore({("bench", 1): bytes(32)}) as store,
    ):
        result = pseudo.run(
            write_large(Path(folder) / "delivery.csv", 1_000_000),
            spec=parse_spec(LARGE_SPEC),
            domain=store.domain("bench"),
            out=Path(folder) / "out",
            to="csv",
            order="keep",
        )
        return result.data.read_bytes()
