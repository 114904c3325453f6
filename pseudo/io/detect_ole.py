# SPDX-License-Identifier: Apache-2.0
"""What an OLE container is: old Office files, mails and encrypted workbooks all are one.

Source: [MS-CFB], the header (2.2) and the directory entries (2.6). Only the names in the
first sectors of the directory are looked at.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

__all__ = ["MAGIC", "named_by"]

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

_ENTRY = 128
_MOST_SECTORS = 64
_LAST_SECTOR = 0xFFFFFFFA
_KINDS = (
    # An encrypted workbook has these two and nothing that says what is in it.
    ("EncryptedPackage", "encrypted Office file"),
    ("Workbook", "Excel (.xls)"),
    ("Book", "Excel (.xls)"),
    ("WordDocument", "Word (.doc)"),
    ("PowerPoint Document", "PowerPoint (.ppt)"),
    ("__properties_version1.0", "Outlook (.msg)"),
)

Read = Callable[[int, int], bytes]
"""Reads a number of bytes from a place."""


def named_by(read: Read) -> str:
    """Name what an OLE container holds.

    Args:
        read: Reads the file.
    """
    names = set(_names(read))
    return next((kind for name, kind in _KINDS if name in names), "OLE")


def _names(read: Read) -> Iterator[str]:
    """Give the names of the directory, as far as it is looked at."""
    header = read(512, 0)
    if len(header) < 512:
        return
    (shift,) = struct.unpack_from("<H", header, 30)
    (sector,) = struct.unpack_from("<I", header, 48)
    if shift not in (9, 12):
        return
    size = 1 << shift
    for _ in range(_MOST_SECTORS):
        if sector >= _LAST_SECTOR:
            return
        data = read(size, (sector + 1) << shift)
        for start in range(0, len(data) - _ENTRY + 1, _ENTRY):
            (length,) = struct.unpack_from("<H", data, start + 64)
            raw = data[start : start + max(0, min(length, 64) - 2)]
            yield raw.decode("utf-16-le", "replace")
        sector = _after(read, header, sector, shift)


def _after(read: Read, header: bytes, sector: int, shift: int) -> int:
    """Find the sector that follows, in the table that the header names."""
    each = (1 << shift) // 4
    table, place = divmod(sector, each)
    if table >= 109:
        return _LAST_SECTOR
    (at,) = struct.unpack_from("<I", header, 76 + 4 * table)
    if at >= _LAST_SECTOR:
        return _LAST_SECTOR
    found = read(4, ((at + 1) << shift) + 4 * place)
    return int(struct.unpack("<I", found)[0]) if len(found) == 4 else _LAST_SECTOR
