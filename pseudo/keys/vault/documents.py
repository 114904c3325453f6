# SPDX-License-Identifier: Apache-2.0
"""What is kept in KV, and what it says. Pure: documents in, records out.

Whoever may write to KV can write anything, so a document that is not as we write them is an
error of its own, and never a guess. What a document says of itself proves nothing: the
context of its wrapping ties it to its place, and its check value to its secret.

There are two kinds. The document of a wrapped secret holds it. That of keys which never leave
transit says so, and whether they were made there (``generated``) or brought (``imported``).
"""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import Any, Final

from pseudo.errors import KeyStoreError
from pseudo.keys.hierarchy import KCV_DIGITS, key_id
from pseudo.keys.lifecycle import State
from pseudo.keys.registry import DomainRecord
from pseudo.pseudonym import PseudonymFormat

__all__ = [
    "GENERATED",
    "IMPORTED",
    "WRAPPED",
    "Kept",
    "check_value_document",
    "described",
    "read_check_value",
    "read_described",
    "read_id_check",
    "read_secret",
    "read_tombstone",
    "secret_document",
    "tombstone_document",
]

PURPOSE: Final = "pseudonyms"
WRAPPED: Final = ""
GENERATED: Final = "generated"
IMPORTED: Final = "imported"
_IN_TRANSIT: Final = "transit"
_KCV: Final = re.compile(rf"[0-9a-f]{{{KCV_DIGITS}}}")
_NOTHING: Final = re.compile(r"")
_SECRET: Final = re.compile(r"vault:v[1-9][0-9]*:[A-Za-z0-9+/=]{1,1000}")


@dataclass(frozen=True, slots=True)
class Kept:
    """One version of a domain, and how its keys are kept.

    Attributes:
        record: What is known of it.
        origin: :data:`WRAPPED` where its secret is kept wrapped. Where its keys are in
            transit, :data:`GENERATED` or :data:`IMPORTED`.
    """

    record: DomainRecord
    origin: str = WRAPPED

    def to(self, **changes: Any) -> Kept:
        """Give the same with another record."""
        return replace(self, record=replace(self.record, **changes))


def secret_document(kept: Kept, wrapped: str = "") -> dict[str, Any]:
    """Write what is known of a secret, and where it is kept wrapped, the secret.

    No two documents are the same, so that of two who make one at once each knows whose it is.
    """
    if wrapped:
        return {**described(kept), "wrapped": wrapped}
    return {**described(kept), "mark": secrets.token_hex(8)}


def described(kept: Kept) -> dict[str, str]:
    """Write what is known of a secret before anybody has seen it."""
    record = kept.record
    said = {
        "domain": record.name,
        "version": str(record.version),
        "format": record.format.value,
        "created": _written(record.created),
        "purpose": PURPOSE,
    }
    if kept.origin == WRAPPED:
        return said
    return {**said, "keys": _IN_TRANSIT, "key_origin": kept.origin}


def read_described(said: Mapping[str, Any], domain: str, version: int) -> Kept:
    """Read :func:`described`.

    Returns:
        The record, in the state ``created`` and without check value, and how its keys are
        kept.

    Raises:
        KeyStoreError: It is not as it is written, or of another place
            (``vault.bad_document``).
    """
    found = None
    try:
        record = DomainRecord(
            name=domain,
            version=version,
            state=State.CREATED,
            format=PseudonymFormat(said["format"]),
            kcv="",
            created=_read_time(said["created"]),
        )
        if said.get("key_origin", WRAPPED) in (WRAPPED, GENERATED, IMPORTED):
            found = Kept(record, said.get("key_origin", WRAPPED))
    except (KeyError, ValueError, TypeError):
        pass
    expected = {} if found is None else {"keys": None, "key_origin": None, **described(found)}
    if found is None or any(said.get(name) != value for name, value in expected.items()):
        raise KeyStoreError("vault.bad_document", domain=domain, version=version)
    return found


def read_secret(document: Mapping[str, Any], domain: str, version: int) -> tuple[Kept, str]:
    """Read what is known of a secret, and the wrapped secret.

    Returns:
        What is known; and the secret, empty where the keys are in transit.

    Raises:
        KeyStoreError: It is not as it is written (``vault.bad_document``).
    """
    kept = read_described(document, domain, version)
    wrapped = document.get("wrapped", "")
    form = _SECRET if kept.origin == WRAPPED else _NOTHING
    if not isinstance(wrapped, str) or not form.fullmatch(wrapped):
        raise KeyStoreError("vault.bad_document", domain=domain, version=version)
    return kept, wrapped


def check_value_document(
    domain: str, version: int, kcv: str, id_check: str = ""
) -> dict[str, Any]:
    """Write a check value.

    Args:
        domain: The domain.
        version: Version of its secret.
        kcv: The check value.
        id_check: Where the keys are in transit, one apart from the other, the same of the
            id-key.
    """
    written = {"kcv": kcv, "key_id": key_id(domain, version, kcv)}
    return {**written, "id_check": id_check} if id_check else written


def read_check_value(document: Mapping[str, Any], kept: Kept) -> Kept:
    """Give a record its check value, by which it becomes active.

    Raises:
        KeyStoreError: It is not as it is written (``vault.bad_document``).
    """
    record = kept.record
    kcv = document.get("kcv")
    if isinstance(kcv, str) and _KCV.fullmatch(kcv):
        full = kept.to(kcv=kcv, state=State.ACTIVE)
        if document.get("key_id") == full.record.key_id:
            return full
    raise KeyStoreError("vault.bad_document", domain=record.name, version=record.version)


def read_id_check(document: Mapping[str, Any], record: DomainRecord) -> str:
    """Read the check value of an id-key in transit.

    Raises:
        KeyStoreError: There is none (``vault.bad_document``).
    """
    said = document.get("id_check")
    if not isinstance(said, str) or not _KCV.fullmatch(said):
        raise KeyStoreError("vault.bad_document", domain=record.name, version=record.version)
    return said


def tombstone_document(kept: Kept, at: datetime) -> dict[str, Any]:
    """Write what is left of a secret that is destroyed."""
    return {**described(kept), "kcv": kept.record.kcv, "destroyed": _written(at)}


def read_tombstone(document: Mapping[str, Any], domain: str, version: int) -> Kept:
    """Read what is left of it.

    Raises:
        KeyStoreError: It is not as it is written (``vault.bad_document``).
    """
    kept = read_described(document, domain, version)
    kcv = document.get("kcv")
    if not isinstance(kcv, str) or not (kcv == "" or _KCV.fullmatch(kcv)):
        raise KeyStoreError("vault.bad_document", domain=domain, version=version)
    return kept.to(kcv=kcv, state=State.DESTROYED)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _read_time(text: Any) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
