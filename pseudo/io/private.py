# SPDX-License-Identifier: Apache-2.0
"""Files for one person alone."""

from __future__ import annotations

import os
from pathlib import Path

from pseudo.durable import sync_folder, write_all
from pseudo.errors import UsageError
from pseudo.io.writers.sink import disk_errors

__all__ = ["check_free", "write_private"]


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
        ResourceError: The disk is full, or cannot be written.
    """
    code = ""
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    with disk_errors():
        try:
            handle = os.open(path, flags, 0o600)
        except FileExistsError:
            code = "usage.output_exists"
        except (FileNotFoundError, NotADirectoryError):
            code = "usage.output_parent_missing"
        else:
            try:
                write_all(handle, data)
                os.fsync(handle)
            finally:
                os.close(handle)
            sync_folder(path.parent)
    if code:
        raise UsageError(code, out=str(path))
