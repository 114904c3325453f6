# SPDX-License-Identifier: Apache-2.0
"""The text of a dump as a stream: a window that moves over it, and where it stands.

A window never ends within a line end, nor early in a line, so that what is told by how a
line begins is there whole. What it holds before :attr:`Window.at` was dealt with.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NoReturn

import numpy as np
import numpy.typing as npt

from pseudo.errors import DeliveryError
from pseudo.io.text.encoding import Transcoder
from pseudo.io.text.head import Head
from pseudo.io.text.stream import raw_pieces
from pseudo.io.watch import Watched
from pseudo.kernel import Kernel

__all__ = ["Window"]

# What patterns may look back at, and how early in a line a window may not end.
_BEHIND = 16
_EARLY = 256
_TAIL = 4096


class Window:
    """A part of a dump's text, in UTF-8.

    Args:
        watched: The file, from which ``head`` was read.
        head: Its beginning.
        size: Bytes of the file to take at a time.
        file: Number of the file in the delivery.
        kernel: What decodes.

    Attributes:
        text: The part.
        at: Where it is not dealt with yet.
        final: Whether the text ends with it; then a line end was added to it.
        done: Bytes of the file that were read.
        record: Record number of the next row.
        first: Its first bytes.
        tail: Its last bytes so far.
    """

    def __init__(self, watched: Watched, head: Head, size: int, file: int, kernel: Kernel) -> None:
        self.text = b""
        self.at = 0
        self.final = False
        self.done = 0
        self.record = 2
        self.first = head.text[:_TAIL]
        self.tail = b""
        self.file = file
        self._codec = head.choice.codec
        self._texts = _texts(watched, head, size, kernel)
        self._held = b""
        self._line = 1
        self._before = 0
        self._ends: npt.NDArray[np.int64] | None = None
        self._bad = ""
        self._whole = False

    def more(self, begin: int | None = None) -> bool:
        """Take in more of the text, and let go of what was dealt with.

        Places in the text change; :attr:`at` changes with them.

        Args:
            begin: What else is still needed: where it begins, before :attr:`at`.

        Returns:
            Whether there was more.

        Raises:
            DeliveryError: The text goes on with a byte that cannot be read, or the file has
                changed.
        """
        if self.final:
            return False
        if self._bad:
            # What is whole before the bad byte was judged.
            params = {"encoding": self._codec} if self._bad == "delivery.undecodable" else {}
            self.refuse_at(len(self.text), self._bad, **params)
        first = self.at if begin is None else begin
        self._take(first, len(self.text) - first)
        return True

    def _take(self, first: int, waiting: int) -> None:
        cut = max(0, first - _BEHIND)
        if cut and self.text[cut - 1 : cut + 1] == b"\r\n":
            cut -= 1
        self._line += int(np.searchsorted(self.line_ends, cut, "right"))
        self._before += cut
        parts = [self.text[cut:], self._held]
        self.at -= cut
        taken = 0
        # What waits is looked at again from its beginning each time: so twice as much.
        while taken <= waiting and not self._whole and not self._bad:
            part = self._next()
            parts.append(part)
            taken += len(part)
        text = b"".join(parts)
        end = len(text)
        if self._whole:
            self.final = not self._bad
            text += b"\n" if self.final else b""
            end = len(text)
        elif not self._bad:
            end = _end(text)
        self.text, self._held = text[:end], text[end:]
        self._ends = None

    def _next(self) -> bytes:
        part, self.done, self._whole, failed = next(self._texts)
        zero = part.find(0)
        if zero >= 0:
            self._bad, part = "delivery.nul_byte", part[:zero]
        elif failed:
            self._bad = "delivery.undecodable"
        self.tail = (self.tail + part)[-_TAIL:]
        return part

    def has(self, count: int) -> None:
        """Have so many bytes to look at, or all that there are."""
        while len(self.text) - self.at < count and not self.final and not self._bad:
            self.more()

    @property
    def position(self) -> int:
        """How much of the text was dealt with, in bytes."""
        return self._before + self.at

    @property
    def line_ends(self) -> npt.NDArray[np.int64]:
        """Where in the text a line ends: behind LF, CR LF and a lone CR."""
        if self._ends is None:
            self._ends = _line_ends(self.text)
        return self._ends

    def lines(self, places: npt.NDArray[np.int64]) -> npt.NDArray[np.int64]:
        """Give the physical lines of places in the text."""
        return np.searchsorted(self.line_ends, places, "right") + self._line

    def line(self, place: int) -> int:
        """Give the physical line of a place in the text."""
        return int(self.lines(np.array([place], np.int64))[0])

    def refuse_at(self, place: int, code: str, **params: int | str) -> NoReturn:
        """Refuse the dump for what stands at a place of the text.

        Raises:
            DeliveryError: Always.
        """
        self.refuse(self.record, self.line(place), code, **params)

    def refuse(self, record: int, line: int, code: str, **params: int | str) -> NoReturn:
        """Refuse the dump for what begins on a line.

        Raises:
            DeliveryError: Always.
        """
        raise DeliveryError(code, file=self.file, record=record, line=line, **params)


def _line_ends(text: bytes) -> npt.NDArray[np.int64]:
    data = np.frombuffer(text, np.uint8)
    ends = data == 0x0A
    if b"\r" in text:
        lone = data == 0x0D
        lone[:-1] &= ~ends[1:]
        ends |= lone
    return np.flatnonzero(ends).astype(np.int64) + 1


def _end(text: bytes) -> int:
    """Tell where a text can be cut: behind a line end if one is near, but not in one."""
    end = len(text) - text.endswith(b"\r")
    near = max(0, end - _EARLY)
    return (max(text.rfind(b"\n", near, end), text.rfind(b"\r", near, end)) + 1) or end


def _texts(
    watched: Watched, head: Head, size: int, kernel: Kernel
) -> Iterator[tuple[bytes, int, bool, bool]]:
    """Give the file's text in pieces.

    Yields:
        The piece, how many bytes of the file it completes, whether it is the last, and
        whether a byte follows that cannot be decoded.
    """
    transcoder = Transcoder(head.choice, kernel)
    for raw, done, final in raw_pieces(watched, head, size):
        yield transcoder.feed(raw, final=final), done, final, transcoder.failed
