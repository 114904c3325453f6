# SPDX-License-Identifier: Apache-2.0
"""Conversion of texts by the compiled kernel.

Texts that begin or end with something beyond ASCII, which may be white space, are
converted by the reference.
"""

from __future__ import annotations

from contextlib import suppress

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo import _native
from pseudo.identity.render import check
from pseudo.kernel import Converted, TextType
from pseudo.kernel.native.arrays import bitmap, unchecked
from pseudo.kernel.texts import convert_texts, mark_of, type_of

__all__ = ["convert"]

# As in native/core/src/convert.rs.
_DEFERRED = 2

States = npt.NDArray[np.uint8]


def convert(texts: pa.StringArray, to: TextType, decimal: str) -> Converted:
    """Convert a column of texts; see :meth:`pseudo.kernel.Kernel.convert`."""
    kind, mark = type_of(texts, to), mark_of(decimal)
    filled = None
    with suppress(ValueError):
        filled = _filled(texts, kind, to, mark)
    if filled is None:
        check(texts)
        return convert_texts(texts, to, decimal)
    array, states, deferred = filled
    if deferred:
        return _with_deferred(array, states, texts, to, decimal)
    return Converted(array, states.view(np.bool_) if states.any() else None)


def _filled(
    texts: pa.StringArray, kind: pa.DataType, to: TextType, mark: str
) -> tuple[pa.Array, States, int]:
    """Fill an array with what is converted, and say of each cell how that went."""
    length = len(texts)
    states = np.empty(length, np.uint8)
    validity = bitmap(length)
    values = pa.allocate_buffer((length * kind.bit_width + 7) // 8)
    nulls, invalid, deferred = _native.convert(
        unchecked(texts), to, ord(mark), values, validity, states.data
    )
    without = nulls + invalid + deferred
    array = pa.Array.from_buffers(kind, length, [validity if without else None, values], without)
    return array, states, deferred


def _with_deferred(
    array: pa.Array, states: States, texts: pa.StringArray, to: TextType, decimal: str
) -> Converted:
    """Put in what the reference makes of the cells that are left to it."""
    deferred = states == _DEFERRED
    rest = convert_texts(texts.filter(pa.array(deferred)), to, decimal)
    states[deferred] = 0 if rest.invalid is None else rest.invalid
    array = pc.replace_with_mask(array, pa.array(deferred), rest.array)
    return Converted(array, states.view(np.bool_) if states.any() else None)
