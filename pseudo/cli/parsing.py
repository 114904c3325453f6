# SPDX-License-Identifier: Apache-2.0
"""What the commands share with click: strict values, and errors that repeat no value.

A person who puts a personnummer where a file name belongs must not read it back in an
error, nor find it in a log of the terminal. click's own messages quote what was typed, so
they are rebuilt here from the names of options.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import date
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pseudo.cli.terminal import emit, say
from pseudo.errors import UsageError

__all__ = [
    "DATE",
    "OUTPUT",
    "Command",
    "Group",
    "LazyGroup",
    "as_json",
    "keystore",
    "ledger_option",
    "translated",
]

Function = TypeVar("Function", bound=Callable[..., Any])

_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


if TYPE_CHECKING:
    _DateType = click.ParamType[date]
else:
    _DateType = click.ParamType


class _Day(_DateType):
    """A day, written YYYY-MM-DD and in no other way."""

    name = "date"

    def convert(
        self, value: Any, param: click.Parameter | None, ctx: click.Context | None
    ) -> date:
        del param, ctx
        day: date | None = None
        if isinstance(value, date):
            return value
        try:
            day = date.fromisoformat(value) if _DAY.fullmatch(value) else None
        except ValueError:  # Its message quotes the value, so ours is raised below.
            day = None
        if day is None:
            raise UsageError("usage.bad_date")
        return day


DATE = _Day()
"""A click type: YYYY-MM-DD."""

OUTPUT = click.Choice(["parquet", "arrow", "csv", "xlsx", "xpt", "sav", "dta"])
"""A click type: the formats that are written."""


class _WithHelp(click.Command):
    """A command whose help is data like any other: whoever stops reading is no fault."""

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        """Return click's help option, printing in our way."""
        option = super().get_help_option(ctx)
        if option is not None:
            option.callback = _show_help
        return option


class Command(_WithHelp):
    """A command."""


class Group(_WithHelp, click.Group):
    """A command that has commands."""

    command_class = Command

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Parse, and refuse an order in which nothing is asked for."""
        if not args and not ctx.resilient_parsing:
            say(ctx.get_help(), "")
            raise UsageError("usage.no_command")
        return super().parse_args(ctx, args)

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command, or say that there is none of that name."""
        name = args[0]
        command = self.get_command(ctx, name)
        if command is None:
            if name.startswith("-"):
                self.parse_args(ctx, args)
            names = ", ".join(self.list_commands(ctx))
            raise UsageError("usage.unknown_command", command=name, commands=names)
        return name, command, args[1:]


class LazyGroup(Group):
    """A group whose commands are imported only when they are called.

    Args:
        table: For each command its name, the module that has it as ``command``, and one
            line of help.
    """

    def __init__(self, *args: Any, table: tuple[tuple[str, str, str], ...], **more: Any) -> None:
        super().__init__(*args, **{**more, "no_args_is_help": False})
        self._table = {name: (module, words) for name, module, words in table}

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Return the names in the order of the table."""
        del ctx
        return list(self._table)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        del ctx
        if cmd_name not in self._table:
            return None
        command: click.Command = import_module(self._table[cmd_name][0]).command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """Write the list of commands without importing one."""
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([(name, words) for name, (_, words) in self._table.items()])


def keystore(function: Function) -> Function:
    """Give a command the option that names the key store."""
    return click.option(
        "--keystore",
        metavar="local:PATH",
        help="Key store; PSEUDO_KEYSTORE where it is not given.",
    )(function)


def ledger_option(function: Function) -> Function:
    """Give a command the option that names the ledger."""
    return click.option(
        "--ledger",
        type=click.Path(path_type=Path, file_okay=False),
        help="Folder of the ledger; PSEUDO_LEDGER, else the one beside the key file.",
    )(function)


def as_json(function: Function) -> Function:
    """Give a command the option to print JSON."""
    return click.option(
        "--json", "as_json", is_flag=True, help="Print one JSON object, for programs."
    )(function)


def translated(error: click.UsageError) -> UsageError:
    """Make our error of click's, with names of options and nothing that was typed for them."""
    command = error.ctx.command_path if error.ctx is not None else "pseudo"
    if isinstance(error, click.MissingParameter):
        return UsageError("usage.missing", option=_named(error.param), command=command)
    if isinstance(error, click.BadParameter):
        expected = _expected(error.param)
        return UsageError("usage.option_value", option=_named(error.param), expected=expected)
    if isinstance(error, click.NoSuchOption):
        return UsageError("usage.unknown_option", option=error.option_name, command=command)
    if isinstance(error, click.BadOptionUsage):
        return UsageError("usage.misused_option", option=error.option_name, command=command)
    return UsageError("usage.too_many_arguments", command=command)


def _named(param: click.Parameter | None) -> str:
    if isinstance(param, click.Option):
        return max(param.opts, key=len)
    return "" if param is None else (param.name or "").upper()


def _expected(param: click.Parameter | None) -> str:
    kind = None if param is None else param.type
    if isinstance(kind, click.Choice):
        return ", ".join(str(choice) for choice in kind.choices)
    if isinstance(kind, click.IntRange):
        return f"a whole number from {kind.min} to {kind.max}"
    return "a value of another kind"


def _show_help(ctx: click.Context, param: click.Parameter, value: object) -> None:
    del param
    if value and not ctx.resilient_parsing:
        emit(ctx.get_help() + "\n")
        ctx.exit()
