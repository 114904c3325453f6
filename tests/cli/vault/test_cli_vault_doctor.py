# SPDX-License-Identifier: Apache-2.0
"""``pseudo doctor`` proves the roles of a real server and warns of what leads past them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from pseudo.keys.vault.policies import policy
from pseudo.testing.openbao import OpenBao
from tests.cli.vault.conftest import OF_ROOT, ROLES, odd
from tests.keys.vault.conftest import token

pytestmark = pytest.mark.network


def test_a_server_that_is_well_gives_no_warning_but_those_of_the_login(examined, root):
    results, details, code = examined(root)
    assert (odd(results), code) == (OF_ROOT, "")
    assert "root" in details["vault token"]
    assert {f"vault role {role}" for role in ROLES} < set(results)


def test_a_control_group_narrows_the_custodian_and_that_is_right(examined, root, call):
    group = {**root, "PSEUDO_VAULT_CONTROL_GROUP": "custodians"}
    assert call("vault", "setup", **group).status == 0
    results, _, code = examined(group)
    assert (odd(results), code) == (OF_ROOT, "")


def test_the_administrator_need_not_be_root(bao, examined, root):
    admin = 'path "*" { capabilities = ["create", "read", "update", "delete", "list", "sudo"] }'
    bao.request("POST", "sys/policies/acl/admins", {"policy": admin})
    try:
        given = token(bao, "", policies=["admins"], ttl="1h")
        results, details, code = examined({**root, "VAULT_TOKEN": given})
    finally:
        bao.request("DELETE", "sys/policies/acl/admins")
    assert odd(results) == {"vault unwrapping": "warning", "vault policies": "warning"}
    assert code == ""
    assert "admins reaches transit/decrypt/" in details["vault policies"]


def test_a_hosts_own_login_proves_itself_and_says_what_it_cannot(examined, as_role, root, bao):
    for role in ROLES:
        before = len(bao.request("LIST", "auth/token/accessors")["data"]["keys"])
        results, details, code = examined(as_role(role))
        assert code == ""
        others = {f"vault role {other}" for other in ROLES if other != role}
        unseen = {"vault logins", "vault audit", "vault policies", "vault keys"}
        assert odd(results) == dict.fromkeys(others | unseen, "not checked")
        unwraps = "can unwrap" if role == "worker" else "cannot unwrap"
        assert unwraps in details["vault unwrapping"]
        # Every login that was made for this has ended.
        assert len(bao.request("LIST", "auth/token/accessors")["data"]["keys"]) == before


@pytest.mark.parametrize("more", [{}, {"no_default_policy": False}])
def test_a_persons_token_of_the_worker_is_warned_of(bao, examined, root, more):
    results, details, code = examined({**root, "VAULT_TOKEN": token(bao, "worker", **more)})
    assert (results["vault unwrapping"], results["vault role worker"]) == ("warning", "ok")
    assert "ending its own login" in details["vault role worker"]
    assert code == ""


def test_a_role_that_can_unwrap_and_is_no_worker_is_warned_of(bao, examined, root, as_role):
    text = policy("creator", "kv", "transit")
    more = 'path "transit/decrypt/+" { capabilities = ["update"] }'
    bao.request("POST", "sys/policies/acl/pseudo-creator", {"policy": f"{text}\n{more}"})
    results, details, code = examined(as_role("creator"))
    assert results["vault unwrapping"] == "warning"
    assert "update transit/decrypt/+" in details["vault role creator"]
    assert code == "vault.role_too_wide"


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"ttl": "30h"}, "30 hours"),
        ({"period": "1h"}, "for ever"),
        ({"policies": ["root"]}, "root"),
    ],
)
def test_a_login_that_lasts_too_long_is_warned_of(bao, examined, root, more, words):
    results, details, _ = examined({**root, "VAULT_TOKEN": token(bao, "auditor", **more)})
    assert results["vault token"] == "warning"
    assert words in details["vault token"]


@pytest.mark.parametrize(
    ("old", "new", "code", "words"),
    [
        (
            'path "transit/keys/_signing" {\n  capabilities = ["read"]',
            'path "transit/keys/+" {\n  capabilities = ["delete", "read"]',
            "vault.role_too_wide",
            "delete transit/keys/+",
        ),
        ("transit/decrypt/+", "transit/nothing/+", "vault.role_too_narrow", "transit/decrypt/+"),
        ("kv/data/+/+", "kv/data/+/other", "vault.role_too_narrow", "read kv/data/+/+"),
    ],
)
def test_a_role_that_was_changed_is_found(
    bao, call, examined, root, as_role, old, new, code, words
):
    text = policy("worker", "kv", "transit").replace(old, new)
    assert new in text
    bao.request("POST", "sys/policies/acl/pseudo-worker", {"policy": text})
    results, details, first = examined(root)
    bad = {"vault setup": "failed", "vault role worker": "failed"}
    assert odd(results) == {**OF_ROOT, **bad}
    # The first that fails gives its status: it was seen before it was tried.
    assert first == "vault.not_set_up"
    assert words in details["vault role worker"]
    done = call("vault", "status", "--json", **root)
    assert (done.status, done.stdout, done.code) == (5, "", "vault.not_set_up")
    told = json.loads(done.stderr.splitlines()[0])
    wrong = [item["what"] for item in told["items"] if item["state"] != "ok"]
    assert (told["ok"], wrong) == (False, ["sys/policies/acl/pseudo-worker"])
    # The worker itself sees no policy, but can try what it may.
    results, details, first = examined(as_role("worker"))
    assert results["vault role worker"] == "failed"
    assert first == code


def test_a_second_policy_and_an_open_key_are_warned_of(bao, examined, root):
    text = 'path "transit/+/projA.v1" { capabilities = ["update"] }'
    bao.request("POST", "sys/policies/acl/helpdesk", {"policy": text})
    bao.request("POST", "transit/keys/by-hand", {"type": "aes256-gcm96", "exportable": True})
    try:
        results, details, code = examined(root)
    finally:
        bao.request("DELETE", "sys/policies/acl/helpdesk")
        bao.request("POST", "transit/keys/by-hand/config", {"deletion_allowed": True})
        bao.request("DELETE", "transit/keys/by-hand")
    wrong = {"vault policies": "warning", "vault keys": "warning"}
    assert (odd(results), code) == ({**OF_ROOT, **wrong}, "")
    assert "helpdesk reaches transit/decrypt/" in details["vault policies"]
    assert details["vault keys"] == "by-hand: exportable"


def test_roles_whose_logins_last_are_warned_of(bao, examined, root):
    bao.request("POST", "auth/approle/role/pseudo-worker", {"token_max_ttl": "720h"})
    results, details, code = examined(root)
    assert (odd(results), code) == ({**OF_ROOT, "vault logins": "warning"}, "")
    assert details["vault logins"].endswith(": pseudo-worker")


def test_a_role_that_is_gone_or_not_let_in_is_told(bao, examined, root):
    bao.request("DELETE", "auth/approle/role/pseudo-creator")
    bao.request(
        "POST", "auth/approle/role/pseudo-auditor", {"secret_id_bound_cidrs": ["10.9.8.7/32"]}
    )
    try:
        results, details, code = examined(root)
    finally:
        bao.request("POST", "auth/approle/role/pseudo-auditor", {"secret_id_bound_cidrs": ""})
    assert (results["vault role creator"], code) == ("failed", "vault.not_set_up")
    assert results["vault role auditor"] == "not checked"
    assert "from here" in details["vault role auditor"]


def test_roles_that_are_mounted_elsewhere_are_proved_there(bao, call, examined, root):
    assert call("vault", "setup", "--roles-at", "hosts", **root).status == 0
    try:
        bao.request("DELETE", "sys/auth/approle")
        results, _, code = examined({**root, "PSEUDO_VAULT_MOUNT": "hosts"})
        assert (odd(results), code) == (OF_ROOT, "")
        assert call("vault", "status", "--roles-at", "hosts", **root).status == 0
        assert call("vault", "status", **root).status == 5
    finally:
        bao.request("DELETE", "sys/auth/hosts")


def test_a_login_that_may_nothing_is_told_so(bao, examined, root):
    text = 'path "auth/token/lookup-self" { capabilities = ["read"] }'
    bao.request("POST", "sys/policies/acl/nothing", {"policy": text})
    try:
        given = token(bao, "", policies=["nothing"])
        results, details, code = examined({**root, "VAULT_TOKEN": given})
    finally:
        bao.request("DELETE", "sys/policies/acl/nothing")
    assert code == "vault.denied"
    assert results["vault setup"] == "not checked"
    assert "neither is it" in details["vault role worker"]
    assert results["vault unwrapping"] == "ok"


def test_nothing_is_left_behind(bao, examined, root):
    def left() -> list[Any]:
        paths = ["auth/token/accessors", "transit/keys", "sys/policies/acl", "identity/entity/id"]
        paths += [f"auth/approle/role/pseudo-{role}/secret-id" for role in ROLES]
        return [listed(bao, path) for path in paths]

    # A role's first login gives it an identity, as its first work would.
    examined(root)
    before = left()
    examined(root)
    assert left() == before


def listed(bao: OpenBao, path: str) -> list[str]:
    try:
        return sorted(bao.request("LIST", path)["data"]["keys"])
    except RuntimeError as error:
        assert "404" in str(error)
        return []
