# SPDX-License-Identifier: Apache-2.0
"""What independent writers wrote is read back, whatever the chunks, the kernel and the text."""

from __future__ import annotations

import importlib.util
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pseudo.kernel.compiled import compiled

_SPEC = importlib.util.spec_from_file_location("writers", Path(__file__).with_name("writers.py"))
writers = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(writers)

KERNELS = ("reference", "native") if compiled().state == "ready" else ("reference",)
PIECES = [
    "'", "''", "\\", "\\'", '"', "`", "\n", "\r\n", "\t", ";", ",", "(", ")", "),(", "--", "-- x\n",
    "/*", "*/", "/*!", "#", "$", "$$", "$a$", "\nGO\n", "\nINSERT INTO t VALUES (1,'a','b');\n",
    "\\.", "\n\\.\n", "\\N", "N'", "E'", "å", "𝄞", " ", "x", "NULL", "0", "[", "]", "{", "\x1a",
]  # fmt: skip
TEXTS = st.lists(st.sampled_from(PIECES), max_size=6).map("".join)
CELLS = st.one_of(st.none(), TEXTS)
NUMBERS = st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1))
ROWS = st.lists(st.tuples(NUMBERS, CELLS, CELLS), min_size=1, max_size=8)


@pytest.mark.parametrize("dialect", writers.WRITERS)
@given(rows=ROWS, seed=st.integers(0, 9), size=st.sampled_from([1, 3, 64, 1000, 1 << 22]))
@example(rows=[(1, "it's\\", "\\"), (None, "\\'", None)], seed=0, size=1)
@example(rows=[(191212121212, "),(", ";\nGO\n"), (2, "", "'")], seed=1, size=2)
def test_rows_are_read_back(
    read: Callable[..., Any], dialect: str, rows: list[tuple[Any, ...]], seed: int, size: int
) -> None:
    dump = writers.WRITERS[dialect](rows, random.Random(seed))
    expected = [tuple(None if value == "" else value for value in row) for row in rows]
    for kernel in KERNELS:
        outcome = read(dump, chunk_bytes=size, kernel=kernel)
        assert outcome.rows == expected
        assert outcome.numbers == list(range(2, len(rows) + 2))
        assert outcome.schema.names == ["a", "b", "c"]
    encodings = ["utf-16"] if dialect == "sqlserver" else []
    for encoding in encodings:
        assert read(dump.encode(encoding), chunk_bytes=size).rows == expected
    if all("\n" not in f"{value}" for row in rows for value in row):
        assert read(dump.replace("\n", "\r\n"), chunk_bytes=size).rows == expected


@pytest.mark.parametrize("dialect", writers.WRITERS)
def test_lines_are_those_where_rows_begin(read: Callable[..., Any], dialect: str) -> None:
    rows = [(number, f"x{number}\ny" if number % 3 == 0 else "z", "q") for number in range(200)]
    dump = writers.WRITERS[dialect](rows, random.Random(5))
    places = [dump.index(mark) for mark in _marks(dialect, rows)]
    lines = [dump.count("\n", 0, place) + 1 for place in places]
    for size in (1, 50, 1 << 22):
        assert read(dump, chunk_bytes=size).lines == lines


def _marks(dialect: str, rows: list[tuple[Any, ...]]) -> list[str]:
    if dialect == "copy":
        return [
            f"\n{number}\t"[1:] if False else f"{number}\t{text[:1]}" for number, text, _ in rows
        ]
    space = "" if dialect == "mysql" else " "
    prefix = "N" if dialect == "sqlserver" else ""
    return [f"({number},{space}{prefix}'{text[:1]}" for number, text, _ in rows]
