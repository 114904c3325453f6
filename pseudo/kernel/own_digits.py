# SPDX-License-Identifier: Apache-2.0
"""The reference search for the last ten digits of a row's own number.

The search for identity numbers looks for spellings. Here the row's own number is known,
so no spelling is needed, whatever stands between or around its digits: everything but
letters and digits is taken out of a cell, and the ten digits are looked for in what is
left. That finds them in a VAT number of a sole trader, behind padding zeros, or one by
one with blanks between.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.identity.rank import ten_digits
from pseudo.identity.render import as_text, can_render
from pseudo.kernel import Ranks

__all__ = ["rows_with_own_digits"]


def rows_with_own_digits(column: pa.Array, ranks: Sequence[Ranks]) -> Ranks:
    """Find them; see :meth:`pseudo.kernel.Kernel.find_own`."""
    if not can_render(column.type) or not ranks:
        return np.empty(0, dtype=np.int64)
    packed = pc.replace_substring_regex(as_text(column).text, r"[^\p{L}\p{Nd}]+", "")
    long = pc.match_substring_regex(packed, r"\p{Nd}{10}").fill_null(False)
    rows = np.flatnonzero(long.to_numpy(zero_copy_only=False))
    cells = packed.take(pa.array(rows)).to_pylist()
    hits = [
        row
        for row, cell in zip(rows.tolist(), cells, strict=True)
        if any(each[row] >= 0 and ten_digits(int(each[row])) in _ascii(cell) for each in ranks)
    ]
    return np.array(hits, dtype=np.int64)


def _ascii(cell: str) -> str:
    if cell.isascii():
        return cell
    return "".join(str(unicodedata.decimal(character, character)) for character in cell)
