# SPDX-License-Identifier: Apache-2.0
"""A column of pseudonyms is read exactly where the format's own grammar says so."""

from __future__ import annotations

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.kernel.decode import decode_column
from pseudo.kernel.encode import encode_column
from pseudo.pseudonym import PseudonymFormat

FORMATS = list(PseudonymFormat)


def of(form: PseudonymFormat) -> st.SearchStrategy[str | None]:
    """Give pseudonyms, what nearly is one, and what is none."""
    true = st.binary(min_size=16, max_size=16).map(form.write)
    near = st.tuples(
        true, st.integers(0, form.width - 1), st.sampled_from("A4Z018-ag\u00e5 ")
    ).map(lambda made: made[0][: made[1]] + made[2] + made[0][made[1] + 1 :])
    return st.one_of(true, near, st.text(max_size=40), st.none())


@pytest.mark.parametrize("form", FORMATS)
@given(data=st.data())
def test_what_matches_is_read_and_nothing_else(form: PseudonymFormat, data: st.DataObject) -> None:
    texts = data.draw(st.lists(of(form), max_size=20))
    start = data.draw(st.integers(0, len(texts)))
    # A slice, because the bytes of what stands before it are in the same buffer.
    column = pa.array(texts, pa.string()).slice(start)

    found = decode_column(column, form)

    expected = [row for row, text in enumerate(texts[start:]) if text and form.matches(text)]
    assert found.rows.tolist() == expected
    written = encode_column(found.raw.tobytes(), form).to_pylist()
    assert written == [texts[start:][row] for row in expected]


@pytest.mark.parametrize("form", FORMATS)
def test_bytes_in_the_slot_of_a_null_are_not_looked_at(form: PseudonymFormat) -> None:
    text = form.write(bytes(range(16)))
    width = form.width
    offsets = pa.array([0, width, 2 * width], pa.int32()).buffers()[1]
    column = pa.StringArray.from_buffers(
        2, offsets, pa.py_buffer(text.encode() * 2), pa.py_buffer(b"\x02"), 1
    )

    assert decode_column(column, form).rows.tolist() == [1]


def test_nothing_of_a_pseudonym_is_in_the_repr() -> None:
    column = pa.array([PseudonymFormat.HEX.write(bytes(range(16)))])

    assert repr(decode_column(column, PseudonymFormat.HEX)) == "<Decoded 1 pseudonyms>"
