# SPDX-License-Identifier: Apache-2.0
"""Whether a server is as ``pseudo vault setup`` makes it, as far as a login may look."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any, Final, Literal

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.health import LARGEST_SKEW, ServerHealth
from pseudo.keys.vault.policies import ROLES, policy
from pseudo.keys.vault.reading import read
from pseudo.keys.vault.session import Session
from pseudo.keys.vault.setup import KEYS, LIFE, LONGEST_LIFE, NO_UPSERT, role_of

__all__ = ["AUDIT", "CERTIFICATE", "CLOCK", "Item", "State", "is_life", "of_server", "of_setup"]

State = Literal["ok", "warning", "missing", "other", "not allowed"]
Found = tuple[State, str]
Judge = Callable[[Mapping[str, Any]], Found]

CLOCK: Final = "clock"
CERTIFICATE: Final = "certificate"
AUDIT: Final = "sys/audit"
_NOT_THERE: Final[Found] = ("missing", "not there")
_SOON: Final = 30
_TWO: Final = 2


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that was looked at.

    Attributes:
        what: Its path in the server, or its name.
        state: ``ok``; ``warning``, where it works and should be better; ``missing``;
            ``other``, where it is not as it is set up; ``not allowed``, where the login may
            not look.
        detail: What was found, in words that hold no data.
    """

    what: str
    state: State
    detail: str


def of_server(health: ServerHealth) -> Iterator[Item]:
    """Tell what the server is.

    Args:
        health: What it says of itself.
    """
    doing = "on standby" if health.standby else "active"
    yield Item("server", "ok", f"version {health.version}, unsealed, {doing}")
    ahead = "ahead of" if health.skew > 0 else "behind"
    apart = abs(health.skew)
    yield Item(
        CLOCK,
        "ok" if apart < LARGEST_SKEW else "warning",
        f"{apart} s {ahead} ours" if apart > 1 else "the same as ours",
    )
    days = health.certificate_days
    if days is not None:
        yield Item(CERTIFICATE, "ok" if days >= _SOON else "warning", f"ends in {days} days")


def of_setup(session: Session, *, roles_at: str) -> Iterator[Item]:
    """Compare the server with what ``pseudo vault setup`` makes.

    Args:
        session: Somebody; what they may not look at is told.
        roles_at: Mount of the AppRole way of logging in.

    Raises:
        KeyStoreError: The server does not answer.
    """
    kv, transit = session.config.kv, session.config.transit
    yield _mount(session, kv, "kv", "2")
    yield _mount(session, transit, "transit", None)
    yield _looked(session, f"{transit}/config/keys", _upsert)
    for name in KEYS:
        yield _looked(session, f"{transit}/keys/{name}", partial(_key, name))
    for role in ROLES:
        written = policy(role, kv, transit, session.config.control_group)
        at = f"sys/policies/acl/{session.config.named(role)}"
        yield _looked(session, at, partial(_policy, written))
    way = partial(_listed, roles_at, "approle", None)
    yield _looked(session, f"sys/auth/{roles_at}", way, at="sys/auth")
    for role in ROLES:
        name = session.config.named(role)
        yield _looked(session, f"auth/{roles_at}/role/{name}", partial(_role, name))
    yield _looked(session, AUDIT, _audit)


def is_life(item: Item) -> bool:
    """Tell whether something is the role whose logins last."""
    return item.what.startswith("auth/") and "/role/" in item.what


def _looked(session: Session, what: str, judge: Judge, *, at: str = "") -> Item:
    """Look at something; that it is not there, or not ours to see, is what was found."""
    try:
        state, detail = judge(read(session, at or what))
    except KeyStoreError as error:
        if error.code in ("vault.missing", "vault.no_mount"):
            return Item(what, *_NOT_THERE)
        if error.code == "vault.denied":
            return Item(what, "not allowed", "this login may not look")
        raise
    return Item(what, state, detail)


def _mount(session: Session, mount: str, kind: str, version: str | None) -> Item:
    """Look at a mount; who may not list all may still be shown the ones they use."""
    what = f"sys/mounts/{mount}"
    item = _looked(session, what, partial(_listed, mount, kind, version), at="sys/mounts")
    if item.state != "not allowed":
        return item
    one = partial(_kind, kind, version)
    return _looked(session, what, one, at=f"sys/internal/ui/mounts/{mount}")


def _listed(mount: str, kind: str, version: str | None, data: Mapping[str, Any]) -> Found:
    found = data.get(f"{mount}/")
    return _NOT_THERE if found is None else _kind(kind, version, found)


def _kind(kind: str, version: str | None, found: Mapping[str, Any]) -> Found:
    is_version = (found.get("options") or {}).get("version")
    if found.get("type") != kind or is_version != version:
        return "other", f"is not {_called(kind, version)}"
    return "ok", _called(kind, version)


def _called(kind: str, version: str | None) -> str:
    return f"{kind}, version {version}" if version else kind


def _upsert(data: Mapping[str, Any]) -> Found:
    if all(data.get(name) == value for name, value in NO_UPSERT.items()):
        return "ok", "a mistyped name makes no key"
    return "other", "a mistyped name makes a key (disable_upsert is off)"


def _key(name: str, data: Mapping[str, Any]) -> Found:
    wanted: Mapping[str, Any] = {"derived": False, **KEYS[name]}
    wrong = [field for field, value in wanted.items() if data.get(field) != value]
    wrong += [
        field for field in ("exportable", "allow_plaintext_backup") if data.get(field) is not False
    ]
    if wrong:
        return "other", f"not as it is made: {', '.join(wrong)}"
    if data.get("deletion_allowed"):
        return "warning", "may be deleted"
    return "ok", f"{wanted['type']}, not exportable"


def _policy(written: str, data: Mapping[str, Any]) -> Found:
    if str(data.get("policy") or "").strip() != written.strip():
        return "other", "differs from what pseudo vault policies prints"
    return "ok", "as pseudo vault policies prints it"


def _role(name: str, data: Mapping[str, Any]) -> Found:
    wanted = role_of(name)
    wrong = [
        field
        for field in ("token_policies", "token_no_default_policy")
        if data.get(field) != wanted[field]
    ]
    if data.get("bind_secret_id") is False:
        # Then the role id alone lets in, which is no secret.
        wrong.append("bind_secret_id")
    if wrong:
        return "other", f"not as it is made: {', '.join(wrong)}"
    life, longest, period = (
        data.get(field) for field in ("token_ttl", "token_max_ttl", "token_period")
    )
    if not all(isinstance(value, int) for value in (life, longest)):
        return "other", "not as it is made: token_ttl"
    # Nought stands for the server's own limit, which is a month where nobody set it.
    if not 0 < int(life or 0) <= LIFE or not 0 < int(longest or 0) <= LONGEST_LIFE or period:
        return "warning", "its logins last longer than it is set up"
    return "ok", f"{int(life or 0) // 60} minutes, at the longest {int(longest or 0) // 3600} h"


def _audit(devices: Mapping[str, Any]) -> Found:
    if not devices:
        return "missing", "no audit device: nobody can tell who used what"
    if len(devices) < _TWO:
        return "warning", "one audit device: when it cannot write, nothing works"
    return "ok", f"{len(devices)} audit devices"
