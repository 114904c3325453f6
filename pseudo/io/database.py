# SPDX-License-Identifier: Apache-2.0
"""Tables and queries of a database, streamed through SQLAlchemy.

The database is the agency's own, and named by the operator; no delivery can name one. It is
read in one transaction that changes nothing and sees one moment. A password is never part
of the address, which others can see: each driver finds it in its own way.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import pyarrow as pa

from pseudo.errors import DeliveryError, InternalError, ResourceError, UsageError
from pseudo.io.database_engine import engine_of, is_lost
from pseudo.io.database_types import kind_of
from pseudo.io.names import checked_names
from pseudo.io.source import Facts, ReadOptions
from pseudo.records import Records

if TYPE_CHECKING:
    from sqlalchemy import URL, Connection, CursorResult

__all__ = ["DatabaseSource"]

Found = TypeVar("Found")


class DatabaseSource:
    """A table or a query as a stream of records; see :class:`pseudo.io.source.Source`.

    Rows come in the database's order and are numbered behind a header, from 2.

    Args:
        url: The database, as SQLAlchemy writes addresses; without a password.
        query: One statement that gives rows; None for a table.
        file: Its number in the delivery, from 1.
        options: ``table`` names the table, with its schema before a point where it has one;
            and piece size.

    Raises:
        UsageError: The address is none, has a password, or needs a driver that is not
            installed; there is no such table, or several and none was named.
        ResourceError: The database cannot be reached, or stops to answer.
        DeliveryError: It has a column that cannot be taken, or no rows.
    """

    schema: pa.Schema

    def __init__(self, url: str, query: str | None, file: int, options: ReadOptions) -> None:
        self.file = file
        self.blank_lines = 0
        self._rows = options.chunk_rows
        self._begun = False
        self._engine = engine_of(url)
        self._connection: Connection | None = None
        self._result: CursorResult[Any] | None = None
        self._name = ""
        try:
            _check_there(self._engine.url)
            self._connection = self._attempted(self._connected)
            statement = query or self._table(options.table)
            self._result = result = self._attempted(lambda: self._asked(statement))
            self._open(result)
        except BaseException:
            self.close()
            raise
        self.facts = Facts(format=self._engine.dialect.name, size=0, table=self._name)

    def choose(self, names: Collection[str]) -> None:
        """Ask for these columns only; the others come all the same, and are not converted."""
        self.schema = pa.schema([field for field in self.schema if field.name in names])
        self._check_taken()

    def __iter__(self) -> Iterator[Records]:
        """Stream the rows. Possible once."""
        if self._begun:
            raise InternalError("io.read_twice")
        self._begun = True
        self._check_taken()
        return self._records()

    def close(self) -> None:
        """Let go of the database. May be called twice."""
        connection, self._connection = self._connection, None
        if connection is not None:
            # There is nobody left to tell.
            with suppress(Exception):
                if self._result is not None:
                    self._result.close()
            with suppress(Exception):
                connection.close()
        self._engine.dispose()

    def _open(self, result: CursorResult[Any]) -> None:
        found = result.cursor.description if result.cursor else None
        if not found:
            raise UsageError("database.no_rows_query")
        names = checked_names(
            [str(column[0]) for column in found], self.file, unsafe="delivery.unsafe_column_name"
        )
        dialect = self._engine.dialect.name
        self._kinds = dict(
            zip(names, (kind_of(dialect, column[1]) for column in found), strict=True)
        )
        self.schema = pa.schema([(name, kind.type) for name, kind in self._kinds.items()])

    def _check_taken(self) -> None:
        for name in self.schema.names:
            refused = self._kinds[name].refused
            if refused:
                raise DeliveryError(
                    "delivery.unsupported_type", file=self.file, column=name, type=refused
                )

    def _records(self) -> Iterator[Records]:
        places = {name: place for place, name in enumerate(self._kinds)}
        last = 1
        while found := self._attempted(self._fetched):
            columns = [
                self._column(name, [row[places[name]] for row in found])
                for name in self.schema.names
            ]
            numbers = np.arange(last + 1, last + 1 + len(found), dtype=np.int64)
            last += len(found)
            yield Records(
                batch=pa.RecordBatch.from_arrays(columns, schema=self.schema),
                file=self.file,
                numbers=numbers,
                lines=None,
                rejects=(),
                framed=len(found),
                done=0,
            )
        if last == 1:
            raise DeliveryError("delivery.no_records", file=self.file)

    def _column(self, name: str, cells: Sequence[Any]) -> pa.Array:
        column = self._kinds[name].column(cells)
        if column is None:
            kind = str(self._kinds[name].type).partition("[")[0]
            raise DeliveryError(
                "delivery.value_out_of_range", file=self.file, column=name, type=kind
            )
        return column

    def _fetched(self) -> Sequence[Any]:
        return self._result.fetchmany(self._rows) if self._result is not None else ()

    def _connected(self) -> Connection:
        options: dict[str, Any] = {}
        if self._engine.dialect.name == "postgresql":
            options = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        return self._engine.connect().execution_options(**options)

    def _asked(self, statement: str) -> CursorResult[Any]:
        assert self._connection is not None  # noqa: S101  it was just made.
        streamed = self._connection.execution_options(stream_results=True)
        return streamed.exec_driver_sql(statement)

    def _table(self, told: str | int | None) -> str:
        """Write the statement that gives all of a table."""
        from sqlalchemy import inspect

        names = self._attempted(lambda: inspect(self._engine).get_table_names())
        if told is None and len(names) == 1:
            told = names[0]
        if told is None:
            raise UsageError("usage.several_tables", file=self.file, tables=tuple(names[:20]))
        if isinstance(told, int):
            if not 0 < told <= len(names):
                raise _no_table(self.file, names)
            told = names[told - 1]
        schema, _, table = told.rpartition(".") if told not in names else ("", "", told)
        known = self._attempted(
            lambda: inspect(self._engine).has_table(table, schema=schema or None)
        )
        if not known:
            raise _no_table(self.file, names)
        self._name = str(told)
        quote = self._engine.dialect.identifier_preparer.quote_identifier
        return "SELECT * FROM " + ".".join(quote(part) for part in (schema, table) if part)  # noqa: S608  quoted by the dialect, of names that it has.

    def _attempted(self, work: Callable[[], Found]) -> Found:
        """Do something that the database can make fail; its words may quote a value."""
        code = ""
        try:
            return work()
        except Exception as error:  # noqa: BLE001  every driver has errors of its own.
            code = _code_of(error)
        kind = UsageError if code.startswith("usage.") else ResourceError
        raise kind(code, database=self._engine.dialect.name)


def _code_of(error: Exception) -> str:
    from sqlalchemy.exc import ProgrammingError

    if isinstance(error, ModuleNotFoundError):
        return "usage.no_database_driver"
    if is_lost(error):
        return "database.not_reached"
    return "usage.bad_query" if isinstance(error, ProgrammingError) else "database.failed"


def _check_there(url: URL) -> None:
    """See that the file of a SQLite database is there; the driver would make an empty one."""
    if url.get_backend_name() != "sqlite" or not url.database or url.database.startswith(":"):
        return
    path = Path(url.database)
    if not url.query and not path.exists():
        raise UsageError("usage.no_such_file", path=str(path))


def _no_table(file: int, names: Sequence[str]) -> UsageError:
    return UsageError("usage.no_such_table", file=file, tables=tuple(names[:20]))
