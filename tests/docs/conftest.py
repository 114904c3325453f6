# SPDX-License-Identifier: Apache-2.0
"""The manual's pages and the programs that write parts of them."""

from __future__ import annotations

import importlib.util
import sys
from collections.abc import Callable
from pathlib import Path
from types import ModuleType

import pytest

DOCS = Path(__file__).resolve().parents[2] / "docs"


@pytest.fixture(scope="session")
def docs() -> Path:
    return DOCS


@pytest.fixture(scope="session")
def page() -> Callable[[str], str]:
    """Read a page of the manual."""
    return lambda name: (DOCS / name).read_text(encoding="utf-8")


@pytest.fixture(scope="session")
def program() -> Callable[[str], ModuleType]:
    """Load one of the manual's programs as a module."""

    def load(name: str) -> ModuleType:
        before = list(sys.path)
        spec = importlib.util.spec_from_file_location(f"docs_{name}", DOCS / f"{name}.py")
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        # As when it is run: a program's own folder comes first.
        sys.path.insert(0, str(DOCS))
        try:
            spec.loader.exec_module(module)
        finally:
            sys.path[:] = before
        return module

    return load
