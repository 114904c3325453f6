# SPDX-License-Identifier: Apache-2.0
"""Pseudonym formats: their grammar, and that base32 is never an identity number."""

from __future__ import annotations

import base64
import hashlib
import os
import uuid

import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.identity import IdentityRule, Reason, judge, judge_column
from pseudo.identity.finding import find_in_text, scan_rule
from pseudo.kernel import select
from pseudo.kernel.encode import encode_column
from pseudo.pseudonym import RAW_BYTES, PseudonymFormat
from pseudo.testing import KINDS, REFERENCE_DATE, People

_COUNT = 1_000_000 if os.environ.get("PSEUDO_TEST_FULL") else 50_000
_RAW = st.binary(min_size=RAW_BYTES, max_size=RAW_BYTES)
_RULES = [IdentityRule.of(reference_date=REFERENCE_DATE, kinds=[kind]) for kind in KINDS]


@pytest.mark.parametrize("form", PseudonymFormat)
@given(raw=_RAW)
def test_what_is_written_matches_its_own_grammar_only(form, raw):
    text = form.write(raw)
    assert len(text) == form.width
    assert form.matches(text)
    assert [other for other in PseudonymFormat if other.matches(text)] == [form]
    assert text.isascii()


@given(raw=_RAW)
def test_the_formats_are_those_of_their_standards(raw):
    assert base64.b32decode(PseudonymFormat.BASE32.write(raw) + "======") == raw
    assert bytes.fromhex(PseudonymFormat.HEX.write(raw)) == raw
    made = uuid.UUID(PseudonymFormat.UUID.write(raw))
    assert (made.version, made.variant) == (8, uuid.RFC_4122)
    kept = int.from_bytes(b"\xff" * 6 + b"\x0f\xff" + b"\x3f" + b"\xff" * 7, "big")
    assert made.int & kept == int.from_bytes(raw, "big") & kept


@pytest.mark.parametrize("form", PseudonymFormat)
@given(one=_RAW, two=_RAW)
def test_unequal_bytes_give_unequal_pseudonyms(form, one, two):
    if form is PseudonymFormat.UUID:
        one, two = (
            bytes([*raw[:6], raw[6] & 15, raw[7], raw[8] & 63, *raw[9:]]) for raw in (one, two)
        )
    assert (form.write(one) == form.write(two)) is (one == two)


@pytest.mark.parametrize("form", PseudonymFormat)
@pytest.mark.parametrize("length", [0, 1, 15, 17, 32])
def test_only_sixteen_bytes_are_written(form, length):
    with pytest.raises(ValueError, match="16 bytes"):
        form.write(bytes(length))


_GOOD = {form: form.write(hashlib.sha256(b"x").digest()[:16]) for form in PseudonymFormat}


@pytest.mark.parametrize("form", PseudonymFormat)
def test_what_does_not_match(form):
    good = _GOOD[form]
    assert form.matches(good)
    for bad in (
        "",
        good[:-1],
        good + good[-1],
        good + "\n",
        "\n" + good,
        " " + good,
        good.swapcase(),
        good[:5] + "å" + good[6:],
        good[:5] + "!" + good[6:],
        good.replace(good[3], "\uff11", 1),
        "198507099805",
    ):
        assert not form.matches(bad), bad


def test_the_last_character_of_base32_carries_three_bits():
    good = _GOOD[PseudonymFormat.BASE32]
    ends = [
        end
        for end in "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567"
        if PseudonymFormat.BASE32.matches(good[:-1] + end)
    ]
    assert "".join(ends) == "AEIMQUY4"


def test_the_version_and_variant_of_a_uuid_are_part_of_its_grammar():
    good = _GOOD[PseudonymFormat.UUID]
    assert not PseudonymFormat.UUID.matches(good[:14] + "4" + good[15:])
    assert not PseudonymFormat.UUID.matches(good[:19] + "c" + good[20:])


@pytest.mark.parametrize("form", PseudonymFormat)
def test_the_pattern_means_the_same_to_pyarrow(form):
    texts = [*_GOOD.values(), "", "A" * 26, "a" * 32, _GOOD[form] + "x"]
    matched = pc.match_substring_regex(pa.array(texts), f"^{form.pattern}$").to_pylist()
    assert matched == [form.matches(text) for text in texts]


def test_the_words_for_the_formats():
    assert [form.value for form in PseudonymFormat] == ["base32", "hex", "uuid"]
    assert PseudonymFormat("base32") is PseudonymFormat.BASE32
    with pytest.raises(ValueError):
        PseudonymFormat("base64")
    assert [form.never_an_identity_number for form in PseudonymFormat] == [True, False, False]


@given(raw=_RAW)
def test_base32_is_no_identity_number_of_any_kind(raw):
    text = PseudonymFormat.BASE32.write(raw)
    for rule in _RULES:
        # The whole, and every piece of it that has a number's length.
        assert judge(text, rule).reason is not Reason.OK
        for length in (10, 11, 12, 13):
            for start in range(len(text) - length + 1):
                assert judge(text[start : start + length], rule).reason is not Reason.OK
    assert find_in_text(f"{text} {text}", scan_rule(2026)) == []


@pytest.mark.parametrize("rule", _RULES, ids=KINDS)
def test_many_pseudonyms_in_base32_are_no_identity_numbers(rule):
    raw = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(_COUNT // 20))
    column = encode_column(raw, PseudonymFormat.BASE32)
    assert not (judge_column(column, rule).reasons == Reason.OK).any()


def test_the_search_finds_nothing_in_base32():
    raw = b"".join(hashlib.sha256(str(n).encode()).digest() for n in range(_COUNT // 2))
    assert select().find(encode_column(raw, PseudonymFormat.BASE32), 2026).rows.size == 0


def test_every_number_has_a_0_or_a_1_that_base32_lacks():
    assert not set("01") & set("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567")
    people = People(seed=1)
    for kind in ("personnummer", "samordningsnummer", "interim", "reserv:vgr", "reserv:skane"):
        for number in people.numbers(kind, 200):
            assert set("01") & set(number[2:6])
