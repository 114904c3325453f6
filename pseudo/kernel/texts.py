# SPDX-License-Identifier: Apache-2.0
"""Texts to numbers, truth values and dates: the reference conversion.

Text is converted only where a pattern says that the library's conversion must succeed,
because that conversion's error message would quote the cell.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from pseudo.kernel import Converted, TextType

__all__ = ["checked", "convert_texts"]

_INTEGER = r"^[+-]?[0-9]{1,18}$"
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?$"
# There is no year 0, and few programs can read one.
_YEAR = "([1-9][0-9]{3}|0[1-9][0-9]{2}|00[1-9][0-9]|000[1-9])"
_DATE = rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}$"
_DATETIME = rf"^{_YEAR}-[0-9]{{2}}-[0-9]{{2}}[T ][0-9]{{2}}:[0-9]{{2}}(:[0-9]{{2}})?$"
_TRUE = ["true", "True", "TRUE", "1"]
_FALSE = ["false", "False", "FALSE", "0"]


def convert_texts(texts: pa.StringArray, to: TextType, decimal: str = ".") -> Converted:
    """Convert a column of texts; see :meth:`pseudo.kernel.Kernel.convert`."""
    column = pc.utf8_trim_whitespace(texts)
    if to == "integer":
        return _by_pattern(column, _INTEGER, pa.int64())
    if to == "number":
        pointed = column if decimal == "." else _with_point(column, decimal)
        return _by_pattern(pointed, _NUMBER, pa.float64())
    if to == "boolean":
        true = pc.is_in(column, pa.array(_TRUE))
        return checked(column, true, pc.or_(true, pc.is_in(column, pa.array(_FALSE))))
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
    return checked(column, values, fits)


def _by_time(column: pa.StringArray, pattern: str, form: str, to: pa.DataType) -> Converted:
    shaped = pc.if_else(
        pc.match_substring_regex(column, pattern), column, pa.scalar(None, pa.string())
    )
    read = pc.strptime(shaped, format=form, unit="us", error_is_null=True)
    # The C library takes 30 February for 2 March, so what was read is written again.
    same = pc.equal(pc.strftime(read, format=form), _with_seconds(shaped, form))
    return checked(column, read.cast(to, safe=False), same.fill_null(False))


def _with_seconds(column: pa.StringArray, form: str) -> pa.StringArray:
    if not form.endswith("%S"):
        return column
    return pc.binary_join_element_wise(column, ".000000", "")


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
