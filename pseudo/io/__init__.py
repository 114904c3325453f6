# SPDX-License-Identifier: Apache-2.0
"""Files in and out: one module a format, found out by content."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import os

    from pseudo.io.source import ReadOptions, Source

__all__ = ["open_source"]


def open_source(
    path: str | os.PathLike[str], file: int = 1, options: ReadOptions | None = None
) -> Source:
    """Open a file of a delivery as what its content says that it is.

    Args:
        path: The file.
        file: Its number in the delivery, from 1.
        options: How to read it; the defaults suit most deliveries.

    Returns:
        The open file. Whoever asked for it closes it.

    Raises:
        UsageError: It cannot be opened, or an option makes no sense.
        DeliveryError: It is nothing that can be read, or not as what it is.
        ResourceError: The system cannot read it.
    """
    # Imported only when a file is opened: both drag pyarrow in.
    from pseudo.io.detect import SQL, sniff
    from pseudo.io.formats import BINARY
    from pseudo.io.source import ReadOptions

    options = options or ReadOptions()
    found = sniff(path)
    reading = BINARY.get(found)
    if reading is not None:
        from pseudo.io.binary import BinarySource

        return BinarySource(path, file, options, parser=reading.parser, format=reading.format)
    if found == SQL:
        from pseudo.io.sqldump import SqlDumpSource

        return SqlDumpSource(path, file, options)
    from pseudo.io.text.source import TextSource

    return TextSource(path, file, options)
