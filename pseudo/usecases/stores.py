# SPDX-License-Identifier: Apache-2.0
"""Open the key store that an order or the settings name, with its passphrase.

The passphrase comes from the file that PSEUDO_PASSPHRASE_FILE names, else from whoever
can be asked. Nobody is asked in vain: a store that could not be opened anyhow says so
first.
"""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import Protocol

from pseudo.errors import KeyStoreError, UsageError
from pseudo.keys import Store, open_store
from pseudo.keys.files import same_file_path
from pseudo.safe import safe_text
from pseudo.settings import Settings

__all__ = ["Ask", "Warn", "local_path", "open_keystore", "read_passphrase"]

_LARGEST = 64 * 1024


class Ask(Protocol):
    """Whoever can be asked for a passphrase."""

    def __call__(self, address: str, *, new: bool) -> bytes:
        """Ask for the passphrase of a key store.

        Args:
            address: The key store, as it may be shown.
            new: Whether it is to be made, with this passphrase.
        """


class Warn(Protocol):
    """Whoever wants to know what is odd."""

    def __call__(self, code: str, **params: int | str) -> None:
        """Take note of a code of the text catalogue and what its sentence is filled with."""


def open_keystore(
    address: str | None,
    settings: Settings,
    *,
    ask: Ask | None,
    warn: Warn,
    create: bool = False,
) -> Store:
    """Open a key store.

    Args:
        address: ``local:PATH`` or ``vault:KV-MOUNT/TRANSIT-MOUNT``; the settings' where none
            is given.
        settings: Key store, passphrase file, kernel, and the server.
        ask: Asked for the passphrase where no file is set; None where nobody can be.
        warn: Told that others can get at the passphrase file.
        create: Make the key file where there is none; its folder must exist.

    Raises:
        UsageError: No key store is named (``usage.no_keystore``), or the passphrase file
            cannot be read (``usage.passphrase_file``).
        KeyStoreError: The store cannot be opened; ``keys.passphrase_missing`` where there
            is neither file nor person.
        ResourceError: The disk is full or the memory too small.
    """
    address = address or settings.keystore
    if not address:
        raise UsageError("usage.no_keystore")
    path = local_path(address)
    if path is None:
        # A server's store has no passphrase: the login stands in the settings.
        return open_store(address, kernel=settings.kernel, settings=settings)
    new = create and path is not None and not path.exists()
    if new and path is not None and not path.parent.is_dir():
        raise KeyStoreError("keys.folder_missing", path=str(path))
    if not new:
        _only_the_passphrase_lacks(address, settings.kernel)
    if settings.passphrase_file:
        passphrase = read_passphrase(settings.passphrase_file, warn)
    elif ask is not None:
        passphrase = ask(safe_text(address), new=new)
    else:
        raise KeyStoreError("keys.passphrase_missing")
    return open_store(address, passphrase=passphrase, kernel=settings.kernel, create=create)


def local_path(address: str) -> Path | None:
    """Return the key file that an address names; None for another kind of store."""
    scheme, _, path = address.partition(":")
    return same_file_path(path) if scheme == "local" and path else None


def read_passphrase(path: str, warn: Warn) -> bytes:
    """Read a passphrase file, without one trailing line break.

    Args:
        path: The file; ``~`` is the user's home. It may be a pipe.
        warn: Told that others can read or write it.

    Raises:
        UsageError: It cannot be read, or is larger than 64 KiB.
    """
    content = b""
    mode = 0
    try:
        with Path(path).expanduser().open("rb") as file:
            mode = os.fstat(file.fileno()).st_mode
            content = file.read(_LARGEST + 1)
        failed = len(content) > _LARGEST
    except (OSError, ValueError, RuntimeError):
        failed = True
    if failed:
        raise UsageError("usage.passphrase_file")
    if stat.S_ISREG(mode) and mode & (stat.S_IRWXG | stat.S_IRWXO):
        warn("keys.passphrase_file_open")
    return content.removesuffix(b"\n").removesuffix(b"\r") if content.endswith(b"\n") else content


def _only_the_passphrase_lacks(address: str, kernel: str) -> None:
    """Make sure that nothing but the passphrase keeps a store from being opened."""
    failure: KeyStoreError | None = None
    try:
        open_store(address, kernel=kernel).close()
    except KeyStoreError as error:
        failure = error
    if failure is not None and failure.code != "keys.passphrase_missing":
        raise failure
