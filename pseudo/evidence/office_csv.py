# SPDX-License-Identifier: Apache-2.0
"""CSV that spreadsheets of Swedish offices open as they should: semicolon, UTF-8 with BOM."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence

__all__ = ["BOM", "csv_line"]

BOM = b"\xef\xbb\xbf"
"""What the file begins with."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_line(cells: Sequence[object]) -> bytes:
    """Write a line, with an apostrophe before what a spreadsheet program would run."""
    line = io.StringIO()
    writer = csv.writer(line, delimiter=";", lineterminator="\r\n")
    writer.writerow([_disarmed(cell) for cell in cells])
    return line.getvalue().encode()


def _disarmed(cell: object) -> object:
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(_FORMULA) else cell
