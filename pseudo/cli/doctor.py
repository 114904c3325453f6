# SPDX-License-Identifier: Apache-2.0
"""``pseudo doctor``: is everything there, and does it work?"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from pseudo.cli.parsing import Command, as_json, keystore
from pseudo.cli.session import begin
from pseudo.cli.tables import table
from pseudo.cli.terminal import emit, emit_json, say

if TYPE_CHECKING:
    from pseudo.usecases.doctor import Check

__all__ = ["command"]

_HEADER = ("check", "result", "found")


@click.command("doctor", cls=Command)
@click.option("--out", type=click.Path(path_type=Path), metavar="DIR", help="Where outputs go.")
@keystore
@as_json
def command(out: Path | None, keystore: str | None, as_json: bool) -> None:
    """Check versions, settings, kernel, scan, sandbox, disk space and key store.

    Nobody is asked for a passphrase: the key store is opened only where
    PSEUDO_PASSPHRASE_FILE is set. With keys in a server it tries what each role may do,
    by calls that cannot change anything. The exit status is that of the first check that
    fails; the list then goes to standard error.
    """
    from pseudo.usecases.doctor import doctor

    checks = doctor(begin(), keystore=keystore, out=out)
    failure = next((check.error for check in checks if check.error is not None), None)
    data = {"ok": failure is None, "checks": [_plain(check) for check in checks]}
    rows = [(check.name, check.health, check.detail) for check in checks]
    if failure is not None:
        say(json.dumps(data) if as_json else table(rows, _HEADER))
        raise failure
    if as_json:
        emit_json(data)
    else:
        emit(table(rows, _HEADER))


def _plain(check: Check) -> dict[str, Any]:
    return {
        "check": check.name,
        "result": check.health,
        "found": check.detail,
        "code": "" if check.error is None else check.error.code,
    }
