# SPDX-License-Identifier: Apache-2.0
"""The compiled search for a row's own digits finds exactly what the reference finds."""

from __future__ import annotations

import os

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import UsageError
from pseudo.identity.finding import rank_of
from pseudo.identity.rank import SPACE, ten_digits
from pseudo.kernel import select

from .searched import PIECES, Cells, numbers

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_REFERENCE = select("reference")
_NUMBERS = numbers()
_RANKS = [rank_of(number) for number in _NUMBERS]


def _ranks(rows: int, *, shift: int = 0) -> np.ndarray:
    """Give every row the number of one of the people, and every seventh none."""
    ranks = np.resize(np.roll(np.array(_RANKS, dtype=np.int64), shift), rows)
    ranks[::7] = -1
    return ranks


def _compare(native_kernel, column: pa.Array, ranks: list[np.ndarray]) -> int:
    found, wanted = native_kernel.find_own(column, ranks), _REFERENCE.find_own(column, ranks)
    assert found.dtype == wanted.dtype
    assert found.tolist() == wanted.tolist()
    return len(found)


def _dressed(number: str, piece: str) -> list[str]:
    """Write a number's ten digits with something before, behind and between them."""
    ten = number[2:]
    between = [ten[:at] + piece + ten[at:] for at in range(1, 10)]
    return [ten, piece + ten, ten + piece, piece.join(ten), *between, ten[:9], "1" + ten + "1"]


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_every_piece_in_every_place_of_the_rows_number(native_kernel, piece):
    for number in _NUMBERS[:2]:
        cells = [cell for text in _dressed(number, piece) for cell in (text, "\u00e5 " + text)]
        ranks = np.full(len(cells), rank_of(number), dtype=np.int64)
        assert _compare(native_kernel, pa.array(cells), [ranks]) >= 6
        _compare(native_kernel, pa.array(cells), [np.full(len(cells), -1), ranks])


def test_every_character_between_the_digits_of_the_rows_number(native_kernel):
    ten = _NUMBERS[0][2:]
    ranges = (range(0x80, 0x500), range(0x2000, 0x2400), range(0xFE00, 0x10000))
    cells = [ten[:5] + chr(code) + ten[5:] for codes in ranges for code in codes]
    ranks = np.full(len(cells), _RANKS[0], dtype=np.int64)
    assert _compare(native_kernel, pa.array(cells), [ranks]) > 500


@pytest.mark.parametrize("seed", range(21 if _FULL else 1))
def test_a_campaign_of_mutated_cells(native_kernel, seed):
    cells = Cells(seed).take(100_000 if _FULL else 20_000)
    column = pa.array(cells, pa.string())
    found = _REFERENCE.find(column, 2026)
    ranks = _ranks(len(cells))
    ranks[found.rows] = found.ranks
    assert _compare(native_kernel, column, [_ranks(len(cells), shift=3), ranks]) > 1000


@given(cells=st.lists(st.lists(st.sampled_from([*PIECES, *_NUMBERS[:3]])).map("".join)))
def test_pieces_in_any_order(native_kernel, cells):
    ranks = np.resize(np.array(_RANKS[:3], dtype=np.int64), len(cells))
    _compare(native_kernel, pa.array(cells, pa.string()), [ranks])


_TYPES = [pa.string(), pa.large_string(), pa.string_view(), pa.int64(), pa.uint64(), pa.float64()]


@pytest.mark.parametrize("type_", _TYPES, ids=str)
def test_every_layout_slice_and_dictionary(native_kernel, type_):
    digits = [ten_digits(rank).lstrip("0") for rank in _RANKS]
    column = pa.array([*digits, None]).cast(type_)
    ranks = np.array([*_RANKS, _RANKS[0]], dtype=np.int64)
    found = _compare(native_kernel, column, [ranks])
    assert 0 < found < len(ranks)
    _compare(native_kernel, column.slice(3, 9), [ranks[3:]])
    codes = pa.array([*range(len(_RANKS)), None], pa.int16())
    encoded = pa.DictionaryArray.from_arrays(codes, column)
    _compare(native_kernel, encoded.slice(2), [ranks[2:]])


@given(values=st.lists(st.integers(-(2**63), 2**63 - 1)), shift=st.integers(0, 9))
def test_digits_inside_longer_integers(native_kernel, values, shift):
    people = [int("7" * shift + ten_digits(rank)) * 10 ** min(shift, 5) for rank in _RANKS[:9]]
    signed = [
        value for value in (*values, *people, *(-one for one in people)) if abs(value) < 2**63
    ]
    for column in (
        pa.array([*signed, None, -(2**63)], pa.int64()),
        pa.array([*(abs(value) for value in signed), None, 2**64 - 1], pa.uint64()),
        pa.array([*(float(value) for value in signed), None, float("nan"), float("inf")]),
        pa.array([*(float(value) for value in signed), None]).cast(pa.float32()),
    ):
        ranks = np.resize(np.array(_RANKS[:9], dtype=np.int64), len(column))
        _compare(native_kernel, column, [np.roll(ranks, -len(values)), ranks])


@pytest.mark.parametrize(
    "column",
    [pa.array([True]), pa.array([b"8507099805"]), pa.nulls(1), pa.array([127], pa.int8())],
    ids=lambda column: str(column.type),
)
def test_other_types_hold_none(native_kernel, column):
    assert _compare(native_kernel, column, [np.array([_RANKS[0]])]) == 0
    assert _compare(native_kernel, column, []) == 0


def test_ranks_of_nobody_are_looked_for_as_the_reference_does(native_kernel):
    cells = [ten_digits(rank % SPACE) for rank in (*_RANKS[:5], 0, SPACE - 1)]
    for odd in (-1, -(2**63), 0, SPACE - 1, SPACE, 2**40):
        ranks = np.full(len(cells), odd, dtype=np.int64)
        _compare(native_kernel, pa.array(cells), [ranks])


def test_ranks_need_not_lie_beside_each_other(native_kernel):
    cells = [ten_digits(rank) for rank in _RANKS]
    apart = np.repeat(np.array(_RANKS, dtype=np.int64), 2)[::2]
    narrow = np.array([rank % 2**31 for rank in _RANKS], dtype=np.int32)
    assert _compare(native_kernel, pa.array(cells), [apart]) == len(cells)
    _compare(native_kernel, pa.array(cells), [narrow])


def test_fewer_ranks_than_rows_are_the_references_error(kernel):
    ranks = [np.array([-1], dtype=np.int64)]
    for column in (pa.array(["8507099805"] * 2), pa.array([8507099805] * 2)):
        with pytest.raises(IndexError):
            kernel.find_own(column, ranks)


def test_what_is_no_text_is_refused(kernel):
    data = pa.py_buffer(b"\xff8507099805")
    offsets = pa.py_buffer(np.array([0, 11], dtype=np.int32))
    column = pa.StringArray.from_buffers(1, offsets, data)
    with pytest.raises(UsageError) as caught:
        kernel.find_own(column, [np.array([_RANKS[0]])])
    assert caught.value.code == "identity.not_utf8"
