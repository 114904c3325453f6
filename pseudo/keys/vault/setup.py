# SPDX-License-Identifier: Apache-2.0
"""From an empty server to one that holds domains; may be done again at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.places import DATA, SIGNING
from pseudo.keys.vault.policies import ROLES, policy
from pseudo.keys.vault.reading import read
from pseudo.keys.vault.session import Session

__all__ = ["KEYS", "LIFE", "LONGEST_LIFE", "NO_UPSERT", "ROLES_AT", "Step", "role_of", "set_up"]

Step = tuple[str, str]
"""What was looked at, and what became of it: ``made``, ``there`` or ``written``."""

ROLES_AT: Final = "approle"
"""Where the AppRole way of logging in is mounted by default."""
LIFE: Final = 15 * 60
"""Seconds that a role's token lives."""
LONGEST_LIFE: Final = 24 * 60 * 60
"""Seconds after which it cannot be renewed any more."""
KEYS: Final[Mapping[str, dict[str, Any]]] = {
    SIGNING: {"type": "ed25519"},
    DATA: {"type": "aes256-gcm96", "derived": True},
}
"""The keys that every store has, and what they are."""
# Without it a mistyped name would make a key that nobody asked for.
NO_UPSERT: Final = {"disable_upsert": True}
"""How the transit engine is configured."""


def role_of(name: str) -> dict[str, Any]:
    """Describe an AppRole role as it is made.

    Args:
        name: Of the role, and of its policy.
    """
    return {
        "token_policies": [name],
        "token_no_default_policy": True,
        "token_ttl": LIFE,
        "token_max_ttl": LONGEST_LIFE,
    }


def set_up(session: Session, *, roles_at: str = ROLES_AT) -> Iterator[Step]:
    """Make mounts, keys, policies and roles, as far as they are not there.

    Args:
        session: A server, as somebody who may administer it.
        roles_at: Mount of the AppRole way of logging in, where the roles are made.

    Yields:
        Each step when it is done.

    Raises:
        KeyStoreError: The server refuses one; what was done before stays, and the whole can
            be done again.
    """
    kv, transit = session.config.kv, session.config.transit
    mounts = read(session, "sys/mounts")
    yield _mounted(session, mounts, f"sys/mounts/{kv}", kv, {"type": "kv", "options": _V2})
    yield _mounted(session, mounts, f"sys/mounts/{transit}", transit, {"type": "transit"})
    _post(session, f"{transit}/config/keys", NO_UPSERT)
    yield f"{transit}/config/keys", "written"
    for key, given in KEYS.items():
        yield _key(session, transit, key, given)
    for role in ROLES:
        name = f"pseudo-{role}"
        _post(session, f"sys/policies/acl/{name}", {"policy": policy(role, kv, transit)})
        yield f"sys/policies/acl/{name}", "written"
    ways = read(session, "sys/auth")
    yield _mounted(session, ways, f"sys/auth/{roles_at}", roles_at, {"type": "approle"})
    for role in ROLES:
        name = f"pseudo-{role}"
        _post(session, f"auth/{roles_at}/role/{name}", role_of(name))
        yield f"auth/{roles_at}/role/{name}", "written"


_V2 = {"version": "2"}


def _mounted(
    session: Session, there: dict[str, Any], path: str, mount: str, given: dict[str, Any]
) -> Step:
    found = there.get(f"{mount}/")
    if found is None:
        _post(session, path, given)
        return path, "made"
    same_options = (found.get("options") or {}).get("version") == (given.get("options") or {}).get(
        "version"
    )
    if found.get("type") != given["type"] or not same_options:
        raise KeyStoreError("vault.other_mount", what=path)
    return path, "there"


def _key(session: Session, transit: str, name: str, given: dict[str, Any]) -> Step:
    path = f"{transit}/keys/{name}"
    try:
        read(session, path)
    except KeyStoreError as error:
        if error.code != "vault.missing":
            raise
    else:
        return path, "there"
    _post(session, path, {**given, "exportable": False, "allow_plaintext_backup": False})
    return path, "made"


def _post(session: Session, path: str, given: dict[str, Any]) -> None:
    session.ask(lambda client: client.adapter.post(f"/v1/{path}", json=given), path)
