# SPDX-License-Identifier: Apache-2.0
"""``pseudo domain export`` and ``import``: a domain's secrets in a file to be kept elsewhere."""

from __future__ import annotations

import hmac
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pseudo.cli.domain_table import versions_table
from pseudo.cli.parsing import Command, as_json, keystore
from pseudo.cli.session import begin, open_store
from pseudo.cli.terminal import ask_hidden, can_ask, emit, emit_json, say, warn
from pseudo.errors import KeyStoreError, UsageError
from pseudo.safe import safe_text

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pseudo.keys import DomainRecord
    from pseudo.settings import Settings

__all__ = ["export", "import_"]

_PATH = click.Path(path_type=Path)


@click.command("export", cls=Command)
@click.argument("name")
@click.option("--out", required=True, type=_PATH, metavar="FILE", help="Must not exist.")
@click.option(
    "--this-file-holds-the-secret",
    "confirmed",
    is_flag=True,
    help="It is known what the file will be.",
)
@keystore
@as_json
def export(name: str, out: Path, confirmed: bool, keystore: str | None, as_json: bool) -> None:
    """Put the secrets of the domain NAME into an escrow file, under a passphrase of its own.

    The file is for somebody else to keep. Whoever has it and its passphrase can make every
    pseudonym of the domain. Only a local key file gives secrets out.
    """
    from pseudo.usecases.escrow import check_goal, export_domain
    from pseudo.usecases.ledgers import ledger_of

    settings = begin()
    if not confirmed:
        raise UsageError("escrow.export_not_confirmed", domain=name)
    # Whatever is wrong with the order is said before anybody types a passphrase.
    check_goal(out)
    with open_store(settings, keystore) as store:
        ledger = ledger_of(store, keystore, settings)
        phrase = _passphrase(settings, out, new=True)
        _require_its_own(settings, phrase)
        records = export_domain(store, name, out, phrase, ledger=ledger)
    _print(records, out, as_json=as_json)
    say("Keep the file and its passphrase apart, and neither with the key store.")


@click.command("import", cls=Command)
@click.argument("file", type=_PATH)
@click.option(
    "--this-file-holds-the-secret", "confirmed", is_flag=True, help="It is known what the file is."
)
@keystore
@as_json
def import_(file: Path, confirmed: bool, keystore: str | None, as_json: bool) -> None:
    """Take the domain in the escrow file FILE into the key store.

    What the ledger knows of the domain stands above the file. A local key file is made where
    there is none.
    """
    from pseudo.usecases.escrow import check_source, import_domain
    from pseudo.usecases.ledgers import ledger_of

    settings = begin()
    if not confirmed:
        raise UsageError("escrow.import_not_confirmed")
    check_source(file)
    with open_store(settings, keystore, create=True) as store:
        ledger = ledger_of(store, keystore, settings)
        phrase = _passphrase(settings, file, new=False)
        record = import_domain(store, file, phrase, ledger=ledger)
        records = store.versions(record.name)
    _print(records, file, as_json=as_json)


def _passphrase(settings: Settings, path: Path, *, new: bool) -> bytes:
    """Get the passphrase of an escrow file, which is not the key store's."""
    from pseudo.usecases.stores import read_passphrase

    if settings.escrow_passphrase_file:
        return read_passphrase(settings.escrow_passphrase_file, warn)
    if not can_ask():
        raise KeyStoreError("escrow.passphrase_missing")
    shown = safe_text(str(path))
    if not new:
        return ask_hidden(f"Passphrase of {shown}: ")
    first = ask_hidden(f"New passphrase for {shown}: ")
    if first and ask_hidden("The same again: ") != first:
        raise KeyStoreError("escrow.passphrases_differ")
    return first


def _require_its_own(settings: Settings, phrase: bytes) -> None:
    """Refuse the key store's passphrase for an escrow, where it is in a file.

    One that came through a pipe or was typed is not kept, so nobody can tell.
    """
    from pseudo.usecases.stores import read_passphrase

    path = settings.passphrase_file
    if not path or not Path(path).expanduser().is_file():
        return
    # Whether others can read the file was said when the key store was opened.
    if hmac.compare_digest(read_passphrase(path, lambda *_, **__: None), phrase):
        raise KeyStoreError("escrow.same_passphrase")


def _print(records: Sequence[DomainRecord], path: Path, *, as_json: bool) -> None:
    from pseudo.usecases.domains import described

    if as_json:
        emit_json({"domains": [described(record) for record in records], "file": str(path)})
    else:
        emit(versions_table(records))
