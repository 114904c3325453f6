# SPDX-License-Identifier: Apache-2.0
"""A release is in the database as it was signed, or nothing of it is."""

from __future__ import annotations

import datetime as dt
import json
import math
import shutil
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from zoneinfo import ZoneInfo

import psycopg
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pseudo
from pseudo.errors import Cancelled, DeliveryError, PseudoError
from pseudo.events import Cancellation, Progress
from pseudo.testing import MemoryStore, People, assert_clean
from pseudo.testing.canaries import CANARY_TEXTS
from pseudo.testing.postgres import Postgres
from pseudo.usecases import load as usecase
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.rekey import rekey
from pseudo.usecases.rekey_request import RekeyRequest

SPEC = """\
name: kommunala-program
reference_date: 2026-11-22
unknown_columns: drop
columns:
  - {name: personnummer, role: identifier, pseudonym: id, label: Löpnummer}
  - {name: Text, role: keep, type: string, label: "Fri text, 100 %"}
  - {name: heltal, role: keep, type: integer}
  - {name: tal, role: keep, type: number}
  - {name: ja, role: keep, type: boolean}
  - {name: dag, role: keep, type: date}
  - {name: tid, role: keep, type: datetime}
  - {name: zon, role: keep}
"""
STOCKHOLM = ZoneInfo("Europe/Stockholm")
MOMENT = dt.datetime.combine(dt.date(2020, 2, 29), dt.time(12, 30, 0, 1))
TYPES = [
    *("text", "text", "bigint", "double precision", "boolean", "date"),
    *("timestamp without time zone", "timestamp with time zone"),
]


def delivery(path: Path) -> Path:
    people = People(seed=7).personnummer(60)
    columns = {
        "personnummer": people,
        "Text": [None if n % 7 == 0 else f"å\t\\N {n}\n'\"" for n in range(60)],
        "heltal": [None, -(2**63), 2**63 - 1, *range(57)],
        "tal": [None, math.inf, -0.0, *(n / 7 for n in range(57))],
        "ja": [None, True, False] * 20,
        "dag": [None, dt.date.min, dt.date.max, *[dt.date(2016, 2, 29)] * 57],
        "tid": [None, *[MOMENT] * 59],
        "zon": [None, *[MOMENT.replace(tzinfo=STOCKHOLM)] * 59],
        "extra": ["x"] * 60,
    }
    table = pa.table(columns)
    zone = pa.timestamp("us", "Europe/Stockholm")
    place = table.schema.get_field_index("zon")
    pq.write_table(table.set_column(place, "zon", table.column(place).cast(zone)), path)
    return path


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SimpleNamespace]:
    """An office that published a delivery in three formats, and a long one, in one ledger."""
    folder = tmp_path_factory.mktemp("office")
    (folder / "spec.yaml").write_text(SPEC, encoding="utf-8")
    source = delivery(folder / "delivery.parquet")
    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        ledger = pseudo.open_ledger(folder / "ledger", store)
        domain = store.domain("projA")
        for to in ("parquet", "arrow", "csv"):
            pseudo.run(
                source,
                spec=folder / "spec.yaml",
                domain=domain,
                out=folder / to,
                to=to,
                ledger=ledger,
            )
        people = People(seed=8).personnummer(100) * 1400
        long = "personnummer;n\n" + "".join(f"{one};{n}\n" for n, one in enumerate(people))
        (folder / "long.csv").write_text(long)
        pseudo.run(
            folder / "long.csv",
            columns=["personnummer"],
            keep_all=True,
            domain=domain,
            out=folder / "long",
            ledger=ledger,
        )
        yield SimpleNamespace(folder=folder, ledger=ledger, store=store, domain=domain)


@pytest.fixture
def copied(office: SimpleNamespace, tmp_path: Path) -> Path:
    """A copy of the published folder, to be spoilt."""
    return Path(shutil.copytree(office.folder / "parquet", tmp_path / "out"))


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    with Postgres() as server:
        yield server


@pytest.fixture
def postgres(server: Postgres, monkeypatch: pytest.MonkeyPatch) -> Postgres:
    monkeypatch.setenv("PGPASSFILE", str(server.passfile))
    server.psql("DROP SCHEMA public CASCADE; CREATE SCHEMA public;")
    return server


@pytest.fixture
def sqlite(tmp_path: Path) -> Path:
    return tmp_path / "forskning.db"


def in_postgres(server: Postgres, sql: str) -> list[tuple[Any, ...]]:
    with psycopg.connect(server.url.replace("+psycopg", "")) as connection:
        return connection.execute(sql).fetchall()


def in_sqlite(path: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(path)) as database:
        return database.execute(sql).fetchall()


def refused(office: SimpleNamespace, folder: Path, path: Path, **more: Any) -> str:
    """Load into SQLite; give the code of why not, and see that nothing is there."""
    more = {"ledger": office.ledger, **more}
    with pytest.raises(PseudoError) as caught:
        pseudo.load(folder, database=f"sqlite:///{path}", table="t", **more)
    assert caught.value.__context__ is None
    assert not path.exists()
    return caught.value.code


@pytest.mark.parametrize("to", ["parquet", "arrow"])
def test_postgresql_holds_what_was_published(
    office: SimpleNamespace, postgres: Postgres, to: str
) -> None:
    out = office.folder / to
    result = pseudo.load(out, database=postgres.url, table="Program", ledger=office.ledger)
    (path,) = (out / "release").glob(f"*.{to}")
    table = pq.read_table(path) if to == "parquet" else pa.ipc.open_file(path).read_all()
    assert table.num_rows == result.rows == 60
    found = in_postgres(postgres, 'SELECT * FROM "Program"')
    assert found == list(zip(*(column.to_pylist() for column in table.columns), strict=True))
    columns = in_postgres(
        postgres,
        "SELECT column_name, data_type, col_description('\"Program\"'::regclass, ordinal_position)"
        " FROM information_schema.columns WHERE table_name = 'Program' ORDER BY ordinal_position",
    )
    labels = ["Löpnummer", "Fri text, 100 %", *[None] * 6]
    assert columns == list(zip(table.schema.names, TYPES, labels, strict=True))
    book = json.loads((out / "release" / "codebook.json").read_text("utf-8"))
    described = [
        (place, column["name"], column["role"], column["type"], column["label"] or None, None)
        for place, column in enumerate(book["files"][0]["columns"], start=1)
    ]
    assert in_postgres(postgres, 'SELECT * FROM "Program_codebook" ORDER BY 1') == described
    assert (result.database, result.table, result.codebook) == (
        *("postgresql", "Program", "Program_codebook"),
    )
    assert result.logical_digest == result.receipt["outputs"][0]["logical_digest"]
    assert result.proven


def test_sqlite_holds_what_was_published(office: SimpleNamespace, sqlite: Path) -> None:
    out = office.folder / "parquet"
    pseudo.load(out, database=f"sqlite:///{sqlite}", table="program", ledger=office.ledger)
    table = pq.read_table(next((out / "release").glob("*.parquet")))
    plain = [
        column.cast(pa.int64())
        if pa.types.is_boolean(column.type)
        else pa.array([None if one is None else one.isoformat() for one in column.to_pylist()])
        if pa.types.is_temporal(column.type)
        else column
        for column in table.columns
    ]
    expected = list(zip(*(column.to_pylist() for column in plain), strict=True))
    assert in_sqlite(sqlite, "SELECT * FROM program") == expected
    labels = in_sqlite(sqlite, "SELECT label FROM program_codebook WHERE \"column\" = 'Text'")
    assert labels == [("Fri text, 100 %",)]


def test_more_rows_than_a_block_holds_are_loaded_in_their_order(
    office: SimpleNamespace, postgres: Postgres
) -> None:
    out = office.folder / "long"
    seen: list[Progress] = []
    watching = SimpleNamespace(progress=seen.append)
    key = office.ledger.key.encode()
    result = pseudo.load(out, database=postgres.url, table="lång", key=key, observer=watching)
    published = pq.read_table(next((out / "release").glob("*.parquet")))
    found = in_postgres(postgres, 'SELECT * FROM "lång"')
    assert found == list(zip(*(column.to_pylist() for column in published.columns), strict=True))
    assert len(found) == result.rows == seen[-1].rows == 140_000
    assert seen[-1].done == seen[-1].total


def spoil(path: Path) -> None:
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


@pytest.mark.parametrize(
    ("act", "code"),
    [
        (lambda out: spoil(next(out.glob("release/*.parquet"))), "evidence.file_differs"),
        (lambda out: spoil(out / "release" / "codebook.json"), "evidence.file_differs"),
        (lambda out: spoil(out / "return" / "rejects.csv"), "evidence.file_differs"),
        (lambda out: (out / "release" / "x.txt").write_text("x"), "evidence.file_extra"),
        (lambda out: spoil(out / "receipt.json"), None),
        (lambda out: spoil(out / "receipt.tlog-proof"), "evidence.proof_invalid"),
        (lambda out: (out / "receipt.json").unlink(), "usage.no_such_file"),
        (lambda out: next(out.glob("release/*.parquet")).unlink(), "load.file_missing"),
        (lambda out: (out / "release" / "codebook.json").unlink(), "load.file_missing"),
        (lambda out: shutil.rmtree(out / "release"), "load.file_missing"),
    ],
)
def test_a_release_that_was_changed_is_not_loaded(
    office: SimpleNamespace, copied: Path, sqlite: Path, act: Callable[[Path], None], code: str
) -> None:
    act(copied)
    found = refused(office, copied, sqlite)
    assert found == code or (code is None and found.startswith("evidence."))


def test_a_file_that_is_changed_after_it_was_verified_is_not_loaded(
    office: SimpleNamespace, copied: Path, sqlite: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (path,) = copied.glob("release/*.parquet")
    table = pq.read_table(path)
    changed = table.set_column(2, "heltal", pa.array([1, *table["heltal"].to_pylist()[1:]]))
    opened = usecase.open_released

    def replaced(*arguments: Any) -> Any:
        pq.write_table(changed, path, store_schema=False)
        return opened(*arguments)

    monkeypatch.setattr(usecase, "open_released", replaced)
    assert refused(office, copied, sqlite) == "load.differs"
    changed = table.drop_columns(["zon"])
    shutil.copyfile(next((office.folder / "parquet").glob("release/*.parquet")), path)
    assert refused(office, copied, sqlite) == "load.differs"
    monkeypatch.undo()
    shutil.copyfile(next((office.folder / "parquet").glob("release/*.parquet")), path)
    chosen = usecase.released

    def spoilt(*arguments: Any) -> Any:
        book = copied / "release" / "codebook.json"
        book.write_text(book.read_text("utf-8").replace("100 %", "101 %"), encoding="utf-8")
        return chosen(*arguments)

    monkeypatch.setattr(usecase, "released", spoilt)
    assert refused(office, copied, sqlite) == "evidence.file_differs"


def test_a_receipt_that_nobody_trusts_is_not_loaded(
    office: SimpleNamespace, copied: Path, sqlite: Path, tmp_path: Path
) -> None:
    with MemoryStore({("projA", 1): bytes(range(32))}) as other:
        stranger = pseudo.open_ledger(tmp_path / "ledger", other)
        key = stranger.key.encode()
    assert refused(office, copied, sqlite, key=key, ledger=None) == "evidence.unknown_key"
    assert refused(office, copied, sqlite, ledger=None) == "usage.no_ledger_key"
    source = office.folder / "delivery.parquet"
    pseudo.run(
        source, spec=office.folder / "spec.yaml", domain=office.domain, out=tmp_path / "unsigned"
    )
    assert refused(office, tmp_path / "unsigned", sqlite) == "evidence.unsigned"


def test_what_has_no_types_or_no_rows_is_not_loaded(
    office: SimpleNamespace, sqlite: Path, tmp_path: Path
) -> None:
    assert refused(office, office.folder / "csv", sqlite) == "load.untyped"
    bad = tmp_path / "bad.csv"
    bad.write_text("personnummer\n198507099804\n")
    spec = "name: inga\nreject_limit: 100%\ncolumns: [{name: personnummer, role: identifier}]\n"
    (tmp_path / "spec.yaml").write_text(spec.replace("identifier}", "identifier, pseudonym: id}"))
    order = {"domain": office.domain, "ledger": office.ledger}
    pseudo.run(bad, spec=tmp_path / "spec.yaml", out=tmp_path / "none", **order)
    assert refused(office, tmp_path / "none", sqlite) == "load.no_rows"
    with pytest.raises(DeliveryError):
        pseudo.run(bad, columns="personnummer", out=tmp_path / "refused", **order)
    assert refused(office, tmp_path / "refused", sqlite) == "load.nothing_released"


def test_of_several_files_one_is_named(sqlite: Path, tmp_path: Path) -> None:
    store = MemoryStore({("projA", 1): bytes(range(32))})
    store.new_version("projA")
    ledger = pseudo.open_ledger(tmp_path / "ledger", store)
    old = store.domain("projA", 1).pseudonymize(["198507099805"])[0]
    moment = dt.datetime(2020, 1, 1, tzinfo=dt.UTC)
    for name in ("a", "b"):
        pq.write_table(
            pa.table({"id": [old], name: [1], "zon": [moment]}), tmp_path / f"{name}.parquet"
        )
    (tmp_path / "nr.csv").write_text("nr\n198507099805\n")
    request = RekeyRequest(
        tables=(tmp_path / "a.parquet", tmp_path / "b.parquet"),
        domain="projA",
        columns=("id",),
        candidates=Candidates.of(tmp_path / "nr.csv", "nr"),
        out=tmp_path / "out",
    )
    rekey(request, store, ledger=ledger)
    office = SimpleNamespace(ledger=ledger)
    assert refused(office, tmp_path / "out", sqlite) == "load.several_files"
    assert refused(office, tmp_path / "out", sqlite, file="c.parquet") == "load.no_such_file"
    pseudo.load(
        tmp_path / "out",
        database=f"sqlite:///{sqlite}",
        table="t",
        file="b.parquet",
        ledger=ledger,
    )
    assert in_sqlite(sqlite, "SELECT b, zon FROM t") == [(1, "2020-01-01T00:00:00+00:00")]


def test_a_table_that_loses_rows_on_its_way_is_undone(
    office: SimpleNamespace, postgres: Postgres
) -> None:
    postgres.psql(
        """CREATE FUNCTION tappa() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
             IF NEW.heltal = 5 THEN RETURN NULL; END IF; RETURN NEW; END $$;
           CREATE FUNCTION bevaka() RETURNS event_trigger LANGUAGE plpgsql AS $$ BEGIN
             IF to_regclass('program') IS NOT NULL AND to_regclass('program_codebook') IS NULL
             THEN CREATE TRIGGER t BEFORE INSERT ON program FOR EACH ROW
               EXECUTE FUNCTION tappa(); END IF; END $$;
           CREATE EVENT TRIGGER vakt ON ddl_command_end WHEN TAG IN ('CREATE TABLE')
             EXECUTE FUNCTION bevaka();"""
    )
    try:
        with pytest.raises(PseudoError) as caught:
            pseudo.load(
                office.folder / "parquet",
                database=postgres.url,
                table="program",
                ledger=office.ledger,
            )
    finally:
        postgres.psql("DROP EVENT TRIGGER vakt")
    assert caught.value.code == "load.rows_differ"
    assert in_postgres(postgres, "SELECT tablename FROM pg_tables WHERE schemaname='public'") == []


@pytest.mark.parametrize("last", [False, True])
def test_whoever_cancels_leaves_nothing(
    office: SimpleNamespace, postgres: Postgres, sqlite: Path, last: bool
) -> None:
    for url in (postgres.url, f"sqlite:///{sqlite}"):
        cancellation, seen = Cancellation(), []

        def look(progress: Progress, it: Cancellation = cancellation, to: list = seen) -> None:
            to.append(progress.rows)
            if progress.rows == 140_000 or not last:
                it.cancel()

        with pytest.raises(Cancelled):
            pseudo.load(
                office.folder / "long",
                database=url,
                table="t",
                ledger=office.ledger,
                observer=SimpleNamespace(progress=look),
                cancellation=cancellation,
            )
        assert (len(seen) == 1) is not last
    assert not sqlite.exists()
    assert in_postgres(postgres, "SELECT tablename FROM pg_tables WHERE schemaname='public'") == []


def test_texts_of_people_are_in_no_message_and_no_log(
    office: SimpleNamespace,
    postgres: Postgres,
    sqlite: Path,
    tmp_path: Path,
    capfd: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    # Names are no identity data, but nobody's name belongs into a message either.
    cells = [one if at else f"{one}\0" for at, one in enumerate(planted_texts(60))]
    people = People(seed=9).personnummer(60)
    source = tmp_path / "delivery.parquet"
    pq.write_table(pa.table({"personnummer": people, "namn": cells}), source)
    pseudo.run(
        source,
        columns=["personnummer"],
        keep_all=True,
        domain=office.domain,
        out=tmp_path / "out",
        ledger=office.ledger,
    )
    caplog.set_level("DEBUG")
    for url in (postgres.url, f"sqlite:///{sqlite}"):
        with pytest.raises(PseudoError) as caught:
            pseudo.load(tmp_path / "out", database=url, table="t", ledger=office.ledger)
        error = caught.value
        assert error.code == "load.text_with_nul"
        assert dict(error.params)["column"] == "namn"
        assert_clean(told="".join([str(error), error.text("sv"), error.hint("sv"), repr(error)]))
    assert_clean(log=caplog.text, out="".join(capfd.readouterr()))
    assert_clean(server=postgres.folder / "server.log")
    assert not sqlite.exists()


def planted_texts(count: int) -> list[str]:
    return [f"{CANARY_TEXTS['surname']} {n}" for n in range(count)]
