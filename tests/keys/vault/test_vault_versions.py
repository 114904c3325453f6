# SPDX-License-Identifier: Apache-2.0
"""Versions of domains on a real server: new ones, the current one, restoring, rewrapping."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys import State
from pseudo.keys.vault import EnvelopeStore, RemoteStore
from pseudo.keys.vault.places import context_of
from pseudo.testing.store import MemoryStore
from tests.keys.vault.conftest import SECRET, Place, escrowed
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network

VECTOR = "3T2CHD5Z6J77TF6OXTAATKMZL4"
Stores = Callable[..., EnvelopeStore | RemoteStore]


@pytest.fixture(params=["vault", "vault-remote"])
def opened(request: pytest.FixtureRequest, place: Place) -> Stores:
    """Return a function that opens a store of each kind as somebody of a role."""
    return place.store if request.param == "vault" else place.remote


def pseudonym(opened: Stores, version: int | None = None) -> str:
    with opened("worker").domain("projA", version) as domain:
        return str(domain.pseudonymize([NUMBER])[0])


def test_a_new_version_is_made_by_one_and_used_from_then_on_by_another(opened: Stores) -> None:
    creator, worker = opened("creator"), opened("worker")
    creator.create("projA", "hex")
    assert refused(lambda: creator.new_version("projA")) == "keys.not_active"
    before = pseudonym(opened)
    second = creator.new_version("projA")
    assert (second.version, second.current, second.state) == (2, False, State.CREATED)
    assert second.format.value == "hex"
    assert refused(lambda: worker.make_current("projA", 2)) == "keys.not_active"
    assert pseudonym(opened) == before != pseudonym(opened, 2)
    assert [one.state for one in worker.versions("projA")] == [State.ACTIVE] * 2
    for role in ("creator", "custodian", "auditor"):
        assert refused(lambda r=role: opened(r).make_current("projA", 2)) == "vault.denied"
    assert refused(lambda: worker.new_version("projA")) == "vault.denied"
    assert refused(lambda: worker.make_current("projA", 3)) == "keys.unknown_version"

    current = worker.make_current("projA", 2)
    assert (current.version, current.current) == (2, True)
    assert worker.make_current("projA", 2) == current == worker.show("projA")
    assert pseudonym(opened) == pseudonym(opened, 2) != before == pseudonym(opened, 1)
    assert [one.current for one in opened("auditor").list()] == [False, True]
    assert creator.new_version("projA").version == 3
    assert worker.make_current("projA", 1).version == 1
    assert pseudonym(opened) == before


def test_all_versions_are_frozen_and_destroyed_together(opened: Stores) -> None:
    opened("creator").create("projA")
    pseudonym(opened)
    opened("creator").new_version("projA")
    pseudonym(opened, 2)
    custodian = opened("custodian")
    custodian.freeze("projA")
    assert {one.state for one in custodian.versions("projA")} == {State.FROZEN}
    for version in (1, 2):
        with pytest.raises(KeyStoreError):
            pseudonym(opened, version)
    assert refused(lambda: opened("worker").make_current("projA", 2)) == "keys.frozen"
    custodian.activate("projA")
    assert pseudonym(opened) != pseudonym(opened, 2)
    custodian.destroy("projA")
    assert {one.state for one in custodian.versions("projA")} == {State.DESTROYED}
    assert opened("worker").list() == custodian.versions("projA")


def test_one_of_many_makes_a_domain(opened: Stores) -> None:
    together = threading.Barrier(4)
    ended: list[str] = []

    def work(store: EnvelopeStore | RemoteStore) -> None:
        together.wait()
        try:
            ended.append(store.create("projA").name)
        except KeyStoreError as error:
            ended.append(error.code)

    jobs = [threading.Thread(target=work, args=(opened("creator"),)) for _ in range(4)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert sorted(ended) == [*["keys.domain_exists"] * 3, "projA"]
    pseudonym(opened)


def test_two_creators_at_once_make_two_versions_or_one_is_told(opened: Stores) -> None:
    opened("creator").create("projA")
    pseudonym(opened)
    together = threading.Barrier(3)
    made: list[int] = []
    failed: list[str] = []

    def work(store: EnvelopeStore | RemoteStore) -> None:
        together.wait()
        try:
            made.append(store.new_version("projA").version)
        except KeyStoreError as error:
            failed.append(error.code)

    jobs = [threading.Thread(target=work, args=(opened("creator"),)) for _ in range(3)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert sorted(made) == [*range(2, 2 + len(made))]
    assert len(made) + len(failed) == 3
    assert set(failed) <= {"vault.conflict"}
    assert len(opened("auditor").versions("projA")) == 1 + len(made)


def test_an_escrow_of_two_versions_gives_what_it_gave(opened: Stores) -> None:
    other = bytes(range(32, 64))
    held = escrowed("projA", SECRET, other, form="uuid", current=2)
    root = opened("root")
    restored = root.restore(held)
    assert (restored.version, restored.state, restored.current) == (2, State.ACTIVE, True)
    assert restored.kcv == held[1][0].kcv
    assert restored.created == held[1][0].created
    memory = MemoryStore({("projA", 1): SECRET, ("projA", 2): other}, format="uuid")
    for version in (None, 1, 2):
        with memory.domain("projA", version) as domain:
            assert pseudonym(opened, version) == domain.pseudonymize([NUMBER])[0]
    # The caller's handles are the caller's.
    assert not any(secret.wiped for _, secret in held)
    assert refused(lambda: root.restore(held)) == "keys.domain_exists"
    opened("custodian").destroy("projA")
    assert refused(lambda: root.restore(held)) == "keys.name_destroyed"


def test_nobody_but_an_administrator_restores(opened: Stores) -> None:
    for role in ("worker", "creator", "custodian", "auditor"):
        assert refused(lambda r=role: opened(r).restore(escrowed())) == "vault.denied"
    assert opened("auditor").list() == []
    # What they began does not stand in the way.
    assert opened("root").restore(escrowed()).kcv == "8e5d1bee7531823a"
    assert pseudonym(opened) == VECTOR


def test_a_restoring_that_was_cut_off_is_gone_on_with(
    opened: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = opened("root")

    def dies(*_: object) -> bool:
        raise KeyStoreError("vault.unreachable", address="x")

    with monkeypatch.context() as patched:
        patched.setattr(root._records, "keep", dies)
        assert refused(lambda: root.restore(escrowed())) == "vault.unreachable"
    assert root.list() == []
    root.restore(escrowed())
    assert pseudonym(opened) == VECTOR


def test_wrong_secrets_are_not_restored(opened: Stores) -> None:
    root = opened("root")
    (record, secret), *_ = escrowed()
    wrong = [(replace(record, kcv="0" * 16), secret)]
    assert refused(lambda: root.restore(wrong)) == "keys.kcv_mismatch"
    with pytest.raises(ValueError):
        root.restore([])
    assert root.list() == []


def test_keys_that_are_there_already_are_not_taken_for_those_restored(place: Place) -> None:
    root = place.remote("root")
    ((record, secret),) = escrowed()
    for key in ("projA.v1.id", "projA.v1.kcv"):
        place.transit("POST", f"keys/{key}", {"type": "hmac", "key_size": 32})
    assert refused(lambda: root.restore([(record, secret)])) == "vault.other_key"
    place.transit("POST", "keys/projA.v1.id/config", {"deletion_allowed": True})
    place.transit("DELETE", "keys/projA.v1.id")
    ((_, other),) = escrowed("projA", bytes(32))
    root._hmac.bring("projA.v1.id", other)
    place.transit("POST", "keys/projA.v1.kcv/config", {"deletion_allowed": True})
    place.transit("DELETE", "keys/projA.v1.kcv")
    assert refused(lambda: root.restore([(record, secret)])) == "keys.kcv_mismatch"
    assert root.list() == []


def test_a_rewrapped_secret_is_the_same_and_its_old_wrapping_of_no_use(place: Place) -> None:
    place.store("root").restore(escrowed("projA", SECRET, bytes(32)))
    opened = place.store
    before = [pseudonym(opened, version) for version in (1, 2)]
    old = place.kv("GET", "data/projA/v1")["data"]["data"]
    custodian = opened("custodian")
    for role in ("worker", "creator", "auditor"):
        assert refused(lambda r=role: opened(r).rewrap("projA")) == "vault.denied"
    assert custodian.rewrap("projA") == custodian.show("projA")
    new = place.kv("GET", "data/projA/v1")["data"]["data"]
    assert (old["wrapped"][:9], new["wrapped"][:9]) == ("vault:v1:", "vault:v2:")
    assert [pseudonym(opened, version) for version in (1, 2)] == before
    given = {"ciphertext": old["wrapped"], "context": context_of("projA", 1)}
    with pytest.raises(RuntimeError, match="400"):
        place.transit("POST", "decrypt/projA.v1", given)
    place.kv("POST", "data/projA/v1", {"data": old})
    assert refused(lambda: opened("worker").domain("projA")) == "vault.unwrap_refused"
    place.kv("POST", "data/projA/v1", {"data": new})
    custodian.freeze("projA")
    assert refused(lambda: custodian.rewrap("projA")) == "keys.frozen"
    assert refused(lambda: custodian.rewrap("projB")) == "keys.unknown_domain"
    custodian.destroy("projA")
    assert refused(lambda: custodian.rewrap("projA")) == "keys.destroyed"


def test_a_rewrapping_that_was_cut_off_is_gone_on_with(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    place.store("root").restore(escrowed())
    custodian = place.store("custodian")

    def dies(*_: object, **__: object) -> None:
        raise KeyStoreError("vault.unreachable", address="x")

    for step in ("rewrite", "forget_before"):
        with monkeypatch.context() as patched:
            home = custodian._records if step == "rewrite" else custodian._transit
            patched.setattr(home, step, dies)
            assert refused(lambda: custodian.rewrap("projA")) == "vault.unreachable"
        assert pseudonym(place.store) == VECTOR
    custodian.rewrap("projA")
    assert pseudonym(place.store) == VECTOR
    key = place.transit("GET", "keys/projA.v1")["data"]
    assert key["min_decryption_version"] == key["latest_version"] == 4


def test_two_who_rewrap_at_once_do_no_harm(place: Place) -> None:
    place.store("root").restore(escrowed())
    together = threading.Barrier(3)
    ended: list[str] = []

    def work(store: EnvelopeStore) -> None:
        together.wait()
        try:
            store.rewrap("projA")
            ended.append("")
        except KeyStoreError as error:
            ended.append(error.code)

    jobs = [threading.Thread(target=work, args=(place.store("custodian"),)) for _ in range(3)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert set(ended) <= {"", "vault.conflict", "vault.refused"}
    # Whoever was second may have shut out what the first wrote; the next puts it right.
    assert pseudonym(place.store) == VECTOR
    place.store("custodian").rewrap("projA")
    assert pseudonym(place.store) == VECTOR


def test_keys_that_stay_in_the_server_are_neither_given_out_nor_rewrapped(place: Place) -> None:
    place.remote("creator").create("projA")
    pseudonym(place.remote)
    assert refused(lambda: place.remote("root").escrow("projA")) == "keys.not_given_out"
    assert refused(lambda: place.remote("root").rewrap("projA")) == "keys.not_wrapped"
