# SPDX-License-Identifier: Apache-2.0
"""``pseudo load``: a published table into a database."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pseudo.cli.parsing import Command, as_json, keystore, ledger_option
from pseudo.cli.progress import Bar
from pseudo.cli.session import begin
from pseudo.cli.signals import cancelling
from pseudo.cli.tables import table as drawn
from pseudo.cli.terminal import emit, emit_json, say
from pseudo.safe import safe_key_id, safe_text

if TYPE_CHECKING:
    from pseudo.usecases.load import LoadResult

__all__ = ["command"]


@click.command("load", cls=Command)
@click.argument("release", type=click.Path(path_type=Path))
@click.option(
    "--database",
    required=True,
    metavar="URL",
    help="The database: postgresql+psycopg://USER@HOST/DB or sqlite:///FILE; no password.",
)
@click.option("--table", required=True, metavar="NAME", help="The new table; must not exist.")
@click.option("--schema", metavar="NAME", help="Where it is made; the usual place by default.")
@click.option("--file", metavar="NAME", help="Which published file, where there are several.")
@click.option("--key", help="The public key to trust; the ledger's where it is not given.")
@keystore
@ledger_option
@as_json
def command(
    release: Path,
    database: str,
    table: str,
    schema: str | None,
    file: str | None,
    key: str | None,
    keystore: str | None,
    ledger: Path | None,
    as_json: bool,
) -> None:
    """Verify the published folder RELEASE and load its table into a database.

    A new table NAME is made, and NAME_codebook, which says what its columns are: all of both,
    or nothing. The release must be parquet or arrow, and verify as "pseudo verify" does it.
    """
    from pseudo.usecases.ledgers import ledger_if_any, parsed_key
    from pseudo.usecases.load import load

    settings = begin()
    trusted = parsed_key(key)
    known = ledger_if_any(keystore, settings, ledger, key=trusted)
    with cancelling() as cancellation, Bar() as bar:
        result = load(
            release,
            database=database,
            table=unicodedata.normalize("NFC", table),
            schema=None if schema is None else unicodedata.normalize("NFC", schema),
            file=file,
            key=trusted,
            ledger=known,
            observer=bar,
            cancellation=cancellation,
            settings=settings,
        )
    if as_json:
        emit_json({"loaded": _facts(result), "receipt": result.receipt})
    else:
        emit(drawn(list(_facts(result).items()), title="Loaded"))
    if not result.proven:
        say("Neither a proof nor the ledger was at hand: the receipt could be one of two.")


def _facts(result: LoadResult) -> dict[str, object]:
    said = result.receipt
    is_move = said.get("kind") == "rekey"
    return {
        "database": result.database,
        **({} if result.schema is None else {"schema": safe_text(result.schema)}),
        "table": safe_text(result.table),
        "codebook": safe_text(result.codebook),
        "rows": result.rows,
        "logical digest": result.logical_digest,
        "batch": safe_text(said["batch"]),
        "domain key": safe_key_id(said["to"] if is_move else said["domain"]["key_id"]),
    }
