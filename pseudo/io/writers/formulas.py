# SPDX-License-Identifier: Apache-2.0
"""Texts that a spreadsheet program would run.

A text that begins with ``=``, ``+``, ``-``, ``@``, a tab or a return, and is not a plain
number, is a formula to it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["disarmed", "formulas_in", "text_buffers"]

_BEGINS = np.zeros(256, dtype=np.bool_)
_BEGINS[list(b"=+-@\t\r")] = True
_NUMBER = r"^[+\-]?[0-9]+(?:[.,][0-9]+)?(?:[eE][+\-]?[0-9]+)?$"


def formulas_in(texts: pa.StringArray) -> pa.BooleanArray | None:
    """Tell which texts are formulas; None where none is."""
    suspect = _begin_alike(texts)
    if not suspect.any():
        return None
    found = pc.and_not(pa.array(suspect), pc.match_substring_regex(texts, _NUMBER))
    return found if pc.any(found).as_py() else None


def disarmed(texts: pa.StringArray) -> pa.StringArray:
    """Put an apostrophe before each formula, so that it is a text to whoever opens the file."""
    formulas = formulas_in(texts)
    if formulas is None:
        return texts
    return pc.if_else(formulas, pc.binary_join_element_wise("'", texts, ""), texts)


def text_buffers(texts: pa.StringArray) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.uint8]]:
    """Offsets (one more than rows) and bytes of a string array, without copying."""
    offsets = np.frombuffer(texts.buffers()[1], dtype=np.int32)
    data = texts.buffers()[2]
    window = offsets[texts.offset : texts.offset + len(texts) + 1]
    return window, np.frombuffer(data if data is not None else b"", dtype=np.uint8)


def _begin_alike(texts: pa.StringArray) -> npt.NDArray[np.bool_]:
    """Tell which texts begin as a formula does; a number may, too."""
    offsets, data = text_buffers(texts)
    starts, present = offsets[:-1], offsets[1:] > offsets[:-1]
    found = np.zeros(len(texts), dtype=np.bool_)
    found[present] = _BEGINS[data[starts[present]]]
    return found
