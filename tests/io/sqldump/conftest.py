# SPDX-License-Identifier: Apache-2.0
"""What the tests of SQL dumps share: reading bytes as a file, and what came of it."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa
import pytest

from pseudo.errors import PseudoError
from pseudo.io import open_source
from pseudo.io.source import Facts, ReadOptions, records_of
from pseudo.io.sqldump import SqlDumpSource

# What tells whose dialect it is, before a statement or two.
BEGIN = {
    "postgresql": "SET client_encoding = 'UTF8';\nSET standard_conforming_strings = on;\n",
    "mysql": "/*!40101 SET NAMES utf8mb4 */;\nLOCK TABLES `t` WRITE;\n",
    "sqlite": "PRAGMA foreign_keys=OFF;\nPRAGMA writable_schema=ON;\n",
    "sqlserver": "SET ANSI_NULLS ON\nGO\n",
    "": "SET x = 1;\n",
}


@dataclass(frozen=True)
class Outcome:
    """All that a reading gave, comparable."""

    schema: pa.Schema | None = None
    rows: list[tuple[object, ...]] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    rejects: list[tuple[int, int, str]] = field(default_factory=list)
    facts: Facts | None = None
    error: str = ""
    params: dict[str, int | str] = field(default_factory=dict)


def read_path(path: Path, chosen: list[str] | None = None, **options: object) -> Outcome:
    """Read a file to its end."""
    outcome = Outcome()
    with closing(open_source(path, 1, ReadOptions(**options))) as source:
        assert isinstance(source, SqlDumpSource)
        if chosen is not None:
            source.choose(chosen)
        for piece in records_of(source):
            piece.batch.validate(full=True)
            assert piece.batch.schema == source.schema
            assert piece.framed == piece.batch.num_rows + len(piece.rejects)
            assert len(piece.numbers) == len(piece.lines) == piece.batch.num_rows
            outcome.rows.extend(tuple(row.values()) for row in piece.batch.to_pylist())
            outcome.numbers.extend(piece.numbers.tolist())
            outcome.lines.extend(piece.lines.tolist())
            outcome.rejects.extend((r.record, r.line, r.code) for r in piece.rejects)
            assert 0 < piece.done <= source.facts.size
        return Outcome(
            source.schema,
            outcome.rows,
            outcome.numbers,
            outcome.lines,
            outcome.rejects,
            source.facts,
        )


@pytest.fixture(scope="session")
def write(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes | str], Path]:
    """Write a new file."""
    folder, numbers = tmp_path_factory.mktemp("sql"), itertools.count()

    def write(data: bytes | str) -> Path:
        path = folder / f"{next(numbers)}.csv"
        path.write_bytes(data if isinstance(data, bytes) else data.encode())
        return path

    return write


@pytest.fixture(scope="session")
def outcome_of(write: Callable[[bytes | str], Path]) -> Callable[..., Outcome]:
    """Read what is given as a file; an error is an outcome too."""

    def outcome_of(data: bytes | str, **options: object) -> Outcome:
        path = write(data)
        try:
            return read_path(path, **options)
        except PseudoError as error:
            assert error.__cause__ is None
            assert error.__context__ is None
            return Outcome(error=error.code, params=dict(error.params))
        finally:
            path.unlink()

    return outcome_of


@pytest.fixture(scope="session")
def read(outcome_of: Callable[..., Outcome]) -> Callable[..., Outcome]:
    """Read what must be readable."""

    def read(data: bytes | str, **options: object) -> Outcome:
        outcome = outcome_of(data, **options)
        assert not outcome.error, (outcome.error, outcome.params)
        return outcome

    return read


@pytest.fixture(scope="session")
def begin() -> dict[str, str]:
    """The first statements of a dump by dialect."""
    return BEGIN
