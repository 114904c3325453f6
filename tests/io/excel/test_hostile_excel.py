# SPDX-License-Identifier: Apache-2.0
"""Damaged and hostile workbooks: a clear error or sound rows, and a parent that lives."""

from __future__ import annotations

from pathlib import Path

from tests.io.damaged import FULL, found_by

PROGRAM = Path(__file__).with_name("hostile_excel.py")


def test_cut_and_damaged_workbooks_get_a_clear_error_or_are_read() -> None:
    found = found_by(PROGRAM, *(("2500", "1") if FULL else ("8", "25")))
    assert found["wrong"] == []
    assert found["tally"]["delivery.unreadable"] > 10
    assert found["tally"]["read 120"] > 5
