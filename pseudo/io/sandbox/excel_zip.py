# SPDX-License-Identifier: Apache-2.0
"""In the child: the parts of a workbook that is a zip archive, never more than it may hold."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from xml.etree.ElementTree import Element, TreeBuilder, XMLParser

from pseudo.io.sandbox.unpack import most_unpacked
from pseudo.io.sandbox.verdict import Refused

__all__ = ["Parts", "cut_at"]

_MOST_PARTS = 20_000
_LARGEST_TREE = 16 * 1024 * 1024
_PIECE = 1024 * 1024


class Parts:
    """The parts, by their names, in which capitals do not count.

    Args:
        data: The archive.

    Raises:
        Refused: It is encrypted, or would unpack to too much.
        zipfile.BadZipFile: It is damaged, or two parts have one name.
    """

    def __init__(self, data: bytes) -> None:
        self._archive = zipfile.ZipFile(io.BytesIO(data))
        entries = self._archive.infolist()
        if any(entry.flag_bits & 1 for entry in entries):
            raise Refused("delivery.encrypted", found="Excel")
        # The library takes a part by such a name, too.
        self._entries = {entry.filename.replace("\\", "/").lower(): entry for entry in entries}
        # Parts that share bytes or a name are made so that readers differ in what they see.
        sound = sum(entry.compress_size for entry in entries) <= len(data)
        if not sound or len(self._entries) < len(entries) or len(entries) > _MOST_PARTS:
            raise zipfile.BadZipFile
        limit = most_unpacked(len(data))
        if sum(entry.file_size for entry in entries) > limit:
            raise Refused("delivery.unpacks_to_too_much", limit=limit)

    def __contains__(self, name: str) -> bool:
        return name.lower() in self._entries

    def __iter__(self) -> Iterator[str]:
        """Give the names in small letters."""
        return iter(self._entries)

    def size(self, name: str) -> int:
        """Give the bytes that a part has when it is unpacked."""
        return self._entries[name.lower()].file_size

    def pieces(self, name: str) -> Iterator[bytes]:
        """Unpack a part, piece by piece."""
        with self._archive.open(self._entries[name.lower()]) as opened:
            while piece := opened.read(_PIECE):
                yield piece

    def tree(self, name: str) -> Element:
        """Parse a part that is small.

        Raises:
            Refused: It is not, or it declares a document type, as no workbook does.
        """
        # Without a document type nothing can be declared that would expand.
        parser = XMLParser(target=_Plain())  # noqa: S314
        if self.size(name) > _LARGEST_TREE:
            raise Refused("delivery.unreadable", format="Excel")
        for piece in self.pieces(name):
            parser.feed(piece)
        root: Element = parser.close()
        return root


def cut_at(end: bytes, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Cut a part anew, so that no row is cut in two unless it is longer than a piece.

    Args:
        end: What ends a row.
        pieces: The part as it is unpacked.
    """
    waiting = b""
    for data in pieces:
        piece = waiting + data
        at = piece.rfind(end)
        # A tag is not cut in two either.
        cut = at + len(end) if at >= 0 else max(0, piece.rfind(b"<"), len(piece) - _PIECE)
        waiting = piece[cut:]
        yield piece[:cut]
    yield waiting


class _Plain(TreeBuilder):
    """Builds a tree, of a document that has no type."""

    def doctype(self, *_: str | None) -> None:
        """Refuse the document."""
        raise Refused("delivery.unreadable", format="Excel")
