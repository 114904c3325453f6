# SPDX-License-Identifier: Apache-2.0
"""Temporary files of pseudonymized rows: appended to, read back in order, removed.

A file is a row of pieces; a piece is its length (8 bytes, little-endian) and an Arrow
IPC stream. The file is open only while a piece is written or read, so any number of
them can be in use.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa

from pseudo.errors import ResourceError
from pseudo.io.writers.sink import disk_errors

__all__ = ["SpillFile"]

_APPEND = os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_BATCH_ROWS = 65_536
# Measured: pseudonyms do not compress, so zstd and lz4 cost half as much time again, and
# more in small pieces, to save a third of the bytes.
_OPTIONS = pa.ipc.IpcWriteOptions(compression=None)


class SpillFile:
    """Rows set aside on disk.

    Args:
        path: Where; made with the first rows, readable by nobody else.

    Attributes:
        rows: Rows in it.
        size: Bytes they take in memory.

    Raises (from every method):
        ResourceError: The disk is full, or the file cannot be written or read back.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.rows = 0
        self.size = 0

    def append(self, rows: pa.RecordBatch) -> None:
        """Write rows after those that are there."""
        if not rows.num_rows:
            return
        framed = pa.BufferOutputStream()
        with pa.ipc.new_stream(framed, rows.schema, options=_OPTIONS) as stream:
            for start in range(0, rows.num_rows, _BATCH_ROWS):
                stream.write_batch(rows.slice(start, _BATCH_ROWS))
        piece = framed.getvalue()
        with disk_errors():
            fd = os.open(self.path, _APPEND, 0o600)
            try:
                _write_all(fd, piece.size.to_bytes(8, "little"))
                _write_all(fd, piece)
            finally:
                os.close(fd)
        self.rows += rows.num_rows
        self.size += rows.nbytes

    def read(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows in the order in which they were written."""
        if not self.rows:
            return
        rows = 0
        with disk_errors():
            fd = os.open(self.path, _READ)
        try:
            while (piece := _next_piece(fd)) is not None:
                for batch in _batches(piece):
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
        self.rows = self.size = 0


def _write_all(fd: int, data: bytes | pa.Buffer) -> None:
    view = memoryview(data).cast("B")
    while view:
        view = view[os.write(fd, view) :]


def _next_piece(fd: int) -> bytes | None:
    head = _read_up_to(fd, 8)
    if not head:
        return None
    size = int.from_bytes(head, "little")
    piece = _read_up_to(fd, size)
    if len(piece) != size:
        raise ResourceError("io.write_failed")
    return piece


def _read_up_to(fd: int, size: int) -> bytes:
    parts: list[bytes] = []
    with disk_errors():
        while size and (part := os.read(fd, size)):
            parts.append(part)
            size -= len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _batches(piece: bytes) -> list[pa.RecordBatch]:
    # The library's message may quote what it read, so the error is made outside.
    try:
        with pa.ipc.open_stream(piece) as stream:
            return list(stream)
    except (pa.ArrowException, OSError):
        pass
    raise ResourceError("io.write_failed")
