# SPDX-License-Identifier: Apache-2.0
"""What the programs that read many damaged files share, and how tests run them.

Starting an interpreter for each file would take most of the time, so children are forked
from the program, which has the libraries loaded; all else is the product's own parent and
child. It prints how often each outcome came, and what is wrong, as JSON.
"""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pseudo
from pseudo.io.sandbox import child, process, verdict
from pseudo.io.sandbox.pipes import Pipe

__all__ = ["FULL", "found_by", "judge"]

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
"""Whether the whole family is asked for."""

# The forked children live in the environment that real ones have.
_WHERE = {**process._ENVIRONMENT, "PYTHONPATH": str(Path(next(iter(pseudo.__path__))).parent)}
_SECONDS_A_FILE = 20


def found_by(program: Path, *words: str, timeout: int = 3000) -> dict[str, Any]:
    """Run a program; give what it found."""
    done = subprocess.run(
        [sys.executable, str(program), *words],
        capture_output=True,
        text=True,
        check=False,
        env=_WHERE,
        timeout=timeout,
    )
    assert done.returncode == 0, done.stderr[-2000:]
    found: dict[str, Any] = json.loads(done.stdout)
    return found


class _Forked:
    """A forked child with the part of Popen's interface that the parent uses."""

    def __init__(self, pid: int, request: int) -> None:
        self.pid = pid
        self.stdin = os.fdopen(request, "wb", 0)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float = 30) -> int:
        end = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("child", timeout)
            time.sleep(0.001)
        return status


def _start(order: Any, fd: int, largest: int, file: int) -> tuple[_Forked, Pipe, Pipe]:
    """Fork a child that carries out an order, where the parent would start an interpreter."""
    del fd, file
    data, data_in = os.pipe()
    control, control_in = os.pipe()
    request, request_in = os.pipe()
    pid = os.fork()
    if not pid:
        os.setsid()
        os.dup2(request, 0)
        os.close(request_in)
        os.close(data)
        os.close(control)
        child.confine(order["memory"], order["cpu"])
        try:
            note = child._work({**order, "data": data_in, "control": control_in})
        except MemoryError:
            note = child._OUT_OF_MEMORY
        except BaseException:
            note = child._FAILED
        try:
            os.write(control_in, note)
        finally:
            # Whoever hung up has heard enough; this process has nothing to tidy up.
            os._exit(0)
    os.close(data_in)
    os.close(control_in)
    os.close(request)
    return _Forked(pid, request_in), Pipe(data, largest), Pipe(control, verdict.LARGEST)


def judge(
    cases: Iterable[tuple[str, str, bytes]],
    outcome: Callable[[Path], str],
    is_fine: Callable[[str, str, str], bool],
) -> None:
    """Read files and print what came of them; those that went wrong are put into ``KEEP``.

    Args:
        cases: The sample that each was made of, what was done to it, and the content.
        outcome: Reads one; says how it ended.
        is_fine: Tells of a sample, what was done to it, and an outcome whether that may be.
    """
    process._start = _start  # type: ignore[assignment]
    tally: dict[str, int] = {}
    wrong: list[str] = []
    before = sorted(os.listdir("/proc/self/fd"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        for number, (name, kind, content) in enumerate(cases):
            path.write_bytes(content)
            began = time.monotonic()
            try:
                ended = outcome(path)
            except Exception as error:  # anything but our own errors
                ended = f"{type(error).__name__} {getattr(error, 'code', '')}".strip()
            tally[ended] = tally.get(ended, 0) + 1
            if not is_fine(name, kind, ended) or time.monotonic() - began > _SECONDS_A_FILE:
                wrong.append(f"{name} {kind} {number}: {ended}")
                with contextlib.suppress(KeyError):
                    Path(os.environ["KEEP"], f"{name}.{number}").write_bytes(content)
    if sorted(os.listdir("/proc/self/fd")) != before:
        wrong.append("descriptors stayed open")
    print(json.dumps({"tally": tally, "wrong": wrong}))
