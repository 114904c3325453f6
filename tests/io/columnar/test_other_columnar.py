# SPDX-License-Identifier: Apache-2.0
"""Arrow IPC, JSON lines and SQLite files: read as they are, or refused with a reason."""

from __future__ import annotations

import io
import json
import random
import sqlite3
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.feather
import pytest

from pseudo.errors import PseudoError
from pseudo.io import open_source
from pseudo.io.source import ReadOptions, records_of
from tests.conftest import FULL

CANARY = "19850709-9805"
Write = Callable[[bytes], Path]


@pytest.fixture
def write(tmp_path: Path) -> Write:
    def written(data: bytes) -> Path:
        path = tmp_path / "delivery.csv"
        path.write_bytes(data)
        return path

    return written


def read(path: Path, names: tuple[str, ...] = (), **options: Any) -> tuple[pa.Table, list[int]]:
    source = open_source(path, 1, ReadOptions(**options))
    try:
        if names:
            source.choose(names)
        pieces = list(records_of(source))
    finally:
        source.close()
    numbers = [number for piece in pieces for number in piece.numbers.tolist()]
    return pa.Table.from_batches([piece.batch for piece in pieces]), numbers


def refused(path: Path, **options: Any) -> str:
    with pytest.raises(PseudoError) as caught:
        read(path, **options)
    assert CANARY not in caught.value.text("sv") + caught.value.hint("en") + str(caught.value)
    return caught.value.code


def arrow(table: pa.Table, **more: Any) -> bytes:
    target = io.BytesIO()
    with pa.ipc.new_file(target, table.schema, **more) as writer:
        writer.write_table(table, max_chunksize=700)
    return target.getvalue()


TABLE = pa.table(
    {
        "pnr": pa.array([f"19850709{n:04d}" for n in range(2_000)]),
        "n": pa.array(range(2_000), pa.int32()),
        "d": pa.array([date(2020, 1, 2), None] * 1_000),
        "t": pa.array([1_577_934_245 * 10**9, None] * 1_000, pa.timestamp("ns")),
        "k": pa.array(["a", "b"] * 1_000).dictionary_encode(),
    },
    metadata={"made by": CANARY},
)


class TestArrow:
    def test_any_cut_and_any_flipped_bit_is_refused_or_means_nothing(self, write: Write) -> None:
        data = arrow(TABLE)
        for percent in range(1, 100) if FULL else (50, 99):
            cut = data[: len(data) * percent // 100]
            assert refused(write(cut)) in {"delivery.unreadable", "delivery.not_text"}
        draw = random.Random(3)
        for _ in range(200 if FULL else 3):
            flipped = bytearray(data)
            flipped[draw.randrange(8, len(data))] ^= 1 << draw.randrange(8)
            try:
                read(write(bytes(flipped)))
            except PseudoError as error:
                assert error.exit_status in (3, 7)

    @pytest.mark.parametrize("compression", ["lz4", "zstd"])
    def test_compressed_and_with_dictionaries(self, compression: str, write: Write) -> None:
        options = pa.ipc.IpcWriteOptions(compression=compression)
        found, numbers = read(write(arrow(TABLE, options=options)), chunk_rows=300)
        assert found.column("k").to_pylist() == ["a", "b"] * 1_000
        assert found.column("n").type == pa.int64()
        assert str(found.column("t")[0]) == "2020-01-02 03:04:05"
        assert numbers == [*range(2, 2_002)]
        assert not found.schema.metadata

    def test_only_chosen_columns_come_in_the_files_order(self, write: Write) -> None:
        found, _ = read(write(arrow(TABLE)), ("n", "pnr"))
        assert found.column_names == ["pnr", "n"]

    def test_a_nested_column_refuses_only_who_asks_for_it(self, write: Write) -> None:
        table = TABLE.append_column("l", pa.array([[1]] * 2_000)).append_column(
            "b", pa.array([b"x"] * 2_000)
        )
        path = write(arrow(table))
        assert read(path, ("pnr",))[0].num_rows == 2_000
        assert refused(path) == "delivery.nested_column"
        assert refused(path, names=("b",)) == "delivery.unsupported_type"

    def test_what_lies_is_refused(self, write: Write) -> None:
        assert refused(write(arrow(TABLE.slice(0, 0)))) == "delivery.no_records"
        bad = pa.table({"a": pa.Array.from_buffers(pa.string(), 1, [None, *bad_text()])})
        assert refused(write(arrow(bad))) == "delivery.unreadable"


def bad_text() -> list[pa.Buffer]:
    return [pa.py_buffer(bytes(4) + b"\x02\0\0\0"), pa.py_buffer(b"\xff\xfe")]


def lines(*rows: dict[str, Any]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


class TestJsonLines:
    def test_texts_stay_texts_and_numbers_numbers(self, write: Write) -> None:
        rows = [
            {"pnr": "850709-9805", "n": 1, "f": 1.5, "d": "2020-01-02", "b": True, "e": ""},
            {"pnr": "8507099805", "n": None, "f": 2, "d": "2020-01-02T03:04:05", "x": "å"},
        ]
        found, numbers = read(write(lines(*rows)))
        assert [str(kind) for kind in found.schema.types] == [
            "string",
            "int64",
            "double",
            "string",
            "bool",
            "string",
            "string",
        ]
        assert found.column("d").to_pylist() == ["2020-01-02", "2020-01-02T03:04:05"]
        assert found.column("e").to_pylist() == [None, None]
        assert numbers == [1, 2]

    def test_numbers_are_those_of_the_lines(self, write: Write) -> None:
        data = b'\xef\xbb\xbf{"a":1}\r\n\r\n{"a":2}\n  \n\n{"a":3}'
        found, numbers = read(write(data), chunk_rows=1)
        assert (found.column("a").to_pylist(), numbers) == ([1, 2, 3], [1, 3, 6])

    @pytest.mark.parametrize(
        ("data", "code"),
        [
            (b'{"a":"x"}\n{"a":1}\n', "delivery.mixed_column"),
            (b'{"a":1}\n{"a":true}\n', "delivery.mixed_column"),
            (b'{"a":1}\n{"a":2\n', "delivery.unreadable"),
            (b'{"a":1,"a":2}\n', "delivery.unreadable"),
            (b'{"a":1}\n[1]\n', "delivery.unreadable"),
            (b'{"a":1} {"a":2}\n{"a":3}\n', "delivery.unreadable"),
            (b'{"a":{"b":1}}\n', "delivery.nested_column"),
            (b'{"a":[1]}\n', "delivery.nested_column"),
            (b"{}\n{}\n", "delivery.no_columns"),
            (b'{"' + CANARY.encode() + b'":1}\n', "delivery.unsafe_column_name"),
            (b'{"a":"' + b"x" * 9_000_000 + b'"}\n', "delivery.row_too_long"),
            (b'{"a":"\xff"}\n', "delivery.column_not_text"),
        ],
    )
    def test_what_is_no_table_is_refused(self, data: bytes, code: str, write: Write) -> None:
        assert refused(write(data), longest_record=50_000) == code

    def test_a_mixed_column_is_named(self, write: Write) -> None:
        with pytest.raises(PseudoError) as caught:
            read(write(lines({"a": 1, "b": "x"}, {"a": 2, "b": 19850709})))
        assert caught.value.params["column"] == "b"


@pytest.fixture
def database(tmp_path: Path) -> sqlite3.Connection:
    return sqlite3.connect(tmp_path / "delivery.db")


class TestSqlite:
    def test_a_column_is_what_its_cells_are(
        self, tmp_path: Path, database: sqlite3.Connection
    ) -> None:
        database.execute('CREATE TABLE "per""soner" (pnr, n INTEGER, f REAL, "å b", tom)')
        rows = [
            (198507099805, 1, 1.0, "x", None),
            ("850709-9805", None, 2.5, "", None),
            (8507099805.0, 2**63 - 1, None, 1e-10, None),
        ]
        database.executemany('INSERT INTO "per""soner" VALUES (?,?,?,?,?)', rows)
        database.commit()
        found, numbers = read(tmp_path / "delivery.db", chunk_rows=2)
        assert found.column("pnr").to_pylist() == ["198507099805", "850709-9805", "8507099805"]
        assert found.column("n").to_pylist() == [1, None, 2**63 - 1]
        assert found.column("f").to_pylist() == [1.0, 2.5, None]
        assert found.column("å b").to_pylist() == ["x", None, "1e-10"]
        assert found.column("tom").null_count == 3
        assert numbers == [2, 3, 4]

    def test_nothing_but_the_table_is_looked_at(
        self, tmp_path: Path, database: sqlite3.Connection
    ) -> None:
        database.executescript(
            f"""
            CREATE TABLE a (x); INSERT INTO a VALUES (1);
            CREATE TABLE b (x, y BLOB); INSERT INTO b VALUES ('{CANARY}', x'00');
            CREATE VIEW v AS SELECT load_extension('x') FROM b;
            CREATE TRIGGER t AFTER INSERT ON a BEGIN DELETE FROM b; END;
            """
        )
        path = tmp_path / "delivery.db"
        assert refused(path) == "usage.several_tables"
        assert refused(path, table="v") == "usage.no_such_table"
        assert refused(path, table=3) == "usage.no_such_table"
        assert refused(path, table="b") == "delivery.unsupported_type"
        assert read(path, ("x",), table="b")[0].column("x").to_pylist() == [CANARY]
        source = open_source(path, 1, ReadOptions(table=1))
        assert (source.facts.table, source.facts.not_taken) == ("a", {"other_tables": 1})
        source.close()

    def test_cut_or_damaged_it_is_refused(
        self, tmp_path: Path, database: sqlite3.Connection
    ) -> None:
        database.execute("CREATE TABLE a (pnr, n)")
        database.executemany("INSERT INTO a VALUES (?, ?)", [(CANARY, n) for n in range(3_000)])
        database.commit()
        path = tmp_path / "delivery.db"
        data = path.read_bytes()
        for percent in range(1, 100) if FULL else (5, 98):
            path.write_bytes(data[: len(data) * percent // 100])
            assert refused(path) in {"delivery.unreadable", "delivery.no_columns"}, percent
        draw = random.Random(5)
        for _ in range(100 if FULL else 4):
            flipped = bytearray(data)
            flipped[draw.randrange(16, 8_000)] ^= 1 << draw.randrange(8)
            path.write_bytes(bytes(flipped))
            try:
                read(path)
            except PseudoError as error:
                assert error.exit_status in (2, 3, 7)
