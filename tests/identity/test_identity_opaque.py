# SPDX-License-Identifier: Apache-2.0
"""Opaque identifiers: taken as they are, but for blanks, composition and zeros."""

from __future__ import annotations

import time
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.identity import IdentityRule, Reason, judge, judge_column
from pseudo.identity.judge import LONGEST_OPAQUE
from pseudo.identity.spelling import WHITE_SPACE
from pseudo.testing import REFERENCE_DATE

_KIND = "opaque:hushall"


@pytest.mark.parametrize(
    ("text", "width", "canonical"),
    [
        ("0001", 0, "0001"),
        ("1", 0, "1"),
        ("1", 4, "0001"),
        ("0001", 4, "0001"),
        ("00001", 4, "00001"),
        ("12345", 4, "12345"),
        ("-1", 4, "00-1"),
        ("+1", 4, "00+1"),
        ("aB", 0, "aB"),
        ("Ab", 0, "Ab"),
        ("Dnr 12/A", 0, "Dnr 12/A"),
        ("a  b", 0, "a  b"),
        (" \u00a0x\u2003\r\n", 0, "x"),
        ("A\u030a", 0, "\u00c5"),
        ("\u212b", 0, "\u00c5"),
        ("ﬁ", 0, "ﬁ"),
        ("１", 0, "１"),
        ("\U0001f600", 3, "00\U0001f600"),
        ("a\0b", 0, "a\0b"),
        ("850709-9805", 0, "850709-9805"),
        ("1.0", 0, "1.0"),
    ],
)
def test_the_canonical_form(say, text, width, canonical):
    verdict = say(text, kind=_KIND, width=width)
    assert verdict.canonical == canonical
    assert verdict.kind == _KIND
    assert verdict.flags == 0


def test_only_white_space_is_removed(say):
    # What is invisible and no white space, and what Python alone takes for a blank.
    for sign in "\ufeff\u200b\u2060\x1c\x1d\x1e\x1f":
        assert say(f" {sign}x{sign} ", kind=_KIND).canonical == f"{sign}x{sign}"
    assert len(WHITE_SPACE) == len(set(WHITE_SPACE)) == 25
    for sign in WHITE_SPACE:
        assert say(f"{sign}x{sign}", kind=_KIND).canonical == "x"


@pytest.mark.parametrize("text", ["", " ", "\t\r\n", "\u00a0\u2003", "\u3000"])
def test_blanks_are_blank_whatever_the_width(say, text):
    assert say(text, kind=_KIND, width=4).reason is Reason.BLANK


def test_two_hundred_characters_are_the_most(say):
    assert LONGEST_OPAQUE == 200
    assert say("å" * 200, kind=_KIND).canonical == "å" * 200
    assert say("å" * 201, kind=_KIND).reason is Reason.TOO_LONG
    assert say("a\u030a" * 200, kind=_KIND).canonical == "å" * 200
    assert say("a\u030a" * 201, kind=_KIND).reason is Reason.TOO_LONG
    assert say(" " * 500 + "a" + " " * 500, kind=_KIND).canonical == "a"
    # The characters with the longest decomposition are counted as what they become.
    assert say("\u03b1\u0313\u0300\u0345" * 200, kind=_KIND).canonical == "\u1f82" * 200
    assert say("\u03b1\u0313\u0300\u0345" * 201, kind=_KIND).reason is Reason.TOO_LONG


@pytest.mark.parametrize("text", ["\u0301\u0316" * 2_000_000, "a" * 10_000_000])
def test_a_very_long_text_costs_nothing(say, text):
    begun = time.monotonic()
    assert say(text, kind=_KIND).reason is Reason.TOO_LONG
    assert time.monotonic() - begun < 5


def test_half_a_character_is_no_identifier():
    rule = IdentityRule.of(reference_date=REFERENCE_DATE, kind=_KIND)
    assert judge("a\ud800", rule).reason is Reason.BAD_FORM
    assert judge("\udfff", rule).reason is Reason.BAD_FORM


@given(text=st.text(max_size=40), width=st.integers(0, 8))
def test_what_is_equal_but_for_composition_and_blanks_is_one(say, text, width):
    verdict = say(text, kind=_KIND, width=width)
    for written in (unicodedata.normalize("NFD", text), f" {text}\u2003", f"\u3000{text}\t"):
        assert say(written, kind=_KIND, width=width) == verdict
    assert verdict.reason in (Reason.OK, Reason.BLANK)
    if verdict.reason is Reason.OK:
        assert say(verdict.canonical, kind=_KIND, width=width) == verdict


@given(
    one=st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=6),
    two=st.text(st.characters(blacklist_categories=("Cs",)), min_size=1, max_size=6),
)
def test_what_is_not_equal_stays_two(say, one, two):
    same = unicodedata.normalize("NFC", one).strip(WHITE_SPACE) == unicodedata.normalize(
        "NFC", two
    ).strip(WHITE_SPACE)
    answers = [say(text, kind=_KIND).canonical for text in (one, two)]
    assert (answers[0] == answers[1]) is same


def test_numbers_are_written_as_integers_and_lossy_ones_refused():
    rule = IdentityRule.of(reference_date=REFERENCE_DATE, kind=_KIND, width=4)
    ints = judge_column(pa.array([1, 12345, -1, 0, None], pa.int64()), rule)
    assert ints.canonical.to_pylist() == ["0001", "12345", "00-1", "0000", None]
    floats = judge_column(pa.array([1.0, 1.5, 1e300, float("nan"), None]), rule)
    assert floats.canonical.to_pylist() == ["0001", None, None, None, None]
    lossy, blank = Reason.LOSSY_NUMBER, Reason.BLANK
    assert floats.reasons.tolist() == [Reason.OK, lossy, lossy, blank, blank]
    assert set(floats.ranks.tolist()) == {-1}
