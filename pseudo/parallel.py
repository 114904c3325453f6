# SPDX-License-Identifier: Apache-2.0
"""Work on a stream in several threads, with the results in the stream's order.

Two combinators make a pipeline whose stages overlap: :func:`ordered_map` works on several
items at a time, :class:`Behind` on one at a time while its caller goes on. Neither lets
more than a few items wait, so memory stays constant, and with one thread neither starts
anything. The number of threads never changes what comes out.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import TYPE_CHECKING, Generic, TypeVar

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Behind", "cores", "ordered_map"]

Item = TypeVar("Item")
Result = TypeVar("Result")

_WAITING = 2


def cores() -> int:
    """Count the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ordered_map(
    work: Callable[[Item], Result], items: Generator[Item, None, None], threads: int
) -> Generator[Result, None, None]:
    """Apply ``work`` to a stream, a few items ahead, and yield the results in order.

    Also where ``items`` fails, what it gave before comes first, and then its error. At
    most ``threads + 1`` items are held at a time.

    Args:
        work: Safe to call from several threads.
        items: Read in the caller's thread; closed at the end, also at an early one.
        threads: 1 or more, the caller's among them, which reads ``items`` and does what comes
            after; so one fewer is started, and with 1 none. Measured: with as many as there
            are cores beside it, they take turns and everybody waits.
    """
    with closing(items):
        if threads <= 1:
            yield from map(work, items)
            return
        with ThreadPoolExecutor(threads - 1, thread_name_prefix="pseudo") as pool:
            ahead: deque[Future[Result]] = deque()
            try:
                for future in _submitted(pool, work, items):
                    ahead.append(future)
                    if len(ahead) > threads:
                        yield ahead.popleft().result()
                while ahead:
                    yield ahead.popleft().result()
            finally:
                for future in ahead:
                    future.cancel()


def _submitted(
    pool: ThreadPoolExecutor,
    work: Callable[[Item], Result],
    items: Generator[Item, None, None],
) -> Iterator[Future[Result]]:
    """Give the stream to the pool; an error of the stream becomes its last result."""
    try:
        for item in items:
            yield pool.submit(work, item)
    except Exception as error:  # noqa: BLE001  told when it is its turn
        failed: Future[Result] = Future()
        failed.set_exception(error)
        yield failed


class Behind(Generic[Item, Result]):
    """Works on items one after the other, ``threads`` at a time, behind its caller's back.

    A context manager: leaving it waits for what was given, or, by an error, gives up what
    has not begun. After an item that failed no later result is taken.

    Args:
        work: What to do with an item. With more than one thread it must be safe to call
            from several.
        take: What to do with its result, in the caller's thread and in order.
        threads: How many items are worked on at a time.
        started: Whether to start threads at all; else every item is worked on at once.
    """

    def __init__(
        self,
        work: Callable[[Item], Result],
        take: Callable[[Result], object] = lambda _: None,
        *,
        threads: int = 1,
        started: bool = True,
    ) -> None:
        self._work = work
        self._take = take
        self._several = threads > 1
        self._most = threads - 1 + _WAITING
        self._pool = ThreadPoolExecutor(threads, "pseudo-behind") if started else None
        self._ahead: deque[Future[Result]] = deque()
        self._failed = False

    def put(self, item: Item) -> None:
        """Give an item; waits while too many are waiting.

        Raises whatever the work on an earlier one raised.
        """
        if self._pool is None:
            self._take(self._work(item))
            return
        work = self._work if self._several else self._guarded
        self._ahead.append(self._pool.submit(work, item))
        while len(self._ahead) > self._most:
            self._next()

    def finish(self) -> None:
        """Wait for all that was given, and take its results."""
        while self._ahead:
            self._next()

    def _next(self) -> None:
        self._take(self._ahead.popleft().result())

    def _guarded(self, item: Item) -> Result:
        """Work on an item unless the one before it failed: a file must not get a hole.

        With several threads there is no such order, and what counts is that no result is
        taken after one that is missing.
        """
        if self._failed:
            raise RuntimeError("an item before this one failed")
        try:
            return self._work(item)
        except BaseException:
            self._failed = True
            raise

    def close(self) -> None:
        """Give up what has not begun, and wait for what has. May be called twice."""
        # A thread that goes on would write into what its caller is about to remove.
        for future in self._ahead:
            future.cancel()
        self._ahead.clear()
        if self._pool is not None:
            self._pool.shutdown()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        try:
            if kind is None:
                self.finish()
        finally:
            self.close()
