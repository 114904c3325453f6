# SPDX-License-Identifier: Apache-2.0
"""What the columns of a result are, and their cells as texts, numbers and moments.

PostgreSQL's drivers give numbers of its types, SQL Server's give Python's types, and
SQLite's give none: there each cell has a type of its own, and all become texts.
"""

from __future__ import annotations

import datetime as dt
import math
import uuid
from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from types import MappingProxyType
from typing import Any, NamedTuple

import pyarrow as pa

__all__ = ["Kind", "kind_of", "text_of"]

_EXACT = 2.0**53


class Kind(NamedTuple):
    """What a column is.

    Attributes:
        type: The Arrow type that it gets.
        cell: Makes of a cell what that type takes; None where it is so already.
        refused: Name of its type, where that cannot be taken.
    """

    type: pa.DataType
    cell: Callable[[Any], Any] | None = None
    refused: str = ""

    def column(self, cells: Sequence[Any]) -> pa.Array | None:
        """Make a column of cells; None where one does not fit."""
        try:
            made = cells if self.cell is None else [self.cell(cell) for cell in cells]
            return pa.array(made, self.type)
        except (pa.ArrowException, ValueError, TypeError, OverflowError, ArithmeticError):
            return None


def text_of(cell: Any) -> str | None:
    """Write a cell as texts in every format are written (design decision 12)."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, float):
        whole = math.isfinite(cell) and cell == math.trunc(cell) and abs(cell) <= _EXACT
        return str(int(cell)) if whole else repr(cell)
    if isinstance(cell, Decimal):
        return _plain(cell)
    if isinstance(cell, dt.datetime):
        return cell.isoformat()
    if isinstance(cell, bytes | bytearray | memoryview | list | tuple | dict):
        raise TypeError
    return None if cell in (None, "") else str(cell)


def _plain(number: Decimal) -> str:
    text = f"{number:f}"
    return (text.rstrip("0").rstrip(".") if "." in text else text) if number else "0"


def _padded(cell: Any) -> str | None:
    """Take off the blanks that a ``char(n)`` is filled up with."""
    return text_of(cell.rstrip(" ") if isinstance(cell, str) else cell)


def _utc(cell: dt.datetime | None) -> dt.datetime | None:
    return None if cell is None else cell.astimezone(dt.UTC)


_TEXT = Kind(pa.string(), text_of)
_CHAR = Kind(pa.string(), _padded)
_INTEGER, _FLOAT, _BOOLEAN = Kind(pa.int64()), Kind(pa.float64()), Kind(pa.bool_())
_DATE, _MOMENT = Kind(pa.date32()), Kind(pa.timestamp("us"))
_INSTANT = Kind(pa.timestamp("us", "UTC"), _utc)


def _refused(name: str) -> Kind:
    return Kind(pa.string(), None, name)


# Source: PostgreSQL's catalogue pg_type.
_POSTGRESQL: Mapping[int, Kind] = MappingProxyType(
    {
        16: _BOOLEAN,
        17: _refused("bytea"),
        **dict.fromkeys((20, 21, 23, 26), _INTEGER),
        **dict.fromkeys((700, 701), _FLOAT),
        **dict.fromkeys((19, 25, 1043, 1083, 1266, 1700, 2950), _TEXT),
        1042: _CHAR,
        1082: _DATE,
        1114: _MOMENT,
        1184: _INSTANT,
        114: _refused("json"),
        3802: _refused("jsonb"),
        1186: _refused("interval"),
    }
)
_PYTHON: Mapping[type, Kind] = MappingProxyType(
    {
        int: _INTEGER,
        float: _FLOAT,
        bool: _BOOLEAN,
        str: _TEXT,
        Decimal: _TEXT,
        dt.date: _DATE,
        dt.datetime: _MOMENT,
        dt.time: _TEXT,
        uuid.UUID: _TEXT,
        bytes: _refused("binary"),
        bytearray: _refused("binary"),
    }
)


def kind_of(dialect: str, code: object) -> Kind:
    """Tell what a column of a result is.

    Args:
        dialect: The database's kind, as SQLAlchemy calls it.
        code: What the driver says of the column's type.
    """
    if dialect == "postgresql" and isinstance(code, int):
        # Enumerations and domains have numbers of their own, and are texts to the driver.
        return _POSTGRESQL.get(code, _TEXT)
    return _PYTHON.get(code, _TEXT) if isinstance(code, type) else _TEXT
