# SPDX-License-Identifier: Apache-2.0
"""All spellings give one canonical form, and nothing else is guessed into one."""

from __future__ import annotations

import sys
import unicodedata
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.identity import IdentityRule, Reason, judge
from pseudo.identity.spelling import BLANKS, DASHES, LONGEST, PLUSES, ZEROS, read
from pseudo.testing import HOSTILE, KINDS, PADDED, REFERENCE_DATE, SPELLINGS, People, spell_all

_PEOPLE = People(seed=7, first_birth=date(1880, 1, 1))
_KINDS = [kind for kind in KINDS if not kind.startswith("opaque")]


@pytest.mark.parametrize("kind", _KINDS)
def test_every_spelling_gives_the_canonical_form(say, kind):
    for canonical in _PEOPLE.numbers(kind, 5):
        for name, text in spell_all(canonical, REFERENCE_DATE, kind).items():
            verdict = say(text, kind=kind)
            assert (name, verdict.reason) == (name, Reason.OK)
            assert verdict.canonical == canonical
            assert verdict.kind == kind


@pytest.mark.parametrize("name", SPELLINGS)
def test_no_spelling_is_left_untried(name):
    numbers = [
        *_PEOPLE.personnummer(40),
        *_PEOPLE.interim(5),
        "188112289874",
    ]
    assert any(SPELLINGS[name](number, REFERENCE_DATE) is not None for number in numbers)


@pytest.mark.parametrize("name", HOSTILE)
def test_what_only_looks_like_a_number_is_refused(say, name):
    for canonical in [*_PEOPLE.personnummer(20), *_PEOPLE.samordningsnummer(10)]:
        text = HOSTILE[name](canonical, REFERENCE_DATE)
        if text is not None and unicodedata.normalize("NFKC", text) != canonical[1:]:
            assert say(text).reason is not Reason.OK, name


@pytest.mark.parametrize("name", PADDED)
def test_spreadsheet_numbers_are_read_with_pad_zeros(say, name):
    young = People(seed=7, first_birth=date(2000, 1, 1), last_birth=date(2009, 12, 31))
    for canonical in young.personnummer(40):
        text = PADDED[name](canonical, REFERENCE_DATE)
        if text is not None:
            assert say(text).reason is Reason.WRONG_LENGTH
            assert say(text, pad_zeros=True).canonical == canonical


_DIGIT_ZEROS = [
    code for code in range(0x80, sys.maxunicode + 1) if unicodedata.decimal(chr(code), None) == 0
]


def test_the_decimal_digits_of_every_script_are_read(say):
    assert len(_DIGIT_ZEROS) > 50
    for zero in _DIGIT_ZEROS:
        text = "".join(chr(zero + int(digit)) for digit in "198507099805")
        for written in (text, f"{text[2:8]}-{text[8:]}", f"19{text[2:]}"):
            assert say(written).canonical == "198507099805", hex(zero)


@pytest.mark.parametrize("signs", ["⁰¹²³⁴⁵⁶⁷⁸⁹", "⓪①②③④⑤⑥⑦⑧⑨", "〇一二三四五六七八九"])
def test_signs_for_numbers_that_are_no_digits_are_refused(say, signs):
    text = "".join(signs[int(digit)] for digit in "198507099805")
    assert say(text).reason is Reason.BAD_FORM


@pytest.mark.parametrize("dash", DASHES, ids=lambda dash: f"U+{ord(dash):04X}")
def test_every_dash_is_a_dash(say, dash):
    assert say(f"850709{dash}9805").canonical == "198507099805"
    assert say(f"19850709{dash}9805").canonical == "198507099805"


@pytest.mark.parametrize("plus", PLUSES)
def test_every_plus_is_a_plus(say, plus):
    assert say(f"811228{plus}9874").canonical == "188112289874"


def test_every_blank_is_read_around_the_number_and_before_the_last_four(say):
    for blank in BLANKS:
        for text in (f"{blank}850709-9805", f"850709-9805{blank}{blank}", f"850709{blank}9805"):
            assert say(text).canonical == "198507099805", hex(ord(blank))
        assert say(blank).reason is Reason.BLANK
        assert say(f"85{blank}07099805").reason is not Reason.OK


def test_every_unicode_white_space_is_a_blank():
    spaces = {chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()}
    assert spaces <= set(BLANKS)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1.98507E+11", Reason.LOSSY_NUMBER),
        ("1,98507E+11", Reason.LOSSY_NUMBER),
        ("2E+11", Reason.LOSSY_NUMBER),
        ("8.50709981e9", Reason.LOSSY_NUMBER),
        ("198507099805.5", Reason.LOSSY_NUMBER),
        ("198507099805.00000001", Reason.LOSSY_NUMBER),
        ("198507099805.", Reason.BAD_FORM),
        ("8507099805.", Reason.BAD_FORM),
        ("8507099805,", Reason.BAD_FORM),
        (".198507099805", Reason.BAD_FORM),
        ("198507099805,00", Reason.OK),
        ("8507099805.000000", Reason.OK),
        ("850709-9805.0", Reason.BAD_FORM),
        ("19850709980", Reason.WRONG_LENGTH),
        ("98507099805", Reason.WRONG_LENGTH),
        ("1985070998050", Reason.WRONG_LENGTH),
        ("850709-98055", Reason.WRONG_LENGTH),
        ("85070-99805", Reason.WRONG_LENGTH),
        ("-8507099805", Reason.BAD_FORM),
        ("+8507099805", Reason.BAD_FORM),
        ("850709/9805", Reason.BAD_FORM),
        ("850709_9805", Reason.BAD_FORM),
        ("(850709-9805)", Reason.BAD_FORM),
        ("850709-9805;", Reason.BAD_FORM),
        ("'850709-9805", Reason.BAD_FORM),
        ("85O7O9-98O5", Reason.BAD_FORM),
        ("850709-9805 850709-9805", Reason.BAD_FORM),
        ("850709\x009805", Reason.BAD_FORM),
        ("850709-+9805", Reason.BAD_FORM),
        ("nan", Reason.BAD_FORM),
        ("NULL", Reason.BAD_FORM),
        ("-", Reason.BAD_FORM),
    ],
)
def test_nothing_is_guessed(say, text, reason):
    assert say(text).reason is reason


def test_half_a_character_is_no_number():
    rule = IdentityRule.of(reference_date=REFERENCE_DATE)
    for text in ("\ud800850709-9805", "850709-9805\udfff"):
        assert judge(text, rule).reason is Reason.BAD_FORM


@given(blanks=st.integers(0, 200))
def test_a_number_far_inside_blanks_is_still_a_number(say, blanks):
    assert say(f"{' ' * blanks}850709-9805{' ' * blanks}").canonical == "198507099805"
    inner = say(f"850709{' ' * blanks}9805")
    assert (inner.reason is Reason.OK) is (blanks <= 54)


@given(text=st.text(max_size=30))
def test_any_text_gets_the_same_answer_in_all_ways(say, text):
    say(text, kinds=["personnummer", "samordningsnummer", "interim", "orgnr", "reserv:skane"])


@given(
    text=st.text(alphabet="0123456789-+ .,Ee٣５\u2013\u00a0\ufeff\u200b\u2212T\n", max_size=18),
    pad=st.booleans(),
)
def test_texts_of_a_numbers_own_signs_get_the_same_answer_in_all_ways(say, text, pad):
    say(text, pad_zeros=pad)
    say(text, pad_zeros=pad, kinds=["personnummer"])


@pytest.mark.parametrize("digits", [10, 12])
def test_zeros_behind_the_point_count_to_the_length_of_a_text(say, digits):
    number = "198507099805"[-digits:]
    most = LONGEST - digits - 1
    for before in ("", " " * 99):
        assert say(f"{before}{number}.{'0' * most}").reason is Reason.OK
        assert say(f"{before}{number},{'0' * (most + 1)}").reason is Reason.BAD_FORM


def test_pythons_own_digits_are_among_the_frozen_ones():
    digits = {chr(ord(zero) + value): value for zero in ZEROS for value in range(10)}
    assert len(digits) == 760
    assert all(unicodedata.decimal(digit, value) == value for digit, value in digits.items())
    known = {chr(c) for c in range(sys.maxunicode + 1) if chr(c).isdecimal()}
    # What Unicode 17 and later bring is not read.
    assert known <= digits.keys() or unicodedata.unidata_version >= "17"


def test_a_digit_that_python_may_not_know_yet_is_read(say):
    # Kawi came with Unicode 15, Garay with 16.
    for zero in (0x11F50, 0x10D40):
        spelled = "".join(chr(zero + int(digit)) for digit in "198507099805")
        assert say(spelled).canonical == "198507099805"


def test_a_very_long_text_is_refused_at_once(say):
    for text in ("1" * 10_000_000, " " * 999_999 + "1", "850709-9805 " * 90_000):
        assert say(text).reason is not Reason.OK


def test_what_was_taken_apart_does_not_show_itself():
    spelled = read("19850709-9805")
    assert not isinstance(spelled, Reason)
    assert "9805" not in f"{spelled!r} {spelled}"
    assert "850709" not in f"{spelled!r} {spelled}"
