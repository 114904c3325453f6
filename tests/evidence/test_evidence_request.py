# SPDX-License-Identifier: Apache-2.0
"""The text of a request: one spelling, nothing hidden, and signatures that add up."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st

from pseudo.evidence.custodians import WEAK, signers
from pseudo.evidence.note import NoteKey, countersigned, open_note, parted, signed_note
from pseudo.evidence.request import Order, Request, is_reference, read_request

MADE = datetime(2026, 11, 27, 22, 55, tzinfo=UTC)
ASKED = Request(
    id="abcdefghijklmnop",
    order=Order.DESTROY,
    domain="projA",
    keys=("projA.v1.8e5d1bee7531823a", "projA.v2.0123456789abcdef"),
    reference="2026:123",
    requester="anna.berg",
    ledger="pseudo-ledger/abcdefghijklmnop",
    made=MADE,
    waiting=7,
    expires=MADE + timedelta(days=37),
)


def test_a_request_is_read_as_it_is_written() -> None:
    assert read_request(ASKED.text) == ASKED
    looked_up = replace(ASKED, order=Order.LOOKUP, subject={"subject": "hmac-sha256:00"})
    assert read_request(looked_up.text) == looked_up
    assert looked_up.digest != ASKED.digest


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("v1\n", "v2\n"),
        ("order: destroy", "order: Destroy"),
        ("order: destroy", "order: lookup"),
        ("waiting: 7 days", "waiting: 07 days"),
        ("waiting: 7 days", "waiting: 9999 days"),
        ("reference: 2026:123", "reference: "),
        ("reference: 2026:123", "reference: 198507099805"),
        ("reference: 2026:123", "reference: x\x1b[2J"),
        ("reference: 2026:123", "reference: x\u202ey"),
        ("reference: 2026:123", "reference: x "),
        ("reference: 2026:123", "reference: x\nreference: y"),
        ("requester: anna.berg", "requester: anna berg"),
        ("requester: anna.berg\n", ""),
        ("id: abcdefghijklmnop", "id: abcdefghijklmnoz"),
        ("made: 2026-11-27T22:55:00Z", "made: 2026-11-27T22:55Z"),
        ("made: 2026-11-27T22:55:00Z", "made: 2026-11-27T22:55:00+00:00"),
        ("expires:", "subject: x\nexpires:"),
        ("key: projA.v1", "Key: projA.v1"),
        ("00Z\n", "00Z"),
        ("domain: projA\nkey: projA.v1.8e5d1bee7531823a\n", "key: projA.v1.8e5d1bee7531823a\n"),
        ("\n", "\r\n"),
    ],
)
def test_any_other_text_is_no_request(old: str, new: str) -> None:
    changed = ASKED.text.replace(old, new)
    assert changed != ASKED.text
    assert read_request(changed) is None


@given(st.text(max_size=300))
def test_whatever_is_read_is_written_so(text: str) -> None:
    for candidate in (text, ASKED.text + text, text.join(ASKED.text.split("\n"))):
        found = read_request(candidate)
        assert found is None or found.text == candidate


@pytest.mark.parametrize(
    "wrong", ["", " x", "x\ny", "19850709-9805", "a" * 201, "anna@example.se"]
)
def test_a_reference_names_no_person(wrong: str) -> None:
    assert not is_reference(wrong)
    assert is_reference("SCB 2026/1234")


def person(name: str) -> tuple[NoteKey, Ed25519PrivateKey]:
    private = Ed25519PrivateKey.generate()
    return NoteKey(name, private.public_key().public_bytes_raw()), private


def test_a_request_can_be_signed_by_several() -> None:
    (anna, a), (bo, b), (cia, c) = map(person, ("anna.berg", "bo.dahl", "cia.ek"))
    note = signed_note(ASKED.text, anna, a.sign)
    whole = countersigned(countersigned(note, bo, b.sign), cia, c.sign)
    people = {key.name: key for key in (anna, bo, cia)}
    assert signers(whole, people) == ("anna.berg", "bo.dahl", "cia.ek")
    assert signers(note, people) == ("anna.berg",)
    # Signing twice is signing once.
    assert countersigned(whole, cia, c.sign) == whole
    assert parted(whole) is not None
    assert all(open_note(whole, key) == ASKED.text for key in people.values())


def test_no_key_is_taken_with_which_anybody_can_sign() -> None:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    # The identity verifies R = B and S = 1 of every message, so it is nobody's.
    base = "5866666666666666666666666666666666666666666666666666666666666666"
    signature = bytes.fromhex(base) + bytes([1]) + bytes(31)
    identity = bytes([1]) + bytes(31)
    Ed25519PublicKey.from_public_bytes(identity).verify(signature, b"whatever")
    assert identity in WEAK
    assert len(WEAK) == 14
    assert all(len(key) == 32 for key in WEAK)


def test_one_key_under_two_names_counts_once_and_a_forged_line_not_at_all() -> None:
    (anna, a), (bo, b) = map(person, ("anna.berg", "bo.dahl"))
    again = NoteKey("second.anna", anna.public)
    note = countersigned(signed_note(ASKED.text, anna, a.sign), again, a.sign)
    assert len(signers(note, {"anna.berg": anna, "second.anna": again})) == 1
    forged = countersigned(note, bo, a.sign)
    assert signers(forged, {"bo.dahl": bo}) == ()
    with pytest.raises(ValueError):
        countersigned("no note\n", bo, b.sign)
