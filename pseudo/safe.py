# SPDX-License-Identifier: Apache-2.0
"""Names that may be shown: whatever could hold an identity number is masked.

Names of files and columns come from the submitter, and a file without a header has
people where its column names should be. Every such name goes through here before it
reaches a message, a log, an error list or a receipt.
"""

from __future__ import annotations

import re
import unicodedata

__all__ = [
    "LONGEST_NAME",
    "MASK",
    "Plain",
    "is_safe",
    "random_name",
    "safe_key_id",
    "safe_text",
    "safe_time",
]

MASK = "[…]"
LONGEST_NAME = 300
"""Characters after which a name is cut."""

# Looked at before anything is searched for, so that a hostile name costs little.
_LONGEST_LOOK = 1000

# Nine digits or more, whatever stands between them, could be an identity number that
# lost one; interim and reserve numbers have a letter among the last four.
_NUMBER = re.compile(
    r"\d(?:[\W_]{0,7}\d){8,}"
    r"|\d{6,8}[\W_]{0,7}(?=\d{0,3}[A-Za-z])(?=[A-Za-z\d]{4}(?![A-Za-z\d]))[A-Za-z\d]{4}"
)
_KEY_ID = re.compile(r"[A-Za-z0-9-]{2,63}\.v[1-9]\d{0,8}\.[0-9a-f]{16}")
_TIME = re.compile(r"\d{4}-[01]\d-[0-3]\dT[0-2]\d:[0-5]\d:[0-6]\d(?:\.\d{1,6})?Z", re.ASCII)
_LETTERS = str.maketrans("0123456789abcdef", "abcdefghijklmnop")
_MAIL = re.compile(r"(?<![^\s@])[^\s@]{1,320}@[^\s@]{1,320}")


def safe_text(text: str) -> str:
    """Mask every part of ``text`` that could identify a person by number or address.

    Characters that cannot be seen (controls, formats, halves of characters) are dropped,
    so that a name cannot move a terminal's cursor, break a log line or hide a number.

    Args:
        text: A name from outside: a file's, a column's, a path.

    Returns:
        The text, at most 300 characters, with ``[…]`` where something was masked.
    """
    seen = _seen(text[:_LONGEST_LOOK])
    plain = unicodedata.normalize("NFKC", seen)
    masked = _MAIL.sub(MASK, _NUMBER.sub(MASK, plain))
    shown = seen if masked == plain else masked
    whole = len(shown) <= LONGEST_NAME and len(text) <= _LONGEST_LOOK
    return shown if whole else shown[: LONGEST_NAME - 1] + "…"


class Plain(str):
    """A text that is nobody's value by where it comes from, and is shown as it is.

    A day, the address of a server: their digits could be taken for those of a number.
    """

    __slots__ = ()


def safe_key_id(text: str) -> str:
    """Mask as :func:`safe_text` does, but leave a key id alone.

    Of sixteen hexadecimal digits of a check value, nine in a row are decimal ones in every
    twentieth, which say nothing of anybody. Only for what is a key id by where it stands.
    """
    return text if _KEY_ID.fullmatch(text) else safe_text(text)


def safe_time(text: str) -> str:
    """Mask as :func:`safe_text` does, but leave a moment in UTC alone.

    Only for what is a moment by where it stands.
    """
    return text if _TIME.fullmatch(text) else safe_text(text)


def random_name() -> str:
    """Make a random name of 16 letters, 64 bits, in which nobody can see a number."""
    # It takes as long to load as all else here, and few need it.
    import secrets

    return secrets.token_hex(8).translate(_LETTERS)


def is_safe(text: str) -> bool:
    """Tell whether ``text`` holds nothing that :func:`safe_text` would mask or cut."""
    if len(text) > LONGEST_NAME:
        return False
    plain = unicodedata.normalize("NFKC", _seen(text))
    return not _NUMBER.search(plain) and not _MAIL.search(plain)


def _seen(text: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(character for character in text if unicodedata.category(character)[0] != "C")
