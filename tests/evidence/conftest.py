# SPDX-License-Identifier: Apache-2.0
"""A ledger with a few entries, and what appends to it."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pseudo.evidence.entries import EVENT, place_of
from pseudo.evidence.file_ledger import FileLedger
from pseudo.testing import MemoryStore

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)


def event(number: int) -> Callable[..., Any]:
    """Write an event."""
    return lambda before: (EVENT, {"event": "test", "n": number, "ledger": place_of(before)})


@pytest.fixture
def store() -> Iterator[MemoryStore]:
    with MemoryStore() as store:
        yield store


@pytest.fixture
def ledger(tmp_path: Path, store: MemoryStore) -> FileLedger:
    """Five entries: the beginning and four events."""
    ledger = FileLedger.begin(tmp_path / "ledger", store, NOW)
    for number in range(4):
        ledger.append(event(number))
    return ledger


@pytest.fixture
def copied(tmp_path: Path, ledger: FileLedger, store: MemoryStore) -> Callable[[], FileLedger]:
    """Copy the ledger to another folder, as often as is wanted."""

    def copy() -> FileLedger:
        target = tmp_path / "copy"
        shutil.rmtree(target, ignore_errors=True)
        shutil.copytree(ledger.folder, target)
        return FileLedger(target, store)

    return copy
