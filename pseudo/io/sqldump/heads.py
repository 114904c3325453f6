# SPDX-License-Identifier: Apache-2.0
"""The words with which statements begin, as patterns: what they are, and what is refused."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from pseudo.io.sqldump.identifiers import NAME
from pseudo.kernel import SqlGrammar
from pseudo.kernel.sql_grammar import compiled, gap, inner

__all__ = ["Heads", "commanded", "heads", "words_of"]

_AGAIN = rb"(?![0-9A-Za-z_$\x80-\xff])"


class Heads(NamedTuple):
    """The patterns of a dialect's statements.

    Attributes:
        insert: Up to and with ``VALUES``; groups ``table`` and ``columns``.
        copy: Up to and with the line's end; groups ``table`` and ``columns``.
        create: Up to the table's name; group ``table``.
        body: The brackets after it.
    """

    insert: re.Pattern[bytes]
    copy: re.Pattern[bytes]
    create: re.Pattern[bytes]
    body: re.Pattern[bytes]


def words_of(text: str, between: bytes) -> bytes:
    """Make the pattern of words of SQL, each with what may stand behind it."""
    return b"".join(b"(?i:%s)%s%s" % (w.encode(), _AGAIN, between) for w in text.split())


@lru_cache(maxsize=16)
def heads(grammar: SqlGrammar) -> Heads:
    """Make the patterns of a dialect."""
    between = gap(grammar)

    def words(text: str) -> bytes:
        return words_of(text, between)

    table = rb"(?P<table>%s(?:%s\.%s%s){0,3})%s" % (NAME, between, between, NAME, between)
    columns = rb"(?:\(%s(?P<columns>%s%s(?:,%s%s%s)*+)\)%s)?" % (
        between, NAME, between, between, NAME, between, between,
    )  # fmt: skip
    insert = rb"(?:%s(?:%s)?(?:%s)?|%s)" % (
        words("INSERT"), words("(?:IGNORE|DELAYED|LOW_PRIORITY|HIGH_PRIORITY)"),
        words("INTO"), words("REPLACE INTO"),
    )  # fmt: skip
    overriding = rb"(?:%s)?" % words("OVERRIDING (?:SYSTEM|USER) VALUE")
    kind = words("(?:GLOBAL|LOCAL|TEMP|TEMPORARY|UNLOGGED)")
    return Heads(
        compiled(insert + table + columns + overriding + rb"(?i:VALUES?)" + _AGAIN),
        compiled(
            words("COPY") + table + columns + words("FROM") + rb"(?i:STDIN)" + _AGAIN + between
            + rb";[ \t]*+(?:\r\n|\n|\r(?!\n))"
        ),
        compiled(
            words("CREATE") + rb"(?:%s)*+" % kind + words("TABLE")
            + rb"(?:%s)?" % words("IF NOT EXISTS") + table
        ),
        compiled(rb"\((?P<body>(?:%s|,)*+)\)" % inner(grammar, conditional=True)),
    )  # fmt: skip


_COPY = re.compile(rb"(?is)COPY\b.{0,4000}?\b(?:FROM|TO)\s+(PROGRAM\b|E?'|STDIN\b)?")
_COMMANDS: tuple[tuple[re.Pattern[bytes], str], ...] = tuple(
    (re.compile(pattern, re.IGNORECASE | re.DOTALL), what)
    for pattern, what in (
        (rb"\\!", "\\!"),
        (rb"\\copy\b", "\\copy"),
        (rb"\\(?:i|ir|include|include_relative)\b", "\\i"),
        (rb"\\(?!(?:un)?restrict\b|connect\b|c\b|encoding\b)", "\\"),
        (rb"!!", "!!"),
        (rb":\s*[A-Za-z]", ":"),
        (rb"\.\s*[A-Za-z]", "."),
        (rb"source\s+(?!=)", "source"),
        (rb"system\s", "system"),
        (rb"LOAD\s+(?:DATA|XML)\b", "LOAD DATA"),
        (rb"LOAD\s+'", "LOAD"),
        (rb"BULK\s+INSERT\b", "BULK INSERT"),
        (
            rb"(?:EXEC|EXECUTE|DECLARE|IF|CALL|SELECT)\b[^;\r\n]{0,2000}\bxp_cmdshell\b",
            "xp_cmdshell",
        ),
        (rb"(?:SELECT|SET|DO|CALL)\b[^;\r\n]{0,2000}\bLOAD_FILE\s*\(", "LOAD_FILE()"),
        (rb"SELECT\b[^;\r\n]{0,2000}\bload_extension\s*\(", "load_extension()"),
        (rb"SELECT\b[^;\r\n]{0,2000}\bINTO\s+(?:OUT|DUMP)FILE\b", "INTO OUTFILE"),
        (rb"/\*M?![0-9]*\s*(?:INSERT|REPLACE)\b", "/*! INSERT */"),
        (rb"MERGE\b", "MERGE"),
    )
)


def commanded(head: bytes) -> str:
    """Name what a statement would make a program do, beyond what a dump does.

    Args:
        head: Its beginning.

    Returns:
        What it is, in words of SQL; empty where it is harmless to pass it over.
    """
    for pattern, what in _COMMANDS:
        if pattern.match(head):
            return what
    found = _COPY.match(head)
    if found and found[1]:
        word = found[1].upper()
        if word == b"PROGRAM":
            return "COPY … PROGRAM"
        return "COPY … FROM STDIN WITH" if word == b"STDIN" else "COPY … FROM 'file'"
    return "COPY … FROM 'file'" if found else ""
