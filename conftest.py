# SPDX-License-Identifier: Apache-2.0
"""Which kernel the tests run with: the variable ``PSEUDO_KERNEL`` says it, as for the program.

``reference`` hides the compiled kernel as if it had never been built, from what chooses for
itself too. ``native`` and continuous integration insist on it.
"""

from __future__ import annotations

import os
import shutil
import sys
from typing import Any

import pytest

_KERNEL = os.environ.get("PSEUDO_KERNEL", "auto")
_MODULES: dict[str, Any] = sys.modules

if _KERNEL == "reference":
    _MODULES["pseudo._native"] = None  # The import system's word for: there is none.


def pytest_configure() -> None:
    """Refuse to pass without the compiled kernel where it has to be."""
    from pseudo.kernel.compiled import compiled

    wanted = os.environ.get("CI") == "true" and shutil.which("cargo") and _KERNEL != "reference"
    if (wanted or _KERNEL == "native") and compiled().state != "ready":
        raise pytest.UsageError(f"the compiled kernel is {compiled().state}")


def pytest_report_header() -> str:
    """Name the kernel above the tests."""
    from pseudo.kernel import select

    return f"kernel: {select(_KERNEL).name}"
