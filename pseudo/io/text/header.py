# SPDX-License-Identifier: Apache-2.0
"""The header: the first record, as column names that may be shown.

A file without a header has a person where its column names should be, and column names
are printed, logged and published. So a first record that could be a person's is refused,
and nothing of it is shown but the column's position.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pseudo.errors import DeliveryError
from pseudo.io.names import checked_names, is_data
from pseudo.io.text.dialect import Dialect, first_records
from pseudo.io.text.faults import Place, refuse_long, refuse_open_quote, refuse_prefix
from pseudo.io.text.head import Head
from pseudo.kernel import Framed
from pseudo.kernel.frame import frame, line_ends
from pseudo.kernel.split import split

__all__ = ["Header", "read_header"]

# A header of a million characters is no header, whatever a record may have.
_LONGEST = 1024 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Header:
    """The column names and what of the file they take up.

    Attributes:
        names: The names, outer blanks removed, NFC, all different.
        offset: Bytes of the text (in UTF-8) up to the end of the header's line.
        blank: Blank lines before it.
        place: Where the text goes on after it.
    """

    names: tuple[str, ...]
    offset: int
    blank: int
    place: Place


def read_header(head: Head, dialect: Dialect, *, file: int, longest: int) -> Header:
    """Read the header.

    Args:
        head: The beginning of the file.
        dialect: How its fields are set apart.
        file: Number of the file in the delivery.
        longest: Bytes that a record may have.

    Raises:
        DeliveryError: There is no header, or it does not name every column once.
    """
    start = Place(file, 1, 1 + dialect.lines, min(longest, _LONGEST))
    text = head.text[dialect.offset :]
    framed = first_records(text, dialect.delimiter, whole=head.whole)
    found = framed.count > 0
    line = text[: _after(text, int(framed.ends[0]))] if found else text
    zero = line.find(0)
    if zero >= 0:
        refuse_prefix(line[:zero], dialect.delimiter, start, "delivery.nul_byte")
    first = frame(line, dialect.delimiter, final=found or head.whole)
    refuse_long(line, first, start)
    if not found:
        if head.failed:
            head.refuse_undecodable(text, dialect.delimiter, start)
        refuse_open_quote(line, first, start)
        raise DeliveryError("delivery.empty", file=file)
    names = checked_names(
        _cells(line, dialect.delimiter, first, start),
        file,
        unsafe="delivery.no_header",
        is_data=is_data,
    )
    place = Place(file, 2, start.line + line_ends(line), longest)
    return Header(names, dialect.offset + len(line), first.blank, place)


def _cells(line: bytes, delimiter: int, framed: Framed, place: Place) -> Sequence[str]:
    width = int(framed.fields[0])
    found = split(line, framed, delimiter, width, range(width))
    if found is None:
        raise DeliveryError(
            "delivery.framing_mismatch", file=place.file, record=1, line=place.line
        )
    return [column[0].as_py() or "" for column in found]


def _after(text: bytes, end: int) -> int:
    return end + (2 if text[end : end + 2] == b"\r\n" else len(text[end : end + 1]))
