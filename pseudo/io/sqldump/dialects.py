# SPDX-License-Identifier: Apache-2.0
"""Whose dialect a dump is written in, by its content.

What is decided here changes how strings are read, so it is decided by what only one
dialect has, and by the beginning of the file alone. Where nothing tells, the dialect is
unknown, and what would have several readings is refused.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pseudo.kernel import SqlGrammar

__all__ = ["MYSQL", "POSTGRESQL", "SQLITE", "SQLSERVER", "UNKNOWN", "SqlDialect", "dialect_of"]


@dataclass(frozen=True, slots=True)
class SqlDialect:
    """A dialect.

    Attributes:
        name: What facts call it; empty where it is unknown.
        grammar: How literals and comments are written, unless the dump says otherwise.
        sqlglot: Its name there.
        folds: Whether names without quotes are taken in lower case, and compared so; the
            others compare names whatever their case.
        loose: Whether a statement may end without a semicolon.
    """

    name: str
    grammar: SqlGrammar
    sqlglot: str
    folds: bool = False
    loose: bool = False


POSTGRESQL = SqlDialect(
    "postgresql",
    SqlGrammar(backslash="letter", prefixed=True, nested=True),
    "postgres",
    folds=True,
)
MYSQL = SqlDialect(
    "mysql",
    SqlGrammar(backslash="mysql", double=True, hashes=True, blank=True),
    "mysql",
)
SQLITE = SqlDialect("sqlite", SqlGrammar(backslash="letter", brackets=True), "sqlite")
SQLSERVER = SqlDialect(
    "sqlserver",
    SqlGrammar(backslash="letter", brackets=True, nested=True),
    "tsql",
    loose=True,
)
UNKNOWN = SqlDialect("", SqlGrammar(), "", loose=True)

_I = re.IGNORECASE | re.MULTILINE
_SIGNS: Mapping[str, tuple[re.Pattern[bytes], ...]] = MappingProxyType(
    {
        "postgresql": (
            re.compile(rb"^-- PostgreSQL database (?:cluster )?dump", _I),
            re.compile(rb"^SET (?:standard_conforming_strings|client_encoding|search_path)\b", _I),
            re.compile(rb"^SELECT pg_catalog\.", _I),
            re.compile(rb"^COPY [^\r\n;']{1,9999}FROM stdin", _I),
            re.compile(rb"^ALTER TABLE [^\r\n;']{1,300} OWNER TO ", _I),
            re.compile(rb"[(,]\s{0,9}E'", re.MULTILINE),
        ),
        "mysql": (
            re.compile(rb"^-- (?:MySQL|MariaDB) dump", _I),
            re.compile(rb"^/\*M?![0-9]{5,6}", _I),
            re.compile(rb"^(?:INSERT (?:IGNORE )?INTO|CREATE TABLE(?: IF NOT EXISTS)?) `", _I),
            re.compile(rb"^\)[^;\r\n']{0,200}\bENGINE ?=", _I),
            re.compile(rb"^(?:UN)?LOCK TABLES\b", _I),
            re.compile(rb"^SET NAMES utf8mb4", _I),
        ),
        "sqlserver": (
            re.compile(rb"^GO[ \t]*\r?$", _I),
            re.compile(rb"^SET (?:IDENTITY_INSERT|ANSI_NULLS|QUOTED_IDENTIFIER|NOCOUNT)\b", _I),
            re.compile(rb"^(?:INSERT (?:INTO )?|CREATE TABLE )\[", _I),
            re.compile(rb"^USE \[", _I),
            re.compile(rb"[(,]\s{0,9}N'", re.MULTILINE),
        ),
        "sqlite": (
            re.compile(rb"^PRAGMA foreign_keys", _I),
            re.compile(rb"^(?:INSERT INTO|DELETE FROM|CREATE TABLE) \"?sqlite_sequence\b", _I),
            re.compile(rb"\bINTEGER PRIMARY KEY AUTOINCREMENT\b", _I),
            re.compile(rb"^PRAGMA writable_schema", _I),
            re.compile(rb"\bWITHOUT ROWID\b", _I),
            re.compile(rb"\A\s*BEGIN TRANSACTION;\s*CREATE TABLE\b", re.IGNORECASE),
        ),
    }
)
_BY_NAME = {each.name: each for each in (POSTGRESQL, MYSQL, SQLITE, SQLSERVER)}
_LOOKED_AT = 64 * 1024


def dialect_of(text: bytes) -> SqlDialect:
    """Tell a dump's dialect.

    Args:
        text: Its beginning.

    Returns:
        The dialect of which a sign comes first: what programs write stands before any data,
        in which there can be anything.
    """
    head = text[:_LOOKED_AT]
    first: dict[int, str] = {}
    for name, signs in _SIGNS.items():
        for sign in signs:
            found = sign.search(head)
            if found is not None:
                first.setdefault(found.start(), name)
    return _BY_NAME[first[min(first)]] if first else UNKNOWN
