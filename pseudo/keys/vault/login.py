# SPDX-License-Identifier: Apache-2.0
"""Logging in: a token, an AppRole, a JWT or a Kubernetes account becomes a token."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

import hvac

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.config import Login

__all__ = ["Grant", "can_lock_out", "can_repeat", "lease_of", "log_in", "stamp_of"]

_LARGEST: Final = 64 * 1024
_TOKEN_FILE: Final = "~/.vault-token"  # noqa: S105  the name of a file
_KUBERNETES: Final = "/var/run/secrets/kubernetes.io/serviceaccount/token"
_SENDABLE: Final = re.compile(r"[!-~]+")
"""What may stand in a header; anything else the library refuses as if it were the network."""
_LONGEST_LIFE: Final = 10 * 366 * 24 * 3600
"""Seconds; what is longer is for ever to us, and too long for a clock."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A token, and for how long it was given.

    Attributes:
        token: The token; not shown.
        seconds: How long it lives; 0 for ever, None where that was not told.
        renewable: Whether that can be prolonged.
    """

    token: str = field(repr=False)
    seconds: int | None = None
    renewable: bool = False


def can_repeat(login: Login) -> bool:
    """Tell whether one can log in again without anybody's help."""
    return login.way != "token" and not login.wrapped


def can_lock_out(login: Login) -> bool:
    """Tell whether servers lock a login out, with everybody who has it, that failed often."""
    return login.way == "approle"


def stamp_of(login: Login) -> tuple[int, ...]:
    """Give what differs when the file of a login was written anew."""
    try:
        found = Path(login.file).stat()
    except (OSError, ValueError):
        return ()
    return found.st_ino, found.st_size, found.st_mtime_ns


def log_in(client: hvac.Client, login: Login) -> Grant:
    """Get a token.

    Args:
        client: Talks to the server; its token is not changed.
        login: How.

    Returns:
        The token.

    Raises:
        KeyStoreError: There is none to be had from here: no token, or none that can be
            sent (``vault.no_token``), a file that cannot be read (``vault.login_file``),
            what was wrapped is something else (``vault.not_a_secret_id``), or the server's
            answer holds no token (``vault.odd_answer``).
        Exception: The server said no; what it is raised as is the library's.
    """
    if login.way == "token":
        return Grant(_sendable(login.token.strip() or _from_home(), "vault.no_token"))
    if login.way == "approle":
        return _by_role(client, login)
    default = _KUBERNETES if login.way == "kubernetes" else ""
    jwt = _from_file(login.file or default, "vault.login_file")
    mount = login.mount or login.way
    given = {"role": login.role, "jwt": jwt}
    return _granted(client.adapter.post(f"/v1/auth/{mount}/login", json=given))


def lease_of(said: Any) -> tuple[int, bool]:
    """Take from an answer how long a token lives, and whether that can be prolonged.

    Args:
        said: The part of the answer that tells of the token.

    Raises:
        KeyStoreError: It does not tell (``vault.odd_answer``).
    """
    if isinstance(said, dict):
        seconds = said.get("lease_duration", said.get("ttl", 0))
        if type(seconds) is int and seconds >= 0:
            return min(seconds, _LONGEST_LIFE), said.get("renewable") is True
    raise KeyStoreError("vault.odd_answer", what="auth")


def _by_role(client: hvac.Client, login: Login) -> Grant:
    secret = _from_file(login.file, "vault.login_file")
    if login.wrapped:
        secret = _unwrapped(client, _sendable(secret, "vault.login_file"))
    given = {"role_id": login.role, "secret_id": secret}
    return _granted(client.adapter.post(f"/v1/auth/{login.mount or 'approle'}/login", json=given))


def _unwrapped(client: hvac.Client, wrapping: str) -> str:
    """Open a wrapped secret id, which can be done once."""
    # Whoever unwrapped it before us has it too: the server's refusal is told apart.
    answer = client.adapter.post(
        "/v1/sys/wrapping/unwrap", headers={"X-Vault-Token": wrapping}, json={}
    )
    data = answer.get("data") if isinstance(answer, dict) else None
    secret = data.get("secret_id") if isinstance(data, dict) else None
    if not isinstance(secret, str):
        raise KeyStoreError("vault.not_a_secret_id")
    return secret


def _granted(answer: Any) -> Grant:
    auth = answer.get("auth") if isinstance(answer, dict) else None
    token = auth.get("client_token") if isinstance(auth, dict) else None
    if not isinstance(token, str) or not _SENDABLE.fullmatch(token):
        raise KeyStoreError("vault.odd_answer", what="auth")
    return Grant(token, *lease_of(auth))


def _from_home() -> str:
    """Read the token that the server's own tools left."""
    try:
        home = str(Path(_TOKEN_FILE).expanduser())
    except RuntimeError:
        # Whoever runs in a container may have no home.
        home = ""
    return _from_file(home, "vault.no_token")


def _from_file(path: str, code: str) -> str:
    text = ""
    try:
        with Path(path).open("rb") as file:
            text = file.read(_LARGEST).decode("ascii").strip()
    except (OSError, ValueError):
        pass
    if not text:
        raise KeyStoreError(code)
    return text


def _sendable(text: str, code: str) -> str:
    """Refuse what cannot stand in a header."""
    if not _SENDABLE.fullmatch(text):
        raise KeyStoreError(code)
    return text
