# SPDX-License-Identifier: Apache-2.0
"""JSON lines and SQLite files that are longer than what is looked at, or made, at once."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pseudo.errors import PseudoError
from pseudo.io import open_source
from pseudo.io.sandbox import json_lines
from pseudo.io.sandbox.input_file import InputFile
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.source import ReadOptions, records_of


def database(path: Path, names: list[str], rows: list[tuple[Any, ...]]) -> Path:
    with sqlite3.connect(path) as made:
        made.execute(f"CREATE TABLE a ({', '.join(names)})")
        made.executemany(f"INSERT INTO a VALUES ({', '.join('?' * len(names))})", rows)
    return path


def read(path: Path, **options: Any) -> pa.Table:
    source = open_source(path, 1, ReadOptions(**options))
    try:
        return pa.Table.from_batches([piece.batch for piece in records_of(source)])
    finally:
        source.close()


class TestSqlite:
    @pytest.mark.parametrize(
        ("first", "last", "kind", "shown"),
        [
            ("x", 7, "string", "7"),
            ("x", 7.0, "string", "7"),
            ("x", "", "string", None),
            ("x", None, "string", None),
            (None, "x", "string", "x"),
            (None, 7, "int64", 7),
            (None, None, "string", None),
            (1, None, "int64", None),
            (1, 1.5, "double", 1.5),
            (1.5, 2, "double", 2.0),
            (1, "x", "string", "x"),
        ],
    )
    def test_one_cell_at_the_end_counts_as_much_as_the_first(
        self, first: Any, last: Any, kind: str, shown: Any, tmp_path: Path
    ) -> None:
        rows = [(n, first) for n in range(4_500)] + [(4_500, last)]
        found = read(database(tmp_path / "x", ["n", "c"], rows), chunk_rows=3_000)
        assert str(found.schema.field("c").type) == kind
        assert found.column("c")[-1].as_py() == shown
        assert found.column("n").to_pylist() == [*range(4_501)]
        expected = str(first) if kind == "string" and first is not None else first
        assert set(found.column("c").to_pylist()[:-1]) == {expected}

    def test_a_column_of_many_types_leaves_the_others_what_they_are(self, tmp_path: Path) -> None:
        rows = [(n, (1, 1.5, None)[n % 3], ("x", 7)[n % 2], "x") for n in range(1_500)]
        found = read(database(tmp_path / "x", ["n", "f", "m", "t"], rows))
        assert [str(kind) for kind in found.schema.types] == [
            "int64",
            "double",
            "string",
            "string",
        ]
        assert found.column("f").to_pylist()[:3] == [1.0, 1.5, None]
        assert found.column("m").to_pylist()[:2] == ["x", "7"]

    def test_bytes_at_the_end_refuse_who_asks_for_them(self, tmp_path: Path) -> None:
        rows: list[tuple[Any, ...]] = [(n, "x") for n in range(1_500)] + [(0, b"\0")]
        path = database(tmp_path / "x", ["n", "c"], rows)
        with pytest.raises(PseudoError) as caught:
            read(path)
        assert caught.value.code == "delivery.unsupported_type"
        assert caught.value.params["column"] == "c"

    def test_very_many_columns_are_each_what_they_are(self, tmp_path: Path) -> None:
        names = [f"c{n}" for n in range(450)]
        rows = [tuple(range(450))] * 1_200 + [(*range(449), "x")]
        found = read(database(tmp_path / "x", names, rows))
        assert [str(kind) for kind in found.schema.types] == ["int64"] * 449 + ["string"]
        assert found.column("c449").to_pylist() == ["449"] * 1_200 + ["x"]

    @pytest.mark.parametrize("chunk", [1, 1_999, 2_048, 2_049, 5_000])
    def test_the_size_of_pieces_changes_nothing(self, chunk: int, tmp_path: Path) -> None:
        rows = [(n, ("x", "", None, "å")[n % 4]) for n in range(4_097)]
        found = read(database(tmp_path / "x", ["n", "c"], rows), chunk_rows=chunk)
        assert found.column("n").to_pylist() == [*range(4_097)]
        assert found.column("c").to_pylist()[:4] == ["x", None, None, "å"]


class TestJsonLines:
    @pytest.fixture(autouse=True)
    def _little_at_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(json_lines, "_BLOCK", 1_000)
        monkeypatch.setattr(json_lines, "_LOOKED_AT", 2_000)

    def read(self, path: Path, lines: list[str]) -> Iterator[tuple[int, int]]:
        """Read lines of ``{"n": …}`` as the child does; give each with its number."""
        path.write_text("\n".join(lines))
        with path.open("rb") as file:
            order = {"rows": 70, "longest": 5_000}
            parsed = json_lines.parse(InputFile(file.fileno(), path.stat().st_size), order)
            for batch in parsed.read([0, 1]):
                yield from zip(*(column.to_pylist() for column in batch.columns), strict=True)

    def test_rows_and_numbers_come_in_the_files_order(self, tmp_path: Path) -> None:
        lines = [json.dumps({"n": n}) if n % 7 else "  " * (n % 3) for n in range(1, 3_000)]
        found = list(self.read(tmp_path / "x", lines))
        assert found == [(n, n) for n in range(1, 3_000) if n % 7]

    @pytest.mark.parametrize(
        ("wrong", "code"),
        [
            (['{"n": "x"}'], "delivery.mixed_column"),
            (['{"m": 1}'], "delivery.unreadable"),
            (['{"n": 1', "}"], "delivery.unreadable"),
            (['{"n": 1} {"n": 2}'], "delivery.unreadable"),
            (["", '{"n": 1} {"n": 2}'], "delivery.unreadable"),
            (['{"n": 1}' + " " * 9_000], "delivery.row_too_long"),
        ],
    )
    @pytest.mark.parametrize("place", [500, 2_998])
    def test_what_is_wrong_late_refuses_the_file(
        self, wrong: list[str], code: str, place: int, tmp_path: Path
    ) -> None:
        lines = [json.dumps({"n": n}) for n in range(3_000)]
        lines[place:place] = wrong
        with pytest.raises(Refused) as caught:
            list(self.read(tmp_path / "x", lines))
        assert caught.value.code == code
        assert caught.value.__context__ is None

    def test_a_line_longer_than_many_blocks_is_one_row(self, tmp_path: Path) -> None:
        lines = ['{"n": 1}', '{"n": 2}' + " " * 4_500, '{"n": 3}', '{"n":' + " " * 4_500 + "4}"]
        found = list(self.read(tmp_path / "x", lines * 3))
        assert found == [(n % 4 + 1, n + 1) for n in range(12)]
