# SPDX-License-Identifier: Apache-2.0
"""Destroy a domain's secret for ever, with two others' approval, and leave a certificate.

The way of a destruction::

    request ─▶ frozen ─▶ waiting period ─▶ two approvals
        ─▶ what else leads back is listed ─▶ secret and wrapping key destroyed
        ─▶ looked for on every node ─▶ certificate in the ledger

The certificate is evidence of a procedure, not a proof of mathematics, and says so: nobody
can show that no copy is left. What remains of the data is still personal data where other
columns single people out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pseudo.errors import ApprovalError, KeyStoreError, PseudoError, UsageError
from pseudo.evidence.custodians import ENOUGH, enrolled
from pseudo.evidence.entries import EVENT, Entry, event
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.ledger import Appended
from pseudo.evidence.proof import Proof
from pseudo.evidence.request import Order, is_reference
from pseudo.keys import DomainRecord, Store
from pseudo.keys.lifecycle import State
from pseudo.keys.store import utc_now
from pseudo.logs import logger
from pseudo.usecases.approvals import Approved, require_approved
from pseudo.usecases.certificate import DESTROYED, facts_of, is_about
from pseudo.usecases.domain_events import changing, note_all, require_current
from pseudo.usecases.requests import Person, make

__all__ = [
    "AGREED",
    "DESTROYED",
    "Destruction",
    "destroy",
    "request",
]

AGREED = "control.agreed"
"""The event that a server's control group agreed to a destruction, as the server says."""

_ALONE = frozenset({"local", "memory"})
"""Stores of one person, who has nobody to ask as long as nobody is enrolled."""


@dataclass(frozen=True, slots=True)
class Destruction:
    """What was destroyed.

    Attributes:
        record: What is left of the domain's current version.
        certificate: What the certificate says.
        entry: Its bytes: a signed envelope, as it stands in the ledger.
        proof: Proof that it stands there.
    """

    record: DomainRecord
    certificate: Mapping[str, Any]
    entry: bytes
    proof: str


def _needs_approval(store: Store, entries: Sequence[Entry]) -> bool:
    """Tell whether a domain of a store may be destroyed only with others' approval.

    Args:
        store: The store.
        entries: The ledger's.
    """
    return store.mode not in _ALONE or len(enrolled(entries)) >= ENOUGH


def request(
    store: Store,
    name: str,
    ledger: FileLedger,
    person: Person,
    *,
    reference: str,
    waiting: int,
    now: datetime | None = None,
) -> str:
    """Ask for a domain to be destroyed, and freeze it until that is decided.

    Args:
        store: Where it is.
        name: The domain.
        ledger: The ledger.
        person: Who asks.
        reference: Number of the decision.
        waiting: Days that must go by first.
        now: The present moment, UTC.

    Returns:
        The request, for others to sign.

    Raises:
        KeyStoreError: There is no such domain, it is destroyed, or ``keys.rolled_back``.
        ApprovalError: See :func:`pseudo.usecases.requests.make`.
        UsageError: See there.
    """
    with ledger.alone():
        records = store.versions(name)
        require_current(ledger, records, utc_now, unfinished=True)
        current = next(record for record in records if record.current)
        if current.state is State.DESTROYED:
            raise KeyStoreError("keys.destroyed", domain=name)
        note = make(
            ledger,
            person,
            Order.DESTROY,
            reference=reference,
            domain=name,
            keys=_keys(records),
            waiting=waiting,
            now=now,
        )
        if current.state is State.ACTIVE:
            changing(ledger, name, State.FROZEN, utc_now)
            store.freeze(name)
            note_all(ledger, store.versions(name), utc_now)
    return note


def destroy(
    store: Store,
    name: str,
    ledger: FileLedger,
    *,
    notes: Sequence[str] = (),
    horizon: str = "not stated",
    waiting: int = 0,
    now: datetime | None = None,
) -> Destruction:
    """Destroy a domain's secrets for ever.

    Args:
        store: Where it is.
        name: The domain.
        ledger: The ledger.
        notes: Copies of the request, with the signatures of those who approved it.
        horizon: Up to when backups and snapshots of the store may still hold the key, as
            whoever answers for them states it.
        waiting: Days that the request must have waited at least.
        now: The present moment, UTC.

    Raises:
        ApprovalError: Others have to approve, and have not; see
            :func:`pseudo.usecases.approvals.require_approved`.
        KeyStoreError: See :meth:`pseudo.keys.Store.destroy`; ``keys.rolled_back``; or the
            secret is still somewhere (``keys.still_there``).
        UsageError: The horizon could name a person (``usage.bad_reference``).
        EvidenceError: The ledger was changed, or cannot be appended to.
    """
    if not is_reference(horizon):
        raise UsageError("usage.bad_reference")
    moment = now or utc_now()
    with ledger.alone():
        records = store.versions(name)
        require_current(ledger, records, utc_now, unfinished=True)
        held = ledger.verified()
        approved: Approved | None = None
        if notes or _needs_approval(store, held.entries):
            approved = require_approved(
                held,
                notes,
                Order.DESTROY,
                moment,
                domain=name,
                keys=_keys(records),
                # The server's control group is a barrier; ours would only be a procedure.
                enough=0 if store.controlled else ENOUGH,
            )
            _require_undisputed(approved, records, waiting)
        facts = facts_of(store, held.entries, records, approved, horizon)
        if approved is not None and store.controlled:
            by = _agreed(store, ledger, name, approved)
            facts |= {"control": "the server's control group", "agreed_by": by}
        # A destruction that was cut off is gone on with, by the same request.
        _destroyed(store, ledger, records, facts)
        facts["looked_for_on"] = list(store.confirm_gone(name))
        appended = ledger.append(
            lambda before: (EVENT, event(DESTROYED, utc_now(), before, **facts))
        )
    record = store.show(name)
    logger().info("domain.destroyed", domain=record.name, key_id=record.key_id)
    return _destruction(record, facts, appended)


def _require_undisputed(approved: Approved, records: Sequence[DomainRecord], waiting: int) -> None:
    """See that nobody has used the domain since, and that it was waited for long enough."""
    request = approved.request
    if any(record.state is State.ACTIVE for record in records):
        raise ApprovalError("approval.in_use", request=request.id, domain=request.domain)
    if request.waiting < waiting:
        raise ApprovalError("approval.too_short", request=request.id, days=waiting)


def _agreed(store: Store, ledger: FileLedger, name: str, approved: Approved) -> list[str]:
    """Let the store's own control group agree, and note it before that is made use of."""
    request = approved.request.id
    known: list[str] = []
    for entry in ledger.entries():
        if is_about(entry, AGREED, name) and entry.content.get("request") == request:
            known = [str(one) for one in entry.content.get("agreed_by") or ()]

    def note(names: Sequence[str]) -> None:
        said = {"domain": name, "request": request, "agreed_by": list(names)}
        ledger.append(lambda before: (EVENT, event(AGREED, utc_now(), before, **said)))

    return list(store.agreed_to_destroy(name, request, known, note))


def _destroyed(
    store: Store, ledger: FileLedger, records: Sequence[DomainRecord], facts: dict[str, object]
) -> None:
    """Destroy the secrets, unless somebody did who was stopped before the certificate."""
    name = records[0].name
    if all(record.state is State.DESTROYED for record in records):
        if any(is_about(entry, DESTROYED, name) for entry in ledger.entries()):
            raise KeyStoreError("keys.destroyed", domain=name)
        return
    said = {key: facts[key] for key in ("request", "wrapped_by") if key in facts}
    changing(ledger, name, State.DESTROYED, utc_now, **said)
    try:
        store.destroy(name)
    except PseudoError:
        # Where nothing was destroyed after all, the request can still be withdrawn.
        with suppress(PseudoError):
            note_all(ledger, store.versions(name), utc_now)
        raise
    note_all(ledger, store.versions(name), utc_now)


def _keys(records: Sequence[DomainRecord]) -> tuple[str, ...]:
    """Give the key ids of all versions; their states do not change them."""
    return tuple(record.key_id for record in records)


def _destruction(
    record: DomainRecord, facts: Mapping[str, Any], appended: Appended
) -> Destruction:
    proof = Proof(appended.index, appended.proof, appended.checkpoint)
    return Destruction(record, facts, appended.entry, proof.encode())
