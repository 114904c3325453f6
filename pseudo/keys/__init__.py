# SPDX-License-Identifier: Apache-2.0
"""Keys: domains' secrets, where they are kept, and what may be done with them.

::

    handle      SecretKey: 32 bytes that are not shown
    hierarchy   what is derived from a domain's secret: HKDF purposes, check value, key id
    lifecycle   created, active, frozen, destroyed
    registry    what a store knows of its domains, without their secrets
    store       the port: what every key store does
    local       the encrypted key file (keyfile, filekeys, entries, document: its
                contents; files: the disk; scrypt: the passphrase)
    sealing     keys encrypted with keys, and signatures

The first four and ``sealing`` do no I/O.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from pseudo.errors import KeyStoreError
from pseudo.keys.handle import SECRET_ACCESS, SecretAccess, SecretKey
from pseudo.keys.lifecycle import State
from pseudo.keys.registry import DomainRecord
from pseudo.keys.scrypt import OWASP_2023, PERCIVAL_2009, TESTING, ScryptProfile
from pseudo.keys.store import Store

if TYPE_CHECKING:
    from pseudo.settings import Settings

__all__ = [
    "OWASP_2023",
    "PERCIVAL_2009",
    "SECRET_ACCESS",
    "TESTING",
    "DomainRecord",
    "ScryptProfile",
    "SecretAccess",
    "SecretKey",
    "State",
    "Store",
    "open_store",
]

_SCHEME = re.compile(r"[a-z][a-z-]{0,31}")


def open_store(
    url: str,
    *,
    passphrase: str | bytes | None = None,
    kernel: str = "auto",
    create: bool = False,
    profile: ScryptProfile = OWASP_2023,
    settings: Settings | None = None,
) -> Store:
    """Open a key store.

    Args:
        url: ``local:PATH``, an encrypted key file; ``vault:KV-MOUNT/TRANSIT-MOUNT``, a
            server whose address and login the settings say; or
            ``vault-remote:KV-MOUNT/TRANSIT-MOUNT``, the same where no key leaves it.
        passphrase: What the file is encrypted with; text, or bytes that are UTF-8 text.
        kernel: Name of the kernel that the store's domains compute with.
        create: Make the file where there is none.
        profile: How costly guessing the passphrase shall be where the file is made here.
        settings: What says where the server is and how to log in; the environment's where
            none are given.

    Returns:
        The open store, a context manager.

    Raises:
        KeyStoreError: There is no such kind of store (``keys.unknown_store``), no path is
            given (``keys.no_path``), or it cannot be opened:
            see :meth:`pseudo.keys.local.LocalStore.open`.
        ResourceError: The disk is full or the memory too small.
    """
    scheme, colon, path = url.partition(":")
    if colon and scheme in ("vault", "vault-remote"):
        return _vault(scheme, path, kernel, settings)
    if not colon or scheme != "local":
        # Only the scheme is shown: the rest of an address can hold a password.
        shown = scheme if colon and _SCHEME.fullmatch(scheme) else "?"
        raise KeyStoreError("keys.unknown_store", scheme=shown)
    if not path:
        raise KeyStoreError("keys.no_path")
    from pseudo.keys.local import LocalStore

    return LocalStore.open(path, passphrase, create=create, kernel=kernel, profile=profile)


def _vault(mode: str, mounts: str, kernel: str, settings: Settings | None) -> Store:
    """Open the server's store, with what the settings say of the server."""
    installed = True
    try:
        from pseudo.keys.vault import EnvelopeStore, RemoteStore, VaultConfig
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("hvac", "requests", "urllib3"):
            raise
        installed = False
    if not installed:
        raise KeyStoreError("vault.not_installed")
    if settings is None:
        from pseudo.settings import load_settings

        settings = load_settings()
    kind = RemoteStore if mode == RemoteStore.mode else EnvelopeStore
    return kind(VaultConfig.of(mounts, settings), kernel=kernel)
