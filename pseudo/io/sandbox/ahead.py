# SPDX-License-Identifier: Apache-2.0
"""In the child: what was made is used and sent while the next is made."""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING, TypeVar

from pseudo.io.sandbox.small_thread import started

if TYPE_CHECKING:
    from typing import Self

    from typing_extensions import Buffer

__all__ = ["Ahead", "one_ahead"]

Item = TypeVar("Item")

# So much is made before somebody took it; beside what was put last.
_MOST = 8 * 1024 * 1024


class Ahead:
    """The writing end of a pipe, with a thread that writes to it.

    A context manager. Leaving it waits until all is written, whatever the reason, for what
    comes before a refusal is judged too; then the pipe is closed.

    Args:
        fd: The descriptor, which now belongs to this object.

    Raises:
        MemoryError: There is no room for the thread.
    """

    def __init__(self, fd: int) -> None:
        self._fd = fd
        self._waiting: deque[memoryview] = deque()
        self._bytes = 0
        self._ended = False
        self._broken = False
        self._changed = threading.Condition()
        thread = started(self._run)
        if thread is None:
            raise MemoryError
        self._thread = thread

    def write(self, piece: Buffer) -> None:
        """Put a piece behind the others, once there are few; it must not change any more.

        Raises:
            BrokenPipeError: Nobody reads it.
        """
        view = memoryview(piece).cast("B")
        with self._changed:
            self._changed.wait_for(lambda: self._bytes < _MOST or self._broken)
            if self._broken:
                raise BrokenPipeError
            self._waiting.append(view)
            self._bytes += len(view)
            self._changed.notify()

    def _run(self) -> None:
        while (view := self._next()) is not None:
            size = len(view)
            broken = not self._written(view)
            with self._changed:
                self._bytes -= size
                self._broken = broken
                self._changed.notify()
            if broken:
                return

    def _next(self) -> memoryview | None:
        """Wait for a piece; None where there will be no more."""
        with self._changed:
            self._changed.wait_for(lambda: bool(self._waiting) or self._ended)
            return self._waiting.popleft() if self._waiting else None

    def _written(self, view: memoryview) -> bool:
        """Write a piece; tell whether somebody took it."""
        try:
            while view:
                view = view[os.write(self._fd, view) :]
        except OSError:
            return False
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._thread.join()
        os.close(self._fd)


def one_ahead(items: Iterator[Item]) -> Iterator[Item]:
    """Have the next item made by a thread of its own while one is used.

    It pays where a library makes them that lets go of the interpreter meanwhile.
    """
    # Who unpacks needs none, and is started faster without.
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(1) as maker:
        coming = maker.submit(next, items, None)
        while (item := coming.result()) is not None:
            coming = maker.submit(next, items, None)
            yield item
