# SPDX-License-Identifier: Apache-2.0
"""Rows as PostgreSQL's ``COPY … (FORMAT binary)`` takes them, a column at a time.

What is sent is what is stored: there is nothing to escape, no text that could end the data,
and no number that is written and read again. Where the server fails, its log names the line
and the column, and does not quote them as it does with texts.

Source: PostgreSQL's manual, COPY, "Binary Format". A row is its number of fields, 2 bytes;
a field is its length, 4 bytes, and its bytes; null has the length -1. All is big-endian, and
days and microseconds count from the year 2000.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["BEGIN", "END", "binary_rows"]

BEGIN = b"PGCOPY\n\xff\r\n\0" + bytes(8)
"""What stands before the first row."""

END = b"\xff\xff"
"""What stands behind the last one."""

_NULL = -1
_SLICE_ROWS = 8192
_DAYS = 10_957
_MICROSECONDS = _DAYS * 86_400_000_000


def binary_rows(block: pa.RecordBatch) -> Iterator[bytes]:
    """Yield the rows of a block, a few thousand at a time.

    Args:
        block: Rows of the types that writers have; see :mod:`pseudo.io.writers.port`.
    """
    fields = pa.scalar(len(block.columns).to_bytes(2, "big"), pa.binary())
    for start in range(0, block.num_rows, _SLICE_ROWS):
        rows = block.slice(start, _SLICE_ROWS)
        parts = [part for column in rows.columns for part in _parts(column)]
        # Its places count 4 bytes; a slice is far from them, but for one row of huge texts.
        joined = pc.binary_join_element_wise(fields, *parts, pa.scalar(b"", pa.binary()))
        yield from _bytes_of(joined)


def _bytes_of(joined: pa.Array) -> Iterator[bytes]:
    for chunk in joined.chunks if isinstance(joined, pa.ChunkedArray) else [joined]:
        offsets = np.frombuffer(chunk.buffers()[1], np.int32)
        first, last = int(offsets[chunk.offset]), int(offsets[chunk.offset + len(chunk)])
        yield chunk.buffers()[2].slice(first, last - first).to_pybytes()


def _parts(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    """Give the lengths of a column's fields, and the fields."""
    if pa.types.is_string(column.type):
        lengths = pc.fill_null(pc.binary_length(column), _NULL)
        plain = pc.fill_null(column, "") if column.null_count else column
        return _fixed(lengths.to_numpy(zero_copy_only=False), ">i4"), plain.cast(pa.binary())
    values, form = _numbers(column)
    fields = _fixed(values, form)
    lengths = np.full(len(column), np.dtype(form).itemsize)
    if column.null_count:
        valid = column.is_valid()
        lengths[~valid.to_numpy(zero_copy_only=False)] = _NULL
        fields = pc.if_else(valid, fields, pa.scalar(b"", pa.binary()))
    return _fixed(lengths, ">i4"), fields


def _numbers(column: pa.Array) -> tuple[np.ndarray, str]:
    """Give a column's values, null as nought, and how each is written."""
    kind = column.type
    if pa.types.is_boolean(kind):
        return pc.fill_null(column, False).to_numpy(zero_copy_only=False), "u1"
    if pa.types.is_floating(kind):
        return pc.fill_null(column, 0.0).to_numpy(zero_copy_only=False), ">f8"
    if pa.types.is_date(kind):
        days = pc.fill_null(column.view(pa.int32()), 0).to_numpy(zero_copy_only=False)
        return days - _DAYS, ">i4"
    if pa.types.is_timestamp(kind):
        moments = pc.fill_null(column.view(pa.int64()), 0).to_numpy(zero_copy_only=False)
        return moments - _MICROSECONDS, ">i8"
    return pc.fill_null(column, 0).to_numpy(zero_copy_only=False), ">i8"


def _fixed(values: np.ndarray, form: str) -> pa.Array:
    """Write numbers one after another, as bytes of one length each."""
    written = values.astype(form)
    width = written.dtype.itemsize
    offsets = np.arange(len(values) + 1, dtype=np.int32) * np.int32(width)
    buffers = [None, pa.py_buffer(offsets), pa.py_buffer(written)]
    return pa.Array.from_buffers(pa.binary(), len(values), buffers)
