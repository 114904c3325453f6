# SPDX-License-Identifier: Apache-2.0
"""Staging folders of runs that are dead, by the locks that nobody holds any more."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
from pathlib import Path

__all__ = ["is_abandoned", "locked", "remove_abandoned"]

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_STAGING = re.compile(r"\..+\.[0-9a-f]{16}\.partial", re.DOTALL)


def remove_abandoned(parent: Path) -> None:
    """Remove the staging folders of dead runs in a folder, as far as possible."""
    with contextlib.suppress(OSError):
        for path in list(parent.iterdir()):
            if _STAGING.fullmatch(path.name):
                _remove_if_dead(path)


def _remove_if_dead(folder: Path) -> None:
    with contextlib.suppress(OSError):
        lock = os.open(folder, _DIRECTORY)
        try:
            # The lock is held while the folder goes: whoever just made it must not get it.
            if locked(lock, if_unsupported=False):
                shutil.rmtree(folder, ignore_errors=True)
        finally:
            os.close(lock)


def is_abandoned(folder: Path) -> bool:
    """Tell whether a staging folder is nobody's any more, or there is none.

    Raises:
        OSError: It cannot be looked at.
    """
    try:
        lock = os.open(folder, _DIRECTORY)
    except FileNotFoundError:
        return True
    try:
        return locked(lock, if_unsupported=False)
    finally:
        os.close(lock)


def locked(fd: int, *, if_unsupported: bool) -> bool:
    """Take the lock of a folder, if nobody has it.

    Args:
        fd: The folder, open.
        if_unsupported: What to say where folders cannot be locked.
    """
    try:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    except OSError:
        # Network file systems often cannot lock folders.
        return if_unsupported
    return True
