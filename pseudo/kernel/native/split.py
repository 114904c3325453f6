# SPDX-License-Identifier: Apache-2.0
"""Records split by the compiled kernel; the meaning is :func:`pseudo.kernel.split.split`'s."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa

from pseudo import _native
from pseudo.kernel import Framed
from pseudo.kernel.native.arrays import bitmap, strings
from pseudo.kernel.split import check_chosen
from pseudo.kernel.split import split as split_by_reference

__all__ = ["split"]

# Offsets of an array of texts have 31 bits, so the columns of such a block might not fit.
_LARGEST = 2**31 - 1


def split(
    text: bytes, framed: Framed, delimiter: int, width: int, chosen: Sequence[int]
) -> list[pa.StringArray] | None:
    """Split the records of a width into columns."""
    check_chosen(chosen, width)
    if len(text) > _LARGEST:
        return split_by_reference(text, framed, delimiter, width, chosen)
    fits = framed.fields == width
    starts, ends = framed.starts, framed.ends
    if not fits.all():
        starts, ends = starts[fits], ends[fits]
    rows = len(starts)
    data = pa.allocate_buffer(len(text))
    wanted = [(number, pa.allocate_buffer(4 * (rows + 1)), bitmap(rows)) for number in chosen]
    try:
        counts = _native.split(text, (starts, ends), delimiter, width, wanted, data)
    except ValueError:
        return None
    columns, begin = [], 0
    for (_, offsets, validity), (used, nulls) in zip(wanted, counts, strict=True):
        columns.append(strings(rows, validity, offsets, data.slice(begin, used), nulls))
        begin += used
    return columns
