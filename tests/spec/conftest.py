# SPDX-License-Identifier: Apache-2.0
"""A spec to begin with, and the part of JSON Schema that the exported schema uses."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

import pytest

_TYPES: dict[str, Callable[[Any], bool]] = {
    "null": lambda value: value is None,
    "boolean": lambda value: isinstance(value, bool),
    "integer": lambda value: isinstance(value, int) and not isinstance(value, bool),
    "number": lambda value: isinstance(value, int | float) and not isinstance(value, bool),
    "string": lambda value: isinstance(value, str),
    "array": lambda value: isinstance(value, list),
    "object": lambda value: isinstance(value, dict),
}
_SAID_ELSEWHERE = {"title", "description", "default", "discriminator", "$schema", "$defs"}


def conforms(value: Any, schema: Mapping[str, Any], root: Mapping[str, Any] | None = None) -> bool:
    """Tell whether a value conforms to a schema; an unknown keyword is an error."""
    root = schema if root is None else root

    def fits(inner: Any, of: Any) -> bool:
        return conforms(inner, of, root)

    checks: dict[str, Callable[[Any], bool]] = {
        "$ref": lambda ref: fits(value, root["$defs"][ref.removeprefix("#/$defs/")]),
        "type": lambda name: _TYPES[name](value),
        "const": lambda const: value == const,
        "enum": lambda enum: value in enum,
        "anyOf": lambda options: any(fits(value, option) for option in options),
        "oneOf": lambda options: sum(fits(value, option) for option in options) == 1,
        "pattern": lambda p: not isinstance(value, str) or re.search(p, value) is not None,
        "minLength": lambda least: not isinstance(value, str) or len(value) >= least,
        "maxLength": lambda most: not isinstance(value, str) or len(value) <= most,
        "minimum": lambda least: not isinstance(value, int) or value >= least,
        "maximum": lambda most: not isinstance(value, int) or value <= most,
        "minItems": lambda least: not isinstance(value, list) or len(value) >= least,
        "maxItems": lambda most: not isinstance(value, list) or len(value) <= most,
        "items": lambda of: not isinstance(value, list) or all(fits(v, of) for v in value),
        "format": lambda name: not isinstance(value, str) or _has_format(value, name),
        "required": lambda names: not isinstance(value, dict) or set(names) <= set(value),
        "properties": lambda of: (
            not isinstance(value, dict) or all(fits(value[n], of[n]) for n in of if n in value)
        ),
        "additionalProperties": lambda allowed: (
            allowed or not isinstance(value, dict) or set(value) <= set(schema["properties"])
        ),
    }
    return all(
        checks[keyword](said) for keyword, said in schema.items() if keyword not in _SAID_ELSEWHERE
    )


def _has_format(value: str, name: str) -> bool:
    assert name == "date"
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return len(value) == 10


@pytest.fixture(scope="session")
def fits_schema() -> Callable[[Any, Mapping[str, Any]], bool]:
    return conforms
