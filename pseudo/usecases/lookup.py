# SPDX-License-Identifier: Apache-2.0
"""The pseudonym of one person, for a data-subject request that two others approved.

The request holds a commitment to the person and not the number, so that the ledger, the
approvers and the file of the request learn no number, and yet nobody can look up somebody
else with it::

    number ─▶ canonical form ─▶ HMAC with 32 random bytes ─▶ request
                                 └─▶ opening, a file of the requester's
"""

from __future__ import annotations

import hmac
import json
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pyarrow as pa

from pseudo.errors import ApprovalError, InvalidValuesError, KeyStoreError, UsageError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.request import Order
from pseudo.framing import lp
from pseudo.identity import IdentityRule, Reason, judge_column
from pseudo.kernel.scope import scope_forms
from pseudo.keys import DomainRecord, Store
from pseudo.keys.store import utc_now
from pseudo.logs import logger
from pseudo.usecases.approvals import note_done, require_approved
from pseudo.usecases.domain_events import require_current, used
from pseudo.usecases.requests import Person, make

__all__ = ["LOOKED_UP", "Subject", "lookup", "read_opening", "request"]

LOOKED_UP = "domain.looked_up"
"""The event that the pseudonym of one person was looked up."""

_OPENING_BYTES = 32
_FORMAT = "pseudo-subject-opening"


@dataclass(frozen=True, slots=True, repr=False)
class Subject:
    """One person, by number.

    Attributes:
        number: As it was typed.
        rule: What it is.
        scope: For an opaque identifier, the values inside which it has meaning.
    """

    number: str
    rule: IdentityRule
    scope: tuple[str, ...] = ()

    def commitment(self, opening: bytes) -> str:
        """Commit to the person: nobody learns the number without the opening.

        Raises:
            InvalidValuesError: It is no number of these kinds, or its scope is none; the
                error has the reason only.
        """
        judged = judge_column(pa.array([self.number]), self.rule)
        _require_ok(int(judged.reasons[0]))
        kind = self.rule.hashed_kinds[int(judged.kinds[0])]
        message = lp(kind, *map(_hashed, self.scope), judged.canonical[0].as_py())
        return f"hmac-sha256:{hmac.digest(opening, message, 'sha256').hex()}"


def _hashed(scope: str) -> str:
    """Bring a value of the scope to the form that is hashed, in which it is the same person."""
    forms, wrong = scope_forms(pa.array([scope], pa.string()))
    _require_ok(int(wrong[0]))
    return str(forms[0])


def _require_ok(code: int) -> None:
    reason = Reason(code)
    if reason is not Reason.OK:
        raise InvalidValuesError(
            "values.invalid", reasons={reason.code: 1}, total=1, listed=f"{reason.code} 1"
        )


def read_opening(text: str) -> bytes:
    """Read an opening that :func:`request` gave.

    Raises:
        UsageError: It is none (``lookup.bad_opening``).
    """
    opening = b""
    try:
        said = json.loads(text)
        if said["format"] == _FORMAT:
            opening = bytes.fromhex(said["opening"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    if len(opening) != _OPENING_BYTES:
        raise UsageError("lookup.bad_opening")
    return opening


def request(
    store: Store,
    name: str,
    ledger: FileLedger,
    person: Person,
    subject: Subject,
    *,
    reference: str,
) -> tuple[str, str]:
    """Ask for the pseudonym of one person.

    Args:
        store: Where the domain is.
        name: The domain.
        ledger: The ledger.
        person: Who asks.
        subject: About whom.
        reference: Number of the case.

    Returns:
        The request, for others to sign; and its opening, for whoever carries it out.

    Raises:
        InvalidValuesError: The number is none.
        KeyStoreError: There is no such domain, or ``keys.rolled_back``.
        ApprovalError: See :func:`pseudo.usecases.requests.make`.
        UsageError: See there.
    """
    opening = secrets.token_bytes(_OPENING_BYTES)
    commitment = subject.commitment(opening)
    with ledger.alone():
        records = store.versions(name)
        require_current(ledger, records, utc_now)
        note = make(
            ledger,
            person,
            Order.LOOKUP,
            reference=reference,
            domain=name,
            keys=[record.key_id for record in records],
            subject={"subject": commitment},
        )
    return note, json.dumps({"format": _FORMAT, "opening": opening.hex()}) + "\n"


def lookup(
    store: Store,
    name: str,
    ledger: FileLedger,
    subject: Subject,
    opening: bytes,
    *,
    notes: Sequence[str],
    run_by: str,
    now: datetime | None = None,
) -> dict[str, str]:
    """Look up the pseudonym of one person.

    Args:
        store: Where the domain is.
        name: The domain.
        ledger: The ledger.
        subject: The person, the very one of the request.
        opening: The request's opening.
        notes: Copies of the request, with the signatures of those who approved it.
        run_by: The account that this runs under.
        now: The present moment, UTC.

    Returns:
        The pseudonym by the key id of each version of the domain.

    Raises:
        ApprovalError: It is not approved, or for somebody else (``approval.other_request``).
        InvalidValuesError: The number is none.
        KeyStoreError: The domain cannot be used.
        EvidenceError: It cannot be noted; nothing is told.
    """
    commitment = subject.commitment(opening)
    with ledger.alone():
        records = store.versions(name)
        require_current(ledger, records, utc_now)
        keys = [record.key_id for record in records]
        approved = require_approved(
            ledger.verified(), notes, Order.LOOKUP, now or utc_now(), domain=name, keys=keys
        )
        if not hmac.compare_digest(approved.request.subject["subject"], commitment):
            raise ApprovalError("approval.other_request", request=approved.request.id)
        found = {record.key_id: _pseudonym(store, record, subject) for record in used(records)}
        note_done(ledger, LOOKED_UP, approved, records, run_by)
    logger().warning("domain.looked_up", domain=name, request=approved.request.id)
    return found


def _pseudonym(store: Store, record: DomainRecord, subject: Subject) -> str:
    """Make the pseudonym of a person with one version of a domain, and no other key."""
    with store.domain(record.name, record.version) as domain:
        if domain.info.key_id != record.key_id:
            # The store changed after it was compared with the ledger.
            raise KeyStoreError("keys.rolled_back", domain=record.name)
        scope = [pa.array([value], pa.string()) for value in subject.scope]
        swapped = domain.swap(pa.array([subject.number]), subject.rule, scope)
        return str(swapped.pseudonyms[0].as_py())
