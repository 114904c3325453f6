# SPDX-License-Identifier: Apache-2.0
"""What the bench writes in the statistics formats is one table, and is read whole."""

from __future__ import annotations

from pathlib import Path

from bench.formats_statistics import write_all
from tests.io.statistics.conftest import parsed

ROWS = 600


def test_every_format_holds_the_same_table(tmp_path: Path) -> None:
    tables = {name: parsed(path, 2**21)[0] for name, path, _, _ in write_all(tmp_path, ROWS)}
    assert len(tables) == 7
    first = tables["t.sas7bdat"]
    assert first.num_rows == ROWS
    for name, table in tables.items():
        assert table.equals(first), name
