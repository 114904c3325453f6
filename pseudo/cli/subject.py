# SPDX-License-Identifier: Apache-2.0
"""What the commands that go back share: candidates, kinds, and one person's number."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pseudo.cli.parsing import DATE
from pseudo.cli.terminal import ask_hidden, can_ask
from pseudo.errors import UsageError

if TYPE_CHECKING:
    from pseudo.usecases.lookup import Subject

__all__ = ["kind_options", "number_option", "subject_of"]

Function = TypeVar("Function", bound=Callable[..., Any])

_LARGEST = 1024


def kind_options(function: Function) -> Function:
    """Give a command the options that say what numbers are."""
    for option in (
        click.option(
            "--reference-date",
            type=DATE,
            metavar="DATE",
            help="Day by which centuries are told; today where it is not given.",
        ),
        click.option(
            "--width",
            type=click.IntRange(0, 64),
            default=0,
            help="Of opaque identifiers: characters to pad with zeros to.",
        ),
        click.option(
            "--pad-zeros",
            is_flag=True,
            help="Take 7 to 9 bare digits for a number that lost its zeros, as the spec did.",
        ),
        click.option(
            "--kind",
            "kinds",
            multiple=True,
            metavar="KIND",
            help="What the numbers are; personnummer where it is not given.",
        ),
    ):
        function = option(function)
    return function


def number_option(function: Function) -> Function:
    """Give a command the options that say whose number it is."""
    function = click.option(
        "--scope",
        multiple=True,
        metavar="VALUE",
        help="Of an opaque identifier: each value inside which it has meaning, or none.",
    )(function)
    return click.option(
        "--number-file",
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="File that holds the number; asked for at a terminal where it is not given.",
    )(function)


def subject_of(
    number_file: Path | None,
    kinds: Sequence[str],
    scope: Sequence[str],
    width: int,
    reference_date: date | None,
    *,
    pad_zeros: bool,
) -> Subject:
    """Ask whose number it is; it is never part of an order, which others can see.

    Raises:
        UsageError: Nobody can be asked and no file is named, or it cannot be read
            (``usage.no_number``); or the kinds and the scope do not fit.
    """
    from pseudo.identity import IdentityRule
    from pseudo.usecases.lookup import Subject

    rule = IdentityRule.of(
        kind=kinds[0] if len(kinds) == 1 else None,
        kinds=kinds if len(kinds) > 1 else None,
        reference_date=reference_date or date.today(),  # noqa: DTZ011 - the operator's day.
        width=width,
        pad_zeros=pad_zeros,
    )
    if rule.is_opaque and not scope:
        raise UsageError("identity.scope_needed")
    if scope and not rule.is_opaque:
        raise UsageError("identity.scope_not_opaque")
    values = () if list(scope) == ["none"] else tuple(scope)
    return Subject(_number(number_file), rule, values)


def _number(path: Path | None) -> str:
    text = ""
    if path is None and can_ask():
        text = ask_hidden("Number: ").decode("utf-8", "replace")
    elif path is not None:
        try:
            with path.open("rb") as file:
                text = file.read(_LARGEST).decode("utf-8")
        except (OSError, ValueError):
            text = ""
    if not text.strip():
        raise UsageError("usage.no_number")
    return text.strip()
