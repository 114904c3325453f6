# SPDX-License-Identifier: Apache-2.0
"""The options that say how a file is written, for the commands that read files."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pseudo.errors import UsageError

if TYPE_CHECKING:
    from pseudo.io.source import UserMissing, ValueLabels

__all__ = ["database_options", "dialect_options", "name_or_number", "read_query"]

Function = TypeVar("Function", bound=Callable[..., Any])

_LONGEST_QUERY = 1_000_000
_ROWS = re.compile(r"([1-9][0-9]{0,6})(?:-([1-9][0-9]{0,6}))?")


def dialect_options(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that say how files are written, as one argument ``dialect``."""

    @functools.wraps(function)
    def told(
        *,
        encoding: str | None,
        delimiter: str | None,
        table: str | None,
        header_rows: str | None,
        value_labels: ValueLabels | None,
        user_missing: UserMissing | None,
        **own: Any,
    ) -> None:
        # Not at the top: it drags pyarrow in, and who only asks for help does not wait for it.
        from pseudo.io.source import Dialect

        dialect = Dialect(
            encoding=encoding,
            delimiter=delimiter,
            table=name_or_number(table),
            header_rows=_rows(header_rows),
            value_labels=value_labels,
            user_missing=user_missing,
        )
        function(dialect=dialect, **own)

    wrapped: Callable[..., None] = told
    for option in (
        click.option(
            "--user-missing",
            type=click.Choice(["null", "keep"]),
            help="Of SPSS, Stata and SAS files: what becomes of values called missing; null.",
        ),
        click.option(
            "--value-labels",
            type=click.Choice(["codes", "labels"]),
            help="Of SPSS, Stata and SAS files: read the codes, or what stands for them; codes.",
        ),
        click.option(
            "--header-rows",
            metavar="ROW[-ROW]",
            help="Of a workbook: the rows that name the columns; found out where not given.",
        ),
        click.option(
            "--table",
            metavar="NAME",
            help="Sheet of a workbook or table of a dump, by name or number; if several.",
        ),
        click.option(
            "--delimiter", metavar="C", help="Of text files; found out where it is not given."
        ),
        click.option(
            "--encoding", metavar="E", help="Of text files; found out where it is not given."
        ),
    ):
        wrapped = option(wrapped)
    return wrapped


def database_options(function: Function) -> Function:
    """Give a command the options that name a database to read instead of files."""
    function = click.option(
        "--query",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="With --database: a file with one SELECT, instead of a table.",
    )(function)
    return click.option(
        "--database",
        metavar="URL",
        help="Read a table of this database and no files: postgresql+psycopg://USER@HOST/DB.",
    )(function)


def read_query(path: Path | None) -> str | None:
    """Read the statement of a query.

    Raises:
        UsageError: The file cannot be read, is no text, or too large.
    """
    if path is None:
        return None
    text = ""
    try:
        with path.open("rb") as file:
            text = file.read(_LONGEST_QUERY).decode("utf-8")
    except (OSError, ValueError):
        text = ""
    if not text.strip() or len(text) >= _LONGEST_QUERY:
        raise UsageError("usage.no_query", path=str(path))
    return text


def name_or_number(told: str | None) -> str | int | None:
    """Take what is only digits for a number; what is so named has a number too."""
    return int(told) if told is not None and told.isascii() and told.isdigit() else told


def _rows(told: str | None) -> tuple[int, int] | None:
    if told is None:
        return None
    found = _ROWS.fullmatch(told)
    if found is None or int(found[2] or found[1]) < int(found[1]):
        raise UsageError("usage.bad_header_rows")
    return int(found[1]), int(found[2] or found[1])
