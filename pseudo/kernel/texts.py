# SPDX-License-Identifier: Apache-2.0
"""Texts to numbers, truth values and dates: the reference conversion.

Text is converted only where a pattern says that the library's conversion must succeed,
because that conversion's error message would quote the cell.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pseudo.identity.render import check
from pseudo.kernel import Converted, TextType
from pseudo.kernel.times import dates, datetimes

__all__ = ["checked", "convert_texts", "mark_of", "type_of"]

_INTEGER = r"^[+-]?[0-9]{1,18}$"
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
_TRUE = ["true", "True", "TRUE", "1"]
_FALSE = ["false", "False", "FALSE", "0"]

_TYPES: dict[str, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}


def convert_texts(texts: pa.StringArray, to: TextType, decimal: str = ".") -> Converted:
    """Convert a column of texts; see :meth:`pseudo.kernel.Kernel.convert`."""
    kind, mark = type_of(texts, to), mark_of(decimal)
    check(texts)
    column = pc.utf8_trim_whitespace(texts)
    if to == "integer":
        return _by_pattern(column, _INTEGER, kind)
    if to == "number":
        pointed = column if mark == "." else _with_point(column, mark)
        return _by_pattern(pointed, _NUMBER, kind)
    if to == "boolean":
        true = pc.is_in(column, pa.array(_TRUE))
        return checked(column, true, pc.or_(true, pc.is_in(column, pa.array(_FALSE))))
    return checked(column, *(dates(column) if to == "date" else datetimes(column)))


def type_of(texts: pa.StringArray, to: str) -> pa.DataType:
    """Return the type that a column of texts is converted to.

    Raises:
        TypeError: The column is not ``string``.
        ValueError: Nothing is converted to what is asked for.
    """
    if not isinstance(texts, pa.StringArray):
        raise TypeError("only a column of the type string is converted")
    kind = _TYPES.get(to)
    if kind is None:
        raise ValueError("an unknown type to convert to")
    return kind


def mark_of(decimal: str) -> str:
    """Return a decimal mark that numbers can have.

    Raises:
        ValueError: It is neither a point nor a comma.
    """
    if decimal not in (".", ","):
        raise ValueError("a decimal mark is a point or a comma")
    return decimal


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
    return checked(column, values, fits)


def checked(column: pa.Array, values: pa.Array, fits: pa.Array) -> Converted:
    """Keep the values that fit; what is there and does not fit is invalid.

    Args:
        column: As delivered.
        values: What was made of it.
        fits: Whether each value means what was delivered; null counts as no.
    """
    fits = fits.fill_null(False)
    array = pc.if_else(fits, values, pa.scalar(None, values.type))
    array = pc.if_else(column.is_valid(), array, pa.scalar(None, values.type))
    invalid = pc.and_(column.is_valid(), pc.invert(fits)).to_numpy(zero_copy_only=False)
    return Converted(array, invalid if invalid.any() else None)
