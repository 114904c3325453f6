# SPDX-License-Identifier: Apache-2.0
"""The parent's side of any child: starts it, hears what became of it, ends it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import weakref
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from pseudo.errors import DeliveryError, InternalError, PseudoError, ResourceError
from pseudo.io.sandbox import verdict
from pseudo.io.sandbox.pipes import Pipe, TooLarge, TooSlow, Unsound

if TYPE_CHECKING:
    from typing import Self

    from pseudo.io.source import ReadOptions

__all__ = ["Process"]

Found = TypeVar("Found")

_CHILD = Path(__file__).with_name("child.py")
# The system's allocator, so that the limit on address space counts what is used; one
# arena and one thread each, since every further one reserves much and uses little. What
# was let go of is used again: to give it back and have it anew takes longer than most work.
_ENVIRONMENT = {
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "LC_ALL": "C.UTF-8",
    "MALLOC_ARENA_MAX": "1",
    "MALLOC_MMAP_THRESHOLD_": "33554432",
    "MALLOC_TRIM_THRESHOLD_": "268435456",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
}
_LARGEST_PIECE = 96 * 1024 * 1024
_SECONDS_TO_END = 10


class Process:
    """A child process that works on a file and is limited in everything.

    A context manager. Leaving it, whatever the reason, ends the child and waits for it.

    Args:
        work: What it does; a name in :mod:`pseudo.io.sandbox.registry`.
        fd: The file, open for reading; the child reads it by position.
        options: Limits.
        file: Number of the file in the delivery, for errors.
        arguments: More for the work.

    Raises (from the constructor and from whatever takes something):
        DeliveryError: The file is refused by the child, or made it crash.
        ResourceError: ``sandbox.memory``, ``sandbox.cpu`` or ``sandbox.wall``: a limit
            was reached.
        InternalError: The child could not work.
    """

    def __init__(
        self,
        work: str,
        fd: int,
        options: ReadOptions,
        *,
        file: int = 1,
        arguments: Mapping[str, object] | None = None,
    ) -> None:
        self._file = file
        self._wall = options.sandbox_wall
        order = _order(work, fd, options, arguments or {})
        largest = max(_LARGEST_PIECE, 2 * options.longest_record)
        self._child, self._data, self._control = _start(order, fd, largest, file)
        self._end = weakref.finalize(
            self, _end, self._child, self._data, self._control, os.getpid()
        )

    def close(self) -> None:
        """End the child with all that it started, and wait for it. May be called twice."""
        self._end()

    def unsound(self) -> PseudoError:
        """Give the error for what no sound child sends."""
        return DeliveryError("delivery.parser_died", file=self._file)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _taken(self, take: Callable[[], Found]) -> Found:
        """Take something from the child's stream; find out what happened if it fails."""
        self._data.wait_at_most(self._wall)
        slow = False
        try:
            return take()
        except TooSlow:
            slow = True
        except (EOFError, TooLarge, Unsound):
            pass
        raise ResourceError("sandbox.wall", file=self._file) if slow else self._failure()

    def _finished(self, count: int) -> None:
        """The stream ended; see whether the child says so too."""
        note = self._note()
        if note is None or note[0] != verdict.DONE or note[1]["rows"] != count:
            raise self._failure(note)

    def _failure(self, note: tuple[str, verdict.Params] | None = None) -> PseudoError:
        """Find out why the stream did not go on."""
        note = note or self._note()
        if note is not None and note[0] != verdict.DONE:
            return verdict.error_of(*note, self._file)
        return _death(self._status(), self._file)

    def _note(self) -> tuple[str, verdict.Params] | None:
        # The child may hang without having closed anything, so it gets little time.
        self._control.wait_at_most(min(self._wall, _SECONDS_TO_END))
        try:
            return verdict.read(bytes(self._control.read(verdict.LARGEST)))
        except TooSlow:
            return None

    def _status(self) -> int | None:
        """The child's exit status; None if it would not end."""
        try:
            return self._child.wait(_SECONDS_TO_END)
        except subprocess.TimeoutExpired:
            return None


def _death(status: int | None, file: int) -> PseudoError:
    """Say what a child died of that left no verdict."""
    if status == -signal.SIGXCPU:
        return ResourceError("sandbox.cpu", file=file)
    if status == -signal.SIGKILL:
        # Not by us: the system itself was out of memory.
        return ResourceError("sandbox.memory", file=file)
    if status is not None and status > 0:
        # It ended in good order without a word: its program could not be run.
        return InternalError("sandbox.failed", file=file)
    return DeliveryError("delivery.parser_died", file=file)


def _order(
    work: str, fd: int, options: ReadOptions, arguments: Mapping[str, object]
) -> dict[str, object]:
    """Write down what the child is to do; the descriptors of its pipes come later."""
    return {
        "work": work,
        "parent": os.getpid(),
        "input": fd,
        "size": os.fstat(fd).st_size,
        "rows": options.chunk_rows,
        "longest": options.longest_record,
        "memory": options.sandbox_memory,
        "cpu": options.sandbox_cpu,
        "path": _import_path(),
        "arguments": dict(arguments),
    }


def _import_path() -> list[str]:
    """Where this package and its libraries are; the child's own path comes before it."""
    own = str(Path(__file__).resolve().parents[3])
    return [own] + [entry for entry in sys.path if Path(entry).is_absolute()]


def _start(
    order: dict[str, object], fd: int, largest: int, file: int
) -> tuple[subprocess.Popen[bytes], Pipe, Pipe]:
    ends: list[int] = []
    child: subprocess.Popen[bytes] | None = None
    try:
        ends += os.pipe()
        ends += os.pipe()
        order["data"], order["control"] = ends[1], ends[3]
        child = subprocess.Popen(  # noqa: S603  our own interpreter and program
            [sys.executable, "-I", "-S", str(_CHILD), json.dumps(order)],
            bufsize=0,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            pass_fds=(fd, ends[1], ends[3]),
            env=_ENVIRONMENT,
            cwd="/",
            start_new_session=True,
        )
    except OSError:
        child = None
    finally:
        # The child's ends are the child's; without a child nobody needs any of them.
        for end in ends[1::2] if child is not None else ends:
            os.close(end)
    if child is None:
        raise ResourceError("sandbox.not_started", file=file)
    return child, Pipe(ends[0], largest), Pipe(ends[2], verdict.LARGEST)


def _end(child: subprocess.Popen[bytes], data: Pipe, control: Pipe, owner: int) -> None:
    """Close the pipes and end the child, with every process of its group."""
    data.close()
    control.close()
    if child.stdin is not None:
        child.stdin.close()
    # A copy of the parent (a fork) must not end what is not its own.
    if os.getpid() == owner and child.poll() is None:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
