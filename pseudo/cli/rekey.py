# SPDX-License-Identifier: Apache-2.0
"""``pseudo rekey``: move tables to another secret of their domain."""

from __future__ import annotations

import os
import unicodedata
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal

import click

from pseudo import i18n
from pseudo.cli.dialect import dialect_options
from pseudo.cli.parsing import OUTPUT, Command, as_json, keystore, ledger_option
from pseudo.cli.progress import Bar
from pseudo.cli.session import begin, open_store
from pseudo.cli.signals import cancelling
from pseudo.cli.subject import candidate_options, kind_options
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json, say
from pseudo.errors import UsageError
from pseudo.safe import safe_text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pseudo.io.source import Dialect
    from pseudo.settings import Settings
    from pseudo.usecases.rekey import RekeyResult
    from pseudo.usecases.rekey_request import RekeyRequest
    from pseudo.usecases.request import OutputFormat

__all__ = ["command"]

_PATH = click.Path(path_type=Path)
_VERSION = click.IntRange(1, 999_999_999)


@click.command("rekey", cls=Command)
@click.argument("tables", nargs=-1, required=True, type=_PATH, metavar="TABLE...")
@click.option("--domain", required=True, metavar="D", help="The domain of the pseudonyms.")
@click.option(
    "--column",
    "columns",
    multiple=True,
    required=True,
    metavar="NAME",
    help="A column of pseudonyms; repeat for more. Rows leave ordered by the first.",
)
@candidate_options
@kind_options
@dialect_options
@click.option(
    "--to-version",
    type=_VERSION,
    metavar="N",
    help="The version to move to and make current; the newest by default.",
)
@click.option(
    "--from-version",
    type=_VERSION,
    metavar="N",
    help="For a table that was left behind: its version; the current one is moved to.",
)
@click.option(
    "--to",
    type=OUTPUT,
    default="parquet",
    show_default=True,
    help="Format of what is published.",
)
@click.option(
    "--formula-cells",
    type=click.Choice(["quote", "stop", "pass"]),
    default="quote",
    show_default=True,
    help="In csv, a text that a spreadsheet would run; as in the spec of the tables.",
)
@click.option(
    "--out", required=True, type=_PATH, metavar="DIR", help="Folder to publish; must not exist."
)
@click.option(
    "--threads", type=click.IntRange(1, 256), metavar="N", help="One a core where not given."
)
@click.option(
    "--lang",
    type=click.Choice(["sv", "en"]),
    default="sv",
    show_default=True,
    help="Language of the codebook.",
)
@keystore
@ledger_option
@as_json
def command(
    tables: tuple[Path, ...],
    domain: str,
    columns: tuple[str, ...],
    candidates: tuple[Path, ...],
    candidate_column: str,
    kinds: tuple[str, ...],
    scope: tuple[str, ...],
    submitter: str | None,
    width: int,
    pad_zeros: bool,
    reference_date: date | None,
    dialect: Dialect,
    to_version: int | None,
    from_version: int | None,
    to: OutputFormat,
    formula_cells: Literal["quote", "stop", "pass"],
    out: Path,
    threads: int | None,
    lang: Literal["sv", "en"],
    keystore: str | None,
    ledger: Path | None,
    as_json: bool,
) -> None:
    """Replace the pseudonyms in TABLE... by those of another secret, and make it current.

    Every pseudonym must belong to a candidate, or nothing is published and the domain stays
    as it is. Give all tables at once; DIR/release/ gets one file for each, under its name.
    """
    from pseudo.usecases.candidates import Candidates
    from pseudo.usecases.rekey_request import RekeyRequest

    settings = begin()
    request = RekeyRequest(
        tables=tables,
        domain=domain,
        columns=tuple(_name(name) for name in columns),
        candidates=Candidates.of(
            candidates,
            _name(candidate_column),
            kinds=kinds,
            scope=tuple(_name(name) for name in scope),
            submitter=submitter,
            width=width,
            pad_zeros=pad_zeros,
            reference_date=reference_date,
            dialect=dialect,
        ),
        out=out,
        to=to,
        formula_cells=formula_cells,
        to_version=to_version,
        from_version=from_version,
        threads=threads or 0,
        lang=lang,
    )
    # Whatever is wrong with the order is said before anybody types a passphrase.
    if os.path.lexists(out):
        raise UsageError("usage.output_exists", out=str(out))
    result = _carried_out(request, keystore, ledger, settings)
    _print_candidates(result.receipt["candidates"])
    _print_result(result, as_json=as_json)


def _carried_out(
    request: RekeyRequest, address: str | None, folder: Path | None, settings: Settings
) -> RekeyResult:
    from pseudo.usecases.ledgers import ledger_folder, open_ledger
    from pseudo.usecases.rekey import rekey

    with open_store(settings, address) as store:
        ledger = open_ledger(ledger_folder(address, settings, folder), store)
        with cancelling() as cancellation, Bar() as bar:
            return rekey(
                request,
                store,
                ledger=ledger,
                observer=bar,
                cancellation=cancellation,
                settings=settings,
            )


def _print_candidates(candidates: Mapping[str, Any]) -> None:
    """Say which candidates could not be used: a person may be among them who is missed."""
    invalid: Mapping[str, int] = candidates["invalid"]
    say(
        f"candidates: {candidates['records']} records, {candidates['valid']} numbers, "
        f"{candidates['people']} different"
    )
    if candidates["blank"]:
        say(f"  {candidates['blank']} without a number")
    say(*(f"  {count} × {code} ({i18n.text(code, 'en')})" for code, count in invalid.items()))


def _print_result(result: RekeyResult, *, as_json: bool) -> None:
    receipt = result.receipt
    if as_json:
        paths = {"out": str(result.out), "receipt": "receipt.json", "proof": "receipt.tlog-proof"}
        emit_json({**receipt, "paths": paths})
        return
    emit(
        table(
            [
                ("tables", len(result.tables)),
                ("rows", receipt["counts"]["rows"]),
                ("pseudonyms", receipt["counts"]["distinct_pseudonyms"]),
                ("from", receipt["from"]),
                ("to", receipt["to"]),
                ("current now", "yes" if receipt["becomes_current"] else "as before"),
                ("warnings of the leak scan", len(receipt["scan"]["findings"])),
                ("folder", safe_text(str(result.out))),
                *(("data", safe_text(str(path))) for path in result.tables),
                ("receipt", safe_text(str(result.out / "receipt.json"))),
            ],
            title="Moved",
        )
    )


def _name(typed: str) -> str:
    """Write a column's name as the readers write the header's."""
    return unicodedata.normalize("NFC", typed).strip()
