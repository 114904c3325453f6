# SPDX-License-Identifier: Apache-2.0
"""Wherever a move is stopped, release, ledger and key store agree, and it can be made again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pseudo

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
PROGRAM = Path(__file__).with_name("rekeyed_under_fault.py")
ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("fault", "step"), [("kill", 1 if FULL else 13), ("ENOSPC", 1 if FULL else 13), ("EIO", 11)]
)
def test_a_move_that_met_a_fault_can_be_made_again(fault, step):
    assert Path(pseudo.__file__).is_relative_to(ROOT)
    done = subprocess.run(
        [sys.executable, str(PROGRAM), fault, str(step)],
        capture_output=True,
        text=True,
        check=False,
        env={
            "PYTHONPATH": str(ROOT),
            "OPENBLAS_NUM_THREADS": "1",
            **{name: value for name, value in os.environ.items() if name == "PSEUDO_KERNEL"},
        },
        timeout=400,
        stdin=subprocess.DEVNULL,
    )
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["steps"] > 100
    assert sum(found["tally"].values()) > 20
    assert len(found["tally"]) > 1
