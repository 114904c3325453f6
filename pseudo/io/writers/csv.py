# SPDX-License-Identifier: Apache-2.0
"""CSV out: UTF-8 without a mark, comma, line feed, quotes only where RFC 4180 needs them.

===========  =========================================================================
type         how it is written
===========  =========================================================================
null         nothing (in a file of one column ``""``, for readers skip empty lines)
string       as it is; quoted where it holds a comma, a quote or a line break
int64        digits
float64      shortest form that reads back the same, with a point; integral numbers
             below 2^53 without a fraction, minus zero as 0; ``nan``, ``inf``, ``-inf``
bool         ``true``, ``false``
date32       ``2016-02-29``
timestamp    ``2016-02-29T12:30:00``, with a fraction only where it is not zero; with a
             zone ``2016-02-29T12:30:00+01:00``
===========  =========================================================================

What to do with a text that a spreadsheet program would run, ``formula_cells`` says.
"""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import pyarrow as pa
import pyarrow.compute as pc

from pseudo.errors import DeliveryError
from pseudo.io.writers.formulas import disarmed, formulas_in, text_buffers
from pseudo.io.writers.moments import moment_texts
from pseudo.io.writers.port import Writer

__all__ = ["CsvWriter", "FormulaCells"]

FormulaCells = Literal["quote", "stop", "pass"]

_NEEDS_QUOTES = '[",\r\n]'
_SPECIAL = (b'"', b",", b"\r", b"\n")
# Beyond this not every integer has a float of its own, so digits would claim too much.
_EXACT = float(2**53)
# How many rows are rendered at a time, and how many bytes of input they may have.
_SLICE_ROWS = 16_384
_SLICE_BYTES = 16 * 1024 * 1024


class CsvWriter(Writer):
    """Writes one CSV file; see :class:`~pseudo.io.writers.port.Writer`.

    Args:
        path: Where; the file must not exist.
        schema: Names and types of the output.
        formula_cells: What to do with a text that a spreadsheet would run: ``quote`` puts
            an apostrophe before it, ``stop`` refuses the delivery, ``pass`` lets it be.
            The logical digest is taken before the apostrophe.
        digests: Whether to take the digests of what is written.
        threads: With more than one, rows are hashed while they are encoded.

    Raises:
        DeliveryError: ``delivery.formula_cell``, from ``close``.
    """

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        *,
        formula_cells: FormulaCells = "quote",
        digests: bool = True,
        threads: int = 1,
    ) -> None:
        super().__init__(path, schema, digests=digests, threads=threads)
        self._formula_cells = formula_cells
        self._stopped_by = ""
        try:
            self._sink.write(self._header())
        except BaseException:
            self.abort()
            raise

    def _header(self) -> bytes:
        # With every column kept, the names come from the delivery, so they are cells too.
        cells = [
            _quoted(self._disarmed(pa.array([name], pa.string()), name))[0].as_py()
            for name in self.schema.names
        ]
        return (",".join(cells) + "\n").encode()

    def _block(self, block: pa.RecordBatch) -> None:
        for start in range(0, block.num_rows, _SLICE_ROWS):
            self._slice(block.slice(start, _SLICE_ROWS))

    def _slice(self, rows: pa.RecordBatch) -> None:
        if rows.nbytes > _SLICE_BYTES and rows.num_rows > 1:
            half = rows.num_rows // 2
            self._slice(rows.slice(0, half))
            self._slice(rows.slice(half))
            return
        cells = [
            self._cells(name, column)
            for name, column in zip(self.schema.names, rows.columns, strict=True)
        ]
        self._sink.write(_lines(cells))

    def _cells(self, name: str, column: pa.Array) -> pa.Array:
        kind = column.type
        if pa.types.is_string(kind):
            return _quoted(self._disarmed(column, name))
        if pa.types.is_floating(kind):
            return _float_texts(column)
        if pa.types.is_timestamp(kind):
            return moment_texts(column)
        return pc.cast(column, pa.string())

    def _disarmed(self, texts: pa.Array, name: str) -> pa.Array:
        if self._formula_cells == "pass":
            return texts
        if self._formula_cells == "stop":
            if not self._stopped_by and formulas_in(texts) is not None:
                self._stopped_by = name
            return texts
        quoted = disarmed(texts)
        if quoted is not texts:
            self._note(self.schema.names.index(name), "note.formula_quoted")
        return quoted

    def _finish(self) -> None:
        """Nothing ends a CSV file but its last line break; a formula was found by now.

        It is told here, after all rows and whatever else is wrong with them, so that what
        is told does not depend on how far the others are ahead of the writer.
        """
        if self._stopped_by:
            raise DeliveryError("delivery.formula_cell", column=self._stopped_by)


def _quoted(texts: pa.Array) -> pa.Array:
    # Four searches for a byte in the whole column cost a hundredth of one regular
    # expression a cell, and most columns need no quotes at all.
    offsets, data = text_buffers(texts)
    whole = data[offsets[0] : offsets[-1]].tobytes()
    if not any(byte in whole for byte in _SPECIAL):
        return texts
    needed = pc.match_substring_regex(texts, _NEEDS_QUOTES)
    if not pc.any(needed).as_py():
        return texts
    doubled = pc.replace_substring(texts, '"', '""')
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), texts)


def _float_texts(column: pa.Array) -> pa.Array:
    texts = pc.cast(column, pa.string())
    integral = pc.and_(
        pc.equal(column, pc.trunc(column)), pc.less(pc.abs(column), pa.scalar(_EXACT))
    )
    if not pc.any(integral).as_py():
        return texts
    whole = pc.if_else(integral, column, pa.scalar(None, pa.float64()))
    return pc.coalesce(pc.cast(pc.cast(whole, pa.int64()), pa.string()), texts)


def _lines(cells: list[pa.Array]) -> memoryview | bytes:
    """Join cells to lines; the data buffer of the joined column is the text itself."""
    first = pc.fill_null(cells[0], '""' if len(cells) == 1 else "")
    last = first if len(cells) == 1 else pc.fill_null(cells[-1], "")
    ended = pc.binary_join_element_wise(last, "\n", "")
    lines = pc.binary_join_element_wise(
        *(cells[:-1]), ended, ",", null_handling="replace", null_replacement=""
    )
    data = lines.buffers()[2]
    return b"" if data is None else memoryview(data)
