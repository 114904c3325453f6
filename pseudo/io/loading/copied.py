# SPDX-License-Identifier: Apache-2.0
"""Rows into PostgreSQL by ``COPY``, with the driver psycopg."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pyarrow as pa

from pseudo.io.loading.binary_rows import BEGIN, END, binary_rows

__all__ = ["copy_rows"]


def copy_rows(
    connection: Any, place: Sequence[str], columns: Sequence[str], blocks: Iterable[pa.RecordBatch]
) -> None:
    """Send rows to a table.

    Args:
        connection: The driver's own connection, in its transaction.
        place: The table's name, behind that of its schema where it has one.
        columns: Names of its columns.
        blocks: The rows.
    """
    from psycopg import sql

    statement = sql.SQL("COPY {} ({}) FROM STDIN (FORMAT binary)").format(
        sql.Identifier(*place), sql.SQL(", ").join(map(sql.Identifier, columns))
    )
    with _silent(), connection.cursor() as cursor, cursor.copy(statement) as copy:
        copy.write(BEGIN)
        for block in blocks:
            for rows in binary_rows(block):
                copy.write(rows)
        copy.write(END)


@contextmanager
def _silent() -> Iterator[None]:
    """See that the driver logs nothing: a second error on the way out has its own words."""

    def nothing(_: logging.LogRecord) -> bool:
        return False

    log = logging.getLogger("psycopg")
    log.addFilter(nothing)
    try:
        yield
    finally:
        log.removeFilter(nothing)
