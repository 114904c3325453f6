# SPDX-License-Identifier: Apache-2.0
"""``make bench-peers``: what others take for the same file, beside what we take."""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path

from bench.__main__ import machine
from bench.batch import done
from bench.measure import rounds
from pseudo.testing.large import write_large

__all__ = ["OURS", "measure"]

ROWS = 1_000_000
OURS = {
    "pseudo, engine with checks": "checks",
    "pseudo, whole run with scan and receipt": "run",
    "pseudo, the same, ordered by pseudonym": "run-ordered",
}
_PEERS = (
    "polars + polars-hash",
    "DuckDB, SHA-256 twice",
    "pandas + hmac, hexadecimal",
    "pandas + hmac, base32 as ours",
    "pandas + Tink AES-SIV",
    "pandas + Presidio's hash operator",
    "pandas + personnummer + hmac",
)


def measure(python: str, repeats: int) -> dict[str, float]:
    """Measure all, in turn.

    Args:
        python: The interpreter of the peers' environment.
        repeats: How many rounds.

    Returns:
        Nanoseconds a row by name, the fastest first: medians.
    """
    with tempfile.TemporaryDirectory(prefix="pseudo-bench-") as folder:
        source = write_large(Path(folder) / "delivery.csv", ROWS)
        jobs: dict[str, Callable[[], float]] = {
            name: lambda job=job: done(job, source)["seconds"]  # type: ignore[misc]
            for name, job in OURS.items()
        }
        for name in _PEERS:
            jobs[name] = lambda name=name: _peer(python, name, source)  # type: ignore[misc]
        measured = rounds(jobs, repeats)
    found = {name: statistics.median(entry[name] for entry in measured) for name in jobs}
    return {name: found[name] / ROWS * 1e9 for name in sorted(found, key=found.__getitem__)}


def _peer(python: str, name: str, source: Path) -> float:
    program = Path(__file__).with_name("peer_job.py")
    finished = subprocess.run(
        [python, str(program), name, str(source), str(source.with_suffix(".parquet"))],
        check=True,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
    )
    return float(finished.stdout)


def main() -> int:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(prog="python -m bench.peers", description=__doc__)
    parser.add_argument("python", help="the interpreter of the peers' environment")
    parser.add_argument("--repeats", type=int, default=3)
    parser.add_argument("--json", type=Path, help="also write the results to this file")
    asked = parser.parse_args()
    print(f"{machine()}; {ROWS:,} rows, CSV to Parquet; medians of alternating runs")
    found = measure(asked.python, asked.repeats)
    ours = found["pseudo, whole run with scan and receipt"]
    for name, nanoseconds in found.items():
        print(f"{name:<42} {nanoseconds:>9,.0f} ns a row {nanoseconds / ours:>8.2f} x")
    if asked.json:
        asked.json.write_text(
            json.dumps({"machine": machine(), "rows": ROWS, "ns": found}, indent=1)
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
