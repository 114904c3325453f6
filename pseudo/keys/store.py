# SPDX-License-Identifier: Apache-2.0
"""The port of every key store: where domains are made, kept, frozen and destroyed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

from pseudo.errors import KeyStoreError, UsageError
from pseudo.keys.handle import SecretKey
from pseudo.keys.hierarchy import verify_check_value
from pseudo.keys.registry import DomainRecord
from pseudo.pseudonym import PseudonymFormat

if TYPE_CHECKING:
    from typing import Self

    from pseudo.domain import Domain

__all__ = [
    "DomainRecords",
    "Escrowed",
    "Store",
    "as_format",
    "check_other_ledger",
    "check_restorable",
    "utc_now",
]

# A class with a method called "list" cannot name the type in its annotations.
DomainRecords = list[DomainRecord]
Escrowed = list[tuple[DomainRecord, SecretKey]]


class Store(ABC):
    """A key store that is open; a context manager that forgets its keys on leaving.

    Everything it raises is of :mod:`pseudo.errors`. Every method may raise
    ``KeyStoreError("keys.store_closed")`` after :meth:`close`, and
    ``KeyStoreError`` or ``ResourceError`` where the store no longer answers; named below
    is what else can go wrong. Methods may be called from several threads.

    Domains that were opened stay open when their store is closed.
    """

    mode: ClassVar[str]
    """What kind of store this is, as receipts have it: ``local``, ``memory``, …"""

    @abstractmethod
    def create(
        self,
        name: str,
        format: PseudonymFormat | str = PseudonymFormat.BASE32,  # noqa: A002 - its name.
    ) -> DomainRecord:
        """Make a domain with a new secret.

        Args:
            name: 2 to 63 characters A-Z a-z 0-9 and hyphen, beginning with a letter or
                digit; kept as typed.
            format: How its pseudonyms are written; never changed afterwards.

        Returns:
            Version 1, which is current.

        Raises:
            KeyStoreError: The name may not be used:
                see :meth:`pseudo.keys.registry.Registry.check_free`.
            UsageError: There is no such format (``keys.unknown_format``).
        """

    @abstractmethod
    def list(self) -> DomainRecords:
        """Return every version of every domain by name and version, destroyed ones too."""

    @abstractmethod
    def show(self, name: str) -> DomainRecord:
        """Return a domain's current version.

        Raises:
            KeyStoreError: There is no such domain (``keys.unknown_domain``).
        """

    @abstractmethod
    def versions(self, name: str) -> DomainRecords:
        """Return every version of a domain, ascending, destroyed ones too.

        Raises:
            KeyStoreError: There is no such domain (``keys.unknown_domain``).
        """

    @abstractmethod
    def new_version(self, name: str) -> DomainRecord:
        """Make a new secret for a domain, in its format, which is not used yet.

        Returns:
            The version behind the newest; it is not current.

        Raises:
            KeyStoreError: No such domain, or its current version is not active.
        """

    @abstractmethod
    def make_current(self, name: str, version: int) -> DomainRecord:
        """Use a version from now on where none is asked for.

        Pseudonyms of the domain are others from then on, so nobody but the move that gives
        the holders of the old ones the new ones may do it.

        Raises:
            KeyStoreError: No such domain or version, or it is not active.
        """

    @abstractmethod
    def restore(self, versions: Sequence[tuple[DomainRecord, SecretKey]]) -> DomainRecord:
        """Take in a domain whose secrets exist already, from an escrow or another store.

        Args:
            versions: Every version of one domain, ascending, and its secret, which the
                caller wipes; one is current. Their states do not count: they are active
                here.

        Returns:
            The current version.

        Raises:
            KeyStoreError: The name may not be used (see :meth:`create`), or a secret is not
                the one its check value was made with (``keys.kcv_mismatch``).
            ValueError: It is not one domain with one current version.
        """

    def escrow(self, name: str) -> Escrowed:
        """Give the secrets of a domain out, for an escrow; the caller wipes them.

        Raises:
            KeyStoreError: No such domain, all of it is destroyed, or a store of this kind
                gives no secret out (``keys.not_given_out``).
        """
        raise KeyStoreError("keys.not_given_out", domain=name, store=self.mode)

    def rewrap(self, name: str) -> DomainRecord:
        """Turn the keys that wrap a domain's secrets, and wrap the secrets anew.

        The secrets and all pseudonyms stay the same; what was wrapped before is of no use.

        Returns:
            The current version.

        Raises:
            KeyStoreError: No such domain, it is frozen or destroyed, or secrets are not
                wrapped one by one in a store of this kind (``keys.not_wrapped``).
        """
        raise KeyStoreError("keys.not_wrapped", domain=name, store=self.mode)

    @abstractmethod
    def freeze(self, name: str) -> DomainRecord:
        """Let no pseudonyms be made with a domain until it is activated again.

        Raises:
            KeyStoreError: No such domain, or it is destroyed or was never active.
        """

    @abstractmethod
    def activate(self, name: str) -> DomainRecord:
        """Let pseudonyms be made with a domain.

        Raises:
            KeyStoreError: No such domain, or it is destroyed.
        """

    @abstractmethod
    def destroy(self, name: str) -> DomainRecord:
        """Destroy the secrets of a domain for ever. Its name cannot be used again.

        Copies and backups of the store are not reached.

        Raises:
            KeyStoreError: No such domain, or it is destroyed already.
        """

    def wrapped_by(self, name: str) -> tuple[str, ...]:
        """Say which keys of a server wrap or hold a domain's secrets, and their versions.

        Empty where the store's own key does.
        """
        del name
        return ()

    @property
    def controlled(self) -> bool:
        """Whether others agree to a destruction by the store itself, and not by signatures."""
        return False

    def agreed_to_destroy(
        self,
        name: str,
        request: str,
        agreed: Sequence[str],
        note: Callable[[Sequence[str]], None],
    ) -> Sequence[str]:
        """Let others agree that a domain is destroyed, where the store sees to that.

        Args:
            name: The domain.
            request: Id of the request; what was agreed to for another does not count.
            agreed: Who agreed to this request, as far as that was noted before.
            note: Notes who agreed, before anything is done that their agreement allows.

        Returns:
            Who agreed.

        Raises:
            KeyStoreError: They have not yet (``vault.pending_deletion``), or somebody did
                without them what they have to agree to (``vault.not_guarded``).
        """
        del name, request, note
        return agreed

    def confirm_gone(self, name: str) -> tuple[str, ...]:
        """Look for the secrets of a destroyed domain, at every place that could have them.

        Returns:
            Where it was looked, beside the store itself.

        Raises:
            KeyStoreError: They are still somewhere (``keys.still_there``).
        """
        del name
        return ()

    @abstractmethod
    def domain(self, name: str, version: int | None = None) -> Domain:
        """Open a domain to make pseudonyms with.

        Args:
            name: The domain, in the case in which it was made.
            version: Which version of its secret; the current one where none is given.

        Raises:
            KeyStoreError: No such domain or version, it is not active, or its secret is
                not the one its check value was made with (``keys.kcv_mismatch``).
            UsageError: The kernel that the store was opened with does not exist here.
        """

    @abstractmethod
    def sign(self, payload: bytes) -> bytes:
        """Sign with the store's Ed25519 key.

        Returns:
            64 bytes, the same for the same payload (RFC 8032).
        """

    @abstractmethod
    def public_key(self) -> bytes:
        """Return the 32 bytes by which :meth:`sign`'s signatures are verified."""

    @abstractmethod
    def ledger(self) -> str:
        """Return the name of the ledger that goes with the store; empty where none does yet."""

    @abstractmethod
    def keep_ledger(self, name: str, *, instead_of: str = "") -> None:
        """Remember the ledger that goes with the store, so that its removal is seen.

        Args:
            name: The ledger's name.
            instead_of: The name that is remembered now; empty where none is.

        Raises:
            KeyStoreError: Another one is remembered (``keys.other_ledger``).
        """

    @abstractmethod
    def data_key(self) -> tuple[SecretKey, bytes]:
        """Make a key to encrypt what must lie on disk.

        Returns:
            The key, and the same key wrapped, which may be kept beside the data.
        """

    @abstractmethod
    def unwrap_data_key(self, wrapped: bytes) -> SecretKey:
        """Get back a key that :meth:`data_key` wrapped.

        Raises:
            KeyStoreError: It is another store's, or damaged (``keys.bad_data_key``).
        """

    @abstractmethod
    def close(self) -> None:
        """Forget the keys. May be called twice."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def check_other_ledger(kept: str, name: str, instead_of: str) -> None:
    """Refuse a ledger where a store has another one already.

    Raises:
        KeyStoreError: It has (``keys.other_ledger``).
    """
    if kept not in (name, instead_of):
        raise KeyStoreError("keys.other_ledger", ledger=kept)


def check_restorable(versions: Sequence[tuple[DomainRecord, SecretKey]]) -> None:
    """See that versions make one domain, and that each secret is the right one.

    Raises:
        KeyStoreError: One is not (``keys.kcv_mismatch``).
        ValueError: They are of several domains, or not exactly one is current.
    """
    records = [record for record, _ in versions]
    numbers = [record.version for record in records]
    if len({record.name for record in records}) != 1 or numbers != sorted(set(numbers)):
        raise ValueError("versions of one domain, ascending")
    if sum(record.current for record in records) != 1:
        raise ValueError("exactly one version is current")
    if len({record.format for record in records}) != 1:
        raise ValueError("a domain has one format")
    for record, secret in versions:
        verify_check_value(secret, record.name, record.version, record.kcv)


def as_format(name: PseudonymFormat | str) -> PseudonymFormat:
    """Return the format called ``name``.

    Raises:
        UsageError: There is none (``keys.unknown_format``).
    """
    for form in PseudonymFormat:
        if form == name:
            return form
    raise UsageError("keys.unknown_format", listed=", ".join(PseudonymFormat))


def utc_now() -> datetime:
    """Return the present moment; the default of every store's ``clock``."""
    return datetime.now(UTC)
