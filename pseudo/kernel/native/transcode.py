# SPDX-License-Identifier: Apache-2.0
"""Text in other encodings as UTF-8, by the compiled kernel.

It knows no encoding: Python's own codec says what each byte means, so that the two kernels
cannot differ.
"""

from __future__ import annotations

from functools import cache

from pseudo import _native

__all__ = ["transcode"]

_ENTRY = 4


def transcode(raw: bytes, codec: str) -> tuple[bytes, int]:
    """Give a text in UTF-8; see :meth:`pseudo.kernel.Kernel.transcode`."""
    if codec != "utf-8":
        return _native.transcode(raw, _table(codec))
    good = _native.valid_utf8(raw)
    return raw[:good], good


@cache
def _table(codec: str) -> bytes:
    """Write an encoding down: of each byte the length and bytes of its UTF-8."""
    return b"".join(_entry(bytes([byte]), codec) for byte in range(256))


def _entry(byte: bytes, codec: str) -> bytes:
    try:
        utf8 = byte.decode(codec).encode()
    except UnicodeDecodeError:
        utf8 = b""
    return (bytes([len(utf8)]) + utf8).ljust(_ENTRY, b"\0")
