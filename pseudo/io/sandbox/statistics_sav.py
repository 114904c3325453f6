# SPDX-License-Identifier: Apache-2.0
"""In the child: the packed rows of an SPSS file, one piece after the other.

The library unpacks all rows before the first that is asked for. So it is shown a file of
the description and the rows of one piece. Rows are numbers of eight bytes each, also for
texts; eight codes of a byte stand before the numbers that they could not say themselves.
Some writers begin such a group with each row, and with all of them every eighth row does.
In a ``zsav`` that stream is packed again, block by block. Whatever is not as it is known to
be is read as it is, from the start.
"""

from __future__ import annotations

import io
import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

__all__ = ["GROUP", "PackedRows", "is_regular", "packed_rows"]

GROUP = 8
"""Rows of which a piece is to have a multiple, unless it is the last."""

_HEADER = 176
_STORED, _NOTHING, _END = 253, 0, 252
_LARGEST_GROUP = 72
_CHUNK = 1024 * 1024
_LARGEST_BLOCK = 16 * 1024 * 1024
_MOST_BLOCKS = 1_000_000
_MOST_UNITS = 1_000_000
_SUM = np.uint64(0x0101010101010101)
_BAD = 255
# By what is said of eight codes: how far the next are, and how many numbers these give.
_STEP = [1 + (size & 15) for size in range(_BAD)] + [1]
_GIVEN = [8 - (size >> 4) for size in range(_BAD)] + [1 << 60]


class PackedRows:
    """The rows of a file, in order.

    Args:
        described: The bytes before its rows.
        units: Numbers of eight bytes in a row.
        stream: The packed rows.
    """

    def __init__(self, described: bytes, units: int, stream: Iterator[bytes]) -> None:
        self._described = described
        self._units = units
        self._stream = stream
        self._chunk, self._codes, self._at = b"", b"", 0
        self._row = 0
        self._sound = True
        self._shown: tuple[int, int, BinaryIO] | None = None

    def piece(self, begin: int, count: int, *, last: bool) -> BinaryIO | None:
        """Show a file whose first rows are these.

        Returns:
            None where that cannot be done.
        """
        if self._shown is not None and self._shown[:2] == (begin, count):
            return self._shown[2]
        self._shown = None
        if not self._sound or begin != self._row or (count % GROUP and not last):
            self._sound = False
            return None
        rows = self._rest(count) if last else self._values(count * self._units)
        if rows is None:
            self._sound = False
            return None
        self._row += count
        shown: BinaryIO = io.BytesIO(self._described + rows)
        self._shown = (begin, count, shown)
        return shown

    def _rest(self, count: int) -> bytes:
        """Give what is left, as far as so many rows can reach."""
        most = (count * -(-self._units // 8) + 1) * _LARGEST_GROUP
        parts = [self._chunk[self._at * 8 :]]
        size = len(parts[0])
        while size < most and (chunk := next(self._stream, b"")):
            parts.append(chunk)
            size += len(chunk)
        return b"".join(parts)[:most]

    def _values(self, left: int) -> bytes | None:
        """Give the groups of so many numbers; None where a group has more, or all end before."""
        parts: list[bytes] = []
        begin = at = self._at
        while True:
            codes, end = self._codes, len(self._codes)
            while left > 0 and at < end:
                # As many as cannot go too far, so that nothing has to be asked between them.
                for _ in range(max(1, min(left // 8, (end - at) // 9))):
                    size = codes[at]
                    at += _STEP[size]
                    left -= _GIVEN[size]
            if left < 0:
                return None
            if not left and at <= end:
                self._at = at
                return b"".join([*parts, self._chunk[begin * 8 : at * 8]])
            parts.append(self._chunk[begin * 8 :])
            begin, at = 0, at - end
            self._chunk = next(self._stream, b"")
            if not self._chunk or len(self._chunk) % 8:
                return None
            self._codes = _sizes(self._chunk)


def _sizes(chunk: bytes) -> bytes:
    """Of each eight bytes, taken as codes, say how many mean what.

    Returns:
        Of each, in the lower four bits, how many numbers are stored behind them, and in the
        upper four how many are none; :data:`_BAD` where one is the end of all.
    """
    found = np.frombuffer(chunk, np.uint8)
    stored, nothing = _counted(found == _STORED), _counted(found == _NOTHING)
    ended = (found == _END).view(np.uint64) != 0
    return np.where(ended, _BAD, stored | nothing << np.uint64(4)).astype(np.uint8).tobytes()


def _counted(marked: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint64]:
    """Count what is marked of each eight."""
    return (marked.view(np.uint64) * _SUM) >> np.uint64(56)


def is_regular(file: BinaryIO) -> bool:
    """Tell whether the ninth row of a file begins with a group; of fewer rows all are read."""
    found = packed_rows(file)
    return found is not None and found.piece(0, GROUP, last=False) is not None


def packed_rows(file: BinaryIO) -> PackedRows | None:
    """Find the rows of a packed file; None where it is not as it is known to be."""
    file.seek(0)
    head = file.read(_HEADER)
    order = "<" if head[64:68] in (b"\2\0\0\0", b"\3\0\0\0") else ">"
    packing = int.from_bytes(head[72:76], "little" if order == "<" else "big")
    try:
        units = _units(file, order)
    except struct.error:
        units = 0
    begin = file.tell()
    if not 0 < units <= _MOST_UNITS or packing not in (1, 2):
        return None
    file.seek(0)
    described = file.read(begin)
    if packing == 1:
        return PackedRows(described, units, _plain(file, begin))
    blocks = _blocks(file, begin, order)
    if blocks is None:
        return None
    one = (1).to_bytes(4, "little" if order == "<" else "big")
    described = b"$FL2" + described[4:72] + one + described[76:]
    return PackedRows(described, units, _inflated(file, blocks))


def _units(file: BinaryIO, order: str) -> int:
    """Go through the description, and count the numbers of a row; 0 where it is damaged."""

    def number(count: int = 1) -> tuple[int, ...]:
        return struct.unpack(f"{order}{count}i", file.read(4 * count))

    units = 0
    while True:
        (kind,) = number()
        if kind == 2:
            _, label, missing, _, _ = number(5)
            file.read(8)
            units += 1
            skipped = (-(-number()[0] // 4) * 4 if label else 0) + 8 * abs(missing)
        elif kind == 3:
            for _ in range(number()[0]):
                file.read(8)
                length = (file.read(1) or b"\0")[0]
                file.read((length + 8) // 8 * 8 - 1)
            skipped = 0
        elif kind == 4:
            skipped = 4 * number()[0]
        elif kind == 6:
            skipped = 80 * number()[0]
        elif kind == 7:
            _, size, count = number(3)
            skipped = size * count
        else:
            file.read(4)
            return units if kind == 999 else 0
        if skipped < 0:
            return 0
        file.seek(skipped, io.SEEK_CUR)


def _plain(file: BinaryIO, begin: int) -> Iterator[bytes]:
    at = begin
    while True:
        file.seek(at)
        chunk = file.read(_CHUNK)
        if not chunk:
            return
        at += len(chunk)
        yield chunk


def _blocks(file: BinaryIO, begin: int, order: str) -> list[tuple[int, int, int]] | None:
    """Read where the blocks of a ``zsav`` are, and how large, packed and unpacked."""
    file.seek(begin)
    try:
        at, trailer, length = struct.unpack(f"{order}3q", file.read(24))
        if at != begin or trailer < begin or not 24 <= length <= 24 * _MOST_BLOCKS:
            return None
        file.seek(trailer)
        (count,) = struct.unpack(f"{order}20xi", file.read(24))
        if length != 24 + 24 * count:
            return None
        entries = struct.iter_unpack(f"{order}qqii", file.read(24 * count))
        blocks = [(place, packed, size) for _, place, size, packed in entries]
    except struct.error:
        return None
    sound = len(blocks) == count and all(
        0 < packed <= _LARGEST_BLOCK and 0 < size <= _LARGEST_BLOCK and begin < place < trailer
        for place, packed, size in blocks
    )
    return blocks if sound else None


def _inflated(file: BinaryIO, blocks: list[tuple[int, int, int]]) -> Iterator[bytes]:
    """Unpack the blocks; what cannot be ends the rows, and so refuses the file."""
    for place, packed, size in blocks:
        file.seek(place)
        try:
            chunk = zlib.decompressobj().decompress(file.read(packed), size)
        except zlib.error:
            return
        if len(chunk) != size:
            return
        yield chunk
