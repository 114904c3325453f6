# SPDX-License-Identifier: Apache-2.0
"""In the child: the records of an .xls, as far as the library does not tell of them.

Source: [MS-XLS] 2.1.4 (records) and 2.4 (their kinds).
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Iterator

from pseudo.io.sandbox.compound import Compound
from pseudo.io.sandbox.excel_package import Survey
from pseudo.io.sandbox.verdict import Refused

__all__ = ["Xls"]

_BEGIN, _END = (0x0009, 0x0209, 0x0409, 0x0809), 0x000A
_SHEET, _NAME, _PASSWORD = 0x0085, 0x0018, 0x002F
_CHART = 0x0020
_LEFT = {0x0006: "formulas", 0x0206: "formulas", 0x0406: "formulas", 0x001C: "comments"}
_ERROR = 0x0205


class Xls:
    """See :class:`~pseudo.io.sandbox.excel_package.Package`.

    A sheet has at most 65,536 rows of 256 columns, for which there always is the memory.

    Args:
        data: The whole file.

    Raises:
        Refused: It needs a password.
    """

    def __init__(self, data: bytes) -> None:
        compound = Compound(data)
        name = next(each for each in ("Workbook", "Book") if each in compound.names)
        self._stream = compound.stream(name)
        self._macros = int("_VBA_PROJECT_CUR" in compound.names)
        self._starts: list[int] = []
        self._names = 0
        for kind, body in _records(self._stream, 0):
            if kind == _PASSWORD:
                raise Refused("delivery.encrypted", found="Excel")
            if kind == _SHEET:
                self._starts.append(struct.unpack_from("<I", body)[0])
            self._names += kind == _NAME
        self.sheets = len(self._starts)

    def size(self, place: int) -> int:
        """Give nothing: the records of a sheet are few enough."""
        del place
        return 0

    def is_filled(self, place: int) -> None:
        """Leave it to the library, which has read all sheets already."""
        del place

    def survey(self, place: int) -> Survey:
        """Count what is not taken among the records of the sheet."""
        left: Counter[str] = Counter()
        for kind, body in _records(self._stream, self._starts[place]):
            if kind in _LEFT:
                left[_LEFT[kind]] += 1
            elif kind == _ERROR and len(body) >= 8:
                left["errors"] += body[7]
        left.update(macros=self._macros, defined_names=self._names)
        return Survey(left)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Give the kind and the body of each record of a substream, and of what is within it."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, at)
        depth += (kind in _BEGIN) - (kind == _END)
        # Charts within a sheet have a substream of their own.
        if depth == 1:
            yield kind, stream[at + 4 : at + 4 + length]
        if depth <= 0:
            return
        at += 4 + length
