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
from pseudo.keys.vault.control import authorize, waiting
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

    def agree(self, person: str, accessor: str) -> bool:
        with Session(self.config(person)) as session:
            return authorize(session, accessor)


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


def asked_of(store: ServerStore, error: PseudoError) -> list[str]:
    assert error.code == "vault.pending_deletion"
    return [one.accessor for one in store.waiting("projA") if not one.approved]


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
    accessors = asked_of(anna, refused(act))
    assert asked_of(anna, refused(act)) == accessors
    assert anna.show("projA").state is State.FROZEN
    for accessor in accessors:
        with Session(group.config("bo")) as session:
            found = waiting(session, accessor)
        assert (found.operation, found.asked_by) == ("update", "anna")
        assert found.path.endswith("/config")
        assert "deletion_allowed: True" in found.data
        assert refused(lambda accessor=accessor: group.agree("anna", accessor)).code == (
            "vault.own_request"
        )
        assert group.agree("bo", accessor) is False
        # Somebody who is not of the group counts for nothing.
        assert group.agree("eva", accessor) is False
        assert accessor in asked_of(anna, refused(act))
        assert group.agree("cia", accessor) is True
    done = act()
    assert done.record.state is State.DESTROYED
    said = done.certificate
    assert said["control"] == "the server's control group"
    assert sorted(name.rpartition("-")[2] for name in said["agreed_by"]) == ["bo", "cia"]
    assert said["looked_for_on"] == [group.place.bao.address]
    assert said["wrapped_by"]
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
    assert anna._transit.has_key("projA.v1")


def test_what_waits_can_be_asked_for_anew_when_it_has_ended(group: Group) -> None:
    group.place.store("creator").create("projA")
    group.place.store("worker").domain("projA").close()
    anna = group.store("anna")
    act = lambda: anna.agreed_to_destroy("projA")  # noqa: E731
    (accessor,) = asked_of(anna, refused(act))
    kept = group.place.kv("GET", "data/_pending/projA.v1")["data"]["data"]
    group.place.bao.request("POST", "auth/token/revoke-accessor", {"accessor": accessor})
    (again,) = asked_of(anna, refused(act))
    assert again != accessor
    assert kept["accessor"] == accessor
    # Another custodian goes on with what was asked for.
    bo = group.store("bo")
    assert asked_of(bo, refused(lambda: bo.agreed_to_destroy("projA"))) == [again]


def test_a_server_that_guards_nothing_is_told_and_nothing_is_deleted(place: Place) -> None:
    place.store("creator").create("projA")
    config = replace(place.config_of("custodian"), control_group="custodians")
    with EnvelopeStore(config) as store:
        assert refused(lambda: store.agreed_to_destroy("projA")).code == "vault.not_guarded"
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
