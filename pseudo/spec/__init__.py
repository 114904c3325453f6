# SPDX-License-Identifier: Apache-2.0
"""The spec model, how it is parsed, and what it compiles to."""

from __future__ import annotations

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
from pseudo.spec.parse import as_mapping, parse_spec, validated
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
    "parse_spec",
    "rule_for",
    "validated",
]
