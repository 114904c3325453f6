# SPDX-License-Identifier: Apache-2.0
"""Going back and looking up: for the approved list or person only, once, and never silently."""

from __future__ import annotations

import stat
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pseudo
from pseudo.errors import InvalidValuesError, PseudoError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.request import Order
from pseudo.identity import IdentityRule
from pseudo.io.source import ReadOptions
from pseudo.keys import TESTING
from pseudo.keys.local import LocalStore
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import MemoryStore, People
from pseudo.usecases import custodians, domains, lookup, reidentify, requests
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.lookup import Subject
from pseudo.usecases.requests import Person

DAY = date(2026, 11, 27)
NOW = datetime.now(UTC)
OPTIONS = ReadOptions()
NUMBERS = People(seed=3).personnummer(50)
RULE = IdentityRule.of(reference_date=DAY)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with LocalStore.open(
        tmp_path / "keys.pseudo", "hemligt", create=True, profile=TESTING
    ) as store:
        yield store


@pytest.fixture
def ledger(tmp_path: Path, store: LocalStore) -> FileLedger:
    opened = pseudo.open_ledger(tmp_path / "keys.pseudo.ledger", store)
    domains.create(store, "projA", ledger=opened)
    return opened


@pytest.fixture
def people(ledger: FileLedger) -> dict[str, Person]:
    made = {name: Person.of(name, MemoryStore()) for name in ("anna", "bo")}
    for person in made.values():
        custodians.enrol(ledger, person.key)
    cia = Person.of("cia", MemoryStore())
    subject = {"custodian": cia.key.encode()}
    asked = requests.make(ledger, cia, Order.ENROL, reference="2026:1", subject=subject)
    custodians.enrol(ledger, cia.key, [requests.approve(asked, one) for one in made.values()])
    return {**made, "cia": cia}


@pytest.fixture
def population(tmp_path: Path) -> Candidates:
    """Write a register in which some stand twice, in another spelling, and some are wrong."""
    spelled = [f"{number[2:8]}-{number[8:]}" for number in NUMBERS[:5]]
    path = tmp_path / "population.csv"
    lines = ["pnr;ort", *(f"{one};Åmål" for one in [*NUMBERS, *spelled, "191212121213", ""]), ""]
    path.write_text("\n".join(lines))
    return Candidates.of(path, "pnr", reference_date=DAY)


def pseudonyms(store: LocalStore, numbers: list[str], version: int | None = None) -> list[str]:
    with store.domain("projA", version) as domain:
        return list(domain.pseudonymize(numbers, reference_date=DAY))


def listed(path: Path, values: list[str | None]) -> reidentify.Asked:
    pq.write_table(pa.table({"id": pa.array(values, pa.string())}), path)
    return reidentify.read_asked(path, None, PseudonymFormat.BASE32, OPTIONS)


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(PseudoError) as caught:
        act()
    assert not any(number in str(caught.value) for number in NUMBERS)
    return caught.value.code


def approved(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: reidentify.Asked
) -> list[str]:
    note = reidentify.request(store, "projA", ledger, people["anna"], asked, reference="2026:5")
    return [requests.approve(note, people[name]) for name in ("bo", "cia")]


def test_an_approved_list_is_traced_written_for_one_person_and_noted(
    store: LocalStore,
    ledger: FileLedger,
    people: dict[str, Person],
    population: Candidates,
    tmp_path: Path,
) -> None:
    old = pseudonyms(store, NUMBERS[:3])
    domains.new_version(store, "projA", ledger=ledger)
    domains.make_current(store, "projA", 2, ledger=ledger)
    new = pseudonyms(store, NUMBERS[10:12])
    stranger = pseudonyms(store, People(seed=99).personnummer(1))
    asked = listed(tmp_path / "asked.parquet", [*old, *new, *stranger, old[0], None])
    notes = approved(store, ledger, people, asked)
    out = tmp_path / "found.csv"

    def act(**more: object) -> reidentify.Traced:
        given = {"notes": notes, "options": OPTIONS, "run_by": "op", "now": NOW, **more}
        return reidentify.reidentify(store, "projA", ledger, asked, population, out, **given)

    assert refused(lambda: act(notes=notes[:1])) == "approval.missing"
    assert refused(lambda: act(notes=[])) == "approval.needed"
    assert not out.exists()
    traced = act()
    assert (traced.asked, traced.found, traced.candidates, traced.invalid) == (6, 5, 55, 2)
    lines = out.read_text().splitlines()
    assert lines[0] == "pseudonym;number;key_id"
    assert {tuple(line.split(";")[:2]) for line in lines[1:]} == {
        *zip(old, NUMBERS[:3], strict=True),
        *zip(new, NUMBERS[10:12], strict=True),
    }
    assert stat.S_IMODE(out.stat().st_mode) == 0o600
    said = list(ledger.verified().entries)[-1].content
    assert (said["event"], said["asked"], said["found"]) == (reidentify.REIDENTIFIED, 6, 5)
    assert (said["requester"], said["approved_by"]) == ("anna", ["bo", "cia"])
    # Neither a number nor a traced pseudonym is in the ledger.
    held = b"".join(p.read_bytes() for p in ledger.folder.rglob("*") if p.is_file())
    for text in [*NUMBERS, *old, *new]:
        assert text.encode() not in held
    assert refused(act) == "usage.output_exists"
    out.unlink()
    assert refused(act) == "approval.used"


def test_another_list_another_domain_and_a_frozen_one_are_not_traced(
    store: LocalStore,
    ledger: FileLedger,
    people: dict[str, Person],
    population: Candidates,
    tmp_path: Path,
) -> None:
    asked = listed(tmp_path / "asked.parquet", pseudonyms(store, NUMBERS[:3]))
    other = listed(tmp_path / "other.parquet", pseudonyms(store, NUMBERS[:4]))
    notes = approved(store, ledger, people, asked)
    out = tmp_path / "found.csv"
    domains.create(store, "projB", ledger=ledger)

    def act(name: str, what: reidentify.Asked) -> str:
        return refused(
            lambda: reidentify.reidentify(
                store,
                name,
                ledger,
                what,
                population,
                out,
                notes=notes,
                options=OPTIONS,
                run_by="op",
                now=NOW,
            )
        )

    assert act("projA", other) == "approval.other_request"
    assert act("projB", asked) == "approval.other_request"
    domains.freeze(store, "projA", ledger=ledger)
    assert act("projA", asked) == "keys.frozen"
    assert not out.exists()
    # What was refused is not used up.
    domains.activate(store, "projA", ledger=ledger)
    reidentify.reidentify(
        store,
        "projA",
        ledger,
        asked,
        population,
        out,
        notes=notes,
        options=OPTIONS,
        run_by="op",
        now=NOW,
    )
    assert len(out.read_text().splitlines()) == 4


@pytest.mark.parametrize(
    "values",
    [[None], ["x"], ["191212121212"], ["3T2CHD5Z6J77TF6OXTAATKMZL5"], ["3T2CHD5Z6J77"]],
)
def test_what_is_no_list_of_pseudonyms_is_told_without_a_value(
    tmp_path: Path, values: list[str | None]
) -> None:
    assert refused(lambda: listed(tmp_path / "a.parquet", values)) == "reidentify.no_pseudonyms"


def test_the_column_must_be_known(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text("a;b\n3T2CHD5Z6J77TF6OXTAATKMZL4;x\n")
    read = lambda column: reidentify.read_asked(  # noqa: E731
        path, column, PseudonymFormat.BASE32, OPTIONS
    )
    assert refused(lambda: read(None)) == "reidentify.no_column"
    assert refused(lambda: read("c")) == "reidentify.no_column"
    assert len(read("a").pseudonyms) == 1


def test_the_order_and_repetition_of_a_list_do_not_count(
    store: LocalStore, ledger: FileLedger, tmp_path: Path
) -> None:
    made = pseudonyms(store, NUMBERS[:3])
    one = listed(tmp_path / "a.parquet", made)
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


def test_one_person_is_looked_up_and_nobody_else(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person]
) -> None:
    number = NUMBERS[0]
    spelled = f"{number[2:8]}-{number[8:]}"
    subject = Subject(spelled, RULE)
    note, opened = lookup.request(
        store, "projA", ledger, people["anna"], subject, reference="2026:8"
    )
    assert number not in note
    assert spelled not in note
    assert number[2:8] not in repr(subject)
    opening = lookup.read_opening(opened)
    notes = [requests.approve(note, people[name]) for name in ("bo", "cia")]

    def act(who: Subject, key: bytes = opening, given: list[str] = notes) -> dict[str, str]:
        return lookup.lookup(store, "projA", ledger, who, key, notes=given, run_by="op", now=NOW)

    other = Subject(NUMBERS[1], RULE)
    assert refused(lambda: act(other)) == "approval.other_request"
    assert refused(lambda: act(subject, bytes(32))) == "approval.other_request"
    assert refused(lambda: act(subject, given=notes[:1])) == "approval.missing"
    # The same person in another spelling is the same person.
    found = act(Subject(number, RULE))
    assert found == {store.show("projA").key_id: pseudonyms(store, [number])[0]}
    assert list(ledger.verified().entries)[-1].content["event"] == lookup.LOOKED_UP
    assert refused(lambda: act(subject)) == "approval.used"


def test_an_opaque_identifier_is_looked_up_inside_its_scope(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person]
) -> None:
    rule = IdentityRule.of(kind="opaque:hushall", reference_date=DAY)
    subject = Subject("0001", rule, ("0180",))
    note, opened = lookup.request(
        store, "projA", ledger, people["anna"], subject, reference="2026:8"
    )
    notes = [requests.approve(note, people[name]) for name in ("bo", "cia")]
    opening = lookup.read_opening(opened)
    act = lambda who: lookup.lookup(  # noqa: E731
        store, "projA", ledger, who, opening, notes=notes, run_by="op", now=NOW
    )
    elsewhere = Subject("0001", rule, ("0181",))
    assert refused(lambda: act(elsewhere)) == "approval.other_request"
    with store.domain("projA") as domain:
        expected = domain.pseudonymize(["0001"], kind="opaque:hushall", scope=["0180"])
    assert list(act(subject).values()) == expected


def test_what_is_no_number_has_a_reason_and_no_value(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person]
) -> None:
    wrong = Subject(NUMBERS[0][:-1] + "x", RULE)
    with pytest.raises(InvalidValuesError) as caught:
        lookup.request(store, "projA", ledger, people["anna"], wrong, reference="2026:8")
    assert NUMBERS[0][:8] not in str(caught.value)
    for text in ("", "{}", '{"format": "pseudo-subject-opening", "opening": "00"}', "[" * 9999):
        assert refused(lambda text=text: lookup.read_opening(text)) == "lookup.bad_opening"
