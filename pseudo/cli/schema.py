# SPDX-License-Identifier: Apache-2.0
"""``pseudo schema``: the JSON Schema of specs."""

from __future__ import annotations

import click

from pseudo.cli.parsing import Command
from pseudo.cli.terminal import emit_json

__all__ = ["command"]


@click.command("schema", cls=Command)
def command() -> None:
    """Print the JSON Schema by which editors check and complete specs.

    Save it, and put "# yaml-language-server: $schema=FILE" at the top of a spec.
    """
    from pseudo.spec import json_schema

    emit_json(json_schema())
