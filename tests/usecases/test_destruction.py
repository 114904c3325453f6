# SPDX-License-Identifier: Apache-2.0
"""Destruction with two others' approval: who may, when, once, and what is left in writing."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

import pseudo
from pseudo.errors import ApprovalError, EvidenceError, KeyStoreError, PseudoError, UsageError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.note import NoteKey, signed_note
from pseudo.evidence.request import Order
from pseudo.keys import State
from pseudo.keys.local import LocalStore
from pseudo.testing import MemoryStore, People
from pseudo.usecases import approvals, custodians, destruction, domains, requests
from pseudo.usecases.requests import Person
from tests.approvals import three

NOW = datetime.now(UTC)
LATER = NOW + timedelta(days=8)


@pytest.fixture
def people(ledger: FileLedger) -> dict[str, Person]:
    """Enrol four custodians: two by whoever has the store, two by those."""
    made = {name: Person.of(name, MemoryStore()) for name in ("anna", "bo", "cia", "dag")}
    for name in ("anna", "bo"):
        custodians.enrol(ledger, made[name].key)
    for name in ("cia", "dag"):
        asked = asks_to_enrol(ledger, made[name])
        approved = [requests.approve(asked, made[by]) for by in ("anna", "bo")]
        custodians.enrol(ledger, made[name].key, approved)
    return made


def asks_to_enrol(ledger: FileLedger, person: Person) -> str:
    return requests.make(
        ledger, person, Order.ENROL, reference="2026:1", subject={"custodian": person.key.encode()}
    )


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(PseudoError) as caught:
        act()
    assert caught.value.__context__ is None
    return caught.value.code


def refused_as(act: Callable[[], object]) -> str:
    """Give the code of an error that something else raised for a test."""
    with pytest.raises(PseudoError) as caught:
        act()
    return caught.value.code


@pytest.fixture
def asked(store: LocalStore, ledger: FileLedger, people: dict[str, Person]) -> str:
    domains.create(store, "projA", ledger=ledger)
    return destruction.request(
        store, "projA", ledger, people["anna"], reference="2026:7", waiting=7, now=NOW
    )


def test_two_others_and_a_waiting_period_destroy_and_leave_a_certificate(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    # It is frozen while it is decided, and whoever uses it notices.
    assert store.show("projA").state is State.FROZEN
    record = store.show("projA")
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]
    done = destruction.destroy(
        store, "projA", ledger, notes=notes, horizon="2027-01-31", now=LATER
    )
    assert done.record.state is State.DESTROYED
    said = done.certificate
    assert said["key_ids"] == [record.key_id]
    assert (said["requester"], said["approved_by"]) == ("anna", ["bo", "cia"])
    assert (said["reference"], said["snapshots_until"]) == ("2026:7", "2027-01-31")
    assert said["escrow"] == ["none known"]
    assert "not a proof" in said["says"]
    assert "anonym" not in json.dumps(said)
    last = list(ledger.verified().entries)[-1].content
    assert last["event"] == destruction.DESTROYED
    assert {**last, **said} == last
    # The certificate names the request, and so it is used up.
    again = lambda: destruction.destroy(store, "projA", ledger, notes=notes)  # noqa: E731
    assert refused(again) == "approval.used"


@pytest.mark.parametrize(
    ("by", "code"),
    [
        ((), "approval.missing"),
        (("bo",), "approval.missing"),
        (("bo", "bo"), "approval.missing"),
        (("bo", "eva"), "approval.missing"),
    ],
)
def test_too_few_are_too_few(
    store: LocalStore,
    ledger: FileLedger,
    people: dict[str, Person],
    asked: str,
    by: tuple[str, ...],
    code: str,
) -> None:
    people["eva"] = Person.of("eva", MemoryStore())
    notes = [asked, *(requests.approve(asked, people[name]) for name in by)]
    size = ledger.verified().head.size
    assert (
        refused(lambda: destruction.destroy(store, "projA", ledger, notes=notes, now=LATER))
        == code
    )
    assert store.show("projA").state is State.FROZEN
    assert ledger.verified().head.size == size


def test_nobody_approves_their_own_request_under_whatever_name(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    anna = people["anna"]
    assert refused(lambda: requests.approve(asked, anna)) == "approval.own_request"
    # Past our own check, with the same key under another name.
    double = Person.of("bosse", anna.signer)
    notes = [requests.approve(requests.approve(asked, double), people["bo"])]
    act = lambda: destruction.destroy(store, "projA", ledger, notes=notes, now=LATER)  # noqa: E731
    assert refused(act) == "approval.missing"
    # Nor is the double enrolled.
    assert refused(lambda: custodians.enrol(ledger, double.key)) == "approval.enrolled_already"


def test_time_is_the_ledgers(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]

    def at(days: float) -> str:
        now = NOW + timedelta(days=days)
        return refused(lambda: destruction.destroy(store, "projA", ledger, notes=notes, now=now))

    assert at(0) == at(6.9) == "approval.waiting"
    assert at(40) == "approval.expired"
    # Dated back, the same request is another one, which no ledger knows.
    text = approvals.read(asked).text
    backdated = text.replace(f"waiting: {7} days", "waiting: 0 days")
    forged = signed_note(backdated, people["anna"].key, people["anna"].signer.sign)
    notes = [requests.approve(forged, people[name]) for name in ("bo", "cia")]
    assert at(0) == "approval.unknown_request"


def test_a_request_is_for_one_thing_and_one_state_of_it(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    domains.create(store, "projB", ledger=ledger)
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]

    def now(name: str) -> str:
        return refused(lambda: destruction.destroy(store, name, ledger, notes=notes, now=LATER))

    assert now("projB") == "approval.other_request"
    domains.activate(store, "projA", ledger=ledger)
    domains.new_version(store, "projA", ledger=ledger)
    assert now("projA") == "approval.other_request"
    notes = []
    assert now("projB") == "approval.needed"


def test_whoever_objects_withdraws(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    stranger = Person.of("eva", MemoryStore())
    assert refused(lambda: requests.withdraw(ledger, asked, stranger)) == "approval.not_enrolled"
    requests.withdraw(ledger, asked, people["dag"])
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]
    act = lambda: destruction.destroy(store, "projA", ledger, notes=notes, now=LATER)  # noqa: E731
    assert refused(act) == "approval.withdrawn"
    assert refused(lambda: requests.withdraw(ledger, asked, people["bo"])) == "approval.withdrawn"
    assert domains.activate(store, "projA", ledger=ledger).state is State.ACTIVE


def test_whoever_is_removed_counts_no_longer(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]
    removal = custodians.request_removal(ledger, "cia", people["dag"], reference="2026:9")
    by = [requests.approve(removal, people["bo"])]
    assert refused(lambda: custodians.remove(ledger, "cia", [removal])) == "approval.missing"
    assert refused(lambda: custodians.remove(ledger, "bo", by)) == "approval.other_request"
    custodians.remove(ledger, "cia", by)
    assert set(custodians.custodians(ledger)) == {"anna", "bo", "dag"}
    act = lambda: destruction.destroy(store, "projA", ledger, notes=notes, now=LATER)  # noqa: E731
    assert refused(act) == "approval.missing"
    # The name can be taken again only as everybody else is enrolled.
    assert refused(lambda: custodians.enrol(ledger, people["cia"].key)) == "approval.needed"


def test_a_third_custodian_needs_the_two_and_asks_for_it_alone(
    ledger: FileLedger, people: dict[str, Person]
) -> None:
    eva, other = (Person.of(name, MemoryStore()) for name in ("eva", "frans"))
    assert refused(lambda: custodians.enrol(ledger, eva.key)) == "approval.needed"
    subject = {"custodian": eva.key.encode()}
    for asks in (other, people["anna"]):
        make = lambda asks=asks: requests.make(  # noqa: E731
            ledger, asks, Order.ENROL, reference="2026:1", subject=subject
        )
        assert refused(make) == "approval.not_enrolled"
    asked = asks_to_enrol(ledger, eva)
    by = [requests.approve(asked, people[name]) for name in ("anna", "dag")]
    assert refused(lambda: custodians.enrol(ledger, other.key, by)) == "approval.other_request"
    custodians.enrol(ledger, eva.key, by)
    assert custodians.custodians(ledger)["eva"] == eva.key


def test_a_store_of_one_person_needs_nobody_and_says_so(
    store: LocalStore, ledger: FileLedger
) -> None:
    domains.create(store, "projA", ledger=ledger)
    assert destruction.destroy(store, "projA", ledger).certificate["control"] == "one person"
    again = lambda: destruction.destroy(store, "projA", ledger)  # noqa: E731
    assert refused(again) == "keys.destroyed"


def test_a_destruction_that_the_store_denied_can_be_withdrawn(
    store: LocalStore,
    ledger: FileLedger,
    people: dict[str, Person],
    asked: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]

    def act() -> object:
        return destruction.destroy(store, "projA", ledger, notes=notes, now=LATER)

    def deny(*_: object) -> None:
        raise KeyStoreError("vault.denied", what="keys")

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "destroy", deny)
        assert refused_as(act) == "vault.denied"
    assert store.show("projA").state is State.FROZEN
    requests.withdraw(ledger, asked, people["dag"])
    assert refused(act) == "approval.withdrawn"


def test_a_destruction_that_destroyed_something_cannot_be_withdrawn(
    store: LocalStore,
    ledger: FileLedger,
    people: dict[str, Person],
    asked: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]
    real = LocalStore.destroy

    def fail(self: LocalStore, name: str) -> None:
        real(self, name)
        raise KeyStoreError("vault.failing", what="keys")

    with monkeypatch.context() as patch:
        patch.setattr(LocalStore, "destroy", fail)
        act = lambda: destruction.destroy(store, "projA", ledger, notes=notes, now=LATER)  # noqa: E731
        assert refused_as(act) == "vault.failing"
    withdraw = lambda: requests.withdraw(ledger, asked, people["dag"])  # noqa: E731
    assert refused(withdraw) == "approval.begun"
    assert act().record.state is State.DESTROYED


@pytest.mark.parametrize("cut", range(1, 12))
def test_a_destruction_that_was_cut_off_anywhere_is_gone_on_with_and_gets_one_certificate(
    store: LocalStore,
    ledger: FileLedger,
    people: dict[str, Person],
    asked: str,
    monkeypatch: pytest.MonkeyPatch,
    cut: int,
) -> None:
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]
    steps = 0

    def stepping(kind: type, name: str, patch: pytest.MonkeyPatch) -> None:
        real = getattr(kind, name)

        def step(*words: object, **named: object) -> object:
            nonlocal steps
            steps += 1
            # Before odd steps, and behind even ones.
            if steps == (cut + 1) // 2 and cut % 2:
                raise KeyboardInterrupt
            done = real(*words, **named)
            if steps == cut // 2 and not cut % 2:
                raise KeyboardInterrupt
            return done

        patch.setattr(kind, name, step)

    with monkeypatch.context() as patch:
        stepping(FileLedger, "append", patch)
        stepping(LocalStore, "destroy", patch)
        stepping(LocalStore, "confirm_gone", patch)
        try:
            destruction.destroy(store, "projA", ledger, notes=notes, now=LATER)
        except KeyboardInterrupt:
            begun = steps > 1 or not cut % 2
        else:
            begun = True
    events = [e.content["event"] for e in ledger.verified().entries if not e.is_receipt]
    certified = events.count(destruction.DESTROYED)
    if begun and not certified:
        # What is begun cannot be taken back, and is brought to its end however late.
        assert refused(lambda: requests.withdraw(ledger, asked, people["dag"])) == "approval.begun"
        late = NOW + timedelta(days=400)
        # Nobody gets there without the approval, and with it nothing is done twice.
        alone = lambda: destruction.destroy(store, "projA", ledger, now=late)  # noqa: E731
        assert refused(alone) == "approval.needed"
        done = destruction.destroy(store, "projA", ledger, notes=notes, now=late)
        assert done.certificate["approved_by"] == ["bo", "cia"]
    elif not certified:
        destruction.destroy(store, "projA", ledger, notes=notes, now=LATER)
    assert store.show("projA").state is State.DESTROYED
    events = [e.content["event"] for e in ledger.verified().entries if not e.is_receipt]
    assert events.count(destruction.DESTROYED) == 1


def test_a_clock_that_was_put_back_does_not_shorten_the_waiting(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person]
) -> None:
    domains.create(store, "projA", ledger=ledger)
    before = NOW - timedelta(days=8)
    asked = destruction.request(
        store, "projA", ledger, people["anna"], reference="1", waiting=7, now=before
    )
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]
    act = lambda: destruction.destroy(store, "projA", ledger, notes=notes, now=NOW)  # noqa: E731
    assert refused(act) == "approval.waiting"


def test_a_request_without_waiting_is_not_enough_where_one_waits(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person]
) -> None:
    domains.create(store, "projA", ledger=ledger)
    asked = destruction.request(store, "projA", ledger, people["anna"], reference="1", waiting=0)
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]
    act = lambda days: destruction.destroy(  # noqa: E731
        store, "projA", ledger, notes=notes, waiting=days
    )
    assert refused(lambda: act(7)) == "approval.too_short"
    act(0)


def test_whoever_uses_the_domain_meanwhile_has_objected(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]
    domains.activate(store, "projA", ledger=ledger)
    act = lambda: destruction.destroy(store, "projA", ledger, notes=notes, now=LATER)  # noqa: E731
    assert refused(act) == "approval.in_use"
    domains.freeze(store, "projA", ledger=ledger)
    act()


def test_whoever_was_removed_and_enrolled_anew_approves_anew(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]
    removal = custodians.request_removal(ledger, "cia", people["dag"], reference="2026:9")
    custodians.remove(ledger, "cia", [requests.approve(removal, people["anna"])])
    again = asks_to_enrol(ledger, people["cia"])
    by = [requests.approve(again, people[name]) for name in ("anna", "bo")]
    custodians.enrol(ledger, people["cia"].key, by)
    act = lambda: destruction.destroy(store, "projA", ledger, notes=notes, now=LATER)  # noqa: E731
    assert refused(act) == "approval.missing"


def test_a_bad_line_in_one_copy_takes_nothing_from_another(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    impostor = Person(people["bo"].key, MemoryStore())
    bad = requests.approve(asked, impostor)
    notes = [bad, *(requests.approve(asked, people[name]) for name in ("bo", "cia"))]
    done = destruction.destroy(store, "projA", ledger, notes=notes, now=LATER)
    assert done.certificate["approved_by"] == ["bo", "cia"]


def test_two_of_three_remove_the_third(store: LocalStore, ledger: FileLedger) -> None:
    anna, bo, cia = approvals_of_three = three(ledger)
    assert len(approvals_of_three) == 3
    removal = custodians.request_removal(ledger, "cia", anna, reference="2026:9")
    # Of whom it is about is not asked.
    by_cia = requests.approve(removal, cia)
    assert refused(lambda: custodians.remove(ledger, "cia", [by_cia])) == "approval.missing"
    custodians.remove(ledger, "cia", [requests.approve(removal, bo)])
    assert set(custodians.custodians(ledger)) == {"anna", "bo"}


def test_the_stores_own_key_and_nobodys_key_are_no_custodians(
    store: LocalStore, ledger: FileLedger
) -> None:
    for key in (NoteKey("anna", store.public_key()), NoteKey("bo", bytes([1]) + bytes(31))):
        assert refused(lambda key=key: custodians.enrol(ledger, key)) == "approval.no_own_key"
    custodians.enrol(ledger, Person.of("anna", MemoryStore()).key)
    again = Person.of("Anna", MemoryStore()).key
    assert refused(lambda: custodians.enrol(ledger, again)) == "approval.enrolled_already"


def test_what_a_request_says_is_what_the_store_has(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    notes = [requests.approve(asked, people[name]) for name in ("bo", "cia")]
    shown = requests.described(ledger, notes, LATER)
    assert shown["signed by"] == "anna, bo, cia"
    assert shown["state"] == "may be carried out"
    domains.activate(store, "projA", ledger=ledger)
    domains.new_version(store, "projA", ledger=ledger)
    assert "something else" in str(requests.described(ledger, notes, LATER)["state"])


def test_what_leads_back_is_named(store: LocalStore, ledger: FileLedger, tmp_path: Path) -> None:
    domains.create(store, "projA", ledger=ledger)
    delivery = tmp_path / "delivery.csv"
    numbers = [*People(seed=1).personnummer(39), "191212121213"]
    lines = ["pnr;x", *(f"{number};1" for number in numbers), ""]
    delivery.write_text("\n".join(lines))
    with store.domain("projA") as domain:
        for out in ("first", "second"):
            pseudo.run(
                delivery,
                domain=domain,
                out=tmp_path / out,
                columns=["pnr"],
                keep=["x"],
                ledger=ledger,
            )
    said = destruction.destroy(store, "projA", ledger).certificate["leads_back"]
    assert [(one["delivered_files"], one["rejected"], one["released"]) for one in said] == [
        (1, 1, ["release/delivery.parquet"])
    ] * 2


def test_a_request_that_is_none_and_a_person_that_cannot_be(
    ledger: FileLedger, people: dict[str, Person]
) -> None:
    for note in ("", "x\n\n— anna AAAA\n", "pseudo-personnummer request v1\n"):
        assert refused(lambda note=note: approvals.read(note)) == "usage.bad_request"
    for name in ("", "a b", "19850709-9805", "x" * 64, "å"):
        assert refused(lambda name=name: Person.of(name, MemoryStore())) == "usage.bad_person"
    for word in ("", "anna", "anna+00000000+AAAA"):
        assert refused(lambda word=word: custodians.key_of(word)) == "usage.bad_key"
    make = lambda **more: requests.make(  # noqa: E731
        ledger, people["anna"], Order.DESTROY, domain="projA", **{"reference": "x", **more}
    )
    assert refused(lambda: make(reference="198507099805")) == "usage.bad_reference"
    assert refused(lambda: make(waiting=-1)) == "usage.bad_waiting"


def test_a_forged_enrolment_in_the_ledgers_file_counts_for_nothing(
    ledger: FileLedger, people: dict[str, Person]
) -> None:
    path = ledger.folder / "entries"
    lines = path.read_bytes().split(b"\n")
    place, line = next((at, json.loads(one)) for at, one in enumerate(lines) if b"payload" in one)
    said = json.loads(base64.b64decode(line["payload"]))
    forged = said | {
        "event": "custodian.enrolled",
        "key": Person.of("eva", MemoryStore()).key.encode(),
    }
    line["payload"] = base64.b64encode(json.dumps(forged).encode()).decode()
    lines[place] = json.dumps(line, separators=(",", ":")).encode()
    path.write_bytes(b"\n".join(lines))
    with pytest.raises(EvidenceError):
        custodians.custodians(ledger)


def test_who_asks_must_be_enrolled_and_the_domain_alive(
    store: LocalStore, ledger: FileLedger, people: dict[str, Person], asked: str
) -> None:
    stranger = Person.of("eva", MemoryStore())

    def ask(person: Person, name: str = "projA") -> str:
        return refused(
            lambda: destruction.request(store, name, ledger, person, reference="1", waiting=0)
        )

    assert ask(stranger) == "approval.not_enrolled"
    assert ask(people["anna"], "projX") == "keys.unknown_domain"
    assert isinstance(ApprovalError("approval.used", request="x").exit_status, int)
    with pytest.raises((KeyStoreError, UsageError)):
        destruction.destroy(store, "projX", ledger)
