# SPDX-License-Identifier: Apache-2.0
"""Pseudonyms inside texts: found wherever a plain search finds one, and nowhere else."""

from __future__ import annotations

import re

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.kernel import runs
from pseudo.kernel.runs import decode_runs
from pseudo.pseudonym import PseudonymFormat

PARTS = st.one_of(
    st.binary(min_size=16, max_size=16),
    st.text("AaZ27f09-; {}å", max_size=9),
)
CELLS = st.lists(st.one_of(st.none(), st.lists(PARTS, max_size=4)), max_size=8)


def plainly(cell: str, form: PseudonymFormat) -> list[bytes]:
    """Find pseudonyms one character after the other."""
    text = cell.lower()
    if form is PseudonymFormat.BASE32:
        text = cell.upper() if cell.isascii() else "".join(c.upper() for c in cell)
    width = form.width
    if form is PseudonymFormat.UUID:
        text, width = text.replace("-", ""), 32
    found = []
    for at in range(len(text) - width + 1):
        piece = text[at : at + width]
        if form is PseudonymFormat.UUID:
            piece = "-".join((piece[:8], piece[8:12], piece[12:16], piece[16:20], piece[20:]))
        if form.matches(piece):
            found.append(piece.encode())
    return found


@pytest.mark.parametrize("form", list(PseudonymFormat))
@given(cells=CELLS, upper=st.booleans(), cut=st.integers(0, 2), few=st.booleans())
def test_what_is_found_is_what_a_plain_search_finds(
    form: PseudonymFormat, cells: list[list[bytes | str] | None], upper: bool, cut: int, few: bool
) -> None:
    texts = [
        None
        if parts is None
        else "".join(form.write(part) if isinstance(part, bytes) else part for part in parts)
        for parts in cells
    ]
    texts = [text.swapcase() if text and upper else text for text in texts][cut:]
    column = pa.array([None] * cut + texts, pa.string()).slice(cut)
    with pytest.MonkeyPatch.context() as patched:
        if few:
            patched.setattr(runs, "_AT_ONCE", 2)
        found = [
            (int(row), form.write(raw.tobytes()).encode())
            for some in decode_runs(column, form)
            for row, raw in zip(some.rows, some.raw, strict=True)
        ]
    expected = [plainly(text, form) for text in texts if text]
    assert [name for _, name in found] == [name for names in expected for name in names]
    # Cells are told apart, however many names each holds.
    per_cell = [sum(row == each for row, _ in found) for each in sorted({row for row, _ in found})]
    assert per_cell == [len(names) for names in expected if names]


def test_a_pseudonym_that_two_cells_share_is_none() -> None:
    name = PseudonymFormat.HEX.write(bytes(16))
    column = pa.array([name[:20] + "x" * 20, name[20:] + "x" * 30, f"x{name}", name[:31]])
    found = list(decode_runs(column, PseudonymFormat.HEX))
    assert [len(some.rows) for some in found] == [1]
    assert re.fullmatch(r"<Decoded 1 pseudonyms>", repr(found[0]))
