# SPDX-License-Identifier: Apache-2.0
"""In the child: the content of an .ods, as far as the library does not tell of it.

Source: OpenDocument 1.3 part 3, 9.1 (tables): cells and rows are written once and repeated.
Every program writes the usual prefixes. What has others is read all the same, within the
memory there is, and nothing is told of it.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from pseudo.io.sandbox.excel_package import Extent, Package, Span, Survey
from pseudo.io.sandbox.excel_zip import Parts, cut_at
from pseudo.io.sandbox.verdict import Refused

__all__ = ["Ods"]

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_NEEDED = ("mimetype", _MANIFEST, _CONTENT)
_SHEET = re.compile(rb"<table:table[\s>]")
_TAG = re.compile(rb"<table:(table-row|(?:covered-)?table-cell)\b([^>]{0,2000})>")
_SPANNED = re.compile(rb"number-columns-spanned=[\"']([0-9]{1,6})[\"']")
_REPEATED = re.compile(rb"number-columns-repeated=[\"']([0-9]{1,6})[\"']")
_ROWS_REPEATED = re.compile(rb"number-rows-repeated=[\"']([0-9]{1,7})[\"']")
# Only what is repeated this often makes a sheet larger than its part.
_OFTEN = re.compile(rb"number-(columns|rows)-repeated=[\"']([0-9]{3,18})[\"']")
# Blanks are counted, and the library writes them out.
_MANY_BLANKS = re.compile(rb"<text:s\s[^>]{0,200}?text:c=[\"'][0-9]{4,}")
# Parts of a text that the library passes over, and what they stand for.
_UNREAD = re.compile(rb"<text:(tab|line-break)\b[^>]{0,200}?(?:/>|>\s*</text:\1>)")
_STAND_FOR = {b"tab": b"&#9;", b"line-break": b"&#10;"}
_ROW_END = b"</table:table-row>"
_SHEET_END = b"</table:table>"
_VALUE = b"office:value-type"
_LEFT = {
    b"table:formula=": "formulas",
    b"<office:annotation ": "comments",
    b"<office:annotation>": "comments",
}
# Drawings that lie on the sheet stand before its rows; others stand in a cell.
_ON_SHEET = re.compile(rb"<table:shapes>.*?</table:shapes>", re.DOTALL)
_BESIDE = re.compile(rb"<((?:draw:[\w-]+)|text:note|text:ruby)[\s>]")
_TEXT = re.compile(rb"<text:p(?:\s[^>]{0,2000})?(?<!/)>(?!</text:p>)")
_NAMES = (b"<table:named-range ", b"<table:named-expression ")
_HEADER_ROWS = 100
_LONGEST_TAG = 2_000


@dataclass(slots=True)
class _Sheet:
    """What was found in a sheet so far.

    Attributes:
        left: What is not taken.
        spans: Cells that were joined, in the first rows.
        rows: Rows up to the last in which something stands, at most.
        waiting: Empty rows after these.
        columns: Columns of a row that its repeated cells make, at most.
    """

    left: Counter[str] = field(default_factory=Counter)
    spans: list[Span] = field(default_factory=list)
    rows: int = 0
    waiting: int = 0
    columns: int = 1


class Ods(Package):
    """See :class:`~pseudo.io.sandbox.excel_package.Package`.

    Args:
        parts: Its parts.
        extent: How large a sheet may be.

    Raises:
        Refused: It needs a password.
    """

    def __init__(self, parts: Parts, extent: Extent) -> None:
        if _MANIFEST in parts and any(
            b"encryption-data" in part for part in parts.pieces(_MANIFEST)
        ):
            raise Refused("delivery.encrypted", found="OpenDocument")
        self._parts, self._extent = parts, extent
        self._sheets: list[_Sheet] = []
        self._unread = False
        self._of_book = Counter(
            macros=sum(name.startswith("basic/") for name in parts),
            charts=sum(
                name.startswith("object ") and name.endswith("/content.xml") for name in parts
            ),
            pictures=sum(name.startswith("pictures/") for name in parts),
        )

    @property
    def sheets(self) -> int:
        """How many sheets it has, once it was looked through."""
        return len(self._sheets)

    @property
    def opened_size(self) -> int:
        """All sheets are in one part, which the library reads when it opens the file."""
        return self._parts.size(_CONTENT)

    def look_through(self) -> None:
        """Look through all sheets, each of which has to end: the library waits for that."""
        ended = 0
        for piece in cut_at(_ROW_END, self._parts.pieces(_CONTENT)):
            self._of_book["defined_names"] += sum(map(piece.count, _NAMES))
            ended += piece.count(_SHEET_END)
            ends = [*(found.start() for found in _SHEET.finditer(piece)), len(piece)]
            if self._sheets:
                self._take(self._sheets[-1], piece[: ends[0]])
            for start, end in pairwise(ends):
                self._sheets.append(_Sheet())
                self._sheets[-1].spans.extend(_spans(piece[start:end]))
                self._take(self._sheets[-1], piece[start:end])
        if ended < len(self._sheets):
            raise Refused("delivery.unreadable", format="OpenDocument")

    def mended(self) -> bytes | None:
        """Write the file anew where the library would leave out tabs and line breaks."""
        if not self._unread:
            return None
        with io.BytesIO() as written:
            with zipfile.ZipFile(written, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                for name in _NEEDED:
                    data = b"".join(self._parts.pieces(name)) if name in self._parts else b""
                    if name == _CONTENT:
                        data = _UNREAD.sub(lambda found: _STAND_FOR[found[1]], data)
                    archive.writestr(name, data)
            return written.getvalue()

    def survey(self, place: int) -> Survey:
        """Give what was found in the sheet."""
        sheet = self._sheets[place]
        return Survey({**sheet.left, **self._of_book}, sheet.spans)

    def _take(self, sheet: _Sheet, piece: bytes) -> None:
        for mark, what in _LEFT.items():
            sheet.left[what] += piece.count(mark)
        _check_drawings(piece)
        if _MANY_BLANKS.search(piece):
            raise Refused("delivery.unreadable", format="OpenDocument")
        self._unread = self._unread or _UNREAD.search(piece) is not None
        _measure(sheet, piece)
        self._extent.check(sheet.rows, sheet.columns)


def _check_drawings(piece: bytes) -> None:
    """Refuse a text that stands in a cell and is not the cell's: the library takes it for it."""
    if b"<draw:" not in piece and b"<text:note" not in piece and b"<text:ruby" not in piece:
        return
    rows = _ON_SHEET.sub(b"", piece)
    for found in _BESIDE.finditer(rows):
        end = rows.find(b"</" + found[1] + b">", found.end())
        if found[1].startswith(b"text:") or (end > 0 and _TEXT.search(rows, found.end(), end)):
            raise Refused("delivery.text_in_drawing")


def _measure(sheet: _Sheet, piece: bytes) -> None:
    """Follow how far a sheet reaches; empty rows count only where others come after."""
    looked_at = across = end = 0
    value = -1
    for found in _OFTEN.finditer(piece):
        tag = _tag_of(piece, found.start())
        if tag >= end:
            # Another row than before; each is searched once.
            end = piece.find(_ROW_END, tag)
            end = end if end >= 0 else len(piece)
            value, across = piece.rfind(_VALUE, tag, end), 0
        filled, count = value >= tag, int(found[2])
        if found[1] == b"columns":
            across += count
            sheet.columns = max(sheet.columns, across if filled else 1)
            continue
        _rows_before(sheet, piece, looked_at, tag)
        looked_at = tag
        if filled and not _is_closed(piece, found.end()):
            sheet.rows, sheet.waiting = sheet.rows + sheet.waiting + count, 0
        else:
            sheet.waiting += count
    _rows_before(sheet, piece, looked_at, len(piece))


def _tag_of(piece: bytes, at: int) -> int:
    tag = piece.rfind(b"<", max(0, at - _LONGEST_TAG), at)
    return tag if tag >= 0 else at


def _is_closed(piece: bytes, at: int) -> bool:
    """Tell whether the tag that goes on here has no content."""
    end = piece.find(b">", at, at + _LONGEST_TAG)
    return end > 0 and piece[end - 1 : end] == b"/"


def _rows_before(sheet: _Sheet, piece: bytes, start: int, end: int) -> None:
    """Count the rows that are written in a part of a piece."""
    count = piece.count(_ROW_END, start, end)
    if piece.find(_VALUE, start, end) >= 0:
        sheet.rows, sheet.waiting = sheet.rows + sheet.waiting + count, 0
    else:
        sheet.waiting += count


def _spans(piece: bytes) -> Iterator[Span]:
    """Give the cells that were joined, in the first rows."""
    row, following, column = -1, 0, 0
    for tag, said in _TAG.findall(piece):
        if tag == b"table-row":
            row, column = following, 0
            following = row + _number(_ROWS_REPEATED, said)
            if row >= _HEADER_ROWS:
                return
            continue
        spanned = _number(_SPANNED, said)
        if spanned > 1:
            yield Span(row, column, column + spanned - 1)
        column += _number(_REPEATED, said)


def _number(of: re.Pattern[bytes], said: bytes) -> int:
    found = of.search(said)
    return int(found[1]) if found else 1
