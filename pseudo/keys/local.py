# SPDX-License-Identifier: Apache-2.0
"""The local key store: one encrypted file, one person, no server.

It suits a first run and small work. Whoever has the file and the passphrase has every
secret, a copied file is a copy of the keys, and a passphrase can be guessed for as long
as somebody cares to; where that is too little there are stores with a server.

Every operation reads the file again, so a domain that another process froze is frozen
here too, at once.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar

from pseudo.errors import KeyStoreError
from pseudo.keys import sealing
from pseudo.keys.document import LARGEST, Document, read_document
from pseudo.keys.filekeys import FileKeys, Header
from pseudo.keys.files import exclusive, read_private, replace_private, same_file_path
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.keyfile import (
    SIGNING,
    WRAPPING,
    Contents,
    read_contents,
    read_header,
    write_contents,
)
from pseudo.keys.lifecycle import State, require_usable
from pseudo.keys.opening import open_domain
from pseudo.keys.registry import DomainRecord
from pseudo.keys.scrypt import OWASP_2023, TESTING, ScryptProfile, check_cost, passphrase_bytes
from pseudo.keys.store import (
    DomainRecords,
    Escrowed,
    Store,
    as_format,
    check_other_ledger,
    check_restorable,
    utc_now,
)
from pseudo.pseudonym import PseudonymFormat

if TYPE_CHECKING:
    from pseudo.domain import Domain

__all__ = ["LocalStore"]


class LocalStore(Store):
    """An encrypted key file that is open. Make one with :meth:`open`."""

    mode: ClassVar[str] = "local"

    def __init__(
        self, path: Path, keys: FileKeys, *, kernel: str, clock: Callable[[], datetime]
    ) -> None:
        self._path = path
        self._keys: FileKeys | None = keys
        self._kernel = kernel
        self._clock = clock

    @classmethod
    def open(
        cls,
        path: str | os.PathLike[str],
        passphrase: str | bytes | None,
        *,
        create: bool = False,
        kernel: str = "auto",
        profile: ScryptProfile = OWASP_2023,
        clock: Callable[[], datetime] = utc_now,
    ) -> LocalStore:
        """Open a key file, or make it.

        Args:
            path: The file; its folder must exist. ``~`` is the user's home.
            passphrase: Text, or bytes that are UTF-8 text; nothing is stripped.
            create: Make the file where there is none.
            kernel: Name of the kernel that its domains compute with.
            profile: How costly guessing shall be, where the file is made here; a file
                that exists says so itself. Only with ``TESTING`` do files open whose
                costs protect nothing.
            clock: Tells the time for new domains, with a time zone.

        Raises:
            KeyStoreError: The file is missing, not one of ours, newer, damaged, changed,
                readable by others or cannot be read; or the passphrase is missing,
                empty, no text or wrong. Each has its own code.
            ResourceError: The disk is full or the memory too small.
        """
        place = same_file_path(path)
        weak_allowed = profile == TESTING
        made = _made(place, passphrase, profile) if create else None
        if made is not None:
            return cls(place, made, kernel=kernel, clock=clock)
        document = _document(place)
        header = read_header(document, str(place))
        check_cost(header.cost, weak_allowed=weak_allowed)
        keys = FileKeys(passphrase_bytes(passphrase), header)
        read_contents(document, keys, str(place))
        return cls(place, keys, kernel=kernel, clock=clock)

    def create(
        self,
        name: str,
        format: PseudonymFormat | str = PseudonymFormat.BASE32,  # noqa: A002 - its name.
    ) -> DomainRecord:
        """Make a domain; see :meth:`Store.create`."""
        form = as_format(format)
        with self._editing() as (contents, keys):
            contents.registry.check_free(name)
            secret = SecretKey.generate(SECRET_ACCESS)
            record = DomainRecord.first(name, form, secret, self._clock())
            self._write(contents.with_domain(record, secret, keys), keys)
            secret.wipe()
            return record

    def list(self) -> DomainRecords:
        """Return every version of every domain; see :meth:`Store.list`."""
        registry = self._read()[0].registry
        return sorted(registry, key=lambda record: (record.name, record.version))

    def show(self, name: str) -> DomainRecord:
        """Return a domain's current version; see :meth:`Store.show`."""
        return self._read()[0].registry.one(name)

    def versions(self, name: str) -> DomainRecords:
        """Return every version of a domain; see :meth:`Store.versions`."""
        registry = self._read()[0].registry
        registry.one(name)
        return sorted(registry.versions(name), key=lambda record: record.version)

    def new_version(self, name: str) -> DomainRecord:
        """Make a new secret for a domain; see :meth:`Store.new_version`."""
        with self._editing() as (contents, keys):
            current, number = contents.registry.before_new(name)
            secret = SecretKey.generate(SECRET_ACCESS)
            record = current.followed_by(number, secret, self._clock())
            self._write(contents.with_domain(record, secret, keys), keys)
            secret.wipe()
            return record

    def make_current(self, name: str, version: int) -> DomainRecord:
        """Use a version from now on; see :meth:`Store.make_current`."""
        with self._editing() as (contents, keys):
            registry = contents.registry.with_current(name, version)
            if registry != contents.registry:
                self._write(contents.with_registry(registry, keys), keys)
            return registry.one(name)

    def restore(self, versions: Sequence[tuple[DomainRecord, SecretKey]]) -> DomainRecord:
        """Take in a domain whose secrets exist already; see :meth:`Store.restore`."""
        check_restorable(versions)
        name = versions[0][0].name
        with self._editing() as (contents, keys):
            contents.registry.check_free(name)
            for record, secret in versions:
                taken = replace(record, state=State.ACTIVE)
                contents = contents.with_domain(taken, secret, keys)  # noqa: PLW2901
            self._write(contents, keys)
            return contents.registry.one(name)

    def escrow(self, name: str) -> Escrowed:
        """Give the secrets of a domain out; see :meth:`Store.escrow`."""
        contents, keys = self._read()
        contents.registry.one(name)
        living = [
            record
            for record in contents.registry.versions(name)
            if record.state is not State.DESTROYED
        ]
        if not living:
            raise KeyStoreError("keys.destroyed", domain=name)
        return [(record, contents.secret(record, keys)) for record in living]

    def freeze(self, name: str) -> DomainRecord:
        """Freeze a domain; see :meth:`Store.freeze`."""
        return self._move(name, State.FROZEN)

    def activate(self, name: str) -> DomainRecord:
        """Make a frozen domain usable again; see :meth:`Store.activate`."""
        return self._move(name, State.ACTIVE)

    def destroy(self, name: str) -> DomainRecord:
        """Destroy a domain for ever; see :meth:`Store.destroy`."""
        return self._move(name, State.DESTROYED)

    def domain(self, name: str, version: int | None = None) -> Domain:
        """Open a domain; see :meth:`Store.domain`."""
        contents, keys = self._read()
        record = contents.registry.one(name, version)
        require_usable(record.state, name)
        secret = contents.secret(record, keys)
        try:
            return open_domain(record, secret, self._kernel, self.mode)
        finally:
            secret.wipe()

    def sign(self, payload: bytes) -> bytes:
        """Sign with the key in the file; see :meth:`Store.sign`."""
        with self._own(SIGNING) as seed:
            return sealing.sign(seed, payload)

    def public_key(self) -> bytes:
        """Return the public half of the key in the file; see :meth:`Store.public_key`."""
        with self._own(SIGNING) as seed:
            return sealing.public_key(seed)

    def ledger(self) -> str:
        """Return the name of the store's ledger; see :meth:`Store.ledger`."""
        return self._read()[0].ledger

    def keep_ledger(self, name: str, *, instead_of: str = "") -> None:
        """Remember the store's ledger; see :meth:`Store.keep_ledger`."""
        with self._editing() as (contents, keys):
            check_other_ledger(contents.ledger, name, instead_of)
            if contents.ledger != name:
                self._write(replace(contents, ledger=name), keys)

    def data_key(self) -> tuple[SecretKey, bytes]:
        """Make a key for data on disk; see :meth:`Store.data_key`."""
        with self._own(WRAPPING) as wrapping:
            return sealing.new_data_key(wrapping)

    def unwrap_data_key(self, wrapped: bytes) -> SecretKey:
        """Get back a data key; see :meth:`Store.unwrap_data_key`."""
        with self._own(WRAPPING) as wrapping:
            return sealing.open_data_key(wrapping, wrapped)

    def close(self) -> None:
        """Forget the file's keys. May be called twice."""
        keys, self._keys = self._keys, None
        if keys is not None:
            keys.wipe()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'closed' if self._keys is None else 'open'}>"

    def _read(self) -> tuple[Contents, FileKeys]:
        keys = self._keys
        if keys is None:
            raise KeyStoreError("keys.store_closed")
        document = _document(self._path)
        if read_header(document, str(self._path)) != keys.header:
            raise KeyStoreError("keys.replaced", path=str(self._path))
        return read_contents(document, keys, str(self._path)), keys

    @contextmanager
    def _editing(self) -> Iterator[tuple[Contents, FileKeys]]:
        if self._keys is None:
            raise KeyStoreError("keys.store_closed")
        with exclusive(self._path):
            yield self._read()

    @contextmanager
    def _own(self, purpose: str) -> Iterator[SecretKey]:
        contents, keys = self._read()
        secret = contents.own_secret(purpose, keys)
        try:
            yield secret
        finally:
            secret.wipe()

    def _move(self, name: str, to: State) -> DomainRecord:
        with self._editing() as (contents, keys):
            registry = contents.registry.moved(name, to)
            if registry != contents.registry:
                self._write(contents.with_registry(registry, keys), keys)
            return registry.one(name)

    def _write(self, contents: Contents, keys: FileKeys) -> None:
        replace_private(self._path, write_contents(contents, keys))


def _document(path: Path) -> Document:
    return read_document(read_private(path, LARGEST), str(path))


def _made(path: Path, passphrase: str | bytes | None, profile: ScryptProfile) -> FileKeys | None:
    """Make a key file where there is none; None where there is one."""
    # Unlike Path's, this exists does not raise where a folder may not be looked into.
    if os.path.exists(path):  # noqa: PTH110
        return None
    phrase = passphrase_bytes(passphrase)
    check_cost(profile, weak_allowed=profile == TESTING)
    with exclusive(path):
        # Another process may have made it while this one waited for the lock.
        if os.path.exists(path):  # noqa: PTH110
            return None
        keys = FileKeys(phrase, Header.new(profile))
        replace_private(path, write_contents(Contents.new(keys), keys))
        return keys
