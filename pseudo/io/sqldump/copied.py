# SPDX-License-Identifier: Apache-2.0
r"""The lines between COPY … FROM stdin and its end, ``\.``: found, and taken apart."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import csv

from pseudo.io.sqldump.block import Numbers
from pseudo.io.sqldump.window import Window
from pseudo.kernel import Kernel, SqlRows

__all__ = ["Lines", "copied_text", "fields_of", "pass_copied", "split_copied", "whole_lines"]

_END = rb"\."
_LINE = re.compile(rb"[^\r\n]*+(?:\r\n|\n|\r(?!\n))?")
_ESCAPE = re.compile(rb"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|(\r\n|.))", re.DOTALL)
_LETTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"v": b"\v"}
_TAB, _LF, _CR, _BACKSLASH = 0x09, 0x0A, 0x0D, 0x5C


class Lines(NamedTuple):
    """Whole lines of the window.

    Attributes:
        starts: The first byte of each.
        ends: The byte after the last of each, without its line end.
        consumed: Where the last one's line end ends.
        ended: Whether the end of all lines follows.
    """

    starts: Numbers
    ends: Numbers
    consumed: int
    ended: bool


def whole_lines(window: Window) -> Lines:
    """Find the lines from where the window is."""
    text, at = window.text, window.at
    end = _find_end(text, at)
    stop = end if end >= 0 else len(text)
    ends = window.line_ends
    ends = ends[np.searchsorted(ends, at, "right") : np.searchsorted(ends, stop, "right")]
    if window.final and end < 0 and ends.size:
        # The last one's line end was added, and an end of all lines must follow.
        ends = ends[:-1]
    data = np.frombuffer(text, np.uint8)
    lasts = _last_bytes(data, ends, at)
    ends, lasts = _unescaped(data, ends, lasts, at)
    starts = np.concatenate((np.array([at], np.int64), ends[:-1])) if ends.size else ends
    return Lines(starts, lasts, int(ends[-1]) if ends.size else at, end >= 0)


def _last_bytes(
    data: np.ndarray[tuple[int], np.dtype[np.uint8]], ends: Numbers, at: int
) -> Numbers:
    """Give where each line's content ends: before LF, CR or CR LF."""
    lasts = ends - 1
    both = (data[lasts] == _LF) & (data[lasts - 1] == _CR) & (lasts > at)
    return lasts - both


def _unescaped(
    data: np.ndarray[tuple[int], np.dtype[np.uint8]], ends: Numbers, lasts: Numbers, at: int
) -> tuple[Numbers, Numbers]:
    """Leave the line ends out that a backslash makes a part of a text."""
    suspicious = np.flatnonzero((data[lasts - 1] == _BACKSLASH) & (lasts > at))
    drop = []
    for place in suspicious.tolist():
        first = last = int(lasts[place])
        while first > at and data[first - 1] == _BACKSLASH:
            first -= 1
        if (last - first) % 2:
            drop.append(place)
    return (np.delete(ends, drop), np.delete(lasts, drop)) if drop else (ends, lasts)


def pass_copied(window: Window) -> None:
    """Pass all lines and their end.

    Raises:
        DeliveryError: The text ends before.
    """
    while (found := _find_end(window.text, window.at)) < 0:
        window.at = max(window.at, len(window.text) - 2)
        if not window.more():
            window.refuse_at(len(window.text) - 1, "delivery.sql_cut")
    line = _LINE.match(window.text, found + len(_END))
    window.at = line.end() if line else found + len(_END)


def _find_end(text: bytes, at: int) -> int:
    """Find the line that ends all lines; -1 where there is none."""
    found = text.find(_END, at)
    while found >= 0:
        before, after = text[found - 1 : found], text[found + len(_END) : found + len(_END) + 1]
        if before in (b"\r", b"\n") and after in (b"\r", b"\n"):
            return found
        found = text.find(_END, found + 1)
    return -1


def fields_of(text: bytes, rows: SqlRows) -> Numbers:
    """Count the fields of lines."""
    data = np.frombuffer(text, np.uint8)
    tabs = np.flatnonzero(data == _TAB)
    if rb"\	" in text:
        # An escaped tab is one of a text.
        tabs = np.array([tab for tab in tabs.tolist() if not _is_escaped(text, tab)], np.int64)
    counts = np.searchsorted(tabs, rows.ends) - np.searchsorted(tabs, rows.starts)
    return (counts + 1).astype(np.int64)


def _is_escaped(text: bytes, place: int) -> bool:
    first = place
    while first and text[first - 1] == _BACKSLASH:
        first -= 1
    return (place - first) % 2 == 1


def split_copied(
    text: bytes, rows: SqlRows, width: int, chosen: Sequence[int], kernel: Kernel
) -> tuple[list[pa.StringArray], Numbers]:
    """Take lines apart.

    Args:
        text: In UTF-8.
        rows: The lines in it.
        width: How many fields a line has; the others are only counted.
        chosen: Numbers of the columns that are wanted, ascending.
        kernel: What splits lines in which nothing is quoted.

    Returns:
        The columns, and how many fields each line has.
    """
    fields = fields_of(text, rows)
    fits = np.flatnonzero(fields == width)
    pairs = (b"\\\t", b"\\\n", b"\\\r")
    simple = b"\\" not in text or not any(pair in text for pair in pairs)
    if simple and fits.size and chosen:
        block = _lines(text, rows.starts[fits], rows.ends[fits])
        columns = _unquoted(block, width, chosen, kernel) or _parsed(block, width, chosen)
        return [_column(column) for column in columns], fields
    starts, ends = rows.starts[fits].tolist(), rows.ends[fits].tolist()
    lines = [text[start:end] for start, end in zip(starts, ends, strict=True)]
    cells = list(zip(*map(_cells, lines), strict=True)) or [()] * width
    found = [pa.array(cells[number], pa.binary()).view(pa.string()) for number in chosen]
    return [_column(column) for column in found], fields


def _unquoted(
    block: bytes, width: int, chosen: Sequence[int], kernel: Kernel
) -> list[pa.StringArray] | None:
    """Split lines as those of a delimited text, which they are without quotes and blanks."""
    if b'"' in block or width == 1:
        return None
    framed = kernel.frame(block, _TAB, final=True)
    return kernel.split(block, framed, _TAB, width, chosen)


def _lines(text: bytes, starts: Numbers, ends: Numbers) -> bytes:
    """Give lines one behind the other, each with its LF."""
    last = int(ends[-1])
    if (starts[1:] == ends[:-1] + 1).all() and b"\r" not in text and last < len(text):
        return text[int(starts[0]) : last + 1]
    both = zip(starts.tolist(), ends.tolist(), strict=True)
    return b"".join(text[start:end] + b"\n" for start, end in both)


def _cells(line: bytes) -> list[bytes]:
    return re.findall(rb"(?:\A|\t)((?:[^\t\\]++|\\.)*+)", line, re.DOTALL)


def _parsed(block: bytes, width: int, chosen: Sequence[int]) -> list[pa.StringArray]:
    names = [str(number) for number in range(width)]
    table = csv.read_csv(
        pa.BufferReader(block),
        read_options=csv.ReadOptions(
            use_threads=False, block_size=len(block) + 1, column_names=names
        ),
        parse_options=csv.ParseOptions(
            delimiter="\t",
            quote_char=False,
            double_quote=False,
            escape_char=False,
            newlines_in_values=False,
            ignore_empty_lines=False,
        ),
        convert_options=csv.ConvertOptions(
            column_types=dict.fromkeys(names, pa.string()),
            include_columns=[names[number] for number in chosen],
            check_utf8=False,
            null_values=[],
            strings_can_be_null=False,
        ),
    )
    return [column.combine_chunks() for column in table.columns]


def _column(raw: pa.StringArray) -> pa.StringArray:
    r"""Read a column: ``\N`` and an empty text are null, and escapes what they stand for."""
    data = raw.buffers()[2]
    null = pc.equal(pc.binary_length(raw), 0)
    if data is None or not _has_backslash(data):
        return pc.if_else(null, pa.scalar(None, pa.string()), raw) if pc.any(null).as_py() else raw
    null = pc.or_(pc.equal(raw, r"\N"), null)
    texts = pc.if_else(null, pa.scalar(None, pa.string()), raw)
    escaped = pc.fill_null(pc.match_substring(texts, "\\"), False)
    rows = pc.indices_nonzero(escaped).to_pylist()
    if not rows:
        return texts
    read = [copied_text(texts[row].as_buffer().to_pybytes()) for row in rows]
    return pc.replace_with_mask(texts, escaped, pa.array(read, pa.binary()).view(pa.string()))


def _has_backslash(data: pa.Buffer) -> bool:
    return bool((np.frombuffer(data, np.uint8) == _BACKSLASH).any())


def copied_text(raw: bytes) -> bytes:
    """Read a text as PostgreSQL escapes it in COPY."""

    def read(found: re.Match[bytes]) -> bytes:
        digits, octal, letter = found.groups()
        if digits is not None:
            return bytes([int(digits, 16)])
        if octal is not None:
            return bytes([int(octal, 8) & 0xFF])
        return _LETTERS.get(letter, letter)

    return _ESCAPE.sub(read, raw)
