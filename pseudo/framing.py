# SPDX-License-Identifier: Apache-2.0
"""LP, the length-prefixed framing of everything that is hashed.

Whatever goes into an HMAC or an HKDF here is a list of parts, and two different lists
must never give the same bytes: ``("ab", "c")`` is not ``("a", "bc")``. So each part is
written after its own length, 4 bytes big-endian. The framing is frozen: changing it
changes every pseudonym.
"""

from __future__ import annotations

__all__ = ["lp"]

_LONGEST = 0xFFFF_FFFF


def lp(*parts: str | bytes) -> bytes:
    """Frame parts so that no two different lists of parts give the same bytes.

    Args:
        *parts: Texts, taken as UTF-8 exactly as they are (the caller normalises), or
            bytes. Numbers are passed as their decimal text.

    Returns:
        For each part its length in bytes as 4 bytes big-endian, then its bytes. The
        list of no parts is the empty string of bytes.

    Raises:
        ValueError: A text holds a lone surrogate and so has no UTF-8 form, or a part is
            4 GiB or longer. The message does not quote the part.
    """
    framed = bytearray()
    for part in parts:
        raw = part if isinstance(part, bytes) else _utf8(part)
        if len(raw) > _LONGEST:
            raise ValueError("a part is too long to be framed")
        framed += len(raw).to_bytes(4, "big")
        framed += raw
    return bytes(framed)


def _utf8(text: str) -> bytes:
    try:
        return text.encode("utf-8")
    except UnicodeEncodeError:
        pass  # The codec's error carries the whole text, so ours is raised out here.
    raise ValueError("a part is not valid Unicode text")
