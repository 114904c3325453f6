# SPDX-License-Identifier: Apache-2.0
"""Purposes, check values and names."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import KeyStoreError
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.hierarchy import (
    Purpose,
    check_name,
    check_unclaimed,
    derive,
    key_check_value,
    verify_check_value,
)

NAMES = st.from_regex(re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,62}", re.ASCII), fullmatch=True)
PLACES = st.tuples(st.sampled_from(list(Purpose)), NAMES, st.integers(1, 10**12))


def _secret(fill: int = 7) -> SecretKey:
    return SecretKey.from_bytes(bytes([fill]) * 32, SECRET_ACCESS)


@given(PLACES, PLACES)
def test_two_keys_are_equal_only_for_the_same_purpose_domain_and_version(
    one: tuple[Purpose, str, int], other: tuple[Purpose, str, int]
) -> None:
    assert (derive(_secret(), *one) == derive(_secret(), *other)) == (one == other)


def test_a_version_and_the_end_of_a_name_are_not_mistaken_for_each_other() -> None:
    assert derive(_secret(), Purpose.ID, "proj1", 1) != derive(_secret(), Purpose.ID, "proj", 11)


@pytest.mark.parametrize("version", [0, -1])
def test_versions_count_from_one(version: int) -> None:
    with pytest.raises(ValueError, match="from 1"):
        derive(_secret(), Purpose.ID, "projA", version)


def test_a_check_value_is_sixteen_hexadecimal_digits_and_not_part_of_any_key() -> None:
    kcv = key_check_value(_secret(), "projA", 1)
    assert re.fullmatch("[0-9a-f]{16}", kcv)
    for purpose in Purpose:
        key = derive(_secret(), purpose, "projA", 1)
        assert kcv not in key.reveal(SECRET_ACCESS).hex()


@pytest.mark.parametrize(
    ("secret", "domain", "version"), [(8, "projA", 1), (7, "projB", 1), (7, "projA", 2)]
)
def test_another_secret_domain_or_version_has_another_check_value(
    secret: int, domain: str, version: int
) -> None:
    kcv = key_check_value(_secret(), "projA", 1)
    verify_check_value(_secret(), "projA", 1, kcv)
    with pytest.raises(KeyStoreError) as caught:
        verify_check_value(_secret(secret), domain, version, kcv)
    assert caught.value.code == "keys.kcv_mismatch"


@pytest.mark.parametrize("expected", ["", "8e5d", "å" * 16, "8E5D1BEE7531823A"])
def test_a_check_value_in_another_spelling_is_another(expected: str) -> None:
    with pytest.raises(KeyStoreError):
        verify_check_value(_secret(), "projA", 1, expected)


@pytest.mark.parametrize(
    "name", ["projA", "ifau-2016-173", "00", "a-", "A1", "z" * 63, "9-lives", "ab--cd"]
)
def test_names_of_the_grammar_are_allowed(name: str) -> None:
    check_name(name)


@pytest.mark.parametrize(
    "name",
    [
        "",
        "a",
        "z" * 64,
        "-a",
        "a b",
        "a_b",
        "a.v1",
        "a/b",
        "../a",
        "a\n",
        "a\0",
        "projÅ",
        "ａｂ",
        "٣٤",
        "a\u200bb",
        "proj A",
        "a" * 100_000,
    ],
)
def test_names_outside_the_grammar_are_refused_without_quoting_them(name: str) -> None:
    with pytest.raises(KeyStoreError) as caught:
        check_name(name)
    assert caught.value.code == "keys.bad_name"
    assert not caught.value.params


@pytest.mark.parametrize("name", ["198507099805", "8507099805", "kund-850709-9805", "850709-T980"])
def test_a_name_that_could_be_an_identity_number_is_refused_without_quoting_it(name: str) -> None:
    with pytest.raises(KeyStoreError) as caught:
        check_name(name)
    assert caught.value.code == "keys.name_like_number"
    assert not caught.value.params


def test_a_name_that_differs_only_in_case_is_refused() -> None:
    check_unclaimed("projA", ["projA", "projB"])
    with pytest.raises(KeyStoreError) as caught:
        check_unclaimed("PROJa", ["projB", "projA"])
    assert caught.value.code == "keys.name_other_case"
    assert dict(caught.value.params) == {"domain": "PROJa", "other": "projA"}
