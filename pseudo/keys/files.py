# SPDX-License-Identifier: Apache-2.0
"""Files with keys on disk: read with care, replaced whole, one writer at a time.

A reader needs no lock, since the file is only ever replaced by one rename. A writer
holds a lock on a sibling file from its reading to its rename, so that two writers never
lose each other's change. The sibling stays: removing a lock file lets two processes
hold two different ones.
"""

from __future__ import annotations

import errno
import fcntl
import os
import re
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Final, TypeVar

from pseudo.durable import sync_folder, write_all
from pseudo.errors import KeyStoreError, PseudoError, ResourceError

__all__ = [
    "LOCK_PATIENCE",
    "exclusive",
    "read_private",
    "replace_private",
    "same_file_path",
    "write_new",
]

LOCK_PATIENCE: Final = 30.0
"""Seconds that a writer waits for another one; a write takes milliseconds."""

_PAUSE = 0.02
_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})
_FORBIDDEN = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
_MISSING = frozenset({errno.ENOENT, errno.ENOTDIR})

Result = TypeVar("Result")


def same_file_path(path: str | os.PathLike[str]) -> Path:
    """Return the one path of a key file, links resolved.

    The lock, the temporary file and the rename must stand beside the file itself and
    not beside a link to it.

    Raises:
        KeyStoreError: It can be no file's path (``keys.no_path``).
    """
    text = os.fspath(path)
    try:
        usable = bool(text) and b"\0" not in os.fsencode(text)
    except UnicodeError:
        usable = False
    if not usable:
        raise KeyStoreError("keys.no_path")
    # os.path's expanduser leaves an unknown user's ~ as it is, where Path's raises.
    return Path(os.path.realpath(os.path.expanduser(text)))  # noqa: PTH111


def read_private(path: Path, limit: int, family: str = "keys") -> bytes:
    """Read a file with keys that nobody but its owner can read.

    Args:
        path: The file.
        limit: Bytes; of a longer file one byte more is read, so that it can be told.
        family: The first part of the codes: ``keys`` or ``escrow``.

    Raises:
        KeyStoreError: Missing (``keys.file_missing``), not a plain file
            (``keys.foreign_file``), readable by others (``keys.readable_by_others``),
            forbidden (``keys.no_permission``), or unreadable (``keys.io_failed``).
    """
    return _guarded(path, lambda: _read(path, limit, family), "file_missing", family)


def _read(path: Path, limit: int, family: str) -> bytes:
    # A pipe under the file's name would make a blocking open wait for ever.
    handle = os.open(path, os.O_RDONLY | os.O_CLOEXEC | os.O_NONBLOCK)
    try:
        mode = os.fstat(handle).st_mode
        if not stat.S_ISREG(mode):
            raise KeyStoreError(f"{family}.foreign_file", path=str(path))
        if mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyStoreError(f"{family}.readable_by_others", path=str(path))
        with os.fdopen(handle, "rb", closefd=False) as file:
            return file.read(limit + 1)
    finally:
        os.close(handle)


@contextmanager
def exclusive(path: Path, patience: float = LOCK_PATIENCE) -> Iterator[None]:
    """Be the only writer of ``path`` on this machine.

    Args:
        path: The key file, which need not exist.
        patience: Seconds to wait for another writer.

    Raises:
        KeyStoreError: Another writer does not finish (``keys.busy``), there is no such
            folder (``keys.folder_missing``), or writing there is forbidden
            (``keys.no_permission``).
    """
    handle = _guarded(path, lambda: _locked(path, patience), "folder_missing")
    try:
        yield
    finally:
        # Whatever close has to say, the lock is gone, and the file's own fate is decided.
        with suppress(OSError):
            os.close(handle)


def _locked(path: Path, patience: float) -> int:
    flags = os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW
    handle = os.open(path.with_name(f".{path.name}.lock"), flags, 0o600)
    try:
        locked = _wait_for_lock(handle, time.monotonic() + patience)
    except BaseException:
        os.close(handle)
        raise
    if not locked:
        os.close(handle)
        raise KeyStoreError("keys.busy", path=str(path))
    return handle


def _wait_for_lock(handle: int, deadline: float) -> bool:
    while not _try_lock(handle):
        if time.monotonic() >= deadline:
            return False
        time.sleep(_PAUSE)
    return True


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def replace_private(path: Path, data: bytes) -> None:
    """Put ``data`` in the place of a key file, whole or not at all.

    To be called inside :func:`exclusive`. Where it fails, the file is the old one; only
    where the folder's own fsync fails after the rename can it be the new one.

    Raises:
        ResourceError: The disk is full (``keys.disk_full``).
        KeyStoreError: There is no such folder, it is forbidden, or the disk fails.
    """
    _guarded(path, lambda: _replace(path, data), "folder_missing")


def _replace(path: Path, data: bytes) -> None:
    # Whatever lies here of a writer that was killed can hold a secret that is to be
    # destroyed; under the lock it belongs to nobody.
    _remove_leftovers(path)
    temporary = path.with_name(f".{path.name}.{os.urandom(8).hex()}.tmp")
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    handle = os.open(temporary, flags, 0o600)
    try:
        try:
            write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        os.replace(temporary, path)  # noqa: PTH105 - beside the other calls of its kind.
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def _remove_leftovers(path: Path) -> None:
    pattern = re.compile(rf"\.{re.escape(path.name)}\.[0-9a-f]{{16}}\.tmp")
    for name in os.listdir(path.parent):
        if pattern.fullmatch(name):
            path.with_name(name).unlink(missing_ok=True)


def write_new(path: Path, data: bytes, family: str) -> None:
    """Write a file with keys where there is none, for its owner only, durably.

    Args:
        path: Where; its folder must exist.
        data: The file's bytes.
        family: The first part of the codes.

    Raises:
        ResourceError: The disk is full (``escrow.disk_full``); there is no file then.
        KeyStoreError: Something has the name already (``escrow.exists``), there is no such
            folder, it is forbidden, or the disk fails.
    """
    _guarded(path, lambda: _write_new(path, data, family), "folder_missing", family)


def _write_new(path: Path, data: bytes, family: str) -> None:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC | os.O_NOFOLLOW
    handle, exists = -1, False
    try:
        handle = os.open(path, flags, 0o600)
    except FileExistsError:
        exists = True
    if exists:
        raise KeyStoreError(f"{family}.exists", path=str(path))
    try:
        try:
            write_all(handle, data)
            os.fsync(handle)
        finally:
            os.close(handle)
        sync_folder(path.parent)
    except BaseException:
        with suppress(OSError):
            path.unlink()
        raise


def _guarded(path: Path, act: Callable[[], Result], missing: str, family: str = "keys") -> Result:
    """Do something on disk; turn the system's error into ours, which quotes no path."""
    try:
        return act()
    except OSError as error:
        number = error.errno or 0
    raise _fault(number, path, missing, family)


def _fault(number: int, path: Path, missing: str, family: str) -> PseudoError:
    if number in _FULL:
        return ResourceError(
            "keys.disk_full" if family == "keys" else "escrow.disk_full", path=str(path)
        )
    if number in _MISSING:
        return KeyStoreError(f"{family}.{missing}", path=str(path))
    if number in _FORBIDDEN:
        return KeyStoreError(f"{family}.no_permission", path=str(path))
    cause = errno.errorcode.get(number, "?")
    return KeyStoreError(f"{family}.io_failed", path=str(path), cause=cause)
