# SPDX-License-Identifier: Apache-2.0
"""Pseudonyms inside a column's texts, however they are spelled, with whole-column arithmetic.

A pseudonym is told by a run of as many characters of its alphabet, in either case, anywhere
in a cell; dashes in those of ``uuid`` do not count. Every stretch of that length in a longer
run is one that might be meant, so that a letter written before a pseudonym hides nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.kernel.decode import Decoded, decode_characters
from pseudo.pseudonym import PseudonymFormat

__all__ = ["decode_runs"]

_DASH = ord("-")
_OTHER = 0
_AT_ONCE = 1 << 16
"""Stretches that are decoded together, which bounds the memory that they take."""

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]


def _folded(alphabet: str) -> Bytes:
    """Make the table from a byte to the character of the alphabet that it stands for."""
    table = np.full(256, _OTHER, dtype=np.uint8)
    for character in alphabet:
        for spelled in (character.lower(), character.upper()):
            table[ord(spelled)] = ord(character)
    return table


_TABLES = {
    PseudonymFormat.BASE32: _folded("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"),
    PseudonymFormat.HEX: _folded("0123456789abcdef"),
    PseudonymFormat.UUID: _folded("0123456789abcdef"),
}
# The dashes of a UUID are no part of what is counted.
_WIDTHS = {PseudonymFormat.BASE32: 26, PseudonymFormat.HEX: 32, PseudonymFormat.UUID: 32}
_SUSPECTS = {
    PseudonymFormat.BASE32: "[A-Za-z2-7]{26}",
    PseudonymFormat.HEX: "[0-9A-Fa-f]{32}",
    PseudonymFormat.UUID: "(?:[0-9A-Fa-f]-*){32}",
}


def decode_runs(texts: pa.StringArray, form: PseudonymFormat) -> Iterator[Decoded]:
    """Read everything in a column that might be a pseudonym in some spelling.

    Args:
        texts: ``string``, with whatever stands in it.
        form: The format.

    Yields:
        Some of what was found: numbers of cells, ascending, counted over those cells alone
        that hold a long enough run, and 16 bytes each. A cell may come several times.
    """
    width = _WIDTHS[form]
    # Most columns hold nothing that long, and are done with here.
    texts = texts.filter(pc.greater_equal(pc.binary_length(texts), width))
    if len(texts):
        texts = texts.filter(pc.match_substring_regex(texts, _SUSPECTS[form]))
    if not len(texts):
        return
    characters, starts = _characters(texts, form)
    firsts, counts = _stretches(characters, starts, width)
    ends = np.cumsum(counts)
    for first in range(0, int(ends[-1]), _AT_ONCE):
        nth = np.arange(first, min(first + _AT_ONCE, int(ends[-1])))
        run = np.searchsorted(ends, nth, side="right")
        places = firsts[run] + nth - (ends[run] - counts[run])
        found = characters[places[:, None] + np.arange(width)]
        if form is PseudonymFormat.UUID:
            found = np.insert(found, [8, 12, 16, 20], _DASH, axis=1)
        raw, fits = decode_characters(found, form)
        cells = np.searchsorted(starts, places[fits], side="right") - 1
        yield Decoded(cells, raw[fits])


def _characters(texts: pa.StringArray, form: PseudonymFormat) -> tuple[Bytes, Places]:
    """Give the folded characters of all cells, one behind the other, and where each begins.

    The last place given is the end of all.
    """
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    starts = offsets[texts.offset : texts.offset + len(texts) + 1].astype(np.int64)
    data = np.frombuffer(texts.buffers()[2], dtype=np.uint8)[starts[0] : starts[-1]]
    starts -= starts[0]
    if form is PseudonymFormat.UUID:
        counted = data != _DASH
        starts = np.concatenate([[0], np.cumsum(counted)])[starts]
        data = data[counted]
    return _TABLES[form][data], starts


def _stretches(characters: Bytes, starts: Places, width: int) -> tuple[Places, Places]:
    """Find runs of the alphabet that are long enough, none beyond the end of its cell.

    Returns:
        Where each run begins, and how many stretches of the width are in it.
    """
    others = np.flatnonzero(characters == _OTHER)
    # Each ends one run and begins the next, as cells do; both lists are sorted but for one seam.
    firsts = np.sort(np.concatenate([starts[:-1], others + 1]), kind="stable")
    ends = np.sort(np.concatenate([starts[1:], others]), kind="stable")
    counts = ends - firsts - width + 1
    long = counts > 0
    return firsts[long], counts[long]
