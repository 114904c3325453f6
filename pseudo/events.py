# SPDX-License-Identifier: Apache-2.0
"""Progress and cancellation, passed down as an argument and never kept globally."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from pseudo.errors import Cancelled

__all__ = ["Cancellation", "InTurn", "Observer", "Progress", "Silent"]


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a batch has come.

    Attributes:
        stage: ``read`` while records come in, then ``write`` where rows had to be ordered.
        rows: Rows that passed this stage.
        done: Bytes of the delivery read so far.
        total: Bytes of the whole delivery; 0 where it is not known.
    """

    stage: str
    rows: int
    done: int = 0
    total: int = 0


class Observer(Protocol):
    """Whoever wants to see a batch move."""

    def progress(self, progress: Progress) -> None:
        """Take note of how far the batch has come; must return quickly."""


class Silent:
    """An observer that looks away: the default."""

    def progress(self, progress: Progress) -> None:
        """Do nothing."""


class InTurn:
    """Tells an observer of several files as of one.

    Args:
        observer: Is told.
        sizes: Bytes of each file, in the order in which they are read.
    """

    def __init__(self, observer: Observer, sizes: Sequence[int]) -> None:
        self._observer = observer
        self._sizes = sizes
        self._before = self._rows = self._last = 0

    def at(self, place: int) -> InTurn:
        """Begin with the file that has so many before it."""
        self._before = sum(self._sizes[:place])
        self._rows += self._last
        self._last = 0
        return self

    def progress(self, progress: Progress) -> None:
        """Take note of how far one file has come; see :class:`Observer`."""
        self._last = progress.rows
        rows, done = self._rows + progress.rows, self._before + progress.done
        self._observer.progress(Progress(progress.stage, rows, done, sum(self._sizes)))


class Cancellation:
    """A flag that one thread raises and the batch looks at between chunks."""

    def __init__(self) -> None:
        self._raised = threading.Event()

    def cancel(self) -> None:
        """Ask the batch to stop at its next chunk. Safe from a signal handler."""
        self._raised.set()

    def check(self) -> None:
        """Stop here if somebody asked for it.

        Raises:
            Cancelled: ``cancel`` was called.
        """
        if self._raised.is_set():
            raise Cancelled("cancelled")
