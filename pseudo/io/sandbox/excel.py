# SPDX-License-Identifier: Apache-2.0
"""In the child: workbooks, of which one sheet is read.

========================  ===========================================================
room                      what it is
========================  ===========================================================
:mod:`.excel_package`     which kind of workbook it is, and what is asked of each kind
:mod:`.excel_xlsx`        the parts of an .xlsx or .xlsm: sizes, and what is not taken
:mod:`.excel_ods`         the same of an .ods
:mod:`.excel_xls`         the same of an .xls, whose streams :mod:`.compound` gives
:mod:`.excel_header`      where the header is, and what it calls the columns
:mod:`.excel_cells`       what the cells of a column are, and as Arrow
========================  ===========================================================

Cells come from the library one by one with the type that each has, so a number is never
taken for a date or a text, and what a formula gave last is its value. Columns are what
their cells are, and texts where these differ. Rows in which nothing stands are passed over,
and every other has the number that a spreadsheet program shows. Rows and columns that are
hidden are read like any other: what somebody filtered is still delivered.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from itertools import islice
from typing import Any, TypeVar

import numpy as np
import pyarrow as pa

from pseudo.io.sandbox.excel_cells import Cell, Column
from pseudo.io.sandbox.excel_header import Header, find_header
from pseudo.io.sandbox.excel_package import Package, Survey, attempted, package_of
from pseudo.io.sandbox.facts import FileFacts
from pseudo.io.sandbox.input_file import InputFile
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.sandbox.worker import Parsed, check_columns

__all__ = ["parse"]

Looked = TypeVar("Looked")

_NUMBER = ""
# Cells that are Python objects at a time.
_CELLS = 100_000
# What is no larger is looked through before the library reads it, and not meanwhile.
_SMALL = 8 * 1024 * 1024

Rows = tuple[list[list[Cell]], Sequence[int]]


@dataclass(frozen=True, slots=True)
class _Choice:
    """The sheet that is read, and what stays behind for that."""

    place: int
    name: str
    left: Mapping[str, int]


def parse(file: InputFile, order: Mapping[str, Any]) -> Parsed:
    """Open a workbook; see :mod:`pseudo.io.sandbox.registry`.

    Raises:
        Refused: It is none, damaged, encrypted, too large, or has no header; or it is not
            said which of its sheets is meant.
    """
    data = file.read()
    told = order["arguments"]
    package = package_of(data, order["memory"])
    book, _ = _both(package.opened_size, package.look_through, lambda: _opened(data))
    mended = attempted(package.mended)
    if mended is not None:
        book = attempted(lambda: _opened(mended))
    choice = _chosen(book, package, told.get("table"))
    sheet, survey = _loaded(book, package, choice.place)
    if sheet.start is None:
        raise Refused("delivery.no_columns")
    check_columns(sheet.width)
    header = attempted(lambda: find_header(sheet, told.get("header_rows"), survey.spans))
    most = max(1, min(order["rows"], _CELLS // sheet.width))
    columns, numbers = _columns(header, _data(sheet, header, most))
    schema = pa.schema([(column.name, column.type) for column in columns])
    facts = FileFacts(
        table=choice.name,
        not_taken={**choice.left, **survey.left},
        numbered=True,
        header_row=header.last,
    )
    numbered = schema.append(pa.field(_NUMBER, pa.int64()))
    rows = sum(map(len, numbers))
    return Parsed(numbered, rows, partial(_batches, columns, numbers), facts)


def _opened(data: bytes) -> Any:
    from python_calamine import CalamineWorkbook

    return CalamineWorkbook.from_filelike(io.BytesIO(data))


def _chosen(book: Any, package: Package, told: object) -> _Choice:
    """Find the sheet that is meant: the one that was told, or the only one with rows.

    Numbers count the sheets that a spreadsheet program shows; names name any.
    """
    from python_calamine import SheetTypeEnum, SheetVisibleEnum

    found = book.sheets_metadata
    # The library finds a sheet by its name, and would take another of the same one.
    if len(found) != package.sheets or len({each.name for each in found}) < len(found):
        raise Refused("delivery.unreadable", format="Excel")
    charts = [place for place, each in enumerate(found) if each.typ != SheetTypeEnum.WorkSheet]
    sheets = [place for place in range(len(found)) if place not in charts]
    shown = [place for place in sheets if found[place].visible == SheetVisibleEnum.Visible]
    alone = told is None and len(shown) == 1
    # A single sheet is found to be empty when it is read, and is not read twice for that.
    filled = [place for place in shown if alone or _is_filled(book, package, place)]
    names = [found[place].name for place in shown]
    if told is None and len(filled) > 1:
        raise Refused("usage.several_tables", tables=names)
    if told is None and not filled:
        raise Refused("delivery.no_columns")
    chosen = filled[0] if told is None else None
    if isinstance(told, str):
        chosen = next((place for place in sheets if found[place].name == told), None)
    elif isinstance(told, int) and 0 < told <= len(shown):
        chosen = shown[told - 1]
    if chosen is None:
        raise Refused("usage.no_such_table", tables=names)
    left = {
        "hidden_sheets": len(set(sheets) - set(shown) - {chosen}),
        "other_sheets": len(set(filled) - {chosen}),
        "chart_sheets": len(charts),
    }
    return _Choice(chosen, found[chosen].name, left)


def _is_filled(book: Any, package: Package, place: int) -> bool:
    said = attempted(lambda: package.is_filled(place))
    if said is not None:
        return said
    return attempted(lambda: book.get_sheet_by_index(place)).start is not None


def _loaded(book: Any, package: Package, place: int) -> tuple[Any, Survey]:
    """Let the library read the sheet, and look through it for what is not taken."""
    look = partial(package.survey, place)
    return _both(package.size(place), look, lambda: book.get_sheet_by_index(place))


def _both(size: int, look: Callable[[], Looked], read: Callable[[], Any]) -> tuple[Any, Looked]:
    """Let the library read something, and look through the same: first, or meanwhile."""
    with ThreadPoolExecutor(1) as beside:
        looking = beside.submit(attempted, look)
        if size <= _SMALL:
            looking.result()
        found = attempted(read)
        return found, looking.result()


def _data(sheet: Any, header: Header, most: int) -> Iterator[Rows]:
    """Give the rows below the header in which something stands, with their numbers."""
    rows = islice(sheet.iter_rows(), header.last, None)
    first = header.last + 1
    # A number that is shown as a time is one only up to a limit, which the library finds here.
    while found := attempted(lambda: list(islice(rows, most))):
        width = len(found[0])
        held = [place for place, row in enumerate(found) if row.count("") < width]
        if len(held) == len(found):
            yield found, range(first, first + len(found))
        elif held:
            yield [found[place] for place in held], [first + place for place in held]
        first += len(found)


def _columns(header: Header, data: Iterator[Rows]) -> tuple[list[Column], list[pa.Array]]:
    """Take the cells column by column, and the numbers of the rows, piece by piece.

    A column without a name in which nothing stands is none.
    """
    columns = [Column(name, place) for place, name in enumerate(header.names)]
    numbers = []
    for rows, found in data:
        numbers.append(pa.array(np.asarray(found, dtype=np.int64)))
        for column, cells in zip(columns, zip(*rows, strict=True), strict=True):
            column.add(cells)
    filled = [column for column in columns if column.name or column.is_filled]
    for column in filled:
        column.finish()
    return filled, numbers


def _batches(
    columns: Sequence[Column], numbers: Sequence[pa.Array], chosen: Sequence[int]
) -> Iterator[pa.RecordBatch]:
    wanted = [columns[place] for place in chosen if place < len(columns)]
    schema = pa.schema([(column.name, column.type) for column in wanted])
    schema = schema.append(pa.field(_NUMBER, pa.int64()))
    for at, found in enumerate(numbers):
        arrays = [column.pieces[at] for column in wanted]
        yield pa.RecordBatch.from_arrays([*arrays, found], schema=schema)
