# SPDX-License-Identifier: Apache-2.0
"""A server with two audit devices, logins at it, and what the doctor says of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from pseudo.testing.openbao import OpenBao

ROLES = ("worker", "creator", "custodian", "auditor")
OF_ROOT = {
    "vault token": "warning",
    "vault unwrapping": "warning",
}
"""What is odd about the login of an administrator, wherever they log in."""


@pytest.fixture(scope="session")
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
