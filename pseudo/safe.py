# SPDX-License-Identifier: Apache-2.0
"""Names that may be shown: whatever could hold an identity number is masked.

Names of files and columns come from the submitter, and a file without a header has
people where its column names should be. Every such name goes through here before it
reaches a message, a log, an error list or a receipt.
"""

from __future__ import annotations

import re

__all__ = ["MASK", "is_safe", "safe_text"]

MASK = "[…]"
_LONGEST = 300

_BETWEEN = (
    r"[\s\-+_./,:\u00ad\u2010-\u2015\u2212\ufe58\ufe63\uff0b\uff0d\u200b\u2060\ufeff]{0,3}"
)

# Nine digits or more, however they are grouped, could be an identity number that
# lost one; interim and reserve numbers have a letter among the last four.
_NUMBER = re.compile(
    rf"\d(?:{_BETWEEN}\d){{8,}}"
    rf"|\d{{6,8}}{_BETWEEN}(?=\d{{0,3}}[A-Za-z])(?=[A-Za-z\d]{{4}}(?![A-Za-z\d]))[A-Za-z\d]{{4}}"
)
_MAIL = re.compile(r"[^\s@]+@[^\s@]+")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u200b-\u200f\u202a-\u202e\u2066-\u2069]")


def safe_text(text: str) -> str:
    """Mask every part of ``text`` that could identify a person by number or address.

    Control characters are dropped too, so that a name cannot move a terminal's
    cursor or break a log line.

    Args:
        text: A name from outside: a file's, a column's, a path.

    Returns:
        The text, at most 300 characters, with ``[…]`` where something was masked.
    """
    shown = _MAIL.sub(MASK, _NUMBER.sub(MASK, _CONTROL.sub("", text)))
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"


def is_safe(text: str) -> bool:
    """Tell whether :func:`safe_text` would show ``text`` unchanged."""
    return safe_text(text) == text
