# SPDX-License-Identifier: Apache-2.0
"""Damaged and hostile Parquet files: a clear error or sound rows, and a parent that lives."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pseudo.errors import PseudoError
from pseudo.io.binary import BinarySource
from pseudo.io.source import ReadOptions
from tests.io.damaged import FULL, found_by

PROGRAM = Path(__file__).with_name("many_hostile.py")


def test_truncated_flipped_and_lying_files_get_a_clear_error_or_are_read():
    found = found_by(PROGRAM, "5000" if FULL else "60", timeout=1200)
    assert found["wrong"] == []
    assert found["tally"]["delivery.unreadable"] > 60
    assert found["tally"]["read 600"] > 0


@pytest.mark.parametrize("content", [b"", b"PAR1" * 100, b"PAR1\0\0\0\0PAR1"])
def test_the_same_in_a_child_of_its_own(tmp_path, content):
    (tmp_path / "x").write_bytes(content)
    with pytest.raises(PseudoError, match=r"delivery\.unreadable"):
        BinarySource(tmp_path / "x", 1)


def test_a_very_wide_file_is_refused_before_it_is_read(tmp_path):
    names = [f"k{number}" for number in range(10_001)]
    table = pa.Table.from_arrays([pa.array([1])] * len(names), names=names)
    pq.write_table(table, tmp_path / "x", compression="none", store_schema=False)
    with pytest.raises(PseudoError) as caught:
        BinarySource(tmp_path / "x", 2, ReadOptions())
    assert caught.value.code == "delivery.too_many_columns"
    assert dict(caught.value.params) == {"file": 2, "columns": 10_001, "limit": 10_000}
