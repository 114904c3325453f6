# SPDX-License-Identifier: Apache-2.0
"""A real PostgreSQL for the tests here, and a look at what is in a database."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from pseudo.testing.postgres import Postgres
from tests.io.postgres import emptied


@pytest.fixture(scope="package")
def server() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture
def postgres(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Postgres:
    """Give a server with nothing in its database."""
    return emptied(server, monkeypatch)


@pytest.fixture
def sqlite(tmp_path: Path) -> Path:
    """Give the path of a database that does not exist."""
    return tmp_path / "forskning.db"
