# SPDX-License-Identifier: Apache-2.0
"""How files are read: what the order says, within the limits that the settings give."""

from __future__ import annotations

from pseudo.io.source import ReadOptions
from pseudo.settings import Settings

__all__ = ["read_options"]


_LEAST_BYTES, _LEAST_ROWS = 256 * 1024, 4_096
_AHEAD = 3
"""Pieces that two threads hold at a time; with more threads, each is smaller."""


def read_options(
    settings: Settings, encoding: str | None, delimiter: str | None, threads: int = 1
) -> ReadOptions:
    """Make the readers' options.

    Args:
        settings: The limits and the kernel.
        encoding: Of text files, where it is known.
        delimiter: Of text files, where it is known.
        threads: How many work on the pieces: together they hold about the same, however
            many they are.
    """
    plain = ReadOptions()
    pieces = max(_AHEAD, threads + 1)
    return ReadOptions(
        chunk_bytes=max(_LEAST_BYTES, plain.chunk_bytes * _AHEAD // pieces),
        chunk_rows=max(_LEAST_ROWS, plain.chunk_rows * _AHEAD // pieces),
        encoding=encoding,
        delimiter=delimiter,
        longest_record=settings.longest_record,
        kernel=settings.kernel,
        sandbox_memory=settings.sandbox_memory,
        sandbox_cpu=settings.sandbox_cpu,
        sandbox_wall=settings.sandbox_wall,
    )
