# SPDX-License-Identifier: Apache-2.0
"""A domain, a small delivery and a spec for the tests of whole batches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from pseudo.domain import Domain
from pseudo.testing import MemoryStore, People

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
