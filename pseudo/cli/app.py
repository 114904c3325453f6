# SPDX-License-Identifier: Apache-2.0
"""The commands by name."""

from __future__ import annotations

import sys
from collections.abc import Sequence
from typing import Any, NoReturn

import click

from pseudo._version import __version__
from pseudo.cli.exits import status_of
from pseudo.cli.parsing import LazyGroup
from pseudo.cli.terminal import emit

__all__ = ["COMMANDS", "app"]

COMMANDS = (
    ("run", "pseudo.cli.run", "Pseudonymize a delivery and publish it as a folder."),
    ("inspect", "pseudo.cli.inspect", "Look at a file without showing a value; draft its spec."),
    (
        "domain",
        "pseudo.cli.domain",
        "Make, see, freeze, destroy domains, and put them into escrow.",
    ),
    ("rekey", "pseudo.cli.rekey", "Move tables to another secret of their domain."),
    ("custodian", "pseudo.cli.custodian", "The people whose approval counts."),
    ("request", "pseudo.cli.request", "Ask for what nobody may do alone."),
    ("approve", "pseudo.cli.approve", "Sign what somebody else asks for."),
    ("reidentify", "pseudo.cli.reidentify", "Go back from pseudonyms, for an approved request."),
    ("lookup", "pseudo.cli.lookup", "One person's pseudonym, for an approved request."),
    ("verify", "pseudo.cli.verify", "Verify a receipt and the files that it is about."),
    ("load", "pseudo.cli.load", "Verify a release and load its table into a database."),
    ("ledger", "pseudo.cli.ledger", "Show, verify and prove receipts and key events."),
    ("vault", "pseudo.cli.vault", "Make a Vault or OpenBao server ready for domains."),
    ("demo", "pseudo.cli.demo", "Run the main job on a synthetic delivery."),
    ("doctor", "pseudo.cli.doctor", "Check that everything needed is there and works."),
    ("schema", "pseudo.cli.schema", "Print the JSON Schema of specs, for editors."),
    ("version", "pseudo.cli.version", "Print the version."),
)
"""Name, module and help of every command; the modules are not imported for help."""

_EPILOG = """\b
Exit status:
  0  published, or done        5  key store
  1  internal fault            6  evidence
  2  usage, spec, output       7  out of disk, memory or time
  3  delivery refused          8  approval missing
  4  identity data outside    130 interrupted
     its column
"""


class _App(LazyGroup):
    """The whole command line, which ends by exiting with a status."""

    def main(  # type: ignore[override]
        self, args: Sequence[str] | None = None, prog_name: str | None = None, **extra: Any
    ) -> NoReturn:
        """Carry out an order and exit; never raises anything else, prints no traceback.

        Args:
            args: The order; the process's own by default.
            prog_name: What to call the program in help.
            extra: What click's own ``main`` takes beside; the program always exits.
        """
        for name in ("complete_var", "standalone_mode", "windows_expand_args"):
            extra.pop(name, None)
        given = list(sys.argv[1:] if args is None else args)

        def order() -> None:
            with self.make_context(prog_name or "pseudo", given, **extra) as ctx:
                self.invoke(ctx)

        sys.exit(status_of(order))


def _print_version(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    del param
    if value and not ctx.resilient_parsing:
        emit(f"pseudo {__version__}\n")
        ctx.exit()


@click.group(
    cls=_App,
    table=COMMANDS,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=_EPILOG,
)
@click.option(
    "--version",
    is_flag=True,
    expose_value=False,
    is_eager=True,
    callback=_print_version,
    help="Print the version and exit.",
)
def app() -> None:
    """Swap identity numbers for pseudonyms, provably.

    Begin with "pseudo demo", then "pseudo domain create NAME" and "pseudo inspect FILE".
    """
