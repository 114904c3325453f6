# SPDX-License-Identifier: Apache-2.0
"""In the child: where the header of a sheet is, and what it calls the columns.

Told rows are the header: the texts of several rows are joined by a blank, and a text in
cells that were joined stands for all columns of these. Where nothing was told, it is the
first row that names every column, and above it there may be a title, which fills a third
of the columns at most. A row that holds data is no header.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from pseudo.io.names import is_data
from pseudo.io.sandbox.excel_cells import Cell, text_of
from pseudo.io.sandbox.excel_package import Span
from pseudo.io.sandbox.verdict import Refused

__all__ = ["Header", "find_header"]

_LOOKED_AT = 50
_TITLE = 3


@dataclass(frozen=True, slots=True)
class Header:
    """The header of a sheet.

    Attributes:
        names: What it calls the columns from the first that holds anything on; empty where
            it does not.
        last: Number of its last row, as a spreadsheet program shows it.
    """

    names: tuple[str, ...]
    last: int


def find_header(sheet: Any, told: Sequence[int] | None, spans: Sequence[Span] | None) -> Header:
    """Find the header.

    Args:
        sheet: The library's sheet.
        told: First and last row of the header, from 1.
        spans: Which cells of the sheet were joined; None where the library knows.

    Raises:
        Refused: There is none where it was told, or none that can be found.
    """
    if told is None:
        return _found(sheet)
    first, last = told
    rows = list(islice(sheet.iter_rows(), first - 1, last))
    joined = [span for span in _spans(sheet, spans) if first <= span.row + 1 <= last]
    for span in joined:
        _spread(rows[span.row + 1 - first : span.row + 2 - first], span, sheet.start[1])
    texts = [[_text(cell) for cell in row] for row in rows]
    names = tuple(" ".join(filter(None, parts)) for parts in zip(*texts, strict=True))
    if not any(names) or any(map(is_data, names)):
        raise Refused("delivery.no_header_row", record=first)
    return Header(names, last)


def _found(sheet: Any) -> Header:
    start = sheet.start[0]
    rows = list(islice(sheet.iter_rows(), start, start + _LOOKED_AT))
    filled = [len(row) - row.count("") for row in rows]
    widest = max(filled)
    at = next(place for place, count in enumerate(filled) if count * _TITLE > widest)
    row = rows[at]
    if filled[at] < widest or any(
        cell != "" and (not isinstance(cell, str) or is_data(cell)) for cell in row
    ):
        raise Refused("delivery.no_header_row", record=start + at + 1)
    return Header(tuple(_text(cell) for cell in row), start + at + 1)


def _spans(sheet: Any, spans: Sequence[Span] | None) -> Sequence[Span]:
    """Give the cells that were joined, each with the columns that they take up."""
    if spans is not None:
        return spans
    found = sheet.merged_cell_ranges or ()
    return [Span(first[0], first[1], last[1]) for first, last in found]


def _spread(rows: list[list[Cell]], span: Span, left: int) -> None:
    """Write the text of joined cells in each of their columns."""
    for row in rows:
        if 0 <= span.first - left < len(row):
            for column in range(span.first - left + 1, min(span.last - left + 1, len(row))):
                row[column] = row[span.first - left]


def _text(cell: Cell) -> str:
    """Give the text of a header's cell, in one line."""
    return " ".join(text_of(cell).split())
