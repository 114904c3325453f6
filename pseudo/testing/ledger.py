# SPDX-License-Identifier: Apache-2.0
"""A ledger for tests: it keeps entries in memory, and fails when it is told to."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pseudo.evidence.checkpoint import Checkpoint
from pseudo.evidence.entries import NOTE, Entry, canonical, read_entry
from pseudo.evidence.envelope import read_envelope, seal
from pseudo.evidence.ledger import Appended, Signer, Write
from pseudo.evidence.merkle import Tree, leaf_hash
from pseudo.evidence.note import NoteKey
from pseudo.safe import random_name

__all__ = ["RecordingLedger"]


class RecordingLedger:
    """A ledger like every other, but for its place: signed entries, a tree, checkpoints.

    Safe in several threads.

    Args:
        signer: Signs entries and checkpoints: any key store.
        outstanding: A folder for notes of batches that are about to be published.
        fail_with: See the attribute.

    Attributes:
        key: By which its checkpoints are verified.
        outstanding: As given.
        appended: What was appended so far: the entries' bytes.
        fail_with: While this is not None, ``append`` raises it and keeps nothing: the way
            to show that nothing is published without its evidence.

    Example:
        >>> from pseudo.testing import MemoryStore
        >>> ledger = RecordingLedger(MemoryStore())
        >>> ledger.append(lambda before: ("text/plain", {"event": "test"})).index
        0
        >>> len(ledger.appended)
        1
    """

    def __init__(
        self,
        signer: Signer,
        *,
        outstanding: Path | None = None,
        fail_with: Exception | None = None,
    ) -> None:
        self.key = NoteKey(f"recording-ledger/{random_name()}", signer.public_key())
        self.outstanding = outstanding
        self.appended: list[bytes] = []
        self.fail_with = fail_with
        self._sign: Callable[[bytes], bytes] = signer.sign
        self._tree = Tree()
        self._lock = threading.Lock()
        self._alone = threading.Lock()

    def append(self, write: Write) -> Appended:
        """Append an entry; see :meth:`pseudo.evidence.ledger.Ledger.append`.

        Raises:
            Exception: What ``fail_with`` holds.
        """
        if self.fail_with is not None:
            raise self.fail_with
        with self._lock:
            kind, content = write(self._head())
            line = seal(canonical(content), kind, self.key.public, self._sign).encode()
            self.appended.append(line)
            self._tree.append(leaf_hash(line))
            index = len(self._tree) - 1
            note = self._head().signed(self.key, self._sign)
            return Appended(index, line, note, tuple(self._tree.inclusion(index)))

    def attest(self, content: Mapping[str, Any]) -> bytes:
        """Sign a note; see :meth:`pseudo.evidence.ledger.Ledger.attest`."""
        return seal(canonical(content), NOTE, self.key.public, self._sign).encode()

    def alone(self) -> AbstractContextManager[object]:
        """Be alone with domains; see :meth:`pseudo.evidence.ledger.Ledger.alone`."""
        return self._alone

    def recover(self) -> None:
        """Do nothing: in memory nobody is cut off."""

    def entries(self) -> Iterator[Entry]:
        """Yield the receipts and events among what was appended, oldest first."""
        for line in list(self.appended):
            envelope = read_envelope(line)
            entry = None if envelope is None else read_entry(envelope)
            if entry is not None:
                yield entry

    def _head(self) -> Checkpoint:
        return Checkpoint(self.key.name, len(self._tree), self._tree.root())

    def __repr__(self) -> str:
        return f"<RecordingLedger entries={len(self.appended)}>"
