# SPDX-License-Identifier: Apache-2.0
"""Kept columns: from what was delivered to the declared type, cell by cell judged.

Texts are converted by the kernel; columns that are delivered with a type, here.
"""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.kernel import Converted, Kernel, select
from pseudo.kernel.texts import checked
from pseudo.spec.model import ColumnType

__all__ = ["ARROW_TYPES", "can_convert", "convert", "without_empty"]

ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}

_EXACT = float(2**53)
_LARGEST_INTEGER = pa.scalar(2**63 - 1, pa.uint64())


def can_convert(source: pa.DataType, to: ColumnType) -> bool:
    """Tell whether a delivered column type can hold values of a declared type at all."""
    if pa.types.is_string(source):
        return True
    if to == "string":
        return not (pa.types.is_nested(source) or pa.types.is_binary(source))
    allowed = {
        "integer": pa.types.is_integer(source) or pa.types.is_floating(source),
        "number": pa.types.is_integer(source) or pa.types.is_floating(source),
        # Statistics formats and spreadsheets have no other booleans than 1 and 0.
        "boolean": pa.types.is_boolean(source)
        or pa.types.is_integer(source)
        or pa.types.is_floating(source),
        "date": pa.types.is_date(source) or pa.types.is_timestamp(source),
        "datetime": pa.types.is_date(source) or pa.types.is_timestamp(source),
    }
    return allowed[to]


def convert(
    column: pa.Array,
    to: ColumnType | None,
    decimal: str = ".",
    kernel: Kernel | None = None,
) -> Converted:
    """Convert a column.

    Args:
        column: As delivered; an empty text is null in every format.
        to: The declared type, or None to keep the delivered one.
        decimal: Decimal mark of numbers in text.
        kernel: What converts texts; the fastest that is installed by default.

    Returns:
        The column in the declared type and which cells did not fit.
    """
    if pa.types.is_string(column.type):
        column = without_empty(column)
        if to is None or to == "string":
            return Converted(column, None)
        return (kernel or select()).convert(column, to, decimal)
    if to is None or column.type == ARROW_TYPES[to]:
        return Converted(column, None)
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = pc.local_timestamp(column)  # What a clock on the wall showed.
    if to == "string":
        return Converted(_rendered(column), None)
    if to == "integer":
        return _integers(column)
    if to == "boolean":
        return _booleans(column)
    if to == "date" and pa.types.is_timestamp(column.type):
        days = column.cast(pa.date32(), safe=False)
        return checked(column, days, pc.equal(days.cast(column.type), column))
    return Converted(column.cast(ARROW_TYPES[to], safe=False), None)


def without_empty(column: pa.StringArray) -> pa.StringArray:
    """Make null of every empty text."""
    if not len(column):
        return column
    offsets = np.frombuffer(column.buffers()[1], dtype=np.int32)
    starts = offsets[column.offset : column.offset + len(column) + 1]
    # Most columns have none, which is told fastest where nulls are not asked for.
    if not (starts[1:] == starts[:-1]).any():
        return column
    empty = pc.equal(pc.binary_length(column), 0)
    if not pc.any(empty).as_py():
        return column
    return pc.if_else(empty, pa.scalar(None, pa.string()), column)


def _rendered(column: pa.Array) -> pa.StringArray:
    if pa.types.is_timestamp(column.type):
        written = pc.strftime(column, format="%Y-%m-%dT%H:%M:%S")
        return pc.replace_substring_regex(written, r"\.0+$", "")
    if not pa.types.is_floating(column.type):
        return column.cast(pa.string())
    # Integral numbers are written without a fraction (design decision 12).
    whole, fits = _whole(column)
    return pc.if_else(fits, whole.cast(pa.string()), column.cast(pa.string()))


def _whole(column: pa.Array) -> tuple[pa.Array, pa.Array]:
    values = column.cast(pa.float64()).fill_null(0.5).to_numpy(zero_copy_only=False)
    fits = (np.trunc(values) == values) & (np.abs(values) <= _EXACT)
    numbers = np.where(fits, values, 0.0).astype(np.int64)
    return pa.array(numbers), pa.array(fits)


def _booleans(column: pa.Array) -> Converted:
    values = column.cast(pa.float64(), safe=False)
    is_one = pc.equal(values, pa.scalar(1.0))
    return checked(column, is_one, pc.or_(is_one, pc.equal(values, pa.scalar(0.0))))


def _integers(column: pa.Array) -> Converted:
    if pa.types.is_integer(column.type):
        numbers = column.cast(pa.int64(), safe=False)
        if column.type != pa.uint64():
            return Converted(numbers, None)
        return checked(column, numbers, pc.less_equal(column, _LARGEST_INTEGER))
    whole, fits = _whole(column)
    return checked(column, whole, fits)
