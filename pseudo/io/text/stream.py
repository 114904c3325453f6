# SPDX-License-Identifier: Apache-2.0
"""A stream of text, cut into blocks of whole records.

What does not complete a record waits for the next piece, so the blocks differ with the
size of the pieces and the records never do.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pseudo.io.text.encoding import Transcoder
from pseudo.io.text.faults import Place, refuse_long, refuse_open_quote, refuse_prefix
from pseudo.io.text.head import Head
from pseudo.io.text.header import Header
from pseudo.io.watch import Watched
from pseudo.kernel import Framed, Kernel

__all__ = ["Block", "blocks", "raw_pieces"]

_LONG = 4096
_ENOUGH = 1024 * 1024


@dataclass(frozen=True, slots=True, repr=False)
class Block:
    """Whole records with their place.

    Attributes:
        text: The block; what follows its complete records belongs to the next one.
        framed: Its records.
        place: Where it stands.
        done: Bytes of the file that were read.
    """

    text: bytes
    framed: Framed
    place: Place
    done: int


def raw_pieces(watched: Watched, head: Head, size: int) -> Iterator[tuple[bytes, int, bool]]:
    """Give the file's bytes in pieces, what was read at opening first.

    Yields:
        The bytes, how many of the file they complete, whether they are the last.
    """
    done = 0
    while done < len(head.raw):
        piece = head.raw[done : done + size]
        done += len(piece)
        yield piece, done, False
    while piece := watched.read(size):
        done += len(piece)
        yield piece, watched.told(done), False
    # A file that was cut short must be called changed, not badly written.
    watched.verify()
    yield b"", watched.told(done), True


def _texts(
    watched: Watched, head: Head, header: Header, size: int, kernel: Kernel
) -> Iterator[tuple[bytes, int, bool, bool]]:
    """Give what follows the header, in UTF-8.

    Yields:
        As :func:`raw_pieces`, and whether a byte follows that cannot be decoded.
    """
    transcoder = Transcoder(head.choice, kernel)
    skip = header.offset
    for raw, done, final in raw_pieces(watched, head, size):
        text = transcoder.feed(raw, final=final)
        skipped = min(skip, len(text))
        skip -= skipped
        yield text[skipped:], done, final, transcoder.failed


def _too_little(more: list[bytes], waiting: bytes) -> bool:
    """Tell whether to read on before looking again for the end of a long record.

    It is looked for from the record's beginning each time, so small pieces of a long
    record would take a time that grows with its square.
    """
    return len(waiting) > _LONG and sum(map(len, more)) < min(len(waiting), _ENOUGH)


def blocks(
    watched: Watched, head: Head, header: Header, delimiter: int, size: int, kernel: Kernel
) -> Iterator[Block]:
    """Cut the rest of a file, after its header, into blocks of whole records.

    Args:
        watched: The file, from which ``head`` was read.
        head: Its beginning.
        header: Its header.
        delimiter: The byte between fields.
        size: Bytes of the file to take at a time.
        kernel: What decodes and frames.

    Raises:
        DeliveryError: A record is longer than the limit, a quote is not closed, there
            is a zero byte or one that cannot be decoded, or the file has changed.
        ResourceError: The system cannot read it.
    """
    place = header.place
    waiting = b""
    more: list[bytes] = []
    for text, done, final, failed in _texts(watched, head, header, size, kernel):
        more.append(text)
        zero = b"\0" in text
        if not (zero or failed or final) and _too_little(more, waiting):
            continue
        block, more = b"".join((waiting, *more)), []
        if zero or failed:
            # What is whole before the bad byte is judged, so that it is in the error list.
            good = block[: block.find(0)] if zero else block
            framed = kernel.frame(good, delimiter, final=False)
            refuse_long(good, framed, place)
            yield Block(good, framed, place, done)
            rest, place = good[framed.consumed :], place.after(framed)
            if zero:
                refuse_prefix(rest, delimiter, place, "delivery.nul_byte")
            head.refuse_undecodable(rest, delimiter, place)
        framed = kernel.frame(block, delimiter, final=final)
        refuse_long(block, framed, place)
        if final:
            refuse_open_quote(block, framed, place)
        yield Block(block, framed, place, done)
        place, waiting = place.after(framed), block[framed.consumed :]
