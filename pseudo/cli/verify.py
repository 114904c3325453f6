# SPDX-License-Identifier: Apache-2.0
"""``pseudo verify``: is this receipt what it claims to be?"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pseudo.cli.parsing import Command, as_json, keystore, ledger_option
from pseudo.cli.session import begin
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json, say
from pseudo.safe import safe_key_id, safe_text, safe_time

if TYPE_CHECKING:
    from pseudo.usecases.verify import Verified

__all__ = ["command"]

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.command("verify", cls=Command)
@click.argument("receipt", type=click.Path(path_type=Path))
@click.argument("files", nargs=-1, type=_FILE, metavar="[FILE]...")
@click.option("--key", help="The public key to trust; the ledger's where it is not given.")
@click.option("--opening", type=_FILE, help="The opening of the commitments, for --input.")
@click.option(
    "--input", "inputs", multiple=True, type=_FILE, help="A delivered file; repeat for more."
)
@keystore
@ledger_option
@as_json
def command(
    receipt: Path,
    files: tuple[Path, ...],
    key: str | None,
    opening: Path | None,
    inputs: tuple[Path, ...],
    keystore: str | None,
    ledger: Path | None,
    as_json: bool,
) -> None:
    """Verify RECEIPT, and that each published FILE is one that it is about.

    RECEIPT is receipt.json or the folder that holds it. Without FILE, all files of the
    folder are compared that are there. Neither keys nor data are needed; with --opening
    and --input the submitter shows what was delivered.
    """
    from pseudo.usecases.ledgers import ledger_if_any, parsed_key
    from pseudo.usecases.verify import verify

    settings = begin()
    trusted = parsed_key(key)
    found = verify(
        receipt,
        files,
        key=trusted,
        ledger=ledger_if_any(keystore, settings, ledger, key=trusted),
        opening=opening,
        inputs=inputs,
    )
    if as_json:
        emit_json({"verified": _facts(found), "receipt": dict(found.receipt)})
        return
    emit(table(list(_facts(found).items()), title="Verified"))
    if not (found.proven or found.in_ledger):
        say("Neither a proof nor the ledger was at hand: the receipt could be one of two.")


def _facts(found: Verified) -> dict[str, object]:
    said = found.receipt
    is_move = said.get("kind") == "rekey"
    return {
        "verdict": safe_text(said["verdict"]),
        "batch": safe_text(said["batch"]),
        "finished": safe_time(said["finished"]),
        **({"moved from": safe_key_id(said["from"])} if is_move else {}),
        "domain key": safe_key_id(said["to"] if is_move else said["domain"]["key_id"]),
        "signed by": found.key.encode(),
        "key from": found.key_by,
        "ledger entry": found.index,
        "proof": "verified" if found.proven else "none",
        "ledger": "verified" if found.in_ledger else "not at hand",
        "files compared": ", ".join(map(safe_text, found.files)) or "none",
        "files not there": ", ".join(map(safe_text, found.missing)) or "none",
        "inputs opened": ", ".join(map(str, found.inputs)) or "none",
    }
