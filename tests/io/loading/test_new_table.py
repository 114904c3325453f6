# SPDX-License-Identifier: Apache-2.0
"""A new table holds exactly what was written, in real databases; what is there stays as it is."""

from __future__ import annotations

import datetime as dt
import math
import os
import sqlite3
import stat
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudo.errors import PseudoError
from pseudo.io.loading import NewTable
from pseudo.testing.postgres import Postgres

UTC = dt.UTC
# Each example makes tables in a real database.
few = settings(max_examples=300 if os.environ.get("PSEUDO_TEST_FULL") else 20)
LABELS = ["Löpnummer, 100 % 'säkert' \\ %s ; --", "", '"', "", "", "", ""]
KINDS = {
    "text": pa.string(),
    'hel"tal %': pa.int64(),
    "tal": pa.float64(),
    "Ja": pa.bool_(),
    "dag": pa.date32(),
    "tid": pa.timestamp("us"),
    "select": pa.timestamp("us", "UTC"),
}
SCHEMA = pa.schema(list(KINDS.items()))
moments = st.datetimes()
texts = st.text(st.characters(codec="utf-8", exclude_characters="\0"), min_size=1)
row = st.tuples(
    *(
        st.none() | one
        for one in (
            texts,
            st.integers(-(2**63), 2**63 - 1),
            st.floats(allow_nan=False),
            st.booleans(),
            st.dates(),
            moments,
            moments.map(lambda moment: moment.replace(tzinfo=UTC)),
        )
    )
)
FIRST = dt.datetime.combine(dt.date.min, dt.time())
BEFORE = dt.datetime.combine(dt.date(1999, 12, 31), dt.time(23, 59, 59, 999999))
AWKWARD = [
    ("\\N", -(2**63), -0.0, True, dt.date.min, FIRST, None),
    ("a\\.\n\\.\n\t\r\"'", 2**63 - 1, math.inf, False, dt.date(9999, 12, 31), None, None),
    ("å😀\u2028", 0, 5e-324, None, dt.date(1999, 12, 31), BEFORE, None),
    (" ", 1, 0.1, None, dt.date(2000, 1, 1), None, dt.datetime(9999, 12, 31, tzinfo=UTC)),
    (None,) * 7,
]


def table_of(rows: list[tuple[Any, ...]]) -> pa.RecordBatch:
    columns = zip(zip(*rows, strict=True), KINDS.values(), strict=True)
    columns = [pa.array(cells, kind) for cells, kind in columns]
    return pa.record_batch(columns, schema=SCHEMA)


def load(url: str, name: str, block: pa.RecordBatch, schema: str | None = None) -> int:
    with NewTable(url, name, schema) as table:
        table.begin(block.schema, [*LABELS, *[""] * len(block.schema)][: len(block.schema)])
        table.fill([block.slice(0, 2), block.slice(2)] if block.num_rows > 2 else [block])
        table.describe([(one, "kept", "x", "", "") for one in block.schema.names])
        rows = table.count()
        table.commit()
    return rows


def in_postgres(server: Postgres, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
        connection.execute("SET TIME ZONE 'UTC'")
        return connection.execute(sql).fetchall()


def in_sqlite(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def from_sqlite(rows: list[tuple[Any, ...]]) -> list[tuple[Any, ...]]:
    """Make of SQLite's texts and numbers what they stand for."""
    makers: list[Callable[[Any], Any]] = [
        *(str, int, float, {0: False, 1: True}.__getitem__, dt.date.fromisoformat),
        *(dt.datetime.fromisoformat, dt.datetime.fromisoformat),
    ]
    return [
        tuple(
            None if cell is None else make(cell) for make, cell in zip(makers, cells, strict=True)
        )
        for cells in rows
    ]


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(PseudoError) as caught:
        act()
    assert caught.value.__context__ is None
    return caught.value.code


@few
@given(rows=st.lists(row, min_size=1, max_size=20))
def test_postgresql_gives_back_every_value(server: Postgres, rows: list[tuple[Any, ...]]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("PGPASSFILE", str(server.passfile))
        with psycopg.connect(server.url.replace("+psycopg", ""), autocommit=True) as connection:
            connection.execute("DROP TABLE IF EXISTS alla, alla_codebook")
        assert load(server.url, "alla", table_of(rows)) == len(rows)
        assert in_postgres(server, "SELECT * FROM alla") == rows


@few
@given(rows=st.lists(row, min_size=1, max_size=20))
def test_sqlite_gives_back_every_value(tmp_path: Path, rows: list[tuple[Any, ...]]) -> None:
    path = tmp_path / "alla.db"
    path.unlink(missing_ok=True)
    assert load(f"sqlite:///{path}", "alla", table_of(rows)) == len(rows)
    assert from_sqlite(in_sqlite(path, "SELECT * FROM alla")) == rows


def test_awkward_values_and_names_come_back_from_postgresql(postgres: Postgres) -> None:
    name = 'Drop "x"; %s'
    load(postgres.url, name, table_of(AWKWARD), schema="annat")
    quoted = 'annat."Drop ""x""; %s"'
    found = in_postgres(postgres, f"SELECT * FROM {quoted}")
    assert found == AWKWARD
    assert math.copysign(1, found[0][2]) == -1
    columns = in_postgres(
        postgres,
        "SELECT column_name, data_type, col_description(attrelid, attnum)"
        " FROM information_schema.columns JOIN pg_attribute"
        f" ON attname = column_name AND attrelid = '{quoted}'::regclass"
        f" WHERE table_schema = 'annat' AND table_name = '{name}' ORDER BY ordinal_position",
    )
    types = ["text", "bigint", "double precision", "boolean", "date"]
    types += ["timestamp without time zone", "timestamp with time zone"]
    labels = [label or None for label in LABELS]
    assert columns == list(zip(KINDS, types, labels, strict=True))
    codebook = in_postgres(postgres, 'SELECT * FROM annat."Drop ""x""; %s_codebook"')
    assert codebook == [
        (place, one, "kept", "x", None, None) for place, one in enumerate(KINDS, start=1)
    ]


def test_awkward_values_and_names_come_back_from_sqlite(sqlite: Path) -> None:
    name = 'Drop "x"; ?:a'
    load(f"sqlite:///{sqlite}", name, table_of(AWKWARD))
    quoted = '"Drop ""x""; ?:a"'
    assert from_sqlite(in_sqlite(sqlite, f"SELECT * FROM {quoted}")) == AWKWARD
    columns = in_sqlite(sqlite, f"SELECT name, type FROM pragma_table_info('{name}')")
    types = ["TEXT", "BIGINT", "DOUBLE PRECISION", "INTEGER", "TEXT", "TEXT", "TEXT"]
    assert columns == list(zip(KINDS, types, strict=True))
    kinds = in_sqlite(sqlite, f'SELECT typeof("hel""tal %"), typeof(tal) FROM {quoted} LIMIT 4')
    assert kinds == [("integer", "real")] * 4
    assert len(in_sqlite(sqlite, 'SELECT * FROM "Drop ""x""; ?:a_codebook"')) == 7


def test_a_new_sqlite_file_is_its_owners_alone_and_a_known_one_is_left_as_it_is(
    sqlite: Path,
) -> None:
    block = table_of(AWKWARD)
    load(f"sqlite:///{sqlite}", "a", block)
    assert stat.S_IMODE(sqlite.stat().st_mode) == 0o600
    sqlite.chmod(0o644)
    load(f"sqlite:///{sqlite}", "b", block)
    assert stat.S_IMODE(sqlite.stat().st_mode) == 0o644
    names = in_sqlite(sqlite, "SELECT name FROM sqlite_master ORDER BY name")
    assert [name for (name,) in names] == ["a", "a_codebook", "b", "b_codebook"]
    assert [path.name for path in sqlite.parent.iterdir()] == [sqlite.name]


@pytest.mark.parametrize(
    "there",
    [
        "CREATE TABLE personer (id text); INSERT INTO personer VALUES ('kvar')",
        "CREATE TABLE personer_codebook (id text)",
        "CREATE VIEW personer AS SELECT 1 AS id",
        "CREATE SEQUENCE personer",
        "CREATE MATERIALIZED VIEW personer AS SELECT 1 AS id",
        "CREATE TABLE t (id text); CREATE INDEX personer_codebook ON t (id)",
    ],
)
def test_whatever_has_the_name_in_postgresql_is_left_alone(postgres: Postgres, there: str) -> None:
    postgres.psql(there)
    before = postgres.run("pg_dump", "--restrict-key=x")
    act = lambda: load(postgres.url, "personer", table_of(AWKWARD))  # noqa: E731
    assert refused(act) == "load.table_exists"
    assert postgres.run("pg_dump", "--restrict-key=x") == before
    # A name in another schema is another name, and so is one in capitals.
    assert load(postgres.url, "personer", table_of(AWKWARD), schema="annat") == 5
    assert load(postgres.url, "Personer", table_of(AWKWARD)) == 5


@pytest.mark.parametrize(
    "there",
    [
        "CREATE TABLE Personer (id)",
        "CREATE TABLE personer_CODEBOOK (id)",
        "CREATE VIEW personer AS SELECT 1 AS id",
    ],
)
def test_whatever_has_the_name_in_sqlite_is_left_alone(sqlite: Path, there: str) -> None:
    with closing(sqlite3.connect(sqlite)) as database:
        database.execute(there)
    before = sqlite.read_bytes()
    act = lambda: load(f"sqlite:///{sqlite}", "personer", table_of(AWKWARD))  # noqa: E731
    assert refused(act) == "load.table_exists"
    assert sqlite.read_bytes() == before


def test_somebody_who_makes_the_table_meanwhile_keeps_it(postgres: Postgres) -> None:
    with NewTable(postgres.url, "personer") as table:
        table._check_new = lambda _: postgres.psql("CREATE TABLE personer (mitt int)")
        assert refused(lambda: table.begin(SCHEMA, LABELS)) == "load.table_exists"
    assert postgres.psql("SELECT count(*) FROM personer").strip() == "0"


def test_places_where_no_table_may_be_made_are_refused(postgres: Postgres, sqlite: Path) -> None:
    block = table_of(AWKWARD)
    assert refused(lambda: load(postgres.url, "t", block, "inget")) == "load.no_such_schema"
    assert refused(lambda: load(f"sqlite:///{sqlite}", "t", block, "x")) == "load.no_such_schema"
    assert not sqlite.exists()
    assert load(f"sqlite:///{sqlite}", "t", block, "main") == 5
    user = f"DROP ROLE IF EXISTS gast; CREATE ROLE gast LOGIN PASSWORD '{postgres.password}'"
    postgres.psql(user)
    guest = postgres.url.replace("pseudo_test@", "gast@")
    assert refused(lambda: load(guest, "t", block, "annat")) == "load.not_allowed"
    read_only = f"{postgres.url}&options=-cdefault_transaction_read_only%3Don"
    assert refused(lambda: load(read_only, "t", block)) == "load.not_allowed"
    assert postgres.psql("SELECT count(*) FROM pg_tables WHERE tablename = 't'").strip() == "0"


def test_a_database_that_cannot_hold_every_text_is_refused(postgres: Postgres) -> None:
    postgres.psql("DROP DATABASE IF EXISTS latin")
    postgres.psql("CREATE DATABASE latin ENCODING 'LATIN1' TEMPLATE template0 LOCALE 'C'")
    url = postgres.url.replace("/postgres?", "/latin?")
    assert refused(lambda: load(url, "t", table_of(AWKWARD))) == "load.encoding"


def test_texts_are_unicode_whatever_the_client_is_set_to(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    load(postgres.url, "t", table_of(AWKWARD))
    monkeypatch.delenv("PGCLIENTENCODING")
    assert in_postgres(postgres, "SELECT text FROM t") == [(one[0],) for one in AWKWARD]


@pytest.mark.parametrize(
    ("url", "code"),
    [
        ("mysql+pymysql://u@h/x", "load.unsupported_database"),
        ("oracle://u@h/x", "load.unsupported_database"),
        ("mariadb://u:hemligt@h/x", "load.unsupported_database"),
        ("personer", "usage.bad_database"),
        ("postgresql+psycopg://u:hemligt@h/x", "usage.password_in_database"),
        ("mssql+pyodbc://u@h/x", "usage.no_database_driver"),
        ("sqlite://", "usage.bad_database"),
        ("sqlite:///:memory:", "usage.bad_database"),
        ("sqlite:///file:a.db?uri=true", "usage.bad_database"),
        ("sqlite:///{folder}/none/a.db", "usage.cannot_write"),
        ("sqlite:///{folder}/link.db", "usage.cannot_write"),
        ("sqlite:///{folder}", "load.not_allowed"),
        ("sqlite:///{folder}/text.db", "database.failed"),
        ("postgresql+psycopg://u@/x?host={folder}", "database.not_reached"),
    ],
)
def test_what_cannot_be_loaded_into_is_refused_and_left_as_it_is(
    tmp_path: Path, url: str, code: str
) -> None:
    (tmp_path / "link.db").symlink_to(tmp_path / "nowhere.db")
    (tmp_path / "text.db").write_text("inget\n" * 1000)
    before = sorted((path.name, path.lstat().st_size) for path in tmp_path.iterdir())
    assert refused(lambda: load(url.format(folder=tmp_path), "t", table_of(AWKWARD))) == code
    assert sorted((path.name, path.lstat().st_size) for path in tmp_path.iterdir()) == before


def test_columns_that_are_one_to_sqlite_are_refused_before_anything_is_made(sqlite: Path) -> None:
    block = pa.record_batch({"Kon": ["a"], "kon": ["b"]})
    assert refused(lambda: load(f"sqlite:///{sqlite}", "t", block)) == "load.names_alike"
    assert not sqlite.exists()
