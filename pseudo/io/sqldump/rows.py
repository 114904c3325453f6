# SPDX-License-Identifier: Apache-2.0
"""The rows of INSERT and COPY of the chosen table, found in the window."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np

from pseudo.io.sqldump.block import Block, Numbers, Pending, Way
from pseudo.io.sqldump.choice import Choice
from pseudo.io.sqldump.copied import pass_copied, whole_lines
from pseudo.io.sqldump.ddl import Column
from pseudo.io.sqldump.definitions import Definitions
from pseudo.io.sqldump.diagnosis import refuse_row
from pseudo.io.sqldump.dialects import SqlDialect
from pseudo.io.sqldump.heads import commanded, heads
from pseudo.io.sqldump.identifiers import NAME, TableName, column_names, table_name
from pseudo.io.sqldump.skipping import pass_gap, pass_statement
from pseudo.io.sqldump.window import Window
from pseudo.kernel import Kernel, SqlGrammar

__all__ = ["Header", "RowFinder"]

_LONGEST_HEAD = 1024 * 1024
_HEAD = 4096
_UNTAKEN = re.compile(
    rb"(?:INSERT|REPLACE)\s+(?:(?:IGNORE|INTO)\s+){0,2}(%s(?:\.%s){0,3})" % (NAME, NAME),
    re.IGNORECASE,
)
_SELECT = re.compile(rb"[^'\"`;]*?\b(SELECT|EXEC|EXECUTE|SET|OUTPUT)\b", re.IGNORECASE)
_HARMLESS = re.compile(rb"(?i:ON\s+CONFLICT\s+DO\s+NOTHING)\b")
_CLAUSE = re.compile(
    rb"(?i:ON|RETURNING|AS|OPTION|UNION|EXCEPT|INTERSECT|ORDER|SELECT)\b|[^A-Za-z]"
)


class Header(NamedTuple):
    """The table that is read.

    Attributes:
        table: Its name.
        columns: Its columns, in the order in which its first rows have them.
    """

    table: TableName
    columns: tuple[Column, ...]


class RowFinder:
    """Finds rows, and keeps them until there are as many as the window has.

    Args:
        window: The text.
        dialect: Of the dump.
        choice: Which table is read.
        definitions: Its tables.
        kernel: What finds rows.
        longest: Bytes that a row may have.

    Attributes:
        header: The table that is read; None until its first row.
    """

    def __init__(
        self,
        window: Window,
        dialect: SqlDialect,
        choice: Choice,
        definitions: Definitions,
        kernel: Kernel,
        longest: int,
    ) -> None:
        self.header: Header | None = None
        self._window = window
        self._dialect = dialect
        self._choice = choice
        self._definitions = definitions
        self._kernel = kernel
        self._longest = longest
        self._pending: Pending | None = None

    def flushed(self, text: bytes | None) -> Iterator[Block]:
        """Give the rows that do not stand in this text."""
        pending = self._pending
        if pending is not None and pending.text is not text:
            self._pending = None
            yield pending.block()

    def _note(self, starts: Numbers, ends: Numbers, way: Way) -> Iterator[Block]:
        """Take note of rows of the window; give those that were noted before, if apart."""
        window = self._window
        over = np.flatnonzero(ends - starts > self._longest)
        good = int(over[0]) if over.size else len(starts)
        if self._pending is not None and self._pending.way != way:
            yield from self.flushed(None)
        yield from self.flushed(window.text)
        if good:
            lines = window.lines(starts[:good])
            if self._pending is None:
                self._pending = Pending(window.text, way, window.record, window.done)
            self._pending.add(starts[:good], ends[:good], lines)
            window.record += good
        if over.size:
            self._refuse_long(int(starts[good]))

    def _refuse_long(self, place: int) -> None:
        self._window.refuse_at(place, "delivery.record_too_long", limit=self._longest)

    def _head(self, pattern: re.Pattern[bytes]) -> re.Match[bytes] | None:
        """Match a statement's head, that may be longer than the window."""
        window = self._window
        while (found := pattern.match(window.text, window.at)) is None:
            if len(window.text) - window.at > _LONGEST_HEAD or not window.more():
                return None
        return found if len(found[0]) <= _LONGEST_HEAD else None

    def _way(self, columns: bytes | None, name: TableName, grammar: SqlGrammar | None) -> Way:
        """Tell how the rows of a statement are written."""
        window = self._window
        listed = column_names(columns, self._dialect) if columns else ()
        if self.header is None:
            defined = self._definitions.columns(name)
            found = _listed(listed, defined, folds=self._dialect.folds)
            if not found:
                window.refuse_at(window.at, "delivery.sql_no_columns")
            self._defined = tuple(column.name for column in defined if not column.computed)
            self.header = Header(name, found)
        names = [self._key(column.name) for column in self.header.columns]
        places = {self._key(name): place for place, name in enumerate(listed or self._defined)}
        if sorted(places) != sorted(names):
            # A name that stands twice is refused with the header.
            if len(set(names)) == len(names):
                window.refuse_at(window.at, "delivery.sql_other_columns")
            return Way(tuple(range(len(names))), grammar)
        return Way(tuple(places[name] for name in names), grammar)

    def _key(self, name: str) -> str:
        return name if self._dialect.folds else name.casefold()

    def insert(self, grammar: SqlGrammar) -> Iterator[Block]:
        """Take an INSERT; the window is at it.

        Raises:
            DeliveryError: It is not only rows, and its table may be the chosen one.
        """
        window = self._window
        found = self._head(heads(grammar).insert)
        if found is None:
            self._untaken(grammar)
            return
        if not self._choice.takes(table_name(found["table"], self._dialect)):
            self._pass(grammar)
            return
        way = self._way(found["columns"], table_name(found["table"], self._dialect), grammar)
        window.at = found.end()
        yield from self._rows(found[0], way, grammar)

    def _pass(self, grammar: SqlGrammar) -> None:
        window, loose = self._window, self._dialect.loose
        record, line = window.record, window.line(window.at)
        # The statement's own first line is no other one.
        window.at += len(b"INSERT")
        if not pass_statement(window, grammar, "line" if loose else "semicolon") and not loose:
            window.refuse(record, line, "delivery.sql_cut")

    def _untaken(self, grammar: SqlGrammar) -> None:
        window = self._window
        found = _UNTAKEN.match(window.text, window.at)
        told = self._choice.told is not None
        if found and told and not self._choice.may_be(table_name(found[1], self._dialect)):
            self._pass(grammar)
            return
        select = _SELECT.match(window.text[window.at : window.at + _HEAD])
        what = f"INSERT … {select[1].decode().upper()}" if select else "INSERT"
        window.refuse_at(window.at, "delivery.sql_refused", what=what)

    def _rows(self, head: bytes, way: Way, grammar: SqlGrammar) -> Iterator[Block]:
        window = self._window
        while True:
            rows = self._kernel.sql_rows(window.text, window.at, grammar, head, first=True)
            if not len(rows.starts):
                yield from self._more_of_a_row(grammar)
                continue
            yield from self._note(rows.starts, rows.ends, way)
            window.at = rows.consumed
            there = pass_gap(window, grammar)
            yield from self.flushed(window.text)
            if there != b",":
                self._end(there, grammar)
                return
            window.at += 1

    def _more_of_a_row(self, grammar: SqlGrammar) -> Iterator[Block]:
        """Have more of a row that is not whole, or refuse it."""
        window, before = self._window, self._window.text
        there = pass_gap(window, grammar)
        if not there:
            window.refuse_at(len(window.text) - 1, "delivery.sql_cut")
        if there != b"(":
            window.refuse_at(window.at, "delivery.sql_refused", what="VALUES …")
        waiting = len(window.text) - window.at
        if window.text is before and (window.final or waiting > self._longest):
            refuse_row(window, grammar, self._longest)
        if window.text is before:
            window.more()
        yield from self.flushed(window.text)

    def _end(self, there: bytes, grammar: SqlGrammar) -> None:
        """Pass the end of a statement behind its rows."""
        window = self._window
        loose = self._dialect.loose
        window.has(_HEAD)
        if _HARMLESS.match(window.text, window.at):
            window.at += len(b"ON")
            self._pass(grammar)
        elif there == b";":
            window.at += 1
        elif (there or not loose) and (not loose or _CLAUSE.match(window.text, window.at)):
            code = "delivery.sql_refused" if there else "delivery.sql_cut"
            params = {"what": "VALUES (…) …"} if there else {}
            window.refuse_at(min(window.at, len(window.text) - 1), code, **params)

    def copy(self, grammar: SqlGrammar) -> Iterator[Block]:
        """Take a COPY … FROM stdin; the window is at it.

        Raises:
            DeliveryError: It has options, or no end.
        """
        window = self._window
        found = self._head(heads(grammar).copy)
        if found is None:
            what = commanded(window.text[window.at : window.at + _HEAD]) or "COPY"
            window.refuse_at(window.at, "delivery.sql_refused", what=what)
        table, columns, begin = found["table"], found["columns"], found.end() - window.at
        window.has(begin + 4)
        name = table_name(table, self._dialect)
        empty = window.text[window.at + begin : window.at + begin + 2] == rb"\."
        if empty or not self._choice.takes(name):
            if empty:
                self._choice.defined(name)
            window.at += begin
            pass_copied(window)
            return
        way = self._way(columns, name, None)
        window.at += begin
        yield from self._copied(way)

    def _copied(self, way: Way) -> Iterator[Block]:
        window = self._window
        while True:
            lines = whole_lines(window)
            if len(lines.starts):
                yield from self._note(lines.starts, lines.ends, way)
                window.at = lines.consumed
            if lines.ended:
                pass_copied(window)
                return
            if len(window.text) - window.at > self._longest:
                self._refuse_long(window.at)
            if not window.more():
                window.refuse_at(len(window.text) - 1, "delivery.sql_cut")
            yield from self.flushed(window.text)


def _listed(
    listed: tuple[str, ...], defined: tuple[Column, ...], *, folds: bool
) -> tuple[Column, ...]:
    """Give the columns of the rows, with their types where those are known."""
    if not listed:
        return tuple(column for column in defined if not column.computed)
    by_name = {column.name if folds else column.name.casefold(): column for column in defined}
    known = (by_name.get(name if folds else name.casefold()) for name in listed)
    return tuple(
        Column(name, column.kind, column.type) if column else Column(name)
        for name, column in zip(listed, known, strict=True)
    )
