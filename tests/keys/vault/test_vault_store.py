# SPDX-License-Identifier: Apache-2.0
"""The envelope store on a real server: its life, its roles, and what is done behind its back."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys import State, Store
from pseudo.keys.vault import EnvelopeStore
from pseudo.keys.vault.places import context_of
from tests.keys.vault.conftest import SECRET, Place

pytestmark = pytest.mark.network

NUMBER = "191212121212"


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(KeyStoreError) as caught:
        act()
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value.code


def with_secret(place: Place, name: str, secret: bytes = SECRET) -> None:
    """Make a domain whose secret we know, as only an administrator can."""
    place.store("creator").create(name)
    given = {"plaintext": base64.b64encode(secret).decode(), "context": context_of(name, 1)}
    wrapped = place.transit("POST", f"encrypt/{name}.v1", given)["data"]["ciphertext"]
    document = place.kv("GET", f"data/{name}/v1")["data"]["data"] | {"wrapped": wrapped}
    place.kv("POST", f"data/{name}/v1", {"data": document})


def test_a_domain_lives_through_the_hands_of_those_who_may(place: Place) -> None:
    creator, worker, custodian = map(place.store, ("creator", "worker", "custodian"))
    made = creator.create("projA", "uuid")
    assert (made.state, made.kcv, made.format.value) == (State.CREATED, "", "uuid")
    assert [record.state for record in creator.list()] == [State.CREATED]

    with worker.domain("projA") as domain:
        first = domain.pseudonymize([NUMBER])
    record = worker.show("projA")
    assert (record.state, len(record.kcv)) == (State.ACTIVE, 16)
    assert record.key_id == f"projA.v1.{record.kcv}"

    assert custodian.freeze("projA").state is State.FROZEN
    assert custodian.freeze("projA").kcv == record.kcv
    assert refused(lambda: worker.domain("projA")) == "keys.frozen"
    assert custodian.activate("projA") == record
    with worker.domain("projA") as domain:
        assert domain.pseudonymize([NUMBER]) == first

    gone = custodian.destroy("projA")
    assert (gone.state, gone.kcv) == (State.DESTROYED, record.kcv)
    assert place.store("auditor").list() == [gone]
    assert refused(lambda: worker.domain("projA")) == "keys.destroyed"
    assert refused(lambda: custodian.destroy("projA")) == "keys.destroyed"
    assert refused(lambda: custodian.activate("projA")) == "keys.destroyed"
    assert refused(lambda: creator.create("projA")) == "keys.name_destroyed"
    with pytest.raises(RuntimeError, match="404"):
        place.transit("GET", "keys/projA.v1")
    with pytest.raises(RuntimeError, match="404"):
        place.kv("GET", "metadata/projA/v1")


def test_the_published_vectors_come_out(place: Place) -> None:
    with_secret(place, "projA")
    worker = place.store("worker")
    with worker.domain("projA") as domain:
        assert domain.pseudonymize([NUMBER]) == ["3T2CHD5Z6J77TF6OXTAATKMZL4"]
    assert worker.show("projA").kcv == "8e5d1bee7531823a"


@pytest.mark.parametrize(
    ("role", "may"),
    [
        ("worker", {"domain", "sign", "data_key", "list"}),
        ("creator", {"create", "sign", "list"}),
        ("custodian", {"freeze", "activate", "destroy", "sign", "list"}),
        ("auditor", {"list"}),
    ],
)
def test_each_role_may_do_its_part_and_nothing_else(
    place: Place, role: str, may: set[str]
) -> None:
    place.store("creator").create("projA")
    place.store("worker").domain("projA").close()
    store = place.store(role)
    acts: dict[str, Callable[[], object]] = {
        "list": store.list,
        "create": lambda: store.create("projB"),
        "domain": lambda: store.domain("projA").close(),
        "sign": lambda: store.sign(b"receipt"),
        "data_key": store.data_key,
        "freeze": lambda: store.freeze("projA"),
        "activate": lambda: store.activate("projA"),
        "destroy": lambda: store.destroy("projA"),
    }
    for name, act in acts.items():
        if name in may:
            act()
        elif name == "activate":
            # What is active already needs nothing of the server.
            assert act() == store.show("projA")
        else:
            assert refused(act) == "vault.denied", name
    assert len(store.public_key()) == 32


def test_a_creator_cannot_unwrap_what_it_made_by_any_request(place: Place) -> None:
    place.store("creator").create("projA")
    wrapped = place.kv("GET", "data/projA/v1")["data"]["data"]["wrapped"]
    given = {"ciphertext": wrapped, "context": context_of("projA", 1)}
    path = f"{place.config.transit}/decrypt/projA.v1"
    for role in ("creator", "custodian", "auditor"):
        with pytest.raises(RuntimeError, match="403"):
            place.bao.request("POST", path, given, token=place.tokens[role])
        with pytest.raises(RuntimeError, match="403"):
            place.bao.request(
                "PUT", "sys/audit-hash/file", {"input": "x"}, token=place.tokens[role]
            )
    assert place.bao.request("POST", path, given, token=place.tokens["worker"])


def test_one_of_many_makes_a_domain(place: Place) -> None:
    together = threading.Barrier(6)
    made: list[str] = []
    failed: list[str] = []

    def work(store: EnvelopeStore) -> None:
        together.wait()
        try:
            made.append(store.create("projA").name)
        except KeyStoreError as error:
            failed.append(error.code)

    stores = [place.store("creator") for _ in range(6)]
    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert made == ["projA"]
    assert failed == ["keys.domain_exists"] * 5
    place.store("worker").domain("projA").close()


def test_first_workers_at_once_agree_on_the_check_value(place: Place) -> None:
    with_secret(place, "projA")
    together = threading.Barrier(4)
    found: list[object] = []

    def work(store: Store) -> None:
        together.wait()
        with store.domain("projA") as domain:
            found.append(domain.info.kcv)

    stores = [place.store("worker") for _ in range(4)]
    threads = [threading.Thread(target=work, args=(store,)) for store in stores]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert found == ["8e5d1bee7531823a"] * 4


def test_names_that_differ_in_case_are_refused(place: Place) -> None:
    creator = place.store("creator")
    creator.create("projA")
    assert refused(lambda: creator.create("PROJA")) == "keys.name_other_case"
    assert refused(lambda: creator.show("PROJA")) == "keys.unknown_domain"
    assert refused(lambda: creator.create("_names")) == "keys.bad_name"


def test_a_wrapping_key_is_rotated_without_anybody_noticing(place: Place) -> None:
    with_secret(place, "projA")
    worker = place.store("worker")
    worker.domain("projA").close()
    place.transit("POST", "keys/projA.v1/rotate")
    with worker.domain("projA") as domain:
        assert domain.pseudonymize([NUMBER]) == ["3T2CHD5Z6J77TF6OXTAATKMZL4"]


def test_wrapped_secrets_that_were_exchanged_are_refused(place: Place) -> None:
    for name, secret in (("projA", SECRET), ("projB", bytes(32))):
        with_secret(place, name, secret)
        place.store("worker").domain(name).close()
    one, other = (
        place.kv("GET", f"data/{name}/v1")["data"]["data"] for name in ("projA", "projB")
    )
    worker = place.store("worker")
    # The whole document says of which domain it is; the secret alone is tied to its place.
    place.kv("POST", "data/projA/v1", {"data": other})
    assert refused(lambda: worker.domain("projA")) == "vault.bad_document"
    place.kv("POST", "data/projA/v1", {"data": one | {"wrapped": other["wrapped"]}})
    assert refused(lambda: worker.domain("projA")) == "vault.unwrap_refused"
    # Nor does it help whoever may wrap: the check value is another's.
    given = {"plaintext": base64.b64encode(bytes(32)).decode(), "context": context_of("projA", 1)}
    forged = place.transit("POST", "encrypt/projA.v1", given)["data"]["ciphertext"]
    place.kv("POST", "data/projA/v1", {"data": one | {"wrapped": forged}})
    assert refused(lambda: worker.domain("projA")) == "keys.kcv_mismatch"
    place.kv("POST", "data/projA/v1", {"data": one})
    worker.domain("projA").close()


def test_a_wrapping_key_that_was_made_anew_is_told(place: Place) -> None:
    place.store("creator").create("projA")
    worker = place.store("worker")
    worker.domain("projA").close()
    place.transit("POST", "keys/projA.v1/config", {"deletion_allowed": True})
    place.transit("DELETE", "keys/projA.v1")
    assert refused(lambda: worker.domain("projA")) == "vault.unwrap_refused"
    place.transit("POST", "keys/projA.v1", {"type": "aes256-gcm96", "derived": True})
    assert refused(lambda: worker.domain("projA")) == "vault.unwrap_refused"


@pytest.mark.parametrize(
    "change",
    [
        {"domain": "projB"},
        {"version": "2"},
        {"format": "base64"},
        {"created": "2026-11-25"},
        {"purpose": "else"},
        {"wrapped": ""},
        {"wrapped": 7},
        {"wrapped": "vault:v1:" + "A" * 2000},
    ],
)
def test_a_document_of_another_shape_is_told(place: Place, change: dict[str, object]) -> None:
    place.store("creator").create("projA")
    document = place.kv("GET", "data/projA/v1")["data"]["data"]
    place.kv("POST", "data/projA/v1", {"data": document | change})
    assert refused(lambda: place.store("worker").domain("projA")) == "vault.bad_document"


def test_a_destruction_that_was_cut_off_is_gone_on_with(place: Place) -> None:
    place.store("creator").create("projA")
    place.store("worker").domain("projA").close()
    custodian = place.store("custodian")
    custodian.freeze("projA")
    custodian._transit.delete_key("projA.v1")
    # The key is gone and no tombstone there yet: it is not said to be destroyed.
    assert custodian.show("projA").state is State.FROZEN
    custodian.activate("projA")
    assert refused(lambda: place.store("worker").domain("projA")) == "vault.unwrap_refused"
    assert custodian.destroy("projA").state is State.DESTROYED


def test_a_making_that_was_cut_off_may_begin_again(place: Place) -> None:
    creator = place.store("creator")
    assert creator._kv.write_once("_names/proja", {"name": "projA"})
    assert creator.create("projA").state is State.CREATED


def test_what_was_set_up_is_set_up_again_without_a_change(place: Place) -> None:
    from pseudo.keys.vault.session import Session
    from pseudo.keys.vault.setup import set_up

    before = place.store("worker").public_key()
    place.store("creator").create("projA")
    with Session(place.config) as session:
        steps = list(set_up(session))
    assert {result for _, result in steps} == {"there", "written"}
    assert place.store("worker").public_key() == before
    place.store("worker").domain("projA").close()
    with pytest.raises(RuntimeError, match=r"400|404|500"):
        place.transit("GET", "export/signing-key/_signing")
    with pytest.raises(RuntimeError, match=r"400|404"):
        place.transit("POST", "encrypt/mistyped", {"plaintext": "AAAA", "context": "AAAA"})
