# SPDX-License-Identifier: Apache-2.0
"""Checkpoints (C2SP ``tlog-checkpoint``): what a ledger holds, in three signed lines."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Callable
from dataclasses import dataclass

from pseudo.evidence.merkle import HASH
from pseudo.evidence.note import NoteKey, open_note, signed_note

__all__ = ["Checkpoint", "open_checkpoint"]

_SIZE = re.compile(r"0|[1-9][0-9]{0,17}")


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """The first ``size`` entries of a ledger, by their root.

    Attributes:
        origin: Name of the ledger.
        size: Entries, from 0.
        root: 32 bytes.
    """

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """Write the three lines."""
        return f"{self.origin}\n{self.size}\n{base64.b64encode(self.root).decode()}\n"

    def signed(self, key: NoteKey, sign: Callable[[bytes], bytes]) -> str:
        """Write it as a signed note; see :func:`pseudo.evidence.note.signed_note`."""
        return signed_note(self.text(), key, sign)


def open_checkpoint(note: str, key: NoteKey) -> Checkpoint | None:
    """Read a checkpoint that the key has signed; None where it is none, or another's.

    Args:
        note: A signed note. Lines behind the third are allowed, and mean nothing here.
        key: The key of the ledger, whose name is the ledger's.
    """
    text = open_note(note, key)
    lines = [] if text is None else text.split("\n")[:-1]
    if len(lines) < 3 or "" in lines or not _SIZE.fullmatch(lines[1]):
        return None
    try:
        root = base64.b64decode(lines[2], validate=True)
    except (binascii.Error, ValueError):
        return None
    if len(root) != HASH or lines[0] != key.name:
        return None
    return Checkpoint(lines[0], int(lines[1]), root)
