# SPDX-License-Identifier: Apache-2.0
"""Which delimiters and line ends stand outside quotes.

Two ways with one meaning. Where every quote in a block is well-formed (an opening one
begins a field, a closing one ends it), being inside quotes is a matter of parity, and
numpy tells it for the whole block at once. Anything else, such as an inch sign in a
free text, goes from one quoted field to the next.
"""

from __future__ import annotations

import re

import numpy as np
import numpy.typing as npt

__all__ = ["CR", "LF", "QUOTE", "separating"]

LF, CR, QUOTE = 0x0A, 0x0D, 0x22

Bytes = npt.NDArray[np.uint8]
Places = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

# A quoted field up to its closing quote. Possessive, so that a field of any length is
# matched in linear time and without a stack.
_QUOTED = re.compile(rb'"[^"]*+(?:""[^"]*+)*+"')


def separating(
    block: bytes, data: Bytes, marks: Places, kinds: Bytes, delimiter: int
) -> tuple[Flags, int]:
    """Tell which marks separate fields or records.

    Args:
        block: The block of text, beginning with a record.
        data: The same as an array.
        marks: Places of its quotes, delimiters and line ends, ascending.
        kinds: The bytes there.
        delimiter: The byte between fields.

    Returns:
        One flag a mark, False for quotes and for what stands inside quotes; and where
        the quote stands that is still open at the end of the block, or -1.
    """
    border = np.zeros(256, np.bool_)
    border[[LF, CR, delimiter]] = True
    told = by_parity(data, marks, kinds, border)
    return told if told is not None else one_by_one(block, data, marks, kinds, border)


def by_parity(data: Bytes, marks: Places, kinds: Bytes, border: Flags) -> tuple[Flags, int] | None:
    """Tell by counting quotes; None where that would be wrong.

    Args:
        data: The block.
        marks: Places of its quotes, delimiters and line ends.
        kinds: The bytes there.
        border: By byte, whether it ends a field.
    """
    quotes = kinds == QUOTE
    places = marks[quotes]
    opening, closing = places[0::2], places[1::2]
    # A pair of quotes inside a field closes and opens again: its second quote is an
    # opening one that follows a quote, its first a closing one before a quote.
    before, after = data[opening - 1], data[np.minimum(closing + 1, len(data) - 1)]
    first = border[before] | (opening == 0)
    last = border[after] | (after == QUOTE)
    if not ((first | (before == QUOTE)).all() and last.all()):
        return None
    # Counting in one byte wraps around, and the lowest bit is still right.
    odd = (np.cumsum(quotes.view(np.uint8), dtype=np.uint8) & 1).view(np.bool_)
    open_quote = int(opening[first][-1]) if len(places) % 2 else -1
    return ~(odd | quotes), open_quote


def one_by_one(
    block: bytes, data: Bytes, marks: Places, kinds: Bytes, border: Flags
) -> tuple[Flags, int]:
    """Tell by going from quoted field to quoted field; always right.

    Args:
        block: The block.
        data: The same as an array.
        marks: Places of its quotes, delimiters and line ends.
        kinds: The bytes there.
        border: By byte, whether it ends a field.
    """
    quotes = kinds == QUOTE
    places = marks[quotes]
    beginning = places[border[data[places - 1]] | (places == 0)]
    opens: list[int] = []
    closes: list[int] = []
    open_quote, end = -1, 0
    for place in beginning.tolist():
        if place < end:
            continue
        quoted = _QUOTED.match(block, place)
        end = quoted.end() if quoted else len(block)
        opens.append(place)
        closes.append(end)
        if quoted is None:
            open_quote = place
            break
    inside = np.searchsorted(opens, marks, "right") > np.searchsorted(closes, marks, "right")
    return ~(inside | quotes), open_quote
