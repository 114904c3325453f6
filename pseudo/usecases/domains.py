# SPDX-License-Identifier: Apache-2.0
"""Make, show, freeze, activate and destroy domains, and note it in the log.

What each step means stands in :mod:`pseudo.keys.lifecycle`. Nothing secret comes out of
here: a :class:`~pseudo.keys.DomainRecord` has none.
"""

from __future__ import annotations

from pseudo.errors import UsageError
from pseudo.keys import DomainRecord, Store
from pseudo.keys.hierarchy import check_name
from pseudo.logs import logger
from pseudo.pseudonym import PseudonymFormat

__all__ = [
    "activate",
    "check_new_name",
    "create",
    "described",
    "destroy",
    "freeze",
    "list_all",
    "show",
]


def check_new_name(name: str) -> None:
    """Refuse a name that no domain may have, before anybody is asked for a passphrase.

    Raises:
        KeyStoreError: ``keys.bad_name`` or ``keys.name_like_number``.
    """
    check_name(name)


def create(
    store: Store, name: str, form: PseudonymFormat | str = PseudonymFormat.BASE32
) -> DomainRecord:
    """Make a domain with a new secret; see :meth:`pseudo.keys.Store.create`."""
    return _noted("domain.created", store.create(name, form))


def list_all(store: Store) -> list[DomainRecord]:
    """Return every version of every domain, destroyed ones too."""
    return store.list()


def show(store: Store, name: str) -> DomainRecord:
    """Return a domain's current version; see :meth:`pseudo.keys.Store.show`."""
    return store.show(name)


def freeze(store: Store, name: str) -> DomainRecord:
    """Let no pseudonyms be made until the domain is activated again."""
    return _noted("domain.frozen", store.freeze(name))


def activate(store: Store, name: str) -> DomainRecord:
    """Let pseudonyms be made."""
    return _noted("domain.activated", store.activate(name))


def destroy(store: Store, name: str, *, confirmed: str) -> DomainRecord:
    """Destroy a domain's secrets for ever.

    Args:
        store: Where it is.
        name: The domain.
        confirmed: The domain's name once more, by whoever answers for it.

    Raises:
        UsageError: The two names differ (``usage.not_confirmed``).
        KeyStoreError: See :meth:`pseudo.keys.Store.destroy`.
    """
    if confirmed != name:
        raise UsageError("usage.not_confirmed", domain=name)
    return _noted("domain.destroyed", store.destroy(name))


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


def _noted(event: str, record: DomainRecord) -> DomainRecord:
    logger().info(event, domain=record.name, key_id=record.key_id)
    return record
