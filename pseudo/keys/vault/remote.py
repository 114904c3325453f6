# SPDX-License-Identifier: Apache-2.0
"""The store of the highest class: keys that never leave transit, which computes with them.

There is no domain's secret, only its keys, one a purpose. Whoever breaks into a worker can
ask for pseudonyms as long as it may, and the server's audit log says so; it cannot take
anything along to ask elsewhere.
"""

from __future__ import annotations

import hmac
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from pseudo.errors import KeyStoreError
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.hierarchy import CHECK_TEXT, KCV_DIGITS, Purpose, derive
from pseudo.keys.registry import DomainRecord
from pseudo.keys.store import utc_now
from pseudo.keys.vault import places
from pseudo.keys.vault.config import VaultConfig
from pseudo.keys.vault.documents import GENERATED, IMPORTED, WRAPPED, Kept
from pseudo.keys.vault.hmac_keys import ID_CHECK_TEXT, HmacKeys
from pseudo.keys.vault.restoring import restore
from pseudo.keys.vault.server_store import ServerStore

if TYPE_CHECKING:
    from pseudo.domain import Domain

__all__ = ["RemoteStore"]


class RemoteStore(ServerStore):
    """Keys in transit, and what is known of them in KV; see :class:`ServerStore`.

    Args:
        config: The server.
        kernel: Is not used: the server computes.
        clock: See there.
    """

    mode: ClassVar[str] = "vault-remote"

    def __init__(
        self,
        config: VaultConfig,
        *,
        kernel: str = "auto",
        clock: Callable[[], datetime] = utc_now,
    ) -> None:
        super().__init__(config, kernel=kernel, clock=clock)
        self._hmac = HmacKeys(self._lease)

    def restore(self, versions: Sequence[tuple[DomainRecord, SecretKey]]) -> DomainRecord:
        """Bring the keys of secrets that exist already; see :meth:`Store.restore`.

        No role may do it: it takes an administrator's login, and whoever does it has seen
        the secrets. What was cut off in the middle can be done again.
        """
        restore(self._records, versions, IMPORTED, self._take)
        return self.show(versions[0][0].name)

    def _is_own(self, kept: Kept) -> bool:
        return kept.origin != WRAPPED

    def _born(self, record: DomainRecord) -> bool:
        for key in _keys_of(record):
            self._hmac.make(key)
        return self._records.keep(Kept(record, GENERATED))

    def _fix_check_value(self, kept: Kept) -> Kept:
        kcv, check = self._check_values(kept.record)
        return self._records.note_check_value(kept, kcv, _short(check))

    def _opened(self, kept: Kept) -> Domain:
        # Not at the top: who only lists domains does not wait for pyarrow.
        from pseudo.domain import DomainInfo
        from pseudo.keys.vault.remote_key import RemoteDomain, RemoteKey

        record = kept.record
        kcv, check = self._check_values(record)
        if (kcv, _short(check)) != (record.kcv, self._records.id_check(record)):
            raise KeyStoreError("keys.kcv_mismatch", domain=record.name, version=record.version)
        info = DomainInfo(
            name=record.name,
            version=record.version,
            kcv=record.kcv,
            format=record.format,
            store=self.mode,
            key_origin="imported" if kept.origin == IMPORTED else "generated",
        )
        return RemoteDomain(info, RemoteKey(self._lease.share(), info, check))

    def _freeze_keys(self, kept: Kept) -> None:
        for key in _keys_of(kept.record):
            self._hmac.suspend(key)

    def _thaw_keys(self, kept: Kept) -> None:
        try:
            for key in _keys_of(kept.record):
                self._hmac.resume(key)
        except KeyStoreError as error:
            # Who may compute and not resume finds out by computing whether there is anything
            # to resume: to activate what is active is no mistake.
            if error.code != "vault.denied" or not self._answers(kept.record):
                raise

    def _answers(self, record: DomainRecord) -> bool:
        """Tell whether this login can compute with the keys of a version."""
        try:
            self._check_values(record)
        except KeyStoreError:
            return False
        return True

    def _take(self, record: DomainRecord, kept: Kept, secret: SecretKey) -> None:
        """Bring the keys of a secret, unless these very ones are there.

        The document comes before the keys, since what no document tells of nobody could
        destroy; and keys that are there come before the document, since others refuse it.
        """
        keys = {
            name: derive(secret, purpose, record.name, record.version)
            for name, purpose in zip(_keys_of(record), (Purpose.ID, Purpose.KCV), strict=True)
        }
        try:
            self._require_same(record, {n: key for n, key in keys.items() if self._hmac.has(n)})
            if not self._records.keep(kept):
                self._records.go_on(kept)
            for name, key in keys.items():
                self._hmac.bring(name, key)
            self._require_same(record, keys)
        finally:
            for key in keys.values():
                key.wipe()
        self._fix_check_value(kept)

    def _require_same(self, record: DomainRecord, keys: Mapping[str, SecretKey]) -> None:
        """See that the server computes with keys of its own what it would with these."""
        for name, key in keys.items():
            message = ID_CHECK_TEXT if name == _keys_of(record)[0] else CHECK_TEXT
            self._hmac.require_brought(name)
            expected = hmac.digest(key.reveal(SECRET_ACCESS), message, "sha256")
            if self._mac(record, name, message) != expected:
                at = record.version
                raise KeyStoreError("keys.kcv_mismatch", domain=record.name, version=at)

    def _check_values(self, record: DomainRecord) -> tuple[str, bytes]:
        """Let the server compute the check value, and the known HMAC of the id-key."""
        id_key, check_key = _keys_of(record)
        check = self._mac(record, id_key, ID_CHECK_TEXT)
        return _short(self._mac(record, check_key, CHECK_TEXT)), check

    def _mac(self, record: DomainRecord, key: str, message: bytes) -> bytes:
        """Let the server compute one HMAC with a key of a version."""
        refused = False
        try:
            (mac,) = self._hmac.macs(key, [message])
        except KeyStoreError as error:
            refused = error.code in ("vault.refused", "vault.missing")
            if not refused:
                raise
        if refused:
            raise KeyStoreError("vault.key_refused", domain=record.name, version=record.version)
        return mac


def _keys_of(record: DomainRecord) -> tuple[str, str]:
    """Give the names of the id-key and of the key of the check value."""
    place = record.name, record.version
    return places.id_key_of(*place), places.check_key_of(*place)


def _short(mac: bytes) -> str:
    """Give as much of an HMAC as a check value has."""
    return mac.hex()[:KCV_DIGITS]
