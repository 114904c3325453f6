# SPDX-License-Identifier: Apache-2.0
"""What stands in a ledger: signed receipts and signed events, each naming the state before it.

Every payload is a JSON object. In a receipt (an in-toto statement) the state stands in the
predicate's field ``ledger``, in an event in a field of the same name::

    {"origin": name of the ledger, "size": entries before, "root": their root, base64}

So entries that were put in another order, left out or taken from another ledger do not fit,
whatever the tree of those that are left may say.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pseudo.evidence.checkpoint import Checkpoint
from pseudo.evidence.envelope import Envelope, read_envelope

__all__ = [
    "BEGUN",
    "EVENT",
    "NOTE",
    "STATEMENT",
    "VOIDED",
    "Entry",
    "canonical",
    "event",
    "place_of",
    "read_entry",
    "read_note",
    "utc",
]

STATEMENT = "application/vnd.in-toto+json"
"""Payload type of receipts."""

EVENT = "application/vnd.pseudo-personnummer.event+json"
"""Payload type of events."""

NOTE = "application/vnd.pseudo-personnummer.note+json"
"""Payload type of what a ledger's signer notes for itself, outside of the ledger."""

BEGUN = "ledger.begun"
"""The first event of every ledger, which holds its public key."""

VOIDED = "batch.voided"
"""The event that a batch was never published whose receipt is in the ledger."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry, as its payload says; whether it is signed is another question.

    Attributes:
        envelope: The signed form.
        content: The event, or the predicate of the receipt.
        before: Where its signer put it.
    """

    envelope: Envelope
    content: Mapping[str, Any]
    before: Checkpoint

    @property
    def is_receipt(self) -> bool:
        """Whether it is a receipt; else it is an event."""
        return self.envelope.payload_type == STATEMENT


def canonical(content: Mapping[str, Any]) -> bytes:
    """Write a payload: JSON in UTF-8, fields in their order, no blanks."""
    return json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()


def read_note(data: bytes, public: bytes) -> Mapping[str, Any] | None:
    """Read what a signer noted for itself; None where the key has not signed it."""
    envelope = read_envelope(data)
    if envelope is None or envelope.payload_type != NOTE or not envelope.verifies(public):
        return None
    content: Mapping[str, Any] = json.loads(envelope.payload)
    return content


def event(name: str, at: datetime, before: Checkpoint, **facts: object) -> Mapping[str, Any]:
    """Write an event.

    Args:
        name: What happened.
        at: When, UTC.
        before: The checkpoint that it is appended behind.
        **facts: What else is to be said; no value of a person.
    """
    return {"event": name, "at": utc(at), **facts, "ledger": place_of(before)}


def utc(moment: datetime) -> str:
    """Write a moment in UTC, to the millisecond."""
    return moment.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def place_of(before: Checkpoint) -> dict[str, object]:
    """Give the field ``ledger`` of what is appended behind ``before``."""
    root = base64.b64encode(before.root).decode()
    return {"origin": before.origin, "size": before.size, "root": root}


def read_entry(envelope: Envelope) -> Entry | None:
    """Read an entry; None where its payload is neither a receipt nor an event."""
    try:
        payload = json.loads(envelope.payload)
        content = payload["predicate"] if envelope.payload_type == STATEMENT else payload
        place = content["ledger"]
        root = base64.b64decode(place["root"], validate=True)
        before = Checkpoint(place["origin"], place["size"], root)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    known = envelope.payload_type in (STATEMENT, EVENT)
    sound = type(before.size) is int and isinstance(before.origin, str)
    return Entry(envelope, content, before) if known and sound else None
