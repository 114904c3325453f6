# SPDX-License-Identifier: Apache-2.0
"""The reference search for identity numbers in raw bytes: files, containers, logs.

It is the search inside a text (:func:`pseudo.identity.finding.find_in_text`) over bytes
that may be no text at all. Digits, letters, blanks, dash and plus are those of ASCII, and
every byte above 0x7F is a letter, so that it stands neither for a digit nor between the
parts of a number. In particular:

- No digit touches a number. Letters may, and so may the end of the data.
- A number is 8 or 6 digits, or a date of 2 or 4, 2 and 2 digits with 1 to 3 bytes between
  them; then up to 7 bytes; then 4 digits. The bytes between are neither letters nor digits.
- With one dash or plus, and nothing but blanks around it, behind 8 or 6 digits that stand
  together, it is ``SEPARATED`` and judged with that sign. Every other number is judged as
  bare digits.
- The rule is :func:`pseudo.identity.finding.scan_rule`'s, and a number that begins inside a
  UUID, a hash or a time of day is none.

Whether a place begins a number depends on the bytes near it alone. Who has more data than
memory searches it in chunks that overlap by :data:`OVERLAP`, and takes from each the
numbers that begin at least :data:`LOOKS_BEHIND` bytes after its beginning, if data was
before it, and :data:`LOOKS_AHEAD` bytes before its end, if data comes behind it. Each
number is then found in exactly one chunk, if chunks are longer than the overlap.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import numpy as np
import pyarrow as pa

from pseudo.identity import Reason, judge
from pseudo.identity.finding import OTHER, Shape, rank_of, scan_rule
from pseudo.kernel import FoundBytes

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["LOOKS_AHEAD", "LOOKS_BEHIND", "OVERLAP", "find_in_bytes", "flat"]

LOOKS_BEHIND = 136
"""Bytes before a number on which it depends whether it is one: those from the byte before
a hash of 128 digits, with whose last two a time begins, to the time's fraction."""

LOOKS_AHEAD = 129
"""Bytes from a number's first on which it depends: a hash, and the byte behind it."""

OVERLAP = LOOKS_BEHIND + LOOKS_AHEAD
"""Bytes that two chunks must have in common."""

_BETWEEN = rb"[^0-9A-Za-z\x80-\xff]"
_EMBEDDED = re.compile(
    rb"(?<![0-9])(?=([0-9]{8}|[0-9]{6}"
    rb"|(?:[0-9]{2})?[0-9]{2}%(between)b{1,3}[0-9]{2}%(between)b{1,3}[0-9]{2}(?![0-9]))"
    rb"(%(between)b{0,7})([0-9]{4})(?![0-9]))" % {b"between": _BETWEEN}
)
_BLANKS = rb"[\t\n\v\f\r\x1c-\x1f ]*"
_PROVING = re.compile(_BLANKS + rb"([-+])" + _BLANKS)
_OTHER = re.compile(OTHER.encode("ascii"))


def find_in_bytes(data: Buffer, reference_year: int) -> FoundBytes:
    """Find every number in raw bytes; see :meth:`pseudo.kernel.Kernel.find_bytes`."""
    view, rule = flat(data), scan_rule(reference_year)
    candidates = []
    for match in _EMBEDDED.finditer(view):
        spelled, shape = _spelled(*match.groups())
        verdict = judge(spelled, rule)
        if verdict.reason is Reason.OK:
            candidates.append((match.start(), rank_of(verdict.canonical), shape))
    others = [other.span() for other in _OTHER.finditer(view)] if candidates else []
    return _outside(candidates, others)


def flat(data: Buffer) -> pa.Buffer:
    """View whatever holds bytes as a row of them.

    Raises:
        BufferError: The bytes do not lie in one piece.
    """
    return pa.py_buffer(data)


def _spelled(head: bytes, gap: bytes, tail: bytes) -> tuple[str, Shape]:
    """Write a candidate as the judge reads it, and tell what its spelling proves."""
    digits = bytes(byte for byte in head if byte in b"0123456789")
    mark = _PROVING.fullmatch(gap)
    if mark is not None and digits == head:
        return (digits + mark[1] + tail).decode("ascii"), Shape.SEPARATED
    shape = Shape.TWELVE if len(digits) == 8 else Shape.TEN
    return (digits + tail).decode("ascii"), shape


def _outside(
    candidates: list[tuple[int, int, Shape]], others: list[tuple[int, int]]
) -> FoundBytes:
    """Leave out the candidates that begin inside one of ``others``; both are ascending."""
    starts = np.array([start for start, _, _ in candidates], dtype=np.int64)
    begins = np.array([begin for begin, _ in others], dtype=np.int64)
    ends = np.array([0, *(end for _, end in others)], dtype=np.int64)
    # The end of the last other that begins at the candidate or before it; 0 for none.
    last = ends[np.searchsorted(begins, starts, side="right")]
    kept = last <= starts
    ranks = np.array([rank for _, rank, _ in candidates], dtype=np.int64)
    shapes = np.array([shape for _, _, shape in candidates], dtype=np.uint8)
    return FoundBytes(starts[kept], ranks[kept], shapes[kept])
