# SPDX-License-Identifier: Apache-2.0
"""Releases in every format: what is in them, what is not, and what explains them."""

from __future__ import annotations

import csv
import io
import json
import os
import sys
import zipfile
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl
import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pyreadstat
import pytest

import pseudo
from pseudo.cli.parsing import OUTPUT
from pseudo.domain import Domain
from pseudo.errors import DeliveryError, EvidenceError, LeakError, PseudoError, UsageError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys.local import LocalStore
from pseudo.spec import Spec, parse_spec
from pseudo.testing import DEMO_SPEC, make_delivery
from pseudo.usecases import domains
from pseudo.usecases.request import OUTPUT_FORMATS, OutputFormat
from pseudo.usecases.verify import verify
from tests.usecases.rekeying import Site

Deliver = Callable[..., Path]
Read = Callable[[Path], pl.DataFrame]

# Formats of which each stands for a family; the campaign takes all.
FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
SOME = OUTPUT_FORMATS if FULL else ("arrow", "xlsx", "xpt")

LABELLED = """\
name: kommunala-program
reference_date: 2026-11-22
columns:
  - {name: personnummer, role: identifier, label: Personens löpnummer}
  - {name: namn, role: direct}
  - {name: insats_i_kommunen, role: keep, type: integer, label: Antal insatser}
  - {name: kön, role: keep}
"""
NAMES = {
    "xpt": ["PERSONNU", "INSATS_I", "KON"],
    "sav": ["personnummer_pseudonym", "insats_i_kommunen", "kön"],
}


def _from_xlsx(path: Path) -> pl.DataFrame:
    titles, *rows = openpyxl.load_workbook(path)["data"].iter_rows(values_only=True)
    return pl.DataFrame(rows, schema=[str(title) for title in titles], orient="row")


READ: dict[str, Read] = {
    "parquet": pl.read_parquet,
    "arrow": pl.read_ipc,
    "csv": pl.read_csv,
    "xlsx": _from_xlsx,
    "xpt": lambda path: pyreadstat.read_xport(path, output_format="polars")[0],
    "sav": lambda path: pyreadstat.read_sav(path, output_format="polars")[0],
    "dta": lambda path: pyreadstat.read_dta(path, output_format="polars")[0],
}


@pytest.fixture
def labelled() -> Spec:
    return parse_spec(LABELLED)


@pytest.fixture
def delivery(deliver: Deliver, people: list[str]) -> Path:
    lines = [f"{number};Åsa;{n};{'km'[n % 2]}" for n, number in enumerate(people[:50])]
    return deliver("\n".join(["personnummer;namn;insats_i_kommunen;kön", *lines, ""]))


def unpacked(path: Path) -> bytes:
    """Give the bytes of a file, and those of the parts of an archive."""
    data = path.read_bytes()
    if not zipfile.is_zipfile(path):
        return data
    with zipfile.ZipFile(path) as archive:
        return data + b"".join(archive.read(name) for name in archive.namelist())


def test_the_words_of_the_command_line_are_those_of_the_library() -> None:
    assert tuple(OUTPUT.choices) == OUTPUT_FORMATS


@pytest.mark.parametrize("to", OUTPUT_FORMATS)
def test_a_release_verifies_and_its_codebook_explains_every_column(
    to: OutputFormat,
    tmp_path: Path,
    store: LocalStore,
    ledger: FileLedger,
    labelled: Spec,
    delivery: Path,
) -> None:
    domains.create(store, "projA", ledger=ledger)
    out = tmp_path / "out"
    with store.domain("projA") as domain:
        result = pseudo.run(
            delivery, spec=labelled, domain=domain, out=out, to=to, lang="en", ledger=ledger
        )
    assert result.data == out / f"release/kommunala-program.{to}"
    names = NAMES.get(to, NAMES["sav"])
    frame = READ[to](result.data)
    assert (frame.columns, frame.height) == (names, 50)
    assert sorted(frame[names[1]].to_list()) == list(range(50))
    assert frame[names[0]].str.len_bytes().unique().to_list() == [26]

    book = json.loads((out / "release/codebook.json").read_text("utf-8"))["files"][0]
    assert (book["file"], book["format"], book["rows"]) == (result.data.name, to, 50)
    assert [(c["name"], c["role"], c["type"], c["label"]) for c in book["columns"]] == [
        ("personnummer_pseudonym", "pseudonym", "string", "Personens löpnummer"),
        ("insats_i_kommunen", "kept", "integer", "Antal insatser"),
        ("kön", "kept", "string", ""),
    ]
    assert [column["name_in_file"] for column in book["columns"]] == names
    text = (out / "release/codebook.csv").read_text("utf-8-sig")
    listed = list(csv.reader(io.StringIO(text), delimiter=";"))
    assert [line[3] for line in listed[1:]] == names

    found = verify(out, ledger=ledger)
    assert not found.missing
    assert {path.name for path in (out / "release").iterdir()} == {
        "codebook.csv",
        "codebook.json",
        result.data.name,
    }
    for name in ("codebook.csv", "codebook.json"):
        path = out / "release" / name
        kept = path.read_bytes()
        path.write_bytes(kept + b" ")
        with pytest.raises(EvidenceError, match=r"evidence\.file_differs"):
            verify(out, ledger=ledger)
        path.write_bytes(kept)
    (out / "release" / "codebook.txt").touch()
    with pytest.raises(EvidenceError, match=r"evidence\.file_extra"):
        verify(out, ledger=ledger)


def test_labels_stand_in_the_files_that_have_them(
    tmp_path: Path, domain: Domain, labelled: Spec, delivery: Path
) -> None:
    for to, read in (("xpt", pyreadstat.read_xport), ("sav", pyreadstat.read_sav)):
        result = pseudo.run(
            delivery,
            spec=labelled,
            domain=domain,
            out=tmp_path / to,
            to=to,  # type: ignore[arg-type]
        )
        labels = read(result.data, output_format="polars")[1].column_labels
        assert labels == ["Personens löpnummer", "Antal insatser", "kön" if to == "xpt" else None]


def test_the_logical_digest_is_the_same_in_every_format(
    tmp_path: Path, domain: Domain, labelled: Spec, delivery: Path
) -> None:
    digests = set()
    for to in OUTPUT_FORMATS:
        result = pseudo.run(delivery, spec=labelled, domain=domain, out=tmp_path / to, to=to)
        digests.add(result.receipt["outputs"][0]["logical_digest"])
    assert len(digests) == 1


@pytest.mark.parametrize("to", ["arrow", "xlsx", "xpt", "sav", "dta"])
def test_the_same_bytes_leave_whatever_the_chunks_and_the_threads(
    to: OutputFormat, tmp_path: Path, domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pseudo.io.source import ReadOptions
    from pseudo.usecases import reading

    files = make_delivery(tmp_path / "in", people=100, seed=6)
    spec = parse_spec(DEMO_SPEC)
    seen = set()
    for number, (chunk, threads) in enumerate([(4 << 20, 1), (997, 3)]):

        def options(chunk: int = chunk, **settings: Any) -> ReadOptions:
            return ReadOptions(**settings | {"chunk_bytes": chunk})

        monkeypatch.setattr(reading, "ReadOptions", options)
        result = pseudo.run(
            files,
            spec=spec,
            domain=domain,
            out=tmp_path / str(number),
            to=to,
            threads=threads,
            reference_date=date(2026, 11, 22),
        )
        release = sorted((tmp_path / str(number) / "release").iterdir())
        seen.add(tuple(path.read_bytes() for path in release))
        assert result.rows > 50
    assert len(seen) == 1


@pytest.mark.parametrize("to", SOME)
def test_nothing_that_came_with_the_delivery_rides_along(
    to: OutputFormat, tmp_path: Path, domain: Domain, labelled: Spec, people: list[str]
) -> None:
    planted = f"CANARY-{people[0]}"
    field = pa.field("kön", pa.string(), metadata={"label": planted})
    schema = pa.schema(
        [
            pa.field("personnummer", pa.string(), metadata={"label": planted}),
            ("namn", pa.string()),
            ("insats_i_kommunen", pa.int64()),
            field,
        ],
        metadata={"author": planted, "pandas": planted},
    )
    columns = [people[:30], [planted] * 30, list(range(30)), ["k", None, "m"] * 10]
    table = pa.table(
        [pa.array(c, t) for c, t in zip(columns, schema.types, strict=True)], schema=schema
    )
    path = tmp_path / f"till_{to}.parquet"
    pq.write_table(table, path)
    pseudo.run(path, spec=labelled, domain=domain, out=tmp_path / "out", to=to)
    for file in (tmp_path / "out" / "release").iterdir():
        data = unpacked(file)
        assert b"CANARY" not in data
        assert people[0].encode() not in data
        assert b"till_" not in data


@pytest.mark.parametrize(
    ("to", "value", "code"),
    [
        ("xlsx", "1899-12-31", "output.date_out_of_range"),
        ("sav", "1500-01-01", "output.date_out_of_range"),
        ("dta", "0099-12-31", "output.date_out_of_range"),
        ("xpt", "x" * 201, "output.text_too_long"),
    ],
)
@pytest.mark.parametrize("order", [None, "keep"])
def test_what_a_format_cannot_hold_leaves_no_folder_and_nothing_beside_it(
    to: OutputFormat,
    value: str,
    code: str,
    order: str | None,
    tmp_path: Path,
    domain: Domain,
    deliver: Deliver,
    people: list[str],
) -> None:
    kind = "date" if code.startswith("output.date") else "string"
    spec = parse_spec(
        "name: x\ncolumns:\n- {name: pnr, role: identifier}\n"
        f"- {{name: a, role: keep, type: {kind}}}\n"
    )
    good = "1999-12-31" if kind == "date" else "x"
    path = deliver(f"pnr;a\n{people[0]};{good}\n{people[1]};{value}\n")
    before = set(tmp_path.iterdir())
    with pytest.raises(UsageError, match="Column a") as error:
        pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "out", to=to, order=order)
    assert error.value.code == code
    assert set(tmp_path.iterdir()) == before


def test_a_leak_is_told_before_what_the_format_cannot_hold(
    tmp_path: Path, domain: Domain, deliver: Deliver, people: list[str]
) -> None:
    rows = [f"{number};{number}{'x' * 201}" for number in people[:30]]
    path = deliver("\n".join(["pnr;a", *rows, ""]))
    spec = parse_spec(
        "name: x\norder: keep\nreason: test\ncolumns:\n- {name: pnr, role: identifier}\n- {name: a, role: keep}\n"
    )
    with pytest.raises(LeakError):
        pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "out", to="xpt", threads=3)
    assert not (tmp_path / "out" / "release").exists()


def test_a_refused_delivery_has_no_codebook(
    tmp_path: Path, domain: Domain, labelled: Spec, deliver: Deliver
) -> None:
    path = deliver("personnummer;namn;insats_i_kommunen;kön\n191212121213;x;1;m\n")
    with pytest.raises(DeliveryError):
        pseudo.run(path, spec=labelled, domain=domain, out=tmp_path / "out", to="sav")
    assert not (tmp_path / "out" / "release").exists()
    assert (tmp_path / "out" / "return").is_dir()


@pytest.mark.parametrize("to", ["xpt", "sav", "dta"])
def test_without_polars_the_extra_to_install_is_named_before_anything_is_read(
    to: OutputFormat, tmp_path: Path, domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "polars", None)
    with pytest.raises(UsageError, match=r"pseudo-personnummer\[polars\]") as error:
        pseudo.run("nowhere.csv", columns="a", domain=domain, out=tmp_path / "out", to=to)
    assert (error.value.code, error.value.exit_status) == ("usage.format_needs_polars", 2)
    site = Site(tmp_path)
    with pytest.raises(UsageError, match=r"usage\.format_needs_polars"):
        site.move(tmp_path / "x.csv", candidates=tmp_path / "y.csv", to=to)


@pytest.mark.parametrize(
    "label",
    ["Nummer 19121212-1212", "Fråga a@b.se", '"a\\u0000b"', '"två\\nrader"', "x" * 251, '""'],
)
def test_a_label_that_could_be_a_number_or_is_no_line_is_refused(label: str) -> None:
    text = LABELLED.replace("Antal insatser", label)
    with pytest.raises(PseudoError, match=r"spec\.(unsafe_label|invalid)") as error:
        parse_spec(text)
    assert "1212" not in str(error.value)


def test_data_cannot_have_the_name_of_its_codebook(
    tmp_path: Path, domain: Domain, deliver: Deliver, people: list[str]
) -> None:
    spec = parse_spec("name: codebook\ncolumns:\n- {name: a, role: identifier}\n")
    path = deliver(f"a\n{people[0]}\n")
    with pytest.raises(UsageError, match=r"usage\.name_of_codebook"):
        pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "out", to="csv")
    assert not (tmp_path / "out").exists()
    result = pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "out", to="sav")
    assert result.data.name == "codebook.sav"
    with pytest.raises(UsageError, match=r"usage\.name_of_codebook"):
        Site(tmp_path).move(tmp_path / "Codebook.parquet", candidates=path, to="csv")


@pytest.mark.parametrize("to", SOME)
def test_moved_tables_leave_in_every_format_with_one_codebook(
    to: OutputFormat, tmp_path: Path, people: list[str]
) -> None:
    site = Site(tmp_path)
    old = site.pseudonyms(people[:9], 1)
    first = site.table("ett.parquet", id=old, en_mycket_lång_kolumn=["x"] * 9)
    second = site.table("två.parquet", id=old, dag=[date(2026, 11, 22)] * 9)
    moved = site.move(first, second, candidates=site.numbers(people[:9]), to=to, lang="en")
    assert [path.name for path in moved.tables] == [f"ett.{to}", f"två.{to}"]
    wanted = sorted(str(one) for one in site.pseudonyms(people[:9], 2))
    for path in moved.tables:
        frame = READ[to](path)
        assert frame[frame.columns[0]].to_list() == wanted
    book = json.loads((moved.out / "release/codebook.json").read_text("utf-8"))
    assert [file["file"] for file in book["files"]] == [f"ett.{to}", f"två.{to}"]
    assert [column["role"] for column in book["files"][1]["columns"]] == ["pseudonym", "kept"]
    assert book["lang"] == "en"
    assert not verify(moved.out, ledger=site.ledger).missing
