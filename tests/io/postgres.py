# SPDX-License-Identifier: Apache-2.0
"""A server's database, emptied between tests."""

from __future__ import annotations

import pytest

from pseudo.testing.postgres import Postgres

__all__ = ["emptied"]


def emptied(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Postgres:
    """Leave nothing in the database but two schemas; let clients find the password."""
    monkeypatch.setenv("PGPASSFILE", str(server.passfile))
    server.psql("DROP SCHEMA public CASCADE; DROP SCHEMA IF EXISTS annat CASCADE;")
    server.psql("CREATE SCHEMA public; CREATE SCHEMA annat;")
    return server
