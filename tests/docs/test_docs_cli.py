# SPDX-License-Identifier: Apache-2.0
"""Every command and every option is documented, and the manual has the help of today."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import click
import pytest

Page = Callable[[str], str]
Program = Callable[[str], ModuleType]


@pytest.fixture(scope="module")
def cli(program: Program) -> ModuleType:
    return program("generate_cli")


def test_the_page_has_the_help_of_every_command(
    cli: ModuleType, program: Program, page: Page
) -> None:
    text = page("reference/cli.md")
    fresh = program("generated").rewritten(text, cli.render())
    assert text == fresh, "run python docs/generate_cli.py"


def test_every_option_and_argument_is_explained(cli: ModuleType) -> None:
    for name, command, context in cli.commands():
        assert command.get_short_help_str(), name
        shown = context.get_help()
        for param in command.get_params(context):
            if isinstance(param, click.Option):
                assert param.help, f"{name} {param.opts[0]} has no help"
                assert max(param.opts, key=len) in shown
            else:
                assert param.make_metavar(context).strip("[].") in command.help, name


def test_every_command_is_used_somewhere_in_the_manual(cli: ModuleType, docs: Path) -> None:
    pages = [docs / "tutorial.md", docs.parent / "README.md", *sorted(docs.glob("howto/*.md"))]
    blocks = [
        block
        for path in pages
        for block in re.findall(r"```(?:console|sh)\n(.*?)```", path.read_text("utf-8"), re.DOTALL)
    ]
    used = {
        match
        for block in blocks
        for match in re.findall(r"^(?:\$ )?(pseudo.*)", block, re.MULTILINE)
    }
    for name, command, _ in cli.commands():
        if not isinstance(command, click.Group):
            assert any(f"{line} ".startswith(f"{name} ") for line in used), name


def test_every_option_of_run_is_used_or_named_in_the_manual(cli: ModuleType, docs: Path) -> None:
    shown = "\n".join(path.read_text(encoding="utf-8") for path in docs.glob("howto/*.md"))
    (run,) = [command for name, command, _ in cli.commands() if name == "pseudo run"]
    for param in run.params:
        if isinstance(param, click.Option):
            assert max(param.opts, key=len) in shown
