# SPDX-License-Identifier: Apache-2.0
"""How texts are spelled with escapes, beyond what the kernels read."""

from __future__ import annotations

import re

__all__ = ["NotALiteral", "char_text", "postgresql_text", "unistr_text"]

_PG_ESCAPE = re.compile(
    rb"\\(?:x([0-9A-Fa-f]{1,2})|([0-7]{1,3})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))|''",
    re.DOTALL,
)
_PG_LETTERS = {b"b": b"\b", b"f": b"\f", b"n": b"\n", b"r": b"\r", b"t": b"\t"}
_UNISTR = re.compile(
    r"\\(?:\\|([0-9A-Fa-f]{4})|u([0-9A-Fa-f]{4})|\+([0-9A-Fa-f]{6})|U([0-9A-Fa-f]{8})|)"
)


class NotALiteral(Exception):  # noqa: N818
    """A value that something would have to compute.

    Args:
        what: The kind of it, in words of SQL.
    """

    def __init__(self, what: str) -> None:
        self.what = what
        super().__init__(what)


def postgresql_text(inside: bytes) -> bytes:
    """Read a string in which a backslash escapes as in PostgreSQL, without its quotes."""
    return _PG_ESCAPE.sub(_pg_escaped, inside)


def unistr_text(text: bytes) -> bytes:
    """Read what SQLite's ``unistr`` gives."""
    return _UNISTR.sub(_unistr_letter, text.decode()).encode("utf-8", "replace")


def char_text(number: bytes) -> bytes:
    """Read the letter that SQLite's ``char`` gives.

    Raises:
        NotALiteral: There is none.
    """
    if not number.isdigit() or len(number) > 7 or int(number) > 0x10FFFF:
        raise NotALiteral("char(…)")
    return chr(int(number)).encode("utf-8", "replace")


def _unistr_letter(found: re.Match[str]) -> str:
    digits = next((group for group in found.groups() if group), None)
    if digits is None:
        return "\\"
    return chr(int(digits, 16)) if int(digits, 16) <= 0x10FFFF else "\ufffd"


def _pg_escaped(found: re.Match[bytes]) -> bytes:
    digits, octal, short, long, letter = found.groups()
    if digits or octal:
        return bytes([int(digits, 16) if digits else int(octal, 8) & 0xFF])
    if short or long:
        number = int(short or long, 16)
        return chr(number).encode("utf-8", "replace") if number <= 0x10FFFF else b"?"
    return b"'" if letter is None else _PG_LETTERS.get(letter, letter)
