# SPDX-License-Identifier: Apache-2.0
"""Whether a dump was written to its end: most programs say so in its last lines."""

from __future__ import annotations

import re

from pseudo.io.sqldump.window import Window

__all__ = ["refuse_unfinished"]

# By how a dump begins: how it ends.
_MARKS = (
    (
        re.compile(rb"^-- PostgreSQL database dump\s*$", re.MULTILINE),
        re.compile(rb"^-- PostgreSQL database dump complete", re.MULTILINE),
    ),
    (
        re.compile(rb"^-- (?:MySQL|MariaDB) dump ", re.MULTILINE),
        re.compile(rb"^-- Dump completed", re.MULTILINE),
    ),
    (
        re.compile(rb"\A(?:PRAGMA[^;\r\n]*;\s*)?BEGIN TRANSACTION;\s*CREATE\b"),
        re.compile(rb"^COMMIT;", re.MULTILINE),
    ),
)


def refuse_unfinished(window: Window) -> None:
    """Refuse a dump whose program says at its end that it is whole, and did not.

    Args:
        window: At the end of the text.

    Raises:
        DeliveryError: It is cut off.
    """
    for begins, ends in _MARKS:
        if begins.search(window.first) and not ends.search(window.tail):
            window.refuse_at(max(0, len(window.text) - 1), "delivery.sql_cut")
