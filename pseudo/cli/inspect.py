# SPDX-License-Identifier: Apache-2.0
"""``pseudo inspect``: what a file is, without showing a value."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pseudo.cli.dialect import database_options, dialect_options, name_or_number, read_query
from pseudo.cli.inspect_report import print_inspection
from pseudo.cli.parsing import DATE, Command, as_json
from pseudo.cli.progress import Bar
from pseudo.cli.session import begin
from pseudo.cli.signals import cancelling
from pseudo.cli.terminal import say
from pseudo.safe import safe_text

if TYPE_CHECKING:
    from pseudo.io.source import Dialect

__all__ = ["command"]

_PATH = click.Path(path_type=Path)


@click.command("inspect", cls=Command)
@click.argument("file", type=_PATH, required=False)
@database_options
@click.option("--member", metavar="NAME", help="Of an archive: which file, by name or number.")
@click.option("--write-spec", type=_PATH, metavar="PATH", help="Draft a spec; must not exist.")
@dialect_options
@click.option(
    "--reference-date", type=DATE, metavar="DATE", help="Day by which numbers are judged."
)
@as_json
def command(
    file: Path | None,
    database: str | None,
    query: Path | None,
    member: str | None,
    write_spec: Path | None,
    dialect: Dialect,
    reference_date: date | None,
    as_json: bool,
) -> None:
    """Show format, encoding and columns of FILE, and which columns hold identity numbers.

    No value is shown: in shapes every digit is d and every letter a. The draft of a spec
    is careful: what looks like a name, an address or a text is dropped until you say
    otherwise.
    """
    from pseudo.usecases.inspect import inspect

    settings = begin()
    with cancelling() as cancellation, Bar() as bar:
        found = inspect(
            file,
            **dialect.told(),  # type: ignore[arg-type]
            member=name_or_number(member),
            reference_date=reference_date,
            write_spec=write_spec,
            database=database,
            query=read_query(query),
            settings=settings,
            observer=bar,
            cancellation=cancellation,
        )
    print_inspection(found, as_json=as_json)
    if write_spec is not None:
        say(f"The draft is in {safe_text(str(write_spec))}; look at every column in it.")
