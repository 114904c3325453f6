# SPDX-License-Identifier: Apache-2.0
"""What both stores on a server share: names, versions, states, the ledger, signatures.

They differ in where the keys of a version are, so in how it is born, opened, frozen and taken
in. A version of the one kind is refused by the store of the other, whatever is to be done with
it: to destroy it, for instance, would leave its keys where they are.
"""

from __future__ import annotations

import base64
import builtins
from abc import abstractmethod
from collections.abc import Callable
from datetime import datetime
from typing import TYPE_CHECKING

from pseudo.errors import KeyStoreError
from pseudo.framing import lp
from pseudo.keys.handle import SecretKey
from pseudo.keys.hierarchy import check_name
from pseudo.keys.lifecycle import State, advance, require_usable
from pseudo.keys.registry import DomainRecord
from pseudo.keys.store import DomainRecords, as_format, check_other_ledger, utc_now
from pseudo.keys.vault import places
from pseudo.keys.vault.config import VaultConfig
from pseudo.keys.vault.documents import Kept
from pseudo.keys.vault.ending import EndingStore
from pseudo.keys.vault.kv import Kv
from pseudo.keys.vault.lease import Lease
from pseudo.keys.vault.records import Records, kept_of, registry_of
from pseudo.keys.vault.session import Session
from pseudo.keys.vault.transit import Transit
from pseudo.pseudonym import PseudonymFormat

if TYPE_CHECKING:
    from pseudo.domain import Domain

__all__ = ["ServerStore"]

_DATA_CONTEXT = base64.b64encode(lp("pseudo/v1", "data")).decode()


class ServerStore(EndingStore):
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
        self._lease = Lease(self._session)
        self._kv = Kv(self._lease)
        self._transit = Transit(self._lease)
        self._records = Records(self._kv)

    def create(
        self,
        name: str,
        format: PseudonymFormat | str = PseudonymFormat.BASE32,  # noqa: A002 - its name.
    ) -> DomainRecord:
        """Make a domain, whose secret nobody sees before it is used; see :meth:`Store.create`.

        Returns:
            Version 1, in the state ``created``: whoever uses it first fixes its check value.
        """
        form = as_format(format)
        check_name(name)
        self._records.claim(name)
        record = self._made(name, 1, form)
        if not self._born(record):
            raise KeyStoreError("keys.domain_exists", domain=name)
        return record

    def new_version(self, name: str) -> DomainRecord:
        """Make a new secret for a domain; see :meth:`Store.new_version`.

        Returns:
            The version, in the state ``created``.
        """
        versions = self._records.versions(name)
        current, number = registry_of(versions).before_new(name)
        self._own(kept_of(versions, current))
        record = self._made(name, number, current.format, current=False)
        if not self._born(record):
            raise KeyStoreError("vault.conflict", what=places.secret_of(name, number))
        return record

    def make_current(self, name: str, version: int) -> DomainRecord:
        """Use a version from now on; see :meth:`Store.make_current`."""
        versions = self._records.versions(name)
        registry = registry_of(versions)
        registry.with_current(name, version)
        self._own(kept_of(versions, registry.one(name, version)))
        self._records.make_current(name, version)
        return self.show(name)

    def list(self) -> DomainRecords:
        """Return every version of every domain, of both kinds; see :meth:`Store.list`."""
        return [kept.record for kept in self._records.all()]

    def show(self, name: str) -> DomainRecord:
        """Return a domain's current version; see :meth:`Store.show`."""
        return self._records.one(name).record

    def versions(self, name: str) -> DomainRecords:
        """Return every version of a domain; see :meth:`Store.versions`."""
        registry = self._records.registry(name)
        registry.one(name)
        return [*registry]

    def freeze(self, name: str) -> DomainRecord:
        """Freeze a domain; see :meth:`Store.freeze`."""
        living = self._living(name)
        used = _used(living)
        for kept in used:
            advance(kept.record.state, State.FROZEN, name)
        # Those of versions to come too: whoever ignores KV could compute with them.
        for kept in living:
            self._freeze_keys(kept)
        for kept in used:
            if kept.record.state is not State.FROZEN:
                self._records.hide(kept)
        return self.show(name)

    def activate(self, name: str) -> DomainRecord:
        """Make a frozen domain usable again, or a new one for the first time.

        See :meth:`Store.activate`. For the first time, its check value is fixed.
        """
        living = self._living(name)
        for kept in living:
            if kept.record.current and kept.record.state is State.CREATED:
                self._fix_check_value(kept)
                continue
            # Also where the document is not hidden: a freeze suspends the keys first, and may
            # have been stopped there.
            self._thaw_keys(kept)
            if kept.record.state is State.FROZEN:
                self._records.show(kept)
        return self.show(name)

    def destroy(self, name: str) -> DomainRecord:
        """Destroy a domain's keys; see :meth:`Store.destroy`.

        What was cut off in the middle is gone on with. Snapshots of the server's storage are
        not reached.
        """
        for kept in self._records.versions(name):
            if kept.record.state is State.DESTROYED:
                # Somebody may have been stopped between the tombstone and this.
                self._records.erase(kept)
        for kept in self._living(name):
            if kept.record.state is not State.FROZEN:
                self._records.hide(kept)
            # Of both kinds, since whoever may write metadata could have changed the kind.
            for key in places.keys_of(name, kept.record.version):
                if self._transit.has(key):
                    self._transit.delete_key(key)
                    if self._transit.has(key):
                        raise KeyStoreError("vault.key_still_there", what=key)
            self._records.bury(kept, self._clock())
        return self.show(name)

    def domain(self, name: str, version: int | None = None) -> Domain:
        """Open a domain; see :meth:`Store.domain`."""
        kept = self._own(self._records.one(name, version))
        if not kept.record.current:
            # A domain is frozen where its current version is, those to come included.
            require_usable(self._records.one(name).record.state, name)
        if kept.record.state is State.CREATED:
            kept = self._fix_check_value(kept)
        require_usable(kept.record.state, name)
        return self._opened(kept)

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
            found = self.ledger()
            if found == kept:
                # Nobody else wrote it: this login may not.
                raise KeyStoreError("vault.denied", what=places.LEDGER)
            raise KeyStoreError("keys.other_ledger", ledger=found)

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
        self._lease.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self._lease!r}>"

    @abstractmethod
    def _is_own(self, kept: Kept) -> bool:
        """Tell whether a version is of the kind that this store keeps."""

    @abstractmethod
    def _born(self, record: DomainRecord) -> bool:
        """Let the keys of a version be born and keep its document; False if there is one."""

    @abstractmethod
    def _fix_check_value(self, kept: Kept) -> Kept:
        """Note the check value of a version that is used for the first time."""

    @abstractmethod
    def _opened(self, kept: Kept) -> Domain:
        """Open a version that is active."""

    @abstractmethod
    def _freeze_keys(self, kept: Kept) -> None:
        """Take what can be taken from whoever ignores that the document is deleted."""

    @abstractmethod
    def _thaw_keys(self, kept: Kept) -> None:
        """Give it back."""

    def _own(self, kept: Kept) -> Kept:
        """Refuse what a store of the other kind keeps.

        Raises:
            KeyStoreError: It does (``vault.other_kind``).
        """
        if kept.record.state is State.DESTROYED or self._is_own(kept):
            return kept
        place = kept.record.name, kept.record.version
        raise KeyStoreError("vault.other_kind", domain=place[0], version=place[1])

    def _living(self, name: str) -> builtins.list[Kept]:
        """Give the versions of a domain that are not destroyed."""
        versions = self._records.versions(name)
        if not versions:
            raise KeyStoreError("keys.unknown_domain", domain=name)
        living = [self._own(one) for one in versions if one.record.state is not State.DESTROYED]
        if not living:
            raise KeyStoreError("keys.destroyed", domain=name)
        return living

    def _made(
        self, name: str, version: int, form: PseudonymFormat, *, current: bool = True
    ) -> DomainRecord:
        now = self._clock().replace(microsecond=0)
        return DomainRecord(name, version, State.CREATED, form, "", now, current)


def _used(living: list[Kept]) -> list[Kept]:
    """Give the versions of a domain that may have pseudonyms: not those to come."""
    return [one for one in living if one.record.current or one.record.state is not State.CREATED]
