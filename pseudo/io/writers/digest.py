# SPDX-License-Identifier: Apache-2.0
"""The logical digest: one SHA-256 over what a table says, not over how a file says it.

The same schema and rows have the same digest whatever the file format, the chunks the
rows came in and the versions of the libraries. It is not keyed: it runs over what is
published.

**Definition** (``pseudo-logical-digest-1``). SHA-256 over, in this order:

1. the ASCII text ``pseudo-logical-digest-1`` and one zero byte;
2. the schema as JSON, ``[["name","type"],…]``, non-ASCII characters as they are (UTF-8),
   no blanks; the types are ``string``, ``int64``, ``float64``, ``bool``, ``date32``,
   ``timestamp[us]`` and ``timestamp[us,<zone>]``; then one zero byte;
3. the rows, in blocks (:mod:`pseudo.io.writers.blocks`: 131,072 rows, or as many as have
   256 MiB of text together). A block is its number of rows (8 bytes) and then each
   column in turn as *parts*; a part is its length in bytes (8 bytes) and its bytes:

   ===========  ==================================================================
   part         what it holds
   ===========  ==================================================================
   presence     empty where no value is null; else one bit a row, 1 where there is
                a value, first row in the lowest bit, last byte filled with 0
   values       ``bool``: bits in the same way, null is 0. ``float64``: 8 bytes a row,
                null is 0, minus zero is 0, every NaN is ``0x7ff8000000000000``.
                Integers, days and microseconds: two's complement in the least of 1, 2,
                4 and 8 bytes in which all of the block's values fit, null is 0.
                ``string``: the lengths in UTF-8 bytes, written as integers, null is 0
   text         ``string`` only: the UTF-8 bytes of all values, one after another
   ===========  ==================================================================

4. the number of all rows (8 bytes).

All integers are little-endian. An empty text is null, as everywhere in the product.
"""

from __future__ import annotations

import hashlib
import json
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["LogicalDigest"]

_TYPE_NAMES = {
    pa.string(): "string",
    pa.int64(): "int64",
    pa.float64(): "float64",
    pa.bool_(): "bool",
    pa.date32(): "date32",
}
_WIDTHS = (np.dtype("<i1"), np.dtype("<i2"), np.dtype("<i4"))


class LogicalDigest:
    """Computes the logical digest of a table, block by block.

    Args:
        schema: Names and types of the table; metadata is not looked at.
    """

    def __init__(self, schema: pa.Schema) -> None:
        self._rows = 0
        self._hash = hashlib.sha256(b"pseudo-logical-digest-1\0")
        listed = [[field.name, _type_name(field.type)] for field in schema]
        text = json.dumps(listed, ensure_ascii=False, separators=(",", ":"))
        self._hash.update(text.encode() + b"\0")

    def update(self, block: pa.RecordBatch) -> None:
        """Take in the next block, as :class:`~pseudo.io.writers.blocks.Blocks` cut it."""
        self._rows += block.num_rows
        self._hash.update(_eight(block.num_rows))
        for column in block.columns:
            self._column(column)

    def hexdigest(self) -> str:
        """Return the digest of everything so far, 64 hexadecimal digits."""
        final = self._hash.copy()
        final.update(_eight(self._rows))
        return final.hexdigest()

    def _column(self, column: pa.Array) -> None:
        self._part(_presence(column))
        if pa.types.is_boolean(column.type):
            self._part(_bits(_filled(column, False).to_numpy(zero_copy_only=False)))
        elif pa.types.is_floating(column.type):
            self._part(_floats(column))
        elif pa.types.is_string(column.type):
            self._text(column)
        else:
            self._part(_integers(column))

    def _text(self, column: pa.Array) -> None:
        # Null slots of an array from outside may hold bytes; filled ones have none.
        filled = _filled(column, "")
        offsets = np.frombuffer(filled.buffers()[1], dtype="<i4")
        offsets = offsets[filled.offset : filled.offset + len(filled) + 1]
        data = filled.buffers()[2]
        self._part(_narrow(np.diff(offsets)))
        self._part(memoryview(data)[offsets[0] : offsets[-1]] if data is not None else b"")

    def _part(self, data: bytes | memoryview | npt.NDArray[Any]) -> None:
        # Arrays have the buffer protocol; before Python 3.12 no type can say so.
        view = memoryview(data)  # type: ignore[arg-type]
        view = view.cast("B") if view.nbytes else memoryview(b"")
        self._hash.update(_eight(len(view)))
        self._hash.update(view)


def _type_name(kind: pa.DataType) -> str:
    # Not the library's names, which are its own to change.
    if pa.types.is_timestamp(kind):
        return "timestamp[us]" if kind.tz is None else f"timestamp[us,{kind.tz}]"
    return _TYPE_NAMES[kind]


def _eight(number: int) -> bytes:
    return number.to_bytes(8, "little")


def _bits(flags: npt.NDArray[np.bool_]) -> npt.NDArray[np.uint8]:
    return np.packbits(flags, bitorder="little")


def _filled(column: pa.Array, value: object) -> pa.Array:
    return pc.fill_null(column, value) if column.null_count else column


def _presence(column: pa.Array) -> bytes | npt.NDArray[np.uint8]:
    if not column.null_count:
        return b""
    valid = column.is_valid()
    if valid.offset:
        return _bits(valid.to_numpy(zero_copy_only=False))
    # The library's own bits are laid out alike, but for those behind the last row.
    size, rest = divmod(len(valid), 8)
    bits = np.frombuffer(valid.buffers()[1], np.uint8)[: size + bool(rest)].copy()
    if rest:
        bits[-1] &= (1 << rest) - 1
    return bits


def _integers(column: pa.Array) -> npt.NDArray[np.signedinteger]:
    if pa.types.is_date32(column.type):
        column = column.view(pa.int32())
    elif pa.types.is_timestamp(column.type):
        column = column.view(pa.int64())
    return _narrow(_filled(column, 0).to_numpy(zero_copy_only=False))


def _narrow(values: npt.NDArray[np.signedinteger]) -> npt.NDArray[np.signedinteger]:
    """Write integers in the fewest bytes in which all of them fit."""
    low, high = (int(values.min()), int(values.max())) if len(values) else (0, 0)
    for width in _WIDTHS:
        limits = np.iinfo(width)
        if limits.min <= low and high <= limits.max:
            return values.astype(width)
    return values.astype("<i8")


def _floats(column: pa.Array) -> npt.NDArray[np.float64]:
    values: npt.NDArray[np.float64]
    # Adding a positive zero turns minus zero into zero, and leaves all else as it is.
    values = _filled(column, 0.0).to_numpy(zero_copy_only=False).astype("<f8") + 0.0
    values[np.isnan(values)] = np.nan
    return values
