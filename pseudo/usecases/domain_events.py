# SPDX-License-Identifier: Apache-2.0
"""Domains in the ledger: what was to be done with them, what was done, and what is so now.

A key store that was put back from a copy looks sound by itself. So every change of a domain
is written in the ledger twice: before it is made, and when it is made. Whoever opens a domain
compares the store with the ledger's last word on it, and refuses where they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any

from pseudo.errors import KeyStoreError
from pseudo.evidence.entries import EVENT, event
from pseudo.evidence.ledger import Ledger
from pseudo.keys import DomainRecord
from pseudo.keys.lifecycle import TRANSITIONS, State

__all__ = ["CHANGED", "CHANGING", "changed", "changing", "require_current", "require_unknown"]

CHANGING = "domain.changing"
"""The event that a domain is about to get another state."""

CHANGED = "domain.changed"
"""The event that a domain has a state."""

Clock = Callable[[], datetime]


def changing(ledger: Ledger, name: str, to: State, clock: Clock) -> None:
    """Note that a domain is about to be made, or to get another state."""
    ledger.append(
        lambda before: (EVENT, event(CHANGING, clock(), before, domain=name, to=to.value))
    )


def changed(ledger: Ledger, record: DomainRecord, clock: Clock) -> None:
    """Note what a domain is now."""
    facts = {
        "domain": record.name,
        "version": record.version,
        "key_id": record.key_id,
        "kcv": record.kcv,
        "state": record.state.value,
        "format": record.format.value,
    }
    ledger.append(lambda before: (EVENT, event(CHANGED, clock(), before, **facts)))


def require_current(ledger: Ledger, record: DomainRecord, clock: Clock) -> None:
    """Compare a domain with the ledger's last word on it.

    A domain of which the ledger knows nothing is noted as it is: it was made before the
    ledger was.

    Args:
        ledger: The ledger.
        record: What the key store says.
        clock: Tells the time, UTC.

    Raises:
        KeyStoreError: They differ (``keys.rolled_back``): the store, or the ledger, is an
            old copy, or somebody changed one of them.
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    last, announced = _last_word(ledger, record)
    if last is not None and not _same_key(last, record):
        raise KeyStoreError("keys.rolled_back", domain=record.name)
    if last is None:
        changed(ledger, record, clock)
    elif last.get("state") != record.state.value:
        if record.state.value != announced or not _leads(last.get("state"), record.state):
            raise KeyStoreError("keys.rolled_back", domain=record.name)
        # What was announced was done, by a process that was stopped before it said so.
        changed(ledger, record, clock)


def require_unknown(ledger: Ledger, name: str) -> None:
    """Make sure that the ledger knows no domain of a name that the key store does not know.

    Raises:
        KeyStoreError: It does (``keys.rolled_back``): the store is a copy from before the
            domain was made.
    """
    for entry in ledger.entries():
        noted = entry.content.get("domain")
        if entry.is_receipt or entry.content.get("event") != CHANGED:
            continue
        if isinstance(noted, str) and noted.casefold() == name.casefold():
            raise KeyStoreError("keys.rolled_back", domain=name)


def _same_key(last: Mapping[str, Any], record: DomainRecord) -> bool:
    """Tell whether a ledger's word is of the same key, as far as it was known then."""
    if last.get("format") != record.format.value:
        return False
    if last.get("state") == State.CREATED.value and not last.get("kcv"):
        return True
    return (last.get("key_id"), last.get("kcv")) == (record.key_id, record.kcv)


def _leads(before: object, to: State) -> bool:
    """Tell whether a domain can get from one state to another at all."""
    return before in list(State) and to in TRANSITIONS[State(str(before))]


def _last_word(ledger: Ledger, record: DomainRecord) -> tuple[Mapping[str, Any] | None, str]:
    """Find the last state of a domain's version, and the change that was announced since."""
    last: Mapping[str, Any] | None = None
    announced = ""
    for entry in ledger.entries():
        content = entry.content
        if entry.is_receipt or content.get("domain") != record.name:
            continue
        if content.get("event") == CHANGING:
            announced = str(content.get("to"))
        elif content.get("event") == CHANGED and content.get("version") == record.version:
            last, announced = content, ""
    return last, announced
