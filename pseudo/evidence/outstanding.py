# SPDX-License-Identifier: Apache-2.0
"""Batches between ledger and publication: noted before, forgotten after.

A receipt is in the ledger before its folder is published, so a process that is killed
between the two leaves a receipt of something that nobody got. A note beside the ledger says
where the folder stands and where it was to go. The process holds a lock on its note as long
as it lives; whoever works with the ledger next takes the notes that nobody holds. Where the
folder is published, all is well; where it is not, an event that voids the receipt is
appended, and the folder is removed.
"""

from __future__ import annotations

import errno
import fcntl
import os
import platform
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from pseudo.durable import sync_folder, write_all
from pseudo.errors import PseudoError
from pseudo.evidence.entries import EVENT, VOIDED, event, read_note
from pseudo.evidence.ledger import Ledger
from pseudo.evidence.ledger_files import ledger_errors
from pseudo.io.abandoned import is_staging_of
from pseudo.io.publish import Staging

__all__ = ["Note", "Settled", "note", "settle"]

_LARGEST = 64 * 1024
_TRIES = 16
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
# Some network file systems give the lock only to whoever may write.
_OPEN = os.O_RDWR | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


@dataclass(slots=True)
class Note:
    """The note of a batch that is about to be published, and its lock.

    Attributes:
        path: The note.
    """

    path: Path
    _lock: int

    def forget(self) -> None:
        """Remove the note: the batch has come to its end."""
        try:
            with ledger_errors(self.path.parent.parent):
                _remove(self.path)
        finally:
            self.release()

    def release(self) -> None:
        """Leave the note to whoever settles. May be called twice."""
        lock, self._lock = self._lock, -1
        if lock >= 0:
            with suppress(OSError):
                # A process that was forked meanwhile holds the same lock, until this.
                fcntl.flock(lock, fcntl.LOCK_UN)
            with suppress(OSError):
                os.close(lock)


@dataclass(frozen=True, slots=True)
class _Left:
    """A note that nobody holds any more.

    Attributes:
        path: The note.
        batch: Id of the batch.
        here: Whether it was written on this machine, of a folder that is the same today.
        staging: The folder that was to be published.
        out: Where it was to go.
    """

    path: Path
    batch: str
    here: bool
    staging: Path
    out: Path

    def is_published(self, receipt: bytes) -> bool | None:
        """Tell whether the folder was published; None where that cannot be told."""
        with suppress(OSError):
            if self.staging.is_dir():
                return False
        try:
            return (self.out / "receipt.json").read_bytes() == receipt + b"\n"
        except (FileNotFoundError, NotADirectoryError):
            # What another machine published, or into a share that is not mounted, is not seen.
            return False if self.here else None
        except OSError:
            return None


class Settled(NamedTuple):
    """What became of batches that were cut off.

    Attributes:
        voided: Ids of those whose receipts were voided.
        undecided: Ids of those of which it cannot be told whether they were published.
    """

    voided: list[str]
    undecided: list[str]


def note(ledger: Ledger, folder: Path, batch: str, staging: Staging) -> Note:
    """Note a batch, on disk.

    Args:
        ledger: Signs the note.
        folder: The ledger's folder of notes.
        batch: Id of the batch.
        staging: What is about to be published.

    Raises:
        EvidenceError: There are no locks where the ledger is (``ledger.unreadable``).
        ResourceError: The disk is full, or cannot be written.
    """
    places = {"staging": str(staging.folder), "out": str(staging.out)}
    said = {"batch": batch, "ledger": ledger.key.name, **places}
    signed = ledger.attest({**said, "at": _place_of(staging.out)})
    with ledger_errors(folder.parent):
        with suppress(FileExistsError):
            folder.mkdir(0o750)
            sync_folder(folder.parent)
        path = folder / f"{batch}.json"
        lock = _made(path)
        noted = Note(path, lock)
        try:
            write_all(lock, signed)
            os.fsync(lock)
            sync_folder(folder)
        except BaseException:
            with suppress(PseudoError):
                noted.forget()
            raise
    return noted


def _made(path: Path) -> int:
    """Make a note that is empty, and hold its lock."""
    for _ in range(_TRIES):
        lock = os.open(path, _NEW, 0o640)
        try:
            # Whoever settles meanwhile holds it for a moment, and takes it for a torn one.
            fcntl.flock(lock, fcntl.LOCK_EX)
            if _is_at(path, lock):
                return lock
        except BaseException:
            with suppress(OSError):
                _remove(path)
            os.close(lock)
            raise
        os.close(lock)
    raise OSError(errno.EBUSY, os.strerror(errno.EBUSY))


def _is_at(path: Path, fd: int) -> bool:
    """Tell whether an open file is the one that has this name."""
    try:
        return os.path.samestat(os.fstat(fd), os.lstat(path))
    except FileNotFoundError:
        return False


def settle(ledger: Ledger, now: datetime) -> Settled:
    """Bring batches to an end whose processes died between ledger and publication.

    Args:
        ledger: Where their receipts are; without a folder of notes nothing is done.
        now: The moment, UTC.

    Returns:
        The batches that came to their end, and those that could not.

    Raises:
        EvidenceError: The ledger was changed, or cannot be appended to.
        ResourceError: The disk is full, or cannot be written.
    """
    folder = ledger.outstanding
    found = Settled([], [])
    for path in [] if folder is None else _notes(folder):
        with _taken(path, ledger) as left:
            if left is not None:
                _settle_one(ledger, left, now, found)
    return found


def _notes(folder: Path) -> list[Path]:
    with ledger_errors(folder.parent), suppress(FileNotFoundError):
        return sorted(folder / name for name in os.listdir(folder) if name.endswith(".json"))
    return []


@contextmanager
def _taken(path: Path, ledger: Ledger) -> Iterator[_Left | None]:
    """Hold a note that nobody else holds; None where somebody does, or it is none of ours."""
    lock, left = -1, None
    try:
        errors = ledger_errors(path.parent.parent)
        with errors, suppress(BlockingIOError, FileNotFoundError):
            lock = os.open(path, _OPEN)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever held it may have come to the end, and another note have its name.
            if _is_at(path, lock):
                left = _read(path, os.read(lock, _LARGEST), ledger)
        yield left
    finally:
        if lock >= 0:
            with suppress(OSError):
                os.close(lock)


def _read(path: Path, data: bytes, ledger: Ledger) -> _Left | None:
    """Read a note whose lock is held; what was torn while it was written is removed."""
    if not data.endswith(b"}"):
        _remove(path)
        return None
    said = read_note(data, ledger.key.public)
    if said is None:
        return None
    staging, out = Path(said["staging"]), Path(said["out"])
    sound = is_staging_of(staging, out) and path.stem == said["batch"]
    if not sound or said.get("ledger") != ledger.key.name:
        return None
    return _Left(path, said["batch"], said.get("at") == _place_of(out), staging, out)


def _place_of(out: Path) -> str:
    """Name the machine and the folder that something is published into."""
    machine = ""
    with suppress(OSError):
        machine = Path("/etc/machine-id").read_text(encoding="ascii").strip()
    try:
        parent = out.parent.stat()
    except OSError:
        return ""
    return f"{platform.node()} {machine} {parent.st_dev}:{parent.st_ino}"


def _settle_one(ledger: Ledger, left: _Left, now: datetime, settled: Settled) -> None:
    """Bring one batch to its end, as far as it can be told which."""
    # A receipt that is on disk and not counted yet would else be counted later.
    ledger.recover()
    found, voided = _found(ledger, left.batch)
    if found is not None and not voided:
        index, receipt = found
        published = left.is_published(receipt)
        if published is None:
            settled.undecided.append(left.batch)
            return
        if not published:
            content = {"batch": left.batch, "entry": index}
            ledger.append(lambda before: (EVENT, event(VOIDED, now, before, **content)))
            settled.voided.append(left.batch)
    shutil.rmtree(left.staging, ignore_errors=True)
    with ledger_errors(left.path.parent.parent):
        _remove(left.path)


def _found(ledger: Ledger, batch: str) -> tuple[tuple[int, bytes] | None, bool]:
    """Find a batch's receipt, with its number, and whether it was voided."""
    found, voided = None, False
    for index, entry in enumerate(ledger.entries()):
        if entry.content.get("batch") != batch:
            continue
        if entry.is_receipt:
            found = index, entry.envelope.encode()
        elif entry.content.get("event") == VOIDED:
            voided = True
    return found, voided


def _remove(path: Path) -> None:
    with suppress(FileNotFoundError):
        path.unlink()
    sync_folder(path.parent)
