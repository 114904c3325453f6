# SPDX-License-Identifier: Apache-2.0
"""The 16 bytes of a whole column of pseudonyms, with whole-column arithmetic."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.pseudonym import RAW_BYTES, PseudonymFormat

__all__ = ["Decoded", "decode_characters", "decode_column"]

Bytes = npt.NDArray[np.uint8]

_NONE = 255
_DASHES = (8, 13, 18, 23)


def _values(alphabet: bytes) -> Bytes:
    values = np.full(256, _NONE, dtype=np.uint8)
    values[np.frombuffer(alphabet, dtype=np.uint8)] = np.arange(len(alphabet), dtype=np.uint8)
    return values


_BASE32 = _values(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
_HEX = _values(b"0123456789abcdef")


class Decoded(NamedTuple):
    """A column of pseudonyms as bytes.

    Attributes:
        rows: int64, the rows that hold a pseudonym of the format, ascending.
        raw: The 16 bytes of each of these rows.
    """

    rows: npt.NDArray[np.int64]
    raw: Bytes

    def __repr__(self) -> str:
        return f"<Decoded {len(self.rows)} pseudonyms>"


def decode_column(texts: pa.StringArray, form: PseudonymFormat) -> Decoded:
    """Read pseudonyms; the opposite of :func:`pseudo.kernel.encode.encode_column`.

    Args:
        texts: ``string``, with whatever stands in it.
        form: The format.

    Returns:
        The cells that ``form.matches``, as bytes; nulls and all others are left out.
    """
    rows, characters = _of_width(texts, form.width)
    raw, fits = decode_characters(characters, form)
    return Decoded(rows[fits], raw[fits])


def decode_characters(
    characters: Bytes, form: PseudonymFormat
) -> tuple[Bytes, npt.NDArray[np.bool_]]:
    """Read pseudonyms that are a row of characters each.

    Args:
        characters: As many columns as the format is wide.
        form: The format.

    Returns:
        16 bytes for each row, and which rows are pseudonyms at all.
    """
    if form is PseudonymFormat.BASE32:
        return _base32(characters)
    if form is PseudonymFormat.HEX:
        return _hex(characters)
    return _uuid(characters)


def _of_width(texts: pa.StringArray, width: int) -> tuple[npt.NDArray[np.int64], Bytes]:
    """Find the cells of the right length, and give their characters, a row each."""
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    starts = offsets[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    buffer = texts.buffers()[2]
    data = np.frombuffer(buffer if buffer is not None else b"", dtype=np.uint8)
    fits = np.diff(starts) == width
    if texts.null_count:
        # A null's slot in an array from outside may hold bytes.
        fits &= texts.is_valid().to_numpy(zero_copy_only=False)
    rows = np.flatnonzero(fits)
    if len(rows) == len(texts) and len(rows):
        return rows, data[starts[0] : starts[-1]].reshape(-1, width)
    return rows, data[starts[:-1][rows, None] + np.arange(width)]


def _base32(characters: Bytes) -> tuple[Bytes, npt.NDArray[np.bool_]]:
    five = _BASE32[characters]
    # The last character carries three bits only.
    fits = (five != _NONE).all(axis=1) & (five[:, -1] & 3 == 0)
    bits = np.unpackbits(five[:, :, None], axis=2)[:, :, 3:].reshape(len(five), 5 * five.shape[1])
    return np.packbits(bits[:, : 8 * RAW_BYTES], axis=1), fits


def _hex(characters: Bytes) -> tuple[Bytes, npt.NDArray[np.bool_]]:
    nibbles = _HEX[characters]
    fits = (nibbles != _NONE).all(axis=1)
    high, low = nibbles[:, 0::2] << np.uint8(4), nibbles[:, 1::2] & np.uint8(15)
    return high | low, fits


def _uuid(characters: Bytes) -> tuple[Bytes, npt.NDArray[np.bool_]]:
    dashed = (characters[:, _DASHES] == ord("-")).all(axis=1)
    raw, fits = _hex(np.delete(characters, _DASHES, axis=1))
    return raw, fits & dashed & (raw[:, 6] >> 4 == 8) & (raw[:, 8] >> 6 == 2)
