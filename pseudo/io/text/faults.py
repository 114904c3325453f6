# SPDX-License-Identifier: Apache-2.0
"""Faults that refuse a whole text, each at the place where it becomes certain.

What is reported must not depend on how the text was cut into blocks, so of two faults
the one whose last needed byte comes first wins.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

import numpy as np

from pseudo.errors import DeliveryError
from pseudo.kernel import Framed
from pseudo.kernel.frame import frame, line_ends

__all__ = ["Place", "refuse_long", "refuse_open_quote", "refuse_prefix"]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a block of text stands in the delivery.

    Attributes:
        file: Number of the file.
        record: Record number of the first record that begins in the block.
        line: Physical line of the block's first byte.
        longest: Bytes that a record may have.
    """

    file: int
    record: int
    line: int
    longest: int

    def after(self, framed: Framed) -> Place:
        """Return the place of what follows the block's complete records."""
        return Place(
            self.file,
            self.record + framed.count,
            self.line + framed.consumed_lines,
            self.longest,
        )


def refuse_long(block: bytes, framed: Framed, place: Place) -> None:
    """Refuse a record that is longer than the limit, be it complete or not.

    Raises:
        DeliveryError: There is one.
    """
    over = np.flatnonzero(framed.ends - framed.starts > place.longest)
    if over.size:
        first = int(over[0])
        _refuse_length(place, place.record + first, place.line + int(framed.lines[first]))
    # A CR at the end of the block may turn out to end the record.
    held = framed.open_quote < 0 and block.endswith(b"\r")
    if len(block) - framed.consumed - held > place.longest:
        rest = place.after(framed)
        _refuse_length(rest, rest.record, rest.line)


def _refuse_length(place: Place, record: int, line: int) -> NoReturn:
    raise DeliveryError(
        "delivery.record_too_long",
        file=place.file,
        record=record,
        line=line,
        limit=place.longest,
    )


def refuse_open_quote(block: bytes, framed: Framed, place: Place) -> None:
    """Refuse a text that ends inside quotes.

    Raises:
        DeliveryError: It does; the line is that of the quote which was not closed.
    """
    if framed.open_quote < 0:
        return
    rest = place.after(framed)
    passed = line_ends(block[framed.consumed : framed.open_quote])
    raise DeliveryError(
        "delivery.unclosed_quote", file=rest.file, record=rest.record, line=rest.line + passed
    )


def refuse_prefix(
    prefix: bytes, delimiter: int, place: Place, code: str, **params: str
) -> NoReturn:
    """Refuse a text for the byte that follows ``prefix``.

    Args:
        prefix: The block up to that byte.
        delimiter: The byte between fields.
        place: Where the block stands.
        code: What is wrong with the byte.
        **params: What else the sentence is filled with.

    Raises:
        DeliveryError: Always.
    """
    # Whatever the byte is, it is no line end, so a CR before it does end its line.
    block = prefix + b"\0"
    framed = frame(block, delimiter, final=False)
    refuse_long(block, framed, place)
    rest = place.after(framed)
    line = rest.line + line_ends(block[framed.consumed :])
    raise DeliveryError(code, file=rest.file, record=rest.record, line=line, **params)
