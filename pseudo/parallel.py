# SPDX-License-Identifier: Apache-2.0
"""Work on a stream in several threads, with the results in the stream's order."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from typing import TypeVar

__all__ = ["cores", "ordered_map"]

Item = TypeVar("Item")
Result = TypeVar("Result")


def cores() -> int:
    """Count the processors this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def ordered_map(
    work: Callable[[Item], Result], items: Generator[Item, None, None], threads: int
) -> Generator[Result, None, None]:
    """Apply ``work`` to a stream, a few items ahead, and yield the results in order.

    The number of threads never changes what is yielded, also where ``items`` fails: what
    it gave before comes first, and then its error. At most ``threads + 1`` items are
    held at a time, so memory stays constant.

    Args:
        work: Safe to call from several threads.
        items: Read in the caller's thread; closed at the end, also at an early one.
        threads: 1 or more; with 1 nothing is started.
    """
    with closing(items):
        if threads <= 1:
            yield from map(work, items)
            return
        with ThreadPoolExecutor(threads, thread_name_prefix="pseudo") as pool:
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
