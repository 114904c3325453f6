# SPDX-License-Identifier: Apache-2.0
"""How files are read: what the order says, within the limits that the settings give."""

from __future__ import annotations

from pseudo.io.source import Dialect, Field, ReadOptions
from pseudo.settings import Settings
from pseudo.spec import Spec

__all__ = ["dialect_of", "read_options"]


_LEAST_BYTES, _LEAST_ROWS = 256 * 1024, 4_096
_AHEAD = 3
"""Pieces that two threads hold at a time; with more threads, each is smaller."""


def dialect_of(spec: Spec | None) -> Dialect:
    """Give what a spec says of how its deliveries are written."""
    if spec is None:
        return Dialect()
    return Dialect(
        encoding=spec.encoding,
        delimiter=spec.delimiter,
        table=spec.table,
        header_rows=spec.header_rows,
        fixed_width=_fields(spec),
        value_labels=spec.value_labels,
        user_missing=spec.user_missing,
    )


def _fields(spec: Spec) -> tuple[Field, ...] | None:
    if spec.fixed_width is None:
        return None
    return tuple(Field(name, *place) for name, place in spec.fixed_width.items())


def read_options(
    settings: Settings, dialect: Dialect | None = None, threads: int = 1
) -> ReadOptions:
    """Make the readers' options.

    Args:
        settings: The limits and the kernel.
        dialect: How the file is written, as far as it was told.
        threads: How many work on the pieces: together they hold about the same, however
            many they are.
    """
    plain = ReadOptions()
    pieces = max(_AHEAD, threads + 1)
    return ReadOptions(
        chunk_bytes=max(_LEAST_BYTES, plain.chunk_bytes * _AHEAD // pieces),
        chunk_rows=max(_LEAST_ROWS, plain.chunk_rows * _AHEAD // pieces),
        **(dialect or Dialect()).told(),  # type: ignore[arg-type]
        longest_record=settings.longest_record,
        kernel=settings.kernel,
        sandbox_memory=settings.sandbox_memory,
        sandbox_cpu=settings.sandbox_cpu,
        sandbox_wall=settings.sandbox_wall,
    )
