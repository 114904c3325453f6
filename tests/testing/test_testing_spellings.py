# SPDX-License-Identifier: Apache-2.0
"""Spellings keep the number they spell; hostile texts do not pass for one."""

from __future__ import annotations

import unicodedata
from datetime import date

import pytest

from pseudo.identity import IdentityRule, judge
from pseudo.testing import HOSTILE, KINDS, PADDED, REFERENCE_DATE, SPELLINGS, People, spell_all

_EXAMPLES = [
    ("twelve_bare", "198507099805", "198507099805"),
    ("twelve_hyphen", "198507099805", "19850709-9805"),
    ("twelve_plus", "198507099805", None),
    ("twelve_plus", "191212121212", "19121212+1212"),
    ("twelve_float", "198507099805", "198507099805.0"),
    ("twelve_lower", "198507099805", None),
    ("ten_bare", "198507099805", "8507099805"),
    ("ten_bare", "191212121212", None),
    ("ten_hyphen", "191212121212", None),
    ("ten_plus", "191212121212", "121212+1212"),
    ("ten_plus", "181212121212", None),
    ("ten_float", "198507099805", "8507099805.0"),
    ("ten_float", "200001010107", None),
    ("ten_en_dash", "198507099805", "850709\u20139805"),
    ("ten_minus_sign", "198507099805", "850709\u22129805"),
    ("ten_no_break_space", "198507099805", "850709\u00a09805"),
    ("ten_thin_space", "198507099805", "850709\u20099805"),
    ("ten_full_width", "198507099805", "８５０７０９９８０５"),
    ("ten_arabic_indic", "198507099805", "٨٥٠٧٠٩٩٨٠٥"),
    ("ten_after_tab", "198507099805", "\t850709-9805"),
]


@pytest.mark.parametrize(("name", "canonical", "written"), _EXAMPLES)
def test_a_spelling_is_written_as_its_name_says(
    name: str, canonical: str, written: str | None
) -> None:
    assert SPELLINGS[name](canonical, REFERENCE_DATE) == written


@pytest.mark.parametrize("kind", KINDS)
def test_every_spelling_keeps_the_characters_of_the_number(kind: str) -> None:
    for canonical in People(seed=1).numbers(kind, 80):
        written = spell_all(canonical, REFERENCE_DATE, kind)
        assert len(written) == len(set(written.values())) > 30
        for name, text in written.items():
            bare = _bare(text.removesuffix(".0") if name.endswith("float") else text)
            assert bare in (canonical, canonical[2:], f"16{canonical}")


def _bare(text: str) -> str:
    """Keep letters and decimal digits, in ASCII."""
    kept = (str(unicodedata.decimal(sign, sign)) for sign in text if sign.isalnum())
    return "".join(kept).upper()


@pytest.mark.parametrize("kind", KINDS)
def test_the_product_reads_every_spelling_back(kind: str) -> None:
    rule = IdentityRule.of(kind=kind, reference_date=REFERENCE_DATE)
    for canonical in People(seed=2, first_birth=date(1850, 1, 1)).numbers(kind, 60):
        for name, text in spell_all(canonical, REFERENCE_DATE, kind).items():
            verdict = judge(text, rule)
            assert (verdict.kind, verdict.canonical) == (kind, canonical), name


@pytest.mark.parametrize("name", HOSTILE)
def test_the_product_refuses_every_hostile_text(name: str) -> None:
    rule = IdentityRule.of(kind="personnummer", reference_date=REFERENCE_DATE)
    people = People(seed=3)
    texts = [
        HOSTILE[name](number, REFERENCE_DATE)
        for number in people.personnummer(100) + people.samordningsnummer(100)
    ]
    assert any(texts)
    assert not [text for text in texts if text is not None and judge(text, rule).canonical]


def test_no_hostile_text_is_one_of_the_spellings() -> None:
    canonical = People(seed=3).personnummer(1)[0]
    hostile = {spell(canonical, REFERENCE_DATE) for spell in HOSTILE.values()}
    assert not hostile & set(spell_all(canonical, REFERENCE_DATE).values())


def test_eaten_zeros_are_read_only_when_padding_is_declared() -> None:
    spell = PADDED["eaten_zeros"]
    assert spell("200001010107", REFERENCE_DATE) == "1010107"
    assert spell("198507099805", REFERENCE_DATE) is None
    padded = IdentityRule.of(kind="personnummer", reference_date=REFERENCE_DATE, pad_zeros=True)
    plain = IdentityRule.of(kind="personnummer", reference_date=REFERENCE_DATE)
    people = People(seed=4, first_birth=date(2000, 1, 1), last_birth=date(2009, 12, 31))
    for canonical in people.personnummer(200):
        text = spell(canonical, REFERENCE_DATE)
        assert text is not None
        assert judge(text, padded).canonical == canonical
        assert not judge(text, plain).canonical
