# SPDX-License-Identifier: Apache-2.0
"""Who a login is: its roles, and how long it lasts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.policies import ROLES
from pseudo.keys.vault.reading import read
from pseudo.keys.vault.session import Session

__all__ = ["Oneself", "look_up"]


@dataclass(frozen=True, slots=True)
class Oneself:
    """Who a login is.

    Attributes:
        roles: Those of our roles whose policies it has.
        only: Whether it has no policy beside them.
        root: Whether it may do anything.
        life: How many seconds it lives from when it was made; 0 where it has no end.
        endless: Whether it can be renewed for ever.
    """

    roles: tuple[str, ...]
    only: bool
    root: bool
    life: int
    endless: bool

    @property
    def is_worker(self) -> bool:
        """Whether it is a worker and nothing else."""
        return self.roles == ("worker",) and self.only


def look_up(session: Session) -> Oneself:
    """Ask the server who we are. It is a real operation: it fails where nothing works.

    Raises:
        KeyStoreError: The server does not answer, or not as it should.
    """
    data = read(session, "auth/token/lookup-self")
    policies = {*_texts(data.get("policies")), *_texts(data.get("identity_policies"))}
    named = session.config.named
    roles = tuple(role for role in ROLES if named(role) in policies)
    try:
        ends = data.get("expire_time") is not None or bool(data.get("ttl"))
        life = max(int(data.get("creation_ttl") or 0), int(data.get("ttl") or 0)) if ends else 0
        period = int(data.get("period") or 0)
    except (TypeError, ValueError):
        life = -1
    if life < 0:
        raise KeyStoreError("vault.odd_answer", what="auth/token/lookup-self")
    return Oneself(
        roles=roles,
        only=policies == {named(role) for role in roles},
        root="root" in policies,
        life=life,
        endless=period > 0,
    )


def _texts(said: Any) -> list[str]:
    return [str(one) for one in said] if isinstance(said, list) else []
