# SPDX-License-Identifier: Apache-2.0
"""``pseudo request``: ask for what nobody may do alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from pseudo.cli.parsing import Group, as_json, keystore, ledger_option
from pseudo.cli.persons import as_person, read_notes, signing
from pseudo.cli.session import begin, open_store
from pseudo.cli.subject import kind_options, number_option, subject_of
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json, say

__all__ = ["command"]

Function = TypeVar("Function", bound=Callable[..., Any])

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("request", cls=Group)
def command() -> None:
    """Ask for what nobody may do alone: one asks, two others approve, all in the ledger.

    A request is a text to be read and signed. Give its file to two other custodians, who
    sign it with "pseudo approve".
    """


def _common(function: Function) -> Function:
    function = keystore(ledger_option(as_person(function)))
    function = click.option(
        "--out", required=True, type=_FILE, metavar="FILE", help="The request; must not exist."
    )(function)
    return click.option(
        "--reference", required=True, metavar="NUMBER", help="Of the decision, in the register."
    )(function)


@command.command("destroy")
@click.argument("domain")
@_common
def destroy(
    domain: str,
    reference: str,
    out: Path,
    person: str | None,
    person_key: str | None,
    keystore: str | None,
    ledger: Path | None,
) -> None:
    """Ask for DOMAIN to be destroyed, and freeze it until that is decided."""
    from pseudo.io.private import PrivateFile
    from pseudo.usecases import destruction
    from pseudo.usecases.ledgers import ledger_folder, open_ledger

    settings = begin()
    with (
        PrivateFile(out) as copy,
        signing(settings, person, person_key) as who,
        open_store(settings, keystore) as store,
    ):
        opened = open_ledger(ledger_folder(keystore, settings, ledger), store)
        note = destruction.request(
            store, domain, opened, who, reference=reference, waiting=settings.waiting_days
        )
        copy.write(note.encode())
    _told(note)


@command.command("enrol")
@_common
def enrol(
    reference: str,
    out: Path,
    person: str | None,
    person_key: str | None,
    keystore: str | None,
    ledger: Path | None,
) -> None:
    """Ask to become a custodian, with one's own key."""
    from pseudo.evidence.request import Order
    from pseudo.io.private import PrivateFile
    from pseudo.usecases.ledgers import ledger_folder, open_ledger
    from pseudo.usecases.requests import make

    settings = begin()
    with (
        PrivateFile(out) as copy,
        signing(settings, person, person_key) as who,
        open_store(settings, keystore) as store,
    ):
        opened = open_ledger(ledger_folder(keystore, settings, ledger), store)
        subject = {"custodian": who.key.encode()}
        note = make(opened, who, Order.ENROL, reference=reference, subject=subject)
        copy.write(note.encode())
    _told(note)


@command.command("remove")
@click.argument("name")
@_common
def remove(
    name: str,
    reference: str,
    out: Path,
    person: str | None,
    person_key: str | None,
    keystore: str | None,
    ledger: Path | None,
) -> None:
    """Ask for the custodian NAME to be removed."""
    from pseudo.io.private import PrivateFile
    from pseudo.usecases.custodians import request_removal
    from pseudo.usecases.ledgers import ledger_folder, open_ledger

    settings = begin()
    with (
        PrivateFile(out) as copy,
        signing(settings, person, person_key) as who,
        open_store(settings, keystore) as store,
    ):
        opened = open_ledger(ledger_folder(keystore, settings, ledger), store)
        note = request_removal(opened, name, who, reference=reference)
        copy.write(note.encode())
    _told(note)


@command.command("reidentify")
@click.argument("domain")
@click.argument("file", type=_FILE)
@click.option("--pseudonym-column", metavar="NAME", help="Their column; needed if not alone.")
@_common
def reidentify(
    domain: str,
    file: Path,
    pseudonym_column: str | None,
    reference: str,
    out: Path,
    person: str | None,
    person_key: str | None,
    keystore: str | None,
    ledger: Path | None,
) -> None:
    """Ask to go back from the pseudonyms of DOMAIN that stand in FILE.

    The request names the list by its digest, so nothing else can be traced with it.
    """
    from pseudo.io.private import PrivateFile
    from pseudo.usecases.ledgers import ledger_folder, open_ledger
    from pseudo.usecases.reading import read_options
    from pseudo.usecases.reidentify import request
    from pseudo.usecases.reidentify_asked import read_asked

    settings = begin()
    with (
        PrivateFile(out) as copy,
        signing(settings, person, person_key) as who,
        open_store(settings, keystore) as store,
    ):
        opened = open_ledger(ledger_folder(keystore, settings, ledger), store)
        form = store.show(domain).format
        asked = read_asked(file, pseudonym_column, form, read_options(settings, None, None))
        note = request(store, domain, opened, who, asked, reference=reference)
        copy.write(note.encode())
    _told(note)


@command.command("lookup")
@click.argument("domain")
@number_option
@kind_options
@_common
def lookup(
    domain: str,
    number_file: Path | None,
    scope: tuple[str, ...],
    kinds: tuple[str, ...],
    width: int,
    pad_zeros: bool,
    reference_date: date | None,
    reference: str,
    out: Path,
    person: str | None,
    person_key: str | None,
    keystore: str | None,
    ledger: Path | None,
) -> None:
    """Ask for the pseudonym of one person in DOMAIN, for a data-subject request.

    The request holds a commitment to the number and not the number. What opens it is
    written beside the request, with .opening at the end of its name, and stays with you.
    """
    from pseudo.io.private import PrivateFile
    from pseudo.usecases.ledgers import ledger_folder, open_ledger
    from pseudo.usecases.lookup import request

    settings = begin()
    with PrivateFile(out) as copy, PrivateFile(out.with_name(f"{out.name}.opening")) as beside:
        subject = subject_of(number_file, kinds, scope, width, reference_date, pad_zeros=pad_zeros)
        with signing(settings, person, person_key) as who, open_store(settings, keystore) as store:
            opened = open_ledger(ledger_folder(keystore, settings, ledger), store)
            note, opening = request(store, domain, opened, who, subject, reference=reference)
        beside.write(opening.encode())
        copy.write(note.encode())
    _told(note)


@command.command("show")
@click.argument("requests", nargs=-1, required=True, type=_FILE, metavar="FILE...")
@keystore
@ledger_option
@as_json
def show(
    requests: tuple[Path, ...], keystore: str | None, ledger: Path | None, as_json: bool
) -> None:
    """Show what a request asks for, who has signed it, and what it still needs.

    Several FILEs are copies of one request. No key is needed.
    """
    from pseudo.keys.store import utc_now
    from pseudo.usecases.ledgers import read_ledger
    from pseudo.usecases.requests import described

    notes = read_notes(requests)
    found = described(read_ledger(keystore, begin(), ledger), notes, utc_now())
    if as_json:
        emit_json(found)
        return
    emit(table(list(found.items()), title="Request"))


@command.command("withdraw")
@click.argument("request", type=_FILE)
@as_person
@keystore
@ledger_option
def withdraw(
    request: Path,
    person: str | None,
    person_key: str | None,
    keystore: str | None,
    ledger: Path | None,
) -> None:
    """Let REQUEST not be carried out any more; any custodian may do it."""
    from pseudo.usecases.ledgers import ledger_folder, open_ledger
    from pseudo.usecases.requests import withdraw

    settings = begin()
    (note,) = read_notes([request])
    with signing(settings, person, person_key) as who, open_store(settings, keystore) as store:
        withdraw(open_ledger(ledger_folder(keystore, settings, ledger), store), note, who)
    say("The request is withdrawn. A domain that it froze stays frozen until it is activated.")


def _told(note: str) -> None:
    emit(note)
    say("Give this file to two other custodians, who approve it with pseudo approve.")
