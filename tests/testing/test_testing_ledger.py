# SPDX-License-Identifier: Apache-2.0
"""The recording ledger keeps what came, as it came, and fails when told."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

import pseudo.testing
from pseudo.errors import EvidenceError
from pseudo.testing import RecordingLedger


def test_entries_are_kept_in_order_with_a_reference_each() -> None:
    ledger = RecordingLedger()
    assert [ledger.append({"n": 1}), ledger.append({"n": 2})] == ["recorded:1", "recorded:2"]
    assert ledger.entries == [{"n": 1}, {"n": 2}]
    assert repr(ledger) == "<RecordingLedger entries=2>"


def test_what_the_caller_changes_later_was_not_recorded() -> None:
    ledger = RecordingLedger()
    entry: dict[str, object] = {"files": ["a"]}
    ledger.append(entry)
    entry["files"] = []
    assert ledger.entries == [{"files": ["a"]}]


def test_it_fails_while_it_is_told_to_and_records_nothing_then() -> None:
    ledger = RecordingLedger(fail_with=EvidenceError("ledger.unavailable"))
    with pytest.raises(EvidenceError):
        ledger.append({"n": 1})
    assert ledger.entries == []
    ledger.fail_with = None
    assert ledger.append({"n": 2}) == "recorded:1"


def test_references_are_unique_in_several_threads() -> None:
    ledger = RecordingLedger()
    with ThreadPoolExecutor(4) as pool:
        references = list(pool.map(lambda n: ledger.append({"n": n}), range(400)))
    assert len(set(references)) == len(ledger.entries) == 400


def test_every_exported_name_can_be_had_and_no_other() -> None:
    assert all(getattr(pseudo.testing, name) is not None for name in pseudo.testing.__all__)
    assert set(pseudo.testing.__all__) == set(dir(pseudo.testing))
    with pytest.raises(AttributeError, match="nothing_like_it"):
        _ = pseudo.testing.nothing_like_it  # type: ignore[attr-defined]
