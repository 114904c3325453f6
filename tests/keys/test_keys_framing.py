# SPDX-License-Identifier: Apache-2.0
"""LP: no two lists of parts give the same bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.framing import lp

PARTS = st.lists(st.one_of(st.text(), st.binary()), max_size=6)


def _bytes(parts: list[str | bytes]) -> list[bytes]:
    return [part.encode() if isinstance(part, str) else part for part in parts]


def _unframed(framed: bytes) -> list[bytes]:
    parts = []
    while framed:
        size = int.from_bytes(framed[:4], "big")
        assert len(framed) >= 4 + size
        parts.append(framed[4 : 4 + size])
        framed = framed[4 + size :]
    return parts


@given(PARTS)
def test_the_parts_can_be_read_back_so_framing_loses_nothing(parts: list[str | bytes]) -> None:
    assert _unframed(lp(*parts)) == _bytes(parts)


@given(PARTS, PARTS)
def test_different_lists_of_parts_never_give_the_same_bytes(
    some: list[str | bytes], others: list[str | bytes]
) -> None:
    assert (lp(*some) == lp(*others)) == (_bytes(some) == _bytes(others))


@given(st.text(min_size=1), st.integers(min_value=0))
def test_a_text_cut_in_two_is_framed_unlike_the_whole_text(text: str, where: int) -> None:
    cut = where % (len(text) + 1)
    assert lp(text[:cut], text[cut:]) != lp(text)


@pytest.mark.parametrize(
    ("parts", "framed"),
    [
        ((), ""),
        (("",), "00000000"),
        (("", ""), "0000000000000000"),
        (("ab", "c"), "0000000261620000000163"),
        (("a", "bc"), "0000000161000000026263"),
        (("Å",), "00000002c385"),
        ((b"\xff\x00",), "00000002ff00"),
    ],
)
def test_framing_is_a_length_of_four_bytes_and_the_part(
    parts: tuple[str | bytes, ...], framed: str
) -> None:
    assert lp(*parts) == bytes.fromhex(framed)


def test_text_that_is_not_unicode_is_refused_without_quoting_it() -> None:
    with pytest.raises(ValueError, match="not valid Unicode") as caught:
        lp("ok", "198507099805\ud800")
    assert "1985" not in repr(caught.value.args)
    assert caught.value.__context__ is None


def test_a_part_too_long_for_its_length_is_refused() -> None:
    class Endless(bytes):
        def __len__(self) -> int:
            return 2**32

    with pytest.raises(ValueError, match="too long"):
        lp(Endless())
