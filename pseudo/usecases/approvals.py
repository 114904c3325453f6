# SPDX-License-Identifier: Apache-2.0
"""Whether a request may be carried out now: approved by two others, waited for, not used up.

Everything that counts is in the ledger, whose entries are verified each time: who is a
custodian, when the request was made, and what has become of it since.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from pseudo.errors import ApprovalError, UsageError
from pseudo.evidence.custodians import ENOUGH, enrolled, signers
from pseudo.evidence.entries import EVENT, Entry, event
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.note import NoteKey, open_note, parted, together
from pseudo.evidence.request import Order, Request, read_request
from pseudo.keys.store import utc_now

__all__ = [
    "MADE",
    "NO_DOMAIN",
    "USED",
    "VALID",
    "WITHDRAWN",
    "Approved",
    "noted_at",
    "read",
    "require_approved",
    "use",
]

MADE = "request.made"
"""The event that somebody asked for something."""

USED = "request.used"
"""The event that what was asked for is carried out now; it can be once."""

WITHDRAWN = "request.withdrawn"
"""The event that it may not be carried out any more."""

VALID = timedelta(days=30)
"""How long a request may be carried out once its waiting is over."""

NO_DOMAIN = "-"
"""What stands for the domain of a request that has none."""


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
    enough: int = ENOUGH,
) -> Approved:
    """See that a request may be carried out now.

    Args:
        ledger: Where it was noted; its signatures are verified.
        notes: Copies of it, each with the signatures that it has got; at least one.
        order: What is about to be done.
        now: The present moment, UTC.
        domain: With which domain.
        keys: Key ids of its versions, as they are now.
        enough: How many must have approved it; 0 where a server sees to that.

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
    noted = noted_at(entries, request)
    people = enrolled(entries)
    approvers = _approvers(note, request, people, enough)
    _require_in_time(request, noted, now)
    return Approved(request, approvers)


def use(ledger: FileLedger, approved: Approved) -> None:
    """Note that a request is carried out now, which can be once."""
    said = {"order": approved.request.order.value, **approved.facts}
    ledger.append(lambda before: (EVENT, event(USED, utc_now(), before, **said)))


def noted_at(entries: Iterable[Entry], request: Request) -> datetime:
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


def _approvers(
    note: str, request: Request, people: Mapping[str, NoteKey], enough: int
) -> tuple[str, ...]:
    """Tell who approved a request: enough custodians, none of them its requester."""
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
    if len(found) < enough:
        raise ApprovalError(
            "approval.missing", request=request.id, found=len(found), needed=enough
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
    if request.waiting and now < noted + request.due:
        until = (noted + request.due).strftime("%Y-%m-%d %H:%M UTC")
        raise ApprovalError("approval.waiting", request=request.id, until=until)
    if now > min(request.expires, noted + request.due + VALID):
        raise ApprovalError("approval.expired", request=request.id)
