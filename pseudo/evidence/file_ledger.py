# SPDX-License-Identifier: Apache-2.0
"""The ledger that is kept in files: what they must hold, and how an entry gets into them.

Whatever is read is checked first: the checkpoint's signature, and that the entries that it
counts have its root. :meth:`FileLedger.verified` checks every single entry as well, and says
where something is wrong.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, NoReturn

from pseudo.errors import EvidenceError, InternalError, PseudoError
from pseudo.evidence.checkpoint import Checkpoint, open_checkpoint
from pseudo.evidence.entries import BEGUN, EVENT, NOTE, Entry, canonical, event, read_entry
from pseudo.evidence.envelope import read_envelope, seal
from pseudo.evidence.ledger import Appended, Signer, Write
from pseudo.evidence.ledger_files import DOMAINS_LOCK, LedgerFiles
from pseudo.evidence.merkle import EMPTY, Tree, leaf_hash
from pseudo.evidence.note import NoteKey
from pseudo.safe import random_name

__all__ = ["Contents", "FileLedger"]

_ORIGIN = re.compile(r"pseudo-ledger/[a-p]{16}")


@dataclass(frozen=True, slots=True)
class Contents:
    """What a ledger holds, every entry of it verified.

    Attributes:
        entries: The entries, oldest first.
        tree: Their tree.
        head: The checkpoint that counts them.
    """

    entries: Sequence[Entry]
    tree: Tree
    head: Checkpoint

    def goes_on_from(self, earlier: Checkpoint) -> bool:
        """Tell whether the ledger was, at an earlier checkpoint, what that says it was."""
        return earlier.size <= len(self.tree) and self.tree.root(earlier.size) == earlier.root


@dataclass(frozen=True, slots=True)
class _Held:
    """What the files hold, as far as the checkpoint counts it.

    Attributes:
        lines: The entries.
        tree: Their tree.
        head: The checkpoint.
        rest: Bytes behind them.
    """

    lines: Sequence[bytes]
    tree: Tree
    head: Checkpoint
    rest: bytes

    @property
    def size(self) -> int:
        """Bytes that the entries take up in their file."""
        return sum(len(line) + 1 for line in self.lines)


class FileLedger:
    """A ledger in a folder; see :class:`pseudo.evidence.ledger.Ledger`.

    Args:
        folder: A folder that :meth:`begin` filled.
        signer: Signs what is appended; without one, the ledger can only be read.

    Attributes:
        folder: As given.
        key: The key that the ledger's first entry names. Whether it is the right one, only
            somebody who has it from elsewhere can tell.

    Raises:
        EvidenceError: There is no ledger (``ledger.missing``), or it is none of ours.
    """

    def __init__(self, folder: Path, signer: Signer | None = None) -> None:
        self.folder = folder
        self._signer = signer
        self._files = LedgerFiles(folder)
        if not self._files.exists():
            raise EvidenceError("ledger.missing", ledger=str(folder))
        self.key = self._first_key()
        if signer is not None and signer.public_key() != self.key.public:
            raise EvidenceError("ledger.other_key", ledger=str(folder))

    @property
    def outstanding(self) -> Path:
        """Where batches are noted that are between ledger and publication."""
        return self.folder / "outstanding"

    @classmethod
    def begin(
        cls, folder: Path, signer: Signer, now: datetime, *, instead_of: str = ""
    ) -> FileLedger:
        """Open the ledger of a folder, or begin one, whose first entry names the signer's key.

        Args:
            folder: The folder; its parent must exist.
            signer: The signing key.
            now: The moment it is begun, UTC.
            instead_of: The ledger that is lost and that this one takes the place of.

        Raises:
            EvidenceError: The ledger there is another key's (``ledger.other_key``).
            ResourceError: The disk is full, or cannot be written.
        """
        files = LedgerFiles(folder)
        files.make()
        with files.exclusive():
            # Of a ledger that was cut off while it was begun there is no checkpoint yet.
            begun = files.entries()
            if files.checkpoint() is None and begun.count(b"\n") <= 1:
                if begun.endswith(b"\n"):
                    cls(folder, signer)
                _begin(files, signer, now, instead_of)
        return cls(folder, signer)

    def append(self, write: Write) -> Appended:
        """Append an entry; see :meth:`pseudo.evidence.ledger.Ledger.append`."""
        signer = self._writing()
        with self._files.exclusive():
            held = self._settled(signer)
            kind, content = write(held.head)
            line = seal(canonical(content), kind, self.key.public, signer.sign).encode()
            try:
                self._files.append(line + b"\n")
                held.tree.append(leaf_hash(line))
                note = self._count(held.tree, signer)
            except BaseException:
                self._take_back(held)
                raise
        index = len(held.tree) - 1
        return Appended(index, line, note, tuple(held.tree.inclusion(index)))

    def attest(self, content: Mapping[str, Any]) -> bytes:
        """Sign a note; see :meth:`pseudo.evidence.ledger.Ledger.attest`."""
        sign = self._writing().sign
        return seal(canonical(content), NOTE, self.key.public, sign).encode()

    def alone(self) -> AbstractContextManager[object]:
        """Be alone with domains; see :meth:`pseudo.evidence.ledger.Ledger.alone`."""
        return self._files.exclusive(DOMAINS_LOCK)

    def recover(self) -> None:
        """Bring it into order; see :meth:`pseudo.evidence.ledger.Ledger.recover`."""
        signer = self._writing()
        with self._files.exclusive():
            self._settled(signer)

    def _writing(self) -> Signer:
        if self._signer is None:
            raise InternalError("ledger.read_only")
        return self._signer

    def head(self) -> tuple[Checkpoint, str]:
        """Give the newest checkpoint, and its signed form.

        Raises:
            EvidenceError: It is missing, or nothing that our key signed.
        """
        note = self._files.checkpoint()
        if note is None:
            raise EvidenceError("ledger.no_checkpoint", ledger=str(self.folder))
        checkpoint = open_checkpoint(note, self.key)
        if checkpoint is None:
            raise EvidenceError("ledger.checkpoint_invalid", ledger=str(self.folder))
        return checkpoint, note

    def tree(self) -> Tree:
        """Give the tree of the entries that the checkpoint counts.

        Raises:
            EvidenceError: They are not those.
        """
        return self._held().tree

    def entries(self) -> Iterator[Entry]:
        """Yield all entries, oldest first; see :meth:`pseudo.evidence.ledger.Ledger.entries`."""
        for index, line in enumerate(self._held().lines):
            yield self._entry(index, line)

    def verified(self) -> Contents:
        """Read the ledger and check every entry: form, signature, place, and the tree of all.

        Returns:
            What it holds; the newest checkpoint is what all entries have proved it to be.

        Raises:
            EvidenceError: Something is wrong; the error names the first entry where it is.
        """
        head, _ = self.head()
        lines, rest = self._lines(head)
        tree, entries = Tree(), []
        for index, line in enumerate(lines):
            entry = self._entry(index, line)
            if not entry.envelope.verifies(self.key.public):
                self._wrong("ledger.entry_unsigned", index)
            if entry.before != Checkpoint(self.key.name, index, tree.root()):
                self._wrong("ledger.entry_misplaced", index)
            tree.append(leaf_hash(line))
            entries.append(entry)
        if len(tree) != head.size or tree.root() != head.root:
            raise EvidenceError("ledger.root_differs", ledger=str(self.folder))
        if b"\n" in rest:
            self._uncounted(rest, head)
        return Contents(entries, tree, head)

    def verify(self) -> Checkpoint:
        """Check every entry, and give the newest checkpoint; see :meth:`verified`."""
        return self.verified().head

    def _uncounted(self, rest: bytes, head: Checkpoint) -> bytes:
        """Give the one whole entry that somebody may just be appending; there may be no other."""
        line, _, more = rest.partition(b"\n")
        entry = self._entry(head.size, line)
        # Nobody who appends leaves more than one entry, and none in another place.
        if more or not entry.envelope.verifies(self.key.public) or entry.before != head:
            self._wrong("ledger.entry_uncounted", head.size)
        return line

    def _held(self) -> _Held:
        """Read the files, and check that the checkpoint's entries are those it was made for."""
        # First the checkpoint: what is appended meanwhile it does not count.
        head, _ = self.head()
        lines, rest = self._lines(head)
        tree = Tree(map(leaf_hash, lines))
        if tree.root() != head.root:
            # It says which entry it is, where that can be told.
            self.verified()
            raise EvidenceError("ledger.root_differs", ledger=str(self.folder))
        return _Held(lines, tree, head, rest)

    def _lines(self, head: Checkpoint) -> tuple[list[bytes], bytes]:
        """Give the entries that a checkpoint counts, and the bytes behind them."""
        data = self._files.entries()
        lines = data.split(b"\n", head.size)
        if len(lines) <= head.size:
            found = data.count(b"\n")
            raise EvidenceError(
                "ledger.truncated", ledger=str(self.folder), entries=found, counted=head.size
            )
        return lines[:-1], lines[-1]

    def _take_back(self, held: _Held) -> None:
        """Remove what was not appended after all; where a checkpoint counts it, it stays."""
        with suppress(PseudoError):
            if self.head()[0] == held.head:
                self._files.cut(held.size)

    def _settled(self, signer: Signer) -> _Held:
        """Bring the files into order after somebody who was cut off while appending."""
        held = self._held()
        if not held.rest:
            return held
        if b"\n" not in held.rest:
            self._files.cut(held.size)
            return _Held(held.lines, held.tree, held.head, b"")
        line = self._uncounted(held.rest, held.head)
        self._files.sync()
        held.tree.append(leaf_hash(line))
        self._count(held.tree, signer)
        head, _ = self.head()
        return _Held([*held.lines, line], held.tree, head, b"")

    def _count(self, tree: Tree, signer: Signer) -> str:
        """Sign a checkpoint of all the entries that are on disk, and put it there."""
        checkpoint = Checkpoint(self.key.name, len(tree), tree.root())
        note = checkpoint.signed(self.key, signer.sign)
        self._files.replace_checkpoint(note)
        return note

    def _entry(self, index: int, line: bytes) -> Entry:
        envelope = read_envelope(line)
        entry = None if envelope is None else read_entry(envelope)
        if entry is None:
            self._wrong("ledger.entry_damaged", index)
        return entry

    def _first_key(self) -> NoteKey:
        line = self._files.entries().split(b"\n", 1)[0]
        key = _named_key(self._entry(0, line).content)
        if key is None:
            raise EvidenceError("ledger.foreign", ledger=str(self.folder))
        return key

    def _wrong(self, code: str, index: int) -> NoReturn:
        raise EvidenceError(code, ledger=str(self.folder), entry=index)


def _begin(files: LedgerFiles, signer: Signer, now: datetime, instead_of: str) -> None:
    """Write the first entry and the first checkpoint, whatever of them there is."""
    key = NoteKey(f"pseudo-ledger/{random_name()}", signer.public_key())
    lost = {"instead_of": instead_of} if instead_of else {}
    content = event(BEGUN, now, Checkpoint(key.name, 0, EMPTY), key=key.encode(), **lost)
    line = seal(canonical(content), EVENT, key.public, signer.sign).encode()
    files.cut(0)
    files.append(line + b"\n")
    tree = Tree([leaf_hash(line)])
    files.replace_checkpoint(Checkpoint(key.name, 1, tree.root()).signed(key, signer.sign))


def _named_key(content: Mapping[str, Any]) -> NoteKey | None:
    """Give the key that a ledger's first event names; None where it is another event."""
    if content.get("event") != BEGUN or not isinstance(content.get("key"), str):
        return None
    try:
        key = NoteKey.decode(content["key"])
    except ValueError:
        return None
    return key if _ORIGIN.fullmatch(key.name) else None
