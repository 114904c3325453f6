# SPDX-License-Identifier: Apache-2.0
"""From whatever happened to an exit status and words on standard error.

The statuses are those of :mod:`pseudo.errors`. An error that nobody foresaw is told by
its type and its place in our code: its message, its arguments and a traceback's lines can
quote a cell.
"""

from __future__ import annotations

import errno
import sys
from collections.abc import Callable

import click

from pseudo.cli.parsing import translated
from pseudo.cli.signals import terminable
from pseudo.cli.terminal import print_error
from pseudo.errors import Cancelled, InternalError, PseudoError, ResourceError, UsageError

__all__ = ["status_of"]

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def status_of(order: Callable[[], None]) -> int:
    """Carry out an order and tell how it ended.

    Args:
        order: What to do; it has printed its result when it returns.

    Returns:
        The exit status; words about a failure were printed.
    """
    failure: PseudoError
    try:
        with terminable():
            order()
    except click.exceptions.Exit as done:
        return int(done.exit_code)
    except BaseException as error:
        if isinstance(error, SystemExit | GeneratorExit):
            raise
        failure = _explained(error)
    else:
        return 0
    # Out here the error that is explained is gone, with all that it refers to.
    print_error(failure)
    _log(failure)
    return failure.exit_status


def _explained(error: BaseException) -> PseudoError:
    if isinstance(error, PseudoError):
        return error
    if isinstance(error, click.UsageError):
        return translated(error)
    if isinstance(error, click.ClickException):
        return UsageError("usage.too_many_arguments", command="pseudo")
    if isinstance(error, KeyboardInterrupt):
        return Cancelled("interrupted")
    if isinstance(error, click.Abort | EOFError):
        return Cancelled("cancelled")
    if isinstance(error, MemoryError):
        return ResourceError("resource.memory")
    if isinstance(error, OSError) and error.errno in _FULL:
        return ResourceError("io.disk_full")
    return InternalError("internal.fault", error=type(error).__name__, place=_place(error))


def _place(error: BaseException) -> str:
    try:
        from pseudo.logs import place_of

        return place_of(error.__traceback__)
    except Exception:  # noqa: BLE001  even a broken installation gets its one line
        return "unknown"


def _log(failure: PseudoError) -> None:
    """Log the end of the command, if it came so far that logs are set up."""
    if "pseudo.logs" in sys.modules:
        from pseudo.logs import logger

        logger().error("command.failed", code=failure.code, exit_status=failure.exit_status)
