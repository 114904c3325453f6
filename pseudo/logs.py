# SPDX-License-Identifier: Apache-2.0
"""Logs that cannot hold a person: every event passes an allow-list of fields.

A field that is not on the list is dropped and counted, whoever logged it. Uncaught
errors are logged as their type and place in our code, without message, arguments or
local values, because a library's message quotes the cell it choked on.
"""

from __future__ import annotations

import logging
import sys
import threading
from collections.abc import Mapping, MutableMapping
from types import TracebackType
from typing import Any, TextIO

import structlog

from pseudo.safe import safe_key_id, safe_text

__all__ = ["ALLOWED_FIELDS", "allow_listed", "configure", "install_hooks", "logger"]

ALLOWED_FIELDS = frozenset(
    {
        "batch",
        "bytes",
        "code",
        "column",
        "count",
        "domain",
        "error",
        "event",
        "exit_status",
        "file",
        "findings",
        "format",
        "kernel",
        "key_id",
        "level",
        "place",
        "records",
        "request",
        "rejected",
        "rows",
        "seconds",
        "spec",
        "stage",
        "threads",
        "timestamp",
        "verdict",
        "version",
    }
)


def allow_listed(_: Any, __: str, event: MutableMapping[str, Any]) -> Mapping[str, Any]:
    """Drop what is not on the allow-list and mask what is; a structlog processor."""
    kept: dict[str, Any] = {}
    dropped = 0
    for name, value in event.items():
        if name not in ALLOWED_FIELDS:
            dropped += 1
        elif isinstance(value, bool | int | float) or value is None:
            kept[name] = value
        else:
            kept[name] = (safe_key_id if name == "key_id" else safe_text)(str(value))
    if dropped:
        kept["dropped_fields"] = dropped
    return kept


class _State:
    """How this process logs; a caller's own structlog configuration is left alone."""

    mode = "off"
    stream: TextIO | None = None


def configure(mode: str, stream: TextIO | None = None) -> None:
    """Send events to a stream, or nowhere.

    Args:
        mode: ``off``, ``text`` or ``json``.
        stream: Where to; standard error by default.
    """
    _State.mode, _State.stream = mode, stream


def _nothing(_: Any, __: str, ___: MutableMapping[str, Any]) -> Mapping[str, Any]:
    raise structlog.DropEvent


def logger() -> Any:
    """Return the product's logger; silent until :func:`configure` was called."""
    renderer: Any = (
        structlog.processors.JSONRenderer()
        if _State.mode == "json"
        else structlog.dev.ConsoleRenderer(colors=False)
    )
    silent = _State.mode == "off"
    return structlog.wrap_logger(
        structlog.PrintLogger(_State.stream or sys.stderr),
        processors=[
            *([_nothing] if silent else []),
            allow_listed,
            # Ours, and a time has as many digits as an identity number: not to be masked.
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            renderer,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(logging.INFO),
    )


def install_hooks() -> None:
    """Log uncaught errors of the main thread and of other threads without their values."""
    sys.excepthook = _log_uncaught

    def in_thread(args: threading.ExceptHookArgs) -> None:
        _log_uncaught(args.exc_type, args.exc_value, args.exc_traceback)

    threading.excepthook = in_thread


def _log_uncaught(
    kind: type[BaseException], _: BaseException | None, trace: TracebackType | None
) -> None:
    sys.stderr.write(f"internal error: {kind.__name__} at {place_of(trace)}\n")
    logger().error("uncaught", error=kind.__name__, place=place_of(trace))


def place_of(trace: TracebackType | None) -> str:
    """Name the innermost place of our own code in a traceback: module and line only."""
    place = "unknown"
    while trace is not None:
        module = trace.tb_frame.f_globals.get("__name__", "")
        if module.startswith(("pseudo", "service")):
            place = f"{module}:{trace.tb_lineno}"
        trace = trace.tb_next
    return place
