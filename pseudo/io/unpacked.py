# SPDX-License-Identifier: Apache-2.0
"""A packed file that is read like any other, and never lies unpacked under a name.

Texts go from the child that unpacks them straight to their reader. What has to be read in
any order is put into a file without a name in the system's folder for temporary files,
which is gone with the process.
"""

from __future__ import annotations

import os
import tempfile
from typing import TYPE_CHECKING

from pseudo.io.sandbox.unpacking import Unpacking
from pseudo.io.watch import Watched
from pseudo.io.writers.sink import disk_errors

if TYPE_CHECKING:
    from pseudo.io.source import ReadOptions

__all__ = ["Kept", "Unpacked"]

_PIECE = 1024 * 1024


class Unpacked(Watched):
    """The bytes of a packed file; see :class:`pseudo.io.watch.Watched`.

    Args:
        path: The packed file.
        packing: ``gzip``, ``zstd`` or ``zip``.
        member: Number of the file in an archive.
        size: Bytes that it takes packed.
        options: Limits of the child that unpacks it.
        file: Number of the file in the delivery, for errors.

    Attributes:
        size: As given; how far the reading has come is told in these bytes.
    """

    seekable = False

    def __init__(
        self,
        path: str | os.PathLike[str],
        packing: str,
        member: int,
        size: int,
        options: ReadOptions,
        *,
        file: int,
    ) -> None:
        super().__init__(path)
        self.size = size
        self._ahead = b""
        self._begun_at = 0
        self._unpacking: Unpacking | None = None
        try:
            self._unpacking = Unpacking(self.fd, packing, member, options, file=file)
        except BaseException:
            self.close()
            raise

    def peek(self, count: int, at: int) -> bytes:
        """Look at bytes that have not been read yet: so many are kept in memory."""
        missing = at + count - len(self._ahead)
        if missing > 0:
            self._ahead += self._more(missing)
        return self._ahead[at : at + count]

    def read(self, count: int) -> bytes:
        """Read up to ``count`` unpacked bytes; empty only at the end."""
        data, self._ahead = self._ahead[:count], self._ahead[count:]
        data = data or self._more(count)
        self.position += len(data)
        return data

    @property
    def ended(self) -> bool:
        """Whether all of it has been read."""
        return not self.peek(1, 0)

    def told(self, read: int) -> int:
        """Tell how much of the packed file has been read."""
        del read
        return max(0, min(self.size, self._place() - self._begun_at))

    def verify(self, *, whole: bool = True) -> None:
        """Make sure that the packed file is still the one that was opened."""
        del whole
        super().verify(whole=False)

    def close(self) -> None:
        """Let go of the file and end the child. May be called twice."""
        if self._unpacking is not None:
            self._unpacking.close()
        super().close()

    def _more(self, count: int) -> bytes:
        data = b"" if self._unpacking is None else self._unpacking.read(count)
        if not self.position and not self._ahead:
            # Before it stand the archive's other files.
            self._begun_at = max(0, self._place() - self.size)
        return data

    def _place(self) -> int:
        return 0 if self._unpacking is None else self._unpacking.place


class Kept(Watched):
    """A packed file, unpacked into a file without a name; see there.

    Args:
        unpacked: What is unpacked; belongs to this object from now on.

    Raises:
        ResourceError: There is no room for it.
        DeliveryError: It cannot be unpacked.
    """

    def __init__(self, unpacked: Unpacked) -> None:
        self.path = unpacked.path
        self.position = 0
        self._unpacked = unpacked
        self._file = None
        with disk_errors():
            self._file = tempfile.TemporaryFile()  # noqa: SIM115  as long as this lives.
        self.fd = self._file.fileno()
        while piece := unpacked.read(_PIECE):
            with disk_errors():
                self._file.write(piece)
        with disk_errors():
            self._file.flush()
        self.size = unpacked.position

    def verify(self, *, whole: bool = True) -> None:
        """Make sure that the packed file is still the one that was opened."""
        self._unpacked.verify(whole=whole)

    def close(self) -> None:
        """Let go of both files. May be called twice."""
        self._unpacked.close()
        if self._file is not None:
            self._file.close()
        self.fd = -1
