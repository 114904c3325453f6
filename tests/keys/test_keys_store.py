# SPDX-License-Identifier: Apache-2.0
"""What every store does, shown on the key file and on the store in memory."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from pseudo.errors import KeyStoreError, UsageError
from pseudo.keys import TESTING, DomainRecord, State, Store
from pseudo.keys.local import LocalStore
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing.store import MemoryStore

Refusal = Callable[..., AbstractContextManager[None]]

PERSON = "191212121212"
NOW = datetime(2026, 11, 22, 12, 30, 59, 999_999, tzinfo=UTC)
MODES = ["local", "memory"]


def _make(mode: str, path: Path, kernel: str = "auto") -> Store:
    if mode == "memory":
        return MemoryStore(clock=lambda: NOW, kernel=kernel)
    return LocalStore.open(
        path, "fras", create=True, profile=TESTING, clock=lambda: NOW, kernel=kernel
    )


@pytest.fixture(params=MODES)
def any_store(request: pytest.FixtureRequest, path: Path) -> Iterator[Store]:
    with _make(request.param, path) as made:
        yield made


def test_a_new_domain_is_active_and_current_and_says_what_it_is(any_store: Store) -> None:
    record = any_store.create("projA")
    assert record == any_store.show("projA")
    assert (record.name, record.version, record.state) == ("projA", 1, State.ACTIVE)
    assert record.format is PseudonymFormat.BASE32
    assert record.created == NOW.replace(microsecond=0)
    assert record.current
    assert record.key_id == f"projA.v1.{record.kcv}"


def test_a_record_cannot_be_changed(any_store: Store) -> None:
    record = any_store.create("projA")
    with pytest.raises(dataclasses.FrozenInstanceError):
        record.state = State.FROZEN  # type: ignore[misc]


@pytest.mark.parametrize("form", ["base32", "hex", "uuid"])
def test_the_format_is_fixed_when_the_domain_is_made(any_store: Store, form: str) -> None:
    assert any_store.create("projA", form).format.value == form
    with any_store.domain("projA") as domain:
        assert domain.info.format.value == form
        (pseudonym,) = domain.pseudonymize([PERSON])
        assert PseudonymFormat(form).matches(pseudonym)


def test_an_unknown_format_is_a_usage_error(any_store: Store, refusal: Refusal) -> None:
    with refusal("keys.unknown_format", UsageError):
        any_store.create("projA", "base64")
    assert any_store.list() == []


def test_two_domains_share_no_pseudonym_and_one_domain_always_gives_the_same(
    any_store: Store,
) -> None:
    any_store.create("projA")
    any_store.create("projB")
    with any_store.domain("projA") as one, any_store.domain("projA") as again:
        assert one.pseudonymize([PERSON]) == again.pseudonymize([PERSON])
        assert one.info.kcv == any_store.show("projA").kcv
        assert one.info.store == any_store.mode
        with any_store.domain("projB") as other:
            assert one.pseudonymize([PERSON]) != other.pseudonymize([PERSON])


def test_domains_are_listed_by_name_whatever_order_they_were_made_in(any_store: Store) -> None:
    assert any_store.list() == []
    made = [any_store.create(name) for name in ("zeta", "Alfa", "beta")]
    assert [record.name for record in any_store.list()] == ["Alfa", "beta", "zeta"]
    assert sorted(made, key=lambda record: record.name) == any_store.list()


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("projA", "keys.domain_exists"),
        ("PROJa", "keys.name_other_case"),
        ("proj A", "keys.bad_name"),
        ("", "keys.bad_name"),
        ("191212121212", "keys.name_like_number"),
    ],
)
def test_a_name_that_may_not_be_used_makes_no_domain(
    any_store: Store, refusal: Refusal, name: str, code: str
) -> None:
    any_store.create("projA")
    before = any_store.list()
    with refusal(code):
        any_store.create(name)
    assert any_store.list() == before


@pytest.mark.parametrize("act", ["show", "freeze", "activate", "destroy", "domain"])
@pytest.mark.parametrize("name", ["projB", "PROJA", "", "191212121212"])
def test_an_unknown_domain_is_refused_by_everything(
    any_store: Store, refusal: Refusal, act: str, name: str
) -> None:
    any_store.create("projA")
    with refusal("keys.unknown_domain"):
        getattr(any_store, act)(name)


def test_an_identity_number_given_as_a_domain_is_masked_in_the_error(any_store: Store) -> None:
    with pytest.raises(KeyStoreError) as caught:
        any_store.show(PERSON)
    assert PERSON not in f"{caught.value} {caught.value!r} {caught.value.params}"


def test_an_unknown_version_is_refused(any_store: Store, refusal: Refusal) -> None:
    any_store.create("projA")
    any_store.domain("projA", 1).close()
    for version in (0, 2, -1):
        with refusal("keys.unknown_version"):
            any_store.domain("projA", version)


def test_a_frozen_domain_makes_no_pseudonyms_until_it_is_active_again(
    any_store: Store, refusal: Refusal
) -> None:
    any_store.create("projA")
    any_store.create("projB")
    with any_store.domain("projA") as domain:
        before = domain.pseudonymize([PERSON])
    assert any_store.freeze("projA").state is State.FROZEN
    with refusal("keys.frozen"):
        any_store.domain("projA")
    any_store.domain("projB").close()
    assert any_store.activate("projA").state is State.ACTIVE
    with any_store.domain("projA") as domain:
        assert domain.pseudonymize([PERSON]) == before


def test_freezing_and_activating_can_be_repeated(any_store: Store) -> None:
    made = any_store.create("projA")
    assert any_store.activate("projA") == made
    assert any_store.freeze("projA") == any_store.freeze("projA")
    assert any_store.activate("projA") == any_store.activate("projA") == made


@pytest.mark.parametrize("frozen", [False, True])
def test_a_destroyed_domain_leaves_a_tombstone_and_nothing_brings_it_back(
    any_store: Store, refusal: Refusal, frozen: bool
) -> None:
    made = any_store.create("projA")
    if frozen:
        any_store.freeze("projA")
    gone = any_store.destroy("projA")
    assert gone == dataclasses.replace(made, state=State.DESTROYED)
    assert any_store.list() == [gone]
    for act in (any_store.domain, any_store.freeze, any_store.activate, any_store.destroy):
        with refusal("keys.destroyed"):
            act("projA")
    with refusal("keys.name_destroyed"):
        any_store.create("projA")
    with refusal("keys.name_other_case"):
        any_store.create("PROJA")
    assert any_store.list() == [gone]


def test_an_open_domain_survives_its_store_and_a_closed_one_gives_nothing(
    path: Path, refusal: Refusal
) -> None:
    with _make("local", path) as store:
        store.create("projA")
        domain = store.domain("projA")
    before = domain.pseudonymize([PERSON])
    assert domain.pseudonymize([PERSON]) == before
    domain.close()
    with refusal("keys.domain_closed"):
        domain.pseudonymize([PERSON])


@pytest.mark.parametrize(
    "act",
    [
        lambda store: store.create("projB"),
        lambda store: store.list(),
        lambda store: store.show("projA"),
        lambda store: store.freeze("projA"),
        lambda store: store.activate("projA"),
        lambda store: store.destroy("projA"),
        lambda store: store.domain("projA"),
        lambda store: store.sign(b""),
        lambda store: store.public_key(),
        lambda store: store.ledger(),
        lambda store: store.keep_ledger("pseudo-ledger/0123456789abcdef"),
        lambda store: store.data_key(),
        lambda store: store.unwrap_data_key(b""),
    ],
)
def test_a_closed_store_does_nothing(
    any_store: Store, refusal: Refusal, act: Callable[[Store], object]
) -> None:
    any_store.create("projA")
    any_store.close()
    any_store.close()
    with refusal("keys.store_closed"):
        act(any_store)


def test_the_ledger_that_goes_with_a_store_is_remembered_and_no_other(
    any_store: Store, refusal: Refusal
) -> None:
    assert any_store.ledger() == ""
    any_store.keep_ledger("pseudo-ledger/0123456789abcdef")
    any_store.keep_ledger("pseudo-ledger/0123456789abcdef")
    with refusal("keys.other_ledger"):
        any_store.keep_ledger("pseudo-ledger/fedcba9876543210")
    assert any_store.ledger() == "pseudo-ledger/0123456789abcdef"
    any_store.keep_ledger(
        "pseudo-ledger/fedcba9876543210", instead_of="pseudo-ledger/0123456789abcdef"
    )
    assert any_store.ledger() == "pseudo-ledger/fedcba9876543210"
    any_store.create("projL")
    assert any_store.ledger() == "pseudo-ledger/fedcba9876543210"


@pytest.mark.parametrize("payload", [b"", b"receipt", bytes(100_000)])
def test_signatures_verify_with_the_public_key_and_no_other(
    any_store: Store, payload: bytes
) -> None:
    signature = any_store.sign(payload)
    key = Ed25519PublicKey.from_public_bytes(any_store.public_key())
    key.verify(signature, payload)
    assert any_store.sign(payload) == signature
    with pytest.raises(InvalidSignature):
        key.verify(signature, payload + b".")
    with MemoryStore() as other:
        assert other.public_key() != any_store.public_key()


def test_data_keys_come_back_from_their_wrapping_and_never_repeat(any_store: Store) -> None:
    made = [any_store.data_key() for _ in range(20)]
    assert all(any_store.unwrap_data_key(wrapped) == key for key, wrapped in made)
    assert len({wrapped for _, wrapped in made}) == 20
    assert all(one != other for (one, _), (other, _) in pairwise(made))


def test_a_wrapped_data_key_is_refused_if_any_byte_differs_or_the_store_is_another(
    any_store: Store, refusal: Refusal
) -> None:
    _, wrapped = any_store.data_key()
    for place in range(len(wrapped)):
        flipped = bytearray(wrapped)
        flipped[place] ^= 1
        with refusal("keys.bad_data_key"):
            any_store.unwrap_data_key(bytes(flipped))
    for cut in (b"", wrapped[:-1], wrapped + b"\0", wrapped[18:], wrapped * 2):
        with refusal("keys.bad_data_key"):
            any_store.unwrap_data_key(cut)
    with MemoryStore() as other, refusal("keys.bad_data_key"):
        other.unwrap_data_key(wrapped)


@pytest.mark.parametrize("mode", MODES)
def test_an_unknown_kernel_is_refused_when_a_domain_is_opened(
    mode: str, path: Path, refusal: Refusal
) -> None:
    with _make(mode, path, kernel="abacus") as store:
        store.create("projA")
        with refusal("kernel.unknown", UsageError):
            store.domain("projA")


def test_a_store_shows_nothing_but_whether_it_is_open(any_store: Store) -> None:
    name = type(any_store).__name__
    assert repr(any_store) == f"<{name} open>"
    any_store.close()
    assert repr(any_store) == f"<{name} closed>"


def test_a_store_in_memory_takes_secrets_and_knows_the_newest_version_of_each() -> None:
    secrets = {("projA", 2): b"2" * 32, ("projA", 1): b"1" * 32, ("projB", 7): b"7" * 32}
    with MemoryStore(secrets) as store:
        listed: list[DomainRecord] = store.list()
        assert [(record.name, record.version, record.current) for record in listed] == [
            ("projA", 1, False),
            ("projA", 2, True),
            ("projB", 7, True),
        ]
        with store.domain("projA") as newest, store.domain("projA", 1) as oldest:
            assert newest.info.version == 2
            assert newest.pseudonymize([PERSON]) != oldest.pseudonymize([PERSON])
        store.freeze("projA")
        assert [record.state.value for record in store.list()] == ["frozen", "frozen", "active"]
        store.destroy("projA")
        assert [record.state.value for record in store.list()[:2]] == ["destroyed"] * 2


@pytest.mark.parametrize(
    ("secrets", "code"),
    [
        ({("projA", 1): b"short"}, "keys.secret_size"),
        ({("projA", 1): bytes(64)}, "keys.secret_size"),
        ({("proj A", 1): bytes(32)}, "keys.bad_name"),
        ({("projA", 1): bytes(32), ("PROJA", 1): bytes(32)}, "keys.name_other_case"),
        ({("191212121212", 1): bytes(32)}, "keys.name_like_number"),
    ],
)
def test_a_store_in_memory_refuses_what_every_store_refuses(
    secrets: dict[tuple[str, int], bytes], code: str, refusal: Refusal
) -> None:
    with refusal(code):
        MemoryStore(secrets)


def test_a_store_in_memory_refuses_version_zero() -> None:
    with pytest.raises(ValueError, match="from 1"):
        MemoryStore({("projA", 0): bytes(32)})
