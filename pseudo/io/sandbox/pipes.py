# SPDX-License-Identifier: Apache-2.0
"""Reading from the child with a clock and a ceiling."""

from __future__ import annotations

import fcntl
import os
import select
import time
from contextlib import suppress

__all__ = ["Pipe", "TooLarge", "TooSlow", "Unsound"]

# What any user may ask Linux for, of whose usual 64 KiB both ends wait for each other.
_WIDTH = 1024 * 1024


class TooSlow(Exception):  # noqa: N818
    """The next bytes did not come in time."""


class TooLarge(Exception):  # noqa: N818
    """The child announced more than it may send at once."""


class Unsound(Exception):  # noqa: N818
    """What came is not what a sound child sends."""


class Pipe:
    """The reading end of a pipe.

    The Arrow library reads from it as from a file; whatever it asks for, no more than
    ``largest`` bytes are set aside, and nobody waits longer than the deadline.

    Args:
        fd: The descriptor, which now belongs to this object.
        largest: Bytes that may be asked for at once.
    """

    closed = False

    def __init__(self, fd: int, largest: int) -> None:
        self._fd = fd
        self._largest = largest
        self._deadline = 0.0
        _widen(fd)
        self._poll = select.poll()
        self._poll.register(fd, select.POLLIN)

    def wait_at_most(self, seconds: float) -> None:
        """Start the clock for whatever is read next."""
        self._deadline = time.monotonic() + seconds

    def readable(self) -> bool:
        """Say that this is for reading."""
        return True

    def read(self, size: int) -> bytearray:
        """Read ``size`` bytes; fewer only if the child closed its end.

        Raises:
            TooLarge: More than ``largest`` are asked for.
            TooSlow: They did not come in time.
        """
        if not 0 <= size <= self._largest:
            raise TooLarge
        data = bytearray(size)
        view, done = memoryview(data), 0
        while done < size and (count := self._read_into(view[done:])):
            done += count
        view.release()
        del data[done:]
        return data

    def _read_into(self, view: memoryview) -> int:
        left = self._deadline - time.monotonic()
        if left <= 0 or not self._poll.poll(left * 1000):
            raise TooSlow
        return os.readv(self._fd, [view])

    def close(self) -> None:
        """Let go of the descriptor. May be called twice."""
        fd, self._fd = self._fd, -1
        self.closed = True
        if fd >= 0:
            os.close(fd)


def _widen(fd: int) -> None:
    """Let a pipe hold more, where the system has room for it."""
    change = getattr(fcntl, "F_SETPIPE_SZ", None)
    if change is not None:
        with suppress(OSError):
            fcntl.fcntl(fd, change, _WIDTH)
