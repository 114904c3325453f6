# SPDX-License-Identifier: Apache-2.0
"""Staging folders: how they are named, and whose runs are dead, by the locks nobody holds."""

from __future__ import annotations

import contextlib
import fcntl
import os
import re
import shutil
from pathlib import Path

from pseudo.safe import random_name

__all__ = ["is_staging_of", "locked", "remove_abandoned", "staging_beside"]

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_STAGING = re.compile(r"\.(?P<goal>.+)\.[a-p]{16}\.partial", re.DOTALL)


def staging_beside(out: Path) -> Path:
    """Give the path of a new staging folder for a goal: a hidden sibling of it."""
    return out.with_name(f".{out.name}.{random_name()}.partial")


def is_staging_of(path: Path, out: Path) -> bool:
    """Tell whether a path is one that :func:`staging_beside` gives for a goal."""
    found = _STAGING.fullmatch(path.name)
    return found is not None and found["goal"] == out.name and path.parent == out.parent


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
