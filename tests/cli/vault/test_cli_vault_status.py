# SPDX-License-Identifier: Apache-2.0
"""``pseudo vault status`` and ``pseudo doctor`` at servers that are empty, sealed, dead or ill."""

from __future__ import annotations

import json
import signal
import time

import pytest

from pseudo.settings import load_settings
from pseudo.testing.openbao import OpenBao
from pseudo.usecases.doctor_vault import vault_checks
from tests.cli.vault.conftest import OF_ROOT, ROLES, odd

pytestmark = pytest.mark.network


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


def test_clocks_that_differ_are_warned_of(examined, root, monkeypatch):
    real = time.time
    monkeypatch.setattr(
        "pseudo.keys.vault.health.read_health.__kwdefaults__",
        {"clock": lambda: real() + 90},
    )
    results, details, code = examined(root)
    assert (odd(results), code) == ({**OF_ROOT, "vault clock": "warning"}, "")
    assert "behind" in details["vault clock"]


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
        assert code == "vault.no_mount"
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
