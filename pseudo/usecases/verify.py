# SPDX-License-Identifier: Apache-2.0
"""Verify a receipt: who signed it, what it is about, and whether a ledger holds it.

Everything here works offline, without keys that are secret and without data. What is
trusted is one public key; where it comes from is part of the answer.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pseudo.errors import EvidenceError, UsageError
from pseudo.evidence.entries import STATEMENT, VOIDED
from pseudo.evidence.envelope import Envelope, key_id, read_envelope
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.note import NoteKey
from pseudo.evidence.proof import Proof, read_proof
from pseudo.evidence.statement import Statement, read_statement
from pseudo.io.watch import Watched
from pseudo.usecases.commitments import commitment
from pseudo.usecases.publication import PROOF

__all__ = ["Verified", "read_receipt", "verify"]

_LARGEST = 64 * 1024 * 1024
_PIECE = 1024 * 1024
_TEXTS = ("batch", "verdict", "finished")


@dataclass(frozen=True, slots=True)
class Verified:
    """What was verified.

    Attributes:
        receipt: What the receipt says: its predicate.
        key: The key that was trusted.
        key_by: ``option`` or ``ledger``: where that key came from.
        index: The receipt's number in the ledger.
        proven: Whether a proof beside the receipt showed that it is in the ledger.
        in_ledger: Whether the ledger itself was at hand and holds it.
        files: Paths in the published folder, of the files that were compared.
        missing: Paths of those that were not there.
        inputs: Numbers of the delivery's files whose commitment was opened.
        subjects: SHA-256 of every file that the receipt is about, by its path in the folder.
    """

    receipt: Mapping[str, Any]
    key: NoteKey
    key_by: str
    index: int
    proven: bool
    in_ledger: bool
    files: Sequence[str] = ()
    missing: Sequence[str] = ()
    inputs: Sequence[int] = field(default=())
    subjects: Mapping[str, str] = field(default_factory=dict)


def read_receipt(path: str | Path) -> dict[str, Any]:
    """Read what a receipt says, signed or not, and verify nothing.

    Args:
        path: ``receipt.json``, or the published folder that holds it.

    Returns:
        The statement's predicate; see the reference of the receipt.

    Raises:
        EvidenceError: It is no receipt of this product.
        UsageError: It cannot be read.
    """
    said, _ = _read(Path(path))
    return dict(said.predicate)


def verify(
    path: Path,
    files: Sequence[Path] = (),
    *,
    key: NoteKey | None = None,
    ledger: FileLedger | None = None,
    opening: Path | None = None,
    inputs: Sequence[Path] = (),
) -> Verified:
    """Verify a receipt and the files that it is about.

    Args:
        path: ``receipt.json``, or the published folder that holds it.
        files: Published files to compare; by default those that are in the folder.
        key: The key to trust; the ledger's, where none is given.
        ledger: The ledger, where it is at hand.
        opening: The opening of the commitments: ``return/opening.json``.
        inputs: Delivered files to compare with the commitments.

    Raises:
        EvidenceError: Something does not verify; the code says what, the parameters where.
        UsageError: A file cannot be read, or there is no key to trust.
    """
    said, envelope = _read(path)
    trusted = key or (ledger.key if ledger is not None else None)
    if envelope is None:
        raise EvidenceError("evidence.unsigned")
    if trusted is None:
        raise UsageError("usage.no_ledger_key")
    if envelope.key_id != key_id(trusted.public):
        raise EvidenceError("evidence.unknown_key", key=envelope.key_id[:16])
    if not envelope.verifies(trusted.public):
        raise EvidenceError("evidence.bad_signature")
    index = _index(said, trusted)
    if not _is_ours(said.predicate):
        raise EvidenceError("evidence.no_receipt")
    proof = _proof(path)
    if proof is not None:
        _check_proof(proof, envelope, trusted, index)
    if ledger is not None:
        _check_ledger(ledger, trusted, envelope, index, proof)
    compared, missing = _compare(path, said, files)
    return Verified(
        receipt=said.predicate,
        key=trusted,
        key_by="ledger" if key is None else "option",
        index=index,
        proven=proof is not None,
        in_ledger=ledger is not None,
        files=compared,
        missing=missing,
        inputs=_opened(said, opening, inputs),
        subjects=said.subjects,
    )


def _read(path: Path) -> tuple[Statement, Envelope | None]:
    place = path / "receipt.json" if path.is_dir() else path
    data = _content(place)
    # Who removes the line end changes the file, if nothing of what is signed.
    envelope = read_envelope(data) if data.endswith(b"\n") else None
    if envelope is not None and envelope.payload_type != STATEMENT:
        raise EvidenceError("evidence.other_product")
    payload = data if envelope is None else envelope.payload
    said = read_statement(payload)
    if said is None:
        known = envelope is not None or _is_statement(payload)
        raise EvidenceError("evidence.other_product" if known else "evidence.no_receipt")
    return said, envelope


def _is_ours(said: Mapping[str, Any]) -> bool:
    """Tell whether a predicate has what is read of it, whoever signed it."""
    domain, made = said.get("domain"), said.get("commitments", [])
    # A receipt without a kind is a batch's. A move names both keys; it commits to no file.
    texts = ("from", "to") if said.get("kind") == "rekey" else ()
    return (
        said.get("kind") in (None, "rekey")
        and all(isinstance(said.get(name), str) for name in (*texts, *_TEXTS))
        and isinstance(domain, dict)
        and isinstance(domain.get("key_id"), str)
        and isinstance(made, list)
        and all(
            isinstance(entry, dict)
            and isinstance(entry.get("hmac_sha256"), str)
            and type(entry.get("file")) is int
            for entry in made
        )
    )


def _is_statement(payload: bytes) -> bool:
    try:
        return "predicateType" in json.loads(payload)
    except (ValueError, TypeError, RecursionError):
        return False


def _content(path: Path) -> bytes:
    with Watched(path) as watched:
        if watched.size > _LARGEST:
            raise EvidenceError("evidence.no_receipt")
        parts = []
        while part := watched.read(_PIECE):
            parts.append(part)
    return b"".join(parts)


def _index(said: Statement, key: NoteKey) -> int:
    """Give the number that the receipt says it has in the ledger of the key."""
    place = said.predicate.get("ledger")
    if not isinstance(place, dict) or place.get("origin") != key.name:
        raise EvidenceError("evidence.other_ledger")
    index = place.get("size")
    if type(index) is not int:
        raise EvidenceError("evidence.no_receipt")
    return index


def _proof(path: Path) -> Proof | None:
    """Read the proof beside a receipt; None where there is none."""
    place = path / PROOF if path.is_dir() else path.with_name(PROOF)
    if not place.is_file():
        return None
    proof = read_proof(_content(place).decode("utf-8", "replace"))
    if proof is None:
        raise EvidenceError("evidence.proof_invalid")
    return proof


def _check_proof(proof: Proof, envelope: Envelope, key: NoteKey, index: int) -> None:
    if proof.index != index or proof.verifies(envelope.encode(), key) is None:
        raise EvidenceError("evidence.proof_invalid")


def _check_ledger(
    ledger: FileLedger, key: NoteKey, envelope: Envelope, index: int, proof: Proof | None
) -> None:
    """Look the receipt up, in a ledger that is sound and goes on from the proof's checkpoint."""
    if ledger.key != key:
        raise EvidenceError("ledger.other_key", ledger=str(ledger.folder))
    held = ledger.verified()
    entries = held.entries
    if index >= len(entries) or entries[index].envelope != envelope:
        raise EvidenceError("evidence.not_in_ledger", entry=index)
    batch = entries[index].content.get("batch")
    for entry in entries[index + 1 :]:
        if entry.content.get("event") == VOIDED and entry.content.get("batch") == batch:
            raise EvidenceError("evidence.voided", entry=index)
    head = None if proof is None else proof.verifies(envelope.encode(), key)
    if head is not None and not held.goes_on_from(head):
        raise EvidenceError("evidence.ledger_forked", size=head.size)


def _compare(
    path: Path, said: Statement, files: Sequence[Path]
) -> tuple[Sequence[str], Sequence[str]]:
    """Compare files with the receipt: those that were named, or those in the folder."""
    if files:
        by_digest = {digest: name for name, digest in said.subjects.items()}
        found = []
        for file in files:
            digest = _sha256(file)
            if digest not in by_digest:
                raise EvidenceError("evidence.file_differs", file=file.name)
            found.append(by_digest[digest])
        return found, ()
    folder = path if path.is_dir() else path.parent
    compared, missing = [], []
    for name, digest in said.subjects.items():
        # This test, unlike Path's, does not raise on names that no file can have.
        if not _is_inside(name) or not os.path.isfile(folder / name):  # noqa: PTH113
            missing.append(name)
            continue
        if _sha256(folder / name) != digest:
            raise EvidenceError("evidence.file_differs", file=name)
        compared.append(name)
    for top in {name.split("/")[0] for name in compared if "/" in name}:
        for there in (folder / top).rglob("*"):
            if not there.is_dir() and str(there.relative_to(folder)) not in said.subjects:
                raise EvidenceError("evidence.file_extra", folder=top)
    return compared, missing


def _is_inside(name: str) -> bool:
    """Tell whether a subject's name is a plain path: a receipt may be somebody else's."""
    return all(part not in ("", ".", "..") for part in name.split("/")) and "\0" not in name


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with Watched(path) as watched:
        while piece := watched.read(_PIECE):
            digest.update(piece)
        watched.verify()
    return digest.hexdigest()


def _opened(said: Statement, opening: Path | None, inputs: Sequence[Path]) -> Sequence[int]:
    """Find the delivered files among the commitments."""
    if not inputs:
        return ()
    if opening is None:
        raise UsageError("usage.no_opening")
    key = _opening(opening)
    made = {entry["hmac_sha256"]: entry["file"] for entry in said.predicate.get("commitments", [])}
    numbers = []
    for position, path in enumerate(inputs, start=1):
        found = commitment(path, key)
        if found not in made:
            raise EvidenceError("evidence.input_differs", position=position)
        numbers.append(int(made[found]))
    return numbers


def _opening(path: Path) -> bytes:
    try:
        found = json.loads(_content(path))
        return bytes.fromhex(found["opening"])
    except (ValueError, KeyError, TypeError, RecursionError):
        pass
    raise UsageError("usage.bad_opening")
