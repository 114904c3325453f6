# SPDX-License-Identifier: Apache-2.0
"""``pseudo reidentify``: go back from listed pseudonyms, for an approved request only."""

from __future__ import annotations

from dataclasses import asdict
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pseudo.cli.dialect import dialect_options
from pseudo.cli.parsing import Command, as_json, keystore, ledger_option
from pseudo.cli.persons import read_notes, requests_option
from pseudo.cli.session import begin, open_store
from pseudo.cli.subject import candidate_options, kind_options
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json, say
from pseudo.safe import safe_text

if TYPE_CHECKING:
    from pseudo.io.source import Dialect

__all__ = ["command"]

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("reidentify", cls=Command)
@click.argument("file", type=_FILE)
@click.option("--domain", required=True, metavar="D", help="The domain of the pseudonyms.")
@click.option("--pseudonym-column", metavar="NAME", help="Their column; needed if not alone.")
@candidate_options
@dialect_options
@kind_options
@requests_option
@click.option(
    "--out", required=True, type=_FILE, metavar="FILE", help="What is found; must not exist."
)
@keystore
@ledger_option
@as_json
def command(
    file: Path,
    domain: str,
    pseudonym_column: str | None,
    candidates: tuple[Path, ...],
    candidate_column: str,
    scope: tuple[str, ...],
    submitter: str | None,
    dialect: Dialect,
    kinds: tuple[str, ...],
    width: int,
    pad_zeros: bool,
    reference_date: date | None,
    requests: tuple[Path, ...],
    out: Path,
    keystore: str | None,
    ledger: Path | None,
    as_json: bool,
) -> None:
    """Trace the pseudonyms in FILE to numbers, where two others approved that very list.

    The pseudonyms of all candidates are made again and compared; none is reversed. What is
    found is written to one file that only its owner can read, for the requester alone, and
    the ledger says for ever that it was done. Going back is forbidden by law but for what
    the law excepts.
    """
    from pseudo.usecases.account import account
    from pseudo.usecases.candidates import Candidates
    from pseudo.usecases.ledgers import ledger_folder, open_ledger
    from pseudo.usecases.reading import read_options
    from pseudo.usecases.reidentify import reidentify
    from pseudo.usecases.reidentify_asked import read_asked

    settings = begin()
    notes = read_notes(requests)
    people = Candidates.of(
        candidates,
        candidate_column,
        kinds=kinds,
        scope=scope or None,
        submitter=submitter,
        width=width,
        pad_zeros=pad_zeros,
        reference_date=reference_date,
        dialect=dialect,
    )
    options = read_options(settings)
    with open_store(settings, keystore) as store:
        opened = open_ledger(ledger_folder(keystore, settings, ledger), store)
        asked = read_asked(file, pseudonym_column, store.show(domain).format, options)
        traced = reidentify(
            store,
            domain,
            opened,
            asked,
            people,
            out,
            notes=notes,
            options=options,
            run_by=account(),
        )
    if as_json:
        emit_json(asdict(traced))
    else:
        emit(table(list(asdict(traced).items()), title="Traced"))
    say(f"Give {safe_text(str(out))} to the requester alone, and remove it here.")
