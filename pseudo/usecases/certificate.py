# SPDX-License-Identifier: Apache-2.0
"""What a destruction certificate says, and giving it out again.

It is evidence of a procedure, and says so. It names what was destroyed, by whose decision and
approval, and what else leads back to people, as far as the ledger knows.
"""

from __future__ import annotations

from collections.abc import Sequence

from pseudo.errors import KeyStoreError
from pseudo.evidence.entries import VOIDED, Entry
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import DomainRecord, Store
from pseudo.usecases.approvals import Approved
from pseudo.usecases.domain_events import CHANGING, IMPORTED
from pseudo.usecases.escrow import EXPORTED
from pseudo.usecases.ledgers import prove

__all__ = ["DESTROYED", "certificate", "facts_of", "is_about", "traces"]

DESTROYED = "domain.destroyed"
"""The certificate: the event that a domain's secret was destroyed, how, and by whom."""

_ESCROWS = ((EXPORTED, "exported"), (IMPORTED, "imported from an escrow"))
"""Events that say that the secret is, or was, in an escrow file."""

_SAYS = (
    "evidence of a procedure, not a proof that no copy is left; what remains of the data is "
    "personal data where other columns single people out"
)


def certificate(ledger: FileLedger, name: str) -> tuple[bytes, str]:
    """Give the certificate of a destroyed domain out again, with its proof.

    Returns:
        Its bytes, a signed envelope; and the proof that it is in the ledger, as of now.

    Raises:
        KeyStoreError: The ledger knows none (``keys.not_destroyed``).
        EvidenceError: The ledger was changed.
    """
    for index, entry in enumerate(ledger.verified().entries):
        if is_about(entry, DESTROYED, name):
            return entry.envelope.encode(), prove(ledger, index)
    raise KeyStoreError("keys.not_destroyed", domain=name)


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


def facts_of(
    store: Store,
    entries: Sequence[Entry],
    records: Sequence[DomainRecord],
    approved: Approved | None,
    horizon: str,
) -> dict[str, object]:
    """Write what the certificate says, before anything is destroyed.

    Args:
        store: Where the domain is.
        entries: The ledger's.
        records: All versions of the domain.
        approved: Who approved it; None where nobody had to.
        horizon: Up to when snapshots may still hold the key, as was stated.
    """
    name = records[0].name
    escrow = [
        f"{word} {entry.content.get('at')}"
        for entry in entries
        for what, word in _ESCROWS
        if is_about(entry, what, name)
    ]
    return {
        "domain": name,
        "key_ids": [record.key_id for record in records],
        "kcv": [record.kcv for record in records],
        "store": store.mode,
        "wrapped_by": _wrapped_by(store, entries, name),
        "control": "one person" if approved is None else "two others approved",
        **(approved.facts if approved else {}),
        "snapshots_until": horizon,
        "escrow": escrow or ["none known"],
        "leads_back": traces(entries, name),
        "ledger_instead_of": entries[0].content.get("instead_of"),
        "says": _SAYS,
    }


def _wrapped_by(store: Store, entries: Sequence[Entry], name: str) -> list[str]:
    """Name the keys that wrap a domain's secrets, as they were before the first was deleted."""
    for entry in entries:
        if is_about(entry, CHANGING, name) and entry.content.get("wrapped_by"):
            return [str(one) for one in entry.content["wrapped_by"]]
    return list(store.wrapped_by(name))


def is_about(entry: Entry, what: str, name: str) -> bool:
    """Tell whether an entry is a certain event of a domain."""
    said = entry.content
    return not entry.is_receipt and (said.get("event"), said.get("domain")) == (what, name)
