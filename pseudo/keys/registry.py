# SPDX-License-Identifier: Apache-2.0
"""What a store knows about its domains, without their secrets. Pure.

A :class:`Registry` is a value: every change gives a new one, so a store can write the
new one first and adopt it only when it is safely on disk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from pseudo.errors import KeyStoreError
from pseudo.keys.handle import SecretKey
from pseudo.keys.hierarchy import check_name, check_unclaimed, key_check_value, key_id
from pseudo.keys.lifecycle import State, advance, require_usable
from pseudo.pseudonym import PseudonymFormat

__all__ = ["DomainRecord", "Registry"]


@dataclass(frozen=True, slots=True)
class DomainRecord:
    """Public facts about one version of a domain; nothing here is secret.

    Attributes:
        name: The domain's name as typed when it was made.
        version: Version of its secret, from 1.
        state: Where its key is in its life.
        format: How its pseudonyms are written; fixed when it was made.
        kcv: Key check value, 16 hexadecimal digits.
        created: When it was made, UTC, whole seconds.
        current: Whether this is the version that is used where none is asked for.
    """

    name: str
    version: int
    state: State
    format: PseudonymFormat
    kcv: str
    created: datetime
    current: bool = True

    @property
    def key_id(self) -> str:
        """``<domain>.v<n>.<kcv>``, as receipts and column metadata have it."""
        return key_id(self.name, self.version, self.kcv)

    @classmethod
    def first(
        cls, name: str, form: PseudonymFormat, secret: SecretKey, created: datetime
    ) -> DomainRecord:
        """Describe version 1 of a new domain, whose check value is fixed here.

        Args:
            name: A name that :meth:`Registry.check_free` let pass.
            form: How its pseudonyms are written.
            secret: Its secret.
            created: The present moment, with a time zone.
        """
        return cls(
            name=name,
            version=1,
            state=advance(State.CREATED, State.ACTIVE, name),
            format=form,
            kcv=key_check_value(secret, name, 1),
            created=created.replace(microsecond=0),
        )

    def followed_by(self, version: int, secret: SecretKey, created: datetime) -> DomainRecord:
        """Describe a new version of the same domain, which is not current.

        Args:
            version: Its number.
            secret: Its secret.
            created: The present moment, with a time zone.
        """
        return replace(
            self,
            version=version,
            kcv=key_check_value(secret, self.name, version),
            created=created.replace(microsecond=0),
            current=False,
        )


@dataclass(frozen=True, slots=True)
class Registry:
    """All domains of a store, destroyed ones included.

    Attributes:
        records: One for each version of each domain, in the order of their making.
    """

    records: tuple[DomainRecord, ...] = ()

    def __iter__(self) -> Iterator[DomainRecord]:
        return iter(self.records)

    def check_free(self, name: str) -> None:
        """Make sure that a new domain may be called ``name``.

        Raises:
            KeyStoreError: The name breaks the grammar (``keys.bad_name``), looks like
                an identity number (``keys.name_like_number``), is taken
                (``keys.domain_exists``), was destroyed (``keys.name_destroyed``), or
                differs from another only in case (``keys.name_other_case``).
        """
        check_name(name)
        check_unclaimed(name, (record.name for record in self.records))
        taken = self.versions(name)
        if taken:
            gone = all(record.state is State.DESTROYED for record in taken)
            raise KeyStoreError(
                "keys.name_destroyed" if gone else "keys.domain_exists", domain=name
            )

    def with_record(self, record: DomainRecord) -> Registry:
        """Return the registry with one more version of a domain."""
        return Registry((*self.records, record))

    def versions(self, name: str) -> tuple[DomainRecord, ...]:
        """Return every version of a domain; empty where there is none."""
        return tuple(record for record in self.records if record.name == name)

    def one(self, name: str, version: int | None = None) -> DomainRecord:
        """Find a version of a domain.

        Args:
            name: The domain, in the case in which it was made.
            version: Which version; the current one where none is given.

        Raises:
            KeyStoreError: There is no such domain (``keys.unknown_domain``) or no such
                version of it (``keys.unknown_version``).
        """
        versions = self.versions(name)
        if not versions:
            raise KeyStoreError("keys.unknown_domain", domain=name)
        for record in versions:
            if record.current if version is None else record.version == version:
                return record
        raise KeyStoreError("keys.unknown_version", domain=name, version=version or 0)

    def before_new(self, name: str) -> tuple[DomainRecord, int]:
        """Find the version that is current, and the number that a new one gets.

        Raises:
            KeyStoreError: There is no such domain, or it is not active.
        """
        current = self.one(name)
        require_usable(current.state, name)
        return current, max(record.version for record in self.versions(name)) + 1

    def with_current(self, name: str, version: int) -> Registry:
        """Return the registry with another version of a domain as the current one.

        Raises:
            KeyStoreError: There is no such version, or it is not active.
        """
        require_usable(self.one(name, version).state, name)
        return Registry(
            tuple(
                replace(record, current=record.version == version)
                if record.name == name
                else record
                for record in self.records
            )
        )

    def moved(self, name: str, to: State) -> Registry:
        """Move every version of a domain that is not destroyed to another state.

        Raises:
            KeyStoreError: There is no such domain, all of it is destroyed, or a version
                cannot go there (:func:`pseudo.keys.lifecycle.advance`).
        """
        self.one(name)
        if all(record.state is State.DESTROYED for record in self.versions(name)):
            raise KeyStoreError("keys.destroyed", domain=name)
        return Registry(tuple(_moved(record, name, to) for record in self.records))


def _moved(record: DomainRecord, name: str, to: State) -> DomainRecord:
    if record.name != name or record.state is State.DESTROYED:
        return record
    return replace(record, state=advance(record.state, to, name))
