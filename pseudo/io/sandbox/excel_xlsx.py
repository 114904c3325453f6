# SPDX-License-Identifier: Apache-2.0
"""In the child: the parts of an .xlsx or .xlsm, as far as the library does not tell of them.

Source: ECMA-376 part 1, 12 (packages), 18.2 (workbook) and 18.3 (worksheets).
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from pseudo.io.sandbox.excel_package import Extent, Package, Survey
from pseudo.io.sandbox.excel_zip import Parts, cut_at
from pseudo.io.sandbox.verdict import Refused

__all__ = ["Xlsx"]

_PACKAGE = "_rels/.rels"
_WORKBOOK = "workbook.xml"
_RELATIONS = "_rels/workbook.xml.rels"
_DOCUMENT = "/relationships/officeDocument"
_DIMENSION = re.compile(rb"<(?:\w+:)?dimension\s[^>]{0,120}?ref=[\"']([^\"']{1,40})[\"']")
_DATA = re.compile(rb"<(\w+:)?sheetData\b")
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|is|f)[\s>]")
_REFERENCE = re.compile(r"\$?([A-Z]{1,3})\$?([0-9]{1,7})")
# Cells beyond column Z, which few tables have: up to there every sheet is small enough.
_WIDE = re.compile(rb"r=[\"']([A-Za-z]{2,7})[0-9]")
_ROW = re.compile(rb"row [^>]{0,120}?r=[\"']([0-9]{1,10})")
# A cell can say that it stands in another row than where it stands. Up to a million rows
# only a sheet that is wide as well is too large, and the library ends at that.
_FAR = re.compile(rb"r=[\"'][A-Za-z]{1,7}([0-9]{7,10})")
_UNCALCULATED = re.compile(
    rb"(?:</(?:\w+:)?f>|<(?:\w+:)?f(?:\s[^>]{0,120})?/>)\s*"
    rb"(?:</(?:\w+:)?c>|<(?:\w+:)?v\s*/>|<(?:\w+:)?v></(?:\w+:)?v>)"
)
# Whatever the prefix.
_ROW_END = b"row>"


class Xlsx(Package):
    """See :class:`~pseudo.io.sandbox.excel_package.Package`.

    Args:
        parts: Its parts.
        extent: How large a sheet may be.
    """

    def __init__(self, parts: Parts, extent: Extent) -> None:
        self._parts, self._extent = parts, extent
        folder = _folder(parts.tree(_PACKAGE))
        book = parts.tree(folder + _WORKBOOK)
        targets = {
            each.get("Id", ""): _part(folder, each.get("Target", ""))
            for each in parts.tree(folder + _RELATIONS)
            if each.get("TargetMode") != "External"
        }
        sheets = [each for each in _children(book, "sheets") if _plain(each.tag) == "sheet"]
        self._sheets = [targets.get(_relation(each), "") for each in sheets]
        self._names = sum(1 for _ in _children(book, "definedNames"))

    @property
    def sheets(self) -> int:
        """How many sheets it lists."""
        return len(self._sheets)

    def size(self, place: int) -> int:
        """Give the bytes of the sheet's part."""
        name = self._sheets[place]
        return self._parts.size(name) if name in self._parts else 0

    def is_filled(self, place: int) -> bool:
        """Look for the first value in the sheet's part."""
        return any(map(_VALUE.search, self._pieces(self._sheets[place])))

    def survey(self, place: int) -> Survey:
        """Look through the sheet's part; what it says of its size is looked at first."""
        pieces = self._pieces(self._sheets[place])
        left: Counter[str] = Counter()
        rows = columns = 1
        data = None
        for piece in pieces:
            if data is None:
                self._check_declared(piece)
                data = _DATA.search(piece)
            rows, columns = max(rows, _last_row(piece)), max(columns, _last_column(piece))
            self._extent.check(rows, columns)
            left["errors"] += piece.count(b't="e"')
            formula = b"<" + (data[1] or b"" if data else b"") + b"f"
            if formula in piece:
                left["formulas"] += piece.count(formula + b">") + piece.count(formula + b" ")
                left["uncalculated"] += len(_UNCALCULATED.findall(piece))
        return Survey({**left, **self._of_book()})

    def _pieces(self, name: str) -> Iterator[bytes]:
        if name not in self._parts:
            raise Refused("delivery.unreadable", format="Excel")
        return cut_at(_ROW_END, self._parts.pieces(name))

    def _check_declared(self, piece: bytes) -> None:
        said = _DIMENSION.search(piece)
        ends = _REFERENCE.findall(said[1].decode("latin-1")) if said else []
        if ends:
            (left, top), (right, bottom) = ends[0], ends[-1]
            columns = _column(right) - _column(left) + 1
            self._extent.check(abs(int(bottom) - int(top)) + 1, max(columns, 1))

    def _of_book(self) -> dict[str, int]:
        """Count what the workbook holds beside its sheets."""
        names = list(self._parts)
        comments = [name for name in names if _is_comments(name)]
        return {
            "comments": sum(
                piece.count(b"<comment ") for name in comments for piece in self._pieces(name)
            ),
            "defined_names": self._names,
            "macros": sum(name.endswith("vbaproject.bin") for name in names),
            "charts": sum(name.startswith("xl/charts/chart") for name in names),
            "pictures": sum(name.startswith("xl/media/") for name in names),
        }


def _is_comments(name: str) -> bool:
    return "comments" in name and name.endswith(".xml")


def _last_row(piece: bytes) -> int:
    return max(map(int, _ROW.findall(piece) + _FAR.findall(piece)), default=0)


def _last_column(piece: bytes) -> int:
    found = {name.decode().upper() for name in _WIDE.findall(piece)}
    return max(map(_column, found), default=0)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


def _children(root: Element, name: str) -> Iterator[Element]:
    return (child for each in root if _plain(each.tag) == name for child in each)


def _plain(tag: str) -> str:
    return tag.rpartition("}")[2]


def _relation(sheet: Element) -> str:
    return next((value for name, value in sheet.items() if _plain(name) == "id"), "")


def _folder(package: Element) -> str:
    """Give the folder of the workbook's part, as the library finds it."""
    targets = [
        each.get("Target", "") for each in package if each.get("Type", "").endswith(_DOCUMENT)
    ]
    target = targets[-1].removeprefix("/")
    return target[: target.rfind("/") + 1]


def _part(folder: str, target: str) -> str:
    return target[1:] if target.startswith("/") else folder + target
