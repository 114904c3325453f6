# SPDX-License-Identifier: Apache-2.0
"""Versions of a domain's secret: new ones, the current one, and those from an escrow."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from pseudo.keys import SECRET_ACCESS, TESTING, DomainRecord, SecretKey, State, Store
from pseudo.keys.hierarchy import key_check_value
from pseudo.keys.local import LocalStore
from pseudo.testing.store import MemoryStore
from tests.keys.test_keys_store import NOW, PERSON

Refusal = Callable[..., AbstractContextManager[None]]
SECRET = bytes(range(32))
VECTOR = "3T2CHD5Z6J77TF6OXTAATKMZL4"


def made(mode: str, path: Path) -> Store:
    if mode == "memory":
        return MemoryStore()
    return LocalStore.open(path, "fras", create=True, profile=TESTING)


@pytest.fixture(params=["local", "memory"])
def store(request: pytest.FixtureRequest, path: Path) -> Iterator[Store]:
    with made(request.param, path) as opened:
        yield opened


def pseudonym(store: Store, name: str, version: int | None = None) -> str:
    with store.domain(name, version) as domain:
        return str(domain.pseudonymize([PERSON])[0])


def of_vectors(name: str = "projA", version: int = 1) -> tuple[DomainRecord, SecretKey]:
    secret = SecretKey.from_bytes(SECRET, SECRET_ACCESS)
    kcv = key_check_value(secret, name, version)
    record = DomainRecord(
        name, version, State.FROZEN, MemoryStore().create("x2").format, kcv, NOW, version == 1
    )
    return replace(record, created=NOW.replace(microsecond=0)), secret


def test_a_new_version_has_other_pseudonyms_and_is_not_used_before_it_is_current(
    store: Store,
) -> None:
    first = store.create("projA", "hex")
    before = pseudonym(store, "projA")
    second = store.new_version("projA")
    assert (second.version, second.current, second.state) == (2, False, State.ACTIVE)
    assert second.format == first.format
    assert second.kcv != first.kcv
    assert store.show("projA") == first
    assert store.versions("projA") == [first, second]
    assert pseudonym(store, "projA") == before != pseudonym(store, "projA", 2)

    assert store.make_current("projA", 2) == replace(second, current=True)
    assert store.make_current("projA", 2) == store.show("projA")
    assert pseudonym(store, "projA") == pseudonym(store, "projA", 2) != before
    assert pseudonym(store, "projA", 1) == before
    assert store.new_version("projA").version == 3


def test_what_is_not_active_gets_no_version_and_none_becomes_current(
    store: Store, refusal: Refusal
) -> None:
    with refusal("keys.unknown_domain"):
        store.new_version("projA")
    with refusal("keys.unknown_domain"):
        store.versions("projA")
    store.create("projA")
    with refusal("keys.unknown_version"):
        store.make_current("projA", 2)
    store.new_version("projA")
    store.freeze("projA")
    assert {one.state for one in store.versions("projA")} == {State.FROZEN}
    for act in (lambda: store.new_version("projA"), lambda: store.make_current("projA", 2)):
        with refusal("keys.frozen"):
            act()
    store.destroy("projA")
    assert {one.state for one in store.versions("projA")} == {State.DESTROYED}
    with refusal("keys.destroyed"):
        store.make_current("projA", 2)


def test_an_escrow_restores_every_version(path: Path, tmp_path: Path) -> None:
    with made("local", path) as store:
        store.create("projA")
        store.new_version("projA")
        store.make_current("projA", 2)
        expected = [pseudonym(store, "projA", version) for version in (1, 2)]
        held = store.escrow("projA")
    for mode in ("local", "memory"):
        with made(mode, tmp_path / "other") as other:
            assert other.restore(held) == held[1][0]
            assert [pseudonym(other, "projA", version) for version in (1, 2)] == expected
            assert other.versions("projA") == [record for record, _ in held]


def test_a_known_secret_gives_the_published_vector_wherever_it_is_restored(store: Store) -> None:
    record, secret = of_vectors()
    assert store.restore([(record, secret)]).state is State.ACTIVE
    assert pseudonym(store, "projA") == VECTOR
    # The caller's handle is the caller's: wiping it harms nobody.
    secret.wipe()
    assert pseudonym(store, "projA") == VECTOR


def test_nothing_is_restored_over_something_or_from_something_else(
    store: Store, refusal: Refusal
) -> None:
    record, secret = of_vectors()
    with refusal("keys.kcv_mismatch"):
        store.restore([(replace(record, kcv="0" * 16), secret)])
    with refusal("keys.kcv_mismatch"):
        store.restore([(replace(record, name="projB"), secret)])
    other = of_vectors("projA", 2)
    for wrong in ([other], [other, (record, secret)], [(record, secret)] * 2):
        with pytest.raises(ValueError):
            store.restore(wrong)
    with pytest.raises(ValueError):
        store.restore([])
    assert store.list() == []
    store.create("projA")
    with refusal("keys.domain_exists"):
        store.restore([(record, secret)])
    store.destroy("projA")
    with refusal("keys.name_destroyed"):
        store.restore([(record, secret)])


def test_a_destroyed_domain_and_another_kind_of_store_give_no_escrow(
    path: Path, refusal: Refusal
) -> None:
    with made("local", path) as store:
        store.create("projA")
        store.destroy("projA")
        with refusal("keys.destroyed"):
            store.escrow("projA")
        with refusal("keys.unknown_domain"):
            store.escrow("projB")
        with refusal("keys.not_wrapped"):
            store.rewrap("projA")
    with MemoryStore() as memory, refusal("keys.not_given_out"):
        memory.escrow("projA")
