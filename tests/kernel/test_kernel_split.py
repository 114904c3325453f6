# SPDX-License-Identifier: Apache-2.0
"""Both kernels split framed records alike, and refuse what was framed otherwise."""

from __future__ import annotations

import os
import random
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pseudo.kernel import Framed, Kernel
from pseudo.kernel.frame import frame
from pseudo.kernel.split import split

_BLOCKS = 300_000 if os.environ.get("PSEUDO_TEST_FULL") else 6_000

_PIECES = [
    b'"',
    b'""',
    b'";"',
    b"\r",
    b"\n",
    b"\r\n",
    b"\n",
    b";",
    b";",
    b";",
    b"a",
    b"bc",
    b" ",
    b"\xc3\xa5",
    b"\xef\xbb\xbf",
    b"0123456789abcdefghij",
]
_blocks = st.lists(st.sampled_from(_PIECES), max_size=60).map(b"".join)


def _assert_same(kernel: Kernel, block: bytes, delimiter: int = ord(";")) -> None:
    """Compare for every width that a record has, all columns and some of them."""
    framed = frame(block, delimiter, final=True)
    for width in {1, *framed.fields.tolist()}:
        expected = split(block, framed, delimiter, width, range(width))
        found = kernel.split(block, framed, delimiter, width, range(width))
        assert expected is not None
        assert found is not None
        for one, other in zip(expected, found, strict=True):
            other.validate(full=True)
            assert one.type == other.type == pa.string()
            assert one.null_count == other.null_count
            assert one.equals(other)
        some = kernel.split(block, framed, delimiter, width, range(1, width, 2))
        assert some is not None
        assert [column.equals(other) for column, other in zip(some, found[1::2], strict=True)] == (
            [True] * (width // 2)
        )


@given(block=_blocks)
@example(block=b"")
@example(block=b'"')
@example(block=b'""')
@example(block=b'"a"b"c";"";"""";x"y\n')
@example(block=b"\xef\xbb\xbfa;b\n\xef\xbb\xbf;c\n")
@example(block=b'\xef\xbb\xbf"a;b"\n')
@example(block=b'"a\r\nb";c\rd\r\n\r\n;\n')
def test_a_block_is_split_as_the_reference_does(native_kernel: Kernel, block: bytes) -> None:
    _assert_same(native_kernel, block)


def test_many_random_blocks_are_split_alike(native_kernel: Kernel) -> None:
    chance = random.Random(23)
    for _ in range(_BLOCKS):
        # Few quotes and many quotes take different ways through the block.
        pieces = _PIECES[3:] if chance.random() < 0.3 else _PIECES
        block = b"".join(chance.choices(pieces, k=chance.randrange(90)))
        _assert_same(native_kernel, block, chance.choice(b";;;\t,|a"))


@pytest.mark.parametrize("line_end", [b"\n", b"\r\n", b"\r"])
def test_a_border_of_lanes_may_stand_anywhere(native_kernel: Kernel, line_end: bytes) -> None:
    records = [b'1;"a;b"', b'"x""y";', b'"' + b"q" * 70 + line_end + b'";z', b'c"d";"e"']
    text = line_end.join(records) + line_end
    for before in range(130):
        _assert_same(native_kernel, b"x" * before + text)


def test_every_cell_may_be_long_or_short(kernel: Kernel) -> None:
    cells = ["x" * size for size in (*range(40), 63, 64, 65, 1000, 100_000)]
    block = "".join(f"{cell};{cell[::-1]}å\n" for cell in cells).encode()
    framed = kernel.frame(block, ord(";"), final=True)
    columns = kernel.split(block, framed, ord(";"), 2, [0, 1])
    assert columns is not None
    assert columns[0].to_pylist() == [None, *cells[1:]]
    assert columns[1].to_pylist() == [cell + "å" for cell in cells]


def test_nothing_is_split_into_columns_without_rows(kernel: Kernel) -> None:
    for block in (b"", b"\n\n", b"a;b;c\n"):
        framed = kernel.frame(block, ord(";"), final=True)
        columns = kernel.split(block, framed, ord(";"), 2, [1])
        assert columns is not None
        assert [column.to_pylist() for column in columns] == [[]]
        assert columns[0].type == pa.string()


def test_no_column_or_one_that_is_not_there_may_be_chosen(kernel: Kernel) -> None:
    block = b"a;b\nc;d\n"
    framed = kernel.frame(block, ord(";"), final=True)
    assert kernel.split(block, framed, ord(";"), 2, []) == []
    for chosen in ([2], [-1], [0, 2**40]):
        with pytest.raises(ValueError, match="no such column"):
            kernel.split(block, framed, ord(";"), 2, chosen)


def test_a_wide_file_is_split(kernel: Kernel) -> None:
    names = [str(number) for number in range(3000)]
    block = ";".join(names).encode() + b"\n" + b";" * 2999 + b"\n"
    framed = kernel.frame(block, ord(";"), final=True)
    columns = kernel.split(block, framed, ord(";"), 3000, range(3000))
    assert columns is not None
    assert [column.to_pylist() for column in columns] == [[name, None] for name in names]


def _framed(block: bytes, fields: int) -> Framed:
    framed = frame(block, ord(";"), final=True)
    return replace(framed, fields=np.full(framed.count, fields, np.int64))


@pytest.mark.parametrize(
    ("block", "claimed"), [(b"a;b\n", 1), (b"a;b\n", 3), (b'a;"b;c"\n', 3), (b'";"\n1;2\n', 1)]
)
def test_records_that_have_other_fields_than_was_claimed_are_refused(
    kernel: Kernel, block: bytes, claimed: int
) -> None:
    assert kernel.split(block, _framed(block, claimed), ord(";"), claimed, [0]) is None


@pytest.mark.parametrize(
    ("start", "end"), [(0, 8), (3, 2), (-1, 3), (0, -1), (8, 9), (2**62, 2**62 + 3), (0, 6)]
)
def test_records_that_lie_elsewhere_are_refused(
    native_kernel: Kernel, start: int, end: int
) -> None:
    framed = replace(
        frame(b"ab;cd\n", ord(";"), final=True),
        starts=np.array([start], np.int64),
        ends=np.array([end], np.int64),
        fields=np.array([3], np.int64),
    )
    assert native_kernel.split(b"ab;cd\n", framed, ord(";"), 3, [0]) is None


def test_more_fields_than_there_are_bytes_take_no_memory(native_kernel: Kernel) -> None:
    rows = 1000
    framed = replace(
        frame(b"ab;cd\n", ord(";"), final=True),
        starts=np.zeros(rows, np.int64),
        ends=np.full(rows, 5, np.int64),
        fields=np.full(rows, 2**40, np.int64),
    )
    assert native_kernel.split(b"ab;cd\n", framed, ord(";"), 2**40, [0]) is None
