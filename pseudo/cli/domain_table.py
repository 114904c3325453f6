# SPDX-License-Identifier: Apache-2.0
"""Versions of domains as a table."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from pseudo.cli.tables import table

if TYPE_CHECKING:
    from pseudo.keys import DomainRecord

__all__ = ["versions_table"]

_HEADER = ("name", "version", "state", "format", "created", "key id")
_OF_VERSIONS = ("name", "version", "current", "state", "format", "created", "key id")


def versions_table(records: Sequence[DomainRecord]) -> str:
    """Write versions; which is current is told where a domain has more than one."""
    several = len({record.name for record in records}) != len(records)
    header = _OF_VERSIONS if several else _HEADER
    return table([_row(record, header) for record in records], header, right="<>")


def _row(record: DomainRecord, header: Sequence[str]) -> tuple[object, ...]:
    from pseudo.usecases.domains import described

    facts = described(record)
    facts["current"] = "yes" if record.current else "no"
    return tuple(facts[name.replace(" ", "_")] for name in header)
