# SPDX-License-Identifier: Apache-2.0
"""A dump, statement by statement, to blocks of one table's rows."""

from __future__ import annotations

import re
from collections.abc import Iterator

from pseudo.errors import PseudoError
from pseudo.io.sqldump.block import Block
from pseudo.io.sqldump.changes import change_of
from pseudo.io.sqldump.choice import Choice
from pseudo.io.sqldump.definitions import Definitions
from pseudo.io.sqldump.dialects import MYSQL, POSTGRESQL, SqlDialect
from pseudo.io.sqldump.finishing import refuse_unfinished
from pseudo.io.sqldump.heads import commanded
from pseudo.io.sqldump.rows import RowFinder
from pseudo.io.sqldump.skipping import End, pass_gap, pass_statement
from pseudo.io.sqldump.window import Window

__all__ = ["Dump"]

_HEAD = 4096
_WORD = re.compile(rb"[A-Za-z]+")
_BATCH = re.compile(rb"(?i:GO)[ \t]*+[0-9]*+[ \t]*+(?:--[^\r\n]*+)?(?=[\r\n;])")
_META = re.compile(rb"\\[^\r\n]*+")
_DELIMITER = re.compile(rb"(?i:DELIMITER)[ \t]++([^\s]++)")
_ROUTINE = re.compile(
    rb"(?:CREATE|ALTER)\s+(?:OR\s+(?:REPLACE|ALTER)\s+)?(?:[A-Za-z]+\s+){0,3}?"
    rb"(?:FUNCTION|PROC|PROCEDURE|TRIGGER|VIEW)\b",
    re.IGNORECASE,
)
_TRIGGER = re.compile(rb".{0,4000}?\bBEGIN\b", re.IGNORECASE | re.DOTALL)
_ATOMIC = re.compile(rb".{0,4000}?\bBEGIN\s+ATOMIC\b", re.IGNORECASE | re.DOTALL)
_CONFORMING = re.compile(
    rb"SET\s+(?:SESSION\s+|LOCAL\s+)?standard_conforming_strings\s*(?:=|TO)\s*'?(on|off|true|false)",
    re.IGNORECASE,
)
_SQL_MODE = re.compile(
    rb"(?:/\*M?![0-9]*\s*)?SET\b.{0,400}?\bsql_mode\s*:?=", re.IGNORECASE | re.DOTALL
)
# Bytes of a dump that are looked through for more tables once there are two.
_LOOK = 64 * 1024 * 1024


class Dump:
    """A dump, gone through once.

    Args:
        window: Its text.
        dialect: Whose dialect it is written in.
        choice: Which table is read.
        rows: What finds its rows.
        definitions: The tables that it defines.

    Attributes:
        passed: Statements that were passed over so far, without those of other tables' rows.
    """

    def __init__(
        self,
        window: Window,
        dialect: SqlDialect,
        choice: Choice,
        rows: RowFinder,
        definitions: Definitions,
    ) -> None:
        self._window = window
        self._dialect = dialect
        self._choice = choice
        self._rows = rows
        self._definitions = definitions
        self._grammar = dialect.grammar
        self.passed = 0

    def blocks(self) -> Iterator[Block]:
        """Find the rows of the chosen table.

        Raises:
            DeliveryError: There is none, or the dump cannot be read.
            UsageError: There are several tables, or not the one that was told.
        """
        failure: PseudoError | None = None
        try:
            yield from self._blocks()
        except PseudoError as error:
            failure = error
        # What is whole before a fault is judged, so that it is in the error list.
        yield from self._rows.flushed(None)
        if self._choice.several or (failure is None and self._choice.chosen is None):
            failure = self._choice.refusal()
        if failure is not None:
            raise failure

    def _blocks(self) -> Iterator[Block]:
        window, until = self._window, 0
        while pass_gap(window, self._grammar):
            if self._choice.several:
                until = until or window.position + _LOOK
                if window.position > until or self._choice.full:
                    return
            yield from self._rows.flushed(window.text)
            yield from self._statement()
        refuse_unfinished(window)

    def _statement(self) -> Iterator[Block]:
        window = self._window
        window.has(_HEAD)
        text, at = window.text, window.at
        batch = _BATCH.match(text, at) if self._dialect.loose else None
        if text[at : at + 1] == b";":
            window.at += 1
            return
        if batch:
            window.at = batch.end()
            return
        found = _WORD.match(text, at)
        word = found[0].upper() if found else b""
        if word in (b"INSERT", b"REPLACE"):
            yield from self._rows.insert(self._grammar)
        elif word == b"COPY":
            yield from self._rows.copy(self._grammar)
        elif word == b"DELIMITER":
            self._delimited()
        elif word != b"CREATE" or not self._definitions.take(window, self._grammar):
            self._other(text[at : at + _HEAD])

    def _other(self, head: bytes) -> None:
        """Pass a statement over that is none of those which are taken."""
        window = self._window
        what = commanded(head) or change_of(head, self._grammar, self._dialect, self._choice)
        if what:
            window.refuse_at(window.at, "delivery.sql_refused", what=what)
        self.passed += 1
        meta = _META.match(window.text, window.at)
        if meta:
            window.at = meta.end()
            return
        self._set(head)
        record, line = window.record, window.line(window.at)
        if not pass_statement(window, self._grammar, self._end(head)) and not self._dialect.loose:
            window.refuse(record, line, "delivery.sql_cut")

    def _set(self, head: bytes) -> None:
        """See whether the dump says how its strings are written."""
        said = _CONFORMING.match(head) if self._dialect is POSTGRESQL else None
        if said:
            letter = said[1].lower() in (b"on", b"true")
            self._grammar = self._grammar._replace(backslash="letter" if letter else "postgresql")
        if self._dialect is MYSQL and _SQL_MODE.match(head):
            statement = head.partition(b";")[0].upper()
            letter = b"NO_BACKSLASH_ESCAPES" in statement
            self._grammar = self._grammar._replace(backslash="letter" if letter else "mysql")

    def _end(self, head: bytes) -> End:
        if _ROUTINE.match(head):
            if self._dialect.loose and self._dialect.name:
                return "batch"
            begin = _ATOMIC if self._dialect is POSTGRESQL else _TRIGGER
            if begin.match(head.partition(b";")[0]):
                return "body"
        return "line" if self._dialect.loose else "semicolon"

    def _delimited(self) -> None:
        """Pass what stands between two lines DELIMITER: routines and their bodies."""
        window = self._window
        record, line = window.record, window.line(window.at)
        while pass_gap(window, self._grammar):
            window.has(_HEAD)
            found = _DELIMITER.match(window.text, window.at)
            if found is None:
                if not pass_statement(window, self._grammar, "semicolon", words=b"DELIMITER"):
                    break
                continue
            self.passed += 1
            window.at = found.end()
            if found[1] == b";":
                return
        window.refuse(record, line, "delivery.sql_cut")
