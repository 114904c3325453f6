# SPDX-License-Identifier: Apache-2.0
"""The compiled search for identity numbers in a column that should hold none.

Texts are searched as they lie in Arrow's buffers. Of numbers only those are looked at that
have enough digits. Whatever the compiled code refuses (buffers that do not hold what the
column claims, texts that are not UTF-8, a year without a rule) the reference answers, so
that its errors are the only ones.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo import _native
from pseudo.errors import UsageError
from pseudo.identity.render import check, decoded
from pseudo.kernel import Found
from pseudo.kernel.finder import find_in_column, six_digit_numbers
from pseudo.kernel.native.arrays import is_textual, unchecked
from pseudo.kernel.native.found import Counts, integers, joined, nothing
from pseudo.kernel.native.rules import scanning

__all__ = ["find"]

_LEAST = 1_000_000
"""Numbers below this have fewer than seven digits and hold nobody."""

_SIX_DIGITS = 100_000
_EXACT_BELOW = np.float32(2.0**24)
"""Below this a 32-bit float holds every integer."""

_NONE = np.empty(0, dtype=np.int64)


def find(column: pa.Array, reference_year: int) -> Found:
    """Find every personnummer and samordningsnummer; see :meth:`pseudo.kernel.Kernel.find`."""
    if pa.types.is_dictionary(column.type) and not is_textual(column.type):
        column = decoded(column)
    if is_textual(column.type):
        return _in_texts(column, reference_year)
    if pa.types.is_integer(column.type):
        return _in_integers(column, reference_year)
    if pa.types.is_floating(column.type):
        return _in_floats(column, reference_year)
    return nothing(Counts(len(column) - column.null_count, 0, 0))


def _in_texts(column: pa.Array, reference_year: int) -> Found:
    found = None
    with suppress(ValueError, OverflowError, UsageError):
        found = _native.find_texts(unchecked(column), scanning(reference_year))
    if found is None:
        check(column)
        return find_in_column(column, reference_year)
    lists, deferred, counts = found
    return joined(lists, Counts(*counts), column, integers(deferred), reference_year)


def _in_integers(column: pa.Array, reference_year: int) -> Found:
    rule = scanning(reference_year)
    cells = len(column) - column.null_count
    extremes = pc.min_max(column)
    least, most = extremes["min"].as_py() or 0, extremes["max"].as_py() or 0
    if max(-least, most) < _SIX_DIGITS:
        return nothing(Counts(cells, 0, cells))
    counts = Counts(cells, six_digit_numbers(column), cells)
    if most < _LEAST or column.type.bit_width <= 16:
        return nothing(counts)
    values = column.fill_null(0).to_numpy()
    # Values beyond a signed integer's become negative: they have too many digits anyway.
    values = values.astype(np.int64, copy=False)
    lists = _native.find_integers(pa.py_buffer(values), rule)
    return joined(lists, counts, column, _NONE, reference_year)


def _in_floats(column: pa.Array, reference_year: int) -> Found:
    rule = scanning(reference_year)
    cells = len(column) - column.null_count
    counts = Counts(cells, six_digit_numbers(column), cells)
    if column.type.bit_width <= 16 or (pc.max(column).as_py() or 0) < _SIX_DIGITS:
        return nothing(counts)
    values = column.to_numpy(zero_copy_only=False)
    if column.type.bit_width == 64:
        lists, deferred = _native.find_floats(pa.py_buffer(values), rule)
        return joined(lists, counts, column, integers(deferred), reference_year)
    # What has a fraction is written with too few digits to hold a number.
    exact = (values >= _LEAST) & (values < _EXACT_BELOW) & (np.trunc(values) == values)
    whole = np.where(exact, values, 0).astype(np.int64)
    lists = _native.find_integers(pa.py_buffer(whole), rule)
    rounded = np.flatnonzero(values >= _EXACT_BELOW)
    return joined(lists, counts, column, rounded, reference_year)
