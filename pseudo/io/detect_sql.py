# SPDX-License-Identifier: Apache-2.0
"""Whether a text is a SQL script, by how it begins and by what else it holds.

A header of a table may be called ``insert into``. So two things must come together: the
text begins as a statement does, after comments, and somewhere in it a line begins with a
statement that makes a table or fills one, or it is what a program writes before those.
"""

from __future__ import annotations

import codecs
import re

__all__ = ["is_sql"]

_NAME = (
    rb"(?:\"[^\"\r\n]{1,200}\"|`[^`\r\n]{1,200}`|\[[^\]\r\n]{1,200}\]"
    rb"|[A-Za-z_@#\x80-\xff][\w@#$\x80-\xff]*+)"
)
_TABLE = rb"%s(?:\s?\.\s?%s){0,3}" % (_NAME, _NAME)
_FLAGS = re.IGNORECASE | re.MULTILINE
_GAP = re.compile(
    rb"(?:\s++|--[^\r\n]*+(?:[\r\n]|\Z)|\#[^\r\n]*+(?:[\r\n]|\Z)|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z)|GO(?=\s)|;)*+",
    re.IGNORECASE,
)
_STATEMENT = re.compile(
    rb"(?:SET|USE|BEGIN|START|CREATE|ALTER|DROP|INSERT|REPLACE|COPY|PRAGMA|LOCK|SELECT|DELETE"
    rb"|TRUNCATE|DECLARE|IF|EXEC|EXECUTE|PRINT|UPDATE|GRANT|COMMENT|DO|WITH|MERGE"
    rb"|LOAD|COMMIT)\s++(?=[\w\"`\[@(\\\x80-\xff'])|BEGIN\s*;|DELIMITER[ \t]++\S|\\[!a-z]",
    re.IGNORECASE,
)
_FILLS = (
    re.compile(
        rb"^[ \t]*+(?:INSERT\s++(?:IGNORE\s++)?+(?:INTO\s++)?+|REPLACE\s++INTO\s++)%s\s*+"
        rb"(?:\([^()]{1,20000}+\)\s*+)?+(?:OVERRIDING\s++\w++\s++VALUE\s++)?+"
        rb"(?:VALUES?\s*+(?:\(|--|/\*|\Z)|SELECT\s|DEFAULT\s)" % _TABLE,
        _FLAGS,
    ),
    re.compile(rb"^[ \t]*+COPY\s++%s\s*+(?:\([^()]{1,20000}+\)\s*+)?+FROM\s" % _TABLE, _FLAGS),
    re.compile(
        rb"^[ \t]*+CREATE\s++(?:\w++\s++){0,2}?TABLE\s++(?:IF\s++NOT\s++EXISTS\s++)?+%s\s*+\("
        % _TABLE,
        _FLAGS,
    ),
    re.compile(
        rb"^(?:-- (?:PostgreSQL database(?: cluster)? dump|(?:MySQL|MariaDB) dump )"
        rb"|/\*\*\*\*\*\* Object:)",
        _FLAGS,
    ),
)
_UTF16 = ((codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))


def is_sql(head: bytes) -> bool:
    """Tell whether a text is a SQL script.

    Args:
        head: Its first bytes, in the file's own encoding.
    """
    text = _narrow(head)
    begin = _GAP.match(text)
    place = begin.end() if begin else 0
    if place < len(text) and not _STATEMENT.match(text, place):
        return False
    return any(fills.search(text) for fills in _FILLS)


def _narrow(head: bytes) -> bytes:
    """Give the text so that its ASCII letters are ASCII bytes."""
    for mark, codec in _UTF16:
        if head.startswith(mark):
            return head[len(mark) :].decode(codec, "ignore").encode("utf-8", "ignore")
    return head.removeprefix(codecs.BOM_UTF8)
