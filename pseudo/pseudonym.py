# SPDX-License-Identifier: Apache-2.0
"""Pseudonym formats and their grammar.

A pseudonym is made of the first 16 bytes of HMAC-SHA256(id-key, LP(kind, [scope…,]
canonical form)). What those 16 bytes look like is the *format*, chosen when a domain is
made and never changed afterwards:

===========  ===================================================  ======================
format       what it is                                           never an identity number
===========  ===================================================  ======================
``base32``   26 characters A–Z2–7 (RFC 4648, no padding)          yes: the alphabet lacks
                                                                  0 and 1, which every
                                                                  month needs
``hex``      32 lower-case hexadecimal digits                     not promised
``uuid``     RFC 9562 UUID, version 8 and variant bits set        not promised
===========  ===================================================  ======================

128 bits make a collision among 10^8 people a matter of 10^-23 (``uuid``: 122 bits,
10^-21).
"""

from __future__ import annotations

import base64
import re
import uuid
from enum import StrEnum

__all__ = ["RAW_BYTES", "PseudonymFormat"]

RAW_BYTES = 16


class PseudonymFormat(StrEnum):
    """How the 16 bytes of a pseudonym are written."""

    BASE32 = "base32"
    HEX = "hex"
    UUID = "uuid"

    @property
    def width(self) -> int:
        """Characters of every pseudonym of this format."""
        return _WIDTHS[self]

    @property
    def pattern(self) -> str:
        """Regular expression (RE2 and :mod:`re`) that matches exactly this format."""
        return _PATTERNS[self]

    @property
    def never_an_identity_number(self) -> bool:
        """Whether the format's alphabet rules out every spelling of an identity number."""
        return self is PseudonymFormat.BASE32

    def write(self, raw: bytes) -> str:
        """Write 16 bytes as a pseudonym.

        Args:
            raw: The first 16 bytes of the HMAC.

        Returns:
            The pseudonym.

        Raises:
            ValueError: ``raw`` is not 16 bytes long.
        """
        if len(raw) != RAW_BYTES:
            raise ValueError("a pseudonym is made of exactly 16 bytes")
        if self is PseudonymFormat.BASE32:
            return base64.b32encode(raw).decode("ascii").rstrip("=")
        if self is PseudonymFormat.HEX:
            return raw.hex()
        return str(uuid.UUID(bytes=_version_8(raw)))

    def matches(self, text: str) -> bool:
        """Tell whether ``text`` is a possible pseudonym of this format.

        The last character of ``base32`` carries three bits only, so three
        of four random strings of the right alphabet and length are not pseudonyms.
        """
        return re.fullmatch(self.pattern, text) is not None


def _version_8(raw: bytes) -> bytes:
    marked = bytearray(raw)
    marked[6] = (marked[6] & 0x0F) | 0x80
    marked[8] = (marked[8] & 0x3F) | 0x80
    return bytes(marked)


_WIDTHS = {PseudonymFormat.BASE32: 26, PseudonymFormat.HEX: 32, PseudonymFormat.UUID: 36}

_PATTERNS = {
    # 128 bits fill 25 characters and three bits of the 26th, whose two low bits are 0.
    PseudonymFormat.BASE32: "[A-Z2-7]{25}[AEIMQUY4]",
    PseudonymFormat.HEX: "[0-9a-f]{32}",
    PseudonymFormat.UUID: "[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
}
