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

from pseudo.durable import sync_folder, write_all
from pseudo.errors import PseudoError
from pseudo.evidence.entries import EVENT, VOIDED, event, read_note
from pseudo.evidence.envelope import read_envelope
from pseudo.evidence.ledger import Ledger
from pseudo.io.abandoned import is_staging_of
from pseudo.io.publish import Staging
from pseudo.io.writers.sink import disk_errors

__all__ = ["Note", "note", "settle"]

_LARGEST = 64 * 1024
_TRIES = 16
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK


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
            with disk_errors():
                _remove(self.path)
        finally:
            self.release()

    def release(self) -> None:
        """Leave the note to whoever settles. May be called twice."""
        lock, self._lock = self._lock, -1
        if lock >= 0:
            with suppress(OSError):
                os.close(lock)


@dataclass(frozen=True, slots=True)
class _Left:
    """A note that nobody holds any more.

    Attributes:
        path: The note.
        batch: Id of the batch.
        here: Whether it was written on this machine.
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
            # What another machine published need not be seen from here.
            return False if self.here else None
        except OSError:
            return None


def note(ledger: Ledger, folder: Path, batch: str, staging: Staging) -> Note:
    """Note a batch, on disk.

    Args:
        ledger: Signs the note.
        folder: The ledger's folder of notes.
        batch: Id of the batch.
        staging: What is about to be published.

    Raises:
        ResourceError: The disk is full, or cannot be written.
    """
    places = {"staging": str(staging.folder), "out": str(staging.out)}
    signed = ledger.attest({"batch": batch, "host": platform.node(), **places})
    with disk_errors():
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


def settle(ledger: Ledger, now: datetime) -> list[str]:
    """Bring batches to an end whose processes died between ledger and publication.

    Args:
        ledger: Where their receipts are; without a folder of notes nothing is done.
        now: The moment, UTC.

    Returns:
        Ids of the batches whose receipts were voided.

    Raises:
        EvidenceError: The ledger was changed, or cannot be appended to.
        ResourceError: The disk is full, or cannot be written.
    """
    folder = ledger.outstanding
    voided = []
    for path in [] if folder is None else _notes(folder):
        with _taken(path, ledger) as left:
            if left is not None and _settled(ledger, left, now):
                voided.append(left.batch)
    return voided


def _notes(folder: Path) -> list[Path]:
    with disk_errors(), suppress(FileNotFoundError):
        return sorted(folder / name for name in os.listdir(folder) if name.endswith(".json"))
    return []


@contextmanager
def _taken(path: Path, ledger: Ledger) -> Iterator[_Left | None]:
    """Hold a note that nobody else holds; None where somebody does, or it is none of ours."""
    lock, left = -1, None
    try:
        with suppress(OSError):
            lock = os.open(path, _READ)
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
            # Whoever held it may have come to the end, and the note with it.
            if _is_at(path, lock):
                left = _read(path, os.read(lock, _LARGEST), ledger.key.public)
        yield left
    finally:
        if lock >= 0:
            with suppress(OSError):
                os.close(lock)


def _read(path: Path, data: bytes, public: bytes) -> _Left | None:
    """Read a note whose lock is held; what was torn while it was written is removed."""
    if read_envelope(data) is None:
        _remove(path)
        return None
    said = read_note(data, public)
    if said is None:
        return None
    staging, out = Path(said["staging"]), Path(said["out"])
    if not is_staging_of(staging, out) or path.stem != said["batch"]:
        return None
    return _Left(path, said["batch"], said.get("host") == platform.node(), staging, out)


def _settled(ledger: Ledger, left: _Left, now: datetime) -> bool:
    """Bring one batch to its end, and tell whether its receipt was voided now."""
    # A receipt that is on disk and not counted yet would else be counted later.
    ledger.recover()
    found, voided = _found(ledger, left.batch)
    ending = False
    if found is not None and not voided:
        index, receipt = found
        published = left.is_published(receipt)
        if published is None:
            return False
        if not published:
            content = {"batch": left.batch, "entry": index}
            ledger.append(lambda before: (EVENT, event(VOIDED, now, before, **content)))
            ending = True
    shutil.rmtree(left.staging, ignore_errors=True)
    with disk_errors():
        _remove(left.path)
    return ending


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
