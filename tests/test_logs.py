# SPDX-License-Identifier: Apache-2.0
"""Logs pass an allow-list, and uncaught errors lose their values."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Iterator

import pytest

from pseudo import logs
from pseudo.testing import CANARIES
from pseudo.testing.canaries import assert_clean

CANARY = CANARIES["alva"]


@pytest.fixture
def stream() -> Iterator[io.StringIO]:
    stream = io.StringIO()
    logs.configure("json", stream)
    yield stream
    logs.configure("off")


def test_fields_that_are_not_allowed_are_dropped_and_counted(stream: io.StringIO) -> None:
    logs.logger().info("batch.started", rows=3, cell=CANARY, name="Åsa")
    entry = json.loads(stream.getvalue())
    assert entry["rows"] == 3
    assert entry["dropped_fields"] == 2
    assert_clean(log=stream.getvalue())


def test_allowed_fields_are_masked(stream: io.StringIO) -> None:
    logs.logger().info(f"event {CANARY}", column=f"pnr {CANARY}")
    assert_clean(log=stream.getvalue())


def test_nothing_is_logged_until_it_is_asked_for() -> None:
    stream = io.StringIO()
    logs.configure("off", stream)
    logs.logger().info("batch.started")
    assert stream.getvalue() == ""


def test_a_callers_own_structlog_is_left_alone() -> None:
    program = "import structlog, pseudo.logs as l; l.configure('json'); l.logger().info('x'); print(structlog.is_configured())"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False\n"


@pytest.mark.parametrize("where", ["main", "thread"])
def test_uncaught_errors_are_told_without_their_values(where: str) -> None:
    body = "def fail(): secret = CANARY; raise ValueError(f'bad cell {secret}')\n"
    start = (
        "fail()" if where == "main" else "t = threading.Thread(target=fail); t.start(); t.join()"
    )
    program = f"import threading\nfrom pseudo import logs\nCANARY = '{CANARY}'\nlogs.configure('json')\nlogs.install_hooks()\n{body}{start}\n"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=False
    )
    assert "ValueError" in done.stderr
    assert_clean(stdout=done.stdout, stderr=done.stderr)
