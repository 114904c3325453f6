# SPDX-License-Identifier: Apache-2.0
"""The ledger port: an append-only log of receipts and key events, which proves what it holds.

What a ledger proves is that its entries are signed, unaltered, and complete since the last
checkpoint that somebody else holds. Whoever has the signing key and the files can write
another history from any point on; only a checkpoint held elsewhere shows that. So every
receipt names the checkpoint before it, and copies of receipts go to submitter and recipient.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from pseudo.evidence.checkpoint import Checkpoint
from pseudo.evidence.entries import Entry
from pseudo.evidence.note import NoteKey

__all__ = ["Appended", "Ledger", "Signer", "Write"]

Write = Callable[[Checkpoint], tuple[str, Mapping[str, Any]]]
"""Writes what is appended, once its place is known: its payload type and its payload."""


class Signer(Protocol):
    """Whoever signs: every key store does."""

    def sign(self, payload: bytes) -> bytes:
        """Sign with an Ed25519 key; 64 bytes, the same for the same payload."""

    def public_key(self) -> bytes:
        """Return the 32 bytes by which the signatures are verified."""


@dataclass(frozen=True, slots=True)
class Appended:
    """An entry that is in the ledger for good.

    Attributes:
        index: Its number, from 0.
        entry: Its bytes: a signed envelope.
        checkpoint: The signed checkpoint that counts it as the last.
        proof: Proof that it is in the tree of that checkpoint.
    """

    index: int
    entry: bytes
    checkpoint: str
    proof: tuple[bytes, ...]


class Ledger(Protocol):
    """An append-only log of signed entries."""

    key: NoteKey
    """By which its checkpoints are verified; its name is the ledger's."""

    @property
    def outstanding(self) -> Path | None:
        """A folder on this machine, where batches between ledger and publication are noted."""

    def append(self, write: Write) -> Appended:
        """Append an entry durably, signed, and a checkpoint behind it.

        Args:
            write: Called once with the checkpoint before, while nobody else can append.

        Raises:
            EvidenceError: Another writer does not finish, or what is there was changed;
                nothing was appended.
            ResourceError: The disk is full, or cannot be written; nothing was appended.
        """

    def attest(self, content: Mapping[str, Any]) -> bytes:
        """Sign something that is not appended: a note to whoever works with the ledger next."""

    def alone(self) -> AbstractContextManager[object]:
        """Be the only one who compares domains with it, changes them, and says so.

        Raises:
            EvidenceError: Another one does not finish (``ledger.busy``).
        """

    def recover(self) -> None:
        """Bring it into order after somebody who was cut off while appending.

        Raises:
            EvidenceError: What is there was changed.
            ResourceError: The disk is full, or cannot be written.
        """

    def entries(self) -> Iterator[Entry]:
        """Yield all entries, oldest first, as far as the newest checkpoint counts them.

        Raises:
            EvidenceError: What is there was changed.
        """
