# SPDX-License-Identifier: Apache-2.0
"""A file that must not change while it is read.

A delivery that somebody is still writing, or that is replaced in the middle of a batch,
would give an output that matches no file anybody has. So every reader opens its file
here: the file's identity, size and times are remembered when it is opened and compared
when the last byte was read. Only regular files are opened: a pipe or a device cannot be
read again to check anything, and opening one may block or move something.
"""

from __future__ import annotations

import errno
import os
import stat
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pseudo.errors import DeliveryError, ResourceError, UsageError

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Watched", "shown_path"]

# Without O_NONBLOCK, a pipe that takes the file's place between the look and the
# opening would hang the batch; for regular files the flag means nothing.
_FLAGS = os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK | os.O_NOCTTY

_OPEN_CODES = {
    errno.ENOENT: "usage.no_such_file",
    errno.ENOTDIR: "usage.no_such_file",
    errno.EACCES: "usage.no_permission",
    errno.EPERM: "usage.no_permission",
    errno.EISDIR: "usage.is_a_directory",
}


def shown_path(path: str | os.PathLike[str]) -> str:
    """Write a path so that it can be printed even if its name is not valid text."""
    return os.fsencode(path).decode("utf-8", "replace")


class Watched:
    """A regular file, open for reading, that tells whether it changed meanwhile.

    Args:
        path: The file. Symbolic links are followed.

    Attributes:
        path: The path as it may be printed.
        fd: The open file descriptor, close-on-exec; a reader in a child process may be
            given it. -1 once closed.
        size: Bytes when the file was opened.
        position: Bytes that :meth:`read` has given so far.
        seekable: Whether its end can be looked at before all else was read.

    Raises:
        UsageError: There is no such file, it is a directory, a pipe or a device, or it
            may not be read.
    """

    seekable = True

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = shown_path(path)
        self._path = path
        self.fd = -1
        self.position = 0
        self.fd, self._opened = self._open()
        self.size = self._opened.st_size

    def _open(self) -> tuple[int, os.stat_result]:
        fd = -1
        failed = 0
        try:
            # Opening a device can already do something, so look before opening.
            seen = Path(self._path).stat()
            if stat.S_ISREG(seen.st_mode):
                fd = os.open(self._path, _FLAGS)
                seen = os.fstat(fd)
        except ValueError:
            failed = errno.ENOENT  # A path with a NUL names nothing.
        except OSError as error:
            failed = error.errno or errno.EIO
        if failed:
            raise UsageError(_OPEN_CODES.get(failed, "usage.cannot_open"), path=self.path)
        if stat.S_ISREG(seen.st_mode):
            return fd, seen
        if fd >= 0:
            os.close(fd)
        kind = "is_a_directory" if stat.S_ISDIR(seen.st_mode) else "not_a_regular_file"
        raise UsageError(f"usage.{kind}", path=self.path)

    def read(self, count: int) -> bytes:
        """Read up to ``count`` bytes from where the last call ended; empty at the end.

        Raises:
            DeliveryError: The file has grown since it was opened.
            ResourceError: The system cannot read it.
        """
        data = b""
        failed = 0
        try:
            data = os.read(self.fd, count)
        except OSError as error:
            failed = error.errno or errno.EIO
        if failed:
            raise self._unreadable(failed)
        self.position += len(data)
        if self.position > self.size:
            raise DeliveryError("delivery.changed", name=Path(self.path).name)
        return data

    def peek(self, count: int, at: int) -> bytes:
        """Read up to ``count`` bytes from a place, without counting them as read.

        Raises:
            ResourceError: The system cannot read it.
        """
        failed = 0
        try:
            return os.pread(self.fd, count, at)
        except OSError as error:
            failed = error.errno or errno.EIO
        raise self._unreadable(failed)

    def _unreadable(self, failed: int) -> ResourceError:
        reason = errno.errorcode.get(failed, "EIO")
        return ResourceError("io.read_failed", path=self.path, reason=reason)

    @property
    def ended(self) -> bool:
        """Whether all of it has been read."""
        return self.position == self.size

    def told(self, read: int) -> int:
        """Tell how much of the file so many bytes are, in bytes of its size."""
        return read

    def verify(self, *, whole: bool = True) -> None:
        """Make sure that the file is still the one that was opened.

        The change time is compared too: it is the only trace of a rewrite that keeps the
        size and puts the modification time back.

        Args:
            whole: Whether all of it was read by :meth:`read`; False where somebody else
                read it through :attr:`fd`.

        Raises:
            DeliveryError: It grew, shrank, was written to, or another file has its name.
        """
        try:
            now = os.fstat(self.fd)
            there = Path(self._path).stat()
            same = _mark(now) == _mark(self._opened) == _mark(there)
        except OSError:
            same = False
        if not same or (whole and self.position != self.size):
            raise DeliveryError("delivery.changed", name=Path(self.path).name)

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        fd, self.fd = self.fd, -1
        if fd >= 0:
            # Nothing was written, so there is nothing that could be lost.
            with suppress(OSError):
                os.close(fd)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _mark(seen: os.stat_result) -> tuple[int, ...]:
    return (seen.st_dev, seen.st_ino, seen.st_size, seen.st_mtime_ns, seen.st_ctime_ns)
