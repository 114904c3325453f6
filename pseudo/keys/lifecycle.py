# SPDX-License-Identifier: Apache-2.0
"""The life of a domain's key, as a table.

::

    created ──▶ active ◀──▶ frozen
       │          │            │
       └──────────┴────────────┴──▶ destroyed

``created`` is a key whose check value is not yet fixed: a server's store leaves it so
until the first worker has unwrapped it. A store that sees the secret when it makes it
fixes the check value in the same write, so its domains begin ``active``. ``frozen`` can
be undone. ``destroyed`` cannot: the secret is gone, and a tombstone keeps the name and
the check value so that neither can come back as something else.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from types import MappingProxyType
from typing import Final

from pseudo.errors import KeyStoreError

__all__ = ["TRANSITIONS", "State", "advance", "require_usable"]


class State(StrEnum):
    """Where a domain's key is in its life."""

    CREATED = "created"
    ACTIVE = "active"
    FROZEN = "frozen"
    DESTROYED = "destroyed"


TRANSITIONS: Final[Mapping[State, frozenset[State]]] = MappingProxyType(
    {
        State.CREATED: frozenset({State.ACTIVE, State.DESTROYED}),
        State.ACTIVE: frozenset({State.FROZEN, State.DESTROYED}),
        State.FROZEN: frozenset({State.ACTIVE, State.DESTROYED}),
        State.DESTROYED: frozenset(),
    }
)
"""The only ways from one state to another."""

_UNUSABLE: Final[Mapping[State, str]] = MappingProxyType(
    {
        State.CREATED: "keys.not_active",
        State.FROZEN: "keys.frozen",
        State.DESTROYED: "keys.destroyed",
    }
)


def advance(state: State, to: State, domain: str) -> State:
    """Move a domain's key to another state.

    Asking for the state it already has is no mistake, so that an order can be repeated;
    only destroying twice is one, because the second cannot do what it says.

    Args:
        state: Where the key is.
        to: Where it shall go.
        domain: The domain's name, for the error.

    Returns:
        ``to``.

    Raises:
        KeyStoreError: The key is destroyed (``keys.destroyed``), or there is no such
            way (``keys.no_transition``).
    """
    if state is State.DESTROYED:
        raise KeyStoreError("keys.destroyed", domain=domain)
    if to is not state and to not in TRANSITIONS[state]:
        raise KeyStoreError("keys.no_transition", domain=domain, state=state.value, to=to.value)
    return to


def require_usable(state: State, domain: str) -> None:
    """Make sure that pseudonyms may be made with a domain's key.

    Raises:
        KeyStoreError: It is not active: ``keys.not_active``, ``keys.frozen`` or
            ``keys.destroyed``.
    """
    if state is not State.ACTIVE:
        raise KeyStoreError(_UNUSABLE[state], domain=domain)
