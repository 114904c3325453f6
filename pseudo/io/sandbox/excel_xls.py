# SPDX-License-Identifier: Apache-2.0
"""In the child: the records of an .xls, as far as the library does not tell of them.

Source: [MS-XLS] 2.1.4 (records) and 2.4 (their kinds).
"""

from __future__ import annotations

import struct
from collections import Counter
from collections.abc import Collection, Iterator

from pseudo.io.sandbox.compound import Compound
from pseudo.io.sandbox.excel_package import Package, Survey
from pseudo.io.sandbox.verdict import Refused

__all__ = ["Xls"]

_BEGIN, _END = frozenset({0x0009, 0x0209, 0x0409, 0x0809}), 0x000A
_SHEET, _NAME, _PASSWORD = 0x0085, 0x0018, 0x002F
_LEFT = {0x0006: "formulas", 0x0206: "formulas", 0x0406: "formulas", 0x001C: "comments"}
_ERROR = 0x0205


class Xls(Package):
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
        for kind, at in _records(self._stream, 0, {_PASSWORD, _SHEET, _NAME}):
            if kind == _PASSWORD:
                raise Refused("delivery.encrypted", found="Excel")
            if kind == _SHEET:
                self._starts.append(struct.unpack_from("<I", self._stream, at)[0])
            self._names += kind == _NAME

    @property
    def sheets(self) -> int:
        """How many sheets it names."""
        return len(self._starts)

    def survey(self, place: int) -> Survey:
        """Count what is not taken among the records of the sheet."""
        left: Counter[str] = Counter()
        for kind, at in _records(self._stream, self._starts[place], {*_LEFT, _ERROR}):
            if kind == _ERROR:
                # Truth values have the same kind of record, and this byte is 0 there.
                left["errors"] += self._stream[at + 7]
            else:
                left[_LEFT[kind]] += 1
        left.update(macros=self._macros, defined_names=self._names)
        return Survey(left)


def _records(stream: bytes, at: int, wanted: Collection[int]) -> Iterator[tuple[int, int]]:
    """Give the kind of each record that is wanted, and where its body begins.

    Only those of the substream that begins at ``at`` itself: charts within a sheet have one
    of their own.
    """
    depth, end, read = 0, len(stream) - 4, struct.Struct("<HH").unpack_from
    while at <= end:
        kind, length = read(stream, at)
        if kind in _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1 and kind in wanted:
            yield kind, at + 4
        at += 4 + length
