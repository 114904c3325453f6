# SPDX-License-Identifier: Apache-2.0
"""``pseudo vault``: a server's mounts, keys, roles and policies."""

from __future__ import annotations

import click

from pseudo.cli.parsing import Group, as_json, keystore
from pseudo.cli.session import begin
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json

__all__ = ["command"]


@click.group("vault", cls=Group)
def command() -> None:
    """Make a Vault or OpenBao server ready for domains.

    The key store is vault:KV-MOUNT/TRANSIT-MOUNT, or vault-remote: and the same mounts
    where no key may leave the server; both are set up alike. VAULT_ADDR, VAULT_CACERT
    and VAULT_TOKEN name the server and the login.
    """


@command.command("setup")
@click.option(
    "--roles-at",
    default="approle",
    show_default=True,
    metavar="MOUNT",
    help="Where the AppRole way of logging in is mounted, or will be.",
)
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
