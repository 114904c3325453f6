# SPDX-License-Identifier: Apache-2.0
"""Proofs that an entry is in a ledger (C2SP ``tlog-proof``), which can be checked without it."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Sequence
from dataclasses import dataclass

from pseudo.evidence.checkpoint import Checkpoint, open_checkpoint
from pseudo.evidence.merkle import HASH, includes, leaf_hash
from pseudo.evidence.note import LARGEST, NoteKey

__all__ = ["Proof", "read_proof"]

_FIRST = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,17})")
_MOST_STEPS = 63


@dataclass(frozen=True, slots=True)
class Proof:
    """A proof of inclusion and the checkpoint that it leads to.

    Attributes:
        index: The entry's number, from 0.
        steps: Hashes from the leaf's sibling to the root's child.
        checkpoint: A signed checkpoint.
    """

    index: int
    steps: Sequence[bytes]
    checkpoint: str

    def encode(self) -> str:
        """Write the proof."""
        steps = "".join(base64.b64encode(step).decode() + "\n" for step in self.steps)
        return f"{_FIRST}\nindex {self.index}\n{steps}\n{self.checkpoint}"

    def verifies(self, entry: bytes, key: NoteKey) -> Checkpoint | None:
        """Give the checkpoint that counts the entry; None where that is not proven.

        Args:
            entry: The entry's bytes.
            key: The ledger's key.
        """
        head = open_checkpoint(self.checkpoint, key)
        if head is None:
            return None
        proven = includes(leaf_hash(entry), self.index, head.size, self.steps, head.root)
        return head if proven else None


def read_proof(text: str) -> Proof | None:
    """Read a proof; None where it is none. Extra data is not allowed: nothing needs it here."""
    above, separator, checkpoint = text.partition("\n\n")
    first, *lines = above.split("\n")
    index = _INDEX.fullmatch(lines[0]) if lines else None
    if first != _FIRST or index is None or not separator or len(text) > LARGEST:
        return None
    try:
        steps = [base64.b64decode(line, validate=True) for line in lines[1:]]
    except (binascii.Error, ValueError):
        return None
    proof = Proof(int(index[1]), steps, checkpoint)
    sound = len(steps) <= _MOST_STEPS and all(len(step) == HASH for step in steps)
    # One text for one proof: no byte of it can be changed.
    return proof if sound and proof.encode() == text else None
