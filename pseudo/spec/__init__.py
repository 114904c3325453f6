# SPDX-License-Identifier: Apache-2.0
"""The spec model, how it is loaded, and what it compiles to."""

from __future__ import annotations

from pseudo.spec.load import as_mapping, load_spec, parse_spec, validated
from pseudo.spec.model import (
    LARGEST_SPEC,
    Column,
    DirectColumn,
    IdentifierColumn,
    KeepColumn,
    RejectLimit,
    Spec,
    json_schema,
)
from pseudo.spec.rules import rule_for

__all__ = [
    "LARGEST_SPEC",
    "Column",
    "DirectColumn",
    "IdentifierColumn",
    "KeepColumn",
    "RejectLimit",
    "Spec",
    "as_mapping",
    "json_schema",
    "load_spec",
    "parse_spec",
    "rule_for",
    "validated",
]
