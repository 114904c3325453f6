# SPDX-License-Identifier: Apache-2.0
"""What a child says of a file beside its columns and rows.

The parent believes none of it: only what is listed here is taken, and of the right form.
Names of tables are the file's own text, so whoever shows one sees that it can be shown.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field

__all__ = ["NESTED", "NOT_TAKEN", "FileFacts", "read_facts"]

NESTED = "nested"
"""What stands for the type of a column of lists or structures."""

NOT_TAKEN = frozenset(
    {
        "hidden_sheets",
        "other_sheets",
        "other_tables",
        "comments",
        "formulas",
        "charts",
        "chart_sheets",
        "errors",
        "uncalculated",
        "pictures",
        "defined_names",
        "macros",
        "statements",
        "notes",
        "labels",
    }
)
"""What a file can hold that is no row of the table that is read."""

_LARGEST = 1024 * 1024
_LONGEST_NAME = 200
_KIND = re.compile(r"[a-z0-9_]{1,40}")


@dataclass(frozen=True, slots=True)
class FileFacts:
    """What else is to be known of a file.

    Attributes:
        table: Name of the sheet or table that is read; empty where there is only one thing.
        not_taken: How much of what is no row of it there is, by a word of :data:`NOT_TAKEN`.
        numbered: Whether the last column is no column of the file but the number of each
            row, ``int64``: where rows can be passed over.
        header_row: Number of the row before the first that can hold data; 1 where there is
            no header that has a row.
        untaken: Places of the columns that cannot be taken, from 0 and as texts, with their
            types; :data:`NESTED` for lists and structures.
    """

    table: str = ""
    not_taken: Mapping[str, int] = field(default_factory=dict)
    numbered: bool = False
    header_row: int = 1
    untaken: Mapping[str, str] = field(default_factory=dict)

    def written(self) -> str:
        """Write it down, in the child."""
        said = {
            "table": self.table[:_LONGEST_NAME],
            "not_taken": {name: count for name, count in self.not_taken.items() if count},
            "numbered": self.numbered,
            "header_row": self.header_row,
            "untaken": dict(self.untaken),
        }
        return json.dumps(said)


def read_facts(written: bytes) -> FileFacts | None:
    """Read it, in the parent; None where it is not what a sound child writes."""
    try:
        said = json.loads(written) if len(written) <= _LARGEST else None
    except (ValueError, RecursionError):
        return None
    if not isinstance(said, dict):
        return None
    table, counts = said.get("table", ""), said.get("not_taken", {})
    numbered, header = said.get("numbered", False), said.get("header_row", 1)
    if type(header) is not int or not 0 <= header < 2**31:
        return None
    if not isinstance(table, str) or len(table) > _LONGEST_NAME or type(numbered) is not bool:
        return None
    if not isinstance(counts, dict) or not all(map(_is_count, counts.items())):
        return None
    untaken = said.get("untaken", {})
    if not isinstance(untaken, dict) or not all(map(_is_kind, untaken.items())):
        return None
    return FileFacts(table, counts, numbered, header, untaken)


def _is_kind(item: tuple[str, object]) -> bool:
    place, kind = item
    return place.isdecimal() and isinstance(kind, str) and bool(_KIND.fullmatch(kind))


def _is_count(item: tuple[str, object]) -> bool:
    name, count = item
    return name in NOT_TAKEN and type(count) is int and 0 <= count < 2**63
