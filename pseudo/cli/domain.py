# SPDX-License-Identifier: Apache-2.0
"""``pseudo domain``: the life of domains."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from pseudo.cli.domain_escrow import export, import_
from pseudo.cli.domain_table import versions_table
from pseudo.cli.parsing import DATE, Group, as_json, keystore, ledger_option
from pseudo.cli.persons import read_notes, requests_option
from pseudo.cli.session import begin, open_store
from pseudo.cli.terminal import ask, can_ask, emit, emit_json, say, warn
from pseudo.errors import UsageError
from pseudo.safe import safe_text

if TYPE_CHECKING:
    from pseudo.keys import DomainRecord

__all__ = ["command"]

_FORMATS = ("base32", "hex", "uuid")


@click.group("domain", cls=Group)
def command() -> None:
    """Make, see, freeze, destroy domains, and put them into escrow.

    A domain is one project or recipient and has one secret. The same person gets the same
    pseudonym in every file of one domain; pseudonyms of two domains cannot be linked.
    """


@command.command("create")
@click.argument("name")
@click.option(
    "--format",
    "form",
    type=click.Choice(_FORMATS),
    default="base32",
    show_default=True,
    help="How its pseudonyms are written; never changed afterwards.",
)
@keystore
@as_json
def create(name: str, form: str, keystore: str | None, as_json: bool) -> None:
    """Make the domain NAME with a new secret.

    A local key file is made where there is none; its folder must exist. Whoever loses the
    file or its passphrase can never make these pseudonyms again: back up both, apart.
    """
    from pseudo.usecases import domains
    from pseudo.usecases.ledgers import ledger_of

    settings = begin()
    domains.check_new_name(name)
    with open_store(settings, keystore, create=True) as store:
        ledger = ledger_of(store, keystore, settings)
        record = domains.create(store, name, form, ledger=ledger)
    _print_one(record, as_json=as_json)


@command.command("list")
@keystore
@as_json
def list_(keystore: str | None, as_json: bool) -> None:
    """List every version of every domain, destroyed ones too."""
    from pseudo.usecases import domains

    with open_store(begin(), keystore) as store:
        records = domains.list_all(store)
    if as_json:
        emit_json({"domains": [domains.described(record) for record in records]})
        return
    emit(versions_table(records))
    if not records:
        say('There are no domains yet; make one with "pseudo domain create NAME".')


@command.command("show")
@click.argument("name")
@keystore
@as_json
def show(name: str, keystore: str | None, as_json: bool) -> None:
    """Show the domain NAME: its current version as JSON, and all of them in the table."""
    from pseudo.usecases import domains

    with open_store(begin(), keystore) as store:
        records = domains.versions(store, name)
    if as_json:
        (current,) = (record for record in records if record.current)
        _print_one(current, as_json=True)
        return
    emit(versions_table(records))


@command.command("new-version")
@click.argument("name")
@keystore
@as_json
def new_version(name: str, keystore: str | None, as_json: bool) -> None:
    """Make a new secret for the domain NAME, which is not used yet.

    Pseudonyms stay as they are until "pseudo rekey" has moved the tables that have them: only
    that makes the new version current.
    """
    from pseudo.usecases import domains
    from pseudo.usecases.escrow import was_exported
    from pseudo.usecases.ledgers import ledger_of

    settings = begin()
    with open_store(settings, keystore) as store:
        ledger = ledger_of(store, keystore, settings)
        record = domains.new_version(store, name, ledger=ledger)
        records = domains.versions(store, name)
        outdated = was_exported(ledger, name)
    if outdated:
        # An import takes in every version that the ledger knows, or none.
        warn("escrow.outdated", domain=name)
    if as_json:
        _print_one(record, as_json=True)
        return
    emit(versions_table(records))


@command.command("rewrap")
@click.argument("name")
@keystore
@as_json
def rewrap(name: str, keystore: str | None, as_json: bool) -> None:
    """Turn the keys that wrap the secrets of the domain NAME in a server.

    The secrets, and so all pseudonyms, stay the same.
    """
    from pseudo.usecases import domains
    from pseudo.usecases.ledgers import ledger_of

    settings = begin()
    with open_store(settings, keystore) as store:
        ledger = ledger_of(store, keystore, settings)
        record = domains.rewrap(store, name, ledger=ledger)
    _print_one(record, as_json=as_json)


@command.command("freeze")
@click.argument("name")
@keystore
@as_json
def freeze(name: str, keystore: str | None, as_json: bool) -> None:
    """Let no pseudonyms be made in the domain NAME until it is activated."""
    from pseudo.usecases import domains
    from pseudo.usecases.ledgers import ledger_of

    settings = begin()
    with open_store(settings, keystore) as store:
        ledger = ledger_of(store, keystore, settings)
        record = domains.freeze(store, name, ledger=ledger)
    _print_one(record, as_json=as_json)


@command.command("activate")
@click.argument("name")
@keystore
@as_json
def activate(name: str, keystore: str | None, as_json: bool) -> None:
    """Let pseudonyms be made in the domain NAME again."""
    from pseudo.usecases import domains
    from pseudo.usecases.ledgers import ledger_of

    settings = begin()
    with open_store(settings, keystore) as store:
        ledger = ledger_of(store, keystore, settings)
        record = domains.activate(store, name, ledger=ledger)
    _print_one(record, as_json=as_json)


@command.command("destroy")
@click.argument("name")
@requests_option
@click.option(
    "--snapshots-until",
    type=DATE,
    metavar="DATE",
    help="Up to when backups of the key store may still hold the key; for the certificate.",
)
@click.option(
    "--certificate",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="Write the signed certificate there, and its proof beside it; must not exist.",
)
@click.option("--yes", is_flag=True, help="It is meant; needed where nobody can be asked.")
@keystore
@as_json
def destroy(
    name: str,
    requests: tuple[Path, ...],
    snapshots_until: date | None,
    certificate: Path | None,
    yes: bool,
    keystore: str | None,
    as_json: bool,
) -> None:
    """Destroy the secret of the domain NAME for ever.

    Its pseudonyms can never be made again and its name never be used again. Where there are
    custodians, and always in a server, one asks ("request destroy") and two others approve.
    Copies and backups of the key store are not reached.
    """
    from pseudo.usecases import destruction, domains
    from pseudo.usecases.ledgers import ledger_of

    settings = begin()
    if not yes and not can_ask():
        raise UsageError("usage.not_confirmed", domain=name)
    notes = read_notes(requests)
    with open_store(settings, keystore) as store:
        record = domains.show(store, name)
        domains.check_confirmed(name, name if yes else _confirmation(record))
        ledger = ledger_of(store, keystore, settings)
        with _certificate(certificate) as write:
            done = destruction.destroy(
                store,
                name,
                ledger,
                notes=notes,
                horizon=snapshots_until.isoformat() if snapshots_until else "not stated",
                waiting=settings.waiting_days,
            )
            write(done.entry, done.proof)
    if as_json:
        emit_json({**domains.described(done.record), "certificate": done.certificate})
    else:
        emit(versions_table([done.record]))
    say("Copies and backups of the key store still hold the secret: destroy them too.")
    for batch in done.certificate["leads_back"]:
        say(
            f"Batch {safe_text(str(batch['batch']))}: the delivery ({batch['delivered_files']} "
            "files), what was returned and what was released lead back to people too."
        )


@command.command("certificate")
@click.argument("name")
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    help="The certificate; its proof goes beside it. Neither may exist.",
)
@keystore
@ledger_option
def certificate(name: str, out: Path, keystore: str | None, ledger: Path | None) -> None:
    """Write the certificate of the destroyed domain NAME again; no key is needed."""
    from pseudo.usecases.certificate import certificate
    from pseudo.usecases.ledgers import read_ledger

    with _certificate(out) as write:
        write(*certificate(read_ledger(keystore, begin(), ledger), name))


@contextmanager
def _certificate(path: Path | None) -> Iterator[Callable[[bytes, str], None]]:
    """Take a certificate's place before anything is destroyed; give what writes it there."""
    if path is None:
        yield lambda *_: None
        return
    from pseudo.io.private import PrivateFile

    beside = path.with_name(f"{path.name}.tlog-proof")
    with PrivateFile(path) as entry, PrivateFile(beside) as proof:

        def write(certificate: bytes, proven: str) -> None:
            entry.write(certificate + b"\n")
            proof.write(proven.encode())

        yield write


def _confirmation(record: DomainRecord) -> str:
    say(
        f"The secret of {record.key_id} will be destroyed, and no pseudonym of this domain "
        "can be made again."
    )
    return ask("Type the domain's name to go on: ")


def _print_one(record: DomainRecord, *, as_json: bool) -> None:
    from pseudo.usecases.domains import described

    if as_json:
        emit_json(described(record))
    else:
        emit(versions_table([record]))


command.add_command(export)
command.add_command(import_)
