# SPDX-License-Identifier: Apache-2.0
"""Make, show, freeze, activate and destroy domains, and note it in ledger and log.

What each step means stands in :mod:`pseudo.keys.lifecycle`. Nothing secret comes out of
here: a :class:`~pseudo.keys.DomainRecord` has none.
"""

from __future__ import annotations

from collections.abc import Callable

from pseudo.domain import Domain
from pseudo.errors import KeyStoreError, UsageError
from pseudo.evidence.ledger import Ledger
from pseudo.keys import DomainRecord, Store
from pseudo.keys.hierarchy import check_name
from pseudo.keys.lifecycle import State
from pseudo.keys.store import utc_now
from pseudo.logs import logger
from pseudo.pseudonym import PseudonymFormat
from pseudo.usecases.domain_events import (
    changed,
    changing,
    require_current,
    require_unknown,
)

__all__ = [
    "activate",
    "check_confirmed",
    "check_new_name",
    "create",
    "described",
    "destroy",
    "freeze",
    "list_all",
    "open_current",
    "show",
]


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
        return _noted("created", ledger, name, State.ACTIVE, lambda: store.create(name, form))


def list_all(store: Store) -> list[DomainRecord]:
    """Return every version of every domain, destroyed ones too."""
    return store.list()


def show(store: Store, name: str) -> DomainRecord:
    """Return a domain's current version; see :meth:`pseudo.keys.Store.show`."""
    return store.show(name)


def freeze(store: Store, name: str, *, ledger: Ledger | None = None) -> DomainRecord:
    """Let no pseudonyms be made until the domain is activated again."""
    return _moved("frozen", ledger, State.FROZEN, name, store.freeze, store)


def activate(store: Store, name: str, *, ledger: Ledger | None = None) -> DomainRecord:
    """Let pseudonyms be made."""
    return _moved("activated", ledger, State.ACTIVE, name, store.activate, store)


def destroy(
    store: Store, name: str, *, confirmed: str, ledger: Ledger | None = None
) -> DomainRecord:
    """Destroy a domain's secrets for ever.

    Args:
        store: Where it is.
        name: The domain.
        confirmed: The domain's name once more, by whoever answers for it.
        ledger: Where it is noted.

    Raises:
        UsageError: The two names differ (``usage.not_confirmed``).
        KeyStoreError: See :meth:`pseudo.keys.Store.destroy`; ``keys.rolled_back`` where the
            ledger knows something else of the domain.
    """
    check_confirmed(name, confirmed)
    return _moved("destroyed", ledger, State.DESTROYED, name, store.destroy, store)


def open_current(store: Store, name: str, ledger: Ledger) -> Domain:
    """Open a domain, if the ledger's last word on it is what the store says.

    Raises:
        KeyStoreError: See :meth:`pseudo.keys.Store.domain`; ``keys.rolled_back``.
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    with ledger.alone():
        record = store.show(name)
        require_current(ledger, record, utc_now)
        if record.state is State.CREATED:
            # Nobody has unwrapped its secret yet, so its check value is fixed now.
            record = _noted("activated", ledger, name, State.ACTIVE, lambda: store.activate(name))
        opened = store.domain(name)
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
        require_current(ledger, store.show(name), utc_now)
        return _noted(done, ledger, name, to, lambda: act(name))


def _noted(
    done: str, ledger: Ledger, name: str, to: State, act: Callable[[], DomainRecord]
) -> DomainRecord:
    """Announce in the ledger what is about to be done with a domain, do it, and note it."""
    changing(ledger, name, to, utc_now)
    record = act()
    changed(ledger, record, utc_now)
    return _done(done, record)


def _done(done: str, record: DomainRecord) -> DomainRecord:
    logger().info(f"domain.{done}", domain=record.name, key_id=record.key_id)
    return record
