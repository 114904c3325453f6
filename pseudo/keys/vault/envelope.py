# SPDX-License-Identifier: Apache-2.0
"""The store of the normal case: secrets wrapped by transit, unwrapped once a batch.

A domain's secret is born in transit, so whoever makes the domain never sees it, and is kept
in KV only as ciphertext. A worker unwraps it, checks that it is the one whose check value was
noted, and computes from then on by itself: a server that is sealed meanwhile, or a token that
ends, does not matter to a batch that has begun.

State is where the server has it: a secret without check value is ``created``, with one
``active``; a deleted one, which can be undone, is ``frozen``; and of a destroyed one a
tombstone is left, written when its wrapping key was gone.
"""

from __future__ import annotations

import base64
import builtins
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from pseudo.errors import KeyStoreError
from pseudo.framing import lp
from pseudo.keys.handle import SecretKey
from pseudo.keys.hierarchy import NAME, check_name, check_unclaimed, key_check_value
from pseudo.keys.lifecycle import State, advance, require_usable
from pseudo.keys.opening import open_domain
from pseudo.keys.registry import DomainRecord, Registry
from pseudo.keys.store import (
    DomainRecords,
    Store,
    as_format,
    check_other_ledger,
    check_restorable,
    utc_now,
)
from pseudo.keys.vault import documents, places
from pseudo.keys.vault.config import VaultConfig
from pseudo.keys.vault.secrets import Kv, Transit
from pseudo.keys.vault.session import Session
from pseudo.pseudonym import PseudonymFormat

if TYPE_CHECKING:
    from pseudo.domain import Domain

__all__ = ["EnvelopeStore"]

_DATA_CONTEXT = base64.b64encode(lp("pseudo/v1", "data")).decode()


class EnvelopeStore(Store):
    """A server's KV and transit engines as a key store.

    What may be done depends on the role that the login has; what it may not do is told as
    ``vault.denied``.

    Args:
        config: The server.
        kernel: Name of the kernel that domains compute with.
        clock: Tells the time for new domains, with a time zone.

    Raises:
        KeyStoreError: It cannot be reached or does not let us in; see
            :class:`pseudo.keys.vault.session.Session`.
    """

    mode: ClassVar[str] = "vault"

    def __init__(
        self,
        config: VaultConfig,
        *,
        kernel: str = "auto",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        self._kernel = kernel
        self._clock = clock
        self._session = Session(config)
        self._kv = Kv(self._session)
        self._transit = Transit(self._session)

    def create(
        self,
        name: str,
        format: PseudonymFormat | str = PseudonymFormat.BASE32,  # noqa: A002 - its name.
    ) -> DomainRecord:
        """Make a domain, whose secret nobody sees before it is used; see :meth:`Store.create`.

        Returns:
            Version 1, in the state ``created``: whoever unwraps it first fixes its check value.
        """
        form = as_format(format)
        check_name(name)
        self._claim(name)
        record = self._made(name, 1, form)
        if not self._born(record):
            raise KeyStoreError("keys.domain_exists", domain=name)
        return record

    def new_version(self, name: str) -> DomainRecord:
        """Make a new secret for a domain; see :meth:`Store.new_version`.

        Returns:
            The version, in the state ``created``.
        """
        current, number = self._registry(name).before_new(name)
        record = replace(self._made(name, number, current.format), current=False)
        if not self._born(record):
            raise KeyStoreError("vault.conflict", what=places.secret_of(name, number))
        return record

    def make_current(self, name: str, version: int) -> DomainRecord:
        """Use a version from now on; see :meth:`Store.make_current`."""
        self._registry(name).with_current(name, version)
        path = places.current_of(name)
        held = self._kv.held(path)
        document = {"version": version}
        if not self._kv.write_once(path, document, after=held.version if held else 0):
            raise KeyStoreError("vault.conflict", what=path)
        return self._one(name)

    def restore(self, versions: Sequence[tuple[DomainRecord, SecretKey]]) -> DomainRecord:
        """Wrap secrets that exist already; see :meth:`Store.restore`.

        No role may do it: it takes an administrator's login, and whoever does it has seen
        the secrets.
        """
        check_restorable(versions)
        name = versions[0][0].name
        check_name(name)
        self._claim(name)
        for record, secret in versions:
            key, context = self._key_of(record)
            self._transit.make_key(key)
            wrapped = self._transit.wrap(key, context, secret)
            if not self._kept(record, wrapped):
                raise KeyStoreError("keys.domain_exists", domain=name)
            self._note_check_value(record, record.kcv)
        (current,) = (record.version for record, _ in versions if record.current)
        return self.make_current(name, current)

    def rewrap(self, name: str) -> DomainRecord:
        """Turn the wrapping keys and wrap the secrets anew; see :meth:`Store.rewrap`."""
        for record in self._living(name):
            if record.state is State.FROZEN:
                raise KeyStoreError("keys.frozen", domain=name)
            key, context = self._key_of(record)
            path = places.secret_of(name, record.version)
            held, document = self._kv.held(path), self._kv.read(path)
            if held is None or document is None:
                raise KeyStoreError("vault.conflict", what=path)
            newest = self._transit.rotate(key)
            wrapped = self._transit.rewrap(
                key, context, documents.read_secret(document, name, record.version)[1]
            )
            anew = documents.secret_document(record, wrapped)
            if not self._kv.write_once(path, anew, after=held.version):
                raise KeyStoreError("vault.conflict", what=path)
            self._transit.forget_before(key, newest)
        return self._one(name)

    def list(self) -> DomainRecords:
        """Return every version of every domain; see :meth:`Store.list`."""
        names = [name.removesuffix("/") for name in self._kv.names() if name.endswith("/")]
        found = (self._versions(name) for name in sorted(names) if NAME.fullmatch(name))
        return [record for records in found for record in records]

    def show(self, name: str) -> DomainRecord:
        """Return a domain's current version; see :meth:`Store.show`."""
        return self._one(name)

    def versions(self, name: str) -> DomainRecords:
        """Return every version of a domain; see :meth:`Store.versions`."""
        self._one(name)
        return self._versions(name)

    def freeze(self, name: str) -> DomainRecord:
        """Freeze a domain; see :meth:`Store.freeze`."""
        for record in self._living(name):
            advance(record.state, State.FROZEN, name)
            if record.state is not State.FROZEN:
                self._hide(record)
        return self._one(name)

    def activate(self, name: str) -> DomainRecord:
        """Make a frozen domain usable again, or a new one for the first time.

        See :meth:`Store.activate`. For the first time, its secret is unwrapped.
        """
        for record in self._living(name):
            advance(record.state, State.ACTIVE, name)
            if record.state is State.FROZEN:
                self._show_again(record)
            elif record.state is State.CREATED:
                self._fix_check_value(record)
        return self._one(name)

    def destroy(self, name: str) -> DomainRecord:
        """Destroy a domain's secrets; see :meth:`Store.destroy`.

        What was cut off in the middle is gone on with. Snapshots of the server's storage are
        not reached.
        """
        for record in self._living(name):
            path = places.secret_of(name, record.version)
            if record.state is not State.FROZEN:
                self._hide(record)
            key = places.key_of(name, record.version)
            if self._transit.has_key(key):
                self._transit.delete_key(key)
            if self._transit.has_key(key):
                raise KeyStoreError("vault.key_still_there", what=key)
            tombstone = documents.tombstone_document(record, self._clock())
            gone = places.tombstone_of(name, record.version)
            if not self._kv.write_once(gone, tombstone) and self._kv.read(gone) is None:
                raise KeyStoreError("vault.conflict", what=gone)
            self._kv.erase(path)
        return self._one(name)

    def domain(self, name: str, version: int | None = None) -> Domain:
        """Unwrap a domain's secret and open it; see :meth:`Store.domain`."""
        record = self._one(name, version)
        if record.state is State.CREATED:
            record = self._fix_check_value(record)
        require_usable(record.state, name)
        secret = self._unwrapped(record)
        try:
            return open_domain(record, secret, self._kernel, self.mode)
        finally:
            secret.wipe()

    def sign(self, payload: bytes) -> bytes:
        """Sign with the server's key; see :meth:`Store.sign`."""
        return self._transit.sign(places.SIGNING, payload)

    def public_key(self) -> bytes:
        """Return the public half of that key; see :meth:`Store.public_key`."""
        return self._transit.public_key(places.SIGNING)

    def ledger(self) -> str:
        """Return the name of the store's ledger; see :meth:`Store.ledger`."""
        return str((self._kv.read(places.LEDGER) or {}).get("name", ""))

    def keep_ledger(self, name: str, *, instead_of: str = "") -> None:
        """Remember the store's ledger; see :meth:`Store.keep_ledger`."""
        held = self._kv.held(places.LEDGER)
        kept = self.ledger()
        check_other_ledger(kept, name, instead_of)
        after = held.version if held else 0
        if kept != name and not self._kv.write_once(places.LEDGER, {"name": name}, after=after):
            raise KeyStoreError("keys.other_ledger", ledger=self.ledger())

    def data_key(self) -> tuple[SecretKey, bytes]:
        """Make a key for data on disk; see :meth:`Store.data_key`."""
        return self._transit.new_data_key(places.DATA, _DATA_CONTEXT)

    def unwrap_data_key(self, wrapped: bytes) -> SecretKey:
        """Get back a data key; see :meth:`Store.unwrap_data_key`."""
        failed = not wrapped.isascii()
        try:
            if not failed:
                return self._transit.unwrap(places.DATA, _DATA_CONTEXT, wrapped.decode("ascii"))
        except KeyStoreError as error:
            if error.code not in ("vault.refused", "keys.secret_size"):
                raise
        raise KeyStoreError("keys.bad_data_key")

    def close(self) -> None:
        """Let go of the server. May be called twice."""
        self._session.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._session!r}>"

    def _claim(self, name: str) -> None:
        """Take a name for ever, if nobody has it in any case."""
        path = f"{places.NAMES}/{name.lower()}"
        if self._kv.write_once(path, {"name": name}):
            # Whoever was cut off before the secret was written may begin again.
            Registry(tuple(self._versions(name))).check_free(name)
            return
        taken = self._kv.read(path) or {}
        check_unclaimed(name, [str(taken.get("name", ""))])
        raise KeyStoreError("keys.domain_exists", domain=name)

    def _made(self, name: str, version: int, form: PseudonymFormat) -> DomainRecord:
        now = self._clock().replace(microsecond=0)
        return DomainRecord(name, version, State.CREATED, form, "", now)

    def _born(self, record: DomainRecord) -> bool:
        """Let a secret be born wrapped and keep it, unless there is one already."""
        key, context = self._key_of(record)
        self._transit.make_key(key)
        return self._kept(record, self._transit.new_wrapped(key, context))

    def _kept(self, record: DomainRecord, wrapped: str) -> bool:
        """Keep a wrapped secret, unless there is one already."""
        path = places.secret_of(record.name, record.version)
        if not self._kv.write_once(path, documents.secret_document(record, wrapped)):
            return False
        self._kv.describe(path, documents.described(record))
        return True

    def _key_of(self, record: DomainRecord) -> tuple[str, str]:
        """Give the key that wraps a version's secret, and the context that ties it there."""
        place = record.name, record.version
        return places.key_of(*place), places.context_of(*place)

    def _registry(self, name: str) -> Registry:
        return Registry(tuple(self._versions(name) if NAME.fullmatch(name) else []))

    def _one(self, name: str, version: int | None = None) -> DomainRecord:
        return self._registry(name).one(name, version)

    def _living(self, name: str) -> builtins.list[DomainRecord]:
        self._one(name)
        living = [one for one in self._versions(name) if one.state is not State.DESTROYED]
        if not living:
            raise KeyStoreError("keys.destroyed", domain=name)
        return living

    def _versions(self, name: str) -> builtins.list[DomainRecord]:
        """Read what is known of every version of a domain."""
        names = self._kv.names(f"{name}/")
        current = self._current(name) if "current" in names else 1
        found = (
            self._record(name, version, names, current=version == current)
            for version in places.versions_in(names)
        )
        return [record for record in found if record is not None]

    def _current(self, name: str) -> int:
        said = (self._kv.read(places.current_of(name)) or {}).get("version")
        if type(said) is not int or said < 1:
            raise KeyStoreError("vault.bad_document", domain=name, version=0)
        return said

    def _record(
        self, name: str, version: int, names: builtins.list[str], *, current: bool
    ) -> DomainRecord | None:
        """Read what is known of a version; None where its making was cut off."""
        if f"v{version}.gone" in names:
            said = self._kv.read(places.tombstone_of(name, version))
            if said is None:
                raise KeyStoreError("vault.bad_document", domain=name, version=version)
            return replace(documents.read_tombstone(said, name, version), current=current)
        path = places.secret_of(name, version)
        document = self._kv.read(path)
        if document is not None:
            record = documents.read_secret(document, name, version)[0]
        else:
            held = self._kv.held(path)
            if held is None or not held.version:
                return None
            record = documents.read_described(held.custom, name, version)
        noted = None
        if f"v{version}.kcv" in names:
            noted = self._kv.read(places.check_value_of(name, version))
        if noted is not None:
            record = documents.read_check_value(noted, record)
        state = record.state if document is not None else State.FROZEN
        return replace(record, state=state, current=current)

    def _hide(self, record: DomainRecord) -> None:
        """Delete a secret so that it can be undone, and what is known of it stays."""
        path = places.secret_of(record.name, record.version)
        self._kv.describe(path, documents.described(record))
        self._kv.delete(path)

    def _show_again(self, record: DomainRecord) -> None:
        path = places.secret_of(record.name, record.version)
        held = self._kv.held(path)
        if held is not None and held.deleted:
            self._kv.undelete(path, held.version)

    def _fix_check_value(self, record: DomainRecord) -> DomainRecord:
        """Note the check value of a secret that is unwrapped for the first time."""
        secret = self._unwrapped(record)
        kcv = key_check_value(secret, record.name, record.version)
        secret.wipe()
        return self._note_check_value(record, kcv)

    def _note_check_value(self, record: DomainRecord, kcv: str) -> DomainRecord:
        path = places.check_value_of(record.name, record.version)
        document = documents.check_value_document(record.name, record.version, kcv)
        if not self._kv.write_once(path, document):
            raise KeyStoreError("keys.kcv_mismatch", domain=record.name, version=record.version)
        return documents.read_check_value(document, record)

    def _unwrapped(self, record: DomainRecord) -> SecretKey:
        """Unwrap a secret; the caller wipes it."""
        name, version = record.name, record.version
        document = self._kv.read(places.secret_of(name, version))
        if document is None:
            raise KeyStoreError("keys.frozen", domain=name)
        wrapped = documents.read_secret(document, name, version)[1]
        refused = False
        try:
            return self._transit.unwrap(*self._key_of(record), wrapped)
        except KeyStoreError as error:
            refused = error.code in ("vault.refused", "vault.missing", "keys.secret_size")
            if not refused:
                raise
        raise KeyStoreError("vault.unwrap_refused", domain=name, version=version)
