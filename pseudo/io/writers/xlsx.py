# SPDX-License-Identifier: Apache-2.0
"""Excel workbooks out: one sheet called data, values only, the same bytes whatever the chunks.

===========  =========================================================================
type         how it is written
===========  =========================================================================
null         no cell
string       a cell of text, whatever it begins with; control characters as ``_x0007_``
int64        a number; more than 15 digits are refused, for Excel shows no more
float64      a number in its shortest form that reads back the same; no number is null
bool         TRUE, FALSE
date32       a date, shown as 2016-02-29; days before March 1900 are refused, for
             programs count them differently
timestamp    a date with its time, to the millisecond; with a zone, in UTC
===========  =========================================================================
"""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pseudo.errors import InternalError, UsageError
from pseudo.io.writers.doubles import Clock, Doubles, days, integers, moments, reals
from pseudo.io.writers.port import Writer
from pseudo.io.writers.scratch import Scratch
from pseudo.io.writers.xlsx_book import Book, library_errors
from pseudo.safe import Plain

__all__ = ["XlsxWriter"]

_MOST_ROWS = 1_048_575
_MOST_COLUMNS = 16_384
_LONGEST_TEXT = 32_767
_MOST_DIGITS = 10**15 - 1
_MOST_REAL = 1.7e308
_LEAST_REAL = 2.3e-308
_CLOCK = Clock(zero=date(1899, 12, 30), first=date(1900, 3, 1), second=1 / 86_400)
# Rows that are plain Python values at a time.
_SLICE_ROWS = 8_192
_WORD = "xlsx"


class XlsxWriter(Writer):
    """Writes one workbook; see :class:`~pseudo.io.writers.port.Writer`.

    Args:
        path: Where; the file must not exist.
        schema: Names and types of the output.
        scratch: A private folder to be made and removed, for rows on their way.
        digests: Whether to take the digests of what is written.
        threads: With more than one, rows are hashed while they are encoded.

    Raises:
        UsageError: There are too many columns, or, from ``close``, too many rows, or
            something that a workbook cannot hold.
    """

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        *,
        scratch: Path | None,
        digests: bool = True,
        threads: int = 1,
    ) -> None:
        if len(schema) > _MOST_COLUMNS:
            raise UsageError(
                "output.too_many_columns", format=_WORD, columns=len(schema), limit=_MOST_COLUMNS
            )
        super().__init__(path, schema, digests=digests, threads=threads)
        self._scratch: Scratch | None = None
        self._book: Book | None = None
        self._row = 1
        try:
            self._scratch = Scratch(scratch)
            with library_errors():
                self._book = Book(self._sink, self._scratch.folder)
                self._begin(self._book)
        except BaseException:
            self.abort()
            raise

    def _begin(self, book: Book) -> None:
        sheet = book.sheet
        forms = {"text": book.form("@"), "day": book.form("yyyy-mm-dd")}
        forms["time"] = book.form("yyyy-mm-dd hh:mm:ss.000")
        self._blank = forms["text"]
        self._puts: list[tuple[Any, Any]] = []
        for place, field in enumerate(self.schema):
            kind = field.type
            sheet.write_string(0, place, field.name, forms["text"])
            if pa.types.is_string(kind):
                self._puts.append((sheet.write_string, forms["text"]))
            elif pa.types.is_boolean(kind):
                self._puts.append((sheet.write_boolean, None))
            elif pa.types.is_date32(kind):
                self._puts.append((sheet.write_number, forms["day"]))
            elif pa.types.is_timestamp(kind):
                self._puts.append((sheet.write_number, forms["time"]))
            else:
                self._puts.append((sheet.write_number, None))

    def _block(self, block: pa.RecordBatch) -> None:
        if self._row + block.num_rows > _MOST_ROWS + 1:
            self._refuse(UsageError("output.too_many_rows", format=_WORD, limit=_MOST_ROWS))
            return
        for start in range(0, block.num_rows, _SLICE_ROWS):
            rows = block.slice(start, _SLICE_ROWS)
            columns = [self._cells(place, column) for place, column in enumerate(rows.columns)]
            if self._refusal is not None:
                return
            with library_errors():
                self._put(columns)

    def _put(self, columns: list[list[Any]]) -> None:
        if self._book is None:
            raise InternalError("output.no_scratch")
        sheet = self._book.sheet
        for row, cells in enumerate(zip(*columns, strict=True), self._row):
            blank = True
            for place, value in enumerate(cells):
                if value is not None:
                    put, form = self._puts[place]
                    put(row, place, value, form)
                    blank = False
            if blank:
                # Without any cell the row would not be there.
                sheet.write_blank(row, 0, None, self._blank)
        self._row += len(columns[0])

    def _cells(self, place: int, column: pa.Array) -> list[Any]:
        kind = column.type
        if pa.types.is_string(kind):
            if _longest(column) > _LONGEST_TEXT:
                self._fault("output.text_too_long", place, limit=_LONGEST_TEXT)
            return list(column.to_pylist())
        if pa.types.is_boolean(kind):
            return list(column.to_pylist())
        if pa.types.is_integer(kind):
            return self._numbers(place, integers(column, _MOST_DIGITS), column)
        if pa.types.is_floating(kind):
            return self._numbers(place, reals(column, _LEAST_REAL, _MOST_REAL))
        if pa.types.is_date32(kind):
            return self._numbers(place, days(column, _CLOCK))
        return self._numbers(place, moments(column, _CLOCK))

    def _numbers(self, place: int, made: Doubles, instead: pa.Array | None = None) -> list[Any]:
        if made.fault:
            self._fault(made.fault, place, first=Plain(_CLOCK.first.isoformat()))
            return []
        for note in made.notes:
            self._note(place, note)
        return list((made.column if instead is None else instead).to_pylist())

    def _fault(self, code: str, place: int, **params: int | str) -> None:
        name = self.schema.names[place]
        self._refuse(UsageError(code, format=_WORD, column=name, **params))

    def _finish(self) -> None:
        if self._book is None or self._scratch is None:
            raise InternalError("output.no_scratch")
        with library_errors():
            self._book.close()
        self._scratch.remove()

    def abort(self) -> None:
        """Close and remove the file and whatever was made for it. Never raises."""
        if self._book is not None:
            self._book.give_up()
        super().abort()
        if self._scratch is not None:
            self._scratch.remove()


def _longest(texts: pa.StringArray) -> int:
    """Give the length of the longest text, counted as Excel does: in UTF-16."""
    sizes = pc.binary_length(texts)
    most = pc.max(sizes).as_py() or 0
    if most <= _LONGEST_TEXT:
        return int(most)
    long = texts.filter(pc.greater(sizes, _LONGEST_TEXT))
    return max(len(text.encode("utf-16-le")) // 2 for text in long.to_pylist())
