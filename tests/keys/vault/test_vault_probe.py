# SPDX-License-Identifier: Apache-2.0
"""Each role is proved on a real server, each fault of it found, and nothing is left behind."""

from __future__ import annotations

from contextlib import suppress
from typing import Any

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys.vault import policies
from pseudo.keys.vault.bypass import open_keys, other_policies
from pseudo.keys.vault.calls import calls
from pseudo.keys.vault.config import Login
from pseudo.keys.vault.policies import ROLES
from pseudo.keys.vault.probe import _allows, can_unwrap, lent, prove
from pseudo.keys.vault.session import Session
from pseudo.testing.openbao import OpenBao
from tests.keys.vault.conftest import Place, token
from tests.keys.vault.test_vault_store import refused

pytestmark = pytest.mark.network


def state(place: Place) -> dict[str, Any]:
    """List everything that a probe could change or leave in a server."""
    bao, kv, transit = place.bao, place.config.kv, place.config.transit
    found: dict[str, Any] = {}

    def look(path: str, method: str = "GET") -> list[str]:
        data: dict[str, Any] = {}
        with suppress(RuntimeError):
            data = bao.request(method, path)["data"]
        found[f"{method} {path}"] = data
        return list(data.get("keys") or ())

    def walk(path: str) -> None:
        for name in look(f"{kv}/metadata/{path}", "LIST"):
            if name.endswith("/"):
                walk(path + name)
            else:
                look(f"{kv}/metadata/{path}{name}")
                look(f"{kv}/data/{path}{name}")

    walk("")
    for name in look(f"{transit}/keys", "LIST"):
        look(f"{transit}/keys/{name}")
    for name in look("sys/policies/acl", "LIST"):
        look(f"sys/policies/acl/{name}")
    for path in ("sys/mounts", "sys/auth", "sys/audit", f"{transit}/config/keys", f"{kv}/config"):
        look(path)
    for role in look("auth/approle/role", "LIST"):
        look(f"auth/approle/role/{role}")
        look(f"auth/approle/role/{role}/secret-id", "LIST")
    look("auth/token/accessors", "LIST")
    accessors = found["LIST auth/token/accessors"]
    accessors["keys"] = sorted(accessors["keys"])
    return found


def proofs(place: Place) -> dict[str, Any]:
    """Prove every role, as the administrator."""
    found = {}
    with Session(place.config) as session:
        for role in ROLES:
            with lent(session, role, "approle") as other:
                found[role] = prove(other, role, ends=True)
    return found


@pytest.fixture
def used(place: Place) -> Place:
    """Make a place with one domain that is active, one that is not, and one that is frozen."""
    creator = place.store("creator")
    for name in ("projA", "projB", "projC"):
        creator.create(name)
    worker = place.store("worker")
    for name in ("projA", "projC"):
        worker.domain(name).close()
    worker.keep_ledger("ledger-of-tests")
    place.store("custodian").freeze("projC")
    return place


@pytest.mark.parametrize("domains", [False, True])
def test_the_roles_are_as_they_should_be(place: Place, domains: bool) -> None:
    if domains:
        place.store("creator").create("projA")
    for proof in proofs(place).values():
        assert (proof.wide, proof.narrow) == ((), ())
        assert proof.allowed > 8
        assert proof.denied > 20
        assert bool(proof.untried) is not domains


def test_proving_leaves_nothing_behind(used: Place) -> None:
    before = state(used)
    proofs(used)
    assert state(used) == before


def test_no_call_can_do_anything_even_for_somebody_who_may_do_everything(used: Place) -> None:
    before = state(used)
    with Session(used.config) as session:
        proof = prove(session, "auditor")
        assert proof.narrow == ()
        kv, transit = used.config.kv, used.config.transit
        tried = calls(kv, transit, document="projA/v1", ledger=True, audit="file/")
        assert [call.name for call in tried if not _allows(session, call)] == []
        assert len(proof.wide) == len(tried) - proof.allowed
    assert state(used) == before


WIDER = [
    ("worker", "{transit}/keys/+", "delete", "delete {transit}/keys/+"),
    ("worker", "{transit}/keys/*", "update", "update {transit}/keys/+"),
    ("worker", "{transit}/export/*", "read", "read {transit}/export/encryption-key/+"),
    ("worker", "{transit}/backup/*", "read", "read {transit}/backup/+"),
    ("worker", "{kv}/data/+/+", "update", "update {kv}/data/+/+"),
    ("worker", "sys/audit-hash/*", "update", "update sys/audit-hash/+"),
    ("creator", "{transit}/decrypt/*", "update", "update {transit}/decrypt/+"),
    ("creator", "{kv}/metadata/+/+", "delete", "delete {kv}/metadata/+/+"),
    ("custodian", "{transit}/+/+/_data", "update", "update {transit}/datakey/plaintext/_data"),
    ("custodian", "sys/policies/*", "update", "update sys/policies/acl/+"),
    ("auditor", "{kv}/data/_ledger", "update", "update {kv}/data/_ledger"),
    ("auditor", "{kv}/destroy/+/+", "update", "update {kv}/destroy/+/+"),
    ("auditor", "auth/token/create", "update", "update auth/token/create"),
]


@pytest.mark.parametrize(("role", "path", "may", "told"), WIDER)
def test_a_role_that_may_too_much_is_found(
    used: Place, role: str, path: str, may: str, told: str
) -> None:
    names = {"kv": used.config.kv, "transit": used.config.transit}
    place = path.format(**names)
    written = policies.rules(role, **names)
    both = sorted({*written.get(place, ()), may})
    listed = ", ".join(f'"{one}"' for one in both)
    text = policies.policy(role, **names).replace(f'path "{place}"', 'path "nothing"')
    give(used, role, f'{text}\npath "{place}" {{ capabilities = [{listed}] }}')
    before = state(used)
    found = proofs(used)
    wide = {name: proof.wide for name, proof in found.items() if proof.wide}
    assert told.format(**names) in wide.pop(role)
    assert wide == {}
    assert all(proof.narrow == () for name, proof in found.items() if name != role)
    assert state(used) == before


@pytest.mark.parametrize("role", ROLES)
def test_each_right_that_a_role_lacks_is_found(place: Place, role: str) -> None:
    names = {"kv": place.config.kv, "transit": place.config.transit}
    lacking = [path for path in policies.rules(role, **names) if "lookup-self" not in path]
    for path in lacking:
        give(place, role, policies.policy(role, **names).replace(f'path "{path}"', 'path "x"'))
        with Session(place.config) as session, lent(session, role, "approle") as other:
            proof = prove(other, role, ends=True)
        if policies.rules(role, **names)[path] == ("deny",):
            # To rotate or delete a key of the store's own can be asked for by no harmless call.
            wide = {name.split(" ")[1] for name in proof.wide}
            assert path in wide or path.rpartition("/")[2].startswith(("rotate", "soft-")), path
            continue
        # A rule that a wider one stands in for is not missed.
        missed = {name.split(" ")[1] for name in proof.narrow}
        assert path in missed or _stands_in(role, path, names), path
        assert place.bao.request("LIST", "auth/token/accessors")


def _stands_in(role: str, path: str, names: dict[str, str]) -> bool:
    rest = {name: may for name, may in policies.rules(role, **names).items() if name != path}
    from pseudo.keys.vault.acl import may

    wanted = policies.rules(role, **names)[path]
    return all(may(rest, path.replace("+", "x"), one) for one in wanted)


def test_a_role_that_may_not_even_look_itself_up_is_found(place: Place) -> None:
    give(place, "worker", 'path "x" { capabilities = ["read"] }')
    before = state(place)
    with Session(place.config) as session:
        code = refused(lambda: lent(session, "worker", "approle").__enter__())
    assert code == "vault.token_invalid"
    assert state(place) == before


def test_who_may_not_make_secret_ids_is_told_so_and_proves_only_oneself(place: Place) -> None:
    with Session(place.config_of("worker")) as session:
        assert refused(lambda: lent(session, "creator", "approle").__enter__()) == "vault.denied"
        proof = prove(session, "worker")
        assert (proof.wide, proof.narrow) == ((), ())
        # It has not ended the login, which was there before it.
        assert can_unwrap(session)
        assert any("login" in untried for untried in proof.untried)


def test_a_role_that_is_not_let_in_from_here_leaves_no_secret_id(place: Place) -> None:
    path = "auth/approle/role/pseudo-worker"
    place.bao.request("POST", path, {"secret_id_bound_cidrs": ["10.9.8.7/32"]})
    try:
        before = state(place)
        with Session(place.config) as session:
            code = refused(lambda: lent(session, "worker", "approle").__enter__())
        assert code == "vault.login_refused"
        assert state(place) == before
    finally:
        place.bao.request("POST", path, {"secret_id_bound_cidrs": ""})


@pytest.mark.parametrize(("role", "yes"), [(role, role == "worker") for role in ROLES])
def test_who_can_unwrap(place: Place, role: str, yes: bool) -> None:
    with Session(place.config_of(role)) as session:
        assert can_unwrap(session) is yes


def test_no_proof_can_be_had_of_a_sealed_server(own_place: Place) -> None:
    config = own_place.config_of("worker", patience=0.3)
    with Session(config) as session:
        own_place.bao.seal()
        assert refused(lambda: prove(session, "worker")) == "vault.sealed"


@pytest.mark.parametrize(
    ("text", "reached"),
    [
        ('path "{transit}/decrypt/projA.v1" {{ capabilities = ["update"] }}', {"decrypt/"}),
        ('path "{transit}/*" {{ capabilities = ["read"] }}', {"export/", "backup/"}),
        ('path "+/decrypt/+" {{ capabilities = ["update"] }}', {"decrypt/"}),
        ('path "{kv}/+/projA/v1" {{ capabilities = ["read"] }}', {"data/"}),
        ('path "{transit}/keys/projA.v1/config" {{ capabilities = ["update"] }}', {"keys/"}),
        ('path "*" {{ capabilities = ["list"] }}', set()),
        ('path "{transit}/keys/*" {{ capabilities = ["read", "list"] }}', set()),
        ('path "{transit}/decrypt/*" {{ capabilities = ["deny"] }}', set()),
        ('path "other/*" {{ capabilities = ["read", "update"] }}', set()),
    ],
)
def test_a_policy_beside_ours_is_found(place: Place, text: str, reached: set[str]) -> None:
    names = {"kv": place.config.kv, "transit": place.config.transit}
    place.bao.request("POST", "sys/policies/acl/people", {"policy": text.format(**names)})
    try:
        with Session(place.config) as session:
            found = other_policies(session)
    finally:
        place.bao.request("DELETE", "sys/policies/acl/people")
    assert set(found) == ({"people"} if reached else set())
    assert {each.split("/", 1)[1] for each in found.get("people", ())} == reached


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({}, ""),
        ({"exportable": True}, "exportable"),
        ({"allow_plaintext_backup": True}, "backup in clear"),
    ],
)
def test_a_key_that_can_be_taken_away_is_found(place: Place, given: Any, words: str) -> None:
    place.transit("POST", "keys/projA.v1", {"type": "aes256-gcm96", "derived": True, **given})
    with Session(place.config) as session:
        count, found = open_keys(session)
    assert count == 3
    assert found == ({"projA.v1": words} if words else {})


def test_what_one_may_not_list_is_told(place: Place) -> None:
    with Session(place.config_of("auditor")) as session:
        for look in (other_policies, open_keys):
            with pytest.raises(KeyStoreError) as caught:
                look(session)
            assert caught.value.code == "vault.denied"


def give(place: Place, role: str, text: str) -> None:
    """Change a role's policy; the next place writes it anew."""
    place.bao.request("POST", f"sys/policies/acl/pseudo-{role}", {"policy": text})


def test_a_lent_login_is_not_shown(server: OpenBao, place: Place) -> None:
    with Session(place.config) as session, lent(session, "worker", "approle") as other:
        assert other.config.login.token not in repr(other.config)
        assert token(server, "worker") != other.config.login.token
        assert isinstance(other.config.login, Login)
