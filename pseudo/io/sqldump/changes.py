# SPDX-License-Identifier: Apache-2.0
"""Statements that change rows which stand before them in a dump.

Nothing of a dump is executed, so whoever reads its rows and passes over what becomes of
them would publish somebody who was deleted. Programs that dump write nothing of the kind
behind the rows of a table; only one that failed leaves a ROLLBACK.
"""

from __future__ import annotations

import re
from functools import lru_cache

from pseudo.io.sqldump.choice import Choice
from pseudo.io.sqldump.dialects import SqlDialect
from pseudo.io.sqldump.heads import words_of
from pseudo.io.sqldump.identifiers import NAME, table_name
from pseudo.kernel import SqlGrammar
from pseudo.kernel.sql_grammar import compiled, gap

__all__ = ["change_of"]

_ROLLBACK = re.compile(rb"ROLLBACK\b", re.IGNORECASE)
_KEPT = rb"(?!(?:CONSTRAINT|PRIMARY|FOREIGN|INDEX|KEY|CHECK|DEFAULT|NOT|IDENTITY|EXPRESSION)\b)"
# Of what can be altered: the table's name, and columns that go or get another name.
_ALTERED = re.compile(
    rb"\s*DROP\s+%s|[^;]*?\b(?:RENAME\s+%s|DROP\s+COLUMN\b)" % (_KEPT, _KEPT), re.IGNORECASE
)


def change_of(head: bytes, grammar: SqlGrammar, dialect: SqlDialect, choice: Choice) -> str:
    """Name what a statement does to rows that were read; empty where it does nothing to them.

    Args:
        head: Its beginning.
        grammar: Of the dialect, as the dump has it by now.
        dialect: Whose it is.
        choice: Which table is read.
    """
    if choice.chosen is None:
        return ""
    if _ROLLBACK.match(head):
        return "ROLLBACK"
    found = _changes(grammar).match(head)
    if found is None or not choice.is_chosen(table_name(found["table"], dialect)):
        return ""
    word = found["word"].upper().decode()
    if word == "ALTER" and not _ALTERED.match(head, found.end()):
        return ""
    return word


@lru_cache(maxsize=16)
def _changes(grammar: SqlGrammar) -> re.Pattern[bytes]:
    between = gap(grammar)

    def words(text: str) -> bytes:
        return words_of(text, between)

    table = rb"(?P<table>%s(?:%s\.%s%s){0,3})%s" % (NAME, between, between, NAME, between)
    exists, only = words("IF EXISTS"), words("ONLY")
    quick = words("(?:LOW_PRIORITY|QUICK|IGNORE)")
    return compiled(
        rb"(?P<word>(?i:DELETE|UPDATE|TRUNCATE|DROP|ALTER))(?![0-9A-Za-z_$\x80-\xff])%s" % between
        + rb"(?:%s)*+(?:%s)?(?:%s)?" % (quick, words("FROM"), words("TABLE"))
        + rb"(?:%s)?(?:%s)?" % (exists, only)
        + table
    )
