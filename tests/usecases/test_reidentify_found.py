# SPDX-License-Identifier: Apache-2.0
"""Who is found: with the scope, in every file, under every key that the ledger knows."""

from __future__ import annotations

import csv
from dataclasses import astuple
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from pseudo.io.writers import CsvWriter
from pseudo.testing import MemoryStore
from pseudo.usecases import domains
from pseudo.usecases.candidates import Candidates
from tests.usecases.tracing import DAY, NUMBERS, Office, listed, refused

OPAQUE = "opaque:hushall"


def rows(path: Path) -> list[list[str]]:
    text = path.read_bytes().decode()
    return list(csv.reader(text.splitlines(keepends=True), delimiter=";"))


def test_an_opaque_identifier_is_found_with_its_scope(office: Office, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("hushall;kommun\n0001; 0180\n0001;0181\n0001;\n0002;0180\n;0180\n")
    candidates = Candidates.of(people, "hushall", kinds=[OPAQUE], scope=["kommun"])
    made = [
        office.pseudonyms(["0001"], kind=OPAQUE, scope=[kommun])[0] for kommun in ("0180", "0181")
    ]
    asked = listed(tmp_path / "asked.parquet", [*made])
    out = tmp_path / "found.csv"
    traced = office.trace(asked, candidates, out, office.approved(asked))
    # A row without a scope is nobody, and one without an identifier is nothing.
    assert astuple(traced) == (2, 2, 3, 1, 1)
    key = office.store.show("projA").key_id
    assert rows(out)[0] == ["pseudonym", "number", "key_id", "scope_1"]
    assert rows(out)[1:] == sorted(
        [[made[0], "0001", key, "0180"], [made[1], "0001", key, "0181"]]
    )
    noted = office.ledger.verified().entries[-1].content
    assert (noted["candidates"], noted["blank"], noted["invalid"]) == (3, 1, 1)


def test_an_identifier_that_is_scoped_by_its_submitter_is_found(
    office: Office, tmp_path: Path
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("hushall\n0001\n0002\n")
    made = office.pseudonyms(["0001"], kind=OPAQUE, scope=["Stockholm"])
    asked = listed(tmp_path / "asked.parquet", [*made])
    notes = office.approved(asked)
    out = tmp_path / "found.csv"
    by = Candidates.of(people, "hushall", kinds=[OPAQUE], submitter=" Stockholm ")
    assert astuple(office.trace(asked, by, out, notes)) == (1, 1, 2, 0, 0)
    assert rows(out)[1:] == [[made[0], "0001", office.store.show("projA").key_id, "Stockholm"]]


HARD = ["a;b", 'a"b', "=1+1", "+46", "-5", "-a", "@a", "1e5", "a\nb", "a\r\nb", "'=a", "Å"]


def test_no_value_runs_in_a_spreadsheet_or_becomes_another_cell(
    office: Office, tmp_path: Path
) -> None:
    people = tmp_path / "people.parquet"
    pq.write_table(pa.table({"id": HARD, "a": HARD[::-1], "b": ["x"] * len(HARD)}), people)
    made = [
        office.pseudonyms([value], kind=OPAQUE, scope=[scope, "x"])[0]
        for value, scope in zip(HARD, HARD[::-1], strict=True)
    ]
    asked = listed(tmp_path / "asked.parquet", [*made])
    out = tmp_path / "found.csv"
    candidates = Candidates.of(people, "id", kinds=[OPAQUE], scope=["a", "b"])
    office.trace(asked, candidates, out, office.approved(asked))
    # What is written is what the tables that are published would have.
    table = pa.table({"id": HARD, "a": HARD[::-1]})
    with CsvWriter(tmp_path / "published.csv", table.schema) as writer:
        for batch in table.to_batches():
            writer.write(batch)
    published = (tmp_path / "published.csv").read_bytes().decode()
    expected = list(csv.reader(published.splitlines(keepends=True)))[1:]
    assert ["'=1+1", "1e5"] not in expected
    assert ["'=1+1", "'-a"] not in expected
    assert [row[0] for row in expected if "1+1" in row[0]] == ["'=1+1"]
    found = {row[0]: row[1:2] + row[3:] for row in rows(out)[1:]}
    assert found == {name: [*cells, "x"] for name, cells in zip(made, expected, strict=True)}


def test_candidates_are_looked_for_in_every_file(office: Office, tmp_path: Path) -> None:
    paths = [tmp_path / f"{place}.csv" for place in range(3)]
    for place, path in enumerate(paths):
        # The last cell is one too many, so its record is left out and counted.
        path.write_text("\n".join(["pnr;ort", f"{NUMBERS[place]};x", "1;2;3", ""]))
    asked = listed(tmp_path / "asked.parquet", [*office.pseudonyms(NUMBERS[:4])])
    out = tmp_path / "found.csv"
    candidates = Candidates.of(paths, "pnr", reference_date=DAY)
    traced = office.trace(asked, candidates, out, office.approved(asked))
    assert astuple(traced) == (4, 3, 3, 0, 3)
    assert {row[1] for row in rows(out)[1:]} == set(NUMBERS[:3])


def test_a_version_that_was_never_used_changes_nothing(office: Office, tmp_path: Path) -> None:
    people = tmp_path / "people.csv"
    people.write_text("\n".join(["pnr", *NUMBERS, ""]))
    made = office.pseudonyms(NUMBERS[:2])
    domains.new_version(office.store, "projA", ledger=office.ledger)
    asked = listed(tmp_path / "asked.parquet", [*made])
    out = tmp_path / "found.csv"
    candidates = Candidates.of(people, "pnr", reference_date=DAY)
    assert office.trace(asked, candidates, out, office.approved(asked)).found == 2
    assert {row[2] for row in rows(out)[1:]} == {office.store.show("projA").key_id}


def test_nobody_is_traced_with_a_key_that_the_ledger_does_not_know(
    office: Office, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    people = tmp_path / "people.csv"
    people.write_text("\n".join(["pnr", *NUMBERS, ""]))
    asked = listed(tmp_path / "asked.parquet", [*office.pseudonyms(NUMBERS[:2])])
    notes = office.approved(asked)
    out = tmp_path / "found.csv"
    candidates = Candidates.of(people, "pnr", reference_date=DAY)
    with MemoryStore({("projA", 1): bytes(32)}) as other:
        # What the store says of the domain stays as it was, and only its secret is another.
        monkeypatch.setattr(office.store, "domain", other.domain)
        act = lambda: office.trace(asked, candidates, out, notes)  # noqa: E731
        assert refused(act) == "keys.rolled_back"
        assert not out.exists()
    monkeypatch.undo()
    assert act().found == 2
