# SPDX-License-Identifier: Apache-2.0
"""Make a Vault or OpenBao server ready for domains, or show what would be made."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from pseudo.errors import KeyStoreError, UsageError
from pseudo.logs import logger
from pseudo.settings import Settings

if TYPE_CHECKING:
    from pseudo.keys.vault.config import VaultConfig
    from pseudo.keys.vault.control import Waiting
    from pseudo.keys.vault.setup import Step

__all__ = ["SCHEMES", "authorize", "config_of", "policies", "set_up"]

SCHEMES = ("vault", "vault-remote")
"""How the address of a key store in a server begins."""


def policies(address: str | None, settings: Settings) -> dict[str, str]:
    """Write the policy of every role, for an administrator to apply.

    Args:
        address: ``vault:KV-MOUNT/TRANSIT-MOUNT`` or ``vault-remote:KV-MOUNT/TRANSIT-MOUNT``,
            which are set up alike; the settings' where none is given.
        settings: The rest.

    Returns:
        The policies by the names that :func:`set_up` gives them.

    Raises:
        UsageError: No such key store is named (``usage.no_vault_store``).
        KeyStoreError: The packages for it are not installed, or it is not of that form.
    """
    mounts = _mounts(address, settings)
    from pseudo.keys.vault.config import parse_address
    from pseudo.keys.vault.policies import ROLES, policy

    kv, transit = parse_address(mounts)
    group = settings.vault_control_group
    return {f"{settings.vault_prefix}-{role}": policy(role, kv, transit, group) for role in ROLES}


def set_up(address: str | None, settings: Settings, *, roles_at: str) -> Iterator[Step]:
    """Make mounts, keys, policies and roles, as far as they are not there.

    Args:
        address: See :func:`policies`.
        settings: The server, and the login of somebody who may administer it.
        roles_at: Mount of the AppRole way of logging in.

    Yields:
        What was looked at, and what became of it.

    Raises:
        UsageError: See :func:`policies`.
        KeyStoreError: See there; or the server cannot be reached, or refuses a step.
    """
    config = config_of(address, settings)
    from pseudo.keys.vault.session import Session
    from pseudo.keys.vault.setup import set_up as set_up_server

    with Session(config) as session:
        yield from set_up_server(session, roles_at=roles_at)
    logger().info("vault.set_up")


def authorize(
    address: str | None,
    settings: Settings,
    domain: str,
    confirm: Callable[[Sequence[Waiting]], None],
) -> bool:
    """Agree, as one of the server's control group, that a domain is destroyed.

    Args:
        address: See :func:`policies`.
        settings: The server, and the login of one of the group.
        domain: The domain.
        confirm: Shows what waits, and raises where it is not agreed to.

    Returns:
        Whether enough have agreed to all of it now.

    Raises:
        UsageError: See :func:`policies`.
        KeyStoreError: Nothing waits (``vault.nothing_waits``), one asked for it oneself
            (``vault.own_request``), or the login may not.
    """
    config = config_of(address, settings)
    from pseudo.keys.vault import EnvelopeStore

    # What waits is the same in both kinds of store.
    with EnvelopeStore(config) as store:
        found = [one for one in store.waiting(domain) if not one.approved]
        if not found:
            raise KeyStoreError("vault.nothing_waits", domain=domain)
        confirm(found)
        # Every one is agreed to, whatever the first says.
        answers = [store.authorize(one) for one in found]
        enough = all(answers)
    logger().info("vault.authorized", domain=domain)
    return enough


def config_of(address: str | None, settings: Settings) -> VaultConfig:
    """Put together where the server is and how to log in.

    Args:
        address: See :func:`policies`.
        settings: The server and the login.

    Raises:
        UsageError: No such key store, or no server, is named.
        KeyStoreError: See :func:`policies`.
    """
    mounts = _mounts(address, settings)
    from pseudo.keys.vault.config import VaultConfig

    return VaultConfig.of(mounts, settings)


def _mounts(address: str | None, settings: Settings) -> str:
    scheme, colon, mounts = (address or settings.keystore).partition(":")
    if not colon or scheme not in SCHEMES:
        raise UsageError("usage.no_vault_store")
    if find_spec("hvac") is None:
        raise KeyStoreError("vault.not_installed")
    return mounts
