# SPDX-License-Identifier: Apache-2.0
"""Domains in the ledger: what was to be done with them, what was done, and what is so now.

A key store that was put back from a copy looks sound by itself. So every change of a domain
is written in the ledger twice: before it is made, and when it is made. Whoever opens a domain
compares the store with the ledger's last word on it, and refuses where they differ.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from pseudo.errors import KeyStoreError
from pseudo.evidence.entries import EVENT, event
from pseudo.evidence.ledger import Ledger
from pseudo.keys import DomainRecord
from pseudo.keys.lifecycle import TRANSITIONS, State, require_usable

__all__ = [
    "CHANGED",
    "CHANGING",
    "IMPORTED",
    "Words",
    "agrees",
    "changed",
    "changing",
    "events_of",
    "is_noted",
    "is_same_key",
    "last_words",
    "note_all",
    "require_current",
    "require_same_series",
    "require_unknown",
    "used",
    "was_current",
]

CHANGING = "domain.changing"
"""The event that a domain is about to get another state, or another current version."""

CHANGED = "domain.changed"
"""The event that a version of a domain has a state."""

IMPORTED = "domain.imported"
"""The event that a domain's secrets were taken in from an escrow file, all of them."""

Clock = Callable[[], datetime]
Content = Mapping[str, Any]


@dataclass(slots=True)
class Words:
    """What a ledger says of a domain.

    Attributes:
        last: The last word on each version.
        announced: What was announced since the last word on each version, if anything was.
        importing: The announcement of an import that has not come to its end; None where
            there is none.
    """

    last: dict[int, Content] = field(default_factory=dict)
    announced: dict[int, Content] = field(default_factory=dict)
    importing: Content | None = None


def changing(ledger: Ledger, name: str, to: State, clock: Clock, **facts: object) -> None:
    """Note what is about to be done with a domain.

    Args:
        ledger: The ledger.
        name: The domain.
        to: The state that it, or its version, gets.
        clock: Tells the time, UTC.
        **facts: ``version`` where a new one is made, ``current`` where another version is
            to be the current one, ``request`` where others have approved. An import names
            the key ids as ``imported``, and the version that will be ``current``.
    """
    said = {"domain": name, "to": to.value, **facts}
    ledger.append(lambda before: (EVENT, event(CHANGING, clock(), before, **said)))


def changed(ledger: Ledger, record: DomainRecord, clock: Clock) -> None:
    """Note what a version of a domain is now."""
    facts = {
        "domain": record.name,
        "version": record.version,
        "key_id": record.key_id,
        "kcv": record.kcv,
        "state": record.state.value,
        "format": record.format.value,
        "current": record.current,
    }
    ledger.append(lambda before: (EVENT, event(CHANGED, clock(), before, **facts)))


def require_current(
    ledger: Ledger,
    records: Sequence[DomainRecord],
    clock: Clock,
    *,
    unfinished: bool = False,
) -> None:
    """Compare a domain with the ledger's last word on it.

    A version of which the ledger knows nothing is noted as it is: it was made before the
    ledger was. So is what was announced and done by somebody who was stopped before saying
    so, and a first use that was not announced.

    Args:
        ledger: The ledger.
        records: What the key store says of every version of one domain.
        clock: Tells the time, UTC.
        unfinished: Whether it may be a domain whose import was stopped. So much is there of
            it then as was taken in, and nothing is noted. Only what takes a domain away, or
            gives back what was so taken, may allow it.

    Raises:
        KeyStoreError: They differ (``keys.rolled_back``): the store, or the ledger, is an
            old copy, or somebody changed one of them. Or ``keys.import_unfinished``.
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    name = records[0].name
    words = last_words(ledger, name)
    if words.importing is not None:
        if not unfinished:
            raise KeyStoreError("keys.import_unfinished", domain=name)
        if not all(_is_imported(words, words.importing, record) for record in records):
            raise KeyStoreError("keys.rolled_back", domain=name)
        return
    if not _agree(words, records):
        raise KeyStoreError("keys.rolled_back", domain=name)
    for record in records:
        if not is_noted(words, record):
            changed(ledger, record, clock)


def agrees(ledger: Ledger, records: Sequence[DomainRecord]) -> bool:
    """Tell whether a domain is what the ledger says, as :func:`require_current` judges.

    Nothing is noted; of a domain that is being imported nothing is compared.

    Args:
        ledger: The ledger.
        records: What the key store says of every version of one domain.
    """
    words = last_words(ledger, records[0].name)
    return words.importing is not None or _agree(words, records)


def _agree(words: Words, records: Sequence[DomainRecord]) -> bool:
    missing = words.last.keys() - {record.version for record in records}
    return not missing and all(_is_explained(words, record) for record in records)


def note_all(ledger: Ledger, records: Sequence[DomainRecord], clock: Clock) -> None:
    """Note what became of a domain, after something was done with it."""
    # The current version always, which ends what was announced; others where they changed.
    words = last_words(ledger, records[0].name)
    for record in records:
        if words.importing is not None and record.state is State.CREATED:
            # It is only half taken in, and the ledger may know more of it than the store.
            continue
        if record.current or not is_noted(words, record):
            changed(ledger, record, clock)


def used(records: Sequence[DomainRecord]) -> list[DomainRecord]:
    """Give the versions of a domain that may have pseudonyms, all of them usable.

    Raises:
        KeyStoreError: The domain is not active.
    """
    for record in records:
        if record.current or record.state is not State.CREATED:
            require_usable(record.state, record.name)
    return [record for record in records if record.state is State.ACTIVE]


def is_noted(words: Words, record: DomainRecord) -> bool:
    """Tell whether a ledger's last word on a version is what the key store says."""
    last = words.last.get(record.version)
    if last is None or last.get("kcv") != record.kcv:
        return False
    return last.get("state") == record.state.value and was_current(last) == record.current


def require_same_series(ledger: Ledger, spec: str, domain: str, key_id: str) -> None:
    """Make sure that a domain's pseudonyms go on as they were.

    Another key gives other pseudonyms, by which nobody could link two deliveries. So only the
    key of the current version is used. A ledger that does not know which version is current
    may have receipts: then the key is that of the spec's last delivery, or of a later move.

    Args:
        ledger: The ledger.
        spec: Name of the spec; empty where there is none.
        domain: The domain.
        key_id: The key that is about to be used.

    Raises:
        KeyStoreError: It is another (``keys.other_series``).
    """
    words = last_words(ledger, domain).last.values()
    current = [word for word in words if was_current(word)]
    if any(_is_of_key(word, key_id) for word in current):
        return
    last = str(current[-1].get("key_id")) if current else _last_key(ledger, spec, domain)
    if last not in ("", key_id):
        raise KeyStoreError("keys.other_series", domain=domain, key_id=last)


def _is_of_key(word: Content, key_id: str) -> bool:
    """Tell whether a ledger's word is of a key, which may have had no check value yet."""
    noted = str(word.get("key_id"))
    return noted == key_id or (not word.get("kcv") and key_id.startswith(noted))


def _last_key(ledger: Ledger, spec: str, domain: str) -> str:
    """Find the key of a spec's last delivery in a domain, or the one of a move since then."""
    last = ""
    for entry in ledger.entries():
        said = entry.content
        used, by = said.get("domain"), said.get("spec")
        if not entry.is_receipt or not isinstance(used, dict) or used.get("name") != domain:
            continue
        if said.get("kind") == "rekey":
            follows = said.get("becomes_current") is True
        else:
            follows = isinstance(by, dict) and by.get("name") == spec
        if follows and said.get("verdict") == "published":
            last = str(used.get("key_id"))
    return last


def require_unknown(ledger: Ledger, name: str) -> None:
    """Make sure that the ledger knows no domain of a name that the key store does not know.

    Raises:
        KeyStoreError: It does (``keys.rolled_back``): the store is a copy from before the
            domain was made.
    """
    for content in _events(ledger):
        noted = content.get("domain")
        if content.get("event") != CHANGED or not isinstance(noted, str):
            continue
        if noted.casefold() == name.casefold():
            raise KeyStoreError("keys.rolled_back", domain=name)


def events_of(ledger: Ledger, name: str) -> Iterator[Content]:
    """Yield what a ledger says of a domain, oldest first."""
    return (content for content in _events(ledger) if content.get("domain") == name)


def last_words(ledger: Ledger, name: str) -> Words:
    """Find what a ledger says of a domain."""
    words = Words()
    for content in events_of(ledger, name):
        if content.get("event") == CHANGING:
            words.announced = dict.fromkeys(words.last, content)
            if isinstance(content.get("imported"), list):
                words.importing = content
        elif content.get("event") == IMPORTED:
            words.importing = None
        elif content.get("event") == CHANGED:
            version = content.get("version")
            if type(version) is int:
                words.last[version] = content
                words.announced.pop(version, None)
    return words


def _events(ledger: Ledger) -> Iterator[Content]:
    return (entry.content for entry in ledger.entries() if not entry.is_receipt)


def _is_imported(words: Words, importing: Content, record: DomainRecord) -> bool:
    """Tell whether a version belongs to an import that was stopped, and was not destroyed.

    What state it has otherwise does not matter, since nobody can use it.
    """
    last = words.last.get(record.version)
    was_gone = last is not None and last.get("state") == State.DESTROYED.value
    # A version without check value has a key id that ends before it.
    known = any(str(one).startswith(record.key_id) for one in importing["imported"])
    if last is None or (record.state is State.DESTROYED) == was_gone:
        return known
    announced = words.announced.get(record.version, {})
    return known and not was_gone and announced.get("to") == State.DESTROYED.value


def _is_explained(words: Words, record: DomainRecord) -> bool:
    """Tell whether a version can have become what it is since the ledger's last word on it."""
    last = words.last.get(record.version)
    if last is None:
        return True
    announced = words.announced.get(record.version, {})
    if not is_same_key(last, record):
        return False
    state_fits = last.get("state") == record.state.value or _leads(last, announced, record.state)
    chosen = announced.get("current")
    current_fits = was_current(last) == record.current or (
        type(chosen) is int and record.current == (chosen == record.version)
    )
    return state_fits and current_fits


def is_same_key(last: Content, record: DomainRecord) -> bool:
    """Tell whether a ledger's word is of the same key, as far as it was known then."""
    if last.get("format") != record.format.value:
        return False
    if not last.get("kcv") and last.get("state") != State.DESTROYED.value:
        return True
    return (last.get("key_id"), last.get("kcv")) == (record.key_id, record.kcv)


def _leads(last: Content, announced: Content, to: State) -> bool:
    """Tell whether a version can have got into a state by what was announced."""
    before, wanted = last.get("state"), announced.get("to")
    if before == State.CREATED.value and to is State.ACTIVE:
        # Whoever opens a domain for the first time need not have the ledger.
        return True
    if to is State.FROZEN and wanted == State.DESTROYED.value:
        # Before a secret is destroyed it is hidden, and that may be as far as somebody came.
        return before != State.DESTROYED.value
    return wanted == to.value and before in list(State) and to in TRANSITIONS[State(str(before))]


def was_current(last: Content) -> bool:
    """Tell whether a version was current; before there were several, the one there was."""
    return last.get("current", True) is True
