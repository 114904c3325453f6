# SPDX-License-Identifier: Apache-2.0
"""The only way a byte of output reaches the disk.

Everything that a batch writes (published files, spilled rows) goes through
:class:`FileSink`, so there is one place where a file is created (new, never through a
link), one place where a full disk is recognised, and one place where bytes are counted
and hashed on their way out.
"""

from __future__ import annotations

import errno
import hashlib
import io
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pseudo.durable import write_all
from pseudo.errors import ResourceError

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["FileSink", "disk_error", "disk_errors"]

# A file-size limit (EFBIG) is a full disk as far as the operator is concerned.
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
# After so many bytes the system is asked to begin writing them to the disk, so that little
# is left to wait for when the file is published.
_AHEAD = 8 * 1024 * 1024
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


def disk_error(number: int | None) -> ResourceError:
    """Make the error for an ``errno`` met while writing."""
    return ResourceError("io.disk_full" if number in _FULL else "io.write_failed")


@contextmanager
def disk_errors() -> Iterator[None]:
    """Turn every ``OSError`` of the body into the error the operator understands.

    Raises:
        ResourceError: ``io.disk_full`` or ``io.write_failed``.
    """
    try:
        yield
    except OSError as error:
        number = error.errno
    else:
        return
    raise disk_error(number) from None


class FileSink(io.RawIOBase):
    """A new file, written once from beginning to end.

    Args:
        path: Where; the file must not exist.
        mode: Permissions before the process's umask is taken off.
        hashed: Whether to keep a SHA-256 of the bytes.

    Attributes:
        size: Bytes written so far.

    Raises (from every method):
        ResourceError: The disk is full, or the file cannot be written.
    """

    def __init__(self, path: Path, *, mode: int = 0o640, hashed: bool = True) -> None:
        super().__init__()
        self.path = path
        self.size = 0
        self._fd = -1
        self._begun = 0
        self._hash = hashlib.sha256() if hashed else None
        with disk_errors():
            self._fd = os.open(path, _NEW, mode)

    def writable(self) -> bool:
        """Say that this is a file to write to."""
        return True

    def tell(self) -> int:
        """Return how many bytes were written."""
        return self.size

    def write(self, data: Buffer, /) -> int:
        """Write all of ``data``, however many calls that takes."""
        view = memoryview(data).cast("B")
        with disk_errors():
            write_all(self._fd, view)
        if self._hash is not None:
            self._hash.update(view)
        self.size += len(view)
        if self.size - self._begun >= _AHEAD:
            self._begin_writing()
        return len(view)

    def _begin_writing(self) -> None:
        """Ask the system to write what it holds of the file, without waiting for it.

        Pages that "will not be needed" are written out; that is a hint and never fails.
        """
        if hasattr(os, "posix_fadvise"):
            length = self.size - self._begun
            with suppress(OSError):
                os.posix_fadvise(self._fd, self._begun, length, os.POSIX_FADV_DONTNEED)
        self._begun = self.size

    def sync(self) -> None:
        """Wait until what was written is on disk."""
        with disk_errors():
            os.fsync(self._fd)

    def sha256(self) -> str:
        """Return the digest of what was written, in hexadecimal; empty if not asked for."""
        return "" if self._hash is None else self._hash.hexdigest()

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        fd, self._fd = self._fd, -1
        super().close()
        if fd >= 0:
            with disk_errors():
                os.close(fd)
