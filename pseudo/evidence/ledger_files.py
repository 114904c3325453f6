# SPDX-License-Identifier: Apache-2.0
"""A ledger on disk: one file of entries that only grows, and the newest checkpoint.

::

    ledger/entries      one signed envelope a line, oldest first
    ledger/checkpoint   a signed note: how many of them count, and their root
    ledger/.lock        held by whoever appends
    ledger/.domains     held by whoever changes domains

An entry is written and on disk before the checkpoint that counts it takes the place of the
one before, by a rename. So after a power cut there is at most one entry that no checkpoint
counts; whoever appends next counts it if it is whole, and takes it away if it is not.
"""

from __future__ import annotations

import errno
import fcntl
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

from pseudo.durable import sync_folder, write_all
from pseudo.errors import EvidenceError, ResourceError

__all__ = ["CHECKPOINT", "DOMAINS_LOCK", "ENTRIES", "LedgerFiles", "ledger_errors"]

ENTRIES = "entries"
CHECKPOINT = "checkpoint"

DOMAINS_LOCK = ".domains"
_LOCK = ".lock"
_PATIENCE = 30.0
_PAUSE = 0.02
_LARGEST_CHECKPOINT = 1_000_000
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_READ = os.O_RDONLY | os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
_NEW = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW


class LedgerFiles:
    """The files of a ledger; knows bytes and disks, and nothing of what they mean.

    Args:
        folder: Where they are.

    Raises (from every method):
        EvidenceError: The folder or a file cannot be read (``ledger.unreadable``).
        ResourceError: The disk is full, or cannot be written.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def exists(self) -> bool:
        """Tell whether there is anything of a ledger."""
        return any(self._is_there(name) for name in (ENTRIES, CHECKPOINT))

    def _is_there(self, name: str) -> bool:
        # To call a ledger lost that only cannot be looked at would be dangerous.
        with self._reading_or_writing(), suppress(FileNotFoundError, NotADirectoryError):
            os.lstat(self.folder / name)
            return True
        return False

    def make(self) -> None:
        """Make the folder, for its owner and group alone; its parent must exist."""
        with self._reading_or_writing(), suppress(FileExistsError):
            self.folder.mkdir(0o750)
            sync_folder(self.folder.parent)

    @contextmanager
    def exclusive(self, name: str = _LOCK) -> Iterator[None]:
        """Be the only one who appends; waits some seconds for another who does.

        Args:
            name: Of the lock; another one is for something else.

        Raises:
            EvidenceError: Another writer does not finish (``ledger.busy``).
        """
        with self._reading_or_writing():
            flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
            lock = os.open(self.folder / name, flags, 0o640)
        try:
            with self._reading_or_writing():
                locked = _locked(lock, _PATIENCE)
            if not locked:
                raise EvidenceError("ledger.busy", ledger=str(self.folder))
            yield
        finally:
            with suppress(OSError):
                os.close(lock)

    def entries(self) -> bytes:
        """Read all entries; nothing where there is no such file."""
        return self._read(ENTRIES) or b""

    def checkpoint(self) -> str | None:
        """Read the newest checkpoint; None where there is none."""
        data = self._read(CHECKPOINT, _LARGEST_CHECKPOINT)
        return None if data is None else data.decode("utf-8", "replace")

    def append(self, line: bytes) -> None:
        """Put bytes behind the entries, on disk; after an error, part of them may be there."""
        with self._reading_or_writing():
            fd = os.open(self.folder / ENTRIES, _APPEND, 0o640)
            try:
                new = not os.fstat(fd).st_size
                write_all(fd, line)
                os.fsync(fd)
            finally:
                os.close(fd)
            if new:
                sync_folder(self.folder)

    def cut(self, size: int) -> None:
        """Take away what stands behind the first ``size`` bytes of the entries."""
        with self._reading_or_writing(), suppress(FileNotFoundError):
            fd = os.open(self.folder / ENTRIES, os.O_WRONLY | os.O_CLOEXEC | os.O_NOFOLLOW)
            try:
                os.ftruncate(fd, size)
                os.fsync(fd)
            finally:
                os.close(fd)

    def sync(self) -> None:
        """Wait until the entries are on disk."""
        with self._reading_or_writing():
            fd = os.open(self.folder / ENTRIES, _READ)
            try:
                os.fsync(fd)
            finally:
                os.close(fd)

    def replace_checkpoint(self, note: str) -> None:
        """Put a checkpoint in the place of the one before, whole or not at all."""
        temporary = self.folder / f".{CHECKPOINT}.{secrets.token_hex(8)}.tmp"
        with self._reading_or_writing():
            self._remove_leftovers()
            fd = os.open(temporary, _NEW, 0o640)
            try:
                try:
                    write_all(fd, note.encode())
                    os.fsync(fd)
                finally:
                    os.close(fd)
                temporary.replace(self.folder / CHECKPOINT)
            except BaseException:
                temporary.unlink(missing_ok=True)
                raise
            sync_folder(self.folder)

    def _remove_leftovers(self) -> None:
        for path in self.folder.glob(f".{CHECKPOINT}.*.tmp"):
            path.unlink(missing_ok=True)

    def _read(self, name: str, limit: int = -1) -> bytes | None:
        with self._reading_or_writing(), suppress(FileNotFoundError):
            fd = os.open(self.folder / name, _READ)
            with os.fdopen(fd, "rb") as file:
                return file.read(limit)
        return None

    def _reading_or_writing(self) -> AbstractContextManager[None]:
        return ledger_errors(self.folder)


@contextmanager
def ledger_errors(folder: Path) -> Iterator[None]:
    """Turn the system's errors into ours, which name the ledger.

    Raises:
        ResourceError: The disk is full (``ledger.disk_full``).
        EvidenceError: Everything else (``ledger.unreadable``).
    """
    try:
        yield
    except OSError as error:
        number = error.errno or 0
    else:
        return
    if number in _FULL:
        raise ResourceError("ledger.disk_full", ledger=str(folder))
    cause = errno.errorcode.get(number, "?")
    raise EvidenceError("ledger.unreadable", ledger=str(folder), cause=cause)


def _locked(lock: int, patience: float) -> bool:
    deadline = time.monotonic() + patience
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                return False
            time.sleep(_PAUSE)
        else:
            return True
