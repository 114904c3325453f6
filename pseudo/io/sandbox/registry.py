# SPDX-License-Identifier: Apache-2.0
"""Parsers that run in the sandbox, by name.

A parser is a module with ``parse(file, order)``: it gets the input as a
:class:`~pseudo.io.sandbox.worker.InputFile` and returns a
:class:`~pseudo.io.sandbox.worker.Parsed`. To refuse a file it raises
:class:`~pseudo.io.sandbox.verdict.Refused`. It is imported in the child only.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

__all__ = ["PARSERS", "WITHOUT_NUMPY"]

PARSERS: Mapping[str, str] = MappingProxyType(
    {
        "arrow": "pseudo.io.sandbox.arrow",
        "excel": "pseudo.io.sandbox.excel",
        "json_lines": "pseudo.io.sandbox.json_lines",
        "parquet": "pseudo.io.sandbox.parquet",
        "sqlite": "pseudo.io.sandbox.sqlite",
        "statistics": "pseudo.io.sandbox.statistics",
    }
)

WITHOUT_NUMPY = frozenset({"arrow", "parquet", "sqlite"})
"""Parsers that are well without NumPy, which takes as long to load as all else they need."""
