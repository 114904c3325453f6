# SPDX-License-Identifier: Apache-2.0
"""Which of a dump's tables is read.

That there are several is only seen as the dump is gone through, for it is read once. So
the first table is begun with where none was told, and another one with rows refuses all.
"""

from __future__ import annotations

from pseudo.errors import DeliveryError, PseudoError, UsageError
from pseudo.io.sqldump.dialects import SqlDialect
from pseudo.io.sqldump.identifiers import TableName, is_called
from pseudo.safe import is_safe

__all__ = ["Choice"]

_MOST_SHOWN = 20
_LONGEST_SHOWN = 100
_MOST_TABLES = 100_000


class Choice:
    """The tables seen so far, and which of them is read.

    Args:
        told: Its name, or its number from 1 among those that have rows; None where there is
            but one.
        dialect: How names are compared.
        file: Number of the file in the delivery.

    Attributes:
        chosen: The table; None until its first row.
        several: Whether another table was found that could be meant as well.
    """

    def __init__(self, told: str | int | None, dialect: SqlDialect, file: int) -> None:
        self.told = told
        self.chosen: TableName | None = None
        self.several = False
        self._dialect = dialect
        self._file = file
        # By name as compared: the number.
        self._seen: dict[tuple[str, str], int] = {}
        self._names: list[TableName] = []
        self._empty: list[TableName] = []

    @property
    def full(self) -> bool:
        """Whether more tables would not be shown."""
        return len(self._names) >= _MOST_SHOWN

    @property
    def others(self) -> int:
        """How many other tables with rows there are so far."""
        return len(self._names) - (self.chosen is not None)

    def may_be(self, name: TableName) -> bool:
        """Tell whether a table could turn out to be the chosen one."""
        if self.chosen is not None:
            return self._key(name) == self._key(self.chosen)
        return not isinstance(self.told, str) or is_called(name, self.told, self._dialect)

    def is_chosen(self, name: TableName) -> bool:
        """Tell whether a table is the chosen one, where one of its names may lack the schema."""
        if self.chosen is None:
            return False
        (schema, table), (own_schema, own) = self._key(name), self._key(self.chosen)
        return table == own and (schema == own_schema or not schema or not own_schema)

    def defined(self, name: TableName) -> None:
        """Take note of a table that may have no rows."""
        if len(self._empty) < _MOST_SHOWN:
            self._empty.append(name)

    def takes(self, name: TableName) -> bool:
        """Tell whether the rows of this table, which has some, are to be read."""
        number = self._number(name)
        if isinstance(self.told, int):
            meant = number == self.told
        else:
            meant = self.told is None or is_called(name, self.told, self._dialect)
        if meant and self.chosen is None:
            self.chosen = name
        same = self.chosen is not None and self._key(name) == self._key(self.chosen)
        self.several = self.several or (meant and not same)
        return meant and same

    def _number(self, name: TableName) -> int:
        key = self._key(name)
        if key not in self._seen and len(self._names) < _MOST_TABLES:
            self._names.append(name)
            self._seen[key] = len(self._names)
        return self._seen.get(key, 0)

    def _key(self, name: TableName) -> tuple[str, str]:
        if self._dialect.folds:
            return (name.schema, name.name)
        return (name.schema.casefold(), name.name.casefold())

    def refusal(self) -> PseudoError:
        """Make the error of a dump in which the table is not found, or not only one."""
        if self.several:
            return UsageError("usage.several_tables", file=self._file, tables=_shown(self._names))
        if self.told is None or (
            isinstance(self.told, str) and any(self.may_be(name) for name in self._empty)
        ):
            return DeliveryError("delivery.no_records", file=self._file)
        names = self._names or ([] if isinstance(self.told, int) else self._empty)
        return UsageError("usage.no_such_table", file=self._file, tables=_shown(names))


def _shown(names: list[TableName]) -> tuple[str, ...]:
    return tuple(
        name.shown if is_safe(name.shown) and len(name.shown) <= _LONGEST_SHOWN else f"#{number}"
        for number, name in enumerate(names[:_MOST_SHOWN], start=1)
    )
