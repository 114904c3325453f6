# SPDX-License-Identifier: Apache-2.0
"""The Domain port: one person, one pseudonym; two domains, nothing in common."""

from __future__ import annotations

import pickle
from datetime import date

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudo.domain import Domain, DomainInfo, KernelDomain
from pseudo.errors import InvalidValuesError, KeyStoreError, UsageError
from pseudo.identity import IdentityRule
from pseudo.kernel import select
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import (
    CANARIES,
    HOSTILE,
    KINDS,
    REFERENCE_DATE,
    MemoryStore,
    People,
    assert_clean,
    spell_all,
)


@pytest.fixture
def domain():
    with MemoryStore({("projA", 1): bytes(range(32))}) as store, store.domain("projA") as opened:
        yield opened


def _open(secret: bytes, name: str = "projA", form: str = "base32") -> Domain:
    return MemoryStore({(name, 1): secret}, format=form).domain(name)


# Linking.


@settings(max_examples=25)
@given(
    one=st.binary(min_size=32, max_size=32),
    two=st.binary(min_size=32, max_size=32),
    kind=st.sampled_from(KINDS),
    form=st.sampled_from(list(PseudonymFormat)),
)
def test_two_domains_have_no_pseudonym_in_common(one, two, kind, form):
    people = People(seed=3).numbers(kind, 30)
    # Two secrets in one name, and one secret in two names, are two domains.
    domains = [_open(one, "projA", form), _open(one, "projB", form)]
    if one != two:
        domains.append(_open(two, "projA", form))
    made = [set(domain.pseudonymize(people, kinds=[kind])) for domain in domains]
    assert all(len(pseudonyms) == len(people) for pseudonyms in made)
    assert len(set().union(*made)) == len(people) * len(domains)


def test_two_versions_have_no_pseudonym_in_common():
    store = MemoryStore({("projA", 1): bytes(32), ("projA", 2): bytes(32)})
    people = People(seed=3).personnummer(30)
    made = [set(store.domain("projA", version).pseudonymize(people)) for version in (1, 2)]
    assert not made[0] & made[1]


@pytest.mark.parametrize("kind", KINDS)
def test_one_person_one_pseudonym_in_every_spelling(domain, kind):
    for canonical in People(seed=3).numbers(kind, 5):
        texts = list(spell_all(canonical, REFERENCE_DATE, kind).values())
        made = domain.pseudonymize(texts, kinds=[kind], reference_date=REFERENCE_DATE)
        assert len(set(made)) == 1
        assert made[0] == domain.pseudonymize([canonical], kinds=[kind])[0]


def test_a_separator_that_turns_keeps_the_person(domain):
    before = domain.pseudonymize(
        ["260101-0109"], reference_date=date(2025, 12, 31), invalid="null"
    )
    after = domain.pseudonymize(["260101+0109"], reference_date=date(2026, 1, 1), invalid="null")
    assert before == after


def test_a_sole_trader_links_with_the_owner(domain):
    assert domain.pseudonymize(["850709-9805"], kind="orgnr") == domain.pseudonymize(
        ["198507099805"]
    )


def test_kinds_with_the_same_characters_do_not_link(domain):
    text = ["19810829M071"]
    made = {domain.pseudonymize(text, kind=kind)[0] for kind in ("reserv:vgr", "reserv:skane")}
    for kind in ("opaque:a", "opaque:b"):
        made |= set(domain.pseudonymize(text, kind=kind, scope="none"))
    assert len(made) == 4


def test_an_opaque_identifier_means_nothing_outside_its_scope(domain):
    def made(scope, value="0001", **options):
        return domain.pseudonymize([value], kind="opaque:hushall", scope=scope, **options)[0]

    assert made(["0180"]) == made("0180") == "2EJGRK4QAROBIOFRCPP6Q6WAIY"
    assert made("none") == made(()) == made([])
    assert len({made("none"), made(["0180"]), made(["1480"]), made(["0180", "x"])}) == 4
    # In a list it is a scope of that name.
    assert made(["none"]) != made("none")
    assert made(["0180"], value=1, width=4) == made("0180")


def test_the_scope_of_an_opaque_identifier_must_be_said(domain):
    for scope in ({}, {"scope": None}):
        with pytest.raises(UsageError) as caught:
            domain.pseudonymize(["0001"], kind="opaque:hushall", **scope)
        assert caught.value.code == "identity.scope_needed"


# Values.


def test_the_deny_list_padding_and_dates_are_passed_on(domain):
    assert domain.pseudonymize(["101010-1010"], invalid="null") == [None]
    young = People(seed=1, first_birth=date(2000, 1, 1), last_birth=date(2009, 12, 31))
    number = young.personnummer(1)[0]
    short = int(number[2:])
    assert domain.pseudonymize([short], invalid="null") == [None]
    assert domain.pseudonymize([short], pad_zeros=True) == domain.pseudonymize([number])
    day = date(2005, 1, 1)
    text = ["20260101-0109"]
    assert domain.pseudonymize(text, reference_date=day, invalid="null") == [None]


def test_nulls_and_blanks_are_null_and_not_invalid(domain):
    assert domain.pseudonymize([None, "", " ", "\u00a0"]) == [None] * 4


def test_invalid_values_raise_with_counts_by_reason(domain):
    values = ["850709-9805", "850709-9806", "198507099806", "x", None, "", "850732-9805"]
    with pytest.raises(InvalidValuesError) as caught:
        domain.pseudonymize(values)
    error = caught.value
    assert error.reasons == {
        "identity.bad_check_digit": 2,
        "identity.bad_form": 1,
        "identity.bad_date": 1,
    }
    assert error.params["total"] == 4
    assert error.exit_status == 3
    assert error.__context__ is None
    assert "identity.bad_check_digit 2" in str(error)
    made = domain.pseudonymize(values, invalid="null")
    assert [value is not None for value in made] == [True] + [False] * 6


def test_counts_add_up_over_pieces(domain):
    chunks = pa.chunked_array([["x", "850709-9805"], ["x"], [], ["850709-9806"]])
    with pytest.raises(InvalidValuesError) as caught:
        domain.pseudonymize(chunks)
    assert caught.value.reasons == {"identity.bad_form": 2, "identity.bad_check_digit": 1}


@pytest.mark.parametrize("name", [name for name in HOSTILE if name != "very_long"])
def test_no_value_is_in_an_error(domain, name):
    canary = CANARIES["bertil"]
    text = HOSTILE[name](canary, REFERENCE_DATE)
    if text is None:
        return
    with pytest.raises(InvalidValuesError) as caught:
        domain.pseudonymize([text, canary], reference_date=REFERENCE_DATE)
    error = caught.value
    assert_clean(shown=f"{error} {error!r} {error.args} {error.params} {vars(error)}")


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"kind": "pnr"}, "identity.unknown_kind"),
        ({"kind": "interim", "kinds": ["interim"]}, "identity.kind_and_kinds"),
        ({"width": 4}, "identity.width_not_opaque"),
        ({"scope": ["0180"]}, "identity.scope_not_opaque"),
        ({"kind": "orgnr", "scope": "0180"}, "identity.scope_not_opaque"),
        ({"invalid": "Raise"}, "usage.unknown_invalid"),
        ({"invalid": None}, "usage.unknown_invalid"),
        ({"invalid": "drop"}, "usage.unknown_invalid"),
    ],
)
def test_an_order_that_does_not_hold_is_refused(domain, options, code):
    with pytest.raises(UsageError) as caught:
        domain.pseudonymize(["850709-9805"], **options)
    assert caught.value.code == code


# The domain itself.


def test_a_closed_domain_computes_nothing():
    domain = _open(bytes(32))
    with domain as same:
        assert same is domain
        assert domain.pseudonymize(["850709-9805"])[0]
    domain.close()
    for use in (
        lambda: domain.pseudonymize(["850709-9805"]),
        lambda: domain.swap(
            pa.array(["850709-9805"]), IdentityRule.of(reference_date=REFERENCE_DATE)
        ),
    ):
        with pytest.raises(KeyStoreError) as caught:
            use()
        assert caught.value.code == "keys.domain_closed"
        assert caught.value.exit_status == 5


@pytest.mark.parametrize("form", PseudonymFormat)
def test_the_format_is_the_domains(form):
    domain = _open(bytes(32), form=form.value)
    assert domain.info.format is form
    assert domain.kernel_name == select().name
    assert all(
        form.matches(made) for made in domain.pseudonymize(["850709-9805", "19121212-1212"])
    )


def test_a_domain_shows_its_key_id_and_no_key():
    secret = bytes(range(100, 132))
    kernel = select()
    info = DomainInfo("projA", 1, "0123456789abcdef", PseudonymFormat.BASE32, "memory")
    domain = KernelDomain(info, kernel, kernel.prepare(secret))
    assert repr(domain) == "<KernelDomain projA.v1.0123456789abcdef>"
    assert secret.hex() not in f"{domain!r}{vars(domain)}"
    assert repr(secret) not in f"{domain!r}{vars(domain)}"
    with pytest.raises(TypeError):
        pickle.dumps(domain)
