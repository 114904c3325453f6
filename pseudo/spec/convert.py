# SPDX-License-Identifier: Apache-2.0
"""Kept columns: from what was delivered to the declared type, cell by cell judged.

Text is converted only where a pattern says that the library's conversion must succeed,
because that conversion's error message would quote the cell.
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.spec.model import ColumnType

__all__ = ["ARROW_TYPES", "Converted", "can_convert", "convert"]

ARROW_TYPES: dict[ColumnType, pa.DataType] = {
    "string": pa.string(),
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}

_INTEGER = r"^[+-]?[0-9]{1,18}$"
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
# There is no year 0, and few programs can read one.
_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DATE = rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"
_DATETIME = rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?$"
_TRUE = ["true", "True", "TRUE", "1"]
_FALSE = ["false", "False", "FALSE", "0"]
_EXACT = float(2**53)
_LARGEST_INTEGER = pa.scalar(2**63 - 1, pa.uint64())


class Converted(NamedTuple):
    """A converted column.

    Attributes:
        array: Of the declared type; null where blank or invalid.
        invalid: Boolean mask of cells that hold something else, or None where all fit.
    """

    array: pa.Array
    invalid: npt.NDArray[np.bool_] | None

    def __repr__(self) -> str:
        return f"<Converted {len(self.array)} values to {self.array.type}>"


def can_convert(source: pa.DataType, to: ColumnType) -> bool:
    """Tell whether a delivered column type can hold values of a declared type at all."""
    if pa.types.is_string(source):
        return True
    if to == "string":
        return not (pa.types.is_nested(source) or pa.types.is_binary(source))
    allowed = {
        "integer": pa.types.is_integer(source) or pa.types.is_floating(source),
        "number": pa.types.is_integer(source) or pa.types.is_floating(source),
        "boolean": pa.types.is_boolean(source),
        "date": pa.types.is_date(source) or pa.types.is_timestamp(source),
        "datetime": pa.types.is_date(source) or pa.types.is_timestamp(source),
    }
    return allowed[to]


def convert(column: pa.Array, to: ColumnType | None, decimal: str = ".") -> Converted:
    """Convert a column.

    Args:
        column: As delivered; an empty text is null in every format.
        to: The declared type, or None to keep the delivered one.
        decimal: Decimal mark of numbers in text.

    Returns:
        The column in the declared type and which cells did not fit.
    """
    if pa.types.is_string(column.type):
        column = pc.if_else(pc.equal(column, ""), pa.scalar(None, pa.string()), column)
        if to is None or to == "string":
            return Converted(column, None)
        return _from_text(pc.utf8_trim_whitespace(column), to, decimal)
    if to is None or column.type == ARROW_TYPES[to]:
        return Converted(column, None)
    if pa.types.is_timestamp(column.type) and column.type.tz is not None:
        column = pc.local_timestamp(column)  # What a clock on the wall showed.
    if to == "string":
        return Converted(_rendered(column), None)
    if to == "integer":
        return _integers(column)
    if to == "date" and pa.types.is_timestamp(column.type):
        days = column.cast(pa.date32(), safe=False)
        return _checked(column, days, pc.equal(days.cast(column.type), column))
    return Converted(column.cast(ARROW_TYPES[to], safe=False), None)


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


def _integers(column: pa.Array) -> Converted:
    if pa.types.is_integer(column.type):
        numbers = column.cast(pa.int64(), safe=False)
        if column.type != pa.uint64():
            return Converted(numbers, None)
        return _checked(column, numbers, pc.less_equal(column, _LARGEST_INTEGER))
    whole, fits = _whole(column)
    return _checked(column, whole, fits)


def _from_text(column: pa.StringArray, to: ColumnType, decimal: str) -> Converted:
    if to == "integer":
        return _by_pattern(column, _INTEGER, pa.int64())
    if to == "number":
        pointed = column if decimal == "." else _with_point(column, decimal)
        return _by_pattern(pointed, _NUMBER, pa.float64())
    if to == "boolean":
        true = pc.is_in(column, pa.array(_TRUE))
        return _checked(column, true, pc.or_(true, pc.is_in(column, pa.array(_FALSE))))
    if to == "date":
        return _by_time(column, _DATE, "%Y-%m-%d", pa.date32())
    spaced = pc.replace_substring(column, "T", " ")
    to_the_minute = pc.equal(pc.utf8_length(spaced), 16)
    seconds = pc.if_else(to_the_minute, pc.binary_join_element_wise(spaced, "00", ":"), spaced)
    return _by_time(seconds, _DATETIME, "%Y-%m-%d %H:%M:%S", pa.timestamp("us"))


def _with_point(column: pa.StringArray, decimal: str) -> pa.StringArray:
    """Swap the decimal mark; a text that already has a point becomes no number."""
    twice = pc.replace_substring(column, ".", "..")
    return pc.replace_substring(twice, decimal, ".")


def _by_pattern(column: pa.StringArray, pattern: str, to: pa.DataType) -> Converted:
    fits = pc.match_substring_regex(column, pattern)
    plain = pc.replace_substring_regex(column, r"^\+", "")
    values = pc.if_else(fits, plain, pa.scalar(None, pa.string())).cast(to)
    if pa.types.is_floating(to):  # 1e999 has the form of a number and is none.
        fits = pc.and_kleene(fits, pc.is_finite(values))
    return _checked(column, values, fits)


def _by_time(column: pa.StringArray, pattern: str, form: str, to: pa.DataType) -> Converted:
    shaped = pc.if_else(
        pc.match_substring_regex(column, pattern), column, pa.scalar(None, pa.string())
    )
    read = pc.strptime(shaped, format=form, unit="us", error_is_null=True)
    # The C library takes 30 February for 2 March, so what was read is written again.
    same = pc.equal(pc.strftime(read, format=form), _with_seconds(shaped, form))
    return _checked(column, read.cast(to, safe=False), same.fill_null(False))


def _with_seconds(column: pa.StringArray, form: str) -> pa.StringArray:
    if not form.endswith("%S"):
        return column
    return pc.binary_join_element_wise(column, ".000000", "")


def _checked(column: pa.Array, values: pa.Array, fits: pa.Array) -> Converted:
    fits = fits.fill_null(False)
    array = pc.if_else(fits, values, pa.scalar(None, values.type))
    array = pc.if_else(column.is_valid(), array, pa.scalar(None, values.type))
    invalid = pc.and_(column.is_valid(), pc.invert(fits)).to_numpy(zero_copy_only=False)
    return Converted(array, invalid if invalid.any() else None)
