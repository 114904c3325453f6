# SPDX-License-Identifier: Apache-2.0
"""One folder, all or nothing: staging beside the goal, and one rename.

Everything a batch writes goes into a private sibling of the output folder, on the same
file system. When all is done and on disk, the sibling is renamed. Whoever looks sees no
folder or the whole folder, at any moment, also after a power cut.

A run holds a lock on its staging folder as long as it lives. The next run beside it, for
whatever output, removes the siblings whose lock it can take: their runs are dead.

Permissions: while it is staged, only the owner can enter the folder. Published folders
have 0750 and files 0640, less what the process's umask takes off; others never get in,
whatever the umask says. A group and set-group-id bit that the parent gives are kept.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import stat
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from pseudo.errors import InternalError, UsageError
from pseudo.io.abandoned import locked, remove_abandoned, staging_beside
from pseudo.io.writers.rename import rename_new
from pseudo.io.writers.sink import FileSink, disk_error, disk_errors

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Staging", "Subfolder"]

Subfolder = Literal["", "release", "return"]

_FOLDER_MODE = 0o750
_FILE_MODE = 0o640
_LONGEST_NAME = 200
_TRIES = 16
_OWN = frozenset({"spill", "scratch", "release", "return"})
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC | os.O_NONBLOCK
_DENIED = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})


class Staging:
    """The staging folder of one batch. A context manager: leaving it unpublished removes it.

    Args:
        out: The folder to publish; must not exist, its parent must.

    Attributes:
        out: The folder to publish, absolute.

    Raises:
        UsageError: ``usage.output_exists``, ``usage.output_name``,
            ``usage.output_parent_missing``, ``usage.output_parent_denied``.
        ResourceError: The disk is full, or the folder cannot be made.
    """

    def __init__(self, out: Path) -> None:
        self.out = _goal(Path(out))
        self._lock = -1
        self._folder: Path | None = None
        self._mode = _FOLDER_MODE
        remove_abandoned(self.out.parent)
        try:
            self._make()
        except BaseException:
            self.discard()
            raise

    @property
    def folder(self) -> Path:
        """The staging folder.

        Raises:
            InternalError: It was published or discarded.
        """
        if self._folder is None:
            raise InternalError("publish.closed")
        return self._folder

    @property
    def spill(self) -> Path:
        """Path of the private folder for temporary rows; never published, not made here."""
        return self.folder / "spill"

    @property
    def scratch(self) -> Path:
        """Path of the private folder of a writer; never published, not made here."""
        return self.folder / "scratch"

    def path(self, name: str, subfolder: Subfolder = "") -> Path:
        """Return where a file of this name goes; its subfolder is made.

        Args:
            name: One plain name.
            subfolder: ``release``, ``return``, or empty for the folder itself.

        Raises:
            InternalError: The name has a separator, a NUL or a leading dot, or is
                that of a folder here: names come from us, so it is our fault.
            ResourceError: The subfolder cannot be made.
        """
        if not _is_plain(name) or (not subfolder and name in _OWN):
            raise InternalError("publish.name")
        if subfolder not in ("", "release", "return"):
            raise InternalError("publish.name")
        folder = self.folder / subfolder
        if subfolder:
            with disk_errors(), contextlib.suppress(FileExistsError):
                folder.mkdir(_FOLDER_MODE)
        return folder / name

    def create(self, name: str, subfolder: Subfolder = "") -> FileSink:
        """Open a new file for writing; see :meth:`path`.

        Raises:
            InternalError: The name is not plain.
            ResourceError: The file cannot be made, or exists.
        """
        return FileSink(self.path(name, subfolder), mode=_FILE_MODE)

    def withdraw(self, subfolder: Literal["release", "return"]) -> None:
        """Remove a subfolder and what was written into it: it will not be published.

        Raises:
            ResourceError: It cannot be removed.
        """
        with disk_errors(), contextlib.suppress(FileNotFoundError):
            shutil.rmtree(self.folder / subfolder)

    def publish(self) -> Path:
        """Put everything on disk and rename the folder to its goal.

        All files must be closed. After an error nothing is published; :meth:`discard`
        then removes the staging folder.

        Returns:
            The published folder.

        Raises:
            UsageError: ``usage.output_exists``: somebody made it meanwhile.
            ResourceError: The disk is full, or something cannot be written.
        """
        folder = self.folder
        with disk_errors():
            for private in (self.spill, self.scratch):
                with contextlib.suppress(FileNotFoundError):
                    shutil.rmtree(private)
            _settle(folder)
            folder.chmod(self._mode)
            _sync(folder, _DIRECTORY)
            exists = not rename_new(folder, self.out)
            if not exists:
                # Until the parent is on disk a power cut could still undo the rename.
                _sync(self.out.parent, _DIRECTORY)
        if exists:
            raise UsageError("usage.output_exists", out=str(self.out))
        self._folder = None
        self._unlock()
        return self.out

    def discard(self) -> None:
        """Remove everything that is not published. Never raises; may be called twice."""
        folder, self._folder = self._folder, None
        if folder is not None:
            # A stop between the rename and its confirmation leaves our folder at the goal.
            if self._is_ours(self.out):
                with contextlib.suppress(OSError):
                    self.out.rename(folder)
            with contextlib.suppress(OSError):
                shutil.rmtree(folder, ignore_errors=True)
        self._unlock()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.discard()

    def _make(self) -> None:
        """Make the staging folder, and lock it before anybody takes it for a dead one."""
        for _ in range(_TRIES):
            folder = staging_beside(self.out)
            _make_folder(folder, self.out)
            self._folder = folder
            # Another run may take it for a dead one before it is locked, and remove it.
            with disk_errors(), contextlib.suppress(FileNotFoundError):
                # What the umask and the parent made of our wish is what gets published.
                self._mode = stat.S_IMODE(os.lstat(folder).st_mode) & ~0o027
                folder.chmod(0o700 | (self._mode & stat.S_ISGID))
                self._lock = os.open(folder, _DIRECTORY)
                if locked(self._lock, if_unsupported=True) and self._is_there(folder):
                    return
            self._unlock()
        raise disk_error(errno.EBUSY)

    def _is_there(self, folder: Path) -> bool:
        """Tell whether nobody removed the folder before it was locked."""
        with disk_errors(), contextlib.suppress(FileNotFoundError):
            return os.path.samestat(os.fstat(self._lock), os.lstat(folder))
        return False

    def _is_ours(self, path: Path) -> bool:
        if self._lock < 0:
            return False
        try:
            return os.path.samestat(os.fstat(self._lock), os.lstat(path))
        except OSError:
            return False

    def _unlock(self) -> None:
        lock, self._lock = self._lock, -1
        if lock >= 0:
            with contextlib.suppress(OSError):
                os.close(lock)


def _goal(out: Path) -> Path:
    """Check that the output can be made, and fix where that is."""
    shown = str(out)
    if "\0" in shown or out.name in ("", "..") or len(os.fsencode(out.name)) > _LONGEST_NAME:
        raise UsageError("usage.output_name", out=shown)
    if os.path.lexists(out):
        raise UsageError("usage.output_exists", out=shown)
    if not os.path.isdir(out.parent):  # noqa: PTH112  the method raises on some faults
        raise UsageError("usage.output_parent_missing", out=shown)
    # The parent's real place, so that a link that changes meanwhile does not lead astray.
    return Path(os.path.realpath(out.parent)) / out.name


def _make_folder(folder: Path, out: Path) -> None:
    try:
        folder.mkdir(_FOLDER_MODE)
    except OSError as error:
        number = error.errno
    else:
        return
    if number in _DENIED:
        raise UsageError("usage.output_parent_denied", out=str(out))
    raise disk_error(number)


def _is_plain(name: str) -> bool:
    return bool(name) and not name.startswith(".") and not set(name) & {"/", "\\", "\0"}


def _settle(folder: Path) -> None:
    """Give everything under ``folder`` its permissions, and see that it is on disk."""
    with os.scandir(folder) as listing:
        entries = sorted(listing, key=lambda entry: entry.name)
    for entry in entries:
        path = Path(entry.path)
        if entry.is_dir(follow_symlinks=False):
            _settle(path)
            _sync(path, _DIRECTORY, _FOLDER_MODE)
        elif entry.is_file(follow_symlinks=False):
            _sync(path, _FILE, _FILE_MODE)
        else:
            raise InternalError("publish.foreign_entry")


def _sync(path: Path, flags: int, most: int = 0) -> None:
    """Wait until ``path`` is on disk; where ``most`` is given, allow no more than that."""
    fd = os.open(path, flags)
    try:
        if most:
            mode = stat.S_IMODE(os.fstat(fd).st_mode)
            os.fchmod(fd, mode & (most | stat.S_ISGID))
        os.fsync(fd)
    except OSError as error:
        # Some file systems cannot do this for folders, and need not.
        if not (flags & os.O_DIRECTORY and error.errno in (errno.EINVAL, errno.EOPNOTSUPP)):
            raise
    finally:
        os.close(fd)
