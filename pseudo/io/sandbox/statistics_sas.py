# SPDX-License-Identifier: Apache-2.0
"""In the child: on which pages of a SAS file its rows are, so that none is searched for.

The library goes through all pages before the first row that is asked for, and through all
of a packed file to find its columns. So it is shown a file of the pages that describe the
columns and those of one piece. That is done only where what was counted is exactly what the
file says that it has; any other file is read as it is.

A page begins with its kind and how many blocks and parts it has; pointers to its parts
follow. Rows lie behind each other on pages of data, behind the pointers on mixed ones, and
are parts of their own where they are packed.
"""

from __future__ import annotations

import io
import math
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import numpy.typing as npt

from pseudo.io.sandbox.statistics_xpt import Ranges
from pseudo.io.sandbox.worker import InputFile

__all__ = ["Header", "Pages", "header_of", "is_noise", "pages_of"]

_HEAD = 216
_KIND, _DATA, _MIXED, _NO_PAGE = 0x0F00, 0x0100, 0x0200, 0x9000
_PACKED, _CUT = 4, 1
_DESCRIBES = (0xF7F7F7F7, 0xF6F6F6F6, 0xFFFFFC00, 0xFFFFFBFE)
_DESCRIBES_TOO = 0xFFFFFFF8
_MOST_PAGES = 1 << 24
# More than this of its eight bits a byte, and a page is noise: not even full pages of a
# table come near, and those with its description are mostly empty.
_NOISE = 7.0


@dataclass(frozen=True, slots=True)
class Header:
    """What stands first in a SAS file.

    Attributes:
        begin: Where its pages begin.
        page: Bytes of each.
        pages: How many there are.
        count_at: Where their number stands, and in how many bytes.
        little: Whether the smaller end of a number comes first.
        wide: Whether places have eight bytes instead of four.
    """

    begin: int
    page: int
    pages: int
    count_at: tuple[int, int]
    little: bool
    wide: bool


def header_of(file: io.RawIOBase | BinaryIO) -> Header | None:
    """Read the header of a SAS file; None where its sizes are not those of the file."""
    file.seek(0)
    head = file.read(_HEAD) or b""
    if len(head) < _HEAD:
        return None
    wide, aligned, little = head[32] == 0x33, 4 * (head[35] == 0x33), head[37] == 1
    count_at = (204 + aligned, 8 if wide else 4)
    begin, page, pages = (
        int.from_bytes(head[place : place + size], "little" if little else "big")
        for place, size in ((196 + aligned, 4), (200 + aligned, 4), count_at)
    )
    whole = file.seek(0, io.SEEK_END)
    if page < 1024 or not 0 < pages < _MOST_PAGES or begin + page * pages != whole:
        return None
    return Header(begin, page, pages, count_at, little, wide)


def is_noise(file: BinaryIO) -> bool:
    """Tell whether a SAS file has its header and its whole size, but pages of mere noise.

    Nobody has written down how SAS marks a file as encrypted; what it cannot hide is that.
    """
    header = header_of(file)
    if header is None:
        return False
    file.seek(header.begin)
    counts = Counter(file.read(min(header.page, 65_536)))
    total = sum(counts.values())
    return -sum(n / total * math.log2(n / total) for n in counts.values()) > _NOISE


@dataclass(frozen=True, slots=True)
class Pages:
    """Where the rows of a file are.

    Attributes:
        header: Its header.
        before: How many rows there are before each page, and after the last.
        described: Which pages describe the columns.
    """

    header: Header
    before: npt.NDArray[np.int64]
    described: npt.NDArray[np.int64]

    @property
    def rows(self) -> int:
        """How many rows there are."""
        return int(self.before[-1])

    def part(self, file: InputFile, begin: int, count: int) -> tuple[Ranges, int]:
        """Show only what some rows need.

        Returns:
            A file of these pages, and how many rows it has before the first that is meant.
        """
        first = int(np.searchsorted(self.before, begin, side="right")) - 1
        last = int(np.searchsorted(self.before, begin + count, side="left"))
        shown = np.union1d(self.described, np.arange(first, last if count else first))
        rows = self.before[shown + 1] - self.before[shown]
        ahead = int(rows[shown < first].sum()) + begin - int(self.before[first])
        header = self.header
        place, size = header.count_at
        said = len(shown).to_bytes(size, "little" if header.little else "big")
        parts = [(0, header.begin), *self._runs(shown)]
        return Ranges(file, parts, (place, said)), ahead

    def _runs(self, shown: npt.NDArray[np.int64]) -> Iterator[tuple[int, int]]:
        """Give where each run of pages begins and ends."""
        begin, page = self.header.begin, self.header.page
        for run in np.split(shown, np.flatnonzero(np.diff(shown) != 1) + 1):
            yield begin + int(run[0]) * page, begin + (int(run[-1]) + 1) * page


def pages_of(file: InputFile) -> Pages | None:
    """Find the rows of a file; None where its pages are not as they are known to be."""
    header = header_of(file)
    if header is None:
        return None
    counts = np.zeros(header.pages, np.int64)
    describes = np.zeros(header.pages, np.bool_)
    for page in range(header.pages):
        found = _counted(file, header, page)
        if found is None:
            return None
        counts[page], describes[page] = found
    if not describes.any():
        return None
    return Pages(header, np.concatenate(([0], np.cumsum(counts))), np.flatnonzero(describes))


def _counted(file: InputFile, header: Header, page: int) -> tuple[int, bool] | None:
    """Count a page's rows, and tell whether it describes the columns."""
    size = 40 if header.wide else 24
    at = header.begin + page * header.page
    file.seek(at)
    head = file.read(size)
    order = "<" if header.little else ">"
    if len(head) < size:
        return None
    kind, blocks, parts = (
        int(number) for number in np.frombuffer(head, f"{order}u2", 3, size - 8)
    )
    if kind & _KIND == _DATA:
        return blocks, False
    if kind & _NO_PAGE:
        return 0, False
    pointer = 24 if header.wide else 12
    if size + parts * pointer > header.page:
        return None
    file.seek(at)
    whole = file.read(header.page)
    packed, others = _parts(whole, header, size, parts)
    if kind & _KIND == _MIXED:
        return (blocks - parts, True) if blocks >= parts and not packed else None
    return packed, others > 0


def _parts(whole: bytes, header: Header, begin: int, parts: int) -> tuple[int, int]:
    """Count a page's parts that are rows, and those that are not."""
    order, place = "<" if header.little else ">", "u8" if header.wide else "u4"
    kind = np.dtype(
        {
            "names": ["at", "size", "packing", "row"],
            "formats": [f"{order}{place}", f"{order}{place}", "u1", "u1"],
            "offsets": [0, 8, 16, 17] if header.wide else [0, 4, 8, 9],
            "itemsize": 24 if header.wide else 12,
        }
    )
    pointers = np.frombuffer(whole, kind, parts, begin)
    pointers = pointers[(pointers["size"] > 0) & (pointers["packing"] != _CUT)]
    packed = pointers["packing"] == _PACKED
    rows = int(packed.sum())
    for pointer in pointers[~packed & (pointers["row"] != 0)]:
        rows += not _describes(whole, int(pointer["at"]), header)
    return rows, len(pointers) - rows


def _describes(whole: bytes, at: int, header: Header) -> bool:
    """Tell whether a part begins with the mark of one that describes the columns."""
    order = "little" if header.little else "big"
    mark = int.from_bytes(whole[at : at + 4], order)  # type: ignore[arg-type]
    if not header.little and header.wide and mark == 0xFFFFFFFF:
        mark = int.from_bytes(whole[at + 4 : at + 8], "big")
    return mark in _DESCRIBES or mark & _DESCRIBES_TOO == _DESCRIBES_TOO
