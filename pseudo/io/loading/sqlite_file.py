# SPDX-License-Identifier: Apache-2.0
"""The file of a SQLite database: one that is new is its owner's alone."""

from __future__ import annotations

import errno
import os
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from pseudo.errors import UsageError

if TYPE_CHECKING:
    from sqlalchemy import URL

__all__ = ["SqliteFile"]

_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_PARTS = ("", "-journal", "-wal", "-shm")


class SqliteFile:
    """Makes the file of a database where there is none.

    Args:
        url: The address of the database.

    Raises:
        UsageError: It names no file, or the file cannot be made.
    """

    def __init__(self, url: URL) -> None:
        name = url.database or ""
        if url.get_driver_name() != "pysqlite" or url.query or name in ("", ":memory:"):
            raise UsageError("usage.bad_database")
        self._path = Path(name)
        self._is_new = self._made()

    def _made(self) -> bool:
        """Make the file; say no where it is there."""
        failed = 0
        try:
            # What SQLite writes beside a file has the file's permissions.
            os.close(os.open(self._path, _NEW, 0o600))
        except ValueError:
            failed = errno.ENOENT  # A path with a NUL names nothing.
        except OSError as error:
            failed = error.errno or errno.EIO
        # Through a link that leads nowhere SQLite would make a file that others can read.
        if failed and not (failed == errno.EEXIST and self._path.exists()):
            raise UsageError("usage.cannot_write", path=str(self._path))
        return not failed

    def keep(self) -> None:
        """Say that the file holds something that is to stay."""
        self._is_new = False

    def discard(self) -> None:
        """Remove the file, if it was made here and is not to stay. Never raises."""
        if self._is_new:
            for part in _PARTS:
                with suppress(OSError):
                    os.unlink(f"{self._path}{part}")  # noqa: PTH108  the name has something behind it.
