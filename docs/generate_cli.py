# SPDX-License-Identifier: Apache-2.0
"""Write every command's help into ``reference/cli.md``: ``python docs/generate_cli.py``."""

from __future__ import annotations

from collections.abc import Iterator

import click
from generated import DOCS, main

from pseudo.cli.app import app

PAGE = DOCS / "reference" / "cli.md"

_WIDTH = 88


def commands(
    command: click.Command = app, name: str = "pseudo", parent: click.Context | None = None
) -> Iterator[tuple[str, click.Command, click.Context]]:
    """Yield every command with its full name and a context, outer ones first."""
    context = click.Context(
        command,
        parent=parent,
        info_name=name.rsplit(" ", 1)[-1],
        terminal_width=_WIDTH,
        max_content_width=_WIDTH,
        **({} if parent else command.context_settings),
    )
    yield name, command, context
    if isinstance(command, click.Group):
        for inner in command.list_commands(context):
            found = command.get_command(context, inner)
            if found is not None and not found.hidden:
                yield from commands(found, f"{name} {inner}", context)


def render() -> str:
    """Write the help of all commands as Markdown."""
    sections = [
        f"({name.replace(' ', '-')})=\n## `{name}`\n\n```text\n{context.get_help()}\n```"
        for name, _, context in commands()
    ]
    return "\n\n".join(sections)


if __name__ == "__main__":
    main(PAGE, render)
