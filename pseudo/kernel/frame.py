# SPDX-License-Identifier: Apache-2.0
"""Where the records of a block of text begin and end, and how many fields they have.

pyarrow's parser, by which the reference splits records, gives no place for a bad row and
swallows what comes after an unclosed quote, so records are found here first, by exactly
its grammar:

* A record ends at LF, CR LF or a lone CR that is not inside quotes.
* A quote opens a quoted field only as the field's first byte; anywhere else outside
  quotes it is a letter like any other.
* Inside quotes ``""`` is a quote. After the closing quote the rest of the field is plain
  text, quotes included.
* A line of no bytes at all is no record.

:func:`frame` is pure: bytes in, arrays out.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pseudo.kernel import Framed
from pseudo.kernel.quotes import CR, LF, QUOTE, separating

__all__ = ["check_delimiter", "frame", "line_ends"]

_ZERO = np.zeros(1, np.int64)


def frame(block: bytes, delimiter: int, *, final: bool) -> Framed:
    """Find the records of a block of text.

    Args:
        block: Text in an encoding that keeps ASCII bytes apart (UTF-8). Its first byte
            is the first of a record or of a blank line.
        delimiter: The byte between fields, 0 to 255; not a quote, CR or LF.
        final: Whether the text ends with the block, so that what has no line end is a
            record too. A quote that is still open then leaves its record out.

    Returns:
        The complete records. Without ``final``, a CR at the very end of the block ends
        nothing yet, since an LF may follow.

    Raises:
        ValueError: The delimiter is no byte, or a quote, CR or LF.
    """
    check_delimiter(delimiter)
    size = len(block)
    if final and block and not block.endswith((b"\n", b"\r")):
        # The last line gets the end that it lacks, so that all records are alike.
        block += b"\n"
    data = np.frombuffer(block, np.uint8)
    marks = _marks(block, data, delimiter)
    kinds = data[marks]
    line_end = (kinds == LF) | (kinds == CR)
    passed = np.arange(1, np.count_nonzero(line_end) + 1, dtype=np.int64)
    open_quote = -1
    if QUOTE in block:
        outside, open_quote = separating(block, data, marks, kinds, delimiter)
        passed = passed[outside[line_end]]
        marks, line_end = marks[outside], line_end[outside]
    last = np.flatnonzero(line_end)
    if not final and last.size and data[-1] == CR and marks[last[-1]] == size - 1:
        last = last[:-1]
    ends = marks[last]
    return _framed(
        ends,
        np.minimum(ends + _end_widths(data, ends), size),
        np.diff(last, prepend=-1),
        passed[: len(last)],
        open_quote,
    )


def check_delimiter(delimiter: int) -> None:
    """Make sure that a byte can stand between fields.

    Raises:
        ValueError: It cannot.
    """
    if delimiter in (QUOTE, CR, LF) or not 0 <= delimiter <= 0xFF:
        raise ValueError("this byte cannot stand between fields")


def _marks(block: bytes, data: npt.NDArray[np.uint8], delimiter: int) -> npt.NDArray[np.int64]:
    """Find the bytes that mean something; of CR LF only the CR."""
    wanted = data == LF
    if b"\r" in block:
        returns = data == CR
        wanted[1:] &= ~returns[:-1]
        wanted |= returns
    wanted |= data == delimiter
    if QUOTE in block:
        wanted |= data == QUOTE
    marks: npt.NDArray[np.int64] = np.flatnonzero(wanted)
    return marks


def _end_widths(data: npt.NDArray[np.uint8], ends: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
    """Tell how many bytes each line end has: two for CR LF, one for the others."""
    after = np.minimum(ends + 1, len(data) - 1)
    widths = np.ones(len(ends), np.int64)
    widths[(data[ends] == CR) & (data[after] == LF)] = 2
    return widths


def _framed(
    ends: npt.NDArray[np.int64],
    nexts: npt.NDArray[np.int64],
    fields: npt.NDArray[np.int64],
    passed: npt.NDArray[np.int64],
    open_quote: int,
) -> Framed:
    """Put the arrays together and leave the blank lines out.

    Args:
        ends: Where each line outside quotes ends.
        nexts: Where the next one begins.
        fields: Fields of each.
        passed: Line ends up to and with its own.
        open_quote: As in :class:`Framed`.
    """
    if not ends.size:
        return Framed(ends, ends, ends, ends, 0, 0, 0, multiline=False, open_quote=open_quote)
    starts = np.concatenate((_ZERO, nexts[:-1]))
    lines = np.concatenate((_ZERO, passed[:-1]))
    lines_all, filled = int(passed[-1]), ends > starts
    blank = len(ends) - int(np.count_nonzero(filled))
    multiline = lines_all > len(ends)
    if blank:
        starts, ends, lines, fields = (column[filled] for column in (starts, ends, lines, fields))
    return Framed(
        starts, ends, lines, fields, int(nexts[-1]), lines_all, blank, multiline, open_quote
    )


def line_ends(text: bytes) -> int:
    """Count the line ends of a piece of text: LF, CR LF and a lone CR are one each."""
    return text.count(b"\n") + text.count(b"\r") - text.count(b"\r\n")
