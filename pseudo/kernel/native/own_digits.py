# SPDX-License-Identifier: Apache-2.0
"""The compiled search for the last ten digits of a row's own number.

As in :mod:`pseudo.kernel.native.finder`, what the compiled code refuses the reference answers.
"""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo import _native
from pseudo.identity.render import can_render, check, decoded
from pseudo.kernel import Ranks
from pseudo.kernel.native.arrays import is_textual, unchecked
from pseudo.kernel.native.found import Rows, integers, taken
from pseudo.kernel.own_digits import rows_with_own_digits

__all__ = ["find_own"]

_TEN_DIGITS = 10**9
_EXACT_BELOW = 2.0**53
"""Below this a 64-bit float holds every integer; no narrower one has ten exact digits."""

_NONE = np.empty(0, dtype=np.uint64)


def find_own(column: pa.Array, ranks: Sequence[Ranks]) -> Rows:
    """Find them; see :meth:`pseudo.kernel.Kernel.find_own`."""
    numbers = [np.ascontiguousarray(each) for each in ranks if each.dtype == np.int64]
    if not can_render(column.type) or len(numbers) < len(ranks):
        return rows_with_own_digits(column, ranks)
    own = None
    with suppress(ValueError):
        own = _compiled(column, numbers)
    if own is None:
        check(column)
        return rows_with_own_digits(column, ranks)
    return _joined(own, column, ranks)


def _compiled(column: pa.Array, ranks: list[Ranks]) -> tuple[bytearray, bytearray]:
    buffers = [pa.py_buffer(each) for each in ranks]
    if pa.types.is_dictionary(column.type) and not is_textual(column.type):
        column = decoded(column)
    if is_textual(column.type):
        return _native.find_own(unchecked(column), buffers)
    return _native.find_own_integers(pa.py_buffer(_magnitudes(column)), buffers)


def _magnitudes(column: pa.Array) -> npt.NDArray[np.uint64]:
    """Give the digits of numbers without their signs; nothing where none has ten."""
    if pa.types.is_floating(column.type):
        if column.type.bit_width < 64:
            return _NONE
        values = np.abs(column.to_numpy(zero_copy_only=False))
        exact = (values < _EXACT_BELOW) & (np.trunc(values) == values)
        return np.where(exact, values, 0).astype(np.uint64)
    extremes = pc.min_max(column)
    if max(-(extremes["min"].as_py() or 0), extremes["max"].as_py() or 0) < _TEN_DIGITS:
        return _NONE
    values = column.fill_null(0).to_numpy()
    if pa.types.is_unsigned_integer(column.type):
        return values.astype(np.uint64, copy=False)
    # The least of all integers has no positive counterpart, but its bits are right.
    return np.abs(values.astype(np.int64, copy=False)).view(np.uint64)


def _joined(own: tuple[bytearray, bytearray], column: pa.Array, ranks: Sequence[Ranks]) -> Rows:
    """Search the deferred rows, and sort all by row."""
    rows, deferred = integers(own[0]), integers(own[1])
    if not deferred.size:
        return rows
    cells = taken(column, deferred)
    more = rows_with_own_digits(cells, [each[deferred] for each in ranks])
    return np.sort(np.concatenate([rows, deferred[more]]))
