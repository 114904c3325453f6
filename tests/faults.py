# SPDX-License-Identifier: Apache-2.0
"""Faults at the n-th call to the system, for programs that meet one after the other."""

from __future__ import annotations

import fcntl
import os
import signal
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from unittest import mock

from pseudo.errors import PseudoError
from pseudo.io.writers import rename

__all__ = ["CALLS", "QUICK", "Fault"]

CALLS = (
    *("chmod", "close", "fchmod", "fstat", "fsync", "ftruncate", "listdir", "lstat", "mkdir"),
    *("open", "read", "rename", "replace", "rmdir", "scandir", "stat", "unlink", "write"),
)
# Waiting for a real disk thousands of times proves nothing more.
QUICK = next((place for place in ("/dev/shm",) if os.access(place, os.W_OK)), None)


class Fault:
    """Lets calls to the system through until the n-th one.

    Args:
        at: Which call meets it, from 1.
        number: The errno that the call fails with; 0 kills the process there.
        calls: Names in :mod:`os` of the calls that count.

    Attributes:
        hit: Name of the call that met it; empty while none has.
    """

    def __init__(self, at: int, number: int, calls: Sequence[str] = CALLS) -> None:
        self.number, self.hit = number, ""
        self._at, self._count, self._calls = at, 0, calls

    def met_by(self, batch: Callable[[], object]) -> str:
        """Run a batch into the fault, and say how it ended."""
        if not self.number:
            return self._killed(batch)
        with self._installed():
            try:
                batch()
            except PseudoError as error:
                return error.code
        return "published"

    def _killed(self, batch: Callable[[], object]) -> str:
        """Run it in a process of its own that may kill itself."""
        child = os.fork()
        if not child:
            with self._installed():
                batch()
            os._exit(0)
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        return {0: "published", -signal.SIGKILL: "killed"}.get(status, f"status {status}")

    def _around(self, name, real):
        def call(*arguments, **named):
            self._count += 1
            if self._count != self._at:
                return real(*arguments, **named)
            self.hit = name
            if not self.number:
                os.kill(os.getpid(), signal.SIGKILL)
            if name == "close":
                real(*arguments, **named)
            if name == "renameat2":
                return self.number
            raise OSError(self.number, os.strerror(self.number))

        return call

    def _installed(self) -> ExitStack:
        """Wrap all calls until the returned stack is left."""
        stack = ExitStack()
        for name in self._calls:
            real = getattr(os, name)
            stack.enter_context(mock.patch.object(os, name, self._around(name, real)))
        locked = self._around("flock", fcntl.flock)
        renamed = self._around("renameat2", rename._renameat2)
        stack.enter_context(mock.patch.object(fcntl, "flock", locked))
        stack.enter_context(mock.patch.object(rename, "_renameat2", renamed))
        return stack
