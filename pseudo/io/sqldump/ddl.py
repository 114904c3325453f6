# SPDX-License-Identifier: Apache-2.0
"""Columns and their types, from the brackets of a CREATE TABLE.

The brackets are taken apart here, and only a type, a few words, is given to sqlglot: what
else a definition holds (defaults, comments, checks) is free text of the file.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Literal

import pyarrow as pa

from pseudo.io.sqldump.dialects import MYSQL, POSTGRESQL, SQLSERVER, SqlDialect
from pseudo.io.sqldump.identifiers import NAME, column_names
from pseudo.kernel import SqlGrammar
from pseudo.kernel.sql_grammar import compiled, gap, inner

__all__ = ["Column", "Kind", "arrow_type", "columns_of"]

Kind = Literal[
    "text", "padded", "integer", "number", "decimal", "boolean", "date", "datetime", "instant",
    "time", "binary",
]  # fmt: skip
"""What a column is read as; ``padded`` is text with blanks at its end that mean nothing."""

_ARROW: dict[Kind, pa.DataType] = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
    "instant": pa.timestamp("us", "UTC"),
}
_KINDS: dict[str, Kind] = {
    **dict.fromkeys(("CHAR", "NCHAR", "BPCHAR"), "padded"),
    **dict.fromkeys(
        (
            "TINYINT", "SMALLINT", "MEDIUMINT", "INT", "BIGINT", "UTINYINT", "USMALLINT", "UINT",
            "UMEDIUMINT", "UBIGINT", "SERIAL", "BIGSERIAL", "SMALLSERIAL", "YEAR",
        ),
        "integer",
    ),
    **dict.fromkeys(("FLOAT", "DOUBLE"), "number"),
    **dict.fromkeys(("DECIMAL", "SMALLMONEY"), "decimal"),
    "BOOLEAN": "boolean",
    "DATE": "date",
    **dict.fromkeys(("DATETIME", "DATETIME2", "SMALLDATETIME", "TIMESTAMP"), "datetime"),
    "TIMESTAMPTZ": "instant",
    "TIME": "time",
    **dict.fromkeys(
        ("BINARY", "VARBINARY", "BLOB", "TINYBLOB", "MEDIUMBLOB", "LONGBLOB", "IMAGE",
         "ROWVERSION", "GEOMETRY", "GEOGRAPHY"),
        "binary",
    ),
}  # fmt: skip

_NO_COLUMN = re.compile(
    rb"(?i:CONSTRAINT|PRIMARY|UNIQUE|FOREIGN|CHECK|EXCLUDE|LIKE|PERIOD|FULLTEXT|SPATIAL)\b"
)
_NO_COLUMN_TOO = re.compile(rb"(?i:KEY|INDEX)\b")
_COMPUTED = re.compile(rb"(?i)\bAS\s*\(|\bGENERATED\s+ALWAYS\s+AS\s*\(")
_TYPE = re.compile(
    r"(?P<name>[a-z]\w*(?:\s+(?:varying|precision)\b)?)(?:\s*(?P<size>\([\w ,]{1,40}\)))?"
    r"(?P<more>(?:\s+(?:with|without)\s+time\s+zone\b|\s+(?:unsigned|zerofill|signed)\b){0,3})"
    r"(?P<list>\s*\[)?",
    re.IGNORECASE | re.ASCII,
)
_BRACKETED = re.compile(rb"\[([A-Za-z][0-9A-Za-z_]*)\]")
_LONGEST_TYPE = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column.

    Attributes:
        name: Its name.
        kind: What it is read as.
        type: The bare name of its type; empty where it is not known.
        computed: Whether the server computes it, so that no row has it. In PostgreSQL rows
            have DEFAULT there.
    """

    name: str
    kind: Kind = "text"
    type: str = ""
    computed: bool = False


def arrow_type(kind: Kind) -> pa.DataType:
    """Give the type of a column that is read as this."""
    return _ARROW.get(kind, pa.string())


def columns_of(body: bytes, dialect: SqlDialect, grammar: SqlGrammar) -> tuple[Column, ...]:
    """Read the columns of a table.

    Args:
        body: What stands in the brackets of its CREATE TABLE.
        dialect: Of the dump.
        grammar: As it is written.
    """
    found = (_column(item, dialect, grammar) for item in _items(grammar).findall(body))
    return tuple(column for column in found if column is not None)


@lru_cache(maxsize=16)
def _items(grammar: SqlGrammar) -> re.Pattern[bytes]:
    return compiled(rb"(?:%s)++" % inner(grammar, conditional=True))


@lru_cache(maxsize=16)
def _named(grammar: SqlGrammar) -> re.Pattern[bytes]:
    between = gap(grammar)
    return compiled(rb"%s(?P<name>%s)%s" % (between, NAME, between))


def _column(item: bytes, dialect: SqlDialect, grammar: SqlGrammar) -> Column | None:
    found = _named(grammar).match(item)
    if found is None:
        return None
    written, rest = found["name"], item[found.end() :]
    if _NO_COLUMN.match(written) or (
        dialect in (MYSQL, SQLSERVER) and _NO_COLUMN_TOO.match(written)
    ):
        return None
    name = column_names(written, dialect)[0]
    kind, shown = _kind(rest, dialect)
    computed = dialect is not POSTGRESQL and _COMPUTED.search(rest) is not None
    return Column(name, kind, shown, computed)


def _kind(rest: bytes, dialect: SqlDialect) -> tuple[Kind, str]:
    """Tell what a column is read as, by what follows its name; and its type's name."""
    text = _BRACKETED.sub(rb"\1", rest[:_LONGEST_TYPE]).decode("utf-8", "replace")
    found = _TYPE.match(text)
    if found is None or found["list"] or text[found.end() : found.end() + 1] == ".":
        return "text", ""
    built = _built(" ".join(found[0].split()), dialect.sqlglot)
    if built is None:
        return "text", ""
    name = str(getattr(built.this, "name", ""))
    sizes = [str(size) for size in built.expressions]
    kind: Kind = _KINDS.get(name, "text")
    if dialect is MYSQL and name == "TIMESTAMPTZ":
        # A dump has them in the time zone that it sets, and does not write it.
        kind = "datetime"
    if name == "MONEY" and dialect is SQLSERVER:
        kind = "decimal"
    if name == "BIT":
        kind = "boolean" if _is_flag(found["name"], sizes, dialect) else "text"
    if "zerofill" in found["more"].lower():
        kind = "text"
    return kind, found["name"].lower().split()[0]


def _is_flag(name: str, sizes: list[str], dialect: SqlDialect) -> bool:
    return "varying" not in name.lower() and (
        dialect is SQLSERVER or (dialect is MYSQL and sizes in ([], ["1"]))
    )


@lru_cache(maxsize=256)
def _built(text: str, dialect: str) -> Any:
    """Have sqlglot read a type; None where it knows none such."""
    from sqlglot import exp

    try:
        return exp.DataType.build(text, dialect=dialect or None)
    except Exception:  # noqa: BLE001  its messages quote the file; nothing of them is kept
        return None
