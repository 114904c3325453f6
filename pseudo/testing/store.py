# SPDX-License-Identifier: Apache-2.0
"""A key store in memory, for tests of code that makes pseudonyms.

It is a real store: the same names are refused, the same states lead to the same errors,
and the same secret gives the same pseudonyms as in every other store. Only nothing is
kept::

    from pseudo.testing import MemoryStore

    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        ids = store.domain("projA").pseudonymize(["191212121212"])
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from pseudo.errors import KeyStoreError
from pseudo.keys import sealing
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.hierarchy import check_name, check_unclaimed, key_check_value
from pseudo.keys.lifecycle import State, require_usable
from pseudo.keys.opening import open_domain
from pseudo.keys.registry import DomainRecord, Registry
from pseudo.keys.store import (
    DomainRecords,
    Store,
    as_format,
    check_other_ledger,
    check_restorable,
)
from pseudo.pseudonym import PseudonymFormat

if TYPE_CHECKING:
    from pseudo.domain import Domain

__all__ = ["MemoryStore"]

_BEGINNING = datetime(2026, 1, 1, tzinfo=UTC)

_Place = tuple[str, int]


def _at_the_beginning() -> datetime:
    return _BEGINNING


class MemoryStore(Store):
    """A key store that lives as long as the object.

    Args:
        secrets: Secrets of exactly 32 bytes by domain and version, all active. Of
            several versions of one domain the highest is current.
        format: How the pseudonyms of these domains are written.
        kernel: Name of the kernel that its domains compute with.
        clock: Tells the time for domains; 2026-01-01 where none is given, so that a test
            gives the same records every day.

    Raises:
        KeyStoreError: A secret is not 32 bytes long, a name is not allowed, or two names
            differ only in case.
        ValueError: A version is below 1.
    """

    mode: ClassVar[str] = "memory"

    def __init__(
        self,
        secrets: Mapping[tuple[str, int], bytes] | None = None,
        *,
        format: PseudonymFormat | str = PseudonymFormat.BASE32,  # noqa: A002 - its name.
        kernel: str = "auto",
        clock: Callable[[], datetime] = _at_the_beginning,
    ) -> None:
        self._kernel = kernel
        self._clock = clock
        self._lock = threading.Lock()
        self._closed = False
        self._registry = Registry()
        self._secrets: dict[_Place, SecretKey] = {}
        self._signing = SecretKey.generate(SECRET_ACCESS)
        self._wrapping = SecretKey.generate(SECRET_ACCESS)
        self._ledger = ""
        self._take(secrets or {}, as_format(format))

    def create(
        self,
        name: str,
        format: PseudonymFormat | str = PseudonymFormat.BASE32,  # noqa: A002 - its name.
    ) -> DomainRecord:
        """Make a domain; see :meth:`pseudo.keys.store.Store.create`."""
        form = as_format(format)
        with self._open():
            self._registry.check_free(name)
            secret = SecretKey.generate(SECRET_ACCESS)
            record = DomainRecord.first(name, form, secret, self._clock())
            self._registry = self._registry.with_record(record)
            self._secrets[name, record.version] = secret
            return record

    def list(self) -> DomainRecords:
        """Return every version of every domain."""
        with self._open():
            return sorted(self._registry, key=lambda record: (record.name, record.version))

    def show(self, name: str) -> DomainRecord:
        """Return a domain's current version."""
        with self._open():
            return self._registry.one(name)

    def versions(self, name: str) -> DomainRecords:
        """Return every version of a domain."""
        with self._open():
            self._registry.one(name)
            return sorted(self._registry.versions(name), key=lambda record: record.version)

    def new_version(self, name: str) -> DomainRecord:
        """Make a new secret for a domain, which is not used yet."""
        with self._open():
            current, number = self._registry.before_new(name)
            secret = SecretKey.generate(SECRET_ACCESS)
            record = current.followed_by(number, secret, self._clock())
            self._registry = self._registry.with_record(record)
            self._secrets[name, number] = secret
            return record

    def make_current(self, name: str, version: int) -> DomainRecord:
        """Use a version from now on."""
        with self._open():
            self._registry = self._registry.with_current(name, version)
            return self._registry.one(name)

    def restore(self, versions: Sequence[tuple[DomainRecord, SecretKey]]) -> DomainRecord:
        """Take in a domain whose secrets exist already."""
        check_restorable(versions)
        name = versions[0][0].name
        with self._open():
            self._registry.check_free(name)
            for record, secret in versions:
                copied = SecretKey.from_bytes(secret.reveal(SECRET_ACCESS), SECRET_ACCESS)
                self._registry = self._registry.with_record(replace(record, state=State.ACTIVE))
                self._secrets[name, record.version] = copied
            return self._registry.one(name)

    def freeze(self, name: str) -> DomainRecord:
        """Freeze a domain."""
        return self._move(name, State.FROZEN)

    def activate(self, name: str) -> DomainRecord:
        """Make a frozen domain usable again."""
        return self._move(name, State.ACTIVE)

    def destroy(self, name: str) -> DomainRecord:
        """Destroy a domain's secrets; its name cannot be used again."""
        return self._move(name, State.DESTROYED)

    def domain(self, name: str, version: int | None = None) -> Domain:
        """Open a domain; see :meth:`pseudo.keys.store.Store.domain`."""
        with self._open():
            record = self._registry.one(name, version)
            require_usable(record.state, name)
            secret = self._secrets[record.name, record.version]
            return open_domain(record, secret, self._kernel, self.mode)

    def sign(self, payload: bytes) -> bytes:
        """Sign with a key that was made with this object."""
        with self._open():
            return sealing.sign(self._signing, payload)

    def public_key(self) -> bytes:
        """Return the public half of that key."""
        with self._open():
            return sealing.public_key(self._signing)

    def ledger(self) -> str:
        """Return the name of the ledger that goes with this object."""
        with self._open():
            return self._ledger

    def keep_ledger(self, name: str, *, instead_of: str = "") -> None:
        """Remember a ledger; see :meth:`pseudo.keys.store.Store.keep_ledger`."""
        with self._open():
            check_other_ledger(self._ledger, name, instead_of)
            self._ledger = name

    def data_key(self) -> tuple[SecretKey, bytes]:
        """Make a key for data on disk, which only this object can unwrap again."""
        with self._open():
            return sealing.new_data_key(self._wrapping)

    def unwrap_data_key(self, wrapped: bytes) -> SecretKey:
        """Get back a data key."""
        with self._open():
            return sealing.open_data_key(self._wrapping, wrapped)

    def close(self) -> None:
        """Forget the keys. May be called twice."""
        with self._lock:
            self._closed = True
            for secret in (*self._secrets.values(), self._signing, self._wrapping):
                secret.wipe()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'closed' if self._closed else 'open'}>"

    def _take(self, secrets: Mapping[_Place, bytes], form: PseudonymFormat) -> None:
        newest: dict[str, int] = {}
        for name, version in sorted(secrets):
            check_name(name)
            check_unclaimed(name, newest)
            newest[name] = version
        for (name, version), material in secrets.items():
            secret = SecretKey.from_bytes(material, SECRET_ACCESS)
            record = DomainRecord(
                name=name,
                version=version,
                state=State.ACTIVE,
                format=form,
                kcv=key_check_value(secret, name, version),
                created=self._clock().replace(microsecond=0),
                current=newest[name] == version,
            )
            self._registry = self._registry.with_record(record)
            self._secrets[name, version] = secret

    def _move(self, name: str, to: State) -> DomainRecord:
        with self._open():
            self._registry = self._registry.moved(name, to)
            for record in self._registry.versions(name):
                if record.state is State.DESTROYED and (name, record.version) in self._secrets:
                    self._secrets.pop((name, record.version)).wipe()
            return self._registry.one(name)

    @contextmanager
    def _open(self) -> Iterator[None]:
        with self._lock:
            if self._closed:
                raise KeyStoreError("keys.store_closed")
            yield
