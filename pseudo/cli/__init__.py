# SPDX-License-Identifier: Apache-2.0
"""The command line: parse, call a use case, print.

==============  =====================================================================
room            what it is
==============  =====================================================================
app             the commands by name; each is imported only when it is called
parsing         what the commands share with click: strict values, errors without values
exits           from whatever happened to an exit status and words on standard error
terminal        the rules of talking to a person, and the only place that prints
tables          a table for a terminal, aligned text for a pipe
signals         Ctrl-C, SIGTERM and SIGHUP: a request first, then an order
session         settings, logs and key store of one command
progress        the bar
one module a command group: run, inspect, domain, demo, doctor, version, schema
==============  =====================================================================

``pseudo --help`` waits for neither pyarrow, pydantic nor rich: nothing here imports them
at the top.
"""

from __future__ import annotations

__all__ = ["main"]

_INTERRUPTED = 130


def main() -> None:
    """Run the command line and exit with its status; the console script ``pseudo``."""
    _fill_closed()
    try:
        try:
            from pseudo.cli.app import app

            app.main(prog_name="pseudo")
        finally:
            # It is over; a signal that comes now must not change how it ended.
            _ignore_signals()
    except KeyboardInterrupt:
        # Where nothing can be left behind: before a command began, or after it ended.
        raise SystemExit(_INTERRUPTED) from None


def _fill_closed() -> None:
    """See that no file gets the number of a standard stream that was closed.

    Whoever is started would have it closed, or replaced by that stream.
    """
    import os

    while (opened := os.open(os.devnull, os.O_RDWR)) <= 2:
        continue
    os.close(opened)


def _ignore_signals() -> None:
    """Ignore signals from now on, also where one comes in the middle of this."""
    import signal

    while True:
        try:
            signal.signal(signal.SIGINT, signal.SIG_IGN)
            signal.signal(signal.SIGTERM, signal.SIG_IGN)
        except KeyboardInterrupt:
            continue
        return
