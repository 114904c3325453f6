# SPDX-License-Identifier: Apache-2.0
"""A rename that never replaces anything: it happens whole, or something was there."""

from __future__ import annotations

import ctypes
import errno
import os
from pathlib import Path

__all__ = ["rename_new"]

_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_EXISTS = frozenset({errno.EEXIST, errno.ENOTEMPTY, errno.ENOTDIR})
# The kernel or the file system (NFS, for one) does not know the flag.
_UNKNOWN = frozenset({errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP})


def rename_new(source: Path, target: Path) -> bool:
    """Rename a folder to a name that nothing has.

    Where the system cannot promise it in one step, the name is looked up first; then an
    empty folder that somebody makes in the very moment between can be replaced.

    Args:
        source: The folder.
        target: Its new name, on the same file system.

    Returns:
        Whether it was renamed; False where something has the name.

    Raises:
        OSError: The rename failed for any other reason.
    """
    number = _renameat2(os.fsencode(source), os.fsencode(target))
    if number in _UNKNOWN:
        return _rename_after_look(source, target)
    if number in _EXISTS:
        return False
    if number:
        raise OSError(number, os.strerror(number))
    return True


def _renameat2(source: bytes, target: bytes) -> int:
    """Call Linux's ``renameat2``; return 0 or the ``errno``."""
    call = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if call is None:
        return errno.ENOSYS
    failed = call(_AT_FDCWD, source, _AT_FDCWD, target, ctypes.c_uint(_RENAME_NOREPLACE))
    return ctypes.get_errno() if failed else 0


def _rename_after_look(source: Path, target: Path) -> bool:
    if os.path.lexists(target):
        return False
    try:
        source.rename(target)
    except OSError as error:
        if error.errno in _EXISTS:
            return False
        raise
    return True
