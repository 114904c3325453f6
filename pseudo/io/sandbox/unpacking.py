# SPDX-License-Identifier: Apache-2.0
"""The parent's side of unpacking: the bytes of one packed file, and what an archive holds.

The child sends bare bytes, of which nothing is believed; or the list of an archive's files
as a JSON array of name, packed size and size, which is looked at entry by entry.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from pseudo.io.sandbox.process import Process

if TYPE_CHECKING:
    from pseudo.io.source import ReadOptions

__all__ = ["Member", "Unpacking", "members_of"]

_LARGEST_LIST = 1024 * 1024
_LONGEST_NAME = 200


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive.

    Attributes:
        number: Its place among those that are a submitter's, from 1.
        name: Its name without folders; the submitter's own text.
        packed: Bytes that it takes, as the archive says.
    """

    number: int
    name: str
    packed: int


class Unpacking(Process):
    """The bytes of a packed file, as a child unpacks them.

    Args:
        fd: The packed file.
        packing: ``gzip``, ``zstd`` or ``zip``.
        member: Number of the file in the archive; 0 for the archive's list.
        options: Limits.
        file: Number of the file in the delivery, for errors.
    """

    def __init__(
        self, fd: int, packing: str, member: int, options: ReadOptions, *, file: int
    ) -> None:
        self._sent = 0
        self._ended = False
        self._fd = fd
        arguments = {"packing": packing, "member": member}
        super().__init__("unpack", fd, options, file=file, arguments=arguments)

    def read(self, count: int) -> bytes:
        """Read ``count`` bytes; fewer only at the end, where all has been well."""
        data = b"" if self._ended else bytes(self._taken(lambda: self._data.read(count)))
        self._sent += len(data)
        if len(data) < count and not self._ended:
            self._ended = True
            self._finished(self._sent)
        return data

    @property
    def place(self) -> int:
        """How far the child has come in the packed file."""
        return os.lseek(self._fd, 0, os.SEEK_CUR)


def members_of(fd: int, options: ReadOptions, *, file: int) -> list[Member]:
    """List the files of a zip archive.

    Raises:
        DeliveryError: It is no archive that can be read, encrypted, or tries to lead
            elsewhere.
        ResourceError: A limit was reached.
    """
    with Unpacking(fd, "zip", 0, options, file=file) as listing:
        members = _members(listing.read(_LARGEST_LIST))
        if members is None:
            raise listing.unsound()
    return members


def _members(listed: bytes) -> list[Member] | None:
    try:
        found = json.loads(listed)
        members = [
            Member(number, name, packed) for number, (name, packed, _) in enumerate(found, start=1)
        ]
    except (ValueError, TypeError, RecursionError):
        return None
    sound = all(
        isinstance(one.name, str)
        and len(one.name) <= _LONGEST_NAME
        and type(one.packed) is int
        and one.packed >= 0
        for one in members
    )
    return members if sound else None
