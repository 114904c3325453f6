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
from pathlib import Path

from pseudo.errors import KeyStoreError
from pseudo.evidence.entries import EVENT, event
from pseudo.evidence.ledger import Ledger
from pseudo.keys import OWASP_2023, DomainRecord, ScryptProfile, Store
from pseudo.keys.document import ESCROW, LARGEST, read_document
from pseudo.keys.escrow import read_escrow, write_escrow
from pseudo.keys.files import read_private, same_file_path, write_new
from pseudo.keys.lifecycle import State
from pseudo.keys.store import Escrowed, utc_now
from pseudo.logs import logger
from pseudo.usecases.account import account
from pseudo.usecases.domain_events import (
    IMPORTED,
    changed,
    changing,
    events_of,
    require_current,
)
from pseudo.usecases.escrow_plan import current_of, judged, key_ids

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


def _taken_in(store: Store, held: Escrowed, ledger: Ledger) -> DomainRecord:
    name = held[0][0].name
    plan = judged(store, held, ledger)
    if not plan.begun:
        facts = {
            "imported": key_ids(plan.records),
            "current": current_of(plan.records),
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


def _note(ledger: Ledger, what: str, records: Sequence[DomainRecord]) -> None:
    said = {"domain": records[0].name, "key_ids": key_ids(records), "by": account()}
    ledger.append(lambda before: (EVENT, event(what, utc_now(), before, **said)))


def _wipe(held: Escrowed) -> None:
    for _, secret in held:
        secret.wipe()
