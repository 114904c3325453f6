# SPDX-License-Identifier: Apache-2.0
"""The compiled swap: what goes over the border, and the columns it fills.

The one thing that is left to Python is bringing opaque identifiers to NFC, whose tables
are the interpreter's: those with a character from U+0300 on are rewritten before.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo import _native
from pseudo.framing import lp
from pseudo.identity import IdentityRule, Reason
from pseudo.identity.judge import composed
from pseudo.identity.render import as_text, is_text
from pseudo.kernel import MacKey, Swapped
from pseudo.kernel.encode import check_size
from pseudo.kernel.native.arrays import bitmap, described, strings
from pseudo.kernel.native.rules import judging
from pseudo.kernel.scope import scope_codes
from pseudo.pseudonym import PseudonymFormat

if TYPE_CHECKING:
    from pseudo._native import Column, Rule, Scope

__all__ = ["prepare", "swap"]


class _NativeKey(MacKey):
    """A key that the compiled kernel has prepared; its bytes never come back to Python."""

    __slots__ = ("handle",)

    def __init__(self, handle: _native.PreparedKey) -> None:
        self.handle = handle


def prepare(key: bytes) -> MacKey:
    """Prepare a 32-byte key; see :meth:`pseudo.kernel.Kernel.prepare`."""
    return _NativeKey(_native.prepare(key))


def swap(
    column: pa.Array,
    rule: IdentityRule,
    key: MacKey,
    form: PseudonymFormat,
    scope: Sequence[pa.Array],
    threads: int,
) -> Swapped:
    """Swap a column; see :meth:`pseudo.kernel.Kernel.swap`.

    Args:
        column: The column.
        rule: What is accepted.
        key: A key from :func:`prepare`.
        form: The format.
        scope: Scope columns of an opaque rule.
        threads: The most threads to use, 0 for as many as there are cores.
    """
    if not isinstance(key, _NativeKey):
        raise TypeError("the key was prepared by another kernel")
    check_size(len(column), form)
    texts, lossy = _texts(column)
    border: Column = described(texts, threads)
    scopes: list[Scope] = []
    if rule.is_opaque:
        border = _composed(texts, border)
        scopes = [_scope(values, len(column)) for values in scope]
    swapped = _filled(len(column), border, judging(rule), key.handle, form, scopes, threads)
    if lossy is not None:
        swapped.reasons[lossy] = Reason.LOSSY_NUMBER
    return swapped


def _texts(column: pa.Array) -> tuple[pa.Array, npt.NDArray[np.bool_] | None]:
    """Give a column that the kernel reads, and which of its numbers lost digits."""
    kind = column.type
    held = kind.value_type if pa.types.is_dictionary(kind) else kind
    if is_text(held):
        return column, None
    rendered = as_text(column)
    return rendered.text, rendered.lossy


def _composed(texts: pa.Array, border: Column) -> Column:
    """Bring the texts to NFC that may not be in it."""
    marks = np.empty(len(texts), dtype=np.uint8)
    if _native.beyond_latin(border, marks) == 0:
        return border
    text, marked = as_text(texts).text, pa.array(marks.view(np.bool_))
    encoded = text.filter(marked).dictionary_encode()
    forms = pa.array(map(composed, encoded.dictionary.to_pylist()), pa.large_string())
    return described(pc.replace_with_mask(text, marked, forms.take(encoded.indices)))


def _scope(column: pa.Array, rows: int) -> Scope:
    (values, codes), wrong = scope_codes(column, rows)
    framed = [lp(value) for value in values]
    offsets = np.cumsum([0, *map(len, framed)], dtype=np.int64)
    return codes, wrong, offsets, b"".join(framed)


def _filled(
    rows: int,
    column: Column,
    rule: Rule,
    key: _native.PreparedKey,
    form: PseudonymFormat,
    scopes: list[Scope],
    threads: int,
) -> Swapped:
    data = pa.allocate_buffer(rows * form.width, resizable=True)
    offsets, validity = pa.allocate_buffer(4 * (rows + 1)), bitmap(rows)
    reasons, ranks = np.empty(rows, dtype=np.uint8), np.empty(rows, dtype=np.int64)
    out = (data, offsets, validity, reasons, ranks)
    counts = _native.swap(column, rule, key, form.value, scopes, out, threads)
    used, nulls, century_ambiguous, incomplete_date = counts
    data.resize(used, shrink_to_fit=True)
    pseudonyms = strings(rows, validity, offsets, data, nulls)
    return Swapped(pseudonyms, reasons, ranks, century_ambiguous, incomplete_date)
