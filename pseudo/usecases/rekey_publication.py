# SPDX-License-Identifier: Apache-2.0
"""The end of a move: check, publication and change of the current version, as one.

All three happen while nobody else can change a domain. Else two moves could both publish
what they take for the new version, and the slower one would make its own current.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from pseudo.errors import KeyStoreError, PseudoError
from pseudo.evidence.ledger import Ledger
from pseudo.evidence.rekey_receipt import RekeyDraft
from pseudo.io.publish import Staging
from pseudo.keys import Store
from pseudo.keys.lifecycle import require_usable
from pseudo.keys.registry import Registry
from pseudo.keys.store import utc_now
from pseudo.usecases.domain_events import require_current
from pseudo.usecases.domains import replace_current
from pseudo.usecases.publication import publish

__all__ = ["publish_move"]


def publish_move(
    staging: Staging,
    draft: RekeyDraft,
    store: Store,
    *,
    ledger: Ledger,
    clock: Callable[[], datetime],
) -> dict[str, Any]:
    """Publish what was moved, and make its version current.

    Args:
        staging: The moved tables.
        draft: What the receipt says.
        store: Where the domain is.
        ledger: Where the receipt goes, and the change of the domain.
        clock: Tells the time, UTC.

    Returns:
        The receipt's predicate.

    Raises:
        KeyStoreError: Another version became current meanwhile (``rekey.overtaken``), or the
            domain cannot be used any more: nothing was published. Or it was published, and
            the last step failed (``rekey.published_not_current``).
        EvidenceError: The receipt could not be appended; nothing was published.
        ResourceError: The disk is full, or cannot be written; nothing was published.
        UsageError: Somebody made the folder meanwhile.
    """
    with ledger.alone():
        _require_as_before(store, draft, ledger)
        receipt = publish(staging, draft, ledger, clock)
        if draft.becomes_current:
            _make_current(store, draft, ledger, staging)
    return receipt


def _require_as_before(store: Store, draft: RekeyDraft, ledger: Ledger) -> None:
    """Refuse a move whose domain is not what it was when the move began."""
    name = draft.new.name
    records = store.versions(name)
    require_current(ledger, records, utc_now)
    registry = Registry(tuple(records))
    expected = draft.old if draft.becomes_current else draft.new
    if registry.one(name).version != expected.version:
        raise KeyStoreError("rekey.overtaken", domain=name)
    for info in (draft.old, draft.new):
        require_usable(registry.one(name, info.version).state, name)


def _make_current(store: Store, draft: RekeyDraft, ledger: Ledger, staging: Staging) -> None:
    """Make the new version current; whoever cannot is told that the tables are published."""
    old, new = draft.old, draft.new
    cause = ""
    try:
        replace_current(
            store,
            new.name,
            new.version,
            ledger=ledger,
            instead_of=old.version,
            receipt=draft.batch,
        )
    except PseudoError as error:
        cause = error.code
    if cause:
        raise KeyStoreError(
            "rekey.published_not_current",
            out=str(staging.out),
            domain=new.name,
            version=new.version,
            old=old.version,
            cause=cause,
        )
