# SPDX-License-Identifier: Apache-2.0
"""Talking to a person at a terminal, and the only place that prints.

The rules are:

- Data, which is what was asked for, goes to standard output: whole, at the end, and only
  if the command succeeded. Everything else goes to standard error.
- A question goes to standard error and is answered on standard input, and is asked only
  if both are terminals. A program is never left waiting for a person.
- What is secret is not echoed.
- An error is three lines: what is wrong, what to do next, and its code.
- Words for people are whole sentences. Nothing that came from a file is among them,
  except names that went through :func:`pseudo.safe.safe_text`.
- Whoever stops reading standard output has seen enough; that is not an error. A
  standard error that cannot be written to stops nothing.
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

from pseudo import i18n
from pseudo.errors import Cancelled, PseudoError, ResourceError

__all__ = [
    "ask",
    "ask_hidden",
    "can_ask",
    "can_see",
    "emit",
    "emit_json",
    "is_terminal",
    "print_error",
    "say",
    "warn",
]

_LONGEST_ANSWER = 4096


def say(*lines: str) -> None:
    """Write lines for a person to standard error; never fails."""
    _to_stderr("".join(line + "\n" for line in lines))


def print_error(error: PseudoError) -> None:
    """Say what is wrong, what to do next, and the code to look it up by."""
    hint = error.hint("en")
    say(f"error: {error.text('en')}", *([f"hint: {hint}"] if hint else []), f"code: {error.code}")


def warn(code: str, **params: int | str) -> None:
    """Say what is odd, by the code of the text catalogue."""
    hint = i18n.hint(code, "en", **params)
    say(f"warning: {i18n.text(code, 'en', **params)}", *([f"hint: {hint}"] if hint else []))


def emit(text: str) -> None:
    """Write data to standard output.

    Raises:
        ResourceError: It cannot be written, for another reason than that nobody reads.
    """
    failed = False
    try:
        encoding = sys.stdout.encoding or "utf-8"
        sys.stdout.write(text.encode(encoding, "backslashreplace").decode(encoding))
        sys.stdout.flush()
    except BrokenPipeError:
        _forget_stdout()
    except (OSError, ValueError, AttributeError):  # Full, closed, or not there at all.
        failed = True
    if failed:
        _forget_stdout()
        raise ResourceError("resource.stdout")


def emit_json(data: Any) -> None:
    """Write data to standard output as one JSON object.

    Raises:
        ResourceError: As :func:`emit`.
    """
    encoding = getattr(sys.stdout, "encoding", None) or "utf-8"
    plain = encoding.lower().replace("-", "") != "utf8"
    emit(json.dumps(data, ensure_ascii=plain, indent=2) + "\n")


def is_terminal() -> bool:
    """Tell whether standard output is read by a person."""
    return _is_tty(sys.stdout)


def can_ask() -> bool:
    """Tell whether there is a person who can see a question and answer it."""
    return _is_tty(sys.stdin) and _is_tty(sys.stderr)


def can_see() -> bool:
    """Tell whether standard error is read by a person."""
    return _is_tty(sys.stderr)


def ask(question: str) -> str:
    """Ask for a line of text; only where :func:`can_ask` says yes.

    Returns:
        The answer without its line break; empty at the end of input.
    """
    with _cancellable():
        _to_stderr(question)
        return _answer().decode("utf-8", "replace")


def ask_hidden(question: str) -> bytes:
    """Ask for a line that is not echoed; only where :func:`can_ask` says yes.

    Returns:
        The answer without its line break, as it was typed; empty at the end of input.
    """
    import termios

    fd = sys.stdin.fileno()
    before = termios.tcgetattr(fd)
    hidden = [*before]
    hidden[3] &= ~(termios.ECHO | termios.ECHONL)
    with _cancellable():
        try:
            # What was typed before the question was echoed, so it is no secret: it is dropped.
            termios.tcsetattr(fd, termios.TCSAFLUSH, hidden)
            _to_stderr(question)
            return _answer()
        finally:
            termios.tcsetattr(fd, termios.TCSADRAIN, before)
            say("")


@contextmanager
def _cancellable() -> Iterator[None]:
    """Take Ctrl-C for a refusal to answer: nothing is begun before that."""
    try:
        yield
    except KeyboardInterrupt:
        pass
    else:
        return
    raise Cancelled("cancelled")


def _answer() -> bytes:
    line = sys.stdin.buffer.readline(_LONGEST_ANSWER)
    return line.removesuffix(b"\n").removesuffix(b"\r")


def _to_stderr(text: str) -> None:
    with suppress(OSError, ValueError, AttributeError):
        sys.stderr.write(text)
        sys.stderr.flush()


def _is_tty(stream: Any) -> bool:
    try:
        return bool(stream.isatty())
    except (ValueError, AttributeError):
        return False


def _forget_stdout() -> None:
    """Let whatever is still buffered go nowhere, or the interpreter complains at its end."""
    with suppress(OSError, ValueError, AttributeError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
