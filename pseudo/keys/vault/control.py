# SPDX-License-Identifier: Apache-2.0
"""The server's control group: two others agree before a key may be deleted.

The policy of custodians guards one call, the one by which a key may be deleted at all. The
server answers it with a token that carries it out once two of the group have agreed; who asks
cannot be one of them. What waits is kept in KV, so that whoever of the custodians goes on can
do so. The token can do nothing but the one call, and that only when it was agreed to.

This is a barrier where the library's own approvals are a procedure: whoever has a
custodian's login and no other cannot get past it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from pseudo.errors import KeyStoreError
from pseudo.keys.vault import places
from pseudo.keys.vault.faults import PendingError
from pseudo.keys.vault.lease import Asks
from pseudo.keys.vault.secrets import Kv, Transit
from pseudo.safe import safe_text

__all__ = ["Waiting", "authorize", "permit", "waiting", "waiting_for"]

_AUTHORIZE: Final = "sys/control-group/authorize"
_REQUEST: Final = "sys/control-group/request"
_UNWRAP: Final = "sys/wrapping/unwrap"


@dataclass(frozen=True, slots=True)
class Waiting:
    """What waits for a control group.

    Attributes:
        accessor: By what the server knows it.
        operation: What would be done.
        path: With what.
        data: With which parameters.
        asked_by: Who asks, as the server knows them.
        agreed: Who has agreed, likewise.
        approved: Whether enough have.
    """

    accessor: str
    operation: str
    path: str
    data: str
    asked_by: str
    agreed: tuple[str, ...]
    approved: bool


def permit(
    session: Asks, kv: Kv, transit: Transit, domain: str, keys: Sequence[str]
) -> tuple[str, ...]:
    """Let keys be deleted, if the control group agreed; ask it where nobody has yet.

    Args:
        session: A custodian.
        kv: Where what waits is kept.
        transit: Where the keys are.
        domain: Whose keys, for the error.
        keys: Their names; those that are not there any more need nothing.

    Returns:
        Who agreed, as the server knows them.

    Raises:
        KeyStoreError: The group has not agreed (``vault.pending_deletion``), or the server
            guards nothing (``vault.not_guarded``): nothing was deleted.
    """
    asked = False
    agreed: dict[str, None] = {}
    for key in keys:
        path = f"{places.PENDING}/{key}"
        kept = kv.read(path) or {}
        if transit.may_be_deleted(key) is False:
            accessor, names = _agreed(session, str(kept.get("accessor") or ""))
            if names and _carried_out(session, str(kept.get("token") or "")):
                kept = {**kept, "agreed": list(names)}
                _keep(kv, path, kept)
            else:
                asked = True
                if not accessor:
                    _ask(kv, transit, key, path)
        agreed |= dict.fromkeys(str(name) for name in kept.get("agreed") or ())
    if asked:
        raise KeyStoreError("vault.pending_deletion", domain=domain)
    return tuple(agreed)


def waiting_for(session: Asks, kv: Kv, keys: Sequence[str]) -> list[Waiting]:
    """Look at what waits for the group before keys may be deleted.

    Args:
        session: One of the group, or who asked.
        kv: Where what waits is kept.
        keys: Their names.

    Raises:
        KeyStoreError: This login may not look (``vault.denied``).
    """
    found = []
    for key in keys:
        kept = kv.read(f"{places.PENDING}/{key}") or {}
        accessor = str(kept.get("accessor") or "")
        if accessor and not kept.get("agreed"):
            found.append(waiting(session, accessor))
    return found


def waiting(session: Asks, accessor: str) -> Waiting:
    """Look at one thing that waits.

    Args:
        session: One of the group, or who asked.
        accessor: By what it is known.

    Raises:
        KeyStoreError: Nothing of that name waits (``vault.refused``), or this login may not
            look (``vault.denied``).
    """
    data = _data(session, _REQUEST, {"accessor": accessor})
    entity = data.get("request_entity")
    who = entity if isinstance(entity, dict) else {}
    aliases = [one for one in who.get("aliases") or () if isinstance(one, dict)]
    names = [str(one.get("name")) for one in aliases] or [str(who.get("name") or "?")]
    body = data.get("request_data")
    said = body if isinstance(body, dict) else {}
    return Waiting(
        accessor=accessor,
        operation=safe_text(str(data.get("request_operation"))),
        path=safe_text(str(data.get("request_path"))),
        data=safe_text(", ".join(f"{name}: {value}" for name, value in sorted(said.items()))),
        asked_by=safe_text(", ".join(names)),
        agreed=_names(data),
        approved=data.get("approved") is True,
    )


def authorize(session: Asks, accessor: str) -> bool:
    """Agree to what waits.

    Args:
        session: One of the group, who did not ask for it.
        accessor: By what it is known.

    Returns:
        Whether enough have agreed now.

    Raises:
        KeyStoreError: The server refuses this login, or knows nothing that waits so.
    """
    said = _data(session, _REQUEST, {"accessor": accessor}).get("request_entity")
    ours = session.ask(lambda client: client.auth.token.lookup_self(), "auth")
    own = ours.get("data", {}).get("entity_id") if isinstance(ours, dict) else None
    if own and isinstance(said, dict) and own == said.get("ID"):
        raise KeyStoreError("vault.own_request")
    return _data(session, _AUTHORIZE, {"accessor": accessor}).get("approved") is True


def _agreed(session: Asks, accessor: str) -> tuple[str, tuple[str, ...]]:
    """Tell what still waits, by its accessor, and who agreed once enough have."""
    if not accessor:
        return "", ()
    try:
        found = waiting(session, accessor)
    except KeyStoreError as error:
        if error.code in ("vault.refused", "vault.missing"):
            # It has expired, and is asked for anew.
            return "", ()
        raise
    return accessor, found.agreed if found.approved else ()


def _carried_out(session: Asks, token: str) -> bool:
    """Carry out what was agreed to; False where the token has ended meanwhile."""
    try:
        _data(session, _UNWRAP, {"token": token})
    except KeyStoreError as error:
        if error.code == "vault.refused":
            return False
        raise
    return True


def _ask(kv: Kv, transit: Transit, key: str, path: str) -> None:
    """Ask the control group, and keep what carries it out when it has agreed."""
    token = accessor = ""
    try:
        transit.allow_deletion(key)
    except PendingError as pending:
        token, accessor = pending.token, pending.accessor
    if not accessor:
        transit.allow_deletion(key, allowed=False)
        raise KeyStoreError("vault.not_guarded", what=key)
    _keep(kv, path, {"accessor": accessor, "token": token})


def _keep(kv: Kv, path: str, document: dict[str, Any]) -> None:
    held = kv.held(path)
    if not kv.write_once(path, document, after=held.version if held else 0):
        raise KeyStoreError("vault.conflict", what=path)


def _names(data: dict[str, Any]) -> tuple[str, ...]:
    found = data.get("authorizations")
    given = [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []
    return tuple(safe_text(str(one.get("entity_name"))) for one in given)


def _data(session: Asks, path: str, given: dict[str, str]) -> dict[str, Any]:
    answer = session.ask(
        lambda client: client.adapter.post(f"/v1/{path}", json=given), path, again=False
    )
    data = answer.get("data") if isinstance(answer, dict) else None
    return data if isinstance(data, dict) else {}
