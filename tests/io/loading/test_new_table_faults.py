# SPDX-License-Identifier: Apache-2.0
"""Whatever goes wrong in the middle, nothing is left, and no value is in any word of it."""

from __future__ import annotations

import logging
import os
import resource
import signal
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing, suppress
from pathlib import Path

import pyarrow as pa
import pytest
from sqlalchemy import Engine, event

from pseudo.errors import Cancelled, PseudoError
from pseudo.io.loading import NewTable
from pseudo.testing import assert_clean
from pseudo.testing.canaries import planted_cells
from pseudo.testing.postgres import Postgres

ROWS = 3000
CELLS = planted_cells(ROWS)
BLOCK = pa.record_batch({"n": pa.array(range(ROWS)), "text": pa.array(CELLS)})


def blocks(between: Callable[[], object] = lambda: None) -> Iterator[pa.RecordBatch]:
    """Yield rows with canaries, and do something when the first of them are on their way."""
    yield BLOCK
    between()
    for _ in range(3):
        yield BLOCK


def load(
    url: str, rows: Iterator[pa.RecordBatch], before: Callable[[], object] = lambda: None
) -> None:
    with NewTable(url, "personer") as table:
        table.begin(BLOCK.schema, ["", ""])
        table.fill(rows)
        table.describe([("n", "kept", "x", "", ""), ("text", "kept", "x", "", "")])
        assert table.count() == 4 * ROWS
        before()
        table.commit()


@pytest.fixture(params=["postgresql", "sqlite"])
def url(request: pytest.FixtureRequest, sqlite: Path) -> str:
    if request.param == "sqlite":
        return f"sqlite:///{sqlite}"
    return str(request.getfixturevalue("postgres").url)


@pytest.fixture(autouse=True)
def _clean(
    request: pytest.FixtureRequest,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> Iterator[None]:
    """Search all that was said, by whomever, for canaries; drivers have nothing to say at all."""
    caplog.set_level(logging.DEBUG)
    yield
    said = [record for record in caplog.get_records("call") if record.levelno >= logging.INFO]
    assert [record.name for record in said] == []
    assert_clean(log=caplog.text, **dict(zip(("out", "err"), capfd.readouterr(), strict=True)))
    if "postgres" in request.fixturenames:
        server: Postgres = request.getfixturevalue("server")
        assert_clean(server=server.folder / "server.log")


def code_of(act: Callable[[], object]) -> str:
    with pytest.raises(PseudoError) as caught:
        act()
    error = caught.value
    assert error.__context__ is None
    assert_clean(told="".join([str(error), error.text("sv"), error.hint("sv"), repr(error)]))
    return error.code


def left(url: str) -> list[str]:
    """Give the names of all tables; for SQLite, of the files too."""
    if url.startswith("sqlite"):
        path = Path(url.removeprefix("sqlite:///"))
        return [one.name for one in path.parent.iterdir()]
    import psycopg

    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        sql = "SELECT relname FROM pg_class WHERE relname LIKE 'personer%'"
        return [name for (name,) in connection.execute(sql)]


def kill_connections(server: Postgres) -> None:
    ended = server.psql(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE backend_type = 'client backend' AND pid <> pg_backend_pid()"
    )
    assert ended.strip() == "t"


def kill_all(server: Postgres) -> None:
    """Kill the server; whoever still worked for somebody is killed before it can be done."""
    found = server.psql("SELECT pid FROM pg_stat_activity WHERE backend_type = 'client backend'")
    server.kill()
    for pid in map(int, found.split()):
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)


class TestLost:
    def test_a_connection_that_is_killed_in_the_middle(self, postgres: Postgres) -> None:
        act = lambda: load(postgres.url, blocks(lambda: kill_connections(postgres)))  # noqa: E731
        assert code_of(act) == "database.not_reached"
        assert left(postgres.url) == []
        load(postgres.url, blocks())
        assert sorted(left(postgres.url)) == ["personer", "personer_codebook"]

    def test_a_connection_that_is_killed_at_the_last_step(self, postgres: Postgres) -> None:
        act = lambda: load(postgres.url, blocks(), lambda: kill_connections(postgres))  # noqa: E731
        assert code_of(act) == "load.unsure"
        assert left(postgres.url) == []

    def test_a_server_that_dies(self, monkeypatch: pytest.MonkeyPatch) -> None:
        with Postgres() as server:
            monkeypatch.setenv("PGPASSFILE", str(server.passfile))
            act = lambda: load(server.url, blocks(lambda: kill_all(server)))  # noqa: E731
            assert code_of(act) == "database.not_reached"
            assert code_of(lambda: load(server.url, blocks())) == "database.not_reached"
            server.start()
            assert left(server.url) == []
            assert_clean(server=server.folder / "server.log")


class TestFull:
    @pytest.fixture(autouse=True)
    def _small(self) -> Iterator[None]:
        """Let SQLite have 40 pages."""

        def limit(connection: sqlite3.Connection, _: object) -> None:
            connection.execute("PRAGMA max_page_count = 40")

        event.listen(Engine, "connect", limit)
        yield
        event.remove(Engine, "connect", limit)

    def test_a_full_sqlite_leaves_no_file(self, sqlite: Path) -> None:
        assert code_of(lambda: load(f"sqlite:///{sqlite}", blocks())) == "load.database_full"
        assert left(f"sqlite:///{sqlite}") == []

    def test_a_full_sqlite_leaves_a_file_that_was_there_as_it_was(self, sqlite: Path) -> None:
        with closing(sqlite3.connect(sqlite)) as database:
            database.execute("CREATE TABLE mitt (a)")
        before = sqlite.read_bytes()
        assert code_of(lambda: load(f"sqlite:///{sqlite}", blocks())) == "load.database_full"
        assert sqlite.read_bytes() == before
        assert left(f"sqlite:///{sqlite}") == [sqlite.name]


def test_a_file_that_may_not_grow_is_a_full_disk(sqlite: Path) -> None:
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, before[1]))
    try:
        code = code_of(lambda: load(f"sqlite:///{sqlite}", blocks()))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert code == "load.database_full"
    assert left(f"sqlite:///{sqlite}") == []


def test_a_database_that_somebody_else_writes_to_is_busy(
    sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect = sqlite3.connect
    monkeypatch.setattr(
        sqlite3.dbapi2,
        "connect",
        lambda *args, **more: connect(*args, **{**more, "timeout": 0.05}),
    )
    with closing(connect(sqlite)) as database:
        database.execute("CREATE TABLE mitt (a)")
        database.isolation_level = None
        database.execute("BEGIN IMMEDIATE")
        assert code_of(lambda: load(f"sqlite:///{sqlite}", blocks())) == "load.database_busy"
        database.execute("ROLLBACK")


@pytest.mark.parametrize("kind", [KeyboardInterrupt, MemoryError, Cancelled, SystemExit])
def test_whoever_stops_in_the_middle_leaves_nothing(url: str, kind: type[BaseException]) -> None:
    def stop() -> None:
        raise kind("cancelled")

    for act in (lambda: load(url, blocks(stop)), lambda: load(url, blocks(), stop)):
        with pytest.raises(kind):
            act()
        assert left(url) == []
    load(url, blocks())
    assert left(url) != []


def test_a_value_that_cannot_be_held_undoes_what_was_written(url: str) -> None:
    def rows() -> Iterator[pa.RecordBatch]:
        yield BLOCK
        bad = pa.array([*CELLS[1:], CELLS[0] + "\0"])
        yield pa.RecordBatch.from_arrays([BLOCK.column(0), bad], schema=BLOCK.schema)

    assert code_of(lambda: load(url, rows())) == "load.text_with_nul"
    assert left(url) == []


def test_a_database_that_refuses_a_row_is_not_quoted(postgres: Postgres) -> None:
    # What the server writes of its own rules into its own log is for the server to say.
    postgres.psql(
        """CREATE FUNCTION bevaka() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
             IF to_regclass('personer') IS NOT NULL THEN
               ALTER TABLE personer ADD CHECK (n < 2000 OR text IS NULL);
             END IF; END $$;
           CREATE EVENT TRIGGER vakt ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
             EXECUTE FUNCTION bevaka();
           ALTER DATABASE postgres SET log_error_verbosity = terse;"""
    )
    try:
        assert code_of(lambda: load(postgres.url, blocks())) == "database.failed"
    finally:
        postgres.psql("DROP EVENT TRIGGER vakt; ALTER DATABASE postgres RESET ALL")
    assert left(postgres.url) == []


def test_a_process_that_is_killed_leaves_no_table(url: str) -> None:
    child = os.fork()
    if not child:
        load(url, blocks(), lambda: os.kill(os.getpid(), signal.SIGKILL))
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == -signal.SIGKILL
    if not url.startswith("sqlite"):
        assert left(url) == []
    # Of SQLite an empty file is left, which is no hindrance.
    load(url, blocks())
