# SPDX-License-Identifier: Apache-2.0
"""Prove what a login may and may not do, by asking the server for it.

What is asked for cannot succeed (:mod:`pseudo.keys.vault.calls`). A login that may make
secret ids for a role is lent that role: it logs in as it, tries every call, and takes the
token back. Any other login can only prove itself.

The server notes every call in its audit log, also the denied ones. Their names begin with
``_doctor-``. When a role logs in for the first time, the server gives it an identity, as it
would at its first work.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Final

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.calls import REVOKE, Call, calls, is_allowed
from pseudo.keys.vault.config import Login
from pseudo.keys.vault.places import LEDGER, versions_in
from pseudo.keys.vault.reading import names_at, read
from pseudo.keys.vault.session import Session
from pseudo.safe import safe_text

__all__ = ["Proof", "audit_devices", "can_unwrap", "lent", "prove"]

_ANSWERED: Final = frozenset({"vault.missing", "vault.refused", "vault.conflict", "vault.pending"})
"""Codes of answers that only somebody gets who may ask."""
_USES: Final = {"num_uses": 1, "ttl": "60s"}


@dataclass(frozen=True, slots=True)
class Proof:
    """What came out of trying a role.

    Attributes:
        role: Which.
        allowed: How many calls it may make, and must be able to.
        denied: How many it may not, and must not.
        wide: What it may do and must not.
        narrow: What it may not do and must be able to.
        untried: What could not be tried, in words.
    """

    role: str
    allowed: int
    denied: int
    wide: tuple[str, ...]
    narrow: tuple[str, ...]
    untried: tuple[str, ...]


def prove(session: Session, role: str, *, audit: str = "", ends: bool = False) -> Proof:
    """Try a role.

    Args:
        session: Somebody who has that role, and no other.
        role: One of :data:`pseudo.keys.vault.policies.ROLES`.
        audit: Path of an audit device, if one is known.
        ends: Whether the login may be ended by the last call.

    Raises:
        KeyStoreError: The server does not answer.
    """
    kv, transit = session.config.kv, session.config.transit
    document, ledger = _what_there_is(session)
    tried = calls(kv, transit, document=document, ledger=ledger, audit=audit)
    untried = [] if document else ["overwriting a domain, since there is none yet"]
    if ends:
        tried.append(REVOKE)
    else:
        untried.append("ending its own login, which is in use")
    group = session.config.control_group
    must = {call: is_allowed(call, role, kv, transit, group) for call in tried}
    done = {call: _allows(session, call) for call in tried}
    return Proof(
        role=role,
        allowed=sum(must[call] and done[call] for call in tried),
        denied=sum(not must[call] and not done[call] for call in tried),
        wide=_names([call for call in tried if done[call] and not must[call]]),
        narrow=_names([call for call in tried if must[call] and not done[call]]),
        untried=tuple(untried),
    )


def can_unwrap(session: Session) -> bool:
    """Tell whether a login may unwrap secrets, by which it can reverse every pseudonym.

    Raises:
        KeyStoreError: The server does not answer.
    """
    kv, transit = session.config.kv, session.config.transit
    shown = f"{transit}/decrypt/+"
    return all(_allows(session, call) for call in calls(kv, transit) if call.shown == shown)


@contextmanager
def lent(session: Session, role: str, roles_at: str) -> Iterator[Session]:
    """Log in as a role for a while.

    The secret id is good for one login and a minute, and the token is taken back.

    Args:
        session: Somebody who may make secret ids.
        role: One of :data:`pseudo.keys.vault.policies.ROLES`.
        roles_at: Mount of the AppRole way of logging in.

    Raises:
        KeyStoreError: It may not (``vault.denied``), there is no such role
            (``vault.missing``), or the role is not let in from here
            (``vault.login_refused``).
    """
    path = f"auth/{roles_at}/role/{session.config.named(role)}"
    role_id = read(session, f"{path}/role-id").get("role_id")
    made = _post(session, f"{path}/secret-id", _USES)
    secret = made.get("data") or {}
    token = accessor = ""
    try:
        given = {"role_id": role_id, "secret_id": secret.get("secret_id")}
        auth = _logged_in(session, f"auth/{roles_at}/login", given)
        token, accessor = str(auth.get("client_token")), str(auth.get("accessor"))
        with Session(replace(session.config, login=Login(token=token))) as borrowed:
            yield borrowed
    finally:
        # Both are gone already where all went well; the server then knows neither.
        if accessor:
            _forget(session, "auth/token/revoke-accessor", {"accessor": accessor})
        used = {"secret_id_accessor": secret.get("secret_id_accessor")}
        _forget(session, f"{path}/secret-id-accessor/destroy", used)


def audit_devices(session: Session) -> list[str]:
    """List the server's audit devices.

    Raises:
        KeyStoreError: The login may not look (``vault.denied``).
    """
    return sorted(name.rstrip("/") for name in read(session, "sys/audit"))


def _what_there_is(session: Session) -> tuple[str, bool]:
    """Find a domain's document, and whether the ledger is named; as far as one may look."""
    listed: list[str] = []
    document = ""
    at = f"{session.config.kv}/metadata/"
    with suppress(KeyStoreError):
        listed = names_at(session, at)
        folders = [name for name in listed if name.endswith("/") and not name.startswith("_")]
        for folder in folders[:1]:
            versions = versions_in(names_at(session, f"{at}{folder}"))
            document = f"{folder}v{versions[0]}" if versions else ""
    return document, LEDGER in listed


def _allows(session: Session, call: Call) -> bool:
    """Make a call and tell whether the login may."""

    def act(client: Any) -> Any:
        return client.adapter.request(call.method, f"/v1/{call.path}", json=call.body)

    try:
        session.ask(act, call.name, again=not call.breaks)
    except KeyStoreError as error:
        if error.code == "vault.denied":
            return False
        if error.code in _ANSWERED or (call.breaks and error.code == "vault.failing"):
            return True
        raise
    return True


def _logged_in(session: Session, path: str, given: dict[str, Any]) -> dict[str, Any]:
    code = ""
    try:
        return _post(session, path, given).get("auth") or {}
    except KeyStoreError as error:
        if error.code not in ("vault.refused", "vault.denied"):
            raise
        code = "vault.login_refused"
    raise KeyStoreError(code, address=session.config.shown)


def _post(session: Session, path: str, given: dict[str, Any]) -> dict[str, Any]:
    answer = session.ask(
        lambda client: client.adapter.post(f"/v1/{path}", json=given), path, again=False
    )
    if not isinstance(answer, dict):
        raise KeyStoreError("vault.odd_answer", what=path)
    return answer


def _forget(session: Session, path: str, given: dict[str, Any]) -> None:
    with suppress(KeyStoreError):
        session.ask(
            lambda client: client.adapter.post(f"/v1/{path}", json=given), path, again=False
        )


def _names(found: Sequence[Call]) -> tuple[str, ...]:
    return tuple(safe_text(call.name) for call in found)
