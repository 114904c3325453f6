# SPDX-License-Identifier: Apache-2.0
"""The search for identity numbers in raw bytes, one thread."""

from __future__ import annotations

import random
import tempfile
from pathlib import Path

from bench.measure import Budget, Result, judged, rounds, timed
from pseudo.kernel import select
from pseudo.testing.large import write_large

__all__ = ["raw_bytes"]

_SIZE = 64 * 1024**2
_YEAR = 2026


def raw_bytes() -> list[Result]:
    """Measure bytes without meaning, as in compressed files, and a text full of digits."""
    kernel = select("native")
    contents = {"random bytes": random.Random(1).randbytes(_SIZE), "CSV": _text()}
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


def _text() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        return write_large(Path(folder) / "text.csv", 1_000_000).read_bytes()
