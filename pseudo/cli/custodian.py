# SPDX-License-Identifier: Apache-2.0
"""``pseudo custodian``: the people whose approval counts."""

from __future__ import annotations

from pathlib import Path

import click

from pseudo.cli.parsing import Group, as_json, keystore, ledger_option
from pseudo.cli.persons import as_person, read_notes, requests_option, signing
from pseudo.cli.session import begin, open_store
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json, say

__all__ = ["command"]


@click.group("custodian", cls=Group)
def command() -> None:
    """Enrol, list and remove custodians: the people whose approval counts.

    To destroy a domain, or to go back from pseudonyms, one asks and two others approve.
    """


@command.command("new")
@as_person
def new(person: str | None, person_key: str | None) -> None:
    """Make a key file for oneself, and print its public key to be enrolled with.

    The file and its passphrase are one person's own: whoever has both signs for that person.
    Of a file that exists the public key is printed.
    """
    with signing(begin(), person, person_key, create=True) as who:
        emit(f"{who.key.encode()}\n")


@command.command("enrol")
@click.argument("key")
@requests_option
@keystore
@ledger_option
def enrol(key: str, requests: tuple[Path, ...], keystore: str | None, ledger: Path | None) -> None:
    """Let the signatures of KEY count, as "custodian new" prints it.

    The first two need no request; every other one asks with "request enrol", and two
    custodians approve.
    """
    from pseudo.usecases.custodians import enrol, key_of
    from pseudo.usecases.ledgers import ledger_folder, open_ledger

    settings = begin()
    found, notes = key_of(key), read_notes(requests)
    with open_store(settings, keystore) as store:
        opened = open_ledger(ledger_folder(keystore, settings, ledger), store)
        enrol(opened, found, notes)
    say(f"{found.name} is a custodian from now on.")


@command.command("remove")
@click.argument("name")
@requests_option
@keystore
@ledger_option
def remove(
    name: str, requests: tuple[Path, ...], keystore: str | None, ledger: Path | None
) -> None:
    """Let the signatures of NAME count no longer; two others have to approve."""
    from pseudo.usecases.custodians import remove
    from pseudo.usecases.ledgers import ledger_folder, open_ledger
    from pseudo.usecases.requests import check_person

    settings = begin()
    check_person(name)
    notes = read_notes(requests)
    with open_store(settings, keystore) as store:
        opened = open_ledger(ledger_folder(keystore, settings, ledger), store)
        remove(opened, name, notes)
    say(f"{name} is no custodian any more.")


@command.command("list")
@keystore
@ledger_option
@as_json
def list_(keystore: str | None, ledger: Path | None, as_json: bool) -> None:
    """List whose approval counts; no key is needed."""
    from pseudo.usecases.custodians import custodians
    from pseudo.usecases.ledgers import read_ledger

    found = custodians(read_ledger(keystore, begin(), ledger))
    if as_json:
        emit_json({"custodians": [{"name": n, "key": k.encode()} for n, k in found.items()]})
        return
    emit(table([(name, key.encode()) for name, key in found.items()], ("name", "key")))
    if not found:
        say("There are no custodians yet; each makes a key with pseudo custodian new.")
