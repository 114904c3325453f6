# SPDX-License-Identifier: Apache-2.0
"""Hold an escrow against the ledger and the key store, and see what an import has to do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from pseudo.errors import KeyStoreError
from pseudo.evidence.ledger import Ledger
from pseudo.keys import DomainRecord, Store
from pseudo.keys.lifecycle import State
from pseudo.keys.registry import Registry
from pseudo.keys.store import Escrowed
from pseudo.usecases.domain_events import (
    Words,
    is_same_key,
    last_words,
    require_unknown,
    was_current,
)

__all__ = ["Plan", "current_of", "judged", "key_ids"]


@dataclass(frozen=True, slots=True)
class Plan:
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
        """What is known of the versions."""
        return [record for record, _ in self.held]


def judged(store: Store, held: Escrowed, ledger: Ledger) -> Plan:
    """Hold an escrow against the ledger and the store, and see what is to be done.

    Raises:
        KeyStoreError: The ledger or the store refuses it; see
            :func:`pseudo.usecases.escrow.import_domain`.
    """
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
    return Plan(held, _state_of(words, records), begun, _are_same(registry, records))


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
    return (said.get("imported"), said.get("current")) == (key_ids(records), current_of(records))


def _are_same(registry: Registry, records: Sequence[DomainRecord]) -> bool:
    """Tell whether a store has all versions of a domain, and the right one as current."""
    there = sorted(registry.versions(records[0].name), key=lambda record: record.version)
    if any(record.state is State.DESTROYED for record in there):
        return False
    return [(one.key_id, one.current) for one in there] == [
        (one.key_id, one.current) for one in records
    ]


def current_of(records: Sequence[DomainRecord]) -> int:
    """Give the version that is current."""
    return next(record.version for record in records if record.current)


def key_ids(records: Sequence[DomainRecord]) -> list[str]:
    """Give the key ids of versions, in their order."""
    return [record.key_id for record in records]
