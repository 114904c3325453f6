# SPDX-License-Identifier: Apache-2.0
"""Names of tables and columns as they stand in a dump."""

from __future__ import annotations

import re
from typing import NamedTuple

from pseudo.io.sqldump.dialects import SqlDialect

__all__ = ["NAME", "TableName", "column_names", "is_called", "table_name"]

NAME = (
    rb'(?:"[^"]*+(?:""[^"]*+)*+"|`[^`]*+(?:``[^`]*+)*+`|\[[^\]]*+(?:\]\][^\]]*+)*+\]'
    rb"|[A-Za-z_@#\x80-\xff][0-9A-Za-z_@#$\x80-\xff]*+)"
)
"""The pattern of a name, in quotes or without."""

_NAME = re.compile(NAME)
_CLOSING = {'"': '"', "`": "`", "[": "]"}


class TableName(NamedTuple):
    """A table's name.

    Attributes:
        schema: Of what it is a part; empty where that is not said.
        name: Its own.
    """

    schema: str
    name: str

    @property
    def shown(self) -> str:
        """The name as it is told and shown."""
        return f"{self.schema}.{self.name}" if self.schema else self.name


def table_name(written: bytes, dialect: SqlDialect) -> TableName:
    """Read a table's name, of which only the last two parts are taken."""
    parts = _names(written, dialect)
    return TableName(parts[-2] if len(parts) > 1 else "", parts[-1])


def column_names(written: bytes, dialect: SqlDialect) -> tuple[str, ...]:
    """Read a list of columns."""
    return tuple(_names(written, dialect))


def _names(written: bytes, dialect: SqlDialect) -> list[str]:
    return [_name(found[0].decode(), dialect) for found in _NAME.finditer(written)]


def _name(written: str, dialect: SqlDialect) -> str:
    closing = _CLOSING.get(written[0])
    if closing is not None:
        return written[1:-1].replace(closing * 2, closing)
    return written.lower() if dialect.folds else written


def is_called(name: TableName, told: str, dialect: SqlDialect) -> bool:
    """Tell whether a table is the one that was told by its name."""
    told = told.strip()
    if dialect.folds:
        return told in (name.name, name.shown)
    return told.casefold() in (name.name.casefold(), name.shown.casefold())
