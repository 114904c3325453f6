# SPDX-License-Identifier: Apache-2.0
"""What a move counts, and what it takes as the spec of its tables did."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from pseudo.testing import People
from tests.usecases.rekeying import Site, rows

PEOPLE = People(seed=11).personnummer(60)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def test_people_who_are_in_no_table_are_candidates_and_not_moved(site: Site) -> None:
    old = site.pseudonyms(PEOPLE[:3], 1)
    tables = [
        site.table("a.parquet", id=old[:2], mor=[old[2], None]),
        site.table("b.parquet", id=old[:1], mor=[None]),
    ]
    moved = site.move(*tables, candidates=site.numbers(PEOPLE), columns=("id", "mor"))
    assert moved.receipt["counts"] == {"rows": 3, "distinct_pseudonyms": 3}
    assert moved.receipt["candidates"]["people"] == 60
    assert [output["distinct_pseudonyms"] for output in moved.receipt["outputs"]] == [2, 1]


def test_candidates_that_lost_their_zeros(site: Site) -> None:
    number, short = "200106070196", 106070196
    table = site.table(id=site.pseudonyms([number], 1))
    candidates = site.table("c.parquet", nr=[short])

    moved = site.move(table, candidates=candidates, pad_zeros=True)

    assert [row["id"] for row in rows(moved.tables[0])] == site.pseudonyms([number], 2)
    assert moved.receipt["candidates"]["pad_zeros"] is True


@pytest.mark.parametrize(("how", "written"), [("pass", "=1+1"), ("quote", "'=1+1")])
def test_texts_that_a_spreadsheet_would_run(site: Site, how: Any, written: str) -> None:
    table = site.table(id=site.pseudonyms(PEOPLE[:1], 1), t=["=1+1"])
    moved = site.move(table, candidates=site.numbers(PEOPLE), to="csv", formula_cells=how)
    assert moved.tables[0].read_text().splitlines()[1].split(",")[1] == written
    assert moved.receipt["formula_cells"] == how
