# SPDX-License-Identifier: Apache-2.0
"""A private folder for what a library writes on its way to a file."""

from __future__ import annotations

import contextlib
import shutil
from pathlib import Path

from pseudo.errors import InternalError
from pseudo.io.writers.sink import disk_errors

__all__ = ["Scratch"]


class Scratch:
    """A folder that only its owner can enter.

    Args:
        folder: Where; must not exist, its parent must.

    Raises:
        ResourceError: It cannot be made.
        InternalError: No place was given.
    """

    def __init__(self, folder: Path | None) -> None:
        if folder is None:
            raise InternalError("output.no_scratch")
        self.folder = folder
        with disk_errors():
            folder.mkdir(0o700)

    def remove(self) -> None:
        """Remove it with all that is in it. Never raises; may be called twice.

        What cannot be removed is removed with the staging folder, or stops its publication.
        """
        # Even where it ignores errors, some calls of it do not.
        with contextlib.suppress(OSError):
            shutil.rmtree(self.folder, ignore_errors=True)
