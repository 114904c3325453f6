# SPDX-License-Identifier: Apache-2.0
"""Whole files, each job in a process of its own: time against the floor, and memory."""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from bench.measure import Budget, Measured, Result, Round, judged, rounds
from pseudo.testing.large import write_large

__all__ = ["against_pandas", "done", "evidence", "memory", "pipeline"]

ROWS = 10_000_000
_MANY = 50_000_000
_FEW = 1_000_000
_GIBIBYTE = 1024.0


@contextmanager
def _file(rows: int) -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pseudo-bench-") as folder:
        yield write_large(Path(folder) / "delivery.csv", rows)


def done(name: str, source: Path) -> dict[str, float]:
    """Do a job in a process of its own."""
    with tempfile.TemporaryDirectory(dir=source.parent) as folder:
        done = subprocess.run(
            [sys.executable, "-m", "bench.job", name, str(source), folder],
            check=True,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
    return json.loads(done.stdout)


def _seconds(name: str, source: Path) -> Measured:
    return lambda: done(name, source)["seconds"]


def _in_turn(jobs: Sequence[str], repeats: int) -> list[Round]:
    with _file(ROWS) as source:
        return rounds({job: _seconds(job, source) for job in jobs}, repeats)


def _share(
    measured: Sequence[Round],
    name: str,
    limit: float,
    job: str,
    less: str = "",
    floor: str = "floor",
) -> Result:
    """Judge a job's time, or what it takes longer than another, as a share of the floor's."""
    return judged(
        Budget(f"10 million rows, {name}", limit),
        measured,
        lambda found: found[job] - (found[less] if less else 0.0),
        lambda found: found[floor],
    )


def pipeline(repeats: int = 5) -> list[Result]:
    """Measure ten million rows from CSV to Parquet by the engine, without evidence."""
    jobs = ("floor", "floor-text", "swap", "checks", "swap-ordered", "checks-ordered", "polars")
    measured = _in_turn(jobs, repeats)
    share = partial(_share, measured)
    return [
        share("order: keep, engine / floor, all text", 1.3, "swap", "", "floor-text"),
        share("order: keep, engine with spec checks / floor", 1.55, "checks"),
        share("spec checks on top / floor", 0.25, "checks", "swap"),
        share("order: pseudonym, engine / floor, all text", 2.2, "swap-ordered", "", "floor-text"),
        share("order: pseudonym, engine with spec checks / floor", 2.45, "checks-ordered"),
        judged(
            Budget(
                "10 million rows, times faster than polars + polars-hash",
                1.0,
                at_least=True,
            ),
            measured,
            lambda found: found["checks"],
            lambda found: found["polars"],
        ),
    ]


def evidence(repeats: int = 11) -> list[Result]:
    """Measure what the scan, the digests and the receipt take of ten million rows.

    These are differences of two times, each ten times as long as they are, so that they
    need more rounds than the times themselves.
    """
    share = partial(_share, _in_turn(("floor", "checks", "scan", "run"), repeats))
    return [
        share("leak scan on top / floor", 0.25, "scan", "checks"),
        share("digests and receipt on top / floor", 0.25, "run", "scan"),
        share("whole run, order: keep / floor", 1.9, "run"),
    ]


def against_pandas() -> list[Result]:
    """Measure a million rows, of which pandas needs as many seconds as we need minutes."""
    with _file(_FEW) as source:
        measured = rounds({job: _seconds(job, source) for job in ("checks", "pandas")}, repeats=5)
    return [
        judged(
            Budget(
                "1 million rows, times faster than pandas + hmac + base32", 10.0, at_least=True
            ),
            measured,
            lambda found: found["checks"],
            lambda found: found["pandas"],
        )
    ]


def memory() -> list[Result]:
    """Measure peak memory at 50 million distinct rows against 10 million, in either order."""
    results = []
    with _file(ROWS) as few, _file(_MANY) as many:
        for name, job in (("order: keep", "run"), ("order: pseudonym", "run-ordered")):
            found = {"few": done(job, few)["peak"], "many": done(job, many)["peak"]}
            budget = Budget(f"peak memory, 50 million rows, {name} / 1 GiB", 1.0, unit="MiB")
            results.append(judged(budget, [found], lambda f: f["many"], lambda _: _GIBIBYTE))
            budget = Budget(f"peak memory, 50 / 10 million rows, {name}", 1.1, unit="MiB")
            results.append(judged(budget, [found], lambda f: f["many"], lambda f: f["few"]))
    return results
