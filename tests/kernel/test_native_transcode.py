# SPDX-License-Identifier: Apache-2.0
"""The compiled kernel decodes every text as Python's codecs do, as far as it can be."""

from __future__ import annotations

import os
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.io.text.encoding import _SINGLE_BYTE
from pseudo.kernel import Kernel
from pseudo.kernel.transcode import transcode

_TEXTS = 200_000 if os.environ.get("PSEUDO_TEST_FULL") else 4_000
_CODECS = sorted(_SINGLE_BYTE)

_pieces = st.lists(
    st.one_of(st.text(max_size=9).map(lambda text: text.encode("utf-8", "replace")), st.binary()),
    max_size=8,
).map(b"".join)


@pytest.mark.parametrize("codec", _CODECS)
def test_every_byte_at_every_place_is_decoded_as_the_codec_does(
    native_kernel: Kernel, codec: str
) -> None:
    for byte in range(256):
        for before in (0, 1, 15, 16, 17):
            raw = b"x" * before + bytes([byte]) + b"\xe5;y" * 9
            assert native_kernel.transcode(raw, codec) == transcode(raw, codec)


@given(raw=_pieces, codec=st.sampled_from([*_CODECS, "utf-8"]))
def test_any_bytes_are_decoded_alike(native_kernel: Kernel, raw: bytes, codec: str) -> None:
    assert native_kernel.transcode(raw, codec) == transcode(raw, codec)


@given(text=st.text("aåÄé€ßŁ\U0001f600\n", max_size=40))
def test_utf8_that_is_cut_anywhere_is_good_up_to_the_last_whole_character(
    native_kernel: Kernel, text: str
) -> None:
    raw = text.encode()
    for cut in range(len(raw) + 1):
        whole = raw[:cut].decode("utf-8", "ignore").encode()
        assert native_kernel.transcode(raw[:cut], "utf-8") == (whole, len(whole))
        assert transcode(raw[:cut], "utf-8") == (whole, len(whole))


def test_utf8_that_is_wrong_is_good_up_to_the_same_place(native_kernel: Kernel) -> None:
    chance = random.Random(29)
    # The borders of what may follow what (Unicode, table 3-7), and bytes that never occur.
    borders = bytes.fromhex(
        "00 41 7f 80 8f 90 9f a0 bf c0 c1 c2 df e0 e1 ec ed ee ef f0 f1 f3 f4 f5 ff"
    )
    for _ in range(_TEXTS):
        raw = bytes(chance.choices(borders, k=chance.randrange(1, 7)))
        padded = "å".encode() * chance.randrange(40) + raw
        assert native_kernel.transcode(padded, "utf-8") == transcode(padded, "utf-8")


@pytest.mark.usefixtures("native_kernel")
@pytest.mark.parametrize("table", [b"", bytes(1024), bytes(1023), b"\1A" * 512])
def test_what_is_no_table_of_an_encoding_is_refused(table: bytes) -> None:
    from pseudo import _native

    with pytest.raises(ValueError):
        _native.transcode(b"a", table)
