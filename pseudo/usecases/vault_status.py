# SPDX-License-Identifier: Apache-2.0
"""Tell what a Vault or OpenBao server is, and whether it is set up as it should be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pseudo.errors import KeyStoreError
from pseudo.settings import Settings
from pseudo.usecases.vault import config_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pseudo.keys.vault.status import Item

__all__ = ["fault_of", "status"]

_SHOWN = 5


def status(address: str | None, settings: Settings, *, roles_at: str) -> list[Item]:
    """Look at everything that ``pseudo vault setup`` makes.

    Args:
        address: ``vault:KV-MOUNT/TRANSIT-MOUNT``; the settings' where none is given.
        settings: The server, and any login.
        roles_at: Mount of the AppRole way of logging in.

    Returns:
        Each thing and how it is, also what the login may not look at.

    Raises:
        UsageError: No such key store is named (``usage.no_vault_store``).
        KeyStoreError: The server cannot be reached, is sealed, or does not let us in.
    """
    config = config_of(address, settings)
    from pseudo.keys.vault.health import read_health
    from pseudo.keys.vault.session import Session
    from pseudo.keys.vault.status import of_server, of_setup

    items = list(of_server(read_health(config)))
    with Session(config) as session:
        items.extend(of_setup(session, roles_at=roles_at))
    return items


def fault_of(items: Sequence[Item]) -> KeyStoreError | None:
    """Make the error that a server deserves; None where nothing is missing or other.

    Args:
        items: What was looked at.
    """
    wrong = [item.what for item in items if item.state in ("missing", "other")]
    if not wrong:
        return None
    more = ("…",) if len(wrong) > _SHOWN else ()
    return KeyStoreError("vault.not_set_up", what=(*wrong[:_SHOWN], *more), count=len(wrong))
