# SPDX-License-Identifier: Apache-2.0
"""Framing: the fast way, the exact way, the reference and the parser mean the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from pseudo.kernel import Framed, Kernel, select
from pseudo.kernel.frame import line_ends
from pseudo.kernel.quotes import by_parity, one_by_one

PIECES = [";", '"', '""', "\r", "\n", "\r\n", "a", "å", " ", ",", ';"', '";']
TEXTS = st.lists(st.sampled_from(PIECES), max_size=30).map(lambda parts: "".join(parts).encode())
WELL_FORMED = st.lists(
    st.sampled_from(['"a"', '""', '"a""b"', '"\n"', '"\r\n;"', "", "å", "b c"]), max_size=20
)


@pytest.fixture(params=sorted({select(name).name for name in ("auto", "reference")}))
def kernel(request: pytest.FixtureRequest) -> Kernel:
    """Each kernel that is installed."""
    return select(request.param)


def as_tuples(framed: Framed) -> list[tuple[int, int, int, int]]:
    columns = (framed.starts, framed.ends, framed.lines, framed.fields)
    assert all(column.dtype == np.int64 for column in columns)
    return list(zip(*(column.tolist() for column in columns), strict=True))


@settings(max_examples=900, deadline=None)
@given(TEXTS, st.booleans())
@example(b"", True)
@example(b"\r", False)
@example(b"\r", True)
@example(b"a\r", False)
@example(b'"\r', False)
@example(b'"a\r\n', True)
@example(b'\n"', True)
@example(b"\n\r", False)
@example(b'"""";"', False)
@example(b'x"\r', False)
def test_framing_agrees_with_the_reference(
    kernel: Kernel, reference: Callable[..., Any], text: bytes, final: bool
) -> None:
    slow = reference(text, final=final)
    framed = kernel.frame(text, ord(";"), final=final)
    expected = [(start, end, line, len(cells)) for start, end, line, cells in slow.records]
    assert as_tuples(framed) == expected
    assert (framed.blank, framed.open_quote) == (slow.blank, slow.open_quote)
    assert framed.consumed == slow.consumed
    assert framed.count == len(expected)
    spans = [line_ends(text[start:end]) for start, end, _, _ in expected]
    assert framed.multiline == any(spans)
    if framed.consumed < len(text):
        assert framed.consumed_lines == line_ends(text[: framed.consumed])


@settings(max_examples=400, deadline=None)
@given(WELL_FORMED, st.lists(st.sampled_from([";", "\n", "\r\n", "\r"]), min_size=20))
def test_parity_is_taken_for_well_formed_quotes_and_agrees(
    fields: list[str], between: list[str]
) -> None:
    text = "".join(a + b for a, b in zip(fields, between, strict=False)).encode() + b'"";'
    data, border = arranged(text)
    marks = np.flatnonzero(border[data] | (data == ord('"')))
    told = by_parity(data, marks, data[marks], border)
    exact = one_by_one(text, data, marks, data[marks], border)
    assert told is not None
    assert told[0].tolist() == exact[0].tolist()
    assert told[1] == exact[1] == -1


@pytest.mark.parametrize(
    "text", [b'a"b;', b'"a"b;', b' "a";', b'a"";', b'"a" ;', b'x;a"\n"b"', b'"a"b"c";']
)
def test_parity_is_not_taken_where_a_quote_is_out_of_place(text: bytes) -> None:
    data, border = arranged(text)
    marks = np.flatnonzero(border[data] | (data == ord('"')))
    assert by_parity(data, marks, data[marks], border) is None


def arranged(text: bytes) -> tuple[Any, Any]:
    border = np.zeros(256, np.bool_)
    border[[10, 13, ord(";")]] = True
    return np.frombuffer(text, np.uint8), border


@settings(max_examples=400, deadline=None)
@given(TEXTS)
def test_records_are_split_as_they_were_framed(
    kernel: Kernel, reference: Callable[..., Any], text: bytes
) -> None:
    framed = kernel.frame(text, ord(";"), final=True)
    cells = [record[3] for record in reference(text).records]
    for width in {len(record) for record in cells}:
        columns = kernel.split(text, framed, ord(";"), width, range(width))
        assert columns is not None
        found = list(zip(*(column.to_pylist() for column in columns), strict=True))
        assert found == [tuple(c or None for c in r) for r in cells if len(r) == width]


def test_a_very_long_quoted_field_is_framed_without_a_stack(kernel: Kernel) -> None:
    inner = b'""' * 500_000
    framed = kernel.frame(b'"' + inner + b'"x;b\nc;d\n', ord(";"), final=True)
    assert framed.fields.tolist() == [2, 2]
