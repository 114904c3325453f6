# SPDX-License-Identifier: Apache-2.0
"""The bench measures what it says: jobs write all rows, and figures are the right way round."""

from __future__ import annotations

import json
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from bench.job import JOBS
from bench.measure import Budget, compare, judged, rounds, table
from bench.report import FOLDER, page
from pseudo.testing.large import write_large

ROWS = 3_000


@pytest.mark.parametrize("name", JOBS)
def test_every_job_writes_all_rows_of_the_same_file(name: str, tmp_path: Path) -> None:
    source = write_large(tmp_path / "delivery.csv", ROWS)
    JOBS[name](source, tmp_path)
    (written,) = tmp_path.rglob("*.parquet")
    assert pq.read_metadata(written).num_rows == ROWS


def test_the_engine_alone_writes_the_bytes_of_the_whole_run(tmp_path: Path) -> None:
    source = write_large(tmp_path / "delivery.csv", ROWS)
    tables = []
    for name in ("checks", "scan", "run"):
        (tmp_path / name).mkdir()
        JOBS[name](source, tmp_path / name)
        (written,) = (tmp_path / name).rglob("*.parquet")
        tables.append(pq.read_table(written))
    assert tables[0].equals(tables[1])
    assert tables[0].equals(tables[2])


def test_a_share_is_of_the_reference_and_a_speed_in_times_of_it() -> None:
    seconds = iter([9.0, 9.0, 1.0, 2.0, 3.0, 4.0, 1.0, 4.0])
    share = compare(Budget("a", 0.6), lambda: next(seconds), lambda: next(seconds), repeats=3)
    assert (share.subject, share.reference, share.figure, share.met) == (1.0, 4.0, 0.5, True)
    seconds = iter([9.0, 9.0, 1.0, 2.0, 3.0, 4.0, 1.0, 4.0])
    fast = compare(
        Budget("b", 2.5, at_least=True), lambda: next(seconds), lambda: next(seconds), repeats=3
    )
    assert (fast.figure, fast.met) == (2.0, False)
    assert "MISSED" in table([share, fast])


def test_everything_is_measured_in_turn_after_one_warm_up() -> None:
    calls: list[str] = []

    def measure(name: str) -> float:
        calls.append(name)
        return float(len(calls))

    measured = rounds({"a": lambda: measure("a"), "b": lambda: measure("b")}, repeats=2)
    assert calls == ["a", "b"] * 3
    assert measured == [{"a": 3.0, "b": 4.0}, {"a": 5.0, "b": 6.0}]
    found = judged(Budget("x", 1.0), measured, lambda f: f["b"] - f["a"], lambda f: f["a"])
    assert found.figure == pytest.approx((1 / 3 + 1 / 5) / 2)


def test_the_manual_shows_the_measurements_that_are_kept() -> None:
    budgets = json.loads((FOLDER / "budgets.json").read_text())
    peers = json.loads((FOLDER / "peers.json").read_text())
    assert (FOLDER / "index.md").read_text(encoding="utf-8") == page(budgets, peers)
    assert {path.name for path in FOLDER.glob("*.svg")} == {"budgets.svg", "peers.svg"}
