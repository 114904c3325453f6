# SPDX-License-Identifier: Apache-2.0
"""Temporary files of pseudonymized rows: appended to, read back in order, removed.

Rows are packed into pieces (an Arrow IPC message, compressed), which any thread may do,
and pieces appended to a file, which happens in order. The file is open only while a
piece is written or read, so any number of them can be in use.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pseudo.durable import write_all
from pseudo.errors import ResourceError
from pseudo.io.writers.sink import disk_errors

__all__ = ["Piece", "SpillFile", "pack"]

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
# Measured on rows of 82 bytes: LZ4 saves 27 % for 100 ns a row; zstd saves 57 % for 300.
_CODEC = "lz4"
_HEAD = 16


@dataclass(frozen=True, slots=True, repr=False)
class Piece:
    """Rows packed for a file.

    Attributes:
        rows: How many.
        size: Bytes they take in memory.
        data: The piece: length of the packed message and of the message, 8 bytes each,
            little-endian, and the packed message.
    """

    rows: int
    size: int
    data: bytes


def pack(rows: pa.RecordBatch) -> Piece:
    """Pack rows; at least one."""
    message = rows.serialize()
    packed = pa.compress(message, codec=_CODEC)
    head = packed.size.to_bytes(8, "little") + message.size.to_bytes(8, "little")
    return Piece(rows.num_rows, message.size, b"".join((head, packed)))


class SpillFile:
    """Rows set aside on disk.

    Args:
        path: Where; made with the first rows, readable by nobody else.
        schema: The rows' columns.

    Attributes:
        rows: Rows in it.
        size: Bytes they take in memory.

    Raises (from every method):
        ResourceError: The disk is full, or the file cannot be written or read back.
    """

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self.path = path
        self.rows = 0
        self.size = 0
        self._stored = 0
        self._schema = schema

    def append(self, *pieces: Piece) -> None:
        """Write rows after those that are there."""
        with disk_errors():
            fd = os.open(self.path, _APPEND, 0o600)
            try:
                for piece in pieces:
                    write_all(fd, piece.data)
            finally:
                os.close(fd)
        self.rows += sum(piece.rows for piece in pieces)
        self.size += sum(piece.size for piece in pieces)
        self._stored += sum(len(piece.data) for piece in pieces)

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in the order in which they were written."""
        if not self.rows:
            return
        rows = 0
        with disk_errors():
            fd = os.open(self.path, _READ)
        try:
            while (batch := self._next(fd)) is not None:
                rows += batch.num_rows
                yield batch
        finally:
            with disk_errors():
                os.close(fd)
        if rows != self.rows:
            raise ResourceError("io.write_failed")

    def remove(self) -> None:
        """Remove the file; nothing happens where nothing was written."""
        if self.rows:
            with disk_errors():
                self.path.unlink()
        self.rows = self.size = self._stored = 0

    def _next(self, fd: int) -> pa.RecordBatch | None:
        head = _read_up_to(fd, _HEAD)
        if not head:
            return None
        stored, size = int.from_bytes(head[:8], "little"), int.from_bytes(head[8:], "little")
        # Whatever a damaged head says, no piece has more than all of the file. What hardly
        # compresses is longer packed than not, so the two are counted apart.
        sound = stored <= self._stored and size <= self.size
        packed = _read_up_to(fd, stored) if sound else b""
        batch = _unpacked(packed, size, self._schema) if len(packed) == stored else None
        if batch is None:
            raise ResourceError("io.write_failed")
        return batch


def _unpacked(packed: bytes, size: int, schema: pa.Schema) -> pa.RecordBatch | None:
    # The library's message may quote what it read, so the error is made elsewhere.
    try:
        message = pa.decompress(packed, size, codec=_CODEC)
        return pa.ipc.read_record_batch(message, schema)
    except (pa.ArrowException, OSError):
        return None


def _read_up_to(fd: int, size: int) -> bytes:
    parts: list[bytes] = []
    with disk_errors():
        while size and (part := os.read(fd, size)):
            parts.append(part)
            size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)
