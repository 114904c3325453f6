# SPDX-License-Identifier: Apache-2.0
"""``pseudo request``: ask for what nobody may do alone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pseudo.cli.parsing import Group, as_json, keystore, ledger_option
from pseudo.cli.persons import as_person, read_notes, signing
from pseudo.cli.session import begin, open_store
from pseudo.cli.subject import kind_options, number_option, subject_of
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json, say

if TYPE_CHECKING:
    from pseudo.evidence.file_ledger import FileLedger
    from pseudo.keys import Store
    from pseudo.settings import Settings
    from pseudo.usecases.requests import Person

__all__ = ["command"]

_FILE = click.Path(path_type=Path, dir_okay=False)


@click.group("request", cls=Group)
def command() -> None:
    """Ask for what nobody may do alone: one asks, two others approve, all in the ledger.

    A request is a text to be read and signed. Give its file to two other custodians, who
    sign it with "pseudo approve".
    """


@dataclass(frozen=True, slots=True)
class _Asking:
    """What every request needs: a reference, who asks, and where it is noted."""

    reference: str
    out: Path
    person: str | None
    person_key: str | None
    keystore: str | None
    ledger: Path | None

    @contextmanager
    def opened(self) -> Iterator[_Opened]:
        """Take the request's place, and open what it needs; tell what to do with it then."""
        from pseudo.io.private import PrivateFile
        from pseudo.usecases.ledgers import ledger_folder, open_ledger

        settings = begin()
        with (
            PrivateFile(self.out) as copy,
            signing(settings, self.person, self.person_key) as who,
            open_store(settings, self.keystore) as store,
        ):
            ledger = open_ledger(ledger_folder(self.keystore, settings, self.ledger), store)
            opened = _Opened(settings, store, ledger, who)
            yield opened
            copy.write(opened.note.encode())
        emit(opened.note)
        say("Give this file to two other custodians, who approve it with pseudo approve.")


@dataclass(slots=True)
class _Opened:
    """What a request is made with, and the request when it is made."""

    settings: Settings
    store: Store
    ledger: FileLedger
    who: Person
    note: str = ""


def _asks(function: Callable[..., None]) -> Callable[..., None]:
    """Give a command what every request needs, in one argument."""

    @functools.wraps(function)
    def asking(
        reference: str,
        out: Path,
        person: str | None,
        person_key: str | None,
        keystore: str | None,
        ledger: Path | None,
        **own: Any,
    ) -> None:
        function(_Asking(reference, out, person, person_key, keystore, ledger), **own)

    wrapped = keystore(ledger_option(as_person(asking)))
    wrapped = click.option(
        "--out", required=True, type=_FILE, metavar="FILE", help="The request; must not exist."
    )(wrapped)
    return click.option(
        "--reference", required=True, metavar="NUMBER", help="Of the decision, in the register."
    )(wrapped)


@command.command("destroy")
@click.argument("domain")
@_asks
def destroy(asking: _Asking, domain: str) -> None:
    """Ask for DOMAIN to be destroyed, and freeze it until that is decided."""
    from pseudo.usecases import destruction

    with asking.opened() as given:
        given.note = destruction.request(
            given.store,
            domain,
            given.ledger,
            given.who,
            reference=asking.reference,
            waiting=given.settings.waiting_days,
        )


@command.command("enrol")
@_asks
def enrol(asking: _Asking) -> None:
    """Ask to become a custodian, with one's own key."""
    from pseudo.evidence.request import Order
    from pseudo.usecases.requests import make

    with asking.opened() as given:
        subject = {"custodian": given.who.key.encode()}
        given.note = make(
            given.ledger, given.who, Order.ENROL, reference=asking.reference, subject=subject
        )


@command.command("remove")
@click.argument("name")
@_asks
def remove(asking: _Asking, name: str) -> None:
    """Ask for the custodian NAME to be removed."""
    from pseudo.usecases.custodians import request_removal

    with asking.opened() as given:
        given.note = request_removal(given.ledger, name, given.who, reference=asking.reference)


@command.command("reidentify")
@click.argument("domain")
@click.argument("file", type=_FILE)
@click.option("--pseudonym-column", metavar="NAME", help="Their column; needed if not alone.")
@_asks
def reidentify(asking: _Asking, domain: str, file: Path, pseudonym_column: str | None) -> None:
    """Ask to go back from the pseudonyms of DOMAIN that stand in FILE.

    The request names the list by its digest, so nothing else can be traced with it.
    """
    from pseudo.usecases.reading import read_options
    from pseudo.usecases.reidentify import request
    from pseudo.usecases.reidentify_asked import read_asked

    with asking.opened() as given:
        form = given.store.show(domain).format
        options = read_options(given.settings)
        asked = read_asked(file, pseudonym_column, form, options)
        given.note = request(
            given.store, domain, given.ledger, given.who, asked, reference=asking.reference
        )


@command.command("lookup")
@click.argument("domain")
@number_option
@kind_options
@_asks
def lookup(
    asking: _Asking,
    domain: str,
    number_file: Path | None,
    scope: tuple[str, ...],
    kinds: tuple[str, ...],
    width: int,
    pad_zeros: bool,
    reference_date: date | None,
) -> None:
    """Ask for the pseudonym of one person in DOMAIN, for a data-subject request.

    The request holds a commitment to the number and not the number. What opens it is
    written beside the request, with .opening at the end of its name, and stays with you.
    """
    from pseudo.io.private import PrivateFile
    from pseudo.usecases.lookup import request

    with PrivateFile(asking.out.with_name(f"{asking.out.name}.opening")) as beside:
        subject = subject_of(number_file, kinds, scope, width, reference_date, pad_zeros=pad_zeros)
        with asking.opened() as given:
            given.note, opening = request(
                given.store, domain, given.ledger, given.who, subject, reference=asking.reference
            )
        beside.write(opening.encode())


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
