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

import pyarrow as pa

from pseudo.io.sandbox.plain import number_text

__all__ = ["Cell", "Column", "text_of"]

Cell = str | int | float | bool | dt.date | dt.datetime | dt.time | dt.timedelta
"""What the library gives; an empty text where nothing stands."""

_KINDS: tuple[tuple[frozenset[type], pa.DataType], ...] = (
    (frozenset(), pa.null()),
    (frozenset({int, float}), pa.float64()),
    (frozenset({bool}), pa.bool_()),
    (frozenset({dt.date}), pa.date32()),
    (frozenset({dt.date, dt.datetime}), pa.timestamp("us")),
)
_MOMENTS = frozenset({pa.date32(), pa.timestamp("us")})


class Column:
    """A column of a sheet, of which cells are added piece by piece.

    A piece becomes what its own cells are, and text later where other pieces are not the
    same; the texts are those that the cells would have become.

    Args:
        name: What the header calls it.
        place: Its place among the sheet's columns, from 0.

    Attributes:
        name: The name.
        place: The place.
        type: Its type in Arrow, once it is finished.
        pieces: Its cells, piece by piece.
    """

    def __init__(self, name: str, place: int) -> None:
        self.name, self.place = name, place
        self.type = pa.null()
        self.pieces: list[pa.Array] = []

    def add(self, cells: Sequence[Cell]) -> None:
        """Take the cells of some more rows."""
        types = set(map(type, cells))
        blanks = str in types and "" in cells
        if blanks and not any(type(cell) is str and cell for cell in cells):
            types.discard(str)
        kind = next((kind for all_of, kind in _KINDS if types <= all_of), pa.string())
        if kind == pa.string() and types != {str}:
            found = [None if cell == "" else text_of(cell) for cell in cells]
        elif blanks:
            found = [None if cell == "" else cell for cell in cells]  # type: ignore[misc]
        else:
            found = cells  # type: ignore[assignment]
        if pa.types.is_timestamp(kind):
            found = [_moment(cell) for cell in found]  # type: ignore[misc]
        self.pieces.append(pa.array(found, kind))

    @property
    def is_filled(self) -> bool:
        """Whether anything stands in it."""
        return any(piece.null_count < len(piece) for piece in self.pieces)

    def finish(self) -> None:
        """Make all pieces the same; of nothing but empty cells, a column of texts."""
        kinds = {piece.type for piece in self.pieces} - {pa.null()}
        if len(kinds) == 1:
            self.type = kinds.pop()
        elif kinds and kinds <= _MOMENTS:
            self.type = pa.timestamp("us")
        else:
            self.type = pa.string()
        self.pieces = [self._alike(piece) for piece in self.pieces]

    def _alike(self, piece: pa.Array) -> pa.Array:
        if piece.type == self.type:
            return piece
        if self.type != pa.string() or pa.types.is_null(piece.type):
            return piece.cast(self.type)
        texts = [None if cell is None else text_of(cell) for cell in piece.to_pylist()]
        return pa.array(texts, self.type)


def text_of(cell: Cell) -> str:
    """Write a cell as texts in every format are written (design decision 12)."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        return number_text(cell)
    if isinstance(cell, dt.timedelta):
        return _duration(cell)
    if isinstance(cell, dt.datetime) and cell.time() == dt.time.min:
        return cell.date().isoformat()
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
