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
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from pseudo.errors import KeyStoreError, UsageError
from pseudo.evidence.custodians import ENOUGH, enrolled
from pseudo.evidence.entries import EVENT, VOIDED, Entry, event
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.ledger import Appended
from pseudo.evidence.proof import Proof
from pseudo.evidence.request import Order, is_reference
from pseudo.keys import DomainRecord, Store
from pseudo.keys.lifecycle import State
from pseudo.keys.store import utc_now
from pseudo.logs import logger
from pseudo.usecases.approvals import Approved, require_approved, use
from pseudo.usecases.domain_events import changing, note_all, require_current
from pseudo.usecases.escrow import EXPORTED
from pseudo.usecases.requests import Person, make

__all__ = [
    "DESTROYED",
    "Destruction",
    "destroy",
    "needs_approval",
    "request",
    "traces",
]

DESTROYED = "domain.destroyed"
"""The certificate: the event that a domain's secret was destroyed, how, and by whom."""

_SAYS = (
    "evidence of a procedure, not a proof that no copy is left; what remains of the data is "
    "personal data where other columns single people out"
)
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


def needs_approval(store: Store, ledger: FileLedger) -> bool:
    """Tell whether a domain of a store may be destroyed only with others' approval.

    Raises:
        EvidenceError: The ledger was changed.
    """
    people = enrolled(ledger.verified().entries)
    return store.mode not in _ALONE or len(people) >= ENOUGH


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
        approved: Approved | None = None
        if notes or needs_approval(store, ledger):
            approved = require_approved(
                ledger,
                notes,
                Order.DESTROY,
                moment,
                domain=name,
                keys=_keys(records),
                # The server's control group is a barrier; ours would only be a procedure.
                enough=0 if store.controlled else ENOUGH,
            )
        facts = _facts(store, ledger, records, approved, horizon)
        facts |= _agreed(store, name)
        # A destruction that was cut off is gone on with, and its request is not used up yet.
        _destroyed(store, ledger, records)
        facts["looked_for_on"] = list(store.confirm_gone(name))
        if approved is not None:
            use(ledger, approved)
        appended = ledger.append(
            lambda before: (EVENT, event(DESTROYED, utc_now(), before, **facts))
        )
    record = store.show(name)
    logger().info("domain.destroyed", domain=record.name, key_id=record.key_id)
    return _destruction(record, facts, appended)


def traces(entries: Sequence[Entry], name: str) -> list[dict[str, object]]:
    """List what leads back to people beside the secret, as far as the ledger knows.

    For every batch of the domain: the raw delivery, what was returned to the submitter
    (which has identity numbers), and the release. The ledger knows no paths, so whoever
    answers for the files has to find and remove them.

    Args:
        entries: The ledger's.
        name: The domain.
    """
    voided = {
        entry.content.get("batch")
        for entry in entries
        if not entry.is_receipt and entry.content.get("event") == VOIDED
    }
    found: list[dict[str, object]] = []
    for entry in entries:
        said = entry.content
        domain = said.get("domain")
        if not entry.is_receipt or not isinstance(domain, dict) or domain.get("name") != name:
            continue
        if said.get("batch") in voided:
            continue
        found.append(
            {
                "batch": said.get("batch"),
                "finished": said.get("finished"),
                "delivered_files": len(said.get("inputs") or ()),
                "released": [output.get("path") for output in said.get("outputs") or ()],
                "rejected": (said.get("counts") or {}).get("rejected"),
            }
        )
    return found


def _agreed(store: Store, name: str) -> dict[str, object]:
    """Let the store's own control group agree, where it has one."""
    if not store.controlled:
        return {}
    by = list(store.agreed_to_destroy(name))
    return {"control": "the server's control group", "agreed_by": by}


def _destroyed(store: Store, ledger: FileLedger, records: Sequence[DomainRecord]) -> None:
    """Destroy the secrets, unless somebody did who was stopped before the certificate."""
    name = records[0].name
    if all(record.state is State.DESTROYED for record in records):
        if any(_is_about(entry, DESTROYED, name) for entry in ledger.entries()):
            raise KeyStoreError("keys.destroyed", domain=name)
        return
    changing(ledger, name, State.DESTROYED, utc_now)
    store.destroy(name)
    note_all(ledger, store.versions(name), utc_now)


def _is_about(entry: Entry, what: str, name: str) -> bool:
    said = entry.content
    return not entry.is_receipt and (said.get("event"), said.get("domain")) == (what, name)


def _keys(records: Sequence[DomainRecord]) -> tuple[str, ...]:
    """Give the key ids of what is not destroyed yet; state does not change them."""
    return tuple(record.key_id for record in records)


def _facts(
    store: Store,
    ledger: FileLedger,
    records: Sequence[DomainRecord],
    approved: Approved | None,
    horizon: str,
) -> dict[str, object]:
    """Write what the certificate says, before anything is destroyed."""
    name = records[0].name
    entries = ledger.verified().entries
    exports = [entry.content.get("at") for entry in entries if _is_about(entry, EXPORTED, name)]
    return {
        "domain": name,
        "key_ids": [record.key_id for record in records],
        "kcv": [record.kcv for record in records],
        "store": store.mode,
        "wrapped_by": list(store.wrapped_by(name)),
        "control": "one person" if approved is None else "two others approved",
        **(approved.facts if approved else {}),
        "snapshots_until": horizon,
        "escrow": [f"exported {at}" for at in exports] or ["none known"],
        "leads_back": traces(entries, name),
        "says": _SAYS,
    }


def _destruction(
    record: DomainRecord, facts: Mapping[str, Any], appended: Appended
) -> Destruction:
    proof = Proof(appended.index, appended.proof, appended.checkpoint)
    return Destruction(record, facts, appended.entry, proof.encode())
