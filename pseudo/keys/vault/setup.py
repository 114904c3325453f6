# SPDX-License-Identifier: Apache-2.0
"""From an empty server to one that holds domains; may be done again at any time."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, Final

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.acl import read_policy
from pseudo.keys.vault.places import DATA, LEDGER, SIGNING
from pseudo.keys.vault.policies import ROLES, policy
from pseudo.keys.vault.reading import names_at, read
from pseudo.keys.vault.session import Session

__all__ = [
    "KEYS",
    "LIFE",
    "LONGEST_LIFE",
    "NO_UPSERT",
    "ROLES_AT",
    "SECRET_LIFE",
    "Step",
    "role_of",
    "set_up",
]

Step = tuple[str, str]
"""What was looked at, and what became of it: ``made``, ``there`` or ``written``."""

ROLES_AT: Final = "approle"
"""Where the AppRole way of logging in is mounted by default."""
LIFE: Final = 15 * 60
"""Seconds that a role's token lives."""
LONGEST_LIFE: Final = 24 * 60 * 60
"""Seconds after which it cannot be renewed any more."""
SECRET_LIFE: Final = 90 * 24 * 60 * 60
"""Seconds that a secret id lets in, if it was not made for a shorter time."""
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
        "secret_id_ttl": SECRET_LIFE,
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
    config = session.config
    kv, transit = config.kv, config.transit
    mounts = read(session, "sys/mounts")
    _require_ours(session, mounts)
    yield _mounted(session, mounts, f"sys/mounts/{kv}", kv, {"type": "kv", "options": _V2})
    yield _mounted(session, mounts, f"sys/mounts/{transit}", transit, {"type": "transit"})
    _post(session, f"{transit}/config/keys", NO_UPSERT)
    yield f"{transit}/config/keys", "written"
    for key, given in KEYS.items():
        yield _key(session, transit, key, given)
    for role in ROLES:
        path = f"sys/policies/acl/{config.named(role)}"
        written = policy(role, kv, transit, config.control_group)
        _require_own_policy(session, path)
        _post(session, path, {"policy": written})
        yield path, "written"
    ways = read(session, "sys/auth")
    yield _mounted(session, ways, f"sys/auth/{roles_at}", roles_at, {"type": "approle"})
    for role in ROLES:
        name = config.named(role)
        _post(session, f"auth/{roles_at}/role/{name}", role_of(name))
        yield f"auth/{roles_at}/role/{name}", "written"


_V2 = {"version": "2"}


def _require_ours(session: Session, mounts: dict[str, Any]) -> None:
    """Refuse mounts that others use, and a store whose own keys are gone.

    Our roles may read everything in their mounts, and unwrap and delete with every key. And
    keys that are made anew in the place of lost ones would hide that they are lost.

    Raises:
        KeyStoreError: ``vault.mount_in_use``, ``vault.own_key_gone``.
    """
    kv, transit = session.config.kv, session.config.transit
    keys = names_at(session, f"{transit}/keys") if f"{transit}/" in mounts else []
    names = names_at(session, f"{kv}/metadata/") if f"{kv}/" in mounts else []
    if not {*keys} & {*KEYS} and (keys or names) and LEDGER not in names:
        raise KeyStoreError("vault.mount_in_use", what=transit if keys else kv)
    for name in KEYS:
        if LEDGER in names and name not in keys:
            raise KeyStoreError("vault.own_key_gone", what=f"{transit}/keys/{name}")


def _require_own_policy(session: Session, path: str) -> None:
    """Refuse to overwrite the policy of a store in other mounts.

    Raises:
        KeyStoreError: It is one (``vault.other_policy``).
    """
    kv, transit = session.config.kv, session.config.transit
    try:
        there = str(read(session, path).get("policy") or "")
    except KeyStoreError as error:
        if error.code != "vault.missing":
            raise
        return
    places = {rule.split("/")[0] for rule, _ in read_policy(there)} - {"auth", "sys"}
    if places - {kv, transit}:
        raise KeyStoreError("vault.other_policy", what=path)


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
    wanted = {**given, "exportable": False, "allow_plaintext_backup": False}
    try:
        found = read(session, path)
    except KeyStoreError as error:
        if error.code != "vault.missing":
            raise
    else:
        if any(found.get(field) != value for field, value in wanted.items()):
            raise KeyStoreError("vault.other_key", what=path)
        return path, "there"
    _post(session, path, wanted)
    return path, "made"


def _post(session: Session, path: str, given: dict[str, Any]) -> None:
    session.ask(lambda client: client.adapter.post(f"/v1/{path}", json=given), path)
