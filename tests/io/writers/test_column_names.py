# SPDX-License-Identifier: Apache-2.0
"""Names made to fit a format: legal, all different, and the same every time."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.io.writers.column_names import fitted_names
from tests.io.writers.written import STATISTICS

LEGAL = {
    "xpt": re.compile(r"[A-Z_][A-Z0-9_]{0,7}"),
    "sav": re.compile(r"[^\W\d_](?:[\w.$#@]*[\w])?"),
    "dta": re.compile(r"[^\W\d]\w{0,31}"),
}
NAMES = st.lists(st.text(min_size=1, max_size=40), unique=True, max_size=30)
ALIKE = st.lists(st.text("aAåÅ_1 .", min_size=1, max_size=12), unique=True, max_size=60)


def fitted(word, *names):
    return fitted_names(names, STATISTICS[word].names)


@pytest.mark.parametrize("word", STATISTICS)
@given(names=NAMES | ALIKE)
def test_every_name_is_legal_different_and_the_same_again(word, names):
    found = fitted(word, *names)
    assert all(LEGAL[word].fullmatch(name) for name in found), found
    distinct = {name if word == "dta" else name.casefold() for name in found}
    assert len(distinct) == len(names)
    assert fitted(word, *names) == found
    assert fitted(word, *found) == found
    assert not any(STATISTICS[word].names.reserved.fullmatch(name) for name in found)
    assert max((len(name.encode()) for name in found), default=0) <= {"xpt": 8, "sav": 64}.get(
        word, 128
    )


def test_names_of_8_letters_in_sas():
    assert fitted(
        "xpt", "personnummer_pseudonym", "kön", "Ålder", "født æ", "2020", "a b", "_N_"
    ) == [
        *("PERSONNU", "KON", "ALDER", "FODT_AE", "_2020", "A_B", "__N_"),
    ]


def test_a_name_that_fits_keeps_it_though_another_came_first():
    assert fitted("xpt", "kön", "KON", "Kön") == ["KON_2", "KON", "KON_3"]
    assert fitted("dta", "a b", "a_b") == ["a_b_2", "a_b"]


def test_names_that_become_alike_are_numbered_within_the_length():
    names = [f"sammanlagd_{n}" for n in range(12)]
    assert fitted("xpt", *names) == [
        "SAMMANLA",
        *(f"SAMMAN_{n}" for n in range(2, 10)),
        *(f"SAMMA_{n}" for n in range(10, 13)),
    ]


def test_letters_stay_where_the_program_has_them():
    assert fitted("sav", "kön", "år.2020", "värde#", "x" * 200, "_a", "ALL", "with") == [
        *("kön", "år.2020", "värde_", "x" * 64, "v_a", "vALL", "vwith"),
    ]
    assert fitted("sav", "å" * 200) == ["å" * 32]
    assert fitted("dta", "å" * 200, "str10", "_all", "if", "kön", "Kön") == [
        *("å" * 32, "_str10", "__all", "_if", "kön", "Kön"),
    ]
