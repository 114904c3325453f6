# SPDX-License-Identifier: Apache-2.0
"""``pseudo demo``: the main job, on people who do not exist."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import TYPE_CHECKING, Literal

import click

from pseudo.cli.parsing import Command
from pseudo.cli.progress import Bar
from pseudo.cli.session import begin
from pseudo.cli.signals import cancelling
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, say
from pseudo.safe import safe_text

if TYPE_CHECKING:
    from pseudo.usecases.demo import Demonstration, DemoResult, Listing

__all__ = ["command"]

_ERROR_COLUMNS = (0, 1, 3, 4, 5)


@click.command("demo", cls=Command)
@click.argument("folder", type=click.Path(path_type=Path), default="pseudo-demo", metavar="[DIR]")
@click.option(
    "--lang",
    type=click.Choice(["sv", "en"]),
    default="sv",
    show_default=True,
    help="Language of the error list.",
)
def command(folder: Path, lang: Literal["sv", "en"]) -> None:
    """Make a synthetic delivery of 10,000 people in DIR (pseudo-demo) and run it.

    Three municipalities send messy files: several spellings, wrong check digits,
    samordningsnummer, å ä ö in cp1252. DIR must not exist; it gets the delivery, a spec, a
    key file with its passphrase beside it (never do that with real keys), and the
    published folder.
    """
    from pseudo.usecases.demo import PEOPLE, demo

    settings = begin()
    say(f"Making a delivery of {PEOPLE:,} people in {safe_text(str(folder))} ...")
    with cancelling() as cancellation, Bar() as bar:
        result = demo(folder, settings, lang=lang, observer=bar, cancellation=cancellation)
    emit(_shown(result))


def _shown(result: DemoResult) -> str:
    before, after = result.before, result.after
    first = result.parts.files[1].name
    return "\n".join(
        [
            table(before.rows, before.names, title=f"What came: {first}, as shapes"),
            table(after.rows, after.names, title="What leaves: the release"),
            _errors(result.errors),
            table(_facts(result), title="The receipt says"),
            _next(result.parts),
        ]
    )


def _errors(errors: Listing) -> str:
    names = [errors.names[at] for at in _ERROR_COLUMNS]
    rows = [[row[at] for at in _ERROR_COLUMNS] for row in errors.rows]
    return table(rows, names, title="What the municipality gets back: its error list begins")


def _facts(result: DemoResult) -> list[tuple[str, object]]:
    receipt, counts = result.receipt, result.receipt["counts"]
    (output,) = receipt["outputs"]
    return [
        ("files", len(receipt["inputs"])),
        ("records", counts["records"]),
        ("rows published", counts["rows"]),
        ("records left out", counts["rejected"]),
        ("distinct people", counts["distinct_people"]),
        ("findings of the leak scan", len(receipt["scan"]["findings"])),
        ("key", receipt["domain"]["key_id"]),
        ("kernel", receipt["software"]["kernel"]),
        ("reference date", receipt["reference_date"]["date"]),
        ("logical digest", output["logical_digest"]),
        ("seconds", f"{result.seconds:.1f}"),
    ]


def _next(parts: Demonstration) -> str:
    def quoted(path: Path | str) -> str:
        return shlex.quote(safe_text(str(path)))

    files = " ".join(quoted(file) for file in parts.files)
    keystore, passphrase = quoted(f"local:{parts.keystore}"), quoted(parts.passphrase)
    lines = [
        "To go on:",
        f"  export PSEUDO_KEYSTORE={keystore} PSEUDO_PASSPHRASE_FILE={passphrase}",
        f"  pseudo inspect {quoted(parts.files[1])}",
        "  pseudo domain list",
        f"  pseudo run {files} --spec {quoted(parts.spec)} --domain demo "
        f"--out {quoted(parts.folder / 'again')}",
    ]
    return "".join(line + "\n" for line in lines)
