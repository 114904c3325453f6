# SPDX-License-Identifier: Apache-2.0
"""Enrol, list and remove custodians: the people whose approval counts."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from pseudo.errors import ApprovalError, UsageError
from pseudo.evidence.custodians import ENOUGH, ENROLLED, REMOVED, WEAK, enrolled
from pseudo.evidence.entries import EVENT, event
from pseudo.evidence.file_ledger import Contents, FileLedger
from pseudo.evidence.note import NoteKey
from pseudo.evidence.request import Order
from pseudo.keys.store import utc_now
from pseudo.logs import logger
from pseudo.usecases.approvals import Approved, require_approved
from pseudo.usecases.requests import Person, check_person, make

__all__ = ["custodians", "enrol", "key_of", "remove", "request_removal"]


def key_of(word: str) -> NoteKey:
    """Read the public key of somebody who may become a custodian.

    Raises:
        UsageError: It is none (``usage.bad_key``), or its name is none (``usage.bad_person``).
    """
    try:
        key = NoteKey.decode(word.strip())
    except ValueError:
        key = None
    if key is None:
        raise UsageError("usage.bad_key")
    check_person(key.name)
    return key


def custodians(ledger: FileLedger) -> dict[str, NoteKey]:
    """Tell whose approval counts, by name.

    Raises:
        EvidenceError: The ledger was changed.
    """
    return enrolled(ledger.verified().entries)


def enrol(
    ledger: FileLedger, key: NoteKey, notes: Sequence[str] = (), *, now: datetime | None = None
) -> None:
    """Let somebody's signatures count from now on.

    The first two are enrolled by whoever has the key store; the others need a request that
    two of them approved, so that nobody can be two people unseen.

    Args:
        ledger: Where it is noted.
        key: The public key; its name is the person's.
        notes: Copies of the request.
        now: The present moment, UTC.

    Raises:
        ApprovalError: Others have to approve, and have not; or somebody of that name, or with
            that key, is enrolled already (``approval.enrolled_already``), or the key is the
            store's own or one that anybody could sign with (``approval.no_own_key``).
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    with ledger.alone():
        held = ledger.verified()
        people = enrolled(held.entries)
        if key.public == ledger.key.public or key.public in WEAK:
            raise ApprovalError("approval.no_own_key", person=key.name)
        names = {name.casefold() for name in people}
        same_key = key.public in {one.public for one in people.values()}
        if key.name.casefold() in names or same_key:
            raise ApprovalError("approval.enrolled_already", person=key.name)
        approved = _approved(held, notes, Order.ENROL, key, len(people), now)
        _note(ledger, ENROLLED, key, approved)
    logger().info("custodian.enrolled")


def remove(
    ledger: FileLedger, name: str, notes: Sequence[str], *, now: datetime | None = None
) -> None:
    """Let somebody's signatures count no longer.

    Args:
        ledger: Where it is noted.
        name: The person.
        notes: Copies of the request that others approved.
        now: The present moment, UTC.

    Raises:
        ApprovalError: Nobody of that name is enrolled (``approval.not_enrolled``), or others
            have to approve, and have not.
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    with ledger.alone():
        held = ledger.verified()
        people = enrolled(held.entries)
        if name not in people:
            raise ApprovalError("approval.not_enrolled", person=name)
        approved = _approved(held, notes, Order.REMOVE, people[name], len(people), now)
        _note(ledger, REMOVED, people[name], approved)
    logger().info("custodian.removed")


def request_removal(ledger: FileLedger, name: str, person: Person, *, reference: str) -> str:
    """Ask for somebody's signatures to count no longer.

    Raises:
        ApprovalError: Nobody of that name is enrolled, or who asks is not.
        UsageError: See :func:`pseudo.usecases.requests.make`.
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    check_person(name)
    key = custodians(ledger).get(name)
    if key is None:
        raise ApprovalError("approval.not_enrolled", person=name)
    subject = {"custodian": key.encode()}
    return make(ledger, person, Order.REMOVE, reference=reference, subject=subject)


def _approved(
    held: Contents,
    notes: Sequence[str],
    order: Order,
    key: NoteKey,
    people: int,
    now: datetime | None,
) -> Approved | None:
    """Get the approval of others; none is needed as long as there are too few of them."""
    if people < ENOUGH and not notes:
        return None
    approved = require_approved(held, notes, order, now or utc_now())
    if approved.request.subject["custodian"] != key.encode():
        raise ApprovalError("approval.other_request", request=approved.request.id)
    return approved


def _note(ledger: FileLedger, what: str, key: NoteKey, approved: Approved | None) -> None:
    said = {"custodian": key.name, "key": key.encode(), **(approved.facts if approved else {})}
    ledger.append(lambda before: (EVENT, event(what, utc_now(), before, **said)))
