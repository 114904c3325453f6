# SPDX-License-Identifier: Apache-2.0
"""Requests: made by one, approved by two others, carried out once, and all of it noted.

The way of a request::

    request ─▶ ledger (request.made) ─▶ text that travels ─▶ signatures of two others
                                                               │ waiting period
                      ledger: what was done, and for which request ◀┘

What the library checks here is a procedure. Whoever has the keys of a store can do without
it; only the server's own policies and control groups are a barrier.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pseudo.errors import ApprovalError, UsageError
from pseudo.evidence.custodians import enrolled, signers
from pseudo.evidence.entries import EVENT, event
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.ledger import Signer
from pseudo.evidence.note import NoteKey, countersigned, signed_note
from pseudo.evidence.request import (
    LONGEST_WAITING,
    PERSON,
    Order,
    Request,
    is_reference,
    read_request,
)
from pseudo.keys.store import utc_now
from pseudo.logs import logger
from pseudo.safe import is_safe, random_name
from pseudo.usecases.approvals import (
    MADE,
    NO_DOMAIN,
    VALID,
    WITHDRAWN,
    known,
    one_request,
    read,
    require_approved,
)
from pseudo.usecases.domain_events import last_words

__all__ = ["Person", "approve", "check_person", "described", "make", "require_known", "withdraw"]


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who signs.

    Attributes:
        key: By which the signatures are verified; its name is the person's.
        signer: Makes them.
    """

    key: NoteKey
    signer: Signer

    @classmethod
    def of(cls, name: str, signer: Signer) -> Person:
        """Say who signs with a key.

        Raises:
            UsageError: No custodian can be called so (``usage.bad_person``).
        """
        check_person(name)
        return cls(NoteKey(name, signer.public_key()), signer)


def check_person(name: str) -> None:
    """Refuse a name that no custodian can have; it stands in clear in the ledger.

    Raises:
        UsageError: ``usage.bad_person``.
    """
    if not PERSON.fullmatch(name) or not is_safe(name):
        raise UsageError("usage.bad_person")


def make(
    ledger: FileLedger,
    person: Person,
    order: Order,
    *,
    reference: str,
    domain: str = NO_DOMAIN,
    keys: Sequence[str] = (),
    subject: Mapping[str, str] | None = None,
    waiting: int = 0,
    now: datetime | None = None,
) -> str:
    """Ask for something, and note it in the ledger.

    Args:
        ledger: Where.
        person: Who asks.
        order: For what.
        reference: Number of the decision, in the agency's register.
        domain: With which domain.
        keys: Key ids of its versions.
        subject: What the order says beside; see :mod:`pseudo.evidence.request`.
        waiting: Days that must go by first.
        now: The present moment, UTC.

    Returns:
        The request as a note with the requester's signature, for others to sign.

    Raises:
        UsageError: The reference could name a person, or is none (``usage.bad_reference``);
            or so long nobody waits (``usage.bad_waiting``).
        ApprovalError: Who asks is no custodian (``approval.not_enrolled``).
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    if not is_reference(reference):
        raise UsageError("usage.bad_reference")
    if not 0 <= waiting <= LONGEST_WAITING:
        raise UsageError("usage.bad_waiting", most=LONGEST_WAITING)
    made = (now or utc_now()).astimezone(UTC).replace(microsecond=0)
    request = Request(
        id=random_name(),
        order=order,
        domain=domain,
        keys=tuple(keys),
        reference=reference,
        requester=person.key.name,
        ledger=ledger.key.name,
        made=made,
        waiting=waiting,
        expires=made + timedelta(days=waiting) + VALID,
        subject=dict(subject or {}),
    )
    if read_request(request.text) != request:
        # What nobody could read again is not asked for.
        raise UsageError("usage.bad_request")
    # Whoever wants to become a custodian is none yet, and shows to have the key.
    if order is Order.ENROL:
        may_ask = request.subject["custodian"] == person.key.encode()
    else:
        may_ask = enrolled(ledger.verified().entries).get(person.key.name) == person.key
    if not may_ask:
        raise ApprovalError("approval.not_enrolled", person=person.key.name)
    note = signed_note(request.text, person.key, person.signer.sign)
    said = {
        "request": request.id,
        "order": order.value,
        "domain": domain,
        "key_ids": list(request.keys),
        "reference": reference,
        "requester": request.requester,
        "sha256": request.digest,
    }
    ledger.append(lambda before: (EVENT, event(MADE, now or utc_now(), before, **said)))
    logger().info("request.made", request=request.id)
    return note


def approve(note: str, person: Person) -> str:
    """Put one's signature under a request.

    Args:
        note: The request, as one has read it.
        person: Who approves.

    Raises:
        UsageError: It is no request (``usage.bad_request``).
        ApprovalError: One's own request (``approval.own_request``).
    """
    request = read(note)
    if request.requester == person.key.name:
        raise ApprovalError("approval.own_request", request=request.id)
    return countersigned(note, person.key, person.signer.sign)


def require_known(ledger: FileLedger, request: Request, person: Person) -> None:
    """See that a request is in the ledger as it is here, and that a signature would count.

    Raises:
        ApprovalError: It is not (``approval.unknown_request``), or was used or withdrawn; or
            who would sign is no custodian with that key (``approval.not_enrolled``).
        EvidenceError: The ledger was changed.
    """
    people = known(ledger.verified().entries, request).people
    if people.get(person.key.name) != person.key:
        raise ApprovalError("approval.not_enrolled", person=person.key.name)


def withdraw(ledger: FileLedger, note: str, person: Person) -> None:
    """Let a request not be carried out any more; any custodian may do it.

    Raises:
        UsageError: It is no request (``usage.bad_request``).
        ApprovalError: It is not in this ledger, used or withdrawn already, or being carried
            out (``approval.begun``); or who withdraws it is no custodian
            (``approval.not_enrolled``).
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    request = read(note)
    with ledger.alone():
        entries = ledger.verified().entries
        if known(entries, request).begun:
            raise ApprovalError("approval.begun", request=request.id)
        if enrolled(entries).get(person.key.name) != person.key:
            raise ApprovalError("approval.not_enrolled", person=person.key.name)
        said = {"request": request.id, "withdrawn_by": person.key.name}
        ledger.append(lambda before: (EVENT, event(WITHDRAWN, utc_now(), before, **said)))
    logger().info("request.withdrawn", request=request.id)


def described(ledger: FileLedger, notes: Sequence[str], now: datetime) -> dict[str, object]:
    """Say what a request asks for, who has signed it, and what it still needs.

    Raises:
        UsageError: The copies are no request, or of several.
        EvidenceError: The ledger was changed.
    """
    request = one_request(notes)
    held = ledger.verified()
    people = enrolled(held.entries)
    # Of the store itself nothing is known here; the ledger has the last word on its keys.
    words = sorted(last_words(ledger, request.domain).last.items())
    keys = [str(word.get("key_id")) for _, word in words] or request.keys
    needs = ""
    try:
        require_approved(held, notes, request.order, now, domain=request.domain, keys=keys)
    except ApprovalError as error:
        needs = error.text()
    signed = {name for note in notes for name in signers(note, people)}
    return {
        "request": request.id,
        "order": request.order.value,
        "domain": request.domain,
        "reference": request.reference,
        "requester": request.requester,
        "signed by": ", ".join(sorted(signed)) or "nobody who counts",
        "state": needs or "may be carried out",
    }
