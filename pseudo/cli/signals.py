# SPDX-License-Identifier: Apache-2.0
"""Ctrl-C, SIGTERM and SIGHUP: a request first, then an order.

A batch is asked to stop at its next piece, which leaves nothing behind. Whoever asks a
second time does not want to wait: the work is interrupted where it stands, and the next
run removes what may lie about. Signals that whoever started us ignores stay ignored.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from types import FrameType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pseudo.events import Cancellation

__all__ = ["cancelling", "terminable"]

_STOPPING = b"\nstopping; press Ctrl-C again to stop at once\n"

Handler = Callable[[int, FrameType | None], None]


@contextmanager
def cancelling() -> Iterator[Cancellation]:
    """Turn the first SIGINT, SIGTERM or SIGHUP into a cancellation.

    Yields:
        What the work is to look at.
    """
    from pseudo.events import Cancellation

    cancellation = Cancellation()
    asked = False

    def stop(number: int, frame: FrameType | None) -> None:
        nonlocal asked
        if asked:
            _interrupt(number, frame)
        asked = True
        cancellation.cancel()
        # A handler may come in the middle of a print, where printing is not allowed.
        with suppress(OSError):
            os.write(2, _STOPPING)

    with _handled(stop, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield cancellation


@contextmanager
def terminable() -> Iterator[None]:
    """Turn SIGTERM and SIGHUP into what Ctrl-C is, so that everything is left in order."""
    with _handled(_interrupt, signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        yield


class _Interrupted(KeyboardInterrupt):
    """What a signal raises.

    Where an exact KeyboardInterrupt comes in the middle of code that is executed from a text,
    as classes are made while a module is imported, Python notes it as unhandled, and in the
    end dies of the signal although the command ended in order.
    """


def _interrupt(number: int, frame: FrameType | None) -> None:
    del number, frame
    raise _Interrupted


@contextmanager
def _handled(handler: Handler, *signals: signal.Signals) -> Iterator[None]:
    # Python lets only the main thread handle signals.
    chosen = signals if threading.current_thread() is threading.main_thread() else ()
    before = {}
    for number in chosen:
        present = signal.getsignal(number)
        if present not in (signal.SIG_IGN, None):
            before[number] = signal.signal(number, handler)
    try:
        yield
    finally:
        for number, present in before.items():
            signal.signal(number, present)
