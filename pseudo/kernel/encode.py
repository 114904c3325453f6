# SPDX-License-Identifier: Apache-2.0
"""Pseudonyms of a whole column from their 16 bytes each, with whole-column arithmetic."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.errors import UsageError
from pseudo.pseudonym import RAW_BYTES, PseudonymFormat

__all__ = ["check_size", "encode_column"]

Bytes = npt.NDArray[np.uint8]

_BASE32 = np.frombuffer(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", dtype=np.uint8)
_HEX = np.frombuffer(b"0123456789abcdef", dtype=np.uint8)
_DASH = ord("-")
_MOST_BYTES = 2**31 - 1


def check_size(rows: int, form: PseudonymFormat) -> None:
    """Check that a column of so many pseudonyms is no longer than a ``string`` may be.

    Raises:
        UsageError: Together they could have 2 GiB.
    """
    most = _MOST_BYTES // form.width
    if rows > most:
        raise UsageError("kernel.column_too_long", rows=rows, most=most)


def encode_column(raw: bytes, form: PseudonymFormat) -> pa.StringArray:
    """Write pseudonyms.

    Args:
        raw: n × 16 bytes, one value behind the other.
        form: The format.

    Returns:
        n texts, equal to ``form.write`` of each 16 bytes.
    """
    values = np.frombuffer(raw, dtype=np.uint8).reshape(-1, RAW_BYTES)
    if form is PseudonymFormat.BASE32:
        characters = _base32(values)
    elif form is PseudonymFormat.HEX:
        characters = _hex(values)
    else:
        characters = _uuid(values)
    offsets = np.arange(0, (len(values) + 1) * form.width, form.width, dtype=np.int32)
    return pa.StringArray.from_buffers(
        len(values), pa.py_buffer(offsets), pa.py_buffer(np.ascontiguousarray(characters))
    )


def _base32(values: Bytes) -> Bytes:
    halves = values.view(">u8").astype(np.uint64)
    high, low = halves[:, 0], halves[:, 1]
    five = np.empty((len(values), 26), dtype=np.uint8)
    for place in range(12):
        five[:, place] = (high >> np.uint64(59 - 5 * place)) & np.uint64(31)
    # The 13th character takes the last four bits of one half and the first of the other.
    five[:, 12] = ((high & np.uint64(15)) << np.uint64(1)) | (low >> np.uint64(63))
    for place in range(13, 25):
        five[:, place] = (low >> np.uint64(123 - 5 * place)) & np.uint64(31)
    five[:, 25] = (low & np.uint64(7)) << np.uint64(2)
    return _BASE32[five]


def _hex(values: Bytes) -> Bytes:
    nibbles = np.empty((len(values), 32), dtype=np.uint8)
    nibbles[:, 0::2] = values >> 4
    nibbles[:, 1::2] = values & 15
    return _HEX[nibbles]


def _uuid(values: Bytes) -> Bytes:
    marked = values.copy()
    marked[:, 6] = (marked[:, 6] & 0x0F) | 0x80
    marked[:, 8] = (marked[:, 8] & 0x3F) | 0x80
    return np.insert(_hex(marked), [8, 12, 16, 20], _DASH, axis=1)
