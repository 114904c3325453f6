# SPDX-License-Identifier: Apache-2.0
"""Sorting by a column of pseudonyms: their first bytes as numbers, and what ties.

Texts are compared eight bytes at a time, as numbers that sort like them; only texts that
share those and are not equal are compared as texts, which is slow. No pseudonym holds a
zero byte, so a text that has ended may be filled up with them.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["PREFIX", "Keys", "keys_of", "sorting", "splitters"]

Keys = npt.NDArray[np.uint64]
Rows = npt.NDArray[np.uint32]

PREFIX = 8
"""Bytes of a text that its key holds."""


def keys_of(texts: pa.Array, depth: int) -> Keys:
    """Give the eight bytes at ``depth`` of each text as a number that sorts like them.

    Args:
        texts: ``string`` without nulls.
        depth: Bytes to pass over.
    """
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    starts = offsets[texts.offset : texts.offset + len(texts) + 1]
    buffer = texts.buffers()[2]
    data = np.frombuffer(buffer if buffer is not None else b"", dtype=np.uint8)
    width = int(starts[1] - starts[0]) if len(texts) else 0
    if width >= depth + PREFIX and (np.diff(starts) == width).all():
        table = data[starts[0] : starts[-1]].reshape(-1, width)[:, depth : depth + PREFIX]
    else:
        table = _padded(data, starts, depth)
    return np.ascontiguousarray(table).view(">u8").ravel().astype(np.uint64)


def _padded(
    data: npt.NDArray[np.uint8], offsets: npt.NDArray[np.int32], depth: int
) -> npt.NDArray[np.uint8]:
    """Eight bytes at ``depth`` of texts of any length, zero where a text has ended."""
    places = offsets[:-1, None] + np.arange(depth, depth + PREFIX)
    inside = places < offsets[1:, None]
    table = np.zeros(places.shape, dtype=np.uint8)
    table[inside] = data[places[inside]]
    return table


def splitters(sample: Keys, parts: int) -> Keys:
    """Choose keys that divide a sample in equal parts; a frequent key gets its own part."""
    if not len(sample):
        return np.empty(0, dtype=np.uint64)
    ordered = np.sort(sample)
    chosen = np.unique(ordered[np.arange(1, parts) * len(ordered) // parts])
    times = np.searchsorted(ordered, chosen, "right") - np.searchsorted(ordered, chosen, "left")
    frequent = chosen[(times * 2 * parts > len(ordered)) & (chosen < np.uint64(2**64 - 1))]
    return np.union1d(chosen, frequent + np.uint64(1))


def sorting(texts: pa.Array) -> Rows:
    """Give the rows in the order of their texts, equal ones as they came, nulls last."""
    if texts.null_count:
        present = texts.is_valid().to_numpy(zero_copy_only=False)
        there = np.flatnonzero(present).astype(np.uint32)
        gone = np.flatnonzero(~present).astype(np.uint32)
        return np.concatenate([there[sorting(texts.drop_null())], gone])
    keys = keys_of(texts, 0)
    order, leading = _by_leading_bits(keys)
    same = leading[1:] == leading[:-1]
    if same.any():
        _settle(texts, order, same)
    return order


def _by_leading_bits(keys: Keys) -> tuple[Rows, Keys]:
    """Sort by as many of the bits in which keys differ as leave room for the row.

    Numbers that hold their row behind the key are sorted several times faster than rows
    by their keys, and equal ones stay as they came.

    Returns:
        The rows in order, and the bits they were sorted by, in that order.
    """
    if not len(keys):
        return np.empty(0, dtype=np.uint32), keys
    room = (len(keys) - 1).bit_length()
    low = keys.min()
    surplus = max(0, int(keys.max() - low).bit_length() + room - 64)
    packed = ((keys - low) >> np.uint64(surplus)) << np.uint64(room)
    packed |= np.arange(len(keys), dtype=np.uint64)
    packed.sort()
    order = (packed & np.uint64((1 << room) - 1)).astype(np.uint32)
    return order, packed >> np.uint64(room)


def _settle(texts: pa.Array, order: Rows, same: npt.NDArray[np.bool_]) -> None:
    """Put neighbours that tie in the order of their whole texts, in place."""
    tied = np.flatnonzero(np.append(same, False) | np.append(False, same))
    among = order[tied]
    tying = texts.take(pa.array(among))
    begins = np.append(True, ~same)[tied]
    groups = np.cumsum(begins) - 1
    unequal = np.zeros(groups[-1] + 1, dtype=bool)
    unequal[groups[1:][_differs(tying) & ~begins[1:]]] = True
    # Where all of a group are equal, they stand as they came already.
    left = np.flatnonzero(unequal[groups])
    if left.size:
        chosen = pc.sort_indices(tying.take(pa.array(left))).to_numpy()
        order[tied[left]] = among[left][chosen]


def _differs(texts: pa.Array) -> npt.NDArray[np.bool_]:
    """Tell of each text but the first whether it differs from the one before it."""
    longest = pc.max(pc.binary_length(texts)).as_py()
    differs = np.zeros(len(texts) - 1, dtype=bool)
    for depth in range(0, longest, PREFIX):
        keys = keys_of(texts, depth)
        differs |= keys[1:] != keys[:-1]
    return differs
