# SPDX-License-Identifier: Apache-2.0
"""The store whose keys never leave a real server: the same pseudonyms, its life, its roles."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import date
from typing import Any

import numpy as np
import pyarrow as pa
import pytest

from pseudo.domain import Domain
from pseudo.identity import IdentityRule, Reason
from pseudo.keys import State, Store
from pseudo.keys.vault import RemoteStore
from pseudo.keys.vault.policies import rules
from pseudo.testing import People, spell_all
from pseudo.testing.invalid import REASONS, make
from pseudo.testing.store import MemoryStore
from tests.keys.vault.conftest import SECRET, Place, escrowed
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network

DAY = date(2026, 11, 22)
VECTOR = "3T2CHD5Z6J77TF6OXTAATKMZL4"
MESSY = [None, "", "  ", "\t", "abc", "1" * 300, "åäö", "19121212-1212", " 121212+1212 ", "0"]


def messy(seed: int = 3) -> list[str | None]:
    """Make a column of every spelling of some people, everything invalid, and all of it twice."""
    people = People(seed=seed)
    spelled = [
        text for number in people.personnummer(12) for text in spell_all(number, DAY).values()
    ]
    invalid = [text for reason in REASONS for text in make(reason, people, 3)]
    column = [*MESSY, *spelled, *invalid, NUMBER, "197010632391", "991981000010"] * 2
    return [column[at] for at in np.random.default_rng(seed).permutation(len(column))]


def given(domain: Domain, column: pa.Array, rule: IdentityRule, *scope: pa.Array) -> list[Any]:
    swapped = domain.swap(column, rule, scope, threads=2)
    counts = swapped.century_ambiguous, swapped.incomplete_date
    return [swapped.pseudonyms.to_pylist(), *map(list, (swapped.reasons, swapped.ranks)), counts]


@pytest.mark.parametrize("form", ["base32", "hex", "uuid"])
def test_a_messy_column_becomes_what_it_becomes_in_every_other_store(
    place: Place, form: str
) -> None:
    place.remote("root").restore(escrowed(form=form))
    local = MemoryStore({("projA", 1): SECRET}, format=form).domain("projA")
    remote = place.remote("worker").domain("projA")
    column = pa.array(messy(), pa.string())
    assert len(column) > 500
    persons = IdentityRule.of(kind="personnummer", reference_date=DAY)
    every = ("personnummer", "samordningsnummer", "interim", "orgnr", "reserv:stockholm")
    for rule in (persons, IdentityRule.of(kinds=every, reference_date=DAY)):
        expected = given(local, column, rule)
        assert given(remote, column, rule) == expected
        reasons = set(expected[1])
        assert Reason.OK in reasons
        assert len(reasons) > 8
        parts = [given(remote, column.slice(at, 97), rule)[0] for at in range(0, len(column), 97)]
        assert [text for part in parts for text in part] == expected[0]
    numbers = pa.array([191212121212, None, 7, 191212121212])
    assert given(remote, numbers, persons) == given(local, numbers, persons)
    households = IdentityRule.of(kind="opaque:hushall", reference_date=DAY)
    towns = pa.array([["0180", "1480", None, "9" * 200][at % 4] for at in range(len(column))])
    expected = given(local, column, households, towns)
    assert given(remote, column, households, towns) == expected
    assert len({*expected[0]}) > 100
    everywhere = given(local, column, households)
    assert given(remote, column, households) == everywhere


def test_the_published_vectors_come_out_of_imported_keys(place: Place) -> None:
    restored = place.remote("root").restore(escrowed())
    assert (restored.state, restored.kcv) == (State.ACTIVE, "8e5d1bee7531823a")
    with place.remote("worker").domain("projA") as domain:
        assert domain.kernel_name == "remote"
        assert (domain.info.store, domain.info.key_origin) == ("vault-remote", "imported")
        assert domain.info.key_id == "projA.v1.8e5d1bee7531823a"
        ids = domain.pseudonymize([NUMBER, "197010632391"])
        assert ids == [VECTOR, "5MTXOAUBAUYLJCZFN2JBFLTJUE"]
        reserve = domain.pseudonymize(["991981000010"], kind="reserv:stockholm")
        assert reserve == ["7ANXHTL7NMRWKBWMTQUUCHLR5Y"]
        households = domain.pseudonymize(["0001"], kind="opaque:hushall", scope=["0180"])
        assert households == ["2EJGRK4QAROBIOFRCPP6Q6WAIY"]


@pytest.mark.parametrize("batch", [1, 2, 7, 498, 499])
def test_the_size_of_a_request_changes_nothing(place: Place, batch: int) -> None:
    place.remote("root").restore(escrowed())
    numbers = People(seed=5).personnummer(20 if batch < 7 else 1100)
    remote = place.remote("worker", batch=batch).domain("projA")
    local = MemoryStore({("projA", 1): SECRET}).domain("projA")
    for count in (1, 2, 6, 7, 8, 497, 498, 499, 500, len(numbers)):
        assert remote.pseudonymize(numbers[:count]) == local.pseudonymize(numbers[:count])
    assert remote.pseudonymize([None, None]) == [None, None]
    assert remote.pseudonymize([]) == []


def test_a_request_that_is_too_large_is_told_with_the_setting(place: Place) -> None:
    place.remote("root").restore(escrowed())
    numbers = People(seed=5).personnummer(600)
    with place.remote("worker", batch=500).domain("projA") as domain:
        assert refused(lambda: domain.pseudonymize(numbers)) == "vault.batch_too_large"
        assert len(domain.pseudonymize(numbers[:498])) == 498


def test_a_domain_lives_through_the_hands_of_those_who_may(place: Place) -> None:
    creator, worker, custodian = map(place.remote, ("creator", "worker", "custodian"))
    made = creator.create("projA", "uuid")
    assert (made.state, made.kcv, made.format.value) == (State.CREATED, "", "uuid")
    with worker.domain("projA") as domain:
        assert domain.info.key_origin == "generated"
        first = domain.pseudonymize([NUMBER])
    record = worker.show("projA")
    assert (record.state, len(record.kcv)) == (State.ACTIVE, 16)
    assert place.kv("GET", "data/projA/v1")["data"]["data"].get("wrapped") is None

    assert custodian.freeze("projA").state is State.FROZEN
    assert custodian.freeze("projA").kcv == record.kcv
    assert refused(lambda: worker.domain("projA")) == "keys.frozen"
    assert custodian.activate("projA") == record
    with worker.domain("projA") as domain:
        assert domain.pseudonymize([NUMBER]) == first

    custodian.freeze("projA")
    gone = custodian.destroy("projA")
    assert (gone.state, gone.kcv) == (State.DESTROYED, record.kcv)
    assert place.remote("auditor").list() == [gone]
    assert refused(lambda: worker.domain("projA")) == "keys.destroyed"
    assert refused(lambda: custodian.activate("projA")) == "keys.destroyed"
    assert refused(lambda: creator.create("projA")) == "keys.name_destroyed"
    for key in ("projA.v1.id", "projA.v1.kcv"):
        with pytest.raises(RuntimeError, match="404"):
            place.transit("GET", f"keys/{key}")
    with pytest.raises(RuntimeError, match="404"):
        place.kv("GET", "metadata/projA/v1")


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("worker", {"domain", "sign", "data_key", "list", "make_current"}),
        ("creator", {"create", "sign", "list", "new_version"}),
        ("custodian", {"freeze", "activate", "destroy", "sign", "list"}),
        ("auditor", {"list"}),
    ],
)
def test_each_role_may_do_its_part_and_nothing_else(
    place: Place, role: str, may: set[str]
) -> None:
    place.remote("creator").create("projA")
    place.remote("worker").domain("projA").close()
    store = place.remote(role)

    def frozen() -> Store:
        # A new version that was not used yet could not be frozen.
        place.remote("root").activate("projA")
        place.remote("root").freeze("projA")
        return store

    acts: dict[str, Callable[[], object]] = {
        "list": store.list,
        "create": lambda: store.create("projB"),
        "new_version": lambda: store.new_version("projA"),
        "restore": lambda: store.restore(escrowed("projC")),
        "make_current": lambda: store.make_current("projA", 1),
        "domain": lambda: store.domain("projA").close(),
        "sign": lambda: store.sign(b"receipt"),
        "data_key": store.data_key,
        "freeze": lambda: store.freeze("projA"),
        "activate": lambda: frozen().activate("projA"),
        "destroy": lambda: store.destroy("projA"),
    }
    for name, act in acts.items():
        if name in may:
            act()
        else:
            assert refused(act) == "vault.denied", name


def test_no_role_gets_at_a_key_or_computes_that_should_not(place: Place) -> None:
    place.remote("creator").create("projA")
    mount, item = place.config.transit, {"input": "AAAA"}

    def denied(role: str, path: str, body: dict[str, object], method: str = "POST") -> bool:
        try:
            place.bao.request(method, f"{mount}/{path}", body, token=place.tokens[role])
        except RuntimeError as error:
            assert "403" in str(error)
            return True
        return False

    for role in ("creator", "custodian", "auditor"):
        assert denied(role, "hmac/projA.v1.id/sha2-256", item)
    assert not denied("worker", "hmac/projA.v1.id/sha2-256", item)
    for role in ("worker", "creator", "custodian", "auditor"):
        for key in ("_signing", "_data"):
            assert denied(role, f"hmac/{key}/sha2-256", item)
            assert denied(role, f"keys/{key}/soft-delete", {}, "DELETE")
        assert denied(role, "verify/projA.v1.id/sha2-256", item)
        assert denied(role, "hmac/projA.v1.id/sha2-512", item)
        assert denied(role, "export/hmac-key/projA.v1.id", {}, "GET")
        assert denied(role, "backup/projA.v1.id", {}, "GET")
        assert denied(role, "keys/projA.v1.id/import", item)
    for key in ("projA.v1.id", "projA.v1.kcv"):
        said = place.transit("GET", f"keys/{key}")["data"]
        assert (said["type"], said["key_size"]) == ("hmac", 32)
        assert not (said["exportable"])
        assert not (said["allow_plaintext_backup"])
        with pytest.raises(RuntimeError, match=r"40[04]|500"):
            place.transit("GET", f"export/hmac-key/{key}")
        with pytest.raises(RuntimeError, match=r"40[04]|500"):
            place.transit("GET", f"backup/{key}")
    assert "sys/audit-hash/file" not in rules("worker", "kv", "transit")


def test_a_freeze_stops_also_whoever_ignores_this_program(place: Place) -> None:
    place.remote("creator").create("projA")
    open_already = place.remote("worker").domain("projA")
    before = open_already.pseudonymize([NUMBER])
    place.remote("custodian").freeze("projA")
    assert refused(lambda: open_already.pseudonymize([NUMBER])) == "vault.key_refused"
    with pytest.raises(RuntimeError, match="soft-deleted"):
        place.transit("POST", "hmac/projA.v1.id/sha2-256", {"input": "AAAA"})
    place.remote("custodian").activate("projA")
    assert open_already.pseudonymize([NUMBER]) == before


def test_a_freeze_that_was_cut_off_is_gone_on_with(place: Place) -> None:
    place.remote("creator").create("projA")
    worker, custodian = place.remote("worker"), place.remote("custodian")
    worker.domain("projA").close()
    custodian._hmac.suspend("projA.v1.id")
    assert refused(lambda: worker.domain("projA")) == "vault.key_refused"
    custodian.freeze("projA")
    # And an activation that ended between one key and the other.
    custodian._hmac.resume("projA.v1.id")
    assert refused(lambda: worker.domain("projA")) == "keys.frozen"
    custodian.activate("projA")
    worker.domain("projA").close()


def test_first_workers_at_once_agree_on_the_check_value(place: Place) -> None:
    place.remote("creator").create("projA")
    together = threading.Barrier(4)
    found: list[object] = []

    def work(store: RemoteStore) -> None:
        together.wait()
        with store.domain("projA") as domain:
            found.append((domain.info.kcv, *domain.pseudonymize([NUMBER])))

    stores = [place.remote("worker") for _ in range(4)]
    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 4
    assert len({*found}) == 1
