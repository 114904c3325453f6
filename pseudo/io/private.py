# SPDX-License-Identifier: Apache-2.0
"""Files for one person alone: there from the beginning, and gone where nothing came of them.

What such a file is to hold can often be had only once, so its name and its space are taken
first, and what can be had only once is done afterwards::

    created, empty ─▶ space taken ─▶ what is done only once ─▶ written
          └──────────────┴──── any failure: emptied and removed ──┘
"""

from __future__ import annotations

import os
from contextlib import suppress
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

from pseudo.durable import sync_folder, write_all
from pseudo.errors import UsageError
from pseudo.io.writers.sink import disk_error, disk_errors

if TYPE_CHECKING:
    from typing import Self

__all__ = ["PrivateFile", "check_free", "write_private"]

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class PrivateFile:
    """A new file that nobody but its owner can read, and that is whole or not there at all.

    A context manager: entering creates it, empty. Leaving removes it again, unless it was
    written and nothing failed.

    Args:
        path: Where; nothing may be there.

    Raises (on entering):
        UsageError: It exists, or its folder does not (``usage.output_exists``,
            ``usage.output_parent_missing``).
        ResourceError: The disk is full, or cannot be written.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._handle = -1
        self._written = False

    def __enter__(self) -> Self:
        self._handle = _created(self._path)
        try:
            # Its name is on disk before anything depends on it.
            with disk_errors():
                sync_folder(self._path.parent)
        except BaseException:
            self._leave(keep=False)
            raise
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._leave(keep=self._written and kind is None)

    def reserve(self, size: int) -> None:
        """Take the space that the file will need, so that a full disk is found out before.

        Raises:
            ResourceError: The disk is full or cannot be written, or somebody took the file
                away.
        """
        with disk_errors():
            write_all(self._handle, bytes(size))
            os.fsync(self._handle)
            os.lseek(self._handle, 0, os.SEEK_SET)
        if not self._is_there():
            raise disk_error(None)

    def write(self, data: bytes) -> None:
        """Write all that the file holds, once, and wait until it is on disk.

        Raises:
            ResourceError: The disk is full, or cannot be written.
        """
        with disk_errors():
            write_all(self._handle, data)
            os.ftruncate(self._handle, len(data))
            os.fsync(self._handle)
        self._written = True

    def _is_there(self) -> bool:
        """Tell whether the name still leads to this file and to no other."""
        try:
            return os.path.samestat(os.fstat(self._handle), os.lstat(self._path))
        except OSError:
            return False

    def _leave(self, *, keep: bool) -> None:
        handle = self._handle
        if not keep:
            # The two do not depend on each other: what was written must not stay where the
            # name cannot be removed, or leads to another file by now.
            with suppress(OSError):
                os.ftruncate(handle, 0)
            with suppress(OSError):
                if self._is_there():
                    self._path.unlink()
        # What was kept is on disk already, so this has nothing more to tell.
        with suppress(OSError):
            os.close(handle)


def check_free(path: Path) -> None:
    """See that a file is not there yet and its folder is, before it is needed.

    Raises:
        UsageError: See :func:`write_private`.
    """
    if os.path.lexists(path):
        raise UsageError("usage.output_exists", out=str(path))
    if not path.parent.is_dir():
        raise UsageError("usage.output_parent_missing", out=str(path))


def write_private(path: Path, data: bytes) -> None:
    """Write a file that nobody but its owner can read, and that was not there before.

    Raises:
        UsageError: It exists, or its folder does not (``usage.output_exists``,
            ``usage.output_parent_missing``).
        ResourceError: The disk is full, or cannot be written; nothing is left of it.
    """
    with PrivateFile(path) as file:
        file.write(data)


def _created(path: Path) -> int:
    code = ""
    with disk_errors():
        try:
            return os.open(path, _NEW, 0o600)
        except FileExistsError:
            code = "usage.output_exists"
        except (FileNotFoundError, NotADirectoryError):
            code = "usage.output_parent_missing"
    raise UsageError(code, out=str(path))
