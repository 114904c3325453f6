# SPDX-License-Identifier: Apache-2.0
"""``pseudo ledger``: what was noted for good, and the proofs of it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from pseudo.cli.parsing import Group, as_json, keystore, ledger_option
from pseudo.cli.session import begin, open_store
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json, say
from pseudo.safe import safe_text

if TYPE_CHECKING:
    from pseudo.evidence.file_ledger import FileLedger

__all__ = ["command"]

_HEADER = ("entry", "time", "what", "about", "result")


@click.group("ledger", cls=Group)
def command() -> None:
    """Show and verify the ledger of receipts and key events, and prove what is in it.

    Only begin needs the key store. What the ledger proves is that its entries are
    signed, unaltered and complete since the last checkpoint that somebody else holds.
    """


@command.command("show")
@keystore
@ledger_option
@as_json
def show(keystore: str | None, ledger: Path | None, as_json: bool) -> None:
    """List the entries, oldest first, and the key that signs them."""
    from pseudo.usecases.ledgers import described

    opened = _opened(keystore, ledger)
    rows = [described(index, entry) for index, entry in enumerate(opened.entries())]
    if as_json:
        emit_json({"ledger": opened.key.name, "key": opened.key.encode(), "entries": rows})
        return
    emit(table([tuple(row[name] for name in _HEADER) for row in rows], _HEADER, right=">"))
    emit(f"key: {opened.key.encode()}\n")


@command.command("verify")
@click.option(
    "--checkpoint",
    type=click.Path(path_type=Path, dir_okay=False),
    help="A checkpoint or proof held elsewhere, that the ledger must go on from.",
)
@click.option("--key", help="The public key to trust, as ledger show prints it.")
@keystore
@ledger_option
@as_json
def verify(
    checkpoint: Path | None,
    key: str | None,
    keystore: str | None,
    ledger: Path | None,
    as_json: bool,
) -> None:
    """Verify every entry: signature, place, and the tree of all of them.

    Entries that were removed from the end are seen only against a checkpoint that
    somebody else holds: a receipt's proof has one.
    """
    from pseudo.usecases.ledgers import parsed_key, verify

    found = verify(_opened(keystore, ledger), parsed_key(key), checkpoint)
    if as_json:
        emit_json(found)
        return
    emit(table(list(found.items()), title="Verified"))


@command.command("checkpoint")
@keystore
@ledger_option
def checkpoint(keystore: str | None, ledger: Path | None) -> None:
    """Print the newest checkpoint, to be kept where nobody who writes the ledger can write."""
    emit(_opened(keystore, ledger).head()[1])


@command.command("prove")
@click.argument("entry", type=click.IntRange(min=0))
@keystore
@ledger_option
def prove(entry: int, keystore: str | None, ledger: Path | None) -> None:
    """Print a proof that ENTRY is in the ledger, with the newest checkpoint."""
    from pseudo.usecases.ledgers import prove

    emit(prove(_opened(keystore, ledger), entry))


@command.command("extend")
@click.argument("size", type=click.IntRange(min=1))
@keystore
@ledger_option
@as_json
def extend(size: int, keystore: str | None, ledger: Path | None, as_json: bool) -> None:
    """Print a proof that the ledger goes on from what its first SIZE entries were."""
    from pseudo.usecases.ledgers import extend

    found = extend(_opened(keystore, ledger), size)
    if as_json:
        emit_json(found)
        return
    emit("".join(f"{step}\n" for step in found["consistency"]))
    emit("\n" + str(found["checkpoint"]))


@command.command("begin")
@click.option("--instead-of", required=True, metavar="NAME", help="The lost ledger, by its name.")
@keystore
@ledger_option
def begin_(instead_of: str, keystore: str | None, ledger: Path | None) -> None:
    """Begin another ledger in the place of one that is lost for good.

    Only where no backup is left: the new ledger knows neither the receipts of the lost one
    nor what became of domains, so a key file that was put back from a copy is not noticed.
    Its first entry names the lost one. A key store's first ledger needs no command.
    """
    from pseudo.usecases.ledgers import begin_anew, ledger_folder, usual_folder

    settings = begin()
    with open_store(settings, keystore) as store:
        folder = ledger_folder(keystore, settings, ledger)
        begun = begin_anew(
            folder, store, instead_of=instead_of, beside=usual_folder(keystore, settings)
        )
    emit(f"ledger: {begun.key.name}\nkey: {begun.key.encode()}\n")
    if ledger is not None:
        say(f"Name it from now on: PSEUDO_LEDGER={safe_text(str(ledger))}")


def _opened(keystore: str | None, ledger: Path | None) -> FileLedger:
    from pseudo.usecases.ledgers import read_ledger

    return read_ledger(keystore, begin(), ledger)
