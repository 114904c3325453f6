# SPDX-License-Identifier: Apache-2.0
"""``pseudo run``: from a delivery to a published folder."""

from __future__ import annotations

import os
import unicodedata
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pseudo.cli.dialect import database_options, dialect_options, read_query
from pseudo.cli.parsing import DATE, OUTPUT, Command, as_json, keystore
from pseudo.cli.progress import Bar
from pseudo.cli.run_report import print_choices, print_refusal, print_result
from pseudo.cli.session import begin, open_store
from pseudo.cli.signals import cancelling
from pseudo.cli.terminal import print_error
from pseudo.errors import DeliveryError, LeakError, UsageError

if TYPE_CHECKING:
    from pseudo.io.source import Dialect
    from pseudo.settings import Settings
    from pseudo.usecases.request import OutputFormat, RunRequest
    from pseudo.usecases.run import RunResult

__all__ = ["command"]

_PATH = click.Path(path_type=Path)


@click.command("run", cls=Command)
@click.argument("files", nargs=-1, type=_PATH, metavar="FILE...")
@click.option("--spec", type=_PATH, metavar="SPEC", help="The declaration of the delivery, YAML.")
@click.option(
    "--column", "columns", multiple=True, metavar="NAME", help="Swap this column; needs no spec."
)
@click.option("--keep", multiple=True, metavar="NAME", help="With --column: keep this column.")
@click.option("--keep-all", is_flag=True, help="With --column: keep all others; in the receipt.")
@database_options
@click.option("--domain", required=True, metavar="D", help="The domain of the pseudonyms.")
@click.option(
    "--out", required=True, type=_PATH, metavar="DIR", help="Folder to publish; must not exist."
)
@click.option("--order", type=click.Choice(["keep"]), help="Let the rows leave as they came.")
@click.option(
    "--to",
    type=OUTPUT,
    default="parquet",
    show_default=True,
    help="Format of the release.",
)
@dialect_options
@click.option(
    "--reference-date",
    type=DATE,
    metavar="DATE",
    help="Day by which centuries are told; else the spec's, else today.",
)
@click.option(
    "--threads", type=click.IntRange(1, 256), metavar="N", help="One a core where not given."
)
@click.option("--submitter", metavar="NAME", help="Who sent the delivery; needed by some specs.")
@click.option(
    "--lang",
    type=click.Choice(["sv", "en"]),
    default="sv",
    show_default=True,
    help="Language of the error list and the codebook.",
)
@keystore
@as_json
def command(
    files: tuple[Path, ...],
    spec: Path | None,
    columns: tuple[str, ...],
    keep: tuple[str, ...],
    keep_all: bool,
    domain: str,
    out: Path,
    order: str | None,
    to: OutputFormat,
    dialect: Dialect,
    reference_date: date | None,
    threads: int | None,
    submitter: str | None,
    lang: Literal["sv", "en"],
    database: str | None,
    query: Path | None,
    keystore: str | None,
    as_json: bool,
) -> None:
    """Pseudonymize the delivery FILE... and publish it as the folder DIR.

    Several files are one delivery with one receipt, and so is a table of a database. DIR
    appears all at once: release/ for the recipient, return/ with the error list for the
    submitter, and receipt.json. A refused delivery (exit status 3 or 4) gets return/ and a
    receipt, and no release/.
    """
    from pseudo.usecases.request import RunRequest, database_of

    settings = begin()
    request = RunRequest(
        files=files,
        out=out,
        spec=spec,
        columns=tuple(_name(name) for name in columns),
        keep=tuple(_name(name) for name in keep),
        keep_all=keep_all,
        to=to,
        order_keep=order == "keep",
        dialect=dialect,
        reference_date=reference_date,
        threads=threads or 0,
        lang=lang,
        submitter=submitter,
        database=database_of(database, read_query(query)),
    )
    # Whatever is wrong with the order is said before anybody types a passphrase.
    request = replace(request, spec=request.declared_spec)
    if os.path.lexists(out):
        raise UsageError("usage.output_exists", out=str(out))
    result = _carried_out(request, domain, keystore, settings)
    print_choices(result.receipt, files)
    print_result(result, as_json=as_json)


def _carried_out(
    request: RunRequest, domain: str, address: str | None, settings: Settings
) -> RunResult:
    """Run the batch; of a refused delivery, say why and exit."""
    from pseudo.usecases.domains import open_current
    from pseudo.usecases.ledgers import ledger_of
    from pseudo.usecases.run import carry_out

    refusal: DeliveryError | LeakError
    try:
        # Whoever is asked for a passphrase stops at once, so stopping gently comes after.
        with open_store(settings, address) as store:
            ledger = ledger_of(store, address, settings)
            with (
                open_current(store, domain, ledger) as opened,
                cancelling() as cancellation,
                Bar() as bar,
            ):
                return carry_out(
                    request,
                    opened,
                    ledger=ledger,
                    observer=bar,
                    cancellation=cancellation,
                    settings=settings,
                )
    except (DeliveryError, LeakError) as error:
        refusal = error
    print_error(refusal)
    print_refusal(request.out, request.files)
    raise click.exceptions.Exit(refusal.exit_status)


def _name(typed: str) -> str:
    """Write a column's name as the readers write the header's."""
    return unicodedata.normalize("NFC", typed).strip()
