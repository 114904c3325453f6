# SPDX-License-Identifier: Apache-2.0
"""What a zip archive is: workbooks and documents are archives with parts of known names.

Source: APPNOTE.TXT 4.3.12 (central directory) and 4.3.16 (its end), and OpenDocument 1.3
part 2, 3.3 (the first part says what it is). Names count as they stand in the directory,
so a workbook that lies in an archive makes no workbook of it.
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator

__all__ = ["MAGICS", "ZIP", "named_by"]

MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
ZIP = "ZIP"

_END, _END_SIZE, _LONGEST_COMMENT = b"PK\x05\x06", 22, 65_535
_ENTRY, _ENTRY_SIZE = b"PK\x01\x02", 46
_LOCAL_SIZE, _LONGEST_KIND = 30, 60
_MOST = 4 * 1024 * 1024
_PARTS = (
    ("xl/workbook.bin", "Excel (.xlsb)"),
    ("xl/", "Excel (.xlsx)"),
    ("word/", "Word (.docx)"),
    ("ppt/", "PowerPoint (.pptx)"),
)
_KINDS = (
    (b"opendocument.spreadsheet", "OpenDocument (.ods)"),
    (b"opendocument.text", "OpenDocument (.odt)"),
)

Read = Callable[[int, int], bytes]
"""Reads a number of bytes from a place."""


def named_by(head: bytes, size: int, read: Read) -> str:
    """Name what an archive holds.

    Args:
        head: Its first bytes.
        size: Its size.
        read: Reads it.
    """
    said = _first_part(head)
    names = list(_names(size, read))
    if not names:
        # Cut short, it is still named for what it was.
        return next((kind for part, kind in _PARTS if part.encode() in head), _kind(said))
    found = (kind for part, kind in _PARTS if any(name.startswith(part) for name in names))
    return next(found, _kind(said))


def _first_part(head: bytes) -> bytes:
    """Give the beginning of the first part, where that is the one which says what it is."""
    if head[30:38] != b"mimetype" or len(head) < _LOCAL_SIZE:
        return b""
    size, _, name, extra = struct.unpack_from("<IIHH", head, 18)
    start = _LOCAL_SIZE + name + extra
    # Whoever writes as he goes says the size later.
    return head[start : start + (size or _LONGEST_KIND)]


def _kind(said: bytes) -> str:
    return next((kind for mark, kind in _KINDS if mark in said), ZIP)


def _names(size: int, read: Read) -> Iterator[str]:
    """Give the names of the directory; none where it cannot be found."""
    begin = max(0, size - _END_SIZE - _LONGEST_COMMENT)
    tail = read(size - begin, begin)
    at = tail.rfind(_END)
    if at < 0 or len(tail) < at + _END_SIZE:
        return
    length, start = struct.unpack_from("<II", tail, at + 12)
    directory = read(min(length, _MOST), start)
    place = 0
    while directory[place : place + 4] == _ENTRY and place + _ENTRY_SIZE <= len(directory):
        name, extra, comment = struct.unpack_from("<HHH", directory, place + 28)
        place += _ENTRY_SIZE
        yield directory[place : place + name].decode("utf-8", "replace").replace("\\", "/")
        place += name + extra + comment
