# SPDX-License-Identifier: Apache-2.0
"""Requests: made by one, approved by two others, carried out once, and all of it noted.

The way of a request::

    request ─▶ ledger (request.made) ─▶ text that travels ─▶ signatures of two others
                                                               │ waiting period
                                          ledger (request.used) ◀┘ ─▶ what was asked for

What the library checks here is a procedure. Whoever has the keys of a store can do without
it; only the server's own policies and control groups are a barrier.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from pseudo.errors import ApprovalError, UsageError
from pseudo.evidence.custodians import ENOUGH, enrolled, signers
from pseudo.evidence.entries import EVENT, Entry, event
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.ledger import Signer
from pseudo.evidence.note import NoteKey, countersigned, open_note, parted, signed_note, together
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

__all__ = [
    "MADE",
    "USED",
    "WITHDRAWN",
    "Approved",
    "Person",
    "approve",
    "check_person",
    "described",
    "make",
    "read",
    "require_approved",
    "use",
    "withdraw",
]

MADE = "request.made"
"""The event that somebody asked for something."""

USED = "request.used"
"""The event that what was asked for is carried out now; it can be once."""

WITHDRAWN = "request.withdrawn"
"""The event that it may not be carried out any more."""

_VALID = timedelta(days=30)
"""How long a request may be carried out once its waiting is over."""

NO_DOMAIN = "-"
"""What stands for the domain of a request that has none."""


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


@dataclass(frozen=True, slots=True)
class Approved:
    """A request that may be carried out.

    Attributes:
        request: What is asked for.
        approvers: Who approved it: names of custodians, none of them the requester.
    """

    request: Request
    approvers: tuple[str, ...]

    @property
    def facts(self) -> dict[str, object]:
        """Who asked for it and who approved, for the ledger."""
        return {
            "request": self.request.id,
            "reference": self.request.reference,
            "requester": self.request.requester,
            "approved_by": list(self.approvers),
        }


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
        expires=made + timedelta(days=waiting) + _VALID,
        subject=dict(subject or {}),
    )
    # Whoever wants to become a custodian is none yet, and shows to have the key.
    if order is Order.ENROL:
        known = request.subject["custodian"] == person.key.encode()
    else:
        known = enrolled(ledger.verified().entries).get(person.key.name) == person.key
    if not known:
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


def read(note: str) -> Request:
    """Read a request without judging who signed it.

    Raises:
        UsageError: It is none (``usage.bad_request``).
    """
    found = parted(note)
    request = None if found is None else read_request(found[0])
    if request is None:
        raise UsageError("usage.bad_request")
    return request


def require_approved(
    ledger: FileLedger,
    notes: Sequence[str],
    order: Order,
    now: datetime,
    *,
    domain: str = NO_DOMAIN,
    keys: Sequence[str] = (),
) -> Approved:
    """See that a request may be carried out now.

    Args:
        ledger: Where it was noted; its signatures are verified.
        notes: Copies of it, each with the signatures that it has got; at least one.
        order: What is about to be done.
        now: The present moment, UTC.
        domain: With which domain.
        keys: Key ids of its versions, as they are now.

    Returns:
        The request and who approved it.

    Raises:
        ApprovalError: It may not, and the code says why: none is given
            (``approval.needed``), it is for something else (``approval.other_request``), not
            in this ledger (``approval.unknown_request``), not signed by its requester
            (``approval.unsigned``), not approved by two others (``approval.missing``),
            used up, withdrawn, expired, or still to be waited for.
        UsageError: The copies are no request, or of several (``usage.bad_request``).
        EvidenceError: The ledger was changed.
    """
    if not notes:
        raise ApprovalError("approval.needed", order=order.value)
    note = together(notes)
    if note is None:
        raise UsageError("usage.bad_request")
    request = read(note)
    asked = (request.order, request.domain, set(request.keys), request.ledger)
    if asked != (order, domain, set(keys), ledger.key.name):
        raise ApprovalError("approval.other_request", request=request.id)
    entries = ledger.verified().entries
    noted = _noted(entries, request)
    people = enrolled(entries)
    approvers = _approvers(note, request, people)
    _require_in_time(request, noted, now)
    return Approved(request, approvers)


def use(ledger: FileLedger, approved: Approved) -> None:
    """Note that a request is carried out now, which can be once."""
    said = {"order": approved.request.order.value, **approved.facts}
    ledger.append(lambda before: (EVENT, event(USED, utc_now(), before, **said)))


def withdraw(ledger: FileLedger, note: str, person: Person) -> None:
    """Let a request not be carried out any more; any custodian may do it.

    Raises:
        UsageError: It is no request (``usage.bad_request``).
        ApprovalError: It is not in this ledger, or used or withdrawn already; or who
            withdraws it is no custodian (``approval.not_enrolled``).
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    request = read(note)
    with ledger.alone():
        entries = ledger.verified().entries
        _noted(entries, request)
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
    note = together(notes)
    if note is None:
        raise UsageError("usage.bad_request")
    request = read(note)
    people = enrolled(ledger.verified().entries)
    needs = ""
    try:
        require_approved(
            ledger, notes, request.order, now, domain=request.domain, keys=request.keys
        )
    except ApprovalError as error:
        needs = error.text()
    return {
        "request": request.id,
        "order": request.order.value,
        "domain": request.domain,
        "reference": request.reference,
        "requester": request.requester,
        "signed by": ", ".join(signers(note, people)) or "nobody who counts",
        "state": needs or "may be carried out",
    }


def _noted(entries: Iterable[Entry], request: Request) -> datetime:
    """Tell when a request was noted in the ledger, if it may still be used."""
    noted = ""
    for entry in entries:
        said = entry.content
        if entry.is_receipt or said.get("request") != request.id:
            continue
        if said.get("event") == MADE and said.get("sha256") == request.digest:
            noted = str(said.get("at"))
        elif said.get("event") == USED:
            raise ApprovalError("approval.used", request=request.id)
        elif said.get("event") == WITHDRAWN:
            raise ApprovalError("approval.withdrawn", request=request.id)
    try:
        return datetime.fromisoformat(noted)
    except ValueError:
        pass
    raise ApprovalError("approval.unknown_request", request=request.id)


def _approvers(note: str, request: Request, people: Mapping[str, NoteKey]) -> tuple[str, ...]:
    """Tell who approved a request: at least two custodians, none of them its requester."""
    requester = people.get(request.requester)
    if request.order is Order.ENROL:
        requester = _own_key(request)
    if requester is None or open_note(note, requester) is None:
        raise ApprovalError("approval.unsigned", request=request.id, person=request.requester)
    others = {
        name: key
        for name, key in people.items()
        if name != request.requester and key.public != requester.public
    }
    found = signers(note, others)
    if len(found) < ENOUGH:
        raise ApprovalError(
            "approval.missing", request=request.id, found=len(found), needed=ENOUGH
        )
    return found


def _own_key(request: Request) -> NoteKey | None:
    """Give the key of somebody who asks to become a custodian; None where it is another's."""
    try:
        key = NoteKey.decode(request.subject["custodian"])
    except ValueError:
        return None
    return key if key.name == request.requester else None


def _require_in_time(request: Request, noted: datetime, now: datetime) -> None:
    """See that a request has waited long enough, by the ledger's time, and not too long."""
    if now < noted + request.due:
        until = (noted + request.due).strftime("%Y-%m-%d %H:%M UTC")
        raise ApprovalError("approval.waiting", request=request.id, until=until)
    if now > min(request.expires, noted + request.due + _VALID):
        raise ApprovalError("approval.expired", request=request.id)
