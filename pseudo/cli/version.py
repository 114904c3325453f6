# SPDX-License-Identifier: Apache-2.0
"""``pseudo version``: what is installed here."""

from __future__ import annotations

import platform

import click

from pseudo._version import __version__
from pseudo.cli.parsing import Command, as_json
from pseudo.cli.terminal import emit, emit_json

__all__ = ["command"]


@click.command("version", cls=Command)
@as_json
def command(as_json: bool) -> None:
    """Print the version of pseudo and of the Python that runs it."""
    python = platform.python_version()
    if as_json:
        emit_json({"pseudo": __version__, "python": python})
    else:
        emit(f"pseudo {__version__} (Python {python})\n")
