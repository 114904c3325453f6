# SPDX-License-Identifier: Apache-2.0
"""Going back: for the approved list only, once, and never silently."""

from __future__ import annotations

import stat
from dataclasses import astuple, replace
from pathlib import Path

import pytest

from pseudo.errors import PseudoError
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import People
from pseudo.usecases import domains
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.reidentify import REIDENTIFIED
from pseudo.usecases.reidentify_asked import read_asked
from tests.usecases.tracing import DAY, NUMBERS, OPTIONS, Office, listed, refused


@pytest.fixture
def population(tmp_path: Path) -> Candidates:
    """Write a register in which some stand twice, in another spelling, and some are wrong."""
    spelled = [f"{number[2:8]}-{number[8:]}" for number in NUMBERS[:5]]
    path = tmp_path / "population.csv"
    lines = ["pnr;ort", *(f"{one};Åmål" for one in [*NUMBERS, *spelled, "191212121213", ""]), ""]
    path.write_text("\n".join(lines))
    return Candidates.of(path, "pnr", reference_date=DAY)


def test_an_approved_list_is_traced_written_for_one_person_and_noted(
    office: Office, population: Candidates, tmp_path: Path
) -> None:
    old = office.pseudonyms(NUMBERS[:3])
    domains.new_version(office.store, "projA", ledger=office.ledger)
    domains.make_current(office.store, "projA", 2, ledger=office.ledger)
    new = office.pseudonyms(NUMBERS[10:12])
    stranger = office.pseudonyms(People(seed=99).personnummer(1))
    asked = listed(tmp_path / "asked.parquet", [*old, *new, *stranger, old[0], None])
    notes = office.approved(asked)
    out = tmp_path / "found.csv"
    assert refused(lambda: office.trace(asked, population, out, notes[:1])) == "approval.missing"
    assert refused(lambda: office.trace(asked, population, out, [])) == "approval.needed"
    assert not out.exists()
    assert astuple(office.trace(asked, population, out, notes)) == (6, 5, 55, 1, 1)
    lines = out.read_text().splitlines()
    assert lines[0] == "pseudonym;number;key_id"
    keys = [record.key_id for record in office.store.versions("projA")]
    assert lines[1:] == sorted(
        [
            *(f"{one};{number};{keys[0]}" for one, number in zip(old, NUMBERS[:3], strict=True)),
            *(f"{one};{number};{keys[1]}" for one, number in zip(new, NUMBERS[10:], strict=False)),
        ]
    )
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    said = office.ledger.verified().entries[-1].content
    assert (said["event"], said["asked"], said["found"]) == (REIDENTIFIED, 6, 5)
    assert (said["requester"], said["approved_by"]) == ("anna", ["bo", "cia"])
    # Neither a number nor a traced pseudonym is in the ledger.
    held = b"".join(p.read_bytes() for p in office.ledger.folder.rglob("*") if p.is_file())
    for text in [*NUMBERS, *old, *new]:
        assert text.encode() not in held
    act = lambda: office.trace(asked, population, out, notes)  # noqa: E731
    assert refused(act) == "usage.output_exists"
    out.unlink()
    assert refused(act) == "approval.used"
    assert not out.exists()


def test_another_list_and_a_frozen_domain_are_not_traced(
    office: Office, population: Candidates, tmp_path: Path
) -> None:
    asked = listed(tmp_path / "asked.parquet", [*office.pseudonyms(NUMBERS[:3])])
    other = listed(tmp_path / "other.parquet", [*office.pseudonyms(NUMBERS[:4])])
    notes = office.approved(asked)
    out = tmp_path / "found.csv"
    code = refused(lambda: office.trace(other, population, out, notes))
    assert code == "approval.other_request"
    domains.freeze(office.store, "projA", ledger=office.ledger)
    assert refused(lambda: office.trace(asked, population, out, notes)) == "keys.frozen"
    assert not out.exists()
    # What was refused is not used up.
    domains.activate(office.store, "projA", ledger=office.ledger)
    office.trace(asked, population, out, notes)
    assert len(out.read_text().splitlines()) == 4


def test_another_domain_is_not_traced(
    office: Office, population: Candidates, tmp_path: Path
) -> None:
    asked = listed(tmp_path / "asked.parquet", [*office.pseudonyms(NUMBERS[:3])])
    notes = office.approved(asked)
    out = tmp_path / "found.csv"
    domains.create(office.store, "projB", ledger=office.ledger)
    act = lambda name: office.trace(asked, population, out, notes, name=name)  # noqa: E731
    assert refused(lambda: act("projB")) == "approval.other_request"
    assert act("projA").found == 3


@pytest.mark.parametrize(
    "values",
    [[None], ["x"], ["191212121212"], ["3T2CHD5Z6J77TF6OXTAATKMZL5"], ["3T2CHD5Z6J77"]],
)
def test_what_is_no_list_of_pseudonyms_is_told_without_a_value(
    tmp_path: Path, values: list[str | None]
) -> None:
    assert refused(lambda: listed(tmp_path / "a.parquet", values)) == "reidentify.no_pseudonyms"


def test_every_value_that_is_no_pseudonym_is_counted(tmp_path: Path) -> None:
    options = replace(OPTIONS, chunk_rows=2)
    values = ["3T2CHD5Z6J77TF6OXTAATKMZL4", *NUMBERS[:4], None, NUMBERS[0]]
    with pytest.raises(PseudoError) as caught:
        listed(tmp_path / "a.parquet", [*values], options)
    assert (caught.value.code, caught.value.params["count"]) == ("reidentify.no_pseudonyms", 5)


def test_the_column_must_be_known(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b\n3T2CHD5Z6J77TF6OXTAATKMZL4;x\n")
    read = lambda column: read_asked(  # noqa: E731
        path, column, PseudonymFormat.BASE32, OPTIONS
    )
    assert refused(lambda: read(None)) == "reidentify.no_column"
    assert refused(lambda: read("c")) == "reidentify.no_column"
    assert len(read("a").pseudonyms) == 1


def test_the_order_and_repetition_of_a_list_do_not_count(office: Office, tmp_path: Path) -> None:
    made = office.pseudonyms(NUMBERS[:3])
    one = listed(tmp_path / "a.parquet", [*made])
    other = listed(tmp_path / "b.parquet", [made[2], None, made[0], f" {made[1]} ", made[0]])
    assert one.subject == other.subject
    assert made[0] not in repr(one)


def test_candidates_are_what_was_said(tmp_path: Path) -> None:
    for wrong in (
        {"kinds": ["opaque:hushall"]},
        {"scope": ["kommun"]},
        {"kinds": ["opaque:hushall"], "scope": ["kommun"], "submitter": "0180"},
    ):
        with pytest.raises(PseudoError):
            Candidates.of(tmp_path, "x", **wrong)  # type: ignore[arg-type]
