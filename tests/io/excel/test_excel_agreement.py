# SPDX-License-Identifier: Apache-2.0
"""Workbooks at random, read here and by a library that has nothing to do with that."""

from __future__ import annotations

import datetime as dt
import os
import random
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import xlsxwriter

from tests.io.excel.conftest import Outcome

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
LETTERS = "aÅ 0é€<&>\"'\n\t_x000D_😀东%=+-@"

Cell = Any
Make = Callable[[random.Random], Cell]


def _text(rng: random.Random) -> str:
    inner = "".join(rng.choices(LETTERS, k=rng.randrange(8)))
    return rng.choice(["x", "0012", "19800101-1234", "1e5"]) + inner + rng.choice(["", "y"])


def _number(rng: random.Random) -> float:
    kinds: list[Callable[[], float]] = [
        lambda: float(rng.randrange(-(10**6), 10**6)),
        lambda: float(rng.randrange(10**11, 10**12)),
        lambda: rng.randrange(10**8) / rng.choice([7, 100, 10**6]),
        lambda: rng.random() * 10.0 ** rng.randrange(-20, 25),
    ]
    return rng.choice(kinds)()


def _day(rng: random.Random) -> dt.datetime:
    return dt.datetime(1900, 3, 1) + dt.timedelta(days=rng.randrange(60_000))  # noqa: DTZ001


def _moment(rng: random.Random) -> dt.datetime:
    return _day(rng) + dt.timedelta(milliseconds=rng.randrange(86_400_000))


def _length(rng: random.Random) -> dt.timedelta:
    return dt.timedelta(seconds=rng.randrange(1, 10**7))


KINDS: dict[str, tuple[Make, str]] = {
    "text": (_text, "@"),
    "number": (_number, "General"),
    "truth": (lambda rng: rng.random() < 0.5, "General"),
    "day": (_day, "yyyy-mm-dd"),
    "moment": (_moment, "yyyy-mm-dd hh:mm:ss.000"),
    "length": (_length, "[h]:mm:ss"),
}


def _table(rng: random.Random) -> list[list[tuple[Cell, str]]]:
    """Make rows of cells, each with its format; a column is of one kind or of several."""
    columns = []
    rows = rng.randrange(1, 60)
    for _ in range(rng.randrange(1, 12)):
        kinds = rng.sample(list(KINDS), rng.choice([1, 1, 1, 2, 4]))
        gaps = rng.choice([0.0, 0.3, 0.9])
        column = [
            (None, "General") if rng.random() < gaps else _made(rng, rng.choice(kinds))
            for _ in range(rows)
        ]
        columns.append(column)
    return [list(row) for row in zip(*columns, strict=True)]


def _made(rng: random.Random, kind: str) -> tuple[Cell, str]:
    make, form = KINDS[kind]
    return make(rng), form


def by_openpyxl(path: Path, table: list[list[tuple[Cell, str]]], top: int, left: int) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    for column in range(len(table[0])):
        sheet.cell(top + 1, left + column + 1, f"k{column}")
    for at, row in enumerate(table, top + 2):
        for column, (value, form) in enumerate(row, left + 1):
            if value is not None:
                cell = sheet.cell(at, column)
                # What begins as a formula would be one.
                cell.value = value
                cell.number_format = form
                if isinstance(value, str):
                    cell.data_type = "s"
    book.save(path)


def by_xlsxwriter(path: Path, table: list[list[tuple[Cell, str]]], top: int, left: int) -> None:
    in_cells = top % 2 == 0
    with xlsxwriter.Workbook(path, {"constant_memory": in_cells}) as book:
        sheet = book.add_worksheet("Data")
        sheet.write_row(top, left, [f"k{column}" for column in range(len(table[0]))])
        forms = {form: book.add_format({"num_format": form}) for _, form in KINDS.values()}
        for at, row in enumerate(table, top + 1):
            for column, (value, form) in enumerate(row, left):
                if isinstance(value, str):
                    sheet.write_string(at, column, value)
                elif isinstance(value, bool):
                    sheet.write_boolean(at, column, value)
                elif isinstance(value, float):
                    sheet.write_number(at, column, value)
                elif value is not None:
                    sheet.write_datetime(at, column, value, forms[form])


def _expected(path: Path, left: int, top: int, width: int) -> dict[int, list[Cell]]:
    """Read the rows in which something stands, by their numbers."""
    sheet = openpyxl.load_workbook(path, data_only=True).active
    rows = {}
    for at, cells in enumerate(sheet.iter_rows(min_row=top + 2, min_col=left + 1), top + 2):
        values = [cell.value for cell in cells][:width]
        if any(value is not None for value in values):
            rows[at] = values
    return rows


def _shown(value: Cell) -> str | None:
    """Write a cell as a text, by the rule and not by the code that is tested."""
    if value is None:
        return None
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, int | float):
        number = float(value)
        return str(int(number)) if number.is_integer() and abs(number) <= 2**53 else repr(number)
    if isinstance(value, dt.datetime):
        if value.time() == dt.time():
            return value.date().isoformat()
        return value.isoformat().rstrip("0") if value.microsecond else value.isoformat()
    if isinstance(value, dt.timedelta):
        seconds = int(value.total_seconds())
        return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    return str(value)


def _alike(found: Cell, expected: Cell) -> bool:
    if isinstance(found, dt.date) and not isinstance(found, dt.datetime):
        found = dt.datetime.combine(found, dt.time())
    return type(found) is not str and found == expected


@pytest.mark.parametrize("write", [by_openpyxl, by_xlsxwriter])
def test_random_workbooks_are_read_as_another_library_reads_them(
    write: Callable[..., None], read: Callable[..., Outcome], tmp_path: Path
) -> None:
    path = tmp_path / "x.xlsx"
    typed = as_text = 0
    for seed in range(400 if FULL else 8):
        rng = random.Random(seed)
        table, top, left = _table(rng), rng.randrange(5), rng.randrange(3)
        write(path, table, top, left)
        expected = _expected(path, left, top, len(table[0]))
        found = read(path, rows_at_once=rng.choice([1, 7, 1_000]))
        assert found.numbers == list(expected)
        for place, name in enumerate(found.names):
            cells = found.column(name)
            wanted = [row[place] for row in expected.values()]
            if all(found is None or type(found) is str for found in cells):
                assert cells == [_shown(value) for value in wanted], (seed, name)
                as_text += len(cells)
            else:
                assert all(map(_alike, cells, wanted)), (seed, name)
                typed += len(cells)
    assert typed > 300
    assert as_text > 300
