# SPDX-License-Identifier: Apache-2.0
"""What the commands of requests and custodians share: who signs, and requests as files."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click

from pseudo.cli.session import own_store
from pseudo.errors import UsageError

if TYPE_CHECKING:
    from pseudo.settings import Settings
    from pseudo.usecases.requests import Person

__all__ = ["as_person", "read_notes", "requests_option", "signing"]

Function = TypeVar("Function", bound=Callable[..., Any])

_LARGEST = 64 * 1024


def as_person(function: Function) -> Function:
    """Give a command the options that say who signs."""
    function = click.option(
        "--person-key",
        metavar="local:PATH",
        help="Key file of that person; PSEUDO_CUSTODIAN_KEY where it is not given.",
    )(function)
    return click.option(
        "--as",
        "person",
        metavar="NAME",
        help="Who signs; PSEUDO_CUSTODIAN where it is not given.",
    )(function)


def requests_option(function: Function) -> Function:
    """Give a command the option that names copies of an approved request."""
    return click.option(
        "--request",
        "requests",
        multiple=True,
        type=click.Path(path_type=Path, dir_okay=False),
        metavar="FILE",
        help="The approved request; repeat for copies with other signatures.",
    )(function)


@contextmanager
def signing(
    settings: Settings, person: str | None, key: str | None, *, create: bool = False
) -> Iterator[Person]:
    """Open the key file of whoever signs.

    Args:
        settings: Who it is where the command does not say.
        person: The name that the command says.
        key: The key file that the command says.
        create: Make the key file where there is none.

    Raises:
        UsageError: Nobody is named (``usage.no_person``).
        KeyStoreError: The key file cannot be opened.
    """
    from pseudo.usecases.requests import Person, check_person

    name, address = person or settings.custodian, key or settings.custodian_key
    if not name or not address:
        raise UsageError("usage.no_person")
    check_person(name)
    with own_store(settings, address, create=create) as store:
        yield Person.of(name, store)


def read_notes(paths: Sequence[Path]) -> list[str]:
    """Read copies of a request.

    Raises:
        UsageError: One is not there (``usage.no_such_file``), cannot be read, or is no text
            (``usage.bad_request``).
    """
    notes = []
    for path in paths:
        text, missing = None, False
        try:
            with path.open("rb") as file:
                text = file.read(_LARGEST).decode("utf-8")
        except FileNotFoundError:
            missing = True
        except (OSError, ValueError):
            pass
        if missing:
            raise UsageError("usage.no_such_file", path=str(path))
        if text is None:
            raise UsageError("usage.bad_request")
        notes.append(text)
    return notes
