# SPDX-License-Identifier: Apache-2.0
"""The bar: how far a batch has come, for whoever looks at a terminal."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from pseudo.cli.terminal import can_see

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Self

    from rich.progress import Progress as RichProgress
    from rich.progress import TaskID

    from pseudo.events import Progress

__all__ = ["Bar"]

_WORDS = {"read": "reading", "write": "writing"}


class Bar:
    """An observer that draws a bar on standard error, or nothing where that is no terminal.

    A context manager; leaving it removes the bar.
    """

    def __init__(self) -> None:
        self._drawn: RichProgress | None = None
        self._task: TaskID | None = None
        self._stage = ""
        self._rows = 0

    def __enter__(self) -> Self:
        if can_see():
            self._drawn = _bar()
            self._drawn.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._drawn is not None:
            self._drawn.stop()

    def progress(self, progress: Progress) -> None:
        """Draw how far the batch has come; see :class:`pseudo.events.Observer`."""
        drawn = self._drawn
        if drawn is None:
            return
        task = self._task
        if task is None or progress.stage != self._stage:
            task = self._begin(drawn, progress)
        if progress.stage == "read":
            self._rows = max(self._rows, progress.rows)
        done = progress.done if progress.stage == "read" else progress.rows
        drawn.update(task, completed=done, rows=progress.rows)

    def _begin(self, drawn: RichProgress, progress: Progress) -> TaskID:
        """Begin the bar of a stage: bytes tell how far reading is, rows the rest."""
        if self._task is not None:
            drawn.remove_task(self._task)
        self._stage = progress.stage
        total = progress.total if progress.stage == "read" else self._rows
        words = _WORDS.get(progress.stage, progress.stage)
        self._task = drawn.add_task(words, total=total or None, rows=0)
        return self._task


def _bar() -> RichProgress:
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        ProgressColumn,
        Task,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )
    from rich.text import Text

    class _Rows(ProgressColumn):
        """Rows so far, and rows a second."""

        def render(self, task: Task) -> Text:
            rows = int(task.fields["rows"])
            seconds = task.elapsed or 0.0
            speed = f"{int(rows / seconds):,} rows/s" if seconds > 0 else ""
            return Text(f"{rows:,} rows  {speed}".replace(",", " "))

    console = Console(file=sys.stderr, highlight=False, markup=False, emoji=False)
    return Progress(
        TextColumn("{task.description}", markup=False),
        BarColumn(),
        TaskProgressColumn(),
        _Rows(),
        TextColumn("left:", markup=False),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        redirect_stdout=False,
        redirect_stderr=False,
    )
