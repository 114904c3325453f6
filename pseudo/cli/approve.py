# SPDX-License-Identifier: Apache-2.0
"""``pseudo approve``: put one's signature under a request."""

from __future__ import annotations

from pathlib import Path

import click

from pseudo.cli.parsing import Command, ledger_option
from pseudo.cli.persons import as_person, read_notes, signing
from pseudo.cli.session import begin
from pseudo.cli.terminal import ask, can_ask, emit, say
from pseudo.errors import UsageError
from pseudo.safe import safe_text

__all__ = ["command"]


@click.command("approve", cls=Command)
@click.argument("request", type=click.Path(path_type=Path, dir_okay=False))
@click.option(
    "--out",
    type=click.Path(path_type=Path, dir_okay=False),
    metavar="FILE",
    required=True,
    help="Where the signed copy goes; must not exist.",
)
@click.option("--yes", is_flag=True, help="It was read and is meant; needed without a terminal.")
@as_person
@ledger_option
def command(
    request: Path,
    out: Path,
    yes: bool,
    person: str | None,
    person_key: str | None,
    ledger: Path | None,
) -> None:
    """Approve REQUEST: show what it asks for, and sign that very text.

    The signed copy goes to whoever carries the request out. Neither the key store nor the
    ledger is needed; where a ledger is at hand, the request must be in it as it is here.
    """
    from pseudo.io.private import write_private
    from pseudo.usecases.approvals import read
    from pseudo.usecases.ledgers import ledger_at_hand, ledger_if_any
    from pseudo.usecases.requests import approve, require_known

    settings = begin()
    (note,) = read_notes([request])
    asked = read(note)
    if not yes and not can_ask():
        raise UsageError("usage.not_read")
    if not yes:
        say(asked.text)
        if ask("Type the order to approve it: ") != asked.order.value:
            raise UsageError("usage.not_read")
    held = None
    if ledger is not None or settings.ledger:
        held = ledger_if_any(None, settings, ledger, key=None)
    elif settings.keystore:
        held = ledger_at_hand(settings)
    with signing(settings, person, person_key) as who:
        if held is not None:
            require_known(held, asked, who)
        write_private(out, approve(note, who).encode())
    about = asked.subject.get("custodian", asked.domain).partition("+")[0]
    emit(f"{asked.id} {asked.order.value} {safe_text(about)}: approved by {who.key.name}\n")
    if held is None:
        say("No ledger was at hand: whether this is what was asked for is found out later.")
