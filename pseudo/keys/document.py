# SPDX-License-Identifier: Apache-2.0
"""The outer shell of a key file: JSON that is ours, of a version we know, and whole.

What can be told without a passphrase is told here, so that a foreign file, a newer one
and a damaged one get different answers, and none of them the answer "wrong
passphrase". The checksum is not keyed and protects against accidents only; whoever can
compute it can change the file, which the keyed MAC in :mod:`pseudo.keys.keyfile` sees.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any, Final, NoReturn

from pseudo.errors import KeyStoreError

__all__ = [
    "LARGEST",
    "MARKER",
    "VERSION",
    "Document",
    "canonical",
    "new_document",
    "read_document",
    "write_document",
]

MARKER: Final = "pseudo key file"
VERSION: Final = 1
LARGEST: Final = 16 * 1024 * 1024
"""Bytes; room for about 40,000 domains, and a bound on what a hostile file can cost."""

_SNIFFED = 256

Document = dict[str, Any]
"""A JSON object; nothing is known about its fields until they are looked at."""


def canonical(document: Mapping[str, Any], *without: str) -> bytes:
    """Write a document in the one form that checksums and MACs are computed over.

    Args:
        document: The document.
        *without: Outer fields to leave out.
    """
    kept = {name: value for name, value in document.items() if name not in without}
    return json.dumps(kept, sort_keys=True, separators=(",", ":")).encode("ascii")


def new_document(body: Mapping[str, Any]) -> Document:
    """Begin a document: marker and version first, by which it is known."""
    return {"format": MARKER, "version": VERSION, **body}


def write_document(document: Document) -> bytes:
    """Write a document's bytes, its checksum last."""
    whole = {**document, "checksum": _checksum(document)}
    return json.dumps(whole, indent=1).encode("ascii") + b"\n"


def read_document(data: bytes, path: str) -> Document:
    """Read a document's bytes.

    Args:
        data: The whole file, or its first :data:`LARGEST` + 1 bytes.
        path: The file's path, for errors.

    Returns:
        The document, whole as it was written; nothing is known about who wrote it.

    Raises:
        KeyStoreError: Not a key file (``keys.foreign_file``), of a version that this
            release does not know (``keys.newer_version``), or damaged
            (``keys.damaged``).
    """
    document = _parsed(data)
    if document is None or document.get("format") != MARKER:
        ours = MARKER.encode("ascii") in data[:_SNIFFED]
        raise KeyStoreError("keys.damaged" if ours else "keys.foreign_file", path=path)
    version = document.get("version")
    if type(version) is int and version > VERSION:
        raise KeyStoreError("keys.newer_version", path=path, known=VERSION)
    if type(version) is not int or version != VERSION:
        raise KeyStoreError("keys.damaged", path=path)
    if document.get("checksum") != _checksum(document):
        raise KeyStoreError("keys.damaged", path=path)
    return document


def _parsed(data: bytes) -> Document | None:
    """Parse JSON strictly; None where it is not one object in plain ASCII."""
    if len(data) > LARGEST:
        return None
    try:
        parsed = json.loads(
            data.decode("ascii"),
            object_pairs_hook=_unique,
            parse_constant=_refused,
            parse_float=_refused,
        )
    except (ValueError, RecursionError):
        return None
    return parsed if isinstance(parsed, dict) else None


def _unique(pairs: list[tuple[str, Any]]) -> Document:
    """Refuse a field that stands twice: two readers could disagree which one counts."""
    fields = dict(pairs)
    if len(fields) != len(pairs):
        raise ValueError("a field stands twice")
    return fields


def _refused(_: str) -> NoReturn:
    raise ValueError("key files hold whole numbers only")


def _checksum(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document, "checksum")).hexdigest()
