# SPDX-License-Identifier: Apache-2.0
"""What a database can hold: names, columns and values. Pure; nothing is cut or changed for it.

A name or a value that does not fit is refused with the name of its column. Nothing else is
said of a value, not even its place.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import NamedTuple

import pyarrow as pa
import pyarrow.compute as pc

from pseudo.errors import UsageError
from pseudo.safe import is_safe

__all__ = ["CODEBOOK", "LIMITS", "Limits", "check_names", "check_values"]

CODEBOOK = "_codebook"
"""What the name of a table gets behind it for the name of its codebook."""

_SYSTEM = frozenset({"tableoid", "xmin", "cmin", "xmax", "cmax", "ctid"})


class Limits(NamedTuple):
    """What a database can hold.

    Attributes:
        name: How long a name may be, as ``measure`` has it.
        measure: Gives the length of a name.
        folded: Gives what is the same of two names that are one to the database.
        columns: Most columns of a table.
        text: Most bytes of a text.
        reserved: Names of columns that it has itself.
        not_a_number: Whether a number may be NaN.
        infinite: Whether a number may be infinite.
    """

    name: int
    measure: Callable[[str], int]
    folded: Callable[[str], str]
    columns: int
    text: int
    reserved: frozenset[str] = frozenset()
    not_a_number: bool = True
    infinite: bool = True


def _bytes(text: str) -> int:
    return len(text.encode())


def _is_control(character: str) -> bool:
    return unicodedata.category(character) in ("Cc", "Cs")


def _units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def _ascii_folded(text: str) -> str:
    """Fold as SQLite does, which knows capitals of English letters only."""
    return "".join(one.lower() if one.isascii() else one for one in text)


# Sources: PostgreSQL's manual, appendix K; https://www.sqlite.org/limits.html; SQL Server's
# "maximum capacity specifications".
LIMITS: Mapping[str, Limits] = MappingProxyType(
    {
        "postgresql": Limits(63, _bytes, str, 1600, 2**30 - 64, _SYSTEM),
        "sqlite": Limits(300, len, _ascii_folded, 2000, 10**9 - 1, not_a_number=False),
        "mssql": Limits(
            128, _units, str.casefold, 1024, 2**30 - 2, not_a_number=False, infinite=False
        ),
    }
)
"""By SQLAlchemy's names of the databases: those in which a table is made, or not, as a whole."""


def check_names(database: str, schema: str | None, table: str, columns: Sequence[str]) -> None:
    """Refuse names that a database cannot hold as they are.

    Args:
        database: A name in :data:`LIMITS`.
        schema: Where the table is made; None for the place that is usual.
        table: The name of the table.
        columns: Those of its columns.

    Raises:
        UsageError: A name is too long, is none, or could be a person's; it is reserved; or
            two are one to the database.
    """
    limits = LIMITS[database]
    if len(columns) > limits.columns:
        raise UsageError(
            "load.too_many_columns",
            columns=len(columns),
            database=database,
            limit=limits.columns,
        )
    for name in (*([] if schema is None else [schema]), table, *columns):
        if not name.strip() or not is_safe(name) or any(map(_is_control, name)):
            raise UsageError("load.bad_name", name=name)
    for name in (*([] if schema is None else [schema]), table + CODEBOOK, *columns):
        if limits.measure(name) > limits.name:
            raise UsageError("load.name_too_long", name=name, database=database, limit=limits.name)
    reserved = [name for name in columns if name in limits.reserved]
    if database == "sqlite" and _ascii_folded(table).startswith("sqlite_"):
        reserved.append(table)
    if reserved:
        raise UsageError("load.name_reserved", name=reserved[0], database=database)
    seen: dict[str, str] = {}
    for name in columns:
        first = seen.setdefault(limits.folded(name), name)
        if first != name:
            raise UsageError("load.names_alike", first=first, second=name, database=database)


def check_values(database: str, block: pa.RecordBatch) -> None:
    """Refuse rows with a value that a database cannot hold as it is.

    Args:
        database: A name in :data:`LIMITS`.
        block: The rows.

    Raises:
        UsageError: A text has a zero character or is too long, or a number is none or infinite.
    """
    limits = LIMITS[database]
    for name, column in zip(block.schema.names, block.columns, strict=True):
        if pa.types.is_string(column.type):
            _check_texts(database, name, column, limits.text)
        elif pa.types.is_floating(column.type):
            strange = (not limits.not_a_number and pc.any(pc.is_nan(column)).as_py()) or (
                not limits.infinite and pc.any(pc.is_inf(column)).as_py()
            )
            if strange:
                raise UsageError("load.no_number", column=name, database=database)


def _check_texts(database: str, name: str, texts: pa.Array, most: int) -> None:
    if (pc.max(pc.binary_length(texts)).as_py() or 0) > most:
        raise UsageError("load.text_too_long", column=name, database=database, limit=most)
    # SQLite takes zero characters in, and then most of its functions end the text there.
    if pc.any(pc.match_substring(texts, "\0")).as_py():
        raise UsageError("load.text_with_nul", column=name, database=database)
