# SPDX-License-Identifier: Apache-2.0
"""Wherever a batch with a ledger is stopped, release and ledger say the same in the end."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

import pseudo

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
PROGRAM = Path(__file__).with_name("ledgered_under_fault.py")
WHERE = {"PYTHONPATH": str(Path(next(iter(pseudo.__path__))).parent), "OPENBLAS_NUM_THREADS": "1"}


@pytest.mark.parametrize(
    ("fault", "step"), [("kill", 1 if FULL else 3), ("ENOSPC", 1 if FULL else 3), ("EIO", 7)]
)
def test_no_release_without_a_receipt_and_no_receipt_without_a_release(fault, step):
    done = subprocess.run(
        [sys.executable, str(PROGRAM), fault, str(step)],
        capture_output=True,
        text=True,
        check=False,
        env=WHERE | {name: value for name, value in os.environ.items() if name == "PSEUDO_KERNEL"},
        timeout=300,
        stdin=subprocess.DEVNULL,
    )
    assert done.stderr == ""
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["steps"] > 100
    errors = {
        *("published", "killed", "delivery.changed", "io.read_failed"),
        *("usage.cannot_open", "usage.output_parent_missing"),
    }
    disk = {"io.disk_full", "io.write_failed", "ledger.disk_full", "ledger.unreadable"}
    keys = {"keys.disk_full", "keys.io_failed"}
    assert set(found["tally"]) <= errors | disk | keys
    assert sum(found["tally"].values()) > 20
