# SPDX-License-Identifier: Apache-2.0
"""In the child: the members of a SAS transport file, and where their rows are.

The library reads the first member and takes all that follows for its rows, so it is shown
one member at a time; and it stops without a word where a file was cut, so that is found
out here. All is in records of 80 bytes: three of the library, then of each member a header,
its columns, and rows one after the other, blanks behind the last.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pseudo.io.sandbox.verdict import Refused
from pseudo.io.sandbox.worker import InputFile

__all__ = ["Member", "Ranges", "Rows", "rows_of", "table_of"]

_RECORD = 80
_LIBRARY = 3 * _RECORD
_MEMBER = b"HEADER RECORD*******MEMB"
_ROWS = b"HEADER RECORD*******OBS"
_NAME = slice(2 * _RECORD + 8, 2 * _RECORD + 40)
_LOOK = 1024 * 1024 // _RECORD * _RECORD


class Ranges(io.RawIOBase):
    """Parts of a file as one file.

    Args:
        file: The file.
        parts: Where each part begins and ends.
        changed: Where in the first of them other bytes are to stand, and which.
    """

    def __init__(
        self,
        file: InputFile,
        parts: Sequence[tuple[int, int]],
        changed: tuple[int, bytes] = (0, b""),
    ) -> None:
        super().__init__()
        self._changed = changed
        self._file = file
        self._parts = parts
        self._size = sum(end - begin for begin, end in parts)
        self._position = 0

    def readable(self) -> bool:
        """Say that this is a file to read."""
        return True

    def seekable(self) -> bool:
        """Say that any place can be gone to."""
        return True

    def seek(self, offset: int, whence: int = io.SEEK_SET, /) -> int:
        """Go to a place; before the beginning is the beginning."""
        base = (0, self._position, self._size)[whence]
        self._position = max(0, base + offset)
        return self._position

    def readinto(self, buffer: bytearray | memoryview, /) -> int:  # type: ignore[override]
        """Read into ``buffer``, from one part at most; return how many bytes."""
        view = memoryview(buffer).cast("B")
        before = 0
        for begin, end in self._parts:
            inside = self._position - before
            if inside < end - begin:
                self._file.seek(begin + inside)
                data = self._file.read(min(len(view), end - begin - inside))
                view[: len(data)] = data if before else self._with_change(data, inside)
                self._position += len(data)
                return len(data)
            before += end - begin
        return 0

    def _with_change(self, data: bytes, begin: int) -> bytes:
        place, other = self._changed
        first, last = max(place, begin), min(place + len(other), begin + len(data))
        if first >= last:
            return data
        return data[: first - begin] + other[first - place : last - place] + data[last - begin :]


@dataclass(frozen=True, slots=True)
class Member:
    """A table of a transport file.

    Attributes:
        name: Its name.
        begin: Where its header begins.
        rows: Where its rows begin.
        end: Where they end, with the blanks behind them.
    """

    name: str
    begin: int
    rows: int
    end: int

    def whole(self, file: InputFile, skipped: int = 0) -> Ranges:
        """Give a file that holds this member only, without some bytes of its rows."""
        rows = min(self.rows + skipped, self.end)
        return Ranges(file, ((0, _LIBRARY), (self.begin, self.rows), (rows, self.end)))


@dataclass(frozen=True, slots=True)
class Rows:
    """How rows lie in a member.

    Attributes:
        length: Bytes of each.
    """

    length: int


def table_of(file: InputFile, told: str | int | None) -> tuple[Member, list[str]]:
    """Find the member that is meant.

    Returns:
        It, and the names of all.

    Raises:
        Refused: There are several and none was told, or none is the told one; or the file
            is damaged.
    """
    if file.size % _RECORD:
        raise Refused("delivery.unreadable", format="SAS")
    begins = list(_found(file, _MEMBER, _LIBRARY, file.size))
    ends = [*begins[1:], file.size]
    names = [_name(file, begin) for begin in begins]
    if not begins:
        raise Refused("delivery.unreadable", format="SAS")
    place = _chosen(names, told)
    begin, end = begins[place], ends[place]
    rows = next(_found(file, _ROWS, begin, end), None)
    if rows is None:
        raise Refused("delivery.unreadable", format="SAS")
    return Member(names[place], begin, rows + _RECORD, end), names


def rows_of(file: InputFile, member: Member, length: int) -> Rows:
    """Make sure that a member ends with a whole row.

    Raises:
        Refused: It was cut.
    """
    if length < 1:
        raise Refused("delivery.no_columns")
    left = (member.end - member.rows) % length
    file.seek(member.end - left)
    if file.read(left).strip(b" "):
        raise Refused("delivery.unreadable", format="SAS")
    return Rows(length)


def _chosen(names: Sequence[str], told: str | int | None) -> int:
    if told is None:
        if len(names) > 1:
            raise Refused("usage.several_tables", tables=list(names))
        return 0
    wanted = str(told).strip().upper()
    for place, name in enumerate(names):
        if name.upper() == wanted:
            return place
    if wanted.isdecimal() and len(wanted) < 10 and 1 <= int(wanted) <= len(names):
        return int(wanted) - 1
    raise Refused("usage.no_such_table", tables=list(names))


def _name(file: InputFile, begin: int) -> str:
    file.seek(begin)
    head = file.read(3 * _RECORD)
    name = head[_NAME]
    # Version 5 has eight letters for a name, and the word SASDATA after them.
    if name[8:16] == b"SASDATA ":
        name = name[:8]
    return name.decode("ascii", "replace").strip()


def _found(file: InputFile, mark: bytes, begin: int, end: int) -> Iterator[int]:
    """Find the records that begin in a certain way."""
    for place in range(begin, end, _LOOK):
        file.seek(place)
        block = file.read(min(_LOOK, end - place))
        at = block.find(mark)
        while at >= 0:
            if not at % _RECORD:
                yield place + at
            at = block.find(mark, at + 1)
