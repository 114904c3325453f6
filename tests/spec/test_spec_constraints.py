# SPDX-License-Identifier: Apache-2.0
"""Constraints of kept columns: what a spec may say, and what becomes of cells."""

from __future__ import annotations

import math
import re
from datetime import date, datetime
from typing import Any

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import SpecError
from pseudo.spec import parse_spec
from pseudo.spec.checks import CODES, Checks
from pseudo.spec.constraints import Constraints
from pseudo.spec.convert import ARROW_TYPES
from pseudo.spec.model import ColumnType, KeepColumn

SPEC = """
name: villkor
columns:
- {{name: pnr, role: identifier}}
- name: kod
  role: keep
  {type}
  constraints: {constraints}
"""


def parsed(constraints: str, kind: str = "string") -> Constraints:
    declared = f"type: {kind}" if kind else "label: kod"
    spec = parse_spec(SPEC.format(type=declared, constraints=constraints))
    column = spec.columns[1]
    assert isinstance(column, KeepColumn)
    assert column.constraints is not None
    return column.constraints


REFUSED = {
    # YAML reads 0110 as 72 and 1_0 as 10: a code that is no text in the spec is none.
    ("string", "{enum: [0110]}"): "no string; write codes in quotes",
    ("string", "{enum: [1, '2']}"): "no string; write codes in quotes",
    ("string", "{enum: [yes]}"): "no string",
    ("string", "{enum: [2016-01-01]}"): "no string",
    ("integer", "{enum: ['1']}"): "no integer",
    ("integer", "{enum: [1.5]}"): "no integer",
    ("integer", "{enum: [true]}"): "no integer",
    ("integer", "{enum: [9223372036854775808]}"): "no integer",
    ("integer", "{minimum: 1.0}"): "no integer",
    ("number", "{minimum: .inf}"): "no number",
    ("number", "{maximum: .nan}"): "no number",
    ("number", "{maximum: '1'}"): "no number",
    ("boolean", "{enum: [1]}"): "no boolean",
    ("boolean", "{minimum: false}"): "minimum and maximum",
    ("string", "{minimum: a}"): "minimum and maximum",
    ("date", "{minimum: 2016-02-30}"): "no date",
    ("date", "{minimum: '2016-02-30'}"): "no date",
    ("date", "{minimum: 2016-01-01 10:00:00}"): "no date",
    ("date", "{minimum: 20160101}"): "no date",
    ("datetime", "{minimum: 2016-01-01}"): "no datetime",
    ("datetime", "{minimum: '2016-01-01T10:00:00Z'}"): "no datetime",
    ("date", "{minimum: 2016-02-01, maximum: 2016-01-01}"): "minimum is greater",
    ("integer", "{minimum: 2, maximum: 1}"): "minimum is greater",
    ("string", "{minLength: 3, maxLength: 2}"): "minLength is greater",
    ("integer", "{maxLength: 2}"): "are for type: string",
    ("integer", "{pattern: x}"): "are for type: string",
    ("string", "{pattern: '('}"): "no regular expression",
    ("string", r"{pattern: '(a)\1'}"): "no regular expression",
    ("string", "{pattern: '(?=a)'}"): "no regular expression",
    ("", "{required: true}"): "need the column's type",
}
"""What does not hold together, and a part of what is said of it."""

UNKNOWN = [
    "{enum: []}", "{enum: a}", "{enums: [a]}", "{unique: true}",
    "{minLength: -1}", "{minLength: 1.5}", "{pattern: ''}", "{pattern: 1}", "[a]", "{enum: [[a]]}",
    "{enum: [{a: b}]}", "{enum: [null]}",
]  # fmt: skip


@pytest.mark.parametrize(("kind", "constraints"), REFUSED)
def test_what_does_not_hold_together_is_refused_with_its_line(kind: str, constraints: str) -> None:
    with pytest.raises(SpecError) as caught:
        parsed(constraints, kind)
    if caught.value.code == "spec.not_yaml":
        # A day that does not exist is none for YAML either.
        assert constraints == "{minimum: 2016-02-30}"
        return
    assert caught.value.code == "spec.bad_constraint"
    assert REFUSED[kind, constraints] in caught.value.text()
    assert (caught.value.params["line"], caught.value.params["column"]) == (8, "kod")
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None


@pytest.mark.parametrize("constraints", UNKNOWN)
def test_a_word_or_a_form_that_there_is_not_is_refused(constraints: str) -> None:
    with pytest.raises(SpecError) as caught:
        parsed(constraints)
    assert caught.value.code == "spec.invalid"
    assert caught.value.params["line"] == 8


@pytest.mark.parametrize("code", ["19121212-1212", "1912121212", "eva@exempel.se"])
def test_a_code_that_could_be_a_person_is_refused_and_not_shown(code: str) -> None:
    with pytest.raises(SpecError) as caught:
        parsed(f"{{enum: [a, '{code}']}}")
    assert caught.value.code == "spec.unsafe_code"
    assert code not in f"{caught.value} {caught.value.params} {caught.value.text('sv')}"


def findings(
    kind: ColumnType, constraints: Constraints, cells: list[Any], **more: Any
) -> list[str]:
    column = pa.array(cells, ARROW_TYPES[kind])
    checks = Checks.of(constraints, kind, ARROW_TYPES[kind])
    found = checks.findings(column, more.get("invalid"))
    return [
        "" if found is None else CODES[each] for each in (found if found is not None else cells)
    ]


CASES: list[tuple[ColumnType, str, list[Any], list[str]]] = [
    ("string", "{enum: [a, 'é']}", ["a", "é", "e\u0301", "A", " a", None],
     ["", "", "value.not_in_list", "value.not_in_list", "value.not_in_list", ""]),
    ("integer", "{enum: [0, 8]}", [0, 8, 1, None], ["", "", "value.not_in_list", ""]),
    ("boolean", "{enum: [true]}", [True, False, None], ["", "value.not_in_list", ""]),
    ("date", "{enum: [2016-01-01]}", [date(2016, 1, 1), date(2016, 1, 2)],
     ["", "value.not_in_list"]),
    ("integer", "{minimum: 1, maximum: 31}", [0, 1, 31, 32, None],
     ["value.too_small", "", "", "value.too_large", ""]),
    ("number", "{minimum: 0}", [0.0, -0.0, -1e-300, math.inf, math.nan],
     ["", "", "value.too_small", "", "value.too_small"]),
    ("number", "{maximum: 0}", [math.nan, math.inf, 0.0],
     ["value.too_large", "value.too_large", ""]),
    ("date", "{minimum: '2016-01-01'}", [date(2015, 12, 31), date(2016, 1, 1)],
     ["value.too_small", ""]),
    ("datetime", "{maximum: 2016-01-01 12:00:00}",
     [datetime(2016, 1, 1, 12), datetime(2016, 1, 1, 12, 0, 0, 1)],  # noqa: DTZ001
     ["", "value.too_large"]),
    ("string", "{minLength: 2, maxLength: 3}", ["å", "åä", "åäö", "åäö.", "😀😀", None],
     ["value.too_short", "", "", "value.too_long", "", ""]),
    ("string", "{pattern: '[0-9]{4}'}", ["0180", "0180\n", "x0180", "01805", None],
     ["", "value.other_pattern", "value.other_pattern", "value.other_pattern", ""]),
    ("string", "{pattern: 'a|bc'}", ["a", "bc", "ac", "abc"],
     ["", "", "value.other_pattern", "value.other_pattern"]),
    ("string", "{pattern: '.'}", ["\n", "å"], ["value.other_pattern", ""]),
    ("string", "{required: true, enum: [a]}", [None, "a", "b"],
     ["value.missing", "", "value.not_in_list"]),
    ("string", "{enum: [abc], maxLength: 1}", ["xyz", "abc"],
     ["value.not_in_list", "value.too_long"]),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "constraints", "cells", "expected"), CASES)
def test_each_cell_has_the_code_of_what_it_breaks_first(
    kind: ColumnType, constraints: str, cells: list[Any], expected: list[str]
) -> None:
    assert findings(kind, parsed(constraints, kind), cells) == expected


def test_what_could_not_be_converted_is_not_missing_too() -> None:
    constraints = parsed("{required: true}", "integer")
    invalid = np.array([True, False, False])
    found = findings("integer", constraints, [None, None, 1], invalid=invalid)
    assert found == ["value.wrong_type", "value.missing", ""]


def test_where_nothing_is_wrong_nothing_is_set_aside() -> None:
    checks = Checks.of(parsed("{enum: [a]}"), "string", pa.string())
    assert checks.findings(pa.array(["a", None]), None) is None
    assert Checks().findings(pa.array([1]), np.zeros(1, dtype=bool)) is None


TEXTS = st.one_of(st.none(), st.text(alphabet="ab1å\n ", max_size=5))


@given(
    cells=st.lists(TEXTS, max_size=20),
    codes=st.one_of(st.none(), st.lists(st.text("ab1", min_size=1), min_size=1, max_size=3)),
    fewest=st.one_of(st.none(), st.integers(0, 3)),
    most=st.one_of(st.none(), st.integers(3, 5)),
    pattern=st.sampled_from([None, "a*", "[ab]+", "å|1.", r"\s?b"]),
    required=st.booleans(),
)
def test_texts_are_judged_as_one_by_one(
    cells: list[str | None],
    codes: list[str] | None,
    fewest: int | None,
    most: int | None,
    pattern: str | None,
    required: bool,
) -> None:
    constraints = Constraints(
        enum=None if codes is None else tuple(codes),
        minLength=fewest,
        maxLength=most,
        pattern=pattern,
        required=required,
    )

    def judged(cell: str | None) -> str:
        if cell is None:
            return "value.missing" if required else ""
        broken = {
            "value.not_in_list": codes is not None and cell not in codes,
            "value.too_short": fewest is not None and len(cell) < fewest,
            "value.too_long": most is not None and len(cell) > most,
            "value.other_pattern": pattern is not None
            and re.fullmatch(pattern, cell, re.ASCII) is None,
        }
        return next((code for code, is_so in broken.items() if is_so), "")

    assert findings("string", constraints, cells) == [judged(cell) for cell in cells]


@given(
    cells=st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1)), max_size=20),
    limits=st.lists(st.integers(-(2**63) + 1, 2**63 - 1), min_size=2, max_size=2),
)
def test_numbers_are_judged_as_one_by_one(cells: list[int | None], limits: list[int]) -> None:
    least, most = sorted(limits)
    found = findings("integer", Constraints(minimum=least, maximum=most), cells)
    for cell, code in zip(cells, found, strict=True):
        expected = "" if cell is None or least <= cell <= most else "value.too_small"
        if cell is not None and cell > most:
            expected = "value.too_large"
        assert code == expected
