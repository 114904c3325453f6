# SPDX-License-Identifier: Apache-2.0
"""What the tests of the text reader share: reading bytes, and a slow, plain reference."""

from __future__ import annotations

import itertools
import os
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from pseudo.errors import PseudoError
from pseudo.io.source import Facts, ReadOptions, records_of
from pseudo.io.text import TextSource

Row = tuple[str | None, ...]


@dataclass(frozen=True)
class Outcome:
    """All that a reading gave, comparable."""

    names: tuple[str, ...] = ()
    rows: list[Row] = field(default_factory=list)
    numbers: list[int] = field(default_factory=list)
    lines: list[int] = field(default_factory=list)
    rejects: list[tuple[int, int, str]] = field(default_factory=list)
    framed: int = 0
    blank: int = 0
    facts: Facts | None = None
    error: str = ""
    params: dict[str, int | str] = field(default_factory=dict)


def read_path(path: Path, **options: object) -> Outcome:
    """Read a file to its end."""
    outcome = Outcome()
    framed = 0
    with closing(TextSource(path, 1, ReadOptions(**options))) as source:
        for piece in records_of(source):
            assert piece.file == 1
            assert piece.lines is not None
            piece.batch.validate(full=True)
            assert piece.batch.schema == source.schema
            assert piece.framed == piece.batch.num_rows + len(piece.rejects)
            assert len(piece.numbers) == len(piece.lines) == piece.batch.num_rows
            columns = [column.to_pylist() for column in piece.batch.columns]
            outcome.rows.extend(zip(*columns, strict=True))
            outcome.numbers.extend(piece.numbers.tolist())
            outcome.lines.extend(piece.lines.tolist())
            outcome.rejects.extend((r.record, r.line, r.code) for r in piece.rejects)
            framed += piece.framed
            assert 0 < piece.done <= source.facts.size
        return Outcome(
            names=tuple(source.schema.names),
            rows=outcome.rows,
            numbers=outcome.numbers,
            lines=outcome.lines,
            rejects=outcome.rejects,
            framed=framed,
            blank=source.blank_lines,
            facts=source.facts,
        )


@pytest.fixture(scope="session")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the files of all tests."""
    return tmp_path_factory.mktemp("text")


@pytest.fixture(scope="session")
def write(folder: Path) -> Callable[[bytes], Path]:
    """Write bytes to a new file."""
    numbers = itertools.count()

    def write(data: bytes) -> Path:
        path = folder / f"{next(numbers)}.txt"
        path.write_bytes(data)
        return path

    return write


@pytest.fixture(scope="session")
def read(write: Callable[[bytes], Path]) -> Callable[..., Outcome]:
    """Read bytes as a file."""

    def read(data: bytes, **options: object) -> Outcome:
        path = write(data)
        try:
            return read_path(path, **options)
        finally:
            path.unlink()

    return read


@pytest.fixture(scope="session")
def refused(write: Callable[[bytes], Path]) -> Callable[..., PseudoError]:
    """Read bytes that must be refused, and give the error."""

    def refused(data: bytes, **options: object) -> PseudoError:
        path = write(data)
        try:
            with pytest.raises(PseudoError) as caught:
                read_path(path, **options)
        finally:
            path.unlink()
        return caught.value

    return refused


@pytest.fixture(scope="session")
def outcome_of(write: Callable[[bytes], Path]) -> Callable[..., Outcome]:
    """Read bytes; an error is an outcome too."""

    def outcome_of(data: bytes, **options: object) -> Outcome:
        path = write(data)
        try:
            return read_path(path, **options)
        except PseudoError as error:
            return Outcome(error=error.code, params=dict(error.params))
        finally:
            path.unlink()

    return outcome_of


@pytest.fixture(scope="session")
def run_python() -> Callable[..., str]:
    """Run a program in an interpreter of its own that finds what this one finds."""

    def run_python(program: str, *arguments: str) -> str:
        done = subprocess.run(
            [sys.executable, "-c", program, *arguments],
            capture_output=True,
            text=True,
            check=True,
            timeout=120,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        return done.stdout.strip()

    return run_python


@dataclass(frozen=True)
class Slow:
    """What the reference found: records with their cells, and how the text ended."""

    records: list[tuple[int, int, int, list[str]]]
    blank: int
    open_quote: int
    consumed: int


def slowly(text: bytes, delimiter: bytes = b";", *, final: bool = True) -> Slow:
    """Frame and parse a text byte by byte, by the grammar's words."""
    records: list[tuple[int, int, int, list[str]]] = []
    start = line = first_line = blank = consumed = place = 0
    cell, cells, state, open_quote = b"", [], "first", -1
    while place < len(text):
        byte = text[place : place + 1]
        two = text[place : place + 2]
        width = 2 if two == b"\r\n" else 1
        if state == "quoted":
            if two == b'""':
                cell += b'"'
                place += 2
            elif byte == b'"':
                state, open_quote = "plain", -1
                place += 1
            else:
                line += byte in b"\r\n"
                cell += text[place : place + width]
                place += width
            continue
        if byte in b"\r\n":
            if byte == b"\r" and len(two) == 1 and not final:
                break
            line += 1
            if place == start:
                blank += 1
            else:
                records.append((start, place, first_line, [*cells, cell.decode()]))
            place += width
            start = consumed = place
            first_line, cell, cells, state = line, b"", [], "first"
            continue
        if byte == delimiter:
            cells, cell, state = [*cells, cell.decode()], b"", "first"
        elif byte == b'"' and state == "first":
            state, open_quote = "quoted", place
        else:
            cell, state = cell + byte, "plain"
        place += 1
    if final and open_quote < 0 and start < len(text):
        records.append((start, len(text), first_line, [*cells, cell.decode()]))
        consumed = len(text)
    return Slow(records, blank, open_quote, consumed)


@pytest.fixture(scope="session")
def reference() -> Callable[..., Slow]:
    """The slow, plain reference."""
    return slowly
