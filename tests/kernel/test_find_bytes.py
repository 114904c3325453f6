# SPDX-License-Identifier: Apache-2.0
"""The search for identity numbers in raw bytes."""

from __future__ import annotations

import os
import random
import re
from array import array

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import UsageError
from pseudo.identity.finding import Shape, find_in_text, rank_of, scan_rule
from pseudo.kernel import FoundBytes, select
from pseudo.kernel.bytes_finder import LOOKS_AHEAD, LOOKS_BEHIND, OVERLAP
from pseudo.testing import assert_clean

from .searched import PIECES, YEAR, Cells, numbers, spellings

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_REFERENCE = select("reference")
_RANK = rank_of("191212121212")


def _listed(found: FoundBytes) -> list[tuple[int, int, Shape]]:
    arrays = (found.offsets, found.ranks, found.shapes)
    assert [array.dtype for array in arrays] == [np.int64, np.int64, np.uint8]
    return list(zip(*(array.tolist() for array in arrays), strict=True))


def _compare(native_kernel, data: bytes) -> int:
    """Compare every field, and give the count of findings."""
    found, wanted = native_kernel.find_bytes(data, YEAR), _REFERENCE.find_bytes(data, YEAR)
    differing = set(_listed(found)) ^ set(_listed(wanted))
    assert len(differing) == 0
    assert found.offsets.tolist() == wanted.offsets.tolist()
    return len(found.offsets)


# What every kernel finds.


@pytest.mark.parametrize(
    ("text", "offset", "shape"),
    [
        ("19121212-1212", 0, Shape.SEPARATED),
        ("pnr:121212+1212;", 4, Shape.SEPARATED),
        ("121212 - 1212", 0, None),
        ("191212121212", 0, Shape.TWELVE),
        ("x191212121212x", 1, Shape.TWELVE),
        ("19121212 1212", 0, Shape.TWELVE),
        ("19121212\0\0\x011212", 0, Shape.TWELVE),
        ("1912-12-12;1212", 0, Shape.TWELVE),
        ("19 12 12 1212", None, None),
        ('"1912/12/12","1212"', 1, Shape.TWELVE),
        ("19121212_______1212", 0, Shape.TWELVE),
        ("19121212________1212", None, None),
        ("19121212x1212", None, None),
        ("0191212121212", None, None),
        ("1912121212120", None, None),
        ("19121212-1213", None, None),
    ],
)
def test_numbers_are_found_by_their_spelling_and_offset(kernel, text, offset, shape):
    found = _listed(kernel.find_bytes(text.encode("ascii"), YEAR))
    if shape is None:
        assert all(rank != _RANK for _, rank, _ in found)
    else:
        assert found == [(offset, _RANK, shape)]


def test_a_ten_digit_form_is_of_the_century_that_the_year_tells(kernel):
    for year, century in ((1999, "19"), (2026, "20")):
        found = kernel.find_bytes(b"1212121212", year)
        assert found.ranks.tolist() == [rank_of(f"{century}1212121212")]
        assert found.shapes.tolist() == [Shape.TEN]


@pytest.mark.parametrize("byte", [0x80, 0xA0, 0xAD, 0xC3, 0xFF])
def test_a_byte_beyond_ascii_is_a_letter(kernel, byte):
    beyond = bytes([byte])
    assert _listed(kernel.find_bytes(b"19121212" + beyond + b"1212", YEAR)) == []
    around = beyond + b"19121212-1212" + beyond
    assert _listed(kernel.find_bytes(around, YEAR)) == [(1, _RANK, Shape.SEPARATED)]


def test_what_stands_in_a_uuid_a_hash_or_a_time_is_none(kernel):
    for text in (
        "19121212-1212-4abc-8abc-0123456789ab",
        "a" * 20 + "191212121212",
        "10:30:00.121212+1212",
    ):
        assert _listed(kernel.find_bytes(text.encode("ascii"), YEAR)) == []
        beside = f"{text} 19121212-1212 {text}".encode("ascii")
        assert _listed(kernel.find_bytes(beside, YEAR)) == [
            (len(text) + 1, _RANK, Shape.SEPARATED)
        ]


@given(text=st.lists(st.sampled_from([p for p in (*PIECES, *spellings(8)) if p.isascii()])))
def test_ascii_text_is_searched_as_a_cells_text_is(kernel, text):
    whole = "".join(text)
    found = _listed(kernel.find_bytes(whole.encode("ascii"), YEAR))
    wanted = find_in_text(whole, scan_rule(YEAR))
    assert [(rank, shape) for _, rank, shape in found] == wanted
    assert [offset for offset, _, _ in found] == sorted({offset for offset, _, _ in found})


@pytest.mark.parametrize(
    "data",
    [
        b"19121212-1212",
        bytearray(b"19121212-1212"),
        memoryview(b"x19121212-1212x")[1:-1],
        array("B", b"19121212-1212"),
        np.frombuffer(b"19121212-1212", dtype=np.uint8),
        pa.py_buffer(b"19121212-1212"),
    ],
    ids=lambda data: type(data).__name__,
)
def test_whatever_holds_bytes_in_one_piece_is_searched(kernel, data):
    assert _listed(kernel.find_bytes(data, YEAR)) == [(0, _RANK, Shape.SEPARATED)]


def test_bytes_that_lie_apart_and_years_without_a_rule_are_refused(kernel):
    with pytest.raises(BufferError):
        kernel.find_bytes(memoryview(b"1921")[::2], YEAR)
    with pytest.raises(UsageError) as caught:
        kernel.find_bytes(b"", 1946)
    assert caught.value.code == "identity.reference_date"


def test_what_was_found_does_not_show_itself(kernel):
    found = kernel.find_bytes(b"19580317-9869", YEAR)
    assert len(found.offsets) == 1
    assert_clean(shown=f"{found!r} {found}")


# Chunks.


def _in_chunks(kernel, data: bytes, size: int) -> list[tuple[int, int, Shape]]:
    """Search chunk after chunk, as the rules of pseudo.kernel.bytes_finder say."""
    found, start = [], 0
    while True:
        chunk = data[start : start + size]
        first = 0 if start == 0 else LOOKS_BEHIND
        last = start + size >= len(data)
        end = len(chunk) if last else len(chunk) - LOOKS_AHEAD
        found += [
            (start + offset, rank, shape)
            for offset, rank, shape in _listed(kernel.find_bytes(chunk, YEAR))
            if first <= offset < end
        ]
        if last:
            return found
        start += size - OVERLAP


_NEAR_CHUNKS = [
    "19121212-1212",
    "1912 - 12 - 12       1212",
    "a" * 116 + "191212121212",
    "191212121212" + "a" * 116,
    "a" * 117 + "191212121212",
    "a" * 126 + "10:30:00.121212+1212",
    "a" * 127 + "10:30:00.121212+1212",
    "b" * 300 + "19121212-1212" + "b" * 300,
    "19121212-1212-4abc-8abc-0123456789ab",
    "7" * 300,
]


@pytest.mark.parametrize("size", [OVERLAP + 1, OVERLAP + 7, 400])
def test_chunks_that_overlap_lose_nothing_and_find_nothing_else(kernel, size):
    rng = random.Random(size)
    for _ in range(40 if _FULL else 8):
        pieces = rng.choices(_NEAR_CHUNKS, k=12)
        data = "".join(
            piece + rng.choice(("", " ", ";", "x")) * rng.randint(0, 9) for piece in pieces
        )
        whole = _listed(kernel.find_bytes(data.encode("ascii"), YEAR))
        assert _in_chunks(kernel, data.encode("ascii"), size) == whole


@pytest.mark.parametrize(
    ("text", "behind", "ahead"),
    [
        (" " + "a" * 126 + "10:30:00.121212+1212", LOOKS_BEHIND, 0),
        ("191212121212" + "a" * 116 + " ", 0, LOOKS_AHEAD),
    ],
    ids=["before", "behind"],
)
def test_a_byte_less_would_decide_otherwise(kernel, text, behind, ahead):
    data = text.encode("ascii")
    place = re.search("121212.1212|191212121212", text).start()
    assert (place, len(data) - place)[bool(ahead)] == max(behind, ahead)
    for byte in (b" ", b"a"):
        other = byte + data[1:] if behind else data[:-1] + byte
        offsets = kernel.find_bytes(other, YEAR).offsets.tolist()
        # The byte decides on a hash: before the number on one that hides a time.
        assert (place in offsets) is (byte == (b" " if behind else b"a"))


# Two kernels, one meaning.


@pytest.mark.parametrize("seed", range(21 if _FULL else 1))
def test_a_campaign_of_mutated_bytes(native_kernel, seed):
    cells = [cell for cell in Cells(seed).take(100_000) if cell is not None]
    data = bytearray("\n".join(cells).encode("utf-8"))
    assert _compare(native_kernel, bytes(data)) > 15_000
    rng = random.Random(seed)
    for _ in range(len(data) // 20):
        data[rng.randrange(len(data))] = rng.choice(b"0123456789-+ .\0\xffa")
    assert _compare(native_kernel, bytes(data)) > 5_000


@given(data=st.binary(max_size=300))
def test_any_bytes(native_kernel, data):
    _compare(native_kernel, data)


@given(data=st.lists(st.sampled_from(b"0123456789"[:3] + b"19-+ ;x\xc3")).map(bytes))
def test_bytes_that_are_nearly_numbers(native_kernel, data):
    _compare(native_kernel, data)


@given(
    before=st.integers(0, 130),
    number=st.sampled_from(numbers(8)),
    form=st.sampled_from(["{}{}{}{}", "{}{}{}-{}", "{}-{}-{};{}", "{} - {} - {}       {}"]),
    behind=st.integers(0, 130),
)
def test_numbers_wherever_blocks_meet(native_kernel, before, number, form, behind):
    text = form.format(number[:4], number[4:6], number[6:8], number[8:])
    assert _compare(native_kernel, b"x" * before + text.encode("ascii") + b"y" * behind) == 1


def test_nothing_and_very_long_runs(native_kernel):
    for data in (b"", b"7", b"1" * 1_000_000, b"-" * 1_000_000, b"a1" * 500_000, b"12 " * 300_000):
        assert _compare(native_kernel, data) == 0
