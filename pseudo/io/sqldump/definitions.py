# SPDX-License-Identifier: Apache-2.0
"""The tables that a dump defines, kept until it is known which of them is read."""

from __future__ import annotations

import re

from pseudo.io.sqldump.choice import Choice
from pseudo.io.sqldump.ddl import Column, columns_of
from pseudo.io.sqldump.dialects import SqlDialect
from pseudo.io.sqldump.heads import heads
from pseudo.io.sqldump.identifiers import TableName, table_name
from pseudo.io.sqldump.skipping import End, pass_statement
from pseudo.io.sqldump.window import Window
from pseudo.kernel import SqlGrammar

__all__ = ["Definitions"]

_TABLE = re.compile(rb"CREATE\s+(?:[A-Za-z]+\s+){0,2}TABLE\b", re.IGNORECASE)
_HEAD = 4096
_LONGEST = 1024 * 1024
_MOST = 16 * 1024 * 1024


class Definitions:
    """Definitions of tables by name.

    Args:
        dialect: Of the dump.
        choice: Which of them can be read; the others are not kept.
    """

    def __init__(self, dialect: SqlDialect, choice: Choice) -> None:
        self._dialect = dialect
        self._choice = choice
        self._kept: dict[TableName, tuple[bytes, SqlGrammar]] = {}
        self._room = _MOST

    def take(self, window: Window, grammar: SqlGrammar) -> bool:
        """Take a statement if it defines a table and its columns."""
        if not _TABLE.match(window.text, window.at):
            return False
        found = heads(grammar).create.match(window.text, window.at)
        if found is None or window.text[found.end() : found.end() + 1] != b"(":
            return False
        name = table_name(found["table"], self._dialect)
        record, line = window.record, window.line(window.at)
        self._keep(name, self._body(window, grammar, found.end()), grammar)
        end: End = "line" if self._dialect.loose else "semicolon"
        if not pass_statement(window, grammar, end) and not self._dialect.loose:
            window.refuse(record, line, "delivery.sql_cut")
        return True

    def _body(self, window: Window, grammar: SqlGrammar, begin: int) -> bytes | None:
        """Go to the brackets and read them; None where they are no such, or too long."""
        window.at = begin
        while True:
            found = heads(grammar).body.match(window.text, window.at)
            if found is not None:
                window.at = found.end()
                return found["body"] if len(found["body"]) <= _LONGEST else None
            if len(window.text) - window.at > _LONGEST or not window.more():
                return None

    def _keep(self, name: TableName, body: bytes | None, grammar: SqlGrammar) -> None:
        self._choice.defined(name)
        if body is None or not self._choice.may_be(name) or len(body) > self._room:
            return
        self._room -= len(body)
        self._kept[name] = (body, grammar)

    def columns(self, name: TableName) -> tuple[Column, ...]:
        """Give the columns of a table; none where its definition is not known.

        The definitions of the others are let go.
        """
        kept, self._kept, self._room = self._kept, {}, 0
        found = kept.get(name)
        if found is None:
            # One of them may be told with its schema and the other without.
            alike = [each for each in kept if self._same(each, name)]
            found = kept[alike[0]] if len(alike) == 1 else None
        return columns_of(found[0], self._dialect, found[1]) if found else ()

    def _same(self, one: TableName, other: TableName) -> bool:
        if one.schema and other.schema and not self._equal(one.schema, other.schema):
            return False
        return self._equal(one.name, other.name)

    def _equal(self, one: str, other: str) -> bool:
        return one == other if self._dialect.folds else one.casefold() == other.casefold()
