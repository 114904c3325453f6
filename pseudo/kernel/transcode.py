# SPDX-License-Identifier: Apache-2.0
"""Text in other encodings as UTF-8: the reference, by Python's codecs."""

from __future__ import annotations

import codecs

__all__ = ["transcode"]


def transcode(raw: bytes, codec: str) -> tuple[bytes, int]:
    """Give a text in UTF-8; see :meth:`pseudo.kernel.Kernel.transcode`."""
    try:
        if codec == "utf-8":
            good = codecs.utf_8_decode(raw, "strict", False)[1]
        else:
            return raw.decode(codec).encode(), len(raw)
    except UnicodeDecodeError as error:
        good = error.start
    before = raw[:good]
    return (before if codec == "utf-8" else before.decode(codec).encode()), good
