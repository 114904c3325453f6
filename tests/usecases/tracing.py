# SPDX-License-Identifier: Apache-2.0
"""An office with a domain, three custodians and a ledger, in which pseudonyms are traced."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pseudo
from pseudo.errors import PseudoError
from pseudo.io.source import ReadOptions
from pseudo.keys import TESTING, Store
from pseudo.keys.local import LocalStore
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import MemoryStore, People
from pseudo.usecases import domains, reidentify, requests
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.reidentify_asked import Asked, read_asked
from tests.approvals import three

__all__ = ["DAY", "NUMBERS", "OPTIONS", "Office", "listed", "open_store", "refused"]

DAY = date(2026, 11, 27)
OPTIONS = ReadOptions()
NUMBERS = People(seed=3).personnummer(50)


def open_store(kind: str, folder: Path) -> Store:
    """Make a new key store."""
    if kind == "memory":
        return MemoryStore()
    return LocalStore.open(folder / "keys.pseudo", "hemligt", create=True, profile=TESTING)


def refused(act: Callable[[], object]) -> str:
    """Give the code with which something is refused; no message may hold a number."""
    with pytest.raises(PseudoError) as caught:
        act()
    told = f"{caught.value} {caught.value!r} {caught.value.text()} {dict(caught.value.params)}"
    assert not any(number in told or number[2:8] in told for number in NUMBERS)
    return caught.value.code


def listed(path: Path, values: list[str | None], options: ReadOptions = OPTIONS) -> Asked:
    """Write what is asked for, and read it."""
    pq.write_table(pa.table({"id": pa.array(values, pa.string())}), path)
    return read_asked(path, None, PseudonymFormat.BASE32, options)


class Office:
    """A domain ``projA`` in a store, its ledger, and three people of whom two approve."""

    def __init__(self, folder: Path, store: Store) -> None:
        self.store = store
        self.ledger = pseudo.open_ledger(folder / "ledger", store)
        domains.create(store, "projA", ledger=self.ledger)
        self.people = three(self.ledger)

    def pseudonyms(self, values: list[str], version: int | None = None, **how: Any) -> list[str]:
        """Make pseudonyms as a delivery would."""
        how = how or {"reference_date": DAY}
        with self.store.domain("projA", version) as domain:
            return list(domain.pseudonymize(values, **how))

    def approved(self, asked: Asked) -> list[str]:
        """Ask for a list as one, and approve it as the others."""
        note = reidentify.request(
            self.store, "projA", self.ledger, self.people[0], asked, reference="2026:5"
        )
        return [requests.approve(note, person) for person in self.people[1:]]

    def trace(
        self,
        asked: Asked,
        candidates: Candidates,
        out: Path,
        notes: list[str],
        name: str = "projA",
    ) -> reidentify.Traced:
        """Carry a request out."""
        return reidentify.reidentify(
            self.store,
            name,
            self.ledger,
            asked,
            candidates,
            out,
            notes=notes,
            options=OPTIONS,
            run_by="op",
            now=datetime.now(UTC),
        )

    def events(self) -> list[object]:
        """Give the events of the ledger, oldest first."""
        return [entry.content.get("event") for entry in self.ledger.verified().entries]
