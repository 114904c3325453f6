# SPDX-License-Identifier: Apache-2.0
"""Signals, pipes, full disks and faults: what only a process of its own can show."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pseudo.cli.exits import status_of
from pseudo.cli.signals import cancelling
from pseudo.errors import Cancelled, EvidenceError
from pseudo.testing import CANARIES, LARGE_SPEC, assert_clean, write_large

NUMBER = CANARIES["alva"]


@pytest.fixture(autouse=True)
def _interruptible():
    """Let this process be interrupted, whoever started the tests in the background."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.fixture(scope="session")
def large(tmp_path_factory):
    """Write a delivery that takes a few seconds."""
    return write_large(tmp_path_factory.mktemp("large") / "large.csv", 400_000)


@pytest.fixture
def running(start, keys, large, tmp_path):
    """Return a run that has begun to work, and its folder."""
    spec = tmp_path / "large.yaml"
    spec.write_text(LARGE_SPEC)
    folder = tmp_path / "work"
    folder.mkdir()
    words = ["run", large, "--spec", spec, "--domain", "projA", "--out", folder / "out"]
    process = start(*words, env=keys.environment)
    deadline = time.monotonic() + 60
    while not list(folder.iterdir()) and process.poll() is None:
        assert time.monotonic() < deadline
        time.sleep(0.02)
    return process, folder


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_stops_the_run_and_leaves_nothing(running, number):
    process, folder = running

    process.send_signal(number)
    stdout, stderr = process.communicate(timeout=60)

    assert (process.returncode, stdout) == (130, "")
    assert "stopping" in stderr
    assert "code: cancelled" in stderr
    assert "Traceback" not in stderr
    assert list(folder.iterdir()) == []


def test_a_second_signal_stops_at_once_and_publishes_nothing(running):
    process, folder = running

    process.send_signal(signal.SIGINT)
    process.send_signal(signal.SIGTERM)
    stdout, stderr = process.communicate(timeout=60)

    assert (process.returncode, stdout) == (130, "")
    assert "Traceback" not in stderr
    assert not (folder / "out").exists()


def test_the_first_signal_asks_and_the_second_interrupts():
    with pytest.raises(KeyboardInterrupt), cancelling() as cancellation:
        os.kill(os.getpid(), signal.SIGTERM)
        with pytest.raises(Cancelled):
            cancellation.check()
        os.kill(os.getpid(), signal.SIGINT)


def test_signals_are_given_back():
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)

    with cancelling():
        assert signal.getsignal(signal.SIGINT) != before[0]

    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_an_ignored_signal_stays_ignored():
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with cancelling() as cancellation:
            os.kill(os.getpid(), signal.SIGINT)
            cancellation.check()
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_can_call_the_command_line():
    statuses = []

    def order():
        with cancelling() as cancellation:
            cancellation.check()

    thread = threading.Thread(target=lambda: statuses.append(status_of(order)))
    thread.start()
    thread.join()

    assert statuses == [0]


def test_a_reader_that_stops_is_no_fault(start, keys):
    reader, writer = os.pipe()
    os.close(reader)

    process = start("schema", stdout=writer)
    os.close(writer)

    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 0


def test_help_for_a_reader_that_stops_is_no_fault(start):
    reader, writer = os.pipe()
    os.close(reader)

    process = start("--help", stdout=writer)
    os.close(writer)

    assert process.communicate(timeout=60)[1] == ""
    assert process.returncode == 0


def test_a_full_standard_output(start):
    with Path("/dev/full").open("wb") as full:
        process = start("schema", stdout=full)

    stderr = process.communicate(timeout=60)[1]
    assert process.returncode == 7
    assert "code: resource.stdout" in stderr


def test_a_closed_standard_output(environment):
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m pseudo version >&-', sys.executable],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert done.returncode == 7
    assert "code: resource.stdout" in done.stderr


@pytest.mark.parametrize("closed", [">&-", "<&- >&-"])
def test_a_file_does_not_take_the_place_of_a_closed_stream(environment, tmp_path, closed):
    # A reader in a process of its own would find something else there.
    pq.write_table(pa.table({"a": [1]}), tmp_path / "x")
    process = subprocess.run(
        ["sh", "-c", f'exec "$0" -m pseudo inspect "$1" {closed}', sys.executable, tmp_path / "x"],
        env=environment(),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert process.returncode == 7
    assert "code: resource.stdout" in process.stderr


def test_a_closed_standard_error_stops_nothing(environment):
    done = subprocess.run(
        ["sh", "-c", 'exec "$0" -m pseudo domain list 2>&-', sys.executable],
        capture_output=True,
        text=True,
        check=False,
        env=environment(),
    )

    assert (done.returncode, done.stdout, done.stderr) == (2, "", "")


def test_a_narrow_encoding_is_no_fault(environment):
    latin = {**environment(), "PYTHONIOENCODING": "latin-1"}
    done = subprocess.run(
        [sys.executable, "-m", "pseudo", "run", "×∞.csv", "--domain", "d", "--out", "o"],
        capture_output=True,
        check=False,
        env=latin,
    )

    assert (done.returncode, done.stdout) == (2, b"")


class _QuotingError(Exception):
    """An error like those of libraries: it has the cell in its message."""

    def __repr__(self):
        return NUMBER


def _raising(error):
    def order():
        local_value = NUMBER
        assert local_value
        raise error

    return order


@pytest.mark.parametrize(
    ("error", "status", "code"),
    [
        (_QuotingError(f"could not parse {NUMBER}"), 1, "internal.fault"),
        (KeyError(NUMBER), 1, "internal.fault"),
        (UnicodeDecodeError("utf-8", NUMBER.encode(), 0, 1, NUMBER), 1, "internal.fault"),
        (RecursionError(NUMBER), 1, "internal.fault"),
        (OSError(errno.EIO, NUMBER, NUMBER), 1, "internal.fault"),
        (BrokenPipeError(errno.EPIPE, NUMBER), 1, "internal.fault"),
        (ExceptionGroup(NUMBER, [ValueError(NUMBER)]), 1, "internal.fault"),
        (MemoryError(NUMBER), 7, "resource.memory"),
        (OSError(errno.ENOSPC, NUMBER, NUMBER), 7, "io.disk_full"),
        (OSError(errno.EDQUOT, NUMBER), 7, "io.disk_full"),
        (KeyboardInterrupt(NUMBER), 130, "interrupted"),
        (EOFError(NUMBER), 130, "cancelled"),
        (EvidenceError("evidence.scan_blind"), 6, "evidence.scan_blind"),
    ],
    ids=lambda value: type(value).__name__ if isinstance(value, BaseException) else None,
)
def test_whatever_happens_has_a_status_and_shows_no_value(capsys, error, status, code):
    assert status_of(_raising(error)) == status

    shown = capsys.readouterr()
    assert shown.out == ""
    assert f"code: {code}\n" in shown.err
    assert "Traceback" not in shown.err
    assert_clean(stderr=shown.err)
    if code == "internal.fault":
        assert type(error).__name__ in shown.err


def test_an_exit_passes_through():
    with pytest.raises(SystemExit):
        status_of(_raising(SystemExit(9)))
