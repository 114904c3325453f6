# SPDX-License-Identifier: Apache-2.0
"""What went wrong in a database, by code: its own words may quote a value."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import TypeVar

from pseudo.errors import PseudoError, ResourceError, UsageError
from pseudo.io.database_engine import is_lost, sql_state, sqlite_code

__all__ = ["attempted"]

Found = TypeVar("Found")

_STATES: Mapping[str, str] = MappingProxyType(
    {
        "25006": "load.not_allowed",
        "42501": "load.not_allowed",
        "42710": "load.table_exists",
        "42P07": "load.table_exists",
        "53100": "load.database_full",
    }
)
# Source: https://www.sqlite.org/rescode.html. A write that fails is a disk that is full, as
# far as the operator is concerned.
_SQLITE: Mapping[int, str] = MappingProxyType(
    {
        3: "load.not_allowed",
        5: "load.database_busy",
        6: "load.database_busy",
        8: "load.not_allowed",
        13: "load.database_full",
        14: "load.not_allowed",
        23: "load.not_allowed",
        778: "load.database_full",
    }
)
# How each ends the command.
_KINDS: Mapping[str, tuple[type[PseudoError]]] = MappingProxyType(
    {
        "database.failed": (ResourceError,),
        "database.not_reached": (ResourceError,),
        "load.database_busy": (ResourceError,),
        "load.database_full": (ResourceError,),
        "load.not_allowed": (UsageError,),
        "load.table_exists": (UsageError,),
        "usage.no_database_driver": (UsageError,),
    }
)


def attempted(work: Callable[[], Found], database: str, table: str) -> Found:
    """Do something that a database can make fail.

    Args:
        work: What is done. Its own errors of this product pass as they are.
        database: SQLAlchemy's name of the database.
        table: The table that is made.

    Raises:
        UsageError: The database does not allow it, or the table exists.
        ResourceError: The database is full, busy, out of reach, or failed.
    """
    code = ""
    try:
        return work()
    except (PseudoError, MemoryError):
        raise
    except Exception as error:  # noqa: BLE001  every driver has errors of its own.
        code = _code_of(error)
    (kind,) = _KINDS[code]
    raise kind(code, database=database, table=table)


def _code_of(error: Exception) -> str:
    if isinstance(error, ModuleNotFoundError):
        return "usage.no_database_driver"
    number = sqlite_code(error)
    known = _SQLITE.get(number) or _SQLITE.get(number & 0xFF) or _STATES.get(sql_state(error))
    if known is not None:
        return known
    # Each kind of error of SQLite has a number: it is there, whatever else it says.
    return "database.not_reached" if is_lost(error) and not number else "database.failed"
