# SPDX-License-Identifier: Apache-2.0
"""Which character stands between the fields of a text.

Told, or written on the first line as Excel does (``sep=;``), or found out from the
header and the first records: the candidate that gives them the same number of fields
most often. A file in which none does has a single column.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np

from pseudo.errors import UsageError
from pseudo.kernel import Framed
from pseudo.kernel.frame import frame

__all__ = ["NO_DELIMITER", "Dialect", "find_dialect", "first_records"]

# In order of preference. A comma stands last, since Swedish decimals have one.
_CANDIDATES = b";\t|,"
_RECORDS = 100
_SAMPLES = (64 * 1024, 1024 * 1024)

# The ASCII unit separator stands in for the delimiter that a single column lacks.
NO_DELIMITER = 0x1F

_SEPARATOR_LINE = re.compile(rb'"?sep=([\t!#-/:-@\[-`{-~])"?(?:\r\n|\r|\n|\Z)', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Dialect:
    """How the fields of a text are set apart.

    Attributes:
        delimiter: The byte between fields.
        offset: Bytes of a ``sep=`` line before the header.
    """

    delimiter: int
    offset: int

    @property
    def shown(self) -> str:
        """The delimiter as a text, empty for a single column."""
        return "" if self.delimiter == NO_DELIMITER else chr(self.delimiter)

    @property
    def lines(self) -> int:
        """Physical lines before the header or the blank lines that precede it."""
        return 1 if self.offset else 0


def find_dialect(text: bytes, *, whole: bool, told: str | None) -> Dialect:
    """Find out the delimiter.

    Args:
        text: The beginning of the file, in UTF-8 and without a byte order mark.
        whole: Whether it is all of the file.
        told: One character from the caller's order or spec, or None.

    Raises:
        UsageError: What was told cannot stand between fields.
    """
    line = _SEPARATOR_LINE.match(text)
    offset = line.end() if line else 0
    if told is not None:
        return Dialect(_told(told), offset)
    if line:
        return Dialect(ord(line[1]), offset)
    scores = {byte: _score(text, byte, whole=whole) for byte in _CANDIDATES}
    best = max(scores, key=lambda byte: scores[byte])
    return Dialect(best if scores[best] >= 0 else NO_DELIMITER, offset)


def _told(told: str) -> int:
    if len(told) != 1 or not told.isascii() or told.isalnum() or told in '"\r\n\0':
        raise UsageError("usage.bad_delimiter")
    return ord(told)


def _score(text: bytes, delimiter: int, *, whole: bool) -> float:
    """Tell how well a delimiter fits: 0 to 1, or -1 for not at all."""
    fields = first_records(text, delimiter, whole=whole).fields[: _RECORDS + 1]
    if not fields.size or fields[0] == 1:
        return -1.0
    width, rest = fields[0], fields[1:]
    if delimiter == ord(",") and rest.size and rest.max() == 1:
        # It stands in the header only: in the name of a single column. The others hardly
        # stand in a name, so there it is the records that are broken.
        return -1.0
    return float(np.mean(rest == width)) if rest.size else 1.0


def first_records(text: bytes, delimiter: int, *, whole: bool) -> Framed:
    """Frame as little of a text's beginning as holds the header and 100 records.

    Args:
        text: The beginning of the file.
        delimiter: The byte between fields.
        whole: Whether ``text`` is all of the file.
    """
    for size in _SAMPLES:
        if size < len(text):
            framed = frame(text[:size], delimiter, final=False)
            if framed.count > _RECORDS:
                return framed
    return frame(text, delimiter, final=whole)
