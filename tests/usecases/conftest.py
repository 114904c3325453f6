# SPDX-License-Identifier: Apache-2.0
"""A domain, a small delivery, a spec, and a key store with its ledger, for the tests here."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import pseudo
from pseudo.domain import Domain
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import TESTING
from pseudo.keys.local import LocalStore
from pseudo.testing import MemoryStore, People
from tests.usecases.tracing import Office, open_store

SPEC = """\
name: kommunala-program
reference_date: 2026-11-22
columns:
  - {name: personnummer, role: identifier, pseudonym: id}
  - {name: namn, role: direct}
  - {name: insats, role: keep, type: integer}
"""


@pytest.fixture
def domain() -> Iterator[Domain]:
    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        yield store.domain("projA")


@pytest.fixture
def people() -> list[str]:
    return People(seed=7).personnummer(200)


@pytest.fixture
def spec(tmp_path: Path) -> Path:
    path = tmp_path / "spec.yaml"
    path.write_text(SPEC, encoding="utf-8")
    return path


@pytest.fixture
def deliver(tmp_path: Path) -> Callable[..., Path]:
    """Write a delivery and return its path."""

    def write(content: str | bytes, name: str = "delivery.csv") -> Path:
        path = tmp_path / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    return write


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with LocalStore.open(
        tmp_path / "keys.pseudo", "hemligt", create=True, profile=TESTING
    ) as store:
        yield store


@pytest.fixture
def ledger(tmp_path: Path, store: LocalStore) -> FileLedger:
    return pseudo.open_ledger(tmp_path / "keys.pseudo.ledger", store)


@pytest.fixture(params=["local", "memory"])
def office(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Office]:
    with open_store(request.param, tmp_path) as opened:
        yield Office(tmp_path, opened)
