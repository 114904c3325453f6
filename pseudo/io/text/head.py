# SPDX-License-Identifier: Apache-2.0
"""The beginning of a text file: what it is judged by before any record is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NoReturn

from pseudo.errors import DeliveryError
from pseudo.io.detect import SQL, TEXT, is_binary, sniff
from pseudo.io.refusals import refusal
from pseudo.io.text.encoding import HEAD_BYTES, Choice, Transcoder, choose
from pseudo.io.text.faults import Place, refuse_prefix
from pseudo.io.watch import Watched
from pseudo.kernel import Kernel

__all__ = ["Head", "read_head"]


@dataclass(frozen=True, slots=True, repr=False)
class Head:
    """The first bytes of a file, at most :data:`~pseudo.io.text.encoding.HEAD_BYTES`.

    Attributes:
        raw: As they stand in the file.
        text: In UTF-8, without a byte order mark, up to a byte that cannot be decoded.
        whole: Whether ``text`` is all of the file.
        failed: Whether ``text`` stops at a byte that cannot be decoded.
        choice: The encoding.
    """

    raw: bytes
    text: bytes
    whole: bool
    failed: bool
    choice: Choice

    def refuse_undecodable(self, before: bytes, delimiter: int, place: Place) -> NoReturn:
        """Refuse the file for the byte that follows ``before``, a block at ``place``.

        Raises:
            DeliveryError: Always.
        """
        refuse_prefix(before, delimiter, place, "delivery.undecodable", encoding=self.choice.codec)


def read_head(
    watched: Watched, *, told: str | None, file: int, kernel: Kernel, sql: bool = False
) -> Head:
    """Read and decode the beginning of a file, and refuse what is no text.

    Args:
        watched: The file, at its beginning.
        told: Name of the encoding, or None.
        file: Number of the file in the delivery.
        kernel: What decodes.
        sql: Whether a SQL dump is a text, too.

    Raises:
        DeliveryError: The file is empty, or not a text.
        UsageError: The told encoding is not one that is read.
    """
    raw = _first_bytes(watched)
    if not raw:
        raise DeliveryError("delivery.empty", file=file)
    found = sniff(raw)
    if found != TEXT and not (sql and found == SQL):
        raise refusal(found, file)
    ended = watched.ended
    choice = choose(raw, whole=ended, told=told, file=file)
    transcoder = Transcoder(choice, kernel)
    text = transcoder.feed(raw, final=ended)
    # Seen in the file's own bytes where that is possible, for what is no text at all
    # can seldom be decoded far.
    if is_binary(raw if choice.narrow else text):
        raise DeliveryError("delivery.not_text", file=file, found="binary")
    failed = transcoder.failed
    if not failed and not text.strip():
        raise DeliveryError("delivery.empty", file=file)
    return Head(raw, text, ended and not failed, failed, choice)


def _first_bytes(watched: Watched) -> bytes:
    parts = [watched.read(HEAD_BYTES)]
    while parts[-1] and sum(map(len, parts)) < HEAD_BYTES:
        parts.append(watched.read(HEAD_BYTES - sum(map(len, parts))))
    return b"".join(parts)
