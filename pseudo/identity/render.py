# SPDX-License-Identifier: Apache-2.0
"""Numbers to text, so that a spreadsheet's 198507099805.0 is the number that was meant.

Design decision 12: integral numbers are written without a fraction. A float that has a
fraction, or is too large to hold every integer, has lost digits and is refused.
"""

from __future__ import annotations

from contextlib import suppress
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.errors import UsageError

__all__ = ["Rendered", "as_text", "can_render", "check", "decoded", "is_text"]

# Below this a float of the width holds every integer; from it on, two integers share one
# float, so nobody can tell which of them was meant.
_EXACT_BELOW = {16: 2.0**11, 32: 2.0**24, 64: 2.0**53}


class Rendered(NamedTuple):
    """A column as text.

    Attributes:
        text: ``large_string`` of the column's length; null where the column is null or
            its number is lossy.
        lossy: Boolean mask of numbers that lost digits, or None where there are none.
    """

    text: pa.LargeStringArray
    lossy: npt.NDArray[np.bool_] | None = None

    def __repr__(self) -> str:
        return f"<Rendered of {len(self.text)} values>"


def can_render(kind: pa.DataType) -> bool:
    """Tell whether a column of type ``kind`` can hold identifiers at all."""
    if pa.types.is_dictionary(kind):
        return can_render(kind.value_type)
    return (
        pa.types.is_null(kind)
        or is_text(kind)
        or pa.types.is_integer(kind)
        or pa.types.is_floating(kind)
    )


def is_text(kind: pa.DataType) -> bool:
    """Tell whether a column of type ``kind`` holds texts, in any of Arrow's layouts."""
    return (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def as_text(column: pa.Array) -> Rendered:
    """Render a column of texts or numbers as text.

    Args:
        column: string, large_string, string_view, integers, floats, null, or a
            dictionary of those. NaN counts as null.

    Raises:
        UsageError: Another type, text that is not valid UTF-8, or buffers that do not hold
            what the column claims.
    """
    check(column)
    return _rendered(column)


def check(column: pa.Array) -> None:
    """Check that a column is what it claims before anything reads it.

    Raises:
        UsageError: Text that is not valid UTF-8, or offsets, indices or sizes of buffers
            that lead outside.
    """
    failed = False
    try:
        column.validate(full=True)
    except (pa.ArrowException, ValueError):
        failed = True
    if failed:  # Raised outside of the handler: the library's message holds the bytes.
        raise UsageError("identity.not_utf8")


def _rendered(column: pa.Array) -> Rendered:
    kind = column.type
    if pa.types.is_dictionary(kind):
        return _rendered(decoded(column))
    if pa.types.is_null(kind):
        return Rendered(pa.nulls(len(column), pa.large_string()))
    if is_text(kind):
        return Rendered(column.cast(pa.large_string()))
    if pa.types.is_integer(kind):
        return Rendered(column.cast(pa.string()).cast(pa.large_string()))
    if pa.types.is_floating(kind):
        return _from_floats(column.cast(pa.float64()), _EXACT_BELOW[kind.bit_width])
    raise UsageError("identity.column_type", type=str(kind))


def decoded(column: pa.DictionaryArray) -> pa.Array:
    """Give each row of a dictionary's column its value.

    Raises:
        UsageError: An index or a view leads outside.
    """
    values = column.dictionary
    if pa.types.is_string_view(values.type):
        check(values)  # What is cast is read.
    if is_text(values.type):
        # Arrow takes no views; and one long value in many rows can be more than the
        # offsets of a string reach.
        values = values.cast(pa.large_string())
    rows = None
    with suppress(IndexError):  # The library's message holds the index.
        rows = values.take(column.indices)
    if rows is None:
        raise UsageError("identity.not_utf8")
    return rows


def _from_floats(column: pa.DoubleArray, exact_below: float) -> Rendered:
    values = column.to_numpy(zero_copy_only=False)
    missing = np.isnan(values)
    lossy = ~missing & ~((np.trunc(values) == values) & (np.abs(values) < exact_below))
    whole = np.where(missing | lossy, 0.0, values).astype(np.int64)
    text = pa.array(whole, mask=missing | lossy).cast(pa.string()).cast(pa.large_string())
    return Rendered(text, lossy if lossy.any() else None)
