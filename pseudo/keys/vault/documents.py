# SPDX-License-Identifier: Apache-2.0
"""What is kept in KV, and what it says. Pure: documents in, records out.

Whoever may write to KV can write anything, so a document that is not as we write them is an
error of its own, and never a guess. What a document says of itself proves nothing: the
context of its wrapping ties it to its place, and its check value to its secret.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any, Final

from pseudo.errors import KeyStoreError
from pseudo.keys.hierarchy import KCV_DIGITS, key_id
from pseudo.keys.lifecycle import State
from pseudo.keys.registry import DomainRecord
from pseudo.pseudonym import PseudonymFormat

__all__ = [
    "check_value_document",
    "described",
    "read_check_value",
    "read_described",
    "read_secret",
    "read_tombstone",
    "secret_document",
    "tombstone_document",
]

PURPOSE: Final = "pseudonyms"
_KCV: Final = re.compile(rf"[0-9a-f]{{{KCV_DIGITS}}}")
_WRAPPED: Final = re.compile(r"vault:v[1-9][0-9]*:[A-Za-z0-9+/=]{1,1000}")


def secret_document(record: DomainRecord, wrapped: str) -> dict[str, Any]:
    """Write a wrapped secret and what is known of it."""
    return {**described(record), "wrapped": wrapped}


def described(record: DomainRecord) -> dict[str, str]:
    """Write what is known of a secret before anybody has seen it."""
    return {
        "domain": record.name,
        "version": str(record.version),
        "format": record.format.value,
        "created": _written(record.created),
        "purpose": PURPOSE,
    }


def read_described(said: Mapping[str, Any], domain: str, version: int) -> DomainRecord:
    """Read :func:`described`.

    Returns:
        The record, in the state ``created`` and without check value.

    Raises:
        KeyStoreError: It is not as it is written, or of another place
            (``vault.bad_document``).
    """
    try:
        found = DomainRecord(
            name=domain,
            version=version,
            state=State.CREATED,
            format=PseudonymFormat(said["format"]),
            kcv="",
            created=_read_time(said["created"]),
        )
    except (KeyError, ValueError, TypeError):
        found = None
    if found is None or any(said.get(name) != value for name, value in described(found).items()):
        raise KeyStoreError("vault.bad_document", domain=domain, version=version)
    return found


def read_secret(
    document: Mapping[str, Any], domain: str, version: int
) -> tuple[DomainRecord, str]:
    """Read a wrapped secret and what is known of it.

    Raises:
        KeyStoreError: It is not as it is written (``vault.bad_document``).
    """
    wrapped = document.get("wrapped")
    if not isinstance(wrapped, str) or not _WRAPPED.fullmatch(wrapped):
        raise KeyStoreError("vault.bad_document", domain=domain, version=version)
    return read_described(document, domain, version), wrapped


def check_value_document(domain: str, version: int, kcv: str) -> dict[str, Any]:
    """Write a check value."""
    return {"kcv": kcv, "key_id": key_id(domain, version, kcv)}


def read_check_value(document: Mapping[str, Any], record: DomainRecord) -> DomainRecord:
    """Give a record its check value, by which it becomes active.

    Raises:
        KeyStoreError: It is not as it is written (``vault.bad_document``).
    """
    kcv = document.get("kcv")
    if isinstance(kcv, str) and _KCV.fullmatch(kcv):
        full = replace(record, kcv=kcv, state=State.ACTIVE)
        if document.get("key_id") == full.key_id:
            return full
    raise KeyStoreError("vault.bad_document", domain=record.name, version=record.version)


def tombstone_document(record: DomainRecord, at: datetime) -> dict[str, Any]:
    """Write what is left of a secret that is destroyed."""
    return {**described(record), "kcv": record.kcv, "destroyed": _written(at)}


def read_tombstone(document: Mapping[str, Any], domain: str, version: int) -> DomainRecord:
    """Read what is left of it.

    Raises:
        KeyStoreError: It is not as it is written (``vault.bad_document``).
    """
    record = read_described(document, domain, version)
    kcv = document.get("kcv")
    if not isinstance(kcv, str) or not (kcv == "" or _KCV.fullmatch(kcv)):
        raise KeyStoreError("vault.bad_document", domain=domain, version=version)
    return replace(record, kcv=kcv, state=State.DESTROYED)


def _written(moment: datetime) -> str:
    return moment.astimezone(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")


def _read_time(text: Any) -> datetime:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC)
