# SPDX-License-Identifier: Apache-2.0
"""Arrow columns as the compiled kernel takes them, and the arrays it fills."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pyarrow as pa

from pseudo.identity.render import check, is_text
from pseudo.parallel import cores

if TYPE_CHECKING:
    from pseudo._native import Column

__all__ = ["bitmap", "described", "is_textual", "strings", "unchecked"]


_LONG = 131_072


def described(column: pa.Array, threads: int = 1) -> Column:
    """Describe a column of texts so that its buffers can be taken over the border.

    Args:
        column: string, large_string, string_view, or a dictionary of those.
        threads: The most threads to check it with, 0 for as many as there are cores.

    Raises:
        UsageError: A text is not valid UTF-8, or the buffers do not hold what the column
            claims; the same error as the reference kernel's.
    """
    _check(column, threads or cores())
    return unchecked(column)


def _check(column: pa.Array, threads: int) -> None:
    """Check a column, a long one in slices at once: alone it is a twentieth of a swap."""
    if threads > 1 and len(column) >= _LONG and not pa.types.is_dictionary(column.type):
        step = -(-len(column) // threads)
        slices = [column.slice(start, step) for start in range(0, len(column), step)]
        with ThreadPoolExecutor(threads - 1, thread_name_prefix="pseudo-check") as pool:
            others = [pool.submit(check, part) for part in slices[1:]]
            check(slices[0])
            for other in others:
                other.result()
        # What the whole column claims is what its slices have, or the check below says so.
        if sum(part.null_count for part in slices) == column.null_count:
            return
    check(column)


def is_textual(kind: pa.DataType) -> bool:
    """Tell whether a column of type ``kind`` is one of texts, so that it can be described.

    A dictionary of views is not: Arrow takes nothing from it, so it is decoded first.
    """
    if pa.types.is_dictionary(kind):
        return is_text(kind.value_type) and not pa.types.is_string_view(kind.value_type)
    return is_text(kind)


def unchecked(column: pa.Array) -> Column:
    """Describe a column of texts as it is.

    For kernels that look at every cell anyway: validating costs more than most of them do.
    They are to refuse what is not UTF-8, and never to trust an offset.
    """
    kind, offset, length = column.type, column.offset, len(column)
    if pa.types.is_dictionary(kind):
        # Indices of every width become one, so that the kernel knows one.
        indices = column.indices.cast(pa.int64())
        validity, main = indices.buffers()
        values = [unchecked(column.dictionary)]
        return ("dictionary", validity, main, [], indices.offset, length, values)
    validity, main, *data = column.buffers()
    there = [buffer for buffer in data if buffer is not None]
    if pa.types.is_string_view(kind):
        return ("view", validity, main, there, offset, length, [])
    layout = "large_utf8" if pa.types.is_large_string(kind) else "utf8"
    return (layout, validity, main, there, offset, length, [])


def bitmap(length: int) -> pa.Buffer:
    """Allocate a validity bitmap for ``length`` rows; its bits are whatever they are."""
    return pa.allocate_buffer((length + 7) // 8)


def strings(
    length: int, validity: pa.Buffer | None, offsets: pa.Buffer, data: pa.Buffer, nulls: int
) -> pa.StringArray:
    """Put a column of texts together from filled buffers."""
    return pa.StringArray.from_buffers(
        length, offsets, data, validity if nulls else None, nulls, 0
    )
