# SPDX-License-Identifier: Apache-2.0
"""In the child: what the cells of a column are, and how they become a column of Arrow.

===========================  ========================================================
all cells are                the column is
===========================  ========================================================
numbers                      ``float64``
true or false                ``bool``
days                         ``date32``
days and moments             ``timestamp[us]``
anything else                ``string``, each cell as texts are written (decision 12)
===========================  ========================================================

An empty cell is null, and so is one whose formula failed.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, field

import pyarrow as pa

from pseudo.io.sandbox.plain import number_text

__all__ = ["Cell", "Column", "Kinds", "text_of"]

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""What the library gives; an empty text where nothing stands."""

_KINDS: tuple[tuple[frozenset[type], pa.DataType], ...] = (
    (frozenset({int, float}), pa.float64()),
    (frozenset({bool}), pa.bool_()),
    (frozenset({dt.date}), pa.date32()),
    (frozenset({dt.date, dt.datetime}), pa.timestamp("us")),
)


@dataclass(slots=True)
class Kinds:
    """What cells are, as far as they were looked at.

    Attributes:
        types: Their types, without that of empty cells.
        blanks: Whether a cell was empty.
    """

    types: set[type] = field(default_factory=set)
    blanks: bool = False

    def add(self, cells: Sequence[Cell]) -> None:
        """Look at more cells."""
        found = set(map(type, cells))
        if str in found:
            self.blanks = self.blanks or "" in cells
            if str not in self.types and not any(cell for cell in cells if type(cell) is str):
                found.discard(str)
        self.types |= found


class Column:
    """A column of a sheet.

    Args:
        name: What the header calls it.
        place: Its place among the sheet's columns, from 0.
        kinds: What its cells are.

    Attributes:
        name: The name.
        place: The place.
        type: Its type in Arrow.
    """

    def __init__(self, name: str, place: int, kinds: Kinds) -> None:
        self.name, self.place = name, place
        types = kinds.types
        self.type = next(
            (kind for all_of, kind in _KINDS if types and types <= all_of), pa.string()
        )
        self._blanks = kinds.blanks
        self._mixed = bool(types - {str})

    def taken(self, cells: Sequence[Cell]) -> pa.Array:
        """Make Arrow of some of its cells."""
        if self.type == pa.string() and self._mixed:
            return pa.array([None if cell == "" else text_of(cell) for cell in cells], self.type)
        if self._blanks:
            cells = [None if cell == "" else cell for cell in cells]  # type: ignore[misc]
        if pa.types.is_timestamp(self.type):
            cells = [_moment(cell) for cell in cells]  # type: ignore[misc]
        return pa.array(cells, self.type)


def text_of(cell: Cell) -> str:
    """Write a cell as texts in every format are written (design decision 12)."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, dt.timedelta):
        return _duration(cell)
    if isinstance(cell, dt.date | dt.time):
        return _without_zeros(cell.isoformat())
    return str(cell)


def _moment(cell: Cell | None) -> object:
    """Give a moment; a day is its midnight."""
    if type(cell) is dt.date:
        return dt.datetime.combine(cell, dt.time.min)
    return cell


def _duration(length: dt.timedelta) -> str:
    """Write a length of time as hours, which may be more than a day's."""
    sign, length = ("-", -length) if length < dt.timedelta(0) else ("", length)
    minutes, seconds = divmod(length.days * 86_400 + length.seconds, 60)
    written = f"{sign}{minutes // 60:02}:{minutes % 60:02}:{seconds:02}"
    return _without_zeros(f"{written}.{length.microseconds:06}")


def _without_zeros(written: str) -> str:
    whole, _, fraction = written.partition(".")
    fraction = fraction.rstrip("0")
    return f"{whole}.{fraction}" if fraction else whole
