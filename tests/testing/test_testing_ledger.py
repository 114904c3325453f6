# SPDX-License-Identifier: Apache-2.0
"""The recording ledger is a ledger, keeps what came, and fails when told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import pseudo.testing
from pseudo.errors import EvidenceError
from pseudo.evidence.checkpoint import open_checkpoint
from pseudo.evidence.entries import EVENT, place_of
from pseudo.evidence.merkle import includes, leaf_hash
from pseudo.testing import MemoryStore, RecordingLedger


def event(number: int):
    return lambda before: (EVENT, {"event": "test", "n": number, "ledger": place_of(before)})


def test_entries_are_kept_in_order_signed_and_proven() -> None:
    ledger = RecordingLedger(MemoryStore())
    for number in range(5):
        appended = ledger.append(event(number))
        head = open_checkpoint(appended.checkpoint, ledger.key)
        assert head is not None
        assert (appended.index, head.size) == (number, number + 1)
        leaf = leaf_hash(appended.entry)
        assert includes(leaf, number, head.size, appended.proof, head.root)
    entries = list(ledger.entries())
    assert [entry.content["n"] for entry in entries] == list(range(5))
    assert [entry.before.size for entry in entries] == list(range(5))
    assert all(entry.envelope.verifies(ledger.key.public) for entry in entries)
    assert repr(ledger) == "<RecordingLedger entries=5>"


def test_it_fails_while_it_is_told_to_and_records_nothing_then() -> None:
    ledger = RecordingLedger(MemoryStore(), fail_with=EvidenceError("ledger.busy"))
    with pytest.raises(EvidenceError):
        ledger.append(event(1))
    assert ledger.appended == []
    ledger.fail_with = None
    assert ledger.append(event(2)).index == 0


def test_places_are_unique_in_several_threads() -> None:
    ledger = RecordingLedger(MemoryStore())
    with ThreadPoolExecutor(4) as pool:
        places = list(pool.map(lambda n: ledger.append(event(n)).index, range(200)))
    assert sorted(places) == list(range(200))


def test_every_exported_name_can_be_had_and_no_other() -> None:
    assert all(getattr(pseudo.testing, name) is not None for name in pseudo.testing.__all__)
    assert set(pseudo.testing.__all__) == set(dir(pseudo.testing))
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = pseudo.testing.nothing_like_it  # type: ignore[attr-defined]
