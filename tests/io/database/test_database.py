# SPDX-License-Identifier: Apache-2.0
"""Tables and queries of real databases, and databases that cannot be read."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pseudo
from pseudo.domain import Domain
from pseudo.errors import PseudoError
from pseudo.io.database import DatabaseSource
from pseudo.io.source import ReadOptions, records_of
from pseudo.spec import parse_spec
from pseudo.testing import MemoryStore, People
from pseudo.testing.postgres import Postgres
from tests.io.postgres import emptied

CANARY = "19850709-9805"


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture
def url(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> str:
    """Give the address of an empty database."""
    return emptied(server, monkeypatch).url


def read(
    url: str, query: str | None = None, names: tuple[str, ...] = (), **options: Any
) -> tuple[pa.Table, list[int]]:
    source = DatabaseSource(url, query, 1, ReadOptions(**options))
    try:
        if names:
            source.choose(names)
        pieces = list(records_of(source))
    finally:
        source.close()
    numbers = [number for piece in pieces for number in piece.numbers.tolist()]
    return pa.Table.from_batches([piece.batch for piece in pieces]), numbers


def refused(url: str, query: str | None = None, **options: Any) -> str:
    with pytest.raises(PseudoError) as caught:
        read(url, query, **options)
    error = caught.value
    assert error.__context__ is None
    assert CANARY not in error.text("sv") + error.hint("en") + str(error)
    return error.code


TYPES = """
CREATE TYPE farg AS ENUM ('gul', 'bla');
CREATE TABLE alla (
  "Pers nr" bigint, t text, c char(6), n numeric(30, 10), i smallint, f double precision,
  b boolean, d date, m timestamp, z timestamptz, k time, u uuid, e farg, tom text,
  j jsonb, y bytea, l int[]
);
INSERT INTO alla VALUES
 (198507099805, 'åäö', 'ab', 1234567890123456789.5, 7, 0.1, true, '2020-02-29',
  '2020-02-29 12:30:00.000001', '2020-02-29 12:30:00+02', '03:04:05',
  'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'gul', '', '{}', '\\x00', '{1}'),
 (NULL, NULL, NULL, 3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
"""


class TestPostgresql:
    def test_every_type_comes_as_in_any_other_format(self, server: Postgres, url: str) -> None:
        server.psql(TYPES)
        taken = ("Pers nr", "t", "c", "n", "i", "f", "b", "d", "m", "z", "k", "u", "e", "tom")
        found, numbers = read(url, names=taken)
        first = {name: found.column(name)[0] for name in taken}
        assert str(first["Pers nr"]) == "198507099805"
        assert found.schema.field("Pers nr").type == pa.int64()
        texts = {name: first[name].as_py() for name in ("t", "c", "n", "k", "u", "e", "tom")}
        assert texts == {
            "t": "åäö",
            "c": "ab",
            "n": "1234567890123456789.5",
            "k": "03:04:05",
            "u": "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11",
            "e": "gul",
            "tom": None,
        }
        assert str(first["m"]) == "2020-02-29 12:30:00.000001"
        assert str(first["z"]) == "2020-02-29 10:30:00+00:00"
        assert found.column("n")[1].as_py() == "3"
        assert numbers == [2, 3]
        for name, code in (
            ("j", "unsupported_type"),
            ("y", "unsupported_type"),
            ("l", "value_out_of_range"),
        ):
            assert refused(url, names=(name,)) == f"delivery.{code}"
        assert refused(url) == "delivery.unsupported_type"

    def test_which_table_is_said_where_there_are_several(self, server: Postgres, url: str) -> None:
        server.psql(
            'CREATE TABLE a AS SELECT 1 AS x; CREATE TABLE "B b" AS SELECT 2 AS x;'
            "CREATE TABLE annat.c AS SELECT 3 AS x;"
        )
        assert refused(url) == "usage.several_tables"
        for missing in ("d", "annat.a", 3, 'a"; DROP TABLE a; --'):
            assert refused(url, table=missing) == "usage.no_such_table"
        found = [
            read(url, table=name)[0].column("x")[0].as_py() for name in ("a", "B b", "annat.c")
        ]
        assert found == [1, 2, 3]

    def test_a_query_reads_and_changes_nothing(self, server: Postgres, url: str) -> None:
        server.psql("CREATE TABLE a AS SELECT n, n % 3 AS r FROM generate_series(1, 5000) n;")
        found, numbers = read(url, "SELECT n AS pnr FROM a WHERE r = 1 ORDER BY n", chunk_rows=700)
        assert found.column("pnr").to_pylist() == list(range(1, 5001, 3))
        assert numbers == list(range(2, 1669))
        # The name of a cursor before it shows that it is no statement of several.
        for bad in (
            "DELETE FROM a",
            "SELECT 1; DROP TABLE a",
            "WITH d AS (DELETE FROM a RETURNING n) SELECT * FROM d",
            "SELECT nextval('a')",
            f"SELECT '{CANARY}'::int",
            f"SELEKT '{CANARY}'",
        ):
            assert refused(url, bad) in {
                "usage.bad_query",
                "database.failed",
                "database.not_reached",
            }
        assert server.psql("SELECT count(*) FROM a").strip() == "5000"

    def test_names_and_rows_that_are_no_table(self, server: Postgres, url: str) -> None:
        assert refused(url, "SELECT 1 AS a, 2 AS a") == "delivery.duplicate_column"
        assert refused(url, f'SELECT 1 AS "{CANARY}"') == "delivery.unsafe_column_name"
        assert refused(url, "SELECT 1 AS a WHERE false") == "delivery.no_records"
        assert refused(url, "SELECT 'infinity'::date AS d") == "database.failed"
        huge = "SELECT 10::numeric ^ 40 AS n, 1 AS a"
        assert len(str(read(url, huge)[0].column("n")[0])) == 41

    def test_a_server_that_stops_in_the_middle_is_told(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        with Postgres() as server:
            monkeypatch.setenv("PGPASSFILE", str(server.passfile))
            server.psql("CREATE TABLE a AS SELECT n FROM generate_series(1, 300000) n;")
            source = DatabaseSource(server.url, None, 1, ReadOptions(chunk_rows=1000))
            rows = iter(source)
            next(rows)
            server.kill()
            with pytest.raises(PseudoError) as caught:
                list(rows)
            assert caught.value.code == "database.not_reached"
            source.close()
            assert refused(server.url) == "database.not_reached"

    def test_a_wrong_password_is_told_without_it(
        self, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        wrong = tmp_path / "pgpass"
        wrong.write_text("*:*:*:*:hemligt-ord\n")
        wrong.chmod(0o600)
        monkeypatch.setenv("PGPASSFILE", str(wrong))
        assert refused(url) == "database.not_reached"


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("personer", "usage.bad_database"),
        ("postgresql+psycopg://u:hemligt@localhost/x", "usage.password_in_database"),
        ("oracle+inget://u@localhost/x", "usage.bad_database"),
        ("mssql+pyodbc://u@localhost/x", "usage.no_database_driver"),
        ("", "usage.bad_database"),
    ],
)
def test_an_address_that_is_none_is_refused(url: str, code: str) -> None:
    assert refused(url) == code


def test_sqlite_gives_texts_whatever_its_cells_are(tmp_path: Path) -> None:
    path = tmp_path / "a.db"
    with sqlite3.connect(path) as database:
        database.execute("CREATE TABLE a (pnr, n, f)")
        rows = [(198507099805, 1, 1.0), ("850709-9805", None, 0.1)]
        database.executemany("INSERT INTO a VALUES (?,?,?)", rows)
    found, _ = read(f"sqlite:///{path}")
    assert found.to_pylist() == [
        {"pnr": "198507099805", "n": "1", "f": "1"},
        {"pnr": "850709-9805", "n": None, "f": "0.1"},
    ]
    assert refused(f"sqlite:///{tmp_path}/none/b.db") == "usage.no_such_file"
    assert not (tmp_path / "b.db").exists()


SPEC = """
name: kommun
reference_date: 2026-11-22
columns:
- {name: pnr, role: identifier, pseudonym: id}
- {name: n, role: keep, type: integer}
- {name: d, role: keep, type: date}
"""


def test_a_table_gives_what_its_export_as_text_gives(
    server: Postgres, url: str, tmp_path: Path
) -> None:
    people = People(seed=5).personnummer(500)
    text = "pnr;n;d\n" + "".join(
        f"{one};{n};2020-01-{n % 28 + 1:02}\n" for n, one in enumerate(people)
    )
    path = tmp_path / "export.csv"
    path.write_text(text)
    server.psql("CREATE TABLE personer (pnr bigint, n int, d date);")
    values = ",".join(f"({one},{n},'2020-01-{n % 28 + 1:02}')" for n, one in enumerate(people))
    server.psql(f"INSERT INTO personer VALUES {values};")
    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        domain: Domain = store.domain("projA")
        spec = parse_spec(SPEC)
        by_file = pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "file")
        by_table = pseudo.run(
            database=url, table="personer", spec=spec, domain=domain, out=tmp_path / "table"
        )
    assert by_file.data.read_bytes() == by_table.data.read_bytes()
    assert pq.read_table(by_table.data).num_rows == 500
    (read_from,) = by_table.receipt["inputs"]
    assert (read_from["format"], read_from["table"]) == ("postgresql", "personer")
    assert by_table.receipt["commitments"] == []


def test_a_database_that_is_not_there_is_not_made_by_reading_it(tmp_path: Path) -> None:
    with pytest.raises(PseudoError) as caught:
        DatabaseSource(f"sqlite:///{tmp_path / 'none.db'}", None, 1, ReadOptions(table="x"))
    assert caught.value.code == "usage.no_such_file"
    assert list(tmp_path.iterdir()) == []
