# SPDX-License-Identifier: Apache-2.0
"""``pseudo lookup``: the pseudonym of one person, for an approved request only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import click

from pseudo.cli.parsing import Command, as_json, keystore, ledger_option
from pseudo.cli.persons import read_notes, requests_option
from pseudo.cli.session import begin, open_store
from pseudo.cli.subject import kind_options, number_option, subject_of
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json

__all__ = ["command"]

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("lookup", cls=Command)
@click.option("--domain", required=True, metavar="D", help="The domain.")
@click.option(
    "--opening",
    required=True,
    type=_FILE,
    metavar="FILE",
    help="What request lookup wrote beside the request.",
)
@number_option
@kind_options
@requests_option
@keystore
@ledger_option
@as_json
def command(
    domain: str,
    opening: Path,
    number_file: Path | None,
    scope: tuple[str, ...],
    kinds: tuple[str, ...],
    width: int,
    pad_zeros: bool,
    reference_date: date | None,
    requests: tuple[Path, ...],
    keystore: str | None,
    ledger: Path | None,
    as_json: bool,
) -> None:
    """Print the pseudonym of one person, where two others approved it for that person.

    For data-subject requests. The number is asked for at the terminal, or read from a file,
    and must be the one of the request.
    """
    from pseudo.usecases.account import account
    from pseudo.usecases.ledgers import ledger_folder, open_ledger
    from pseudo.usecases.lookup import lookup, read_opening

    settings = begin()
    notes = read_notes(requests)
    key = read_opening(read_notes([opening])[0])
    subject = subject_of(number_file, kinds, scope, width, reference_date, pad_zeros=pad_zeros)
    with open_store(settings, keystore) as store:
        opened = open_ledger(ledger_folder(keystore, settings, ledger), store)
        found = lookup(store, domain, opened, subject, key, notes=notes, run_by=account())
    if as_json:
        emit_json({"pseudonyms": found})
        return
    emit(table(list(found.items()), ("key id", "pseudonym")))
