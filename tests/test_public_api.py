# SPDX-License-Identifier: Apache-2.0
"""What ``import pseudo`` gives, and what it costs."""

from __future__ import annotations

import subprocess
import sys

import pytest

import pseudo

HEAVY = (
    "numpy",
    "pyarrow",
    "pandas",
    "polars",
    "pydantic",
    "rich",
    "yaml",
    "structlog",
    "cryptography",
)


def test_importing_the_package_imports_nothing_heavy() -> None:
    program = f"import sys, pseudo; print([m for m in {HEAVY!r} if m in sys.modules])"
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[]\n"


@pytest.mark.parametrize("name", pseudo.__all__)
def test_every_public_name_is_there(name: str) -> None:
    assert getattr(pseudo, name) is not None
    assert name in dir(pseudo)


def test_other_names_are_not() -> None:
    with pytest.raises(AttributeError):
        _ = pseudo.nonsense  # type: ignore[attr-defined]
