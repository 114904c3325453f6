# SPDX-License-Identifier: Apache-2.0
"""What the values of a kept column may be, in the words of Frictionless Table Schema.

Source: https://datapackage.org/standard/table-schema/ (field constraints).
"""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any

import pyarrow as pa
import pyarrow.compute as pc
from pydantic import BaseModel, ConfigDict, Field, StrictBool, StrictFloat, StrictInt, StrictStr

__all__ = ["LARGEST_LIST", "Constraints", "as_value", "constraint_problem", "whole"]

LARGEST_LIST = 100_000
"""Codes that a list may have."""

Scalar = StrictBool | StrictInt | StrictFloat | StrictStr | datetime | date
_Length = Annotated[int, Field(ge=0, le=2**31 - 1)]
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[T ][0-9]{2}:[0-9]{2}(?::[0-9]{2}(?:\.[0-9]{1,6})?)?"
)
_MOST_OF_INT64 = 2**63
_ORDERED = frozenset({"integer", "number", "date", "datetime"})


class Constraints(BaseModel):
    """What a kept column's values may be; every constraint holds for filled cells only."""

    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=False)

    required: bool = Field(False, description="Whether a blank cell is invalid.")
    enum: tuple[Scalar, ...] | None = Field(
        None, min_length=1, max_length=LARGEST_LIST, description="The values that there are."
    )
    pattern: str | None = Field(
        None,
        min_length=1,
        max_length=1000,
        description="Of texts: a regular expression (RE2) that the whole text must match.",
    )
    minimum: Scalar | None = Field(None, description="The least value, of numbers and dates.")
    maximum: Scalar | None = Field(None, description="The greatest value.")
    minLength: _Length | None = Field(  # noqa: N815  called as in the standard.
        None, description="Of texts: the fewest characters."
    )
    maxLength: _Length | None = Field(  # noqa: N815
        None, description="Of texts: the most characters."
    )


def constraint_problem(constraints: Constraints, kind: str | None) -> str:
    """Tell what is wrong with constraints; empty where they hold together.

    Args:
        constraints: As a spec has them.
        kind: The column's declared type.

    Returns:
        A sentence about the spec, which is the agency's own text.
    """
    if kind is None:
        return "constraints need the column's type"
    texts = (constraints.pattern, constraints.minLength, constraints.maxLength)
    if kind != "string" and any(each is not None for each in texts):
        return "pattern, minLength and maxLength are for type: string"
    limits = (constraints.minimum, constraints.maximum)
    if kind not in _ORDERED and any(each is not None for each in limits):
        return "minimum and maximum are for integer, number, date and datetime"
    for value in (*(constraints.enum or ()), *limits):
        if value is not None and as_value(value, kind) is None:
            hint = "; write codes in quotes" if kind == "string" else ""
            return f"a value of enum, minimum or maximum is no {kind}{hint}"
    if constraints.pattern is not None and not _is_pattern(constraints.pattern):
        return "pattern is no regular expression of RE2"
    return _contradiction(constraints, kind)


def as_value(value: Any, kind: str) -> Any:
    """Give a value of a spec as a column of a type has it; None where it is none."""
    if kind == "string":
        return value if isinstance(value, str) else None
    if kind == "boolean":
        return value if isinstance(value, bool) else None
    if kind in ("integer", "number"):
        return _number(value, kind)
    return _day_or_moment(value, kind)


def _number(value: Any, kind: str) -> int | float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    if kind == "number":
        return float(value) if abs(value) < float("inf") else None
    return value if isinstance(value, int) and abs(value) < _MOST_OF_INT64 else None


def _day_or_moment(value: Any, kind: str) -> date | datetime | None:
    """Read a day or moment, which YAML gives as such or, in quotes, as a text."""
    form, read = (_DATE, date) if kind == "date" else (_MOMENT, datetime)
    if isinstance(value, str) and form.fullmatch(value):
        try:
            value = read.fromisoformat(value)
        except ValueError:
            return None
    if kind == "date":
        return value if isinstance(value, date) and not isinstance(value, datetime) else None
    return value if isinstance(value, datetime) and value.tzinfo is None else None


def _is_pattern(pattern: str) -> bool:
    try:
        pc.match_substring_regex(pa.array([""]), pattern=whole(pattern))
    except pa.ArrowInvalid:
        return False
    return True


def whole(pattern: str) -> str:
    """Give the expression that matches where a pattern matches the whole text."""
    return rf"\A(?:{pattern})\z"


def _contradiction(constraints: Constraints, kind: str) -> str:
    least, most = constraints.minimum, constraints.maximum
    if least is not None and most is not None and as_value(least, kind) > as_value(most, kind):
        return "minimum is greater than maximum"
    fewest, longest = constraints.minLength, constraints.maxLength
    if fewest is not None and longest is not None and fewest > longest:
        return "minLength is greater than maxLength"
    return ""
