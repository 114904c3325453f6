# SPDX-License-Identifier: Apache-2.0
"""Which type of a database holds which type of a release."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pyarrow as pa

if TYPE_CHECKING:
    from sqlalchemy.types import TypeEngine

__all__ = ["sql_type"]


def sql_type(database: str, kind: pa.DataType) -> TypeEngine[Any]:
    """Give the type of a column.

    SQLite has texts and numbers only: dates and times are texts as in CSV, ``bool`` is 1 or 0.

    Args:
        database: SQLAlchemy's name of the database.
        kind: One of the types that writers have; see :mod:`pseudo.io.writers.port`.
    """
    import sqlalchemy as sa

    if pa.types.is_int64(kind):
        return sa.BigInteger()
    if pa.types.is_floating(kind):
        return sa.DOUBLE_PRECISION()
    if pa.types.is_boolean(kind):
        return sa.Integer() if database == "sqlite" else sa.Boolean()
    if pa.types.is_string(kind) or database == "sqlite":
        return sa.NVARCHAR() if database == "mssql" else sa.Text()
    if pa.types.is_date(kind):
        return sa.DATE()
    return _moment(database, zoned=kind.tz is not None)


def _moment(database: str, *, zoned: bool) -> TypeEngine[Any]:
    import sqlalchemy as sa

    if database != "mssql":
        return sa.TIMESTAMP(timezone=zoned)
    from sqlalchemy.dialects import mssql

    # The library gives their constructors no types.
    kind: Any = mssql.DATETIMEOFFSET if zoned else mssql.DATETIME2
    return kind(6)
