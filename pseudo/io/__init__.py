# SPDX-License-Identifier: Apache-2.0
"""Files in and out: one module a format, found out by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from pseudo.io.source import ReadOptions, Source

__all__ = ["open_source"]


def open_source(
    path: str | os.PathLike[str],
    file: int = 1,
    options: ReadOptions | None = None,
    *,
    member: str | int | None = None,
) -> Source:
    """Open a file of a delivery as what its content says that it is.

    Args:
        path: The file.
        file: Its number in the delivery, from 1.
        options: How to read it; the defaults suit most deliveries.
        member: Which file of an archive, by its name or its number from 1; needed where
            there are several.

    Returns:
        The open file. Whoever asked for it closes it.

    Raises:
        UsageError: It cannot be opened, is an archive of several files or without the one that
            is meant, or an option makes no sense.
        DeliveryError: It is nothing that can be read, or not as what it is.
        ResourceError: The system cannot read it.
    """
    # Imported only when a file is opened: it drags pyarrow in.
    from pseudo.io.delivery import open_only
    from pseudo.io.source import ReadOptions

    return open_only(path, file, options or ReadOptions(), member)
