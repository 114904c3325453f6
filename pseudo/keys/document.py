# SPDX-License-Identifier: Apache-2.0
"""The outer shell of a file with keys: JSON that is ours, of a version we know, and whole.

What can be told without a passphrase is told here, so that a foreign file, a newer one
and a damaged one get different answers, and none of them the answer "wrong
passphrase". The checksum is not keyed and protects against accidents only; whoever can
compute it can change the file, which the keyed MAC in :mod:`pseudo.keys.keyfile` sees.

There are two kinds of such files: the key file of a store, and what an escrow keeps.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, NoReturn

from pseudo.errors import KeyStoreError

__all__ = [
    "ESCROW",
    "KEY_FILE",
    "LARGEST",
    "VERSION",
    "Document",
    "FileKind",
    "canonical",
    "new_document",
    "read_document",
    "write_document",
]

VERSION: Final = 1
LARGEST: Final = 16 * 1024 * 1024
"""Bytes; room for about 40,000 domains, and a bound on what a hostile file can cost."""

_SNIFFED = 256


@dataclass(frozen=True, slots=True)
class FileKind:
    """One of the kinds of files that hold sealed keys.

    Attributes:
        marker: How the file says what it is.
        scheme: What its keys are derived for, so that none fits into the other kind.
        family: The first part of the codes of what can be wrong with it.
    """

    marker: str
    scheme: str
    family: str

    def code(self, what: str) -> str:
        """Give the code of something that can be wrong with files of both kinds."""
        return f"{self.family}.{what}"


KEY_FILE: Final = FileKind("pseudo key file", "pseudo/keyfile/v1", "keys")
"""What a local key store keeps its domains in."""

ESCROW: Final = FileKind("pseudo escrow", "pseudo/escrow/v1", "escrow")
"""One domain with all its secrets, for somebody else to keep."""

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


def new_document(body: Mapping[str, Any], kind: FileKind = KEY_FILE) -> Document:
    """Begin a document: marker and version first, by which it is known."""
    return {"format": kind.marker, "version": VERSION, **body}


def write_document(document: Document) -> bytes:
    """Write a document's bytes, its checksum last."""
    whole = {**document, "checksum": _checksum(document)}
    return json.dumps(whole, indent=1).encode("ascii") + b"\n"


def read_document(data: bytes, path: str, kind: FileKind = KEY_FILE) -> Document:
    """Read a document's bytes.

    Args:
        data: The whole file, or its first :data:`LARGEST` + 1 bytes.
        path: The file's path, for errors.
        kind: What it should be.

    Returns:
        The document, whole as it was written; nothing is known about who wrote it.

    Raises:
        KeyStoreError: Not of this kind (``keys.foreign_file``), of a version that this
            release does not know (``keys.newer_version``), or damaged
            (``keys.damaged``); of an escrow, ``escrow.foreign_file`` and so on.
    """
    document = _parsed(data)
    if document is None or document.get("format") != kind.marker:
        ours = kind.marker.encode("ascii") in data[:_SNIFFED]
        raise KeyStoreError(kind.code("damaged" if ours else "foreign_file"), path=path)
    version = document.get("version")
    if type(version) is int and version > VERSION:
        raise KeyStoreError(kind.code("newer_version"), path=path, known=VERSION)
    if type(version) is not int or version != VERSION:
        raise KeyStoreError(kind.code("damaged"), path=path)
    if document.get("checksum") != _checksum(document):
        raise KeyStoreError(kind.code("damaged"), path=path)
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
