# SPDX-License-Identifier: Apache-2.0
"""Logging in: a token, an AppRole, a JWT or a Kubernetes account becomes a token."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import hvac

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.config import Login

__all__ = ["can_repeat", "log_in"]

_LARGEST: Final = 64 * 1024
_TOKEN_FILE: Final = Path("~/.vault-token")
_KUBERNETES: Final = "/var/run/secrets/kubernetes.io/serviceaccount/token"


def can_repeat(login: Login) -> bool:
    """Tell whether one can log in again without anybody's help."""
    return login.way != "token" and not login.wrapped


def log_in(client: hvac.Client, login: Login) -> tuple[str, int]:
    """Get a token.

    Args:
        client: Talks to the server; its token is not changed.
        login: How.

    Returns:
        The token, and how many seconds it lives; 0 where that is not known.

    Raises:
        KeyStoreError: There is none to be had from here: no token
            (``vault.no_token``), or a file that cannot be read (``vault.login_file``).
        hvac.exceptions.VaultError: The server said no.
    """
    if login.way == "token":
        return login.token or _from_file(_TOKEN_FILE.expanduser(), "vault.no_token"), 0
    if login.way == "approle":
        return _by_role(client, login)
    default = _KUBERNETES if login.way == "kubernetes" else ""
    jwt = _from_file(Path(login.file or default), "vault.login_file")
    mount = login.mount or login.way
    given = {"role": login.role, "jwt": jwt}
    return _token(client.adapter.post(f"/v1/auth/{mount}/login", json=given))


def _by_role(client: hvac.Client, login: Login) -> tuple[str, int]:
    secret = _from_file(Path(login.file), "vault.login_file")
    if login.wrapped:
        # Whoever unwrapped it before us has it too: the server's refusal is told apart.
        answer = client.adapter.post(
            "/v1/sys/wrapping/unwrap", headers={"X-Vault-Token": secret}, json={}
        )
        secret = str(answer["data"]["secret_id"])
    given = {"role_id": login.role, "secret_id": secret}
    return _token(client.adapter.post(f"/v1/auth/{login.mount or 'approle'}/login", json=given))


def _token(answer: Any) -> tuple[str, int]:
    auth = answer.get("auth") if isinstance(answer, dict) else None
    if not isinstance(auth, dict) or not isinstance(auth.get("client_token"), str):
        raise KeyStoreError("vault.login_refused")
    return auth["client_token"], int(auth.get("lease_duration") or 0)


def _from_file(path: Path, code: str) -> str:
    text = ""
    try:
        with path.open("rb") as file:
            text = file.read(_LARGEST).decode("ascii").strip()
    except (OSError, ValueError):
        pass
    if not text:
        raise KeyStoreError(code)
    return text
