# SPDX-License-Identifier: Apache-2.0
"""Put a domain's secrets into an escrow file, and take them in again.

The way of the data::

    export: store ─▶ secrets in memory ─▶ sealed ─▶ noted in the ledger ─▶ file
    import: file ─▶ unsealed ─▶ held against the ledger ─▶ announced ─▶ store ─▶ noted

The ledger has the last word: a domain that it knows as destroyed does not come back, one
that it knows with another key is not taken in, one that it knows as frozen is frozen again,
and which version is current is what it says.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from pseudo.errors import KeyStoreError
from pseudo.evidence.entries import EVENT, event
from pseudo.evidence.ledger import Ledger
from pseudo.keys import OWASP_2023, DomainRecord, ScryptProfile, Store
from pseudo.keys.document import ESCROW, LARGEST, read_document
from pseudo.keys.escrow import read_escrow, write_escrow
from pseudo.keys.files import read_private, same_file_path, write_new
from pseudo.keys.lifecycle import State
from pseudo.keys.registry import Registry
from pseudo.keys.store import Escrowed, utc_now
from pseudo.logs import logger
from pseudo.usecases.account import account
from pseudo.usecases.domain_events import (
    IMPORTED,
    Words,
    changed,
    changing,
    events_of,
    is_same_key,
    last_words,
    require_current,
    require_unknown,
    was_current,
)

__all__ = [
    "EXPORTED",
    "IMPORTED",
    "check_goal",
    "check_source",
    "export_domain",
    "import_domain",
    "was_exported",
]

EXPORTED = "domain.exported"
"""The event that a domain's secrets were put into an escrow file."""

Passphrase = str | bytes | None


def check_goal(path: Path) -> Path:
    """See that an escrow file can be made, before anybody types a passphrase.

    Returns:
        Its path, links resolved.

    Raises:
        KeyStoreError: Something has the name already (``escrow.exists``), or there is no
            such folder (``escrow.folder_missing``).
    """
    place = same_file_path(path)
    if os.path.lexists(place):
        raise KeyStoreError("escrow.exists", path=str(place))
    if not os.path.isdir(place.parent):  # noqa: PTH112  the method raises on some faults
        raise KeyStoreError("escrow.folder_missing", path=str(place))
    return place


def check_source(path: Path) -> None:
    """See that a file is an escrow, before anybody types a passphrase.

    Raises:
        KeyStoreError: It cannot be read, or is none: ``escrow.foreign_file``,
            ``escrow.newer_version`` or ``escrow.damaged``.
    """
    place = same_file_path(path)
    read_document(read_private(place, LARGEST, ESCROW.family), str(place), ESCROW)


def export_domain(
    store: Store,
    name: str,
    path: Path,
    passphrase: Passphrase,
    *,
    ledger: Ledger,
    profile: ScryptProfile = OWASP_2023,
) -> list[DomainRecord]:
    """Put a domain's secrets into an escrow file; the store keeps them too.

    Args:
        store: Where the domain is.
        name: The domain.
        path: The file; must not exist.
        passphrase: What it is sealed with; not the key store's.
        ledger: Where it is noted, before the file is written.
        profile: How costly guessing the passphrase shall be.

    Returns:
        The versions in it.

    Raises:
        KeyStoreError: See :meth:`pseudo.keys.Store.escrow` and :func:`check_goal`;
            ``keys.rolled_back``; a passphrase that is none.
        EvidenceError: It could not be noted; there is no file.
        ResourceError: The disk is full, or the memory too small.
    """
    place = check_goal(path)
    with ledger.alone():
        require_current(ledger, store.versions(name), utc_now)
        held = store.escrow(name)
        try:
            data = write_escrow(held, passphrase, profile)
        finally:
            _wipe(held)
        records = [record for record, _ in held]
        _note(ledger, EXPORTED, records)
        write_new(place, data, ESCROW.family)
    logger().info("domain.exported", domain=name, count=len(records))
    return records


def was_exported(ledger: Ledger, name: str) -> bool:
    """Tell whether somebody may have an escrow file of a domain."""
    return any(said.get("event") == EXPORTED for said in events_of(ledger, name))


def import_domain(
    store: Store,
    path: Path,
    passphrase: Passphrase,
    *,
    ledger: Ledger,
    profile: ScryptProfile = OWASP_2023,
) -> DomainRecord:
    """Take a domain's secrets in from an escrow file.

    Args:
        store: Where to; a server's store needs an administrator's login.
        path: The file.
        passphrase: What it is sealed with.
        ledger: Has the last word on the domain, and is told.
        profile: Only with ``TESTING`` do files open whose costs protect nothing.

    Returns:
        The current version.

    Raises:
        KeyStoreError: The file cannot be opened: see
            :func:`pseudo.keys.escrow.read_escrow`; the store has the domain, or had it
            (``keys.domain_exists``, ``keys.name_destroyed``); the ledger knows it as
            destroyed (``keys.destroyed``) or otherwise than the file (``keys.rolled_back``).
        EvidenceError: It could not be noted.
        ResourceError: The disk is full, or the memory too small.
    """
    place = same_file_path(path)
    held = read_escrow(
        read_private(place, LARGEST, ESCROW.family), passphrase, str(place), profile
    )
    try:
        with ledger.alone():
            return _taken_in(store, held, ledger)
    finally:
        _wipe(held)


@dataclass(frozen=True, slots=True)
class _Plan:
    """What an import has to do.

    Attributes:
        held: The versions and their secrets, the current one as the ledger knows it.
        to: The state that they get: active or frozen.
        begun: Whether it was announced already, by somebody who was stopped.
        restored: Whether the store has everything.
    """

    held: Escrowed
    to: State
    begun: bool
    restored: bool

    @property
    def records(self) -> list[DomainRecord]:
        return [record for record, _ in self.held]


def _taken_in(store: Store, held: Escrowed, ledger: Ledger) -> DomainRecord:
    name = held[0][0].name
    plan = _judged(store, held, ledger)
    if not plan.begun:
        facts = {
            "imported": _key_ids(plan.records),
            "current": _current(plan.records),
            "by": account(),
        }
        changing(ledger, name, plan.to, utc_now, **facts)
    # From here on the ledger lets nobody use the domain, until the import is noted.
    if not plan.restored:
        store.restore(plan.held)
    if plan.to is State.FROZEN:
        store.freeze(name)
    for record in store.versions(name):
        changed(ledger, record, utc_now)
    _note(ledger, IMPORTED, plan.records)
    logger().info("domain.imported", domain=name, count=len(plan.held))
    return store.show(name)


def _judged(store: Store, held: Escrowed, ledger: Ledger) -> _Plan:
    """Hold an escrow against the ledger and the store, and see what is to be done."""
    name = held[0][0].name
    words = last_words(ledger, name)
    if not words.last:
        require_unknown(ledger, name)
    held = _as_known(held, words)
    records = [record for record, _ in held]
    begun = _is_begun(words, records)
    registry = Registry(tuple(store.list()))
    if not begun:
        # What the store refuses anyhow is not announced.
        registry.check_free(name)
    return _Plan(held, _state_of(words, records), begun, _are_same(registry, records))


def _state_of(words: Words, records: Sequence[DomainRecord]) -> State:
    """Tell which state a domain gets: frozen where anybody wanted it to be.

    Versions need not be alike: one that was never used stays ``created`` when the others are
    frozen, and of a change that was stopped some may be noted and others not. So one that is
    frozen is enough.
    """
    known = {str(word.get("state")) for word in words.last.values()}
    known = known or {record.state.value for record in records}
    if words.importing is not None:
        known.add(str(words.importing.get("to")))
    return State.FROZEN if State.FROZEN.value in known else State.ACTIVE


def _as_known(held: Escrowed, words: Words) -> Escrowed:
    """Hold an escrow against the ledger; give it with the current version that this knows."""
    by_version = {record.version: record for record, _ in held}
    name = held[0][0].name
    for version, last in words.last.items():
        if last.get("state") == State.DESTROYED.value:
            raise KeyStoreError("keys.destroyed", domain=name)
        if version not in by_version or not is_same_key(last, by_version[version]):
            raise KeyStoreError("keys.rolled_back", domain=name)
    if not words.last:
        return held
    current = [version for version, last in words.last.items() if was_current(last)]
    if not current and words.importing is not None:
        # Somebody was stopped while noting the versions, before the current one.
        current = [version for version in by_version if version == words.importing.get("current")]
    if len(current) != 1:
        raise KeyStoreError("keys.rolled_back", domain=name)
    return [
        (replace(record, current=record.version == current[0]), secret) for record, secret in held
    ]


def _is_begun(words: Words, records: Sequence[DomainRecord]) -> bool:
    """Tell whether this import was announced, and somebody was stopped before its end."""
    said = words.importing or {}
    return (said.get("imported"), said.get("current")) == (_key_ids(records), _current(records))


def _are_same(registry: Registry, records: Sequence[DomainRecord]) -> bool:
    """Tell whether a store has all versions of a domain, and the right one as current."""
    there = sorted(registry.versions(records[0].name), key=lambda record: record.version)
    if any(record.state is State.DESTROYED for record in there):
        return False
    return [(one.key_id, one.current) for one in there] == [
        (one.key_id, one.current) for one in records
    ]


def _current(records: Sequence[DomainRecord]) -> int:
    return next(record.version for record in records if record.current)


def _key_ids(records: Sequence[DomainRecord]) -> list[str]:
    return [record.key_id for record in records]


def _note(ledger: Ledger, what: str, records: Sequence[DomainRecord]) -> None:
    said = {"domain": records[0].name, "key_ids": _key_ids(records), "by": account()}
    ledger.append(lambda before: (EVENT, event(what, utc_now(), before, **said)))


def _wipe(held: Escrowed) -> None:
    for _, secret in held:
        secret.wipe()
