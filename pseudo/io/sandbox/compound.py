# SPDX-License-Identifier: Apache-2.0
"""In the child: the streams of a compound file, which an .xls is.

Source: [MS-CFB] 2.2 (header), 2.3 and 2.5 (allocation tables), 2.6 (directory).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

__all__ = ["Compound"]

_LAST = 0xFFFFFFFA
_ENTRY = 128
_IN_HEADER = 109
_STREAM, _ROOT = 2, 5


class Compound:
    """A compound file.

    Args:
        data: The whole file.

    Raises:
        ValueError: It is damaged: a sector is missing, or follows itself.
        struct.error: The same.
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        shift, small_shift = struct.unpack_from("<HH", data, 30)
        if shift not in (9, 12) or small_shift != 6:
            raise ValueError
        self._size = 1 << shift
        (directory,) = struct.unpack_from("<I", data, 48)
        self._cutoff, small_table = struct.unpack_from("<II", data, 56)
        self._next = self._table(self._sectors_of_table())
        self._small_next = self._table(self._chain(small_table, self._next))
        self._streams: dict[str, tuple[int, int]] = {}
        self.names: list[str] = []
        """Names of all that the directory lists, of storages too."""
        self._small = b""
        self._read_directory(b"".join(map(self._sector, self._chain(directory, self._next))))

    def stream(self, name: str) -> bytes:
        """Give the bytes of a stream.

        Raises:
            KeyError: There is none of this name.
        """
        first, size = self._streams[name]
        if size >= self._cutoff:
            return b"".join(map(self._sector, self._chain(first, self._next)))[:size]
        small = (
            self._small[at << 6 : (at + 1) << 6] for at in self._chain(first, self._small_next)
        )
        return b"".join(small)[:size]

    def _read_directory(self, directory: bytes) -> None:
        for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, at + 64)
            first, size = struct.unpack_from("<II", directory, at + 116)
            name = directory[at : at + max(0, min(length, 64) - 2)].decode("utf-16-le", "replace")
            self.names.append(name)
            if kind == _STREAM:
                self._streams.setdefault(name, (first, size))
            elif kind == _ROOT:
                self._small = b"".join(map(self._sector, self._chain(first, self._next)))[:size]

    def _sectors_of_table(self) -> Iterator[int]:
        """Give the sectors that hold the allocation table."""
        sectors: Sequence[int] = struct.unpack_from(f"<{_IN_HEADER}I", self._data, 76)
        (following,) = struct.unpack_from("<I", self._data, 68)
        left = len(self._data) // self._size
        while True:
            yield from (sector for sector in sectors if sector < _LAST)
            left -= 1
            if following >= _LAST:
                return
            if left < 0:
                raise ValueError
            found = struct.unpack(f"<{self._size // 4}I", self._sector(following))
            sectors, following = found[:-1], found[-1]

    def _table(self, sectors: Iterator[int]) -> Sequence[int]:
        data = b"".join(map(self._sector, sectors))
        return struct.unpack(f"<{len(data) // 4}I", data)

    def _sector(self, number: int) -> bytes:
        found = self._data[(number + 1) * self._size : (number + 2) * self._size]
        if not found:
            raise ValueError
        return found.ljust(self._size, b"\0")

    def _chain(self, first: int, following: Sequence[int]) -> Iterator[int]:
        """Give a sector and those that follow it, none of them twice."""
        left = len(following)
        while first < _LAST:
            if left <= 0 or first >= len(following):
                raise ValueError
            yield first
            first, left = following[first], left - 1
