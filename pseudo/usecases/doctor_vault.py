# SPDX-License-Identifier: Apache-2.0
"""The doctor's look at a Vault or OpenBao server: what it is, and what may be done there.

What a role may do is not read but tried, with calls that cannot change anything; see
:mod:`pseudo.keys.vault.probe`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, suppress
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Final

from pseudo.errors import KeyStoreError, PseudoError
from pseudo.settings import Settings
from pseudo.usecases.doctor_check import Check, Finding, checked
from pseudo.usecases.vault import config_of
from pseudo.usecases.vault_status import fault_of

if TYPE_CHECKING:
    from pseudo.keys.vault.config import VaultConfig
    from pseudo.keys.vault.oneself import Oneself
    from pseudo.keys.vault.probe import Proof
    from pseudo.keys.vault.session import Session
    from pseudo.keys.vault.status import Item

__all__ = ["vault_checks"]

# The key store was opened before, with all the patience that there is.
_PATIENCE: Final = 2.0
_LONG: Final = 24 * 60 * 60
_SHOWN: Final = 5
_NOT_ALLOWED: Final = "this login may not look"


def vault_checks(settings: Settings, address: str) -> Iterator[Check]:
    """Check a server and everything that leads to its secrets.

    Args:
        settings: The server and the login.
        address: ``vault:KV-MOUNT/TRANSIT-MOUNT``.
    """
    config: VaultConfig | None = None
    try:
        config = config_of(address, settings)
    except PseudoError:
        # It was told already when the key store was to be opened.
        return
    config = replace(config, patience=min(_PATIENCE, config.patience))
    server = list(_server(config))
    yield from server
    if any(check.error is not None for check in server):
        yield Check("vault roles", "not checked", "the server cannot be asked")
        return
    if config.login.wrapped:
        reason = "a wrapped secret id opens once, and was used to open the key store"
        yield Check("vault roles", "not checked", reason)
        return
    kept: list[tuple[Session, Oneself]] = []
    try:
        yield checked("vault readiness", lambda: _ready(config, kept))
        if not kept:
            yield Check("vault roles", "not checked", "there is no login to try them with")
        for session, us in kept:
            yield from _with(session, us)
    finally:
        for session, _ in kept:
            session.close()


def _server(config: VaultConfig) -> Iterator[Check]:
    from pseudo.keys.vault.health import read_health
    from pseudo.keys.vault.status import of_server

    items: list[Item] = []

    def look() -> Finding:
        items.extend(of_server(read_health(config)))
        return "ok", items[0].detail

    yield checked("vault server", look)
    for item in items[1:]:
        yield _as_check(item)


def _ready(config: VaultConfig, kept: list[tuple[Session, Oneself]]) -> Finding:
    """Log in and do something, since the server calls itself well while nothing works."""
    from pseudo.keys.vault.oneself import look_up
    from pseudo.keys.vault.session import Session

    with ExitStack() as opened:
        session = opened.enter_context(Session(config))
        kept.append((session, look_up(session)))
        opened.pop_all()
    return "ok", "lets us in and answers"


def _with(session: Session, us: Oneself) -> Iterator[Check]:
    """Check what a login can see, and last what it can do: that may end it."""
    login = session.config.login
    # Where somebody logs in with a token, the mount is free to say where the roles are.
    roles_at = (login.mount if login.way in ("approle", "token") else "") or "approle"
    yield checked("vault token", lambda: _lifetime(us))
    yield checked("vault unwrapping", lambda: _unwrapping(session, us))
    yield from _setup(session, roles_at)
    yield checked("vault policies", partial(_allowed, lambda: _policies(session)))
    yield checked("vault keys", partial(_allowed, lambda: _keys(session)))
    yield from _roles(session, us, roles_at)


def _lifetime(us: Oneself) -> Finding:
    if us.root:
        return "warning", "a root token is in use: revoke it when the administration is done"
    if not us.life:
        return "warning", "this login has no end"
    if us.endless:
        return "warning", "this login can be renewed for ever"
    if us.life > _LONG:
        return "warning", f"this login lasts {us.life // 3600} hours"
    return "ok", f"this login lasts {us.life // 60} minutes"


def _unwrapping(session: Session, us: Oneself) -> Finding:
    from pseudo.keys.vault.probe import can_unwrap

    if not can_unwrap(session):
        return "ok", "this login cannot unwrap"
    # These ways of logging in belong to hosts; tokens and JWTs are people's too.
    if us.is_worker and session.config.login.way in ("approle", "kubernetes"):
        return "ok", "this login can unwrap, and is a worker's"
    return "warning", "a person's login can unwrap: whoever has it can reverse every pseudonym"


def _setup(session: Session, roles_at: str) -> Iterator[Check]:
    from pseudo.keys.vault.status import AUDIT, is_life, of_setup

    items: list[Item] = []

    def look() -> Finding:
        items.extend(of_setup(session, roles_at=roles_at))
        return _as_set_up([item for item in items if item.what != AUDIT])

    # How long logins last, and who writes an audit log, are told by checks of their own.
    yield checked("vault setup", look)
    lives = [item for item in items if is_life(item)]
    if lives:
        yield _lives(lives)
    for item in items:
        if item.what == AUDIT:
            yield checked("vault audit", partial(_audit, item))


def _as_set_up(items: list[Item]) -> Finding:
    if (fault := fault_of(items)) is not None:
        raise fault
    from pseudo.keys.vault.status import is_life

    odd = [
        f"{item.what}: {item.detail}"
        for item in items
        if item.state == "warning" and not is_life(item)
    ]
    unseen = sum(item.state == "not allowed" for item in items)
    if unseen == len(items):
        return "not checked", _NOT_ALLOWED
    told = f"{len(items) - unseen} things are as pseudo vault setup makes them"
    if unseen:
        told += f"; at {unseen} this login may not look"
    return ("warning", "; ".join(odd[:_SHOWN])) if odd else ("ok", told)


def _lives(items: list[Item]) -> Check:
    long = [item.what.rpartition("/")[2] for item in items if item.state == "warning"]
    if long:
        return Check("vault logins", "warning", f"last longer than set up: {', '.join(long)}")
    if all(item.state == "not allowed" for item in items):
        return Check("vault logins", "not checked", _NOT_ALLOWED)
    return Check("vault logins", "ok", "none lasts longer than set up")


def _audit(item: Item) -> Finding:
    if item.state == "missing":
        raise KeyStoreError("vault.no_audit")
    if item.state == "not allowed":
        return "not checked", item.detail
    return ("ok" if item.state == "ok" else "warning"), item.detail


def _policies(session: Session) -> Finding:
    from pseudo.keys.vault.bypass import other_policies

    found = other_policies(session)
    if not found:
        return "ok", "none beside the roles' reaches secrets or keys"
    told = [f"{name} reaches {', '.join(places)}" for name, places in found.items()]
    return "warning", "; ".join(told[:_SHOWN]) + _more(len(told))


def _keys(session: Session) -> Finding:
    from pseudo.keys.vault.bypass import open_keys

    count, found = open_keys(session)
    if not found:
        return "ok", f"none of {count} can be taken out of the server"
    told = [f"{name}: {ways}" for name, ways in found.items()]
    return "warning", "; ".join(told[:_SHOWN]) + _more(len(told))


def _roles(session: Session, us: Oneself, roles_at: str) -> Iterator[Check]:
    """Try each role; a login that is not lent them tries the one it has."""
    from pseudo.keys.vault.policies import ROLES
    from pseudo.keys.vault.probe import lent, prove

    device = _device(session)

    def borrowed(role: str) -> Finding:
        with lent(session, role, roles_at) as other:
            return _proved(prove(other, role, audit=device, ends=True))

    def own(role: str) -> Finding:
        return _proved(prove(session, role, audit=device, ends=_made_for_us(session)))

    # The own role comes last, since it may end the login.
    for role in sorted(ROLES, key=lambda role: us.roles == (role,)):
        ours = us.roles == (role,) and not us.root
        ways = [own] if ours and us.only else [borrowed, own] if ours else [borrowed]
        yield checked(f"vault role {role}", partial(_role, ways, role))


def _device(session: Session) -> str:
    """Find an audit device that the roles must not ask; none where one may not look."""
    from pseudo.keys.vault.probe import audit_devices

    with suppress(KeyStoreError):
        return next(iter(audit_devices(session)), "")
    return ""


def _made_for_us(session: Session) -> bool:
    """Tell whether the login was made when we came, and may be ended when we go."""
    from pseudo.keys.vault.login import can_repeat

    return can_repeat(session.config.login)


def _role(ways: Sequence[Callable[[str], Finding]], role: str) -> Finding:
    """Try a role in the first of some ways that is open to us."""
    for try_it in ways:
        try:
            return try_it(role)
        except KeyStoreError as error:
            if error.code == "vault.login_refused":
                return "not checked", "the server does not let it in from here"
            if error.code != "vault.denied":
                raise
    return "not checked", "this login neither is it nor may log in as it"


def _proved(proof: Proof) -> Finding:
    if proof.wide:
        raise KeyStoreError("vault.role_too_wide", role=proof.role, what=_few(proof.wide))
    if proof.narrow:
        raise KeyStoreError("vault.role_too_narrow", role=proof.role, what=_few(proof.narrow))
    told = f"may make the {proof.allowed} calls it needs, and was denied {proof.denied} others"
    return "ok", "; ".join([told, *(f"not tried: {what}" for what in proof.untried)])


def _few(names: tuple[str, ...]) -> tuple[str, ...]:
    return (*names[:_SHOWN], *(("…",) if len(names) > _SHOWN else ()))


def _more(count: int) -> str:
    return f"; and {count - _SHOWN} more" if count > _SHOWN else ""


def _allowed(look: Callable[[], Finding]) -> Finding:
    """Look at something; that one may not is no fault of the server."""
    try:
        return look()
    except KeyStoreError as error:
        if error.code != "vault.denied":
            raise
    return "not checked", _NOT_ALLOWED


def _as_check(item: Item) -> Check:
    return Check(f"vault {item.what}", "ok" if item.state == "ok" else "warning", item.detail)
