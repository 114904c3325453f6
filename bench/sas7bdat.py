# SPDX-License-Identifier: Apache-2.0
"""Writes SAS files, which no library of the index can: 64 bits, the smaller end first.

For measurements and tests. Rows are bytes as SAS has them: a number is a double, a text
has blanks behind it.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

__all__ = ["SasColumn", "missing", "rows_of", "write_sas7bdat"]

_MAGIC = bytes(12) + bytes.fromhex("c2ea8160b31411cfbd92080009c7318c181f1011")
_HEADER, _PAGE_HEADER, _POINTER = 8192, 40, 24
_ROW_SIZE, _COLUMN_SIZE = b"\xf7\xf7\xf7\xf7\0\0\0\0", b"\xf6\xf6\xf6\xf6\0\0\0\0"
_FORMAT, _ATTRIBUTES, _TEXT, _NAME = (
    struct.pack("<q", code - 2**32) for code in (0xFFFFFBFE, 0xFFFFFFFC, 0xFFFFFFFD, 0xFFFFFFFF)
)
_META, _DATA = 0x0000, 0x0100
_METHODS = {"rle": "SASYZCRL", "rdc": "SASYZCR2"}


class SasColumn(NamedTuple):
    """A column: its name, bytes of a text or 0 for a number, format and label."""

    name: str
    width: int = 0
    format: str = ""
    label: str = ""


def missing(letter: str = ".") -> float:
    """Give the number that SAS writes for a missing value."""
    return float(struct.unpack("<d", bytes([0, 0, 0, 0, 0, ord(letter) ^ 0xFF, 0xF8, 0xFF]))[0])


def rows_of(columns: Sequence[SasColumn], rows: Sequence[Sequence[float | str | bytes]]) -> bytes:
    """Make the bytes of rows; texts in UTF-8 unless they are bytes."""
    parts = []
    for row in rows:
        for column, value in zip(columns, row, strict=True):
            if isinstance(value, str | bytes):
                raw = value if isinstance(value, bytes) else value.encode()
                parts.append(raw.ljust(column.width))
            else:
                parts.append(struct.pack("<d", value))
    return b"".join(parts)


def write_sas7bdat(
    path: Path,
    columns: Sequence[SasColumn],
    rows: bytes | npt.NDArray[np.generic],
    *,
    compression: str = "",
    encoding: int = 20,
    page: int = 65_536,
    label: str = "",
) -> Path:
    """Write a file.

    Args:
        path: Where to.
        columns: Its columns.
        rows: The bytes of its rows.
        compression: ``rle``, ``rdc`` or nothing.
        encoding: What it says of its texts: 20 is UTF-8, 62 cp1252.
        page: Bytes of a page.
        label: Its label.
    """
    length = sum(column.width or 8 for column in columns)
    data = np.frombuffer(rows, np.uint8) if isinstance(rows, bytes) else rows.view(np.uint8)
    table = data.reshape(-1, length)
    parts = _described(columns, len(table), length, page, label, compression)
    if compression:
        pack = _rle if compression == "rle" else _rdc
        packed = {row.tobytes(): b"" for row in table}
        packed = {row: pack(row) for row in packed}
        parts += [(packed[row.tobytes()], 4, 1) for row in table]
    pages = list(_meta_pages(parts, page))
    if not compression:
        pages += _data_pages(table, page)
    with path.open("wb") as file:
        file.write(_header(len(pages), page, encoding))
        file.writelines(pages)
    return path


def _header(pages: int, page: int, encoding: int) -> bytes:
    start = (
        _MAGIC
        + b"\x33\x22\0\x33\x33\x01\x02\x31"
        + bytes(30)
        + bytes([encoding])
        + bytes(13)
        + b"SAS FILE"
        + b"DATASET".ljust(32)
        + bytes(32)
        + b"DATA    "
        + bytes(4)
    )
    sizes = struct.pack("<ddddIIQ", 1e9, 1e9, 0, 0, _HEADER, page, pages)
    return (start + sizes + bytes(8) + b"9.0401M6" + b"Linux".ljust(112, b"\0")).ljust(
        _HEADER, b"\0"
    )


def _described(
    columns: Sequence[SasColumn], rows: int, length: int, page: int, label: str, compression: str
) -> list[tuple[bytes, int, int]]:
    """Make the parts that describe the columns: their bytes, compression and kind."""
    pool = bytearray()

    def said(text: str) -> bytes:
        raw = text.encode()
        place = struct.pack("<HHH", 0, len(pool) + 28, len(raw))
        pool.extend(raw.ljust(-(-len(raw) // 4) * 4, b"\0"))
        return place if raw else bytes(6)

    first = bytearray(_ROW_SIZE.ljust(808, b"\0"))
    struct.pack_into("<qq", first, 40, length, rows)
    struct.pack_into("<q", first, 72, len(columns))
    struct.pack_into("<q", first, 104, page)
    first[808 - 130 : 808 - 124] = said(label)
    first[808 - 118 : 808 - 112] = said(_METHODS.get(compression, ""))
    names = b"".join(said(column.name) + bytes(2) for column in columns)
    attributes, offset = b"", 0
    for column in columns:
        width = column.width or 8
        attributes += struct.pack("<QIHBB", offset, width, 4, 2 if column.width else 1, 0)
        offset += width
    formats = [
        _FORMAT + bytes(38) + said(column.format) + said(column.label) + bytes(6)
        for column in columns
    ]
    parts = [
        bytes(first),
        _COLUMN_SIZE + struct.pack("<q", len(columns)) + bytes(8),
        _sized(_NAME, names + bytes(12)),
        _sized(_ATTRIBUTES, attributes + bytes(12)),
        *formats,
    ]
    text = _sized(_TEXT, bytes(20) + bytes(pool))
    return [(part, 0, 0) for part in [text, *parts]]


def _sized(signature: bytes, content: bytes) -> bytes:
    size = len(signature) + 8 + len(content)
    return signature + struct.pack("<Hxxxxxx", size - 20) + content


def _meta_pages(parts: Sequence[tuple[bytes, int, int]], page: int) -> Iterator[bytes]:
    pointers, content, end = b"", b"", page
    count = 0
    for part, compression, kind in parts:
        if len(part) + _POINTER > end - _PAGE_HEADER - len(pointers):
            yield _page(_META, count, count, pointers, content, page)
            pointers, content, end, count = b"", b"", page, 0
        end -= len(part)
        content = part + content
        pointers += struct.pack("<QQBB6x", end, len(part), compression, kind)
        count += 1
    yield _page(_META, count, count, pointers, content, page)


def _page(kind: int, blocks: int, parts: int, begin: bytes, end: bytes, page: int) -> bytes:
    head = bytes(32) + struct.pack("<HHHxx", kind, blocks, parts) + begin
    return head + bytes(page - len(head) - len(end)) + end


def _data_pages(table: npt.NDArray[np.uint8], page: int) -> Iterator[bytes]:
    fit = (page - _PAGE_HEADER) // table.shape[1]
    for first in range(0, len(table), fit):
        rows = table[first : first + fit]
        yield _page(_DATA, len(rows), 0, rows.tobytes(), b"", page)


def _runs(row: bytes) -> Iterator[tuple[int, int]]:
    """Give where each run of one byte begins, and how long it is."""
    begin = 0
    while begin < len(row):
        end = begin
        while end < len(row) and row[end] == row[begin]:
            end += 1
        yield begin, end - begin
        begin = end


def _rle(row: bytes) -> bytes:
    """Write runs of 3 to 18 of a byte as such, and the rest as it is, 16 at a time."""
    out = bytearray()
    for begin, length in _runs(row):
        left = length
        while left >= 3:
            some = min(left, 18)
            out += bytes([0xC0 | (some - 3), row[begin]])
            left -= some
        if left:
            out += bytes([0x80 | (left - 1)]) + row[begin : begin + 1] * left
    return bytes(out)


def _rdc(row: bytes) -> bytes:
    """Write runs of 3 to 18 of a byte as such, each 16 pieces after their bits."""
    pieces: list[tuple[int, bytes]] = []
    for begin, length in _runs(row):
        left = length
        while left >= 3:
            some = min(left, 18)
            pieces.append((1, bytes([some - 3, row[begin]])))
            left -= some
        pieces += [(0, row[begin : begin + 1])] * left
    out = b""
    for first in range(0, len(pieces), 16):
        some_pieces = pieces[first : first + 16]
        bits = sum(bit << (15 - place) for place, (bit, _) in enumerate(some_pieces))
        out += struct.pack(">H", bits) + b"".join(piece for _, piece in some_pieces)
    return out
