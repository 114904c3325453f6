# SPDX-License-Identifier: Apache-2.0
"""Framing by the compiled kernel; the meaning is :func:`pseudo.kernel.frame.frame`'s."""

from __future__ import annotations

import numpy as np

from pseudo import _native
from pseudo.kernel import Framed
from pseudo.kernel.frame import check_delimiter

__all__ = ["frame"]


def frame(block: bytes, delimiter: int, *, final: bool) -> Framed:
    """Find the records of a block of text."""
    check_delimiter(delimiter)
    columns, consumed, consumed_lines, blank, multiline, quote = _native.frame(
        block, delimiter, final
    )
    starts, ends, lines, fields = (np.frombuffer(column, np.int64) for column in columns)
    open_quote = -1 if quote is None else quote
    return Framed(
        starts, ends, lines, fields, consumed, consumed_lines, blank, multiline, open_quote
    )
