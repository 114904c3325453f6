# SPDX-License-Identifier: Apache-2.0
"""What leads past the roles: other policies, and keys that can be taken away.

A policy beside ours that reaches the same paths gives its holders what no role of ours has,
and does so past a control group too, which guards only the policy that it stands in.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.acl import Rule, overlap, read_policy
from pseudo.keys.vault.policies import ROLES
from pseudo.keys.vault.reading import names_at, read
from pseudo.keys.vault.session import Session
from pseudo.safe import safe_text

__all__ = ["open_keys", "other_policies"]

_WRITE: Final = frozenset({"create", "update", "patch"})
_GUARDED: Final = (
    ("{transit}/decrypt/*", _WRITE),
    ("{transit}/datakey/plaintext/*", _WRITE),
    ("{transit}/export/*", frozenset({"read"})),
    ("{transit}/backup/*", frozenset({"read"})),
    ("{transit}/keys/*", _WRITE | {"delete"}),
    ("{kv}/data/*", _WRITE | {"read", "delete"}),
    ("{kv}/metadata/*", _WRITE | {"delete"}),
    ("{kv}/destroy/*", _WRITE),
    ("{kv}/delete/*", _WRITE),
)
"""Where a policy beside ours is told of, and which capabilities there count.

To see names, public keys and metadata is not to get past anything. A ``deny`` is not held
against another rule of the same policy: a warning too much is looked at once, one too few
never.
"""


def other_policies(session: Session) -> dict[str, tuple[str, ...]]:
    """Find the policies beside ours that reach secrets or keys.

    Args:
        session: Somebody who may read policies.

    Returns:
        The places that each reaches.

    Raises:
        KeyStoreError: They may not (``vault.denied``), or the server does not answer.
    """
    kv, transit = session.config.kv, session.config.transit
    found = {}
    # Looked at elsewhere: the roles' against what we print, and root where it is logged in.
    ours = {"root", *map(session.config.named, ROLES)}
    for name in names_at(session, "sys/policies/acl"):
        if name in ours:
            continue
        rules = read_policy(_text_of(session, name))
        if reached := _reached(rules, kv, transit):
            found[safe_text(name)] = reached
    return found


def open_keys(session: Session) -> tuple[int, dict[str, str]]:
    """Find the transit keys that can be taken out of the server.

    Args:
        session: Somebody who may list and read keys.

    Returns:
        How many keys there are, and what is open by name.

    Raises:
        KeyStoreError: They may not (``vault.denied``), or the server does not answer.
    """
    transit = session.config.transit
    names = names_at(session, f"{transit}/keys")
    found = {}
    for name in names:
        data = _data_of(session, f"{transit}/keys/{name}")
        ways = (("exportable", "exportable"), ("allow_plaintext_backup", "backup in clear"))
        wrong = [words for field, words in ways if data.get(field)]
        if wrong:
            found[safe_text(name)] = ", ".join(wrong)
    return len(names), found


def _reached(rules: Iterable[Rule], kv: str, transit: str) -> tuple[str, ...]:
    given = list(rules)
    places = [(place.format(kv=kv, transit=transit), counts) for place, counts in _GUARDED]
    return tuple(
        place.removesuffix("*")
        for place, counts in places
        if any(may & counts and overlap(pattern, place) for pattern, may in given)
    )


def _text_of(session: Session, name: str) -> str:
    return str(_data_of(session, f"sys/policies/acl/{name}").get("policy") or "")


def _data_of(session: Session, path: str) -> dict[str, Any]:
    """Read what was listed a moment ago, and may be gone since."""
    try:
        return read(session, path)
    except KeyStoreError as error:
        if error.code == "vault.missing":
            return {}
        raise
