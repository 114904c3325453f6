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

__all__ = ["candidate_options", "kind_options", "number_option", "subject_of"]

Function = TypeVar("Function", bound=Callable[..., Any])

_LARGEST = 1024


def candidate_options(function: Function) -> Function:
    """Give a command the options that say of whom pseudonyms could be."""
    for option in (
        click.option(
            "--submitter",
            metavar="NAME",
            help="For identifiers that are scoped by who sent them.",
        ),
        click.option(
            "--scope",
            multiple=True,
            metavar="NAME",
            help="For opaque identifiers: a column of the candidates' scope, or none.",
        ),
        click.option(
            "--candidate-column",
            required=True,
            metavar="NAME",
            help="The column of numbers in them.",
        ),
        click.option(
            "--candidates",
            multiple=True,
            required=True,
            type=click.Path(path_type=Path, dir_okay=False),
            metavar="FILE",
            help="Numbers that are behind the pseudonyms, and any others; repeat for more files.",
        ),
    ):
        function = option(function)
    return function


def kind_options(function: Function) -> Function:
    """Give a command the options that say what numbers are."""
    for option in (
        click.option(
            "--reference-date",
            type=DATE,
            metavar="DATE",
            help="Day by which centuries are told, as in the receipt; today by default.",
        ),
        click.option(
            "--width",
            type=click.IntRange(0, 64),
            default=0,
            metavar="N",
            help="For opaque identifiers: characters to pad with zeros to.",
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
            help="What the numbers are, as in the spec; personnummer where not given.",
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
        help="For an opaque identifier: each value inside which it has meaning, or none.",
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
    from pseudo.usecases.candidates import rule_of, scope_names
    from pseudo.usecases.lookup import Subject

    rule = rule_of(kinds, reference_date, width=width, pad_zeros=pad_zeros)
    return Subject(_number(number_file), rule, scope_names(rule, scope))


def _number(path: Path | None) -> str:
    text, missing = "", False
    if path is None and can_ask():
        text = ask_hidden("Number: ").decode("utf-8", "replace")
    elif path is not None:
        try:
            with path.open("rb") as file:
                text = file.read(_LARGEST).decode("utf-8")
        except FileNotFoundError:
            missing = True
        except (OSError, ValueError):
            text = ""
    if missing:
        raise UsageError("usage.no_such_file", path=str(path))
    if not text.strip():
        raise UsageError("usage.no_number")
    return text.strip()
