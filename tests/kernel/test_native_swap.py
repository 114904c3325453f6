# SPDX-License-Identifier: Apache-2.0
"""The compiled swap gives what the reference gives: every kind, spelling and character."""

from __future__ import annotations

import json
import os
import random
import sys
from datetime import date
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.identity import IdentityRule, Reason
from pseudo.identity.spelling import BLANKS, DASHES, PLUSES, ZEROS
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import HOSTILE, KINDS, REASONS, REFERENCE_DATE, People, spell_all

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_VECTORS = Path(__file__).parents[1] / "vectors"
_SCHEME = json.loads(_VECTORS.joinpath("scheme.json").read_text("ascii"))
_NUMBERS = [kind for kind in KINDS if not kind.startswith("opaque")]
_SIGNS = BLANKS + DASHES + PLUSES + ZEROS + "0123456789TKMXSFUABEeotkmx.,'\0\u0301\u2070\u00e5"


def _rule(**options) -> IdentityRule:
    return IdentityRule.of(reference_date=REFERENCE_DATE, **options)


_RULES = [
    _rule(),
    _rule(pad_zeros=True, denied=["191212121212", "8507099805"]),
    _rule(kinds=["samordningsnummer"]),
    _rule(kinds=_NUMBERS),
    _rule(kinds=_NUMBERS[::-1], pad_zeros=True),
    *(_rule(kinds=[kind]) for kind in _NUMBERS),
    IdentityRule.of(reference_date=date(1947, 1, 1), kinds=_NUMBERS),
    IdentityRule.of(reference_date=date(2099, 12, 31), kinds=_NUMBERS),
]


# Vectors.


@pytest.mark.parametrize("form", PseudonymFormat)
@pytest.mark.parametrize("domain", _SCHEME["domains"], ids=lambda domain: domain["key_id"][:20])
def test_the_vectors_of_the_scheme(native_kernel, domain, form):
    key = native_kernel.prepare(bytes.fromhex(domain["keys"]["id"]))
    day = date.fromisoformat(_SCHEME["reference_date"])
    for vector in domain["values"]:
        rule = IdentityRule.of(reference_date=day, kind=vector["declared"], width=vector["width"])
        scopes = [pa.array([value]) for value in vector["scope"]]
        swapped = native_kernel.swap(pa.array([vector["given"]]), rule, key, form, scopes)
        assert swapped.reasons.tolist() == [Reason.OK]
        assert swapped.pseudonyms.to_pylist() == [vector[form.value]]


def test_the_cases_of_identity_numbers(same_swap):
    cases = json.loads(_VECTORS.joinpath("identity_cases.json").read_text("utf-8"))
    texts = _texts_in(cases)
    assert len(texts) > 50
    for rule in _RULES:
        same_swap(pa.array(texts), rule)


def _texts_in(node) -> list[str]:
    if isinstance(node, str):
        return [node]
    children = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
    return [text for child in children for text in _texts_in(child)]


# Spellings.


@pytest.mark.parametrize("rule", _RULES, ids=range(len(_RULES)))
def test_every_kind_in_every_spelling_by_every_rule(same_swap, rule):
    texts: list[str | None] = [None, ""]
    people = People(seed=31, first_birth=date(1800, 1, 1))
    for kind in _NUMBERS:
        for number in people.numbers(kind, 40 if _FULL else 8):
            texts += spell_all(number, REFERENCE_DATE, kind).values()
            texts += [hostile(number, REFERENCE_DATE) for hostile in _hostile(number)]
    for reason in REASONS:
        texts += people.invalid(reason, 50)
    texts += people.samordningsnummer(100, incomplete=True)
    for form in PseudonymFormat:
        same_swap(pa.array(texts), rule, form)


def _hostile(number: str):
    # The others count with the number's digits.
    return HOSTILE.values() if number.isdigit() and len(number) == 12 else ()


@pytest.mark.parametrize("step", [1 if _FULL else 41])
def test_every_character_beside_and_inside_a_number(same_swap, step):
    special = [ord(sign) for sign in _SIGNS]
    codes = [c for c in range(sys.maxunicode + 1) if not 0xD800 <= c < 0xE000][::step]
    characters = [chr(code) for code in special + codes]
    for start in range(0, len(characters), 100_000):
        part = characters[start : start + 100_000]
        texts = [f"850709{c}9805" for c in part]
        texts += [f"{c}8507099805" for c in part] + [f"850709980{c}" for c in part]
        same_swap(pa.array(texts), _RULES[0])
        for template in ("{}", "a{}", " {}b ", "e{}\u0301"):
            same_swap(pa.array([template.format(c) for c in part]), _rule(kind="opaque:a"))


@given(
    texts=st.lists(st.one_of(st.none(), st.text(st.sampled_from(_SIGNS), max_size=20))),
    rule=st.sampled_from(_RULES),
)
def test_any_signs_by_any_rule(same_swap, texts, rule):
    same_swap(pa.array(texts, pa.string()), rule)


@given(texts=st.lists(st.text(max_size=80)), rule=st.sampled_from(_RULES))
def test_any_text_by_any_rule(same_swap, texts, rule):
    same_swap(pa.array(texts, pa.string()), rule)


@pytest.mark.parametrize("part", range(60 if _FULL else 3))
def test_numbers_that_were_changed_at_random(same_swap, part):
    rng = random.Random(part)
    people = People(seed=part, first_birth=date(1800, 1, 1))
    texts = []
    for kind in _NUMBERS:
        for number in people.numbers(kind, 500):
            spelled = list(spell_all(number, REFERENCE_DATE, kind).values())
            texts += [_changed(rng, rng.choice(spelled)) for _ in range(10)]
    rule = _RULES[part % len(_RULES)]
    swapped = same_swap(pa.array(texts), rule, rng.choice(list(PseudonymFormat)))
    assert len(texts) == 50_000
    assert len(swapped.counts()) > 3


def _changed(rng: random.Random, text: str) -> str:
    """Leave a text, or put something into it, take something out, or both, once or twice."""
    for _ in range(rng.choice((0, 1, 1, 2))):
        start = rng.randrange(len(text) + 1)
        end = start + rng.choice((0, 1, 1, 2))
        put = rng.choice(("", rng.choice(_SIGNS), rng.choice("0123456789")))
        text = text[:start] + put + text[end:]
    return text
