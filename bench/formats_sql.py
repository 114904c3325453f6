# SPDX-License-Identifier: Apache-2.0
"""SQL dumps: from the file to record batches, one thread, in each dialect."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

from bench.measure import Budget, Result, judged, rounds, timed
from pseudo.io.source import ReadOptions, records_of
from pseudo.io.sqldump import SqlDumpSource
from pseudo.kernel.compiled import compiled
from pseudo.testing import People

__all__ = ["DUMPS", "sql_dumps"]

_ROWS = 250_000
_FEWER = 20_000
"""Rows for the reference kernel."""
_A_STATEMENT = 5_000
_COLUMNS = "id, pnr, namn, ort, datum, belopp, aktiv"
_TYPES = "bigint, char(13), varchar(60), varchar(60), date, decimal(10,2), int"

Row = tuple[int, str, str, str, str, str, int]


def _rows(count: int) -> Iterator[Row]:
    numbers = People(seed=3).personnummer(20_000)
    for row in range(count):
        number = numbers[row % len(numbers)]
        name = "Märta O'Hara" if row % 50 == 0 else "Anna Maria Andersson"
        yield (
            row, f"{number[:8]}-{number[8:]}", name, "Smågatan 3, 123 45 Storköping",
            f"20{row % 25:02}-0{row % 9 + 1}-1{row % 10}", f"{row % 9999}.50", row % 2,
        )  # fmt: skip


def _ddl(quote: str) -> str:
    pairs = zip(_COLUMNS.split(", "), _TYPES.split(", "), strict=True)
    left, right = quote[0], quote[-1]
    columns = ",\n".join(f"  {left}{name}{right} {kind}" for name, kind in pairs)
    return f"(\n{columns}\n)"


def _values(row: Row, escape: str, mark: str = "", between: str = ",") -> str:
    number, *texts, flag = row
    quoted = [f"{mark}'" + text.replace("'", escape) + "'" for text in texts[:4]]
    return "(" + between.join([str(number), *quoted, texts[4], str(flag)]) + ")"


def _mysql(rows: Iterator[Row]) -> Iterator[str]:
    yield f"/*!40101 SET NAMES utf8mb4 */;\nCREATE TABLE `t` {_ddl('`')} ENGINE=InnoDB;\n"
    lines = [_values(row, "\\'") for row in rows]
    for place in range(0, len(lines), _A_STATEMENT):
        yield f"INSERT INTO `t` VALUES {','.join(lines[place : place + _A_STATEMENT])};\n"


def _postgresql(rows: Iterator[Row]) -> Iterator[str]:
    yield f"SET standard_conforming_strings = on;\nCREATE TABLE public.t {_ddl('  ')};\n"
    for row in rows:
        yield f"INSERT INTO public.t VALUES {_values(row, chr(39) * 2, between=', ')};\n"


def _copy(rows: Iterator[Row]) -> Iterator[str]:
    yield f"SET standard_conforming_strings = on;\nCREATE TABLE public.t {_ddl('  ')};\n"
    yield f"COPY public.t ({_COLUMNS}) FROM stdin;\n"
    for row in rows:
        yield "\t".join(map(str, row)) + "\n"
    yield "\\.\n"


def _sqlite(rows: Iterator[Row]) -> Iterator[str]:
    yield f"PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t{_ddl(chr(34))};\n"
    for row in rows:
        yield f"INSERT INTO t VALUES{_values(row, chr(39) * 2)};\n"
    yield "COMMIT;\n"


def _sqlserver(rows: Iterator[Row]) -> Iterator[str]:
    columns = ", ".join(f"[{name}]" for name in _COLUMNS.split(", "))
    yield f"USE [d]\nGO\nCREATE TABLE [dbo].[t]{_ddl('[]')}\nGO\n"
    for row in rows:
        values = _values(row, "''", mark="N", between=", ")
        yield f"INSERT [dbo].[t] ({columns}) VALUES {values}\nGO\n"


DUMPS: dict[str, Callable[[Iterator[Row]], Iterator[str]]] = {
    "MySQL": _mysql,
    "PostgreSQL, INSERT": _postgresql,
    "PostgreSQL, COPY": _copy,
    "SQLite": _sqlite,
    "SQL Server": _sqlserver,
}


def sql_dumps() -> list[Result]:
    """Measure each dialect with each kernel in MB a second."""
    kernels = [("reference", _FEWER, 5.0)]
    if compiled().state == "ready":
        kernels.insert(0, ("native", _ROWS, 50.0))
    results = []
    with tempfile.TemporaryDirectory() as folder:
        for kernel, count, limit in kernels:
            paths = {}
            for name, dump in DUMPS.items():
                paths[name] = path = Path(folder) / f"{kernel} {name}.sql"
                path.write_text("".join(dump(_rows(count))), encoding="utf-8")
            measured = rounds(
                {
                    name: timed(lambda path=path, kernel=kernel: _read(path, kernel, count))  # type: ignore[misc]  # noqa: B023
                    for name, path in paths.items()
                },
                repeats=5,
            )
            results += [
                judged(
                    Budget(f"SQL dump, {name}, {kernel}, MB a second", limit, at_least=True),
                    measured,
                    lambda found, name=name: found[name],  # type: ignore[misc]
                    lambda _, path=path: path.stat().st_size / 1e6,  # type: ignore[misc]
                )
                for name, path in paths.items()
            ]
    return results


def _read(path: Path, kernel: str, expected: int) -> None:
    with closing(SqlDumpSource(path, 1, ReadOptions(kernel=kernel))) as source:
        count = sum(records.batch.num_rows for records in records_of(source))
    if count != expected:
        raise RuntimeError("not all rows were read")
