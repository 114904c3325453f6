# SPDX-License-Identifier: Apache-2.0
"""In the child: the file to work on."""

from __future__ import annotations

import io
import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["InputFile"]


class InputFile(io.RawIOBase):
    """The input, with a position of its own and no more bytes than it has.

    A hostile file names places and sizes far beyond its end: without a ceiling the
    library would ask for that much memory before it found out.

    Args:
        fd: The open file.
        size: Its size in bytes.
    """

    def __init__(self, fd: int, size: int) -> None:
        super().__init__()
        self._fd = fd
        self.size = size
        self._position = 0

    def readable(self) -> bool:
        """Say that this is a file to read."""
        return True

    def seekable(self) -> bool:
        """Say that any place can be gone to."""
        return True

    def seek(self, offset: int, whence: int = os.SEEK_SET, /) -> int:
        """Go to a place; before the beginning is the beginning."""
        base = (0, self._position, self.size)[whence]
        self._position = max(0, base + offset)
        return self._position

    def tell(self) -> int:
        """Return the place."""
        return self._position

    def read(self, size: int = -1, /) -> bytes:
        """Read up to ``size`` bytes; fewer only at the end."""
        left = max(0, self.size - self._position)
        wanted = left if size < 0 else min(size, left)
        parts: list[bytes] = []
        while wanted and (part := os.pread(self._fd, wanted, self._position)):
            parts.append(part)
            self._position += len(part)
            wanted -= len(part)
        return parts[0] if len(parts) == 1 else b"".join(parts)

    def readinto(self, buffer: Buffer, /) -> int:
        """Read into ``buffer``; return how many bytes."""
        view = memoryview(buffer).cast("B")
        data = self.read(len(view))
        view[: len(data)] = data
        return len(data)
