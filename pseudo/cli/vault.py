# SPDX-License-Identifier: Apache-2.0
"""``pseudo vault``: a server's mounts, keys, roles and policies."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import TYPE_CHECKING

import click

from pseudo.cli.parsing import Group, as_json, keystore
from pseudo.cli.session import begin
from pseudo.cli.tables import table
from pseudo.cli.terminal import ask, can_ask, emit, emit_json, say
from pseudo.errors import UsageError

if TYPE_CHECKING:
    from pseudo.keys.vault.control import Waiting

__all__ = ["command"]

_STATUS = ("what", "state", "found")


@click.group("vault", cls=Group)
def command() -> None:
    """Make a Vault or OpenBao server ready for domains.

    The key store is vault:KV-MOUNT/TRANSIT-MOUNT, or vault-remote: and the same mounts
    where no key may leave the server; both are set up alike. VAULT_ADDR, VAULT_CACERT
    and VAULT_TOKEN name the server and the login.
    """


_roles_at = click.option(
    "--roles-at",
    default="approle",
    show_default=True,
    metavar="MOUNT",
    help="Where the AppRole way of logging in is mounted, or will be.",
)


@command.command("setup")
@_roles_at
@keystore
@as_json
def setup(roles_at: str, keystore: str | None, as_json: bool) -> None:
    """Make mounts, keys, policies and roles, as far as they are not there.

    Needs a login that may administer the server, which nothing else here ever should. It
    may be done again at any time; what is there and is as it should be stays.
    """
    from pseudo.usecases.vault import set_up

    steps = list(set_up(keystore, begin(), roles_at=roles_at))
    if as_json:
        emit_json({"steps": [{"path": path, "result": result} for path, result in steps]})
        return
    emit(table(steps, ("path", "result")))


@command.command("status")
@_roles_at
@keystore
@as_json
def status(roles_at: str, keystore: str | None, as_json: bool) -> None:
    """Tell what the server is, and whether it is as setup makes it.

    Any login may ask; what it may not look at is told. Where something is missing or
    other, the list goes to standard error and the exit status is 5.
    """
    from pseudo.usecases.vault_status import fault_of, status

    items = status(keystore, begin(), roles_at=roles_at)
    fault = fault_of(items)
    rows = [(item.what, item.state, item.detail) for item in items]
    listed = [dict(zip(_STATUS, row, strict=True)) for row in rows]
    data = {"ok": fault is None, "items": listed}
    if fault is not None:
        say(json.dumps(data) if as_json else table(rows, _STATUS))
        raise fault
    if as_json:
        emit_json(data)
    else:
        emit(table(rows, _STATUS))


@command.command("policies")
@keystore
@as_json
def policies(keystore: str | None, as_json: bool) -> None:
    """Print the policy of each role, for an administrator to apply."""
    from pseudo.usecases.vault import policies

    found = policies(keystore, begin())
    if as_json:
        emit_json({"policies": found})
        return
    emit("\n".join(f"# {name}\n{text}" for name, text in found.items()))


@command.command("authorize")
@click.argument("domain")
@click.option("--yes", is_flag=True, help="It was read and is meant; needed without a terminal.")
@keystore
def authorize(domain: str, yes: bool, keystore: str | None) -> None:
    """Agree, as one of the server's control group, that DOMAIN is destroyed.

    Shows what waits first. Whoever asked for it cannot agree to it.
    """
    from pseudo.usecases.vault import authorize

    if not yes and not can_ask():
        raise UsageError("usage.not_read")

    def confirm(found: Sequence[Waiting]) -> None:
        rows = [
            (one.operation, one.path, one.data, one.asked_by, ", ".join(one.agreed) or "nobody")
            for one in found
        ]
        emit(table(rows, ("operation", "path", "with", "asked by", "agreed")))
        if not yes and ask("Type the domain's name to agree: ") != domain:
            raise UsageError("usage.not_read")

    enough = authorize(keystore, begin(), domain, confirm)
    say("Enough have agreed." if enough else "You have agreed; others still have to.")
