# SPDX-License-Identifier: Apache-2.0
"""Whether a request may be carried out now: approved by two others, waited for, not used up.

Everything that counts is in the ledger, of which only verified contents are taken: who is a
custodian, when the request was made, and what has become of it since. What was carried out
names its request, and that uses it up: there is no other word of it that could be missing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from pseudo.errors import ApprovalError, UsageError
from pseudo.evidence.custodians import ENOUGH, enrolled, signers
from pseudo.evidence.entries import EVENT, Entry, event
from pseudo.evidence.file_ledger import Contents, FileLedger
from pseudo.evidence.note import NoteKey, open_note, parted
from pseudo.evidence.request import Order, Request, read_request
from pseudo.keys import DomainRecord
from pseudo.keys.store import utc_now
from pseudo.safe import Plain

__all__ = [
    "BEGUN",
    "MADE",
    "NO_DOMAIN",
    "VALID",
    "WITHDRAWN",
    "Approved",
    "Known",
    "known",
    "note_done",
    "one_request",
    "read",
    "require_approved",
]

MADE: Final = "request.made"
"""The event that somebody asked for something."""

WITHDRAWN: Final = "request.withdrawn"
"""The event that it may not be carried out any more."""

BEGUN: Final = frozenset({"domain.changing", "control.agreed"})
"""Events by which something is begun that ends with another: they use no request up."""

VALID: Final = timedelta(days=30)
"""How long a request may be carried out once its waiting is over."""

NO_DOMAIN: Final = "-"
"""What stands for the domain of a request that has none."""

_NEVER: Final = datetime.min.replace(tzinfo=UTC)


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


@dataclass(frozen=True, slots=True)
class Known:
    """What a ledger knows of a request.

    Attributes:
        noted: When it was made: no moment before any of an entry that stands before it.
        people: Who is a custodian, and has been with this key since then.
        begun: Whether it is being carried out.
    """

    noted: datetime
    people: Mapping[str, NoteKey]
    begun: bool


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


def one_request(notes: Sequence[str]) -> Request:
    """Read copies of one request.

    Raises:
        UsageError: One is none, or they are of several (``usage.bad_request``).
    """
    found = {read(note).text for note in notes}
    if len(found) != 1:
        raise UsageError("usage.bad_request")
    return read(notes[0])


def require_approved(
    held: Contents,
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
        held: The ledger where it was noted, as it is now.
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
    """
    if not notes:
        raise ApprovalError("approval.needed", order=order.value)
    request = one_request(notes)
    asked = (request.order, request.domain, request.ledger)
    if asked != (order, domain, held.head.origin) or not _are_keys(request.keys, keys):
        raise ApprovalError("approval.other_request", request=request.id)
    found = known(held.entries, request)
    approvers = _approvers(notes, request, found.people, enough)
    if not found.begun:
        # What is begun is brought to its end, however late.
        _require_in_time(request, found.noted, now)
    return Approved(request, approvers)


def known(entries: Sequence[Entry], request: Request) -> Known:
    """Tell what a ledger knows of a request that may still be used.

    Raises:
        ApprovalError: It knows no such request, or it was used or withdrawn.
        EvidenceError: An entry is not as this program writes it.
    """
    made = next((at for at, entry in enumerate(entries) if _is_made(entry, request)), None)
    if made is None:
        raise ApprovalError("approval.unknown_request", request=request.id)
    begun = gone = False
    for entry in entries[made + 1 :]:
        said = entry.content
        if not entry.is_receipt and _is_change(said, request):
            # A destruction that destroyed nothing was not begun, so it can be withdrawn.
            gone = gone or said.get("state") == "destroyed"
            begun = begun and gone
        if entry.is_receipt or said.get("request") != request.id:
            continue
        if said.get("event") == WITHDRAWN:
            raise ApprovalError("approval.withdrawn", request=request.id)
        if said.get("event") not in BEGUN:
            raise ApprovalError("approval.used", request=request.id)
        begun = True
    # Whoever asks may have a clock that is slow; what stands in the ledger before was earlier.
    noted = max(_moment(entry) for entry in entries[: made + 1])
    return Known(noted, _since(entries, made), begun)


def _is_change(said: Mapping[str, Any], request: Request) -> bool:
    """Tell whether it is said what became of a domain that is to be destroyed."""
    what = (said.get("event"), said.get("domain"))
    return request.order is Order.DESTROY and what == ("domain.changed", request.domain)


def note_done(
    ledger: FileLedger,
    what: str,
    approved: Approved,
    records: Sequence[DomainRecord],
    run_by: str,
    **facts: object,
) -> None:
    """Note what was done with a domain's pseudonyms, which uses the request up.

    Args:
        ledger: The ledger.
        what: The event.
        approved: The request.
        records: All versions of the domain.
        run_by: The account that it ran under.
        **facts: What else is said of it.

    Raises:
        EvidenceError: It cannot be noted.
    """
    said = {
        "domain": records[0].name,
        "key_ids": [record.key_id for record in records],
        **approved.facts,
        **facts,
        "run_by": run_by,
    }
    ledger.append(lambda before: (EVENT, event(what, utc_now(), before, **said)))


def _since(entries: Sequence[Entry], made: int) -> dict[str, NoteKey]:
    """Tell who is a custodian now, and was one with the same key at any time since."""
    people = enrolled(entries[: made + 1])
    for at in range(made + 1, len(entries)):
        # Removed and enrolled anew, somebody begins anew.
        if entries[at].content.get("event") == "custodian.removed":
            now = enrolled(entries[: at + 1])
            people = {name: key for name, key in people.items() if now.get(name) == key}
    return people


def _is_made(entry: Entry, request: Request) -> bool:
    said = entry.content
    facts = (said.get("event"), said.get("request"), said.get("sha256"))
    return not entry.is_receipt and facts == (MADE, request.id, request.digest)


def _moment(entry: Entry) -> datetime:
    said = entry.content
    try:
        return datetime.fromisoformat(str(said.get("finished" if entry.is_receipt else "at")))
    except ValueError:
        return _NEVER


def _are_keys(asked: Sequence[str], keys: Sequence[str]) -> bool:
    """Tell whether keys are those that were asked for, some of them first used since."""
    if len(asked) != len(keys):
        return False
    return all(
        now == then or (then.endswith(".") and now.startswith(then))
        for then, now in zip(asked, keys, strict=True)
    )


def _approvers(
    notes: Sequence[str], request: Request, people: Mapping[str, NoteKey], enough: int
) -> tuple[str, ...]:
    """Tell who approved a request: enough custodians, none of them its requester.

    Each copy is looked at by itself: a bad signature in one takes nothing from another.
    """
    requester = people.get(request.requester)
    if request.order is Order.ENROL:
        requester = _subject(request)
    if requester is None or all(open_note(note, requester) is None for note in notes):
        raise ApprovalError("approval.unsigned", request=request.id, person=request.requester)
    others = {
        name: key
        for name, key in people.items()
        if name != request.requester and key.public != requester.public
    }
    if request.order is Order.REMOVE:
        # Of whom it is about is not asked, and who asks is one of the two who want it.
        others.pop(request.subject["custodian"].partition("+")[0], None)
        enough -= 1
    found = {name for note in notes for name in signers(note, others)}
    if len(found) < enough:
        count = len(found)
        raise ApprovalError("approval.missing", request=request.id, found=count, needed=enough)
    return tuple(sorted(found))


def _subject(request: Request) -> NoteKey | None:
    """Give the key of somebody who asks to become a custodian; None where it is another's."""
    try:
        key = NoteKey.decode(request.subject["custodian"])
    except ValueError:
        return None
    return key if key.name == request.requester else None


def _require_in_time(request: Request, noted: datetime, now: datetime) -> None:
    """See that a request has waited long enough, by the ledger's time, and not too long."""
    if request.waiting and now < noted + request.due:
        until = Plain((noted + request.due).strftime("%Y-%m-%d %H:%M UTC"))
        raise ApprovalError("approval.waiting", request=request.id, until=until)
    if now > min(request.expires, noted + request.due + VALID):
        raise ApprovalError("approval.expired", request=request.id)
