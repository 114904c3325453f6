# SPDX-License-Identifier: Apache-2.0
"""Dumps that real programs made, of a table with everything that is hard to write."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import time
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest

TEXTS = [
    "Åke Öst", "it's", "back\\slash", "\\", "\\'", 'a "quoted" b', "two\nlines", "cr\r\nlf", "tab\t",
    "'); DROP TABLE t; --", "; GO\nGO\n", "/* c */ -- d # e", "$$ $a$", "\\N", "\\.", "𝄞", " lead",
    "x" * 5000, "%_", "\x1a", None,
]  # fmt: skip
KINDS = ("sqlite3.iterdump", "sqlite3 .dump")
_PASSWORDLESS = ("--no-defaults", "--default-character-set=utf8mb4")


def _sqlite(path: Path) -> None:
    with sqlite3.connect(path) as db:
        db.execute(
            'CREATE TABLE t (id INTEGER PRIMARY KEY AUTOINCREMENT, "te""xt" TEXT, d DATE, x REAL,'
            " n NUMERIC, b BLOB, CHECK (x < 1e9))"
        )
        db.executemany(
            "INSERT INTO t VALUES (?, ?, ?, ?, ?, ?)",
            [
                (191212121212 + place, text, "2020-02-29", place / 3, place, bytes([place]))
                for place, text in enumerate(TEXTS)
            ],
        )
        db.execute("CREATE TABLE empty (a, b)")
        db.execute(
            "CREATE TRIGGER g AFTER INSERT ON t BEGIN INSERT INTO empty VALUES (1, ';');"
            " UPDATE t SET x = CASE WHEN x THEN 1 END; END"
        )
        db.execute("CREATE VIEW v AS SELECT * FROM t")
    db.close()


@pytest.mark.parametrize("kind", KINDS)
def test_sqlite(read: Callable[..., Any], tmp_path: Path, kind: str) -> None:
    _sqlite(tmp_path / "x.db")
    if kind == "sqlite3.iterdump":
        with sqlite3.connect(tmp_path / "x.db") as db:
            dump = "\n".join(db.iterdump()) + "\n"
        db.close()
    else:
        program = shutil.which("sqlite3")
        if program is None:
            pytest.skip("the program sqlite3 is not installed")
        dump = subprocess.run(
            [program, tmp_path / "x.db", ".dump"], capture_output=True, text=True, check=True
        ).stdout
    outcome = read(dump, table="t", chosen=["id", 'te"xt', "d", "x", "n"])
    assert [row[1] for row in outcome.rows] == TEXTS
    assert [row[0] for row in outcome.rows] == [191212121212 + n for n in range(len(TEXTS))]
    assert {row[2] for row in outcome.rows} == {date(2020, 2, 29)}
    assert [row[3] for row in outcome.rows] == [n / 3 for n in range(len(TEXTS))]
    assert [row[4] for row in outcome.rows] == [str(n) for n in range(len(TEXTS))]
    assert outcome.facts.table == "t"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Any]:
    """A real server; its dump program comes with it."""
    module = pytest.importorskip("pseudo.testing.postgres")
    with module.Postgres() as server:
        rows = ", ".join(
            "({}, {}, '2020-02-29', '2020-02-29 01:02:03.25+02', '2020-02-29 01:02:03.123456', {},"
            " true, 'ab', '10:11:12', 1.5)".format(
                191212121212 + place, "NULL" if text is None else _escaped(text), f"{place}.50"
            )
            for place, text in enumerate(TEXTS)
        )
        server.psql(
            'CREATE SCHEMA s; CREATE TABLE s."T" (id bigint GENERATED ALWAYS AS IDENTITY, "te""xt"'
            " text, d date, z timestamptz, m timestamp, n numeric(10, 2), ok boolean, c char(5),"
            " tid time, x double precision, g int GENERATED ALWAYS AS (1 + 1) STORED);"
            f' INSERT INTO s."T" (id, "te""xt", d, z, m, n, ok, c, tid, x) OVERRIDING SYSTEM VALUE'
            f" VALUES {rows};"
            " CREATE TABLE empty (a int);"
            " CREATE FUNCTION f() RETURNS int BEGIN ATOMIC INSERT INTO empty VALUES (1); SELECT 1; END;"
            " CREATE FUNCTION g() RETURNS int AS $q$ BEGIN INSERT INTO t VALUES (';'); END $q$"
            " LANGUAGE plpgsql;"
            """ COMMENT ON COLUMN s."T".d IS '19121212-1212; INSERT';"""
        )
        yield server


def _escaped(text: str) -> str:
    named = {"\\": "\\\\", "'": "\\'", "\n": "\\n", "\r": "\\r", "\t": "\\t", "\x1a": "\\x1a"}
    return "E'" + "".join(named.get(letter, letter) for letter in text) + "'"


@pytest.mark.campaign
@pytest.mark.network
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--inserts",),
        ("--column-inserts",),
        ("--rows-per-insert=4",),
        ("--inserts", "--on-conflict-do-nothing"),
        ("--encoding=LATIN1", "--inserts", "--exclude-table-data=s.*"),
        ("--create", "--clean"),
    ],
)
def test_pg_dump(postgres: Any, outcome_of: Callable[..., Any], options: tuple[str, ...]) -> None:
    dump = postgres.run("pg_dump", *options)
    for size in (1 << 22, 100):
        outcome = outcome_of(dump, chunk_bytes=size)
        if "--exclude-table-data=s.*" in options:
            assert outcome.error == "delivery.no_records"
            continue
        assert not outcome.error, outcome.params
        texts = [row[1] for row in outcome.rows]
        assert texts == TEXTS
        row = outcome.rows[0]
        assert row[2:] == (
            date(2020, 2, 29),
            datetime(2020, 2, 28, 23, 2, 3, 250000, tzinfo=UTC),
            datetime(2020, 2, 29, 1, 2, 3, 123456),  # noqa: DTZ001
            "0.5", True, "ab", "10:11:12", 1.5,
            *((None,) if len(row) == 11 else ()),
        )  # fmt: skip
        assert outcome.facts.table == "s.T"


@pytest.fixture(scope="module")
def mariadb(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., str]]:
    """A real server without network, if there is one on this machine."""
    path = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin"])
    server, dumper = (shutil.which(name, path=path) for name in ("mariadbd", "mariadb-dump"))
    client = shutil.which("mariadb", path=path)
    if server is None or dumper is None or client is None:
        pytest.skip("MariaDB's programs (mariadbd, mariadb, mariadb-dump) are not installed")
    folder = tmp_path_factory.mktemp("maria")
    share = Path(server).resolve().parent.parent / "share" / "mysql"
    command = [
        server, "--no-defaults", "--skip-grant-tables", "--skip-networking",
        f"--datadir={folder}", f"--socket={folder}/s", f"--pid-file={folder}/pid",
        f"--lc-messages-dir={share}", f"--character-sets-dir={share}/charsets",
        *(["--user=root"] if os.geteuid() == 0 else []),
    ]  # fmt: skip
    running = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def run(*words: str, given: str = "") -> str:
        program = {"mariadb": client, "mariadb-dump": dumper}[words[0]]
        return subprocess.run(
            [program, *_PASSWORDLESS, f"--socket={folder}/s", *words[1:]],
            input=given.encode(), capture_output=True, check=True,
        ).stdout.decode()  # fmt: skip

    try:
        for _ in range(100):
            try:
                run("mariadb", given="SELECT 1;")
                break
            except subprocess.CalledProcessError:
                time.sleep(0.1)
        run("mariadb", given=_MARIADB)
        yield run
    finally:
        running.terminate()
        running.wait()


def _mysql(text: str) -> str:
    named = {"\\": "\\\\", "'": "\\'", "\r": "\\r", "\x1a": "\\Z"}
    return "'" + "".join(named.get(letter, letter) for letter in text) + "'"


_MARIADB = (
    "CREATE DATABASE d; USE d; CREATE TABLE t (id bigint PRIMARY KEY AUTO_INCREMENT, `te``xt`"
    " longtext COMMENT '19121212-1212', d date, m datetime(6), n decimal(10,2), ok bit(1), c char(5),"
    " tid time, x double, b blob) CHARACTER SET utf8mb4;\n"
    + "".join(
        f"INSERT INTO t VALUES ({191212121212 + place}, {'NULL' if text is None else _mysql(text)},"
        f" '2020-02-29', '2020-02-29 01:02:03.123456', {place}.50, b'1', 'ab', '10:11:12', 1.5,"
        f" x'{place:02x}27ff');\n"
        for place, text in enumerate(TEXTS)
    )
    + "CREATE TABLE empty (a int);\nDELIMITER ;;\nCREATE TRIGGER g AFTER INSERT ON t FOR EACH ROW"
    " BEGIN INSERT INTO empty VALUES (1); INSERT INTO empty VALUES (2); END;;\nDELIMITER ;\n"
    "CREATE VIEW v AS SELECT * FROM t;\n"
)


@pytest.mark.campaign
@pytest.mark.parametrize(
    "options",
    [
        (),
        ("--skip-extended-insert",),
        ("--complete-insert", "--compact"),
        ("--insert-ignore",),
        ("--replace",),
        ("--compatible=ansi",),
        ("--tz-utc", "--single-transaction"),
    ],
)
def test_mariadb_dump(
    mariadb: Callable[..., str], outcome_of: Callable[..., Any], options: tuple[str, ...]
) -> None:
    dump = mariadb("mariadb-dump", "--hex-blob", *options, "d")
    chosen = ["id", "te`xt", "d", "m", "n", "ok", "c", "tid", "x"]
    for size in (1 << 22, 100):
        outcome = outcome_of(dump, chunk_bytes=size, chosen=chosen)
        assert not outcome.error, (outcome.error, outcome.params)
        assert [row[1] for row in outcome.rows] == TEXTS
        assert outcome.rows[0][2:] == (
            date(2020, 2, 29),
            datetime(2020, 2, 29, 1, 2, 3, 123456),  # noqa: DTZ001
            "0.5", True, "ab", "10:11:12", 1.5,
        )  # fmt: skip
