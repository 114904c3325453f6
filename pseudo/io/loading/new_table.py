# SPDX-License-Identifier: Apache-2.0
"""A new table in a database and its codebook: made, filled and seen by others at once.

Everything is one transaction, so only databases are written to that make tables in one. What
is there already is never touched: nothing is overwritten, appended to or altered.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import pyarrow as pa

from pseudo.errors import ResourceError, UsageError
from pseudo.io.database_engine import backend_of, engine_of
from pseudo.io.loading.copied import copy_rows
from pseudo.io.loading.faults import attempted
from pseudo.io.loading.fitting import CODEBOOK, LIMITS, check_names, check_values
from pseudo.io.loading.inserted import insert_rows
from pseudo.io.loading.sqlite_file import SqliteFile
from pseudo.io.loading.types import sql_type

if TYPE_CHECKING:
    from typing import Self

    from sqlalchemy import Connection, Table

__all__ = ["NewTable"]

Found = TypeVar("Found")

_CODEBOOK = pa.schema(
    [
        ("number", pa.int64()),
        *((name, pa.string()) for name in ("column", "role", "type", "label", "note")),
    ]
)


class NewTable:
    """The table. A context manager: leaving it without ``commit`` leaves nothing behind.

    Args:
        url: The database, as SQLAlchemy writes addresses; without a password.
        name: The table's name; its codebook's has ``_codebook`` behind it.
        schema: Where both are made; None for the place that is usual there.

    Attributes:
        database: SQLAlchemy's name of the database.
        name: As given.
        codebook: Name of the codebook's table.
        schema: As given.

    Raises (from every method too):
        UsageError: The address is none, or the database none in which tables are made as a
            whole; a name or a value cannot be held; the table exists.
        ResourceError: The database is full, busy, out of reach, or failed.
    """

    def __init__(self, url: str, name: str, schema: str | None = None) -> None:
        self.name, self.codebook, self.schema = name, name + CODEBOOK, schema
        self.database = backend_of(url)
        if self.database and self.database not in LIMITS:
            raise UsageError("load.unsupported_database", database=self.database)
        self._engine = engine_of(url)
        check_names(self.database, schema, name, ())
        self._file: SqliteFile | None = None
        self._connection: Connection | None = None
        self._tables: list[Table] = []

    def begin(self, columns: pa.Schema, labels: Sequence[str]) -> None:
        """Begin the transaction, and make both tables.

        Args:
            columns: Names and types of the table's columns.
            labels: What each holds, in words; may be empty.
        """
        check_names(self.database, self.schema, self.name, columns.names)
        if self.database == "sqlite":
            self._file = SqliteFile(self._engine.url)
        self._connection = connection = self._attempted(self._engine.connect)
        self._attempted(lambda: self._prepare(connection))
        self._check_new(connection)
        described = self._table(self.codebook, _CODEBOOK, [""] * len(_CODEBOOK))
        self._tables = [self._table(self.name, columns, labels), described]
        for table in self._tables:
            self._attempted(partial(table.create, connection, checkfirst=False))

    def fill(self, blocks: Iterable[pa.RecordBatch]) -> None:
        """Write the rows.

        Args:
            blocks: The rows; what goes wrong with them is raised as it is.
        """
        self._write(self._tables[0], blocks)

    def describe(self, rows: Sequence[Sequence[str]]) -> None:
        """Write the codebook.

        Args:
            rows: For each column its name, role, type, label and note; empty where there is none.
        """
        words = ([word or None for word in column] for column in zip(*rows, strict=True))
        cells = [list(range(1, len(rows) + 1)), *words]
        self._write(self._tables[1], [pa.record_batch(cells, schema=_CODEBOOK)])

    def count(self) -> int:
        """Ask the database how many rows the table has."""
        import sqlalchemy as sa

        asked = sa.select(sa.func.count()).select_from(self._tables[0])
        return int(self._attempted(lambda: self._opened.execute(asked).scalar_one()))

    def commit(self) -> None:
        """Let others see both tables.

        Raises:
            ResourceError: Nothing is there; or nobody knows (``load.unsure``): then both
                tables are there as a whole, or neither is.
        """
        unsure = False
        try:
            self._attempted(self._opened.commit)
        except ResourceError as error:
            unsure = error.code == "database.not_reached"
            if not unsure:
                raise
        if unsure:
            raise ResourceError("load.unsure", table=self.name, database=self.database)
        if self._file is not None:
            self._file.keep()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        connection, self._connection = self._connection, None
        try:
            if connection is not None:
                # There is nobody left to tell; what was not committed goes with the connection.
                with suppress(Exception):
                    connection.connection.rollback()
                with suppress(Exception):
                    connection.invalidate()
                with suppress(Exception):
                    connection.close()
            self._engine.dispose()
        finally:
            if self._file is not None:
                self._file.discard()

    @property
    def _opened(self) -> Connection:
        assert self._connection is not None  # noqa: S101  begin comes first.
        return self._connection

    def _attempted(self, work: Callable[[], Found]) -> Found:
        return attempted(work, self.database, self.name)

    def _prepare(self, connection: Connection) -> None:
        """Begin a transaction in which tables are made as a whole, and texts are Unicode."""
        if self.database == "sqlite":
            # Else the driver begins one by itself, with the first row and not with the table.
            raw: Any = connection.connection.driver_connection
            raw.isolation_level = None
            connection.exec_driver_sql("BEGIN IMMEDIATE")
        elif self.database == "postgresql":
            connection.exec_driver_sql("SET client_encoding TO 'UTF8'")
            encoding = connection.exec_driver_sql("SHOW server_encoding").scalar_one()
            if encoding != "UTF8":
                raise UsageError("load.encoding", encoding=str(encoding))

    def _check_new(self, connection: Connection) -> None:
        import sqlalchemy as sa

        found = self._attempted(lambda: sa.inspect(connection))
        if self.schema is not None:
            schemas = self._attempted(found.get_schema_names)
            if self.schema not in schemas:
                raise UsageError("load.no_such_schema", schema=self.schema, database=self.database)
        for name in (self.name, self.codebook):
            if self._attempted(partial(found.has_table, name, schema=self.schema)):
                raise UsageError("load.table_exists", table=name, database=self.database)

    def _table(self, name: str, columns: pa.Schema, labels: Sequence[str]) -> Table:
        import sqlalchemy as sa

        def exact(text: str) -> sa.quoted_name:
            return sa.quoted_name(text, quote=True)

        return sa.Table(
            exact(name),
            sa.MetaData(),
            *(
                sa.Column(
                    exact(field.name),
                    sql_type(self.database, field.type),
                    key=f"c{place}",
                    comment=label or None,
                )
                for place, (field, label) in enumerate(zip(columns, labels, strict=True))
            ),
            schema=None if self.schema is None else exact(self.schema),
        )

    def _write(self, table: Table, blocks: Iterable[pa.RecordBatch]) -> None:
        checked = self._checked(blocks)
        if self._engine.driver == "psycopg":
            raw = self._opened.connection.driver_connection
            place = [*([] if self.schema is None else [self.schema]), table.name]
            columns = [column.name for column in table.columns]
            self._attempted(lambda: copy_rows(raw, place, columns, checked))
            return
        for block in checked:
            self._attempted(partial(insert_rows, self._opened, table, block))

    def _checked(self, blocks: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for block in blocks:
            check_values(self.database, block)
            yield block
