# SPDX-License-Identifier: Apache-2.0
"""How long a person waits for ``pseudo --help``, against the bare interpreter."""

from __future__ import annotations

import subprocess
import sys

from bench.measure import Budget, Result, compare, timed

__all__ = ["help_text"]


def help_text() -> list[Result]:
    """Measure whole processes."""
    return [
        compare(
            Budget("pseudo --help / python -c pass", 8.0),
            timed(lambda: _run("-m", "pseudo", "--help")),
            timed(lambda: _run("-c", "pass")),
            repeats=21,
        )
    ]


def _run(*arguments: str) -> None:
    subprocess.run(
        [sys.executable, *arguments],
        check=True,
        stdout=subprocess.DEVNULL,
        stdin=subprocess.DEVNULL,
    )
