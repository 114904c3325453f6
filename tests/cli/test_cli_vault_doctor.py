# SPDX-License-Identifier: Apache-2.0
"""``pseudo vault status`` and ``pseudo doctor`` on a real server, well and maltreated."""

from __future__ import annotations

import json
import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pseudo.keys.vault.policies import policy
from pseudo.settings import load_settings
from pseudo.testing.openbao import OpenBao
from pseudo.usecases.doctor_vault import vault_checks
from tests.keys.vault.conftest import token

pytestmark = pytest.mark.network

ROLES = ("worker", "creator", "custodian", "auditor")
OF_ROOT = {
    "vault token": "warning",
    "vault unwrapping": "warning",
}
"""What is odd about the login of an administrator, wherever they log in."""


@pytest.fixture(scope="module")
def bao(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """Start a server with two audit devices; tests put back what they change."""
    with OpenBao(tmp_path_factory.mktemp("openbao") / "doctor", audit_devices=2) as bao:
        yield bao


@pytest.fixture
def of(tmp_path: Path) -> Callable[..., dict[str, str]]:
    """Return a function that gives the environment of a login at a server."""

    def environment(bao: OpenBao, **more: str) -> dict[str, str]:
        return {
            "PSEUDO_KEYSTORE": "vault:kv/transit",
            "PSEUDO_LEDGER": str(tmp_path / "ledger"),
            "PSEUDO_VAULT_PATIENCE": "1",
            "VAULT_ADDR": bao.address,
            "VAULT_CACERT": str(bao.ca),
            "VAULT_TOKEN": bao.root_token,
            **more,
        }

    return environment


@pytest.fixture
def root(bao: OpenBao, of, call) -> Iterator[dict[str, str]]:
    """Set the server up, and again when the test has done what it wanted."""
    environment = of(bao)
    assert call("vault", "setup", **environment).status == 0
    yield environment
    assert call("vault", "setup", **environment).status == 0


@pytest.fixture
def as_role(bao: OpenBao, of, tmp_path: Path) -> Callable[[str], dict[str, str]]:
    def environment(role: str) -> dict[str, str]:
        path = f"auth/approle/role/pseudo-{role}"
        file = tmp_path / f"{role}.secret-id"
        file.write_text(bao.request("POST", f"{path}/secret-id", {})["data"]["secret_id"])
        return of(
            bao,
            VAULT_TOKEN="",
            PSEUDO_VAULT_LOGIN="approle",
            PSEUDO_VAULT_ROLE=bao.request("GET", f"{path}/role-id")["data"]["role_id"],
            PSEUDO_VAULT_SECRET_FILE=str(file),
        )

    return environment


@pytest.fixture
def examined(call) -> Callable[..., tuple[dict[str, str], dict[str, str], str]]:
    """Return a function that gives what the doctor says: results, details, and the code."""

    def examine(environment: dict[str, str]) -> tuple[dict[str, str], dict[str, str], str]:
        done = call("doctor", "--json", **environment)
        told = done.stdout if done.status == 0 else done.stderr.splitlines()[0]
        checks: list[dict[str, Any]] = json.loads(told)["checks"]
        ours = [check for check in checks if check["check"].startswith(("vault", "key store"))]
        secret = environment["VAULT_TOKEN"]
        assert not secret or secret not in done.stdout + done.stderr
        assert (done.status, bool(done.stderr)) in ((0, False), (5, True))
        return (
            {check["check"]: check["result"] for check in ours},
            {check["check"]: check["found"] for check in ours},
            done.code if done.status else "",
        )

    return examine


def odd(results: dict[str, str]) -> dict[str, str]:
    return {name: result for name, result in results.items() if result != "ok"}


def test_a_server_that_is_well_gives_no_warning_but_those_of_the_login(examined, root):
    results, details, code = examined(root)
    assert (odd(results), code) == (OF_ROOT, "")
    assert "root" in details["vault token"]
    assert {f"vault role {role}" for role in ROLES} < set(results)


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
        # It ended its own login, which nobody needs any more; the key store's is not ended.
        assert len(bao.request("LIST", "auth/token/accessors")["data"]["keys"]) == before + 1


def test_a_persons_token_of_the_worker_is_warned_of(bao, examined, root):
    results, details, code = examined({**root, "VAULT_TOKEN": token(bao, "worker")})
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


def test_a_wrapped_secret_id_is_not_opened_a_second_time(bao, of, root, tmp_path):
    environment = of(
        bao,
        PSEUDO_VAULT_LOGIN="approle",
        PSEUDO_VAULT_WRAPPED="1",
        PSEUDO_VAULT_SECRET_FILE=str(tmp_path / "opened before"),
    )
    with pytest.MonkeyPatch.context() as patch:
        for name, value in environment.items():
            patch.setenv(name, value)
        checks = list(vault_checks(load_settings(), "vault:kv/transit"))
    assert [check.health for check in checks if check.health != "ok"] == ["not checked"]
    assert "opens once" in checks[-1].detail


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


def test_clocks_that_differ_are_warned_of(examined, root, monkeypatch):
    real = time.time
    monkeypatch.setattr(
        "pseudo.keys.vault.health.read_health.__kwdefaults__",
        {"clock": lambda: real() + 90},
    )
    results, details, code = examined(root)
    assert (odd(results), code) == ({**OF_ROOT, "vault clock": "warning"}, "")
    assert "behind" in details["vault clock"]


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


def test_status_of_an_empty_server_one_that_is_set_up_and_one_without_audit(
    call, of, tmp_path, examined
):
    with OpenBao(tmp_path / "server", audit_devices=0) as bao:
        environment = of(bao)
        empty = call("vault", "status", **environment)
        assert (empty.status, empty.stdout, empty.code) == (5, "", "vault.not_set_up")
        assert "sys/mounts/kv                       missing" in empty.stderr
        assert "sys/audit                           missing" in empty.stderr
        results, _, code = examined(environment)
        assert code == "vault.not_set_up"
        assert {results[f"vault role {role}"] for role in ROLES} == {"failed"}

        call("vault", "setup", **environment)
        done = call("vault", "status", "--json", **environment)
        told = json.loads(done.stderr.splitlines()[0])
        wrong = {item["what"]: item["state"] for item in told["items"] if item["state"] != "ok"}
        assert (done.status, wrong) == (5, {"sys/audit": "missing"})
        results, _, code = examined(environment)
        assert odd(results) == {**OF_ROOT, "vault audit": "failed"}
        assert code == "vault.no_audit"

        bao.seal()
        assert call("vault", "status", **environment).code == "vault.sealed"
        results, _, code = examined(environment)
        assert (results["vault server"], code) == ("failed", "vault.sealed")
        assert results["vault roles"] == "not checked"
        bao.kill()
        results, _, code = examined(environment)
        assert (results["vault server"], code) == ("failed", "vault.unreachable")


def test_a_server_that_calls_itself_well_and_does_nothing_is_found(call, of, tmp_path, examined):
    with OpenBao(tmp_path / "server") as bao:
        environment = of(bao)
        call("vault", "setup", **environment)
        results, _, code = examined(environment)
        assert (odd(results), code) == ({**OF_ROOT, "vault audit": "warning"}, "")
        # The audit log cannot be written to any more, as when its disk is full.
        bao.audit.rename(tmp_path / "audit.log")
        bao.audit.mkdir()
        bao._running().send_signal(signal.SIGHUP)
        deadline = time.monotonic() + 10
        while time.monotonic() < deadline:
            try:
                bao.request("GET", "auth/token/lookup-self")
            except RuntimeError:
                break
        results, _, code = examined(environment)
        assert (results["vault server"], results["vault readiness"]) == ("ok", "failed")
        assert code == "vault.failing"


def test_the_servers_status_is_told_to_any_login(call, as_role, root):
    done = call("vault", "status", **as_role("auditor"))
    assert (done.status, done.stderr) == (0, "")
    assert "sys/audit" in done.stdout
    assert "not allowed" in done.stdout
    shown = json.loads(call("vault", "status", "--json", **root).stdout)
    assert shown["ok"] is True
    assert {item["state"] for item in shown["items"]} == {"ok"}


@pytest.mark.parametrize(
    ("environment", "status", "code"),
    [
        ({"PSEUDO_KEYSTORE": "local:keys"}, 2, "usage.no_vault_store"),
        ({"PSEUDO_KEYSTORE": "vault:kv"}, 5, "vault.bad_mounts"),
        ({"PSEUDO_KEYSTORE": "vault:kv/transit"}, 2, "usage.no_vault"),
    ],
)
def test_what_is_missing_is_told_before_anything_is_asked(call, environment, status, code):
    done = call("vault", "status", VAULT_ADDR="", VAULT_TOKEN="", **environment)
    assert (done.status, done.code) == (status, code)
    if environment["PSEUDO_KEYSTORE"].startswith("vault"):
        assert call("doctor", VAULT_ADDR="", VAULT_TOKEN="", **environment).code == code
