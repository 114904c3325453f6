# SPDX-License-Identifier: Apache-2.0
"""Go back from listed pseudonyms to numbers, for an approved request and for nothing else.

Nothing is reversed: the pseudonyms of all candidates are made again, and compared::

    file for the requester alone, empty
    pseudonyms that are asked for ─▶ set ─┐
    candidates ─▶ pieces ─▶ swapped ─▶ in the set? ─▶ found (in memory)
                 request used up, and what was done noted in the ledger
                                          ─▶ written into the file

Going back is forbidden by law but for what the law excepts, so two others have to approve
the very list, and the ledger says for ever that it was done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from pseudo.errors import ApprovalError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.request import Order
from pseudo.io.private import PrivateFile
from pseudo.io.source import ReadOptions
from pseudo.keys import DomainRecord, Store
from pseudo.keys.store import utc_now
from pseudo.logs import logger
from pseudo.usecases.approvals import Approved, note_done, require_approved
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.domain_events import require_current, used
from pseudo.usecases.reidentify_asked import Asked
from pseudo.usecases.reidentify_found import trace
from pseudo.usecases.requests import Person, make

__all__ = ["REIDENTIFIED", "Traced", "reidentify", "request"]

REIDENTIFIED = "domain.reidentified"
"""The event that pseudonyms were traced to numbers, and how many."""


@dataclass(frozen=True, slots=True)
class Traced:
    """What came of it.

    Attributes:
        asked: Pseudonyms that were asked for.
        found: Of how many there is somebody among the candidates.
        candidates: Numbers that were tried.
        blank: Rows of the candidates without a number.
        invalid: Candidates that are no numbers of these kinds, or have no scope.
    """

    asked: int
    found: int
    candidates: int
    blank: int
    invalid: int


def request(
    store: Store,
    name: str,
    ledger: FileLedger,
    person: Person,
    asked: Asked,
    *,
    reference: str,
) -> str:
    """Ask to go back from pseudonyms.

    Args:
        store: Where the domain is.
        name: The domain.
        ledger: The ledger.
        person: Who asks.
        asked: Which pseudonyms.
        reference: Number of the decision.

    Returns:
        The request, for others to sign.

    Raises:
        KeyStoreError: There is no such domain, or ``keys.rolled_back``.
        ApprovalError: See :func:`pseudo.usecases.requests.make`.
        UsageError: See there.
    """
    with ledger.alone():
        records = store.versions(name)
        require_current(ledger, records, utc_now)
        return make(
            ledger,
            person,
            Order.REIDENTIFY,
            reference=reference,
            domain=name,
            keys=[record.key_id for record in records],
            subject=asked.subject,
        )


def reidentify(
    store: Store,
    name: str,
    ledger: FileLedger,
    asked: Asked,
    candidates: Candidates,
    out: Path,
    *,
    notes: Sequence[str],
    options: ReadOptions,
    run_by: str,
    now: datetime | None = None,
) -> Traced:
    """Trace pseudonyms to the numbers of candidates, and write them for the requester.

    Args:
        store: Where the domain is.
        name: The domain; all its versions are tried.
        ledger: The ledger.
        asked: The pseudonyms, the very ones of the request.
        candidates: Who they could be.
        out: The file to write; must not exist. Nobody but its owner can read it.
        notes: Copies of the request, with the signatures of those who approved it.
        options: Limits; how the candidates are written, they say themselves.
        run_by: The account that this runs under.
        now: The present moment, UTC.

    Raises:
        ApprovalError: It is not approved, or for other pseudonyms
            (``approval.other_request``).
        KeyStoreError: The domain cannot be used.
        DeliveryError: The candidates cannot be read.
        UsageError: ``out`` exists, or cannot be.
        EvidenceError: It cannot be noted; nothing was written.
        ResourceError: The disk cannot be written. A disk without the space for it is found
            out before, so only where it fails at the very end is the request used up.
    """
    # What the request may give can be had once, so its place is taken before.
    with PrivateFile(out) as file:
        with ledger.alone():
            _, records = _permitted(store, name, ledger, asked, notes, now)
        found = trace(store, ledger, records, asked, candidates, options)
        counts = (found.valid, found.blank, found.invalid)
        traced = Traced(len(asked.pseudonyms), len(found), *counts)
        written = found.written()
        file.reserve(len(written))
        with ledger.alone():
            # Meanwhile it may have been carried out by somebody else, or withdrawn, or the
            # domain frozen.
            approved, records = _permitted(store, name, ledger, asked, notes, now)
            note_done(ledger, REIDENTIFIED, approved, records, run_by, **asdict(traced))
        file.write(written)
    logger().warning("domain.reidentified", domain=name, request=approved.request.id)
    return traced


def _permitted(
    store: Store,
    name: str,
    ledger: FileLedger,
    asked: Asked,
    notes: Sequence[str],
    now: datetime | None,
) -> tuple[Approved, list[DomainRecord]]:
    """See that these pseudonyms may be traced now; give the versions of the domain too."""
    records = store.versions(name)
    require_current(ledger, records, utc_now)
    keys = [record.key_id for record in records]
    approved = require_approved(
        ledger.verified(), notes, Order.REIDENTIFY, now or utc_now(), domain=name, keys=keys
    )
    if dict(approved.request.subject) != asked.subject:
        raise ApprovalError("approval.other_request", request=approved.request.id)
    used(records)
    return approved, records
