# SPDX-License-Identifier: Apache-2.0
"""Looking somebody up: the approved person only, once, and never silently."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from pseudo.errors import InvalidValuesError
from pseudo.identity import IdentityRule
from pseudo.testing import MemoryStore
from pseudo.usecases import domains, lookup, requests
from pseudo.usecases.lookup import Subject
from tests.usecases.tracing import DAY, NUMBERS, Office, refused

RULE = IdentityRule.of(reference_date=DAY)
HOUSEHOLD = IdentityRule.of(kind="opaque:hushall", reference_date=DAY)


def asked(office: Office, subject: Subject) -> tuple[str, str]:
    return lookup.request(
        office.store, "projA", office.ledger, office.people[0], subject, reference="2026:8"
    )


def approved(office: Office, subject: Subject) -> tuple[list[str], bytes]:
    note, opened = asked(office, subject)
    opening = lookup.read_opening(opened)
    return [requests.approve(note, person) for person in office.people[1:]], opening


def carried_out(office: Office, who: Subject, opening: bytes, notes: list[str]) -> dict[str, str]:
    now = datetime.now(UTC)
    return lookup.lookup(
        office.store, "projA", office.ledger, who, opening, notes=notes, run_by="op", now=now
    )


def test_one_person_is_looked_up_and_nobody_else(office: Office) -> None:
    number = NUMBERS[0]
    spelled = f"{number[2:8]}-{number[8:]}"
    subject = Subject(spelled, RULE)
    notes, opening = approved(office, subject)
    assert number not in notes[0]
    assert spelled not in notes[0]
    assert number[2:8] not in repr(subject)

    def act(who: Subject, key: bytes = opening, given: list[str] = notes) -> dict[str, str]:
        return carried_out(office, who, key, given)

    other = Subject(NUMBERS[1], RULE)
    assert refused(lambda: act(other)) == "approval.other_request"
    assert refused(lambda: act(subject, bytes(32))) == "approval.other_request"
    assert refused(lambda: act(subject, given=notes[:1])) == "approval.missing"
    # The same person in another spelling is the same person.
    found = act(Subject(number, RULE))
    assert found == {office.store.show("projA").key_id: office.pseudonyms([number])[0]}
    said = office.ledger.verified().entries[-1].content
    assert (said["event"], said["domain"]) == (lookup.LOOKED_UP, "projA")
    assert refused(lambda: act(subject)) == "approval.used"


def test_an_opaque_identifier_is_looked_up_inside_its_scope(office: Office) -> None:
    subject = Subject("0001", HOUSEHOLD, ("0180",))
    notes, opening = approved(office, subject)
    elsewhere = Subject("0001", HOUSEHOLD, ("0181",))
    code = refused(lambda: carried_out(office, elsewhere, opening, notes))
    assert code == "approval.other_request"
    expected = office.pseudonyms(["0001"], kind="opaque:hushall", scope=["0180"])
    assert list(carried_out(office, subject, opening, notes).values()) == expected


@pytest.mark.parametrize(
    ("one", "other"), [("0180", " 0180\u00a0"), ("\u00c5m\u00e5l", "A\u030ama\u030al")]
)
def test_another_spelling_of_a_scope_is_the_same_scope(
    office: Office, one: str, other: str
) -> None:
    notes, opening = approved(office, Subject("0001", HOUSEHOLD, (one,)))
    found = carried_out(office, Subject("0001", HOUSEHOLD, (other,)), opening, notes)
    expected = office.pseudonyms(["0001"], kind="opaque:hushall", scope=[one])
    assert list(found.values()) == expected


@pytest.mark.parametrize(
    ("scope", "reason"), [(" ", "identity.scope_missing"), ("x" * 201, "identity.too_long")]
)
def test_what_is_no_scope_is_told_before_anything_is_asked(
    office: Office, scope: str, reason: str
) -> None:
    before = office.events()
    with pytest.raises(InvalidValuesError) as caught:
        asked(office, Subject("0001", HOUSEHOLD, (scope,)))
    assert dict(caught.value.reasons) == {reason: 1}
    assert office.events() == before


def test_what_is_no_number_has_a_reason_and_no_value(office: Office) -> None:
    wrong = Subject(NUMBERS[0][:-1] + "x", RULE)
    assert refused(lambda: asked(office, wrong)) == "values.invalid"
    for text in ("", "{}", '{"format": "pseudo-subject-opening", "opening": "00"}', "[" * 9999):
        assert refused(lambda text=text: lookup.read_opening(text)) == "lookup.bad_opening"


def test_nobody_is_looked_up_with_a_key_that_the_ledger_does_not_know(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    subject = Subject(NUMBERS[0], RULE)
    notes, opening = approved(office, subject)
    with MemoryStore({("projA", 1): bytes(32)}) as other:
        # What the store says of the domain stays as it was, and only its secret is another.
        monkeypatch.setattr(office.store, "domain", other.domain)
        code = refused(lambda: carried_out(office, subject, opening, notes))
        assert code == "keys.rolled_back"
    assert lookup.LOOKED_UP not in office.events()
    monkeypatch.undo()
    assert len(carried_out(office, subject, opening, notes)) == 1


def test_a_frozen_domain_tells_nobody(office: Office) -> None:
    subject = Subject(NUMBERS[0], RULE)
    notes, opening = approved(office, subject)
    domains.freeze(office.store, "projA", ledger=office.ledger)
    assert refused(lambda: carried_out(office, subject, opening, notes)) == "keys.frozen"
    assert lookup.LOOKED_UP not in office.events()
