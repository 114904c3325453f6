# SPDX-License-Identifier: Apache-2.0
"""The compiled kernel frames every block as the reference does."""

from __future__ import annotations

import os
import random

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pseudo.kernel import Framed, Kernel
from pseudo.kernel.frame import frame

_BLOCKS = 1_000_000 if os.environ.get("PSEUDO_TEST_FULL") else 20_000

# A quote, line ends, delimiters and what is none of them; high bytes as UTF-8 has them.
_PIECES = [
    b'"',
    b'""',
    b"\r",
    b"\n",
    b"\r\n",
    b";",
    b";",
    b"a",
    b"bc",
    b"\0",
    b"\xc3\xa5",
    b"\x1f",
]
_DELIMITERS = [ord(";"), ord("\t"), ord("a"), 0x00, 0x1F, 0xA5, 0xFF]

_blocks = st.lists(st.sampled_from(_PIECES), max_size=60).map(b"".join)


def _all_of(framed: Framed) -> tuple[object, ...]:
    columns = (framed.starts, framed.ends, framed.lines, framed.fields)
    assert all(column.dtype == np.int64 for column in columns)
    return (
        *(column.tolist() for column in columns),
        framed.consumed,
        framed.consumed_lines,
        framed.blank,
        framed.multiline,
        framed.open_quote,
    )


def _assert_same(kernel: Kernel, block: bytes, delimiter: int, *, final: bool) -> None:
    found = _all_of(kernel.frame(block, delimiter, final=final))
    assert found == _all_of(frame(block, delimiter, final=final))


@given(block=_blocks, delimiter=st.sampled_from(_DELIMITERS), final=st.booleans())
@example(block=b"", delimiter=59, final=True)
@example(block=b"\r", delimiter=59, final=False)
@example(block=b"\r", delimiter=59, final=True)
@example(block=b'"\r', delimiter=59, final=False)
@example(block=b"\r\n\n\r", delimiter=59, final=False)
@example(block=b'a"b"\n', delimiter=59, final=False)
@example(block=b'"a"b;"c"\n', delimiter=59, final=False)
@example(block=b'"a""\n', delimiter=59, final=True)
@example(block=b'"a"""', delimiter=59, final=True)
@example(block=b'""""', delimiter=59, final=True)
@example(block=b'"";"', delimiter=59, final=True)
@example(block=b"a\x1f", delimiter=0x1F, final=True)
@example(block=b"a\0b\n", delimiter=0, final=False)
def test_a_block_is_framed_as_the_reference_does(
    native_kernel: Kernel, block: bytes, delimiter: int, final: bool
) -> None:
    _assert_same(native_kernel, block, delimiter, final=final)


@given(block=_blocks, final=st.booleans())
def test_a_block_may_be_cut_anywhere(native_kernel: Kernel, block: bytes, final: bool) -> None:
    for cut in range(len(block) + 1):
        _assert_same(native_kernel, block[:cut], ord(";"), final=final)


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_a_border_of_lanes_may_stand_anywhere_in_a_record(
    native_kernel: Kernel, line_end: bytes
) -> None:
    records = [b'1;"a;b"', b'"x""y";', b"", b'"' + b"q" * 70 + line_end + b'";z', b'c"d";e"']
    text = line_end.join(records) + line_end
    for before in range(130):
        for final in (False, True):
            _assert_same(native_kernel, b"x" * before + text, ord(";"), final=final)


def test_a_delimiter_that_is_a_quote_or_a_line_end_is_refused(native_kernel: Kernel) -> None:
    for delimiter in (*b'"\r\n', -1, 256, 2**40):
        with pytest.raises(ValueError):
            frame(b"a\n", delimiter, final=True)
        with pytest.raises(ValueError):
            native_kernel.frame(b"a\n", delimiter, final=True)


def test_many_random_blocks_are_framed_alike(native_kernel: Kernel) -> None:
    chance = random.Random(19)
    for _ in range(_BLOCKS):
        # Few quotes and many quotes take different ways through the block.
        pieces = _PIECES[2:] if chance.random() < 0.3 else _PIECES
        block = b"".join(chance.choices(pieces, k=chance.randrange(90)))
        delimiter = ord(";") if chance.random() < 0.8 else chance.choice(_DELIMITERS)
        _assert_same(native_kernel, block, delimiter, final=chance.random() < 0.5)
