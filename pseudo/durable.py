# SPDX-License-Identifier: Apache-2.0
"""What every file that must survive a power cut needs of the system."""

from __future__ import annotations

import errno
import os
from pathlib import Path

__all__ = ["sync_folder", "write_all"]

_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC
_UNABLE = frozenset({errno.EINVAL, errno.EOPNOTSUPP})


def write_all(fd: int, data: bytes | memoryview) -> None:
    """Write all of ``data``, however many calls that takes.

    Raises:
        OSError: The system cannot do it; part of it may be written.
    """
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(fd, rest) :]


def sync_folder(folder: Path) -> None:
    """Wait until the names in a folder are on disk.

    Raises:
        OSError: The system cannot do it, though the file system could.
    """
    fd = os.open(folder, _FOLDER)
    try:
        os.fsync(fd)
    except OSError as error:
        # Some file systems cannot do this for folders, and need not.
        if error.errno not in _UNABLE:
            raise
    finally:
        os.close(fd)
