# SPDX-License-Identifier: Apache-2.0
"""How files are read: what the order says, within the limits that the settings give."""

from __future__ import annotations

from pseudo.io.source import ReadOptions
from pseudo.settings import Settings

__all__ = ["read_options"]


def read_options(settings: Settings, encoding: str | None, delimiter: str | None) -> ReadOptions:
    """Make the readers' options.

    Args:
        settings: The limits and the kernel.
        encoding: Of text files, where it is known.
        delimiter: Of text files, where it is known.
    """
    return ReadOptions(
        encoding=encoding,
        delimiter=delimiter,
        longest_record=settings.longest_record,
        kernel=settings.kernel,
        sandbox_memory=settings.sandbox_memory,
        sandbox_cpu=settings.sandbox_cpu,
        sandbox_wall=settings.sandbox_wall,
    )
