# SPDX-License-Identifier: Apache-2.0
"""In what encoding a dump says that it is written."""

from __future__ import annotations

import re

__all__ = ["LOOKED_AT", "said_encoding"]

LOOKED_AT = 64 * 1024

_SAID = re.compile(
    rb"^(?:/\*!40101 )?SET (?:NAMES |client_encoding ?= ?)'?([A-Za-z0-9_]{1,20})\b",
    re.IGNORECASE | re.MULTILINE,
)
# MySQL calls cp1252 latin1, and PostgreSQL does not.
_CODECS = {
    b"utf8": "utf-8",
    b"utf8mb3": "utf-8",
    b"utf8mb4": "utf-8",
    b"win1252": "cp1252",
    b"latin9": "iso8859-15",
}


def said_encoding(raw: bytes) -> str | None:
    """Tell the encoding that a dump names in its first statements; None where it does not.

    Args:
        raw: The file's first bytes.
    """
    if raw[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return None
    found = _SAID.search(raw)
    if found is None:
        return None
    name = found[1].lower()
    if name == b"latin1":
        return "iso8859-1" if b"client_encoding" in found[0].lower() else "cp1252"
    return _CODECS.get(name)
