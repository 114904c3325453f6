# SPDX-License-Identifier: Apache-2.0
"""From a spelling to its parts: digits, separator, last four.

Many spellings are read (see ``identity.md``'s list), but none is guessed: a text that
lost digits, has one digit too few or holds anything beside the number is refused with
the reason.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from pseudo.identity.reasons import Reason

__all__ = ["BLANKS", "DASHES", "LONGEST", "PLUSES", "WHITE_SPACE", "ZEROS", "Spelled", "read"]

BLANKS = (
    "\t\n\v\f\r\x1c\x1d\x1e\x1f \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006"
    "\u2007\u2008\u2009\u200a\u2028\u2029\u202f\u205f\u3000\ufeff\u200b\u2060"
)
"""Unicode's White_Space, the separators that :meth:`str.strip` knows, and the invisible
characters that spreadsheets and web pages leave at the ends of a cell."""

WHITE_SPACE = (
    "\t\n\v\f\r \x85\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009"
    "\u200a\u2028\u2029\u202f\u205f\u3000"
)
"""The 25 characters with the property White_Space in Unicode 16: what is removed around an
opaque identifier. Frozen, because it decides on pseudonyms."""

DASHES = "-\u00ad\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe58\ufe63\uff0d"
"""Hyphens, dashes and minus signs, all read as ``-``."""

PLUSES = "+\uff0b"

ZEROS = (
    "\u0030\u0660\u06f0\u07c0\u0966\u09e6\u0a66\u0ae6\u0b66\u0be6\u0c66\u0ce6\u0d66\u0de6\u0e50"
    "\u0ed0\u0f20\u1040\u1090\u17e0\u1810\u1946\u19d0\u1a80\u1a90\u1b50\u1bb0\u1c40\u1c50\ua620"
    "\ua8d0\ua900\ua9d0\ua9f0\uaa50\uabf0\uff10\U000104a0\U00010d30\U00010d40\U00011066\U000110f0"
    "\U00011136\U000111d0\U000112f0\U00011450\U000114d0\U00011650\U000116c0\U000116d0\U000116da"
    "\U00011730\U000118e0\U00011950\U00011bf0\U00011c50\U00011d50\U00011da0\U00011f50\U00016130"
    "\U00016a60\U00016ac0\U00016b50\U00016d70\U0001ccf0\U0001d7ce\U0001d7d8\U0001d7e2\U0001d7ec"
    "\U0001d7f6\U0001e140\U0001e2f0\U0001e4f0\U0001e5f1\U0001e950\U0001fbf0"
)
"""The zeros of all scripts: the decimal digits of Unicode 16, in runs of ten. Frozen, since
Python's own table grows with its version, and which cells are read must not."""

LONGEST = 64
"""Characters, outer blanks removed, beyond which no text is an identity number."""

_TABLE = (
    {ord(blank): " " for blank in BLANKS}
    | {ord(dash): "-" for dash in DASHES}
    | {ord(plus): "+" for plus in PLUSES}
    | {ord(zero) + value: str(value) for zero in ZEROS for value in range(10)}
    | {ord("a") + letter: chr(ord("A") + letter) for letter in range(26)}
)

_SCIENTIFIC = re.compile(r"[0-9]+(?:[.,][0-9]+)?E[+-]?[0-9]+")
_DECIMAL = re.compile(r"([0-9]+)[.,]([0-9]+)")
_BARE = re.compile(r"[0-9]+")
_PARTS = re.compile(r"([0-9]{8}|[0-9]{6}) *([-+]?) *([0-9A-Z]{4})")
_NUMBERLIKE = re.compile(r"[0-9]+ *[-+]? *[0-9]+")


class Spelled(NamedTuple):
    """An identity number taken apart, before anything is known about its truth.

    Attributes:
        head: The first 6 or 8 digits.
        separator: ``-``, ``+``, or empty where there is none or a blank.
        tail: The last four characters: digits or capital letters.
    """

    head: str
    separator: str
    tail: str

    def __repr__(self) -> str:
        return f"<Spelled {len(self.head)}{self.separator}{len(self.tail)}>"


def read(text: str, *, pad_zeros: bool = False) -> Spelled | Reason:
    """Take a text apart.

    Args:
        text: A cell, in whatever spelling.
        pad_zeros: Read 7 to 9 bare digits as a 10-digit number whose leading zeros a
            spreadsheet ate. A text that still begins with a zero lost none.

    Returns:
        The parts, or the reason why there are none: ``BLANK``, ``BAD_FORM``,
        ``LOSSY_NUMBER`` or ``WRONG_LENGTH``.
    """
    text = text.strip(BLANKS)
    if not text:
        return Reason.BLANK
    if len(text) > LONGEST:
        return Reason.BAD_FORM
    # Digits, dashes, blanks and letters of any script's spelling in ASCII.
    plain = text.translate(_TABLE)
    decimal = _DECIMAL.fullmatch(plain)
    if decimal is not None:
        if decimal[2].strip("0"):
            return Reason.LOSSY_NUMBER
        plain = decimal[1]
    if _BARE.fullmatch(plain) is not None:
        return _bare(plain, pad_zeros=pad_zeros)
    parts = _PARTS.fullmatch(plain)
    if parts is not None:
        return Spelled(parts[1], parts[2], parts[3])
    if _SCIENTIFIC.fullmatch(plain) is not None:
        return Reason.LOSSY_NUMBER
    return Reason.WRONG_LENGTH if _NUMBERLIKE.fullmatch(plain) else Reason.BAD_FORM


def _bare(digits: str, *, pad_zeros: bool) -> Spelled | Reason:
    if pad_zeros and 7 <= len(digits) <= 9 and digits[0] != "0":
        digits = digits.zfill(10)
    if len(digits) not in (10, 12):
        return Reason.WRONG_LENGTH
    return Spelled(digits[:-4], "", digits[-4:])
