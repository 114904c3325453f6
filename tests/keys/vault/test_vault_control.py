# SPDX-License-Identifier: Apache-2.0
"""Destruction under a control group of the real server: a barrier, not only a procedure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

import pseudo
from pseudo.errors import KeyStoreError, PseudoError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import State
from pseudo.keys.vault import EnvelopeStore, RemoteStore
from pseudo.keys.vault.config import Login
from pseudo.keys.vault.control import Waiting
from pseudo.keys.vault.faults import PendingError
from pseudo.keys.vault.server_store import ServerStore
from pseudo.keys.vault.session import Session
from pseudo.keys.vault.setup import set_up
from pseudo.usecases import destruction, domains
from tests import approvals
from tests.keys.vault.conftest import Place

pytestmark = pytest.mark.network


@dataclass(frozen=True)
class Group:
    """Mounts whose keys a control group guards, and people who have logins of their own."""

    place: Place
    tokens: dict[str, str]
    name: str

    def config(self, person: str, **more: object):
        login = Login(token=self.tokens[person])
        return replace(self.place.config, login=login, control_group=self.name, **more)

    def store(self, person: str, kind: type[ServerStore] = EnvelopeStore) -> ServerStore:
        return self.place.opened.enter_context(kind(self.config(person)))

    def agree(self, person: str, waiting: Waiting) -> bool:
        with EnvelopeStore(self.config(person)) as store:
            return store.authorize(waiting)


@pytest.fixture
def group(place: Place) -> Group:
    bao, name = place.bao, f"custodians-{place.config.kv}"
    way = f"people-{place.config.kv}"
    bao.request("POST", f"sys/auth/{way}", {"type": "userpass"})
    with Session(replace(place.config, control_group=name)) as session:
        for _ in set_up(session):
            pass
    tokens, entities = {}, []
    for person in ("anna", "bo", "cia", "eva"):
        given = {
            "password": "correct horse",
            "token_policies": ["pseudo-custodian"],
            "token_no_default_policy": True,
        }
        bao.request("POST", f"auth/{way}/users/{person}", given)
        auth = bao.request("POST", f"auth/{way}/login/{person}", {"password": "correct horse"})
        tokens[person] = auth["auth"]["client_token"]
        if person != "eva":
            entities.append(auth["auth"]["entity_id"])
    bao.request("POST", "identity/group", {"name": name, "member_entity_ids": entities})
    return Group(place, tokens, name)


def refused(act: Callable[[], object]) -> PseudoError:
    with pytest.raises(PseudoError) as caught:
        act()
    assert caught.value.__context__ is None
    return caught.value


def asked_of(store: ServerStore, error: PseudoError, name: str = "projA") -> list[Waiting]:
    assert error.code == "vault.pending_deletion"
    return [one for one in store.waiting(name) if not one.approved]


def agreed(store: ServerStore, name: str = "projA", request: str = "abcdefghijklmnop") -> object:
    """Let the group agree as a use case does, noting nothing."""
    noted: list[str] = []
    found = store.agreed_to_destroy(name, request, noted, noted.extend)
    assert noted == list(found)
    return found


@pytest.mark.parametrize("kind", [EnvelopeStore, RemoteStore])
def test_two_others_of_the_group_let_a_domain_be_destroyed(
    group: Group, tmp_path: Path, kind: type[ServerStore]
) -> None:
    creator = group.place.opened.enter_context(kind(group.place.config_of("creator")))
    worker = group.place.opened.enter_context(kind(group.place.config_of("worker")))
    anna = group.store("anna", kind)

    def ledger(store: ServerStore) -> FileLedger:
        return pseudo.open_ledger(tmp_path / "ledger", store)

    domains.create(creator, "projA", ledger=ledger(creator))
    domains.open_current(worker, "projA", ledger(worker)).close()
    people = approvals.three(ledger(worker))
    note = destruction.request(
        anna, "projA", ledger(anna), people[0], reference="2026:3", waiting=0
    )

    def act() -> destruction.Destruction:
        return destruction.destroy(anna, "projA", ledger(anna), notes=[note])

    # No signature of ours is needed, and none helps.
    found = asked_of(anna, refused(act))
    assert asked_of(anna, refused(act)) == found
    assert anna.show("projA").state is State.FROZEN
    for one in found:
        assert (one.operation, one.asked_by) == ("update", "anna")
        assert one.path.endswith(f"{one.key}/config")
        assert one.data == "deletion_allowed: True"
        assert refused(lambda one=one: group.agree("anna", one)).code == "vault.own_request"
        assert group.agree("bo", one) is False
        # Somebody who is not of the group counts for nothing, and is told so.
        assert refused(lambda one=one: group.agree("eva", one)).code == "vault.not_in_group"
        assert one.accessor in [left.accessor for left in asked_of(anna, refused(act))]
        # As long as not all are agreed to, none may be deleted.
        assert not any(anna._transit.may_be_deleted(each.key) for each in found)
        assert group.agree("cia", one) is True
    done = act()
    assert done.record.state is State.DESTROYED
    said = done.certificate
    assert said["control"] == "the server's control group"
    assert sorted(name.rpartition("-")[2] for name in said["agreed_by"]) == ["bo", "cia"]
    assert said["looked_for_on"] == [group.place.bao.address]
    assert said["wrapped_by"]
    noted = [e.content for e in ledger(anna).verified().entries if not e.is_receipt]
    (agreement,) = (one for one in noted if one["event"] == destruction.AGREED)
    assert agreement["agreed_by"] == said["agreed_by"]
    assert agreement["request"] == said["request"]
    domains.create(creator, "projB", ledger=ledger(creator))


def test_a_custodian_cannot_delete_a_key_past_the_library(group: Group) -> None:
    group.place.store("creator").create("projA")
    anna = group.store("anna")
    assert isinstance(refused(lambda: anna._transit.allow_deletion("projA.v1")), PendingError)
    for body in ({"deletion_allowed": True, "min_decryption_version": 1}, {"exportable": True}):
        path = f"{group.place.config.transit}/keys/projA.v1/config"
        try:
            told = group.place.bao.request("POST", path, body, token=group.tokens["anna"])
        except RuntimeError as error:
            assert "403" in str(error)
        else:
            assert told["wrap_info"]
            assert told["data"] is None
    assert anna._transit.may_be_deleted("projA.v1") is False
    assert refused(lambda: anna.destroy("projA")).code == "vault.pending"
    assert anna._transit.has("projA.v1")


def test_what_waits_is_asked_for_anew_when_it_has_ended_or_is_for_another_request(
    group: Group,
) -> None:
    group.place.store("creator").create("projA")
    group.place.store("worker").domain("projA").close()
    anna, bo = group.store("anna"), group.store("bo")
    (first,) = asked_of(anna, refused(lambda: agreed(anna)))
    group.place.bao.request("POST", "auth/token/revoke-accessor", {"accessor": first.accessor})
    (again,) = asked_of(anna, refused(lambda: agreed(anna)))
    assert again.accessor != first.accessor
    # Another custodian goes on with what was asked for.
    assert asked_of(bo, refused(lambda: agreed(bo))) == [again]
    for person in ("bo", "cia"):
        group.agree(person, again)
    # What was agreed to for one request does not count for another.
    other = lambda: agreed(anna, request="bcdefghijklmnopa")  # noqa: E731
    (third,) = asked_of(anna, refused(other))
    assert third.accessor != again.accessor


def test_what_waits_for_another_key_is_not_taken_for_ours(group: Group) -> None:
    for name in ("three", "four"):
        group.place.store("creator").create(name)
        group.place.store("worker").domain(name).close()
    anna, bo = group.store("anna"), group.store("bo")
    for name in ("three", "four"):
        asked_of(anna, refused(lambda name=name: agreed(anna, name)), name)
    four = group.place.kv("GET", "data/_pending/four.v1")["data"]["data"]
    group.place.kv("POST", "data/_pending/three.v1", {"data": four})
    assert bo.waiting("three") == []
    (one,) = asked_of(anna, refused(lambda: agreed(anna, "three")), "three")
    assert one.path.endswith("three.v1/config")
    # A token of something else carries nothing out; it is asked for anew.
    for person in ("bo", "cia"):
        group.agree(person, one)
    kept = group.place.kv("GET", "data/_pending/three.v1")["data"]["data"]
    forged = {**kept, "token": four["token"]}
    group.place.kv("POST", "data/_pending/three.v1", {"data": forged})
    (anew,) = asked_of(anna, refused(lambda: agreed(anna, "three")), "three")
    assert anew.accessor != one.accessor
    assert anna._transit.may_be_deleted("four.v1") is False


def test_nobody_erases_or_overwrites_a_secret_past_the_group(group: Group) -> None:
    group.place.store("creator").create("projA")
    kv, transit = group.place.config.kv, group.place.config.transit
    calls = [
        ("DELETE", f"{kv}/metadata/projA/v1", None),
        ("POST", f"{kv}/data/projA/v1", {"data": {"wrapped": "x"}}),
        ("POST", f"{kv}/destroy/projA/v1", {"versions": [1]}),
        ("POST", f"{kv}/metadata/projA/v1", {"max_versions": 1}),
        ("POST", f"{kv}/metadata/projA/v1", {"delete_version_after": "1s"}),
        ("POST", f"{transit}/keys/projA.v1/rotate", {}),
        ("POST", f"{transit}/keys/projA.v1/trim", {"min_available_version": 1}),
        ("DELETE", f"{transit}/keys/projA.v1", None),
        ("DELETE", f"{transit}/keys/_signing", None),
        ("POST", f"{transit}/keys/_data/config", {"deletion_allowed": True}),
    ]
    for method, path, body in calls:
        with pytest.raises(RuntimeError, match=r"40[03]"):
            group.place.bao.request(method, path, body, token=group.tokens["anna"])
    group.place.store("worker").domain("projA").close()


def test_a_key_that_was_loosened_past_the_group_is_not_destroyed_quietly(group: Group) -> None:
    group.place.store("creator").create("projA")
    anna = group.store("anna")
    group.place.transit("POST", "keys/projA.v1/config", {"deletion_allowed": True})
    forged = {
        "accessor": "x",
        "token": "x",
        "request": "abcdefghijklmnop",
        "agreed": ["bo", "cia"],
    }
    group.place.kv("POST", "data/_pending/projA.v1", {"data": forged})
    assert refused(lambda: agreed(anna)).code == "vault.not_guarded"
    # Only where it was noted before that the group agreed, it goes on.
    assert anna.agreed_to_destroy("projA", "abcdefghijklmnop", ["bo", "cia"], print) == [
        "bo",
        "cia",
    ]


@pytest.mark.parametrize("value", ["true", 1, "1", True])
def test_a_creator_makes_no_key_that_can_be_taken_away(place: Place, value: object) -> None:
    path = f"{place.config.transit}/keys/projX.v1"
    for field in ("exportable", "allow_plaintext_backup"):
        body = {"type": "aes256-gcm96", "derived": True, field: value}
        with pytest.raises(RuntimeError, match="403"):
            place.bao.request("POST", path, body, token=place.tokens["creator"])
    assert place.store("creator").create("projX").state is State.CREATED


def test_a_server_that_guards_nothing_is_told_and_nothing_is_deleted(place: Place) -> None:
    place.store("creator").create("projA")
    config = replace(place.config_of("custodian"), control_group="custodians")
    with EnvelopeStore(config) as store:
        assert refused(lambda: agreed(store)).code == "vault.not_guarded"
        assert store._transit.may_be_deleted("projA.v1") is False


def test_an_error_that_waits_shows_no_token(group: Group) -> None:
    import pickle
    import traceback

    group.place.store("creator").create("projA")
    anna = group.store("anna")
    try:
        anna._transit.allow_deletion("projA.v1")
    except PendingError as error:
        assert error.token
        assert error.token not in repr(error) + str(error)
        assert error.token.encode() not in pickle.dumps(error)
        assert error.token not in "".join(traceback.format_exception(error))
    else:
        pytest.fail("it did not wait")


def test_a_key_that_is_still_on_a_node_is_told(place: Place) -> None:
    place.store("creator").create("projA")
    custodian = place.store("custodian", nodes=(place.bao.address,))
    assert refused(lambda: custodian.confirm_gone("projA")).code == "keys.still_there"
    custodian.destroy("projA")
    assert custodian.confirm_gone("projA") == (place.bao.address,)
    dead = place.store("custodian", nodes=("https://127.0.0.1:1",), patience=0.2)
    with pytest.raises(KeyStoreError) as caught:
        dead.confirm_gone("projA")
    assert caught.value.code == "vault.unreachable"
