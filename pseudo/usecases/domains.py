# SPDX-License-Identifier: Apache-2.0
"""Make, show, freeze and activate domains, and note it in ledger and log.

What each step means stands in :mod:`pseudo.keys.lifecycle`. Nothing secret comes out of
here: a :class:`~pseudo.keys.DomainRecord` has none.
"""

from __future__ import annotations

from collections.abc import Callable

from pseudo.domain import Domain
from pseudo.errors import KeyStoreError, UsageError
from pseudo.evidence.entries import EVENT, event
from pseudo.evidence.ledger import Ledger
from pseudo.keys import DomainRecord, Store
from pseudo.keys.hierarchy import check_name
from pseudo.keys.lifecycle import State
from pseudo.keys.registry import Registry
from pseudo.keys.store import utc_now
from pseudo.logs import logger
from pseudo.pseudonym import PseudonymFormat
from pseudo.usecases.domain_events import (
    changed,
    changing,
    last_words,
    note_all,
    require_current,
    require_unknown,
)

__all__ = [
    "activate",
    "check_confirmed",
    "check_new_name",
    "create",
    "described",
    "freeze",
    "list_all",
    "make_current",
    "new_version",
    "open_current",
    "replace_current",
    "rewrap",
    "show",
    "versions",
]

REWRAPPED = "domain.rewrapped"
"""The event that a domain's secrets were wrapped anew."""


def check_new_name(name: str) -> None:
    """Refuse a name that no domain may have, before anybody is asked for a passphrase.

    Raises:
        KeyStoreError: ``keys.bad_name`` or ``keys.name_like_number``.
    """
    check_name(name)


def check_confirmed(name: str, confirmed: str) -> None:
    """Refuse to destroy a domain whose name was not given once more.

    Raises:
        UsageError: The two names differ (``usage.not_confirmed``).
    """
    if confirmed != name:
        raise UsageError("usage.not_confirmed", domain=name)


def create(
    store: Store,
    name: str,
    form: PseudonymFormat | str = PseudonymFormat.BASE32,
    *,
    ledger: Ledger | None = None,
) -> DomainRecord:
    """Make a domain with a new secret; see :meth:`pseudo.keys.Store.create`.

    Args:
        store: Where.
        name: The domain.
        form: How its pseudonyms are written.
        ledger: Where it is noted.
    """
    if ledger is None:
        return _done("created", store.create(name, form))
    check_name(name)
    with ledger.alone():
        if any(record.name.casefold() == name.casefold() for record in store.list()):
            # What the store refuses anyhow is not announced.
            return _done("created", store.create(name, form))
        require_unknown(ledger, name)
        if last_words(ledger, name).importing is not None:
            # The name is that of the domain in the escrow, of which something may be there.
            raise KeyStoreError("keys.import_unfinished", domain=name)
        changing(ledger, name, State.ACTIVE, utc_now)
        record = store.create(name, form)
        changed(ledger, record, utc_now)
        return _done("created", record)


def new_version(store: Store, name: str, *, ledger: Ledger) -> DomainRecord:
    """Make a new secret for a domain, which is not used before a move to it.

    Args:
        store: Where the domain is.
        name: The domain.
        ledger: Where it is noted.

    Raises:
        KeyStoreError: See :meth:`pseudo.keys.Store.new_version`; ``keys.rolled_back`` or
            ``keys.import_unfinished``.
    """
    with ledger.alone():
        records = store.versions(name)
        require_current(ledger, records, utc_now)
        number = Registry(tuple(records)).before_new(name)[1]
        changing(ledger, name, State.ACTIVE, utc_now, version=number)
        record = store.new_version(name)
        note_all(ledger, store.versions(name), utc_now)
        return _done("version_made", record)


def make_current(
    store: Store,
    name: str,
    version: int,
    *,
    ledger: Ledger,
    instead_of: int | None = None,
    **facts: object,
) -> DomainRecord:
    """Use a version of a domain from now on; see :func:`replace_current`."""
    with ledger.alone():
        return replace_current(store, name, version, ledger=ledger, instead_of=instead_of, **facts)


def replace_current(
    store: Store,
    name: str,
    version: int,
    *,
    ledger: Ledger,
    instead_of: int | None,
    **facts: object,
) -> DomainRecord:
    """Use a version of a domain from now on; only a move to it may ask for this.

    Whoever calls is alone with the ledger's domains.

    Args:
        store: Where the domain is.
        name: The domain.
        version: The version that becomes current.
        ledger: Where it is noted.
        instead_of: The version that it takes the place of, where this is to be compared.
        **facts: What else is said of it in the ledger: which move it belongs to.

    Raises:
        KeyStoreError: See :meth:`pseudo.keys.Store.make_current`; ``keys.rolled_back``,
            ``keys.import_unfinished``; the current version is not the one to be replaced
            (``rekey.overtaken``).
        UsageError: The current version is newer (``rekey.not_newer``).
    """
    records = store.versions(name)
    require_current(ledger, records, utc_now)
    before = Registry(tuple(records)).one(name).version
    if instead_of not in (None, before):
        raise KeyStoreError("rekey.overtaken", domain=name)
    if version < before:
        raise UsageError("rekey.not_newer", domain=name, version=version)
    changing(ledger, name, State.ACTIVE, utc_now, current=version, **facts)
    record = store.make_current(name, version)
    note_all(ledger, store.versions(name), utc_now)
    return _done("version_current", record)


def rewrap(store: Store, name: str, *, ledger: Ledger) -> DomainRecord:
    """Turn the keys that wrap a domain's secrets; its pseudonyms stay the same.

    Raises:
        KeyStoreError: See :meth:`pseudo.keys.Store.rewrap`; ``keys.rolled_back`` or
            ``keys.import_unfinished``.
    """
    with ledger.alone():
        require_current(ledger, store.versions(name), utc_now)
        record = store.rewrap(name)
        said = {"domain": name, "key_id": record.key_id}
        ledger.append(lambda before: (EVENT, event(REWRAPPED, utc_now(), before, **said)))
        return _done("rewrapped", record)


def list_all(store: Store) -> list[DomainRecord]:
    """Return every version of every domain, destroyed ones too."""
    return store.list()


def show(store: Store, name: str) -> DomainRecord:
    """Return a domain's current version; see :meth:`pseudo.keys.Store.show`."""
    return store.show(name)


def versions(store: Store, name: str) -> list[DomainRecord]:
    """Return every version of a domain; see :meth:`pseudo.keys.Store.versions`."""
    return store.versions(name)


def freeze(store: Store, name: str, *, ledger: Ledger | None = None) -> DomainRecord:
    """Let no pseudonyms be made until the domain is activated again."""
    return _moved("frozen", ledger, State.FROZEN, name, store.freeze, store)


def activate(store: Store, name: str, *, ledger: Ledger | None = None) -> DomainRecord:
    """Let pseudonyms be made."""
    return _moved("activated", ledger, State.ACTIVE, name, store.activate, store)


def open_current(store: Store, name: str, ledger: Ledger, version: int | None = None) -> Domain:
    """Open a domain, if the ledger's last word on it is what the store says.

    Args:
        store: Where it is.
        name: The domain.
        ledger: The ledger.
        version: Which version of its secret; the current one where none is given.

    Raises:
        KeyStoreError: See :meth:`pseudo.keys.Store.domain`; ``keys.rolled_back`` or
            ``keys.import_unfinished``.
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    with ledger.alone():
        records = store.versions(name)
        require_current(ledger, records, utc_now)
        record = Registry(tuple(records)).one(name, version)
        opened = store.domain(name, version)
        if record.state is State.CREATED:
            # Nobody had unwrapped its secret yet, so its check value was fixed now.
            records = store.versions(name)
            record = Registry(tuple(records)).one(name, opened.info.version)
            note_all(ledger, records, utc_now)
            _done("activated", record)
    if opened.info.key_id != record.key_id:
        # The store changed between the two, and of this version nothing was compared.
        opened.close()
        raise KeyStoreError("keys.rolled_back", domain=name)
    return opened


def described(record: DomainRecord) -> dict[str, object]:
    """Write a domain's public facts as plain data."""
    return {
        "name": record.name,
        "version": record.version,
        "state": record.state.value,
        "format": record.format.value,
        "kcv": record.kcv,
        "key_id": record.key_id,
        "created": record.created.isoformat().replace("+00:00", "Z"),
        "current": record.current,
    }


def _moved(
    done: str,
    ledger: Ledger | None,
    to: State,
    name: str,
    act: Callable[[str], DomainRecord],
    store: Store,
) -> DomainRecord:
    """Bring a domain into another state, whose state now must be the ledger's last word."""
    if ledger is None:
        return _done(done, act(name))
    with ledger.alone():
        require_current(ledger, store.versions(name), utc_now, unfinished=True)
        changing(ledger, name, to, utc_now)
        record = act(name)
        note_all(ledger, store.versions(name), utc_now)
    return _done(done, record)


def _done(done: str, record: DomainRecord) -> DomainRecord:
    logger().info(f"domain.{done}", domain=record.name, key_id=record.key_id)
    return record
