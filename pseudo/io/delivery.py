# SPDX-License-Identifier: Apache-2.0
"""What was delivered, file by file: an archive is as many files as it holds."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from types import MappingProxyType

from pseudo.errors import DeliveryError, UsageError
from pseudo.io.detect import GZIP, SQL, ZIP, ZSTANDARD, sniff
from pseudo.io.formats import BINARY
from pseudo.io.sandbox.unpacking import members_of
from pseudo.io.source import ReadOptions, Source
from pseudo.io.unpacked import Kept, Unpacked
from pseudo.io.watch import Watched
from pseudo.safe import is_safe, safe_text

__all__ = ["Part", "open_only", "open_part", "parts_of"]

_PACKINGS: Mapping[str, str] = MappingProxyType({GZIP: "gzip", ZSTANDARD: "zstd", ZIP: "zip"})


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a delivery that holds a table.

    Attributes:
        path: The file as it was delivered.
        delivered: Number of that among the delivered files, from 1.
        size: Bytes that it takes there.
        packing: How it is packed: ``gzip``, ``zstd``, ``zip``, or empty.
        member: Its number in an archive.
        name: Its name there, where it can be shown.
    """

    path: Path
    delivered: int
    size: int
    packing: str = ""
    member: int = 0
    name: str = ""

    @property
    def shown(self) -> str:
        """What it is called: by name where that can be shown, else by number."""
        outer = self.path.name
        outer = safe_text(outer) if is_safe(outer) else f"#{self.delivered}"
        return f"{outer}: {self.name}" if self.member else outer


def parts_of(path: str | os.PathLike[str], delivered: int, options: ReadOptions) -> list[Part]:
    """Find out of how many files a delivered file is.

    Args:
        path: The file.
        delivered: Its number among those that were delivered, from 1.
        options: Limits of the child that looks into archives.

    Raises:
        UsageError: It cannot be opened.
        DeliveryError: It is an archive that cannot be read, is encrypted, empty or too
            large, or tries to lead elsewhere.
        ResourceError: The system cannot read it, or a limit was reached.
    """
    with Watched(path) as watched:
        packing = _PACKINGS.get(sniff(watched), "")
        if packing != "zip":
            return [Part(Path(path), delivered, watched.size, packing)]
        members = members_of(watched.fd, options, file=delivered)
    if not members:
        raise DeliveryError("delivery.archive_empty", file=delivered)
    return [
        Part(
            Path(path),
            delivered,
            member.packed,
            packing,
            member.number,
            safe_text(member.name) if is_safe(member.name) else f"#{member.number}",
        )
        for member in members
    ]


def open_part(part: Part, file: int, options: ReadOptions) -> Source:
    """Open a file of a delivery as what its content says that it is.

    Args:
        part: The file.
        file: Its number in the delivery, from 1.
        options: How to read it.

    Returns:
        The open file. Whoever asked for it closes it.

    Raises:
        UsageError: It cannot be opened, or an option makes no sense.
        DeliveryError: It is nothing that can be read, or not as what it is.
        ResourceError: The system cannot read it.
    """
    if not part.packing:
        return _opened(Watched(part.path), file, options)
    unpacked = Unpacked(part.path, part.packing, part.member, part.size, options, file=file)
    return _opened(unpacked, file, options)


def open_only(
    path: str | os.PathLike[str], file: int, options: ReadOptions, member: str | int | None
) -> Source:
    """Open a file that has to be a single one, or one of an archive.

    Raises:
        UsageError: It is an archive of several and it is not said which one is meant
            (``usage.several_files``), or has none of that name or number
            (``usage.no_such_member``).
    """
    return open_part(_only(parts_of(path, file, options), member), file, options)


def _only(parts: list[Part], member: str | int | None) -> Part:
    if member is None and len(parts) == 1:
        return parts[0]
    code = "usage.several_files" if member is None else "usage.no_such_member"
    found = [part for part in parts if part.member and member in (part.name, part.member)]
    if len(found) != 1:
        names = tuple(part.name for part in parts if part.member)
        raise UsageError(code, file=parts[0].path.name, files=names)
    return found[0]


def _opened(watched: Watched, file: int, options: ReadOptions) -> Source:
    """Give an open file to its reader, which closes it."""
    try:
        found = sniff(watched)
        reading = BINARY.get(found)
        if isinstance(watched, Unpacked):
            watched = _unpacked(watched, found, file)
    except BaseException:
        watched.close()
        raise
    # Imported only when a file is opened: both drag pyarrow in.
    if reading is not None:
        from pseudo.io.binary import BinarySource

        return BinarySource(watched, file, options, parser=reading.parser, format=reading.format)
    if found == SQL:
        from pseudo.io.sqldump import SqlDumpSource

        return SqlDumpSource(watched, file, options)
    if options.fixed_width:
        from pseudo.io.text.fixed_width import FixedWidthSource

        return FixedWidthSource(watched, file, options)
    from pseudo.io.text.source import TextSource

    return TextSource(watched, file, options)


def _unpacked(unpacked: Unpacked, found: str, file: int) -> Unpacked | Kept:
    """Make what was unpacked readable as its format needs it."""
    if found in _PACKINGS:
        raise DeliveryError("delivery.packed_twice", file=file, found=found)
    return Kept(unpacked) if found in BINARY else unpacked
