# SPDX-License-Identifier: Apache-2.0
"""Names that may be shown."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.safe import MASK, is_safe, random_name, safe_key_id, safe_text, safe_time
from pseudo.testing import CANARIES
from pseudo.testing.canaries import search
from pseudo.testing.spellings import SPELLINGS

DAY = date(2026, 11, 22)


@pytest.mark.parametrize("name", CANARIES)
def test_no_spelling_of_a_number_is_shown(name: str) -> None:
    for spell in SPELLINGS.values():
        text = spell(CANARIES[name], DAY)
        if text is not None:
            assert search(safe_text(f"svar om {text} och mer")) == []


@pytest.mark.parametrize(
    "text",
    [
        "delivery.csv",
        "Leverans 2026-11-22.csv",
        "0180_v2",
        "kolumn 1, 2, 3",
        "år 1985/86",
        "x" * 300,
    ],
)
def test_ordinary_names_are_shown_as_they_are(text: str) -> None:
    assert safe_text(text) == text
    assert is_safe(text)


def test_mail_addresses_are_masked() -> None:
    assert safe_text("skriv till a.b@example.se nu") == f"skriv till {MASK} nu"


def test_control_characters_cannot_move_the_cursor_or_break_a_line() -> None:
    assert safe_text("a\x1b[31mb\nc\u202ed\x00") == "a[31mbcd"


def test_long_names_are_cut() -> None:
    assert len(safe_text("x" * 5000)) == 300


@given(st.text(max_size=80))
def test_what_was_masked_once_stays_as_it_is(text: str) -> None:
    assert safe_text(safe_text(text)) == safe_text(text)


def test_a_key_id_is_shown_as_it_is_and_nothing_else() -> None:
    assert safe_key_id("projA.v1.8507099805abcdef") == "projA.v1.8507099805abcdef"
    for other in ("projA.v1.8507099805", "8507099805", "a 19850709-9805.v1.0123456789abcdef"):
        assert safe_key_id(other) == safe_text(other) != other


def test_random_names_are_safe_to_show_and_differ() -> None:
    names = {random_name() for _ in range(10_000)}
    assert len(names) == 10_000
    assert all(is_safe(name) and len(name) == 16 for name in names)


def test_a_moment_is_shown_as_it_is_and_nothing_else() -> None:
    for moment in ("2026-11-25T04:16:55.123Z", "2026-11-25T04:16:55Z"):
        assert safe_time(moment) == moment
    for other in ("19850709-9805", "2026-11-25T04:16:55Z 198507099805"):
        assert safe_time(other) == safe_text(other) != other
