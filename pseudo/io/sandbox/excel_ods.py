# SPDX-License-Identifier: Apache-2.0
"""In the child: the content of an .ods, as far as the library does not tell of it.

Source: OpenDocument 1.3 part 3, 9.1 (tables): cells and rows are written once and repeated.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat

from pseudo.io.sandbox.excel_package import Extent, Span, Survey
from pseudo.io.sandbox.excel_zip import Parts
from pseudo.io.sandbox.verdict import Refused

__all__ = ["Ods"]

_CONTENT = "content.xml"
_MANIFEST = "META-INF/manifest.xml"
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0 "
_TABLE = "urn:oasis:names:tc:opendocument:xmlns:table:1.0 "
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_NAMES = (f"{_TABLE}named-range", f"{_TABLE}named-expression")
_HEADER_ROWS = 100
_LARGEST_REPEAT = 2**31


@dataclass(slots=True)
class _Sheet:
    """What was found in a sheet so far.

    Attributes:
        left: What is not taken.
        spans: Cells that were joined, in the first rows.
        rows: Rows up to the last in which something stands.
        columns: Columns up to the last in which something stands.
        passed: Rows that ended.
        repeated: How often the row that has begun stands there.
        across: Columns that it has so far.
        filled: Columns up to the last of it in which something stands.
    """

    left: Counter[str] = field(default_factory=Counter)
    spans: list[Span] = field(default_factory=list)
    rows: int = 0
    columns: int = 0
    passed: int = 0
    repeated: int = 1
    across: int = 0
    filled: int = 0


class Ods:
    """See :class:`~pseudo.io.sandbox.excel_package.Package`.

    All sheets are in one part, which the library reads whole; so it is looked through at
    once.

    Args:
        parts: Its parts.
        extent: How large a sheet may be.

    Raises:
        Refused: A sheet is too large, or the file needs a password.
    """

    def __init__(self, parts: Parts, extent: Extent) -> None:
        if _MANIFEST in parts and any(
            b"encryption-data" in part for part in parts.pieces(_MANIFEST)
        ):
            raise Refused("delivery.encrypted", found="OpenDocument")
        self._extent = extent
        self._sheets: list[_Sheet] = []
        self._names = 0
        self._look_through(parts)
        self.sheets = len(self._sheets)
        self._of_book = {
            "defined_names": self._names,
            "macros": sum(name.startswith("Basic/") for name in parts),
            "charts": sum(
                name.startswith("Object ") and name.endswith("/content.xml") for name in parts
            ),
            "pictures": sum(name.startswith("Pictures/") for name in parts),
        }

    def size(self, place: int) -> int:
        """Give nothing: all was looked through already."""
        del place
        return 0

    def is_filled(self, place: int) -> bool:
        """Tell whether a cell has a value."""
        return self._sheets[place].rows > 0

    def survey(self, place: int) -> Survey:
        """Give what was found in the sheet."""
        sheet = self._sheets[place]
        return Survey({**sheet.left, **self._of_book}, sheet.spans)

    def _look_through(self, parts: Parts) -> None:
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = self._begin
        parser.EndElementHandler = self._end
        parser.StartDoctypeDeclHandler = _refuse
        for piece in parts.pieces(_CONTENT):
            parser.Parse(piece, False)
        parser.Parse(b"", True)

    def _begin(self, tag: str, said: Mapping[str, str]) -> None:
        if tag in _CELLS:
            self._take_cell(self._sheets[-1], said)
        elif tag == f"{_TABLE}table-row":
            sheet = self._sheets[-1]
            sheet.across = sheet.filled = 0
            sheet.repeated = _number(said, "number-rows-repeated")
        elif tag == f"{_TABLE}table":
            self._sheets.append(_Sheet())
        elif tag == f"{_OFFICE}annotation":
            self._sheets[-1].left["comments"] += 1
        elif tag in _NAMES:
            self._names += 1

    def _end(self, tag: str) -> None:
        if tag != f"{_TABLE}table-row":
            return
        sheet = self._sheets[-1]
        sheet.passed += sheet.repeated
        if sheet.filled:
            sheet.rows, sheet.columns = sheet.passed, max(sheet.columns, sheet.filled)
            self._extent.check(sheet.rows, sheet.columns)

    def _take_cell(self, sheet: _Sheet, said: Mapping[str, str]) -> None:
        spanned = _number(said, "number-columns-spanned")
        if spanned > 1 and sheet.passed < _HEADER_ROWS:
            sheet.spans.append(Span(sheet.passed, sheet.across, sheet.across + spanned - 1))
        sheet.across += _number(said, "number-columns-repeated")
        if f"{_OFFICE}value-type" in said:
            sheet.filled = sheet.across
        if f"{_TABLE}formula" in said:
            sheet.left["formulas"] += 1


def _refuse(*_: object) -> None:
    raise Refused("delivery.unreadable", format="OpenDocument")


def _number(said: Mapping[str, str], name: str) -> int:
    number = int(said.get(f"{_TABLE}{name}", "1"))
    return min(max(number, 1), _LARGEST_REPEAT)
