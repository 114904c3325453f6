# SPDX-License-Identifier: Apache-2.0
"""The store of the normal case: secrets wrapped by transit, unwrapped once a batch.

A domain's secret is born in transit, so whoever makes the domain never sees it, and is kept
in KV only as ciphertext. A worker unwraps it, checks that it is the one whose check value was
noted, and computes from then on by itself: a server that is sealed meanwhile, or a token that
ends, does not matter to a batch that has begun.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from pseudo.errors import KeyStoreError
from pseudo.keys.handle import SecretKey
from pseudo.keys.hierarchy import key_check_value
from pseudo.keys.lifecycle import State
from pseudo.keys.opening import open_domain
from pseudo.keys.registry import DomainRecord
from pseudo.keys.vault import documents, places
from pseudo.keys.vault.documents import WRAPPED, Kept
from pseudo.keys.vault.restoring import restore
from pseudo.keys.vault.server_store import ServerStore

if TYPE_CHECKING:
    from pseudo.domain import Domain

__all__ = ["EnvelopeStore"]


class EnvelopeStore(ServerStore):
    """Secrets in KV, wrapped by transit; see :class:`ServerStore`."""

    mode: ClassVar[str] = "vault"

    def restore(self, versions: Sequence[tuple[DomainRecord, SecretKey]]) -> DomainRecord:
        """Wrap secrets that exist already; see :meth:`Store.restore`.

        No role may do it: it takes an administrator's login, and whoever does it has seen
        the secrets. What was cut off in the middle can be done again.
        """
        restore(self._records, versions, WRAPPED, self._take)
        return self.show(versions[0][0].name)

    def rewrap(self, name: str) -> DomainRecord:
        """Turn the wrapping keys and wrap the secrets anew; see :meth:`Store.rewrap`."""
        for kept in self._living(name):
            record = kept.record
            if record.state is State.FROZEN:
                raise KeyStoreError("keys.frozen", domain=name)
            key, context = _key_of(record)
            writes, wrapped = self._records.writes(kept), self._wrapped(kept)
            newest = self._transit.rotate(key)
            anew = self._transit.rewrap(key, context, wrapped)
            self._records.rewrite(kept, documents.secret_document(kept, anew), after=writes)
            self._transit.forget_before(key, newest)
        return self.show(name)

    def _is_own(self, kept: Kept) -> bool:
        return kept.origin == WRAPPED

    def _born(self, record: DomainRecord) -> bool:
        key, context = _key_of(record)
        self._transit.make_key(key)
        return self._records.keep(Kept(record), self._transit.new_wrapped(key, context))

    def _take(self, record: DomainRecord, kept: Kept, secret: SecretKey) -> None:
        """Keep a secret that exists already, wrapped, unless that very one is there."""
        key, context = _key_of(record)
        self._transit.make_key(key)
        if not self._records.keep(kept, self._transit.wrap(key, context, secret)):
            self._records.go_on(kept)
            there = self._unwrapped(kept)
            same = there == secret
            there.wipe()
            if not same:
                raise KeyStoreError("keys.domain_exists", domain=record.name)
        self._records.note_check_value(kept, record.kcv)

    def _fix_check_value(self, kept: Kept) -> Kept:
        secret = self._unwrapped(kept)
        kcv = key_check_value(secret, kept.record.name, kept.record.version)
        secret.wipe()
        return self._records.note_check_value(kept, kcv)

    def _opened(self, kept: Kept) -> Domain:
        secret = self._unwrapped(kept)
        try:
            return open_domain(kept.record, secret, self._kernel, self.mode)
        finally:
            secret.wipe()

    def _freeze_keys(self, kept: Kept) -> None:
        """Do nothing: what a frozen domain lacks is its wrapped secret."""

    def _thaw_keys(self, kept: Kept) -> None:
        """Do nothing; see there."""

    def _wrapped(self, kept: Kept) -> str:
        """Read the wrapped secret of a version."""
        name, version = kept.record.name, kept.record.version
        document = self._records.document(kept)
        if document is None:
            raise KeyStoreError("keys.frozen", domain=name)
        found, wrapped = documents.read_secret(document, name, version)
        self._own(found)
        return wrapped

    def _unwrapped(self, kept: Kept) -> SecretKey:
        """Unwrap a secret; the caller wipes it."""
        name, version = kept.record.name, kept.record.version
        wrapped = self._wrapped(kept)
        refused = False
        try:
            return self._transit.unwrap(*_key_of(kept.record), wrapped)
        except KeyStoreError as error:
            refused = error.code in ("vault.refused", "vault.missing", "keys.secret_size")
            if not refused:
                raise
        raise KeyStoreError("vault.unwrap_refused", domain=name, version=version)


def _key_of(record: DomainRecord) -> tuple[str, str]:
    """Give the key that wraps a version's secret, and the context that ties it there."""
    place = record.name, record.version
    return places.key_of(*place), places.context_of(*place)
