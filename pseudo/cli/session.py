# SPDX-License-Identifier: Apache-2.0
"""What a command needs before it begins: settings, logs and the key store."""

from __future__ import annotations

import ctypes
import resource
import sys
from contextlib import suppress
from typing import TYPE_CHECKING

from pseudo.cli.terminal import ask_hidden, can_ask, say, warn
from pseudo.errors import KeyStoreError, UsageError

if TYPE_CHECKING:
    from pseudo.keys import Store
    from pseudo.settings import Settings

__all__ = ["begin", "open_store", "own_store"]

_PR_SET_DUMPABLE = 4


def begin() -> Settings:
    """Read the settings and send events where they say.

    Raises:
        UsageError: A setting has a value that it cannot have.
    """
    from pseudo import logs
    from pseudo.settings import load_settings

    settings = load_settings()
    logs.configure(settings.log)
    logs.install_hooks()
    _leave_no_dump()
    return settings


def _leave_no_dump() -> None:
    """See that a crash leaves no copy of keys and rows on the disk."""
    with suppress(OSError, ValueError):
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def open_store(settings: Settings, address: str | None, *, create: bool = False) -> Store:
    """Open the key store that the order or the settings name.

    Args:
        settings: From :func:`begin`.
        address: What ``--keystore`` said.
        create: Make the key file where there is none.

    Raises:
        UsageError: No key store is named.
        KeyStoreError: It cannot be opened, or there is nobody to ask for its passphrase.
    """
    from pseudo.usecases.stores import open_keystore

    asker = _passphrase if can_ask() else None
    return open_keystore(address, settings, ask=asker, warn=warn, create=create)


def own_store(settings: Settings, address: str, *, create: bool = False) -> Store:
    """Open the key file of a person who signs, with that person's own passphrase.

    Args:
        settings: From :func:`begin`.
        address: ``local:PATH``.
        create: Make the key file where there is none.

    Raises:
        UsageError: It is no key file (``usage.person_key``).
        KeyStoreError: It cannot be opened, or there is nobody to ask for its passphrase.
    """
    from pseudo.usecases.stores import local_path

    if local_path(address) is None:
        raise UsageError("usage.person_key")
    update = {"passphrase_file": settings.custodian_passphrase_file}
    return open_store(settings.model_copy(update=update), address, create=create)


def _passphrase(address: str, *, new: bool) -> bytes:
    if not new:
        return ask_hidden(f"Passphrase of {address}: ")
    say(f"{address} does not exist and will be made.")
    first = ask_hidden("New passphrase: ")
    if first and ask_hidden("The same again: ") != first:
        raise KeyStoreError("keys.passphrases_differ")
    return first
