# SPDX-License-Identifier: Apache-2.0
"""Columns of texts to the types of their definition, cell by cell judged.

As in :mod:`pseudo.io.sandbox.plain`, decimals and times of day are texts without needless
zeros, and dates and times lie in the years 1 to 9999.
"""

from __future__ import annotations

import re
from decimal import Decimal

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.io.sqldump.ddl import Kind
from pseudo.kernel import Kernel

__all__ = ["converted"]

Flags = npt.NDArray[np.bool_]

_LONG_INTEGER = re.compile(r"[+-]?[0-9]{1,40}")
_NUMBER = r"^[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,4})?$"
_NOT_FINITE = r"^(NaN|[+-]?(Infinity|Inf|inf|infinity))$"
_PLAIN_DECIMAL = r"^-?([0-9]|[1-9][0-9]+)(\.[0-9]+)?$"
_DECIMAL = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_TRUE = pa.array(["true", "TRUE", "True", "t", "1", "\x01"])
_FALSE = pa.array(["false", "FALSE", "False", "f", "0", "\0"])
_MIDNIGHT = r"^(.{10})[T ]00:00(:00(\.0+)?)?$"
_DAY = r"^([0-9]{4}-[0-9]{2}-[0-9]{2})$"
_MOMENT = (
    r"^(?P<base>.{10}[T ][0-9:]{5,8})(?:\.(?P<part>[0-9]{1,9}))?"
    r"(?: ?(?P<zone>Z|[+-][0-9]{2}(?::?[0-5][0-9])?))?$"
)
_TIME = r"^-?[0-9]{1,3}:[0-5][0-9](:[0-5][0-9](\.[0-9]+)?)?$"
_SECOND = 1_000_000
_EARLIEST = int(np.datetime64("0001-01-01", "us").astype(np.int64))
_LATEST = int(np.datetime64("9999-12-31T23:59:59.999999", "us").astype(np.int64))


def converted(texts: pa.StringArray, kind: Kind, kernel: Kernel) -> tuple[pa.Array, Flags]:
    """Convert a column.

    Args:
        texts: The cells, an empty one null.
        kind: What they are to be read as.
        kernel: What converts dates.

    Returns:
        The column, and which of its cells do not fit.
    """
    if kind == "text":
        return texts, np.zeros(len(texts), np.bool_)
    if kind == "padded":
        trimmed = pc.ascii_rtrim(texts, " ")
        empty = pc.equal(pc.binary_length(trimmed), 0)
        return pc.if_else(empty, pa.scalar(None, pa.string()), trimmed), np.zeros(
            len(texts), np.bool_
        )
    if kind in ("date", "datetime", "instant"):
        array, fits = _times(texts, kind, kernel)
    elif kind == "integer":
        array, fits = _integers(texts, kernel)
    elif kind == "number":
        array, fits = _numbers(texts)
    elif kind == "boolean":
        true = pc.is_in(texts, _TRUE)
        array, fits = true, pc.or_(true, pc.is_in(texts, _FALSE))
    elif kind == "decimal":
        array, fits = _decimals(texts)
    else:
        array, fits = _without_zeros(texts), pc.match_substring_regex(texts, _TIME)
    good = pc.and_(texts.is_valid(), pc.fill_null(fits, False))
    kept = pc.if_else(good, array, pa.scalar(None, array.type))
    bad = pc.and_(texts.is_valid(), pc.invert(good))
    return kept, bad.to_numpy(zero_copy_only=False)


def _integers(texts: pa.StringArray, kernel: Kernel) -> tuple[pa.Array, pa.Array]:
    found = kernel.convert(texts, "integer")
    if found.invalid is None:
        return found.array, found.array.is_valid()
    # What is left may be longer than what the kernel takes.
    rows = np.flatnonzero(found.invalid).tolist()
    read = [_long_integer(texts[row].as_py()) for row in rows]
    array = pc.replace_with_mask(found.array, pa.array(found.invalid), pa.array(read, pa.int64()))
    return array, array.is_valid()


def _long_integer(text: str) -> int | None:
    number = int(text) if _LONG_INTEGER.fullmatch(text) else 2**63
    return number if -(2**63) <= number < 2**63 else None


def _numbers(texts: pa.StringArray) -> tuple[pa.Array, pa.Array]:
    fits = pc.or_(
        pc.match_substring_regex(texts, _NUMBER), pc.match_substring_regex(texts, _NOT_FINITE)
    )
    plain = pc.if_else(fits, texts, pa.scalar(None, pa.string()))
    return pc.replace_substring_regex(plain, r"^\+", "").cast(pa.float64()), fits


def _decimals(texts: pa.StringArray) -> tuple[pa.Array, pa.Array]:
    plain = pc.fill_null(pc.match_substring_regex(texts, _PLAIN_DECIMAL), False)
    rest = pc.and_(texts.is_valid(), pc.invert(plain))
    rows = pc.indices_nonzero(rest).to_pylist()
    read = [_decimal(texts[row].as_py()) for row in rows]
    if rows:
        texts = pc.replace_with_mask(texts, rest, pa.array(read, pa.string()))
    shown = _without_zeros(texts)
    return pc.if_else(pc.equal(shown, "-0"), "0", shown), shown.is_valid()


def _decimal(text: str) -> str | None:
    """Write a decimal without an exponent, and with a digit before its point."""
    return format(Decimal(text), "f") if _DECIMAL.fullmatch(text) else None


def _without_zeros(texts: pa.StringArray) -> pa.StringArray:
    """Take the zeros off the end of fractions, and the point off what has none left."""
    pointed = pc.match_substring(texts, ".")
    return pc.if_else(pointed, pc.ascii_rtrim(pc.ascii_rtrim(texts, "0"), "."), texts)


def _has_length(texts: pa.StringArray, length: int) -> bool:
    """Tell whether all texts have this length."""
    range_ = pc.min_max(pc.binary_length(texts)).as_py()
    return range_["min"] is None or range_["min"] == range_["max"] == length


def _times(texts: pa.StringArray, kind: Kind, kernel: Kernel) -> tuple[pa.Array, pa.Array]:
    if kind == "date":
        if not _has_length(texts, len("2026-01-01")):
            texts = pc.replace_substring_regex(texts, _MIDNIGHT, r"\1")
        days = kernel.convert(texts, "date").array
        return days, days.is_valid()
    if kind == "datetime" and _has_length(texts, len("2026-01-01 00:00:00")):
        moments = kernel.convert(texts, "datetime").array
        return moments, moments.is_valid()
    return _moments(texts, kind, kernel)


def _moments(texts: pa.StringArray, kind: Kind, kernel: Kernel) -> tuple[pa.Array, pa.Array]:
    """Read dates with times that may have a fraction or an offset."""
    whole = pc.replace_substring_regex(texts, _DAY, r"\1 00:00:00")
    found = pc.extract_regex(whole, _MOMENT)
    base, part, zone = (pc.struct_field(found, name) for name in ("base", "part", "zone"))
    moments = kernel.convert(base, "datetime").array
    micros, exact = _micros(pc.fill_null(part, ""))
    offset, zoned = _offsets(pc.fill_null(zone, ""))
    instants = pc.subtract(pc.add(moments.view(pa.int64()), micros), offset)
    fits = pc.and_(moments.is_valid(), exact)
    fits = pc.and_(fits, zoned if kind == "instant" else pc.invert(zoned))
    lies = pc.and_(pc.greater_equal(instants, _EARLIEST), pc.less_equal(instants, _LATEST))
    unit = pa.timestamp("us", "UTC" if kind == "instant" else None)
    return instants.view(unit), pc.and_(fits, lies)


def _micros(part: pa.StringArray) -> tuple[pa.Array, pa.Array]:
    """Read fractions of a second, and tell which are whole microseconds."""
    nano = pc.ascii_rpad(part, 9, "0").cast(pa.int64())
    micros = pc.divide(nano, 1000)
    return micros, pc.equal(pc.multiply(micros, 1000), nano)


def _offsets(zone: pa.StringArray) -> tuple[pa.Array, pa.Array]:
    """Read offsets from UTC in microseconds, and tell where there is one."""
    there = pc.greater(pc.binary_length(zone), 0)
    digits = pc.ascii_rpad(
        pc.replace_substring(pc.replace_substring(zone, ":", ""), "Z", "+"), 5, "0"
    )
    digits = pc.if_else(there, digits, pa.scalar("+0000"))
    number = pc.replace_substring_regex(digits, r"^\+", "").cast(pa.int64())
    hours = pc.divide(number, 100)
    minutes = pc.subtract(number, pc.multiply(hours, 100))
    return pc.multiply(pc.add(pc.multiply(hours, 60), minutes), 60 * _SECOND), there
