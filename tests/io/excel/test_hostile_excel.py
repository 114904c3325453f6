# SPDX-License-Identifier: Apache-2.0
"""Damaged and hostile workbooks: a clear error or sound rows, and a parent that lives."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pseudo

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
PROGRAM = Path(__file__).with_name("hostile_excel.py")
WHERE = {"PYTHONPATH": str(Path(next(iter(pseudo.__path__))).parent), "OPENBLAS_NUM_THREADS": "1"}


def test_cut_and_damaged_workbooks_get_a_clear_error_or_are_read() -> None:
    done = subprocess.run(
        [sys.executable, str(PROGRAM), *(("2500", "1") if FULL else ("8", "25"))],
        capture_output=True,
        text=True,
        check=False,
        env=WHERE,
        timeout=3000,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["tally"]["delivery.unreadable"] > 10
    assert found["tally"]["read 120"] > 5
