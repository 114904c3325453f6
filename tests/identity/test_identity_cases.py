# SPDX-License-Identifier: Apache-2.0
"""Every row of the table of cases, judged in all three ways."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest

from pseudo.identity import Flag, Reason

_VECTORS = json.loads(
    Path(__file__).parents[1].joinpath("vectors", "identity_cases.json").read_text("ascii")
)
_CASES = _VECTORS["cases"]


@pytest.mark.parametrize(
    "case", _CASES, ids=[f"{number}-{case['declared']}" for number, case in enumerate(_CASES)]
)
def test_a_case_is_judged_as_the_table_says(say, case):
    day = date.fromisoformat(_VECTORS["reference_date"])
    verdict = say(case["text"], kind=case["declared"], reference_date=day)
    assert verdict.reason.name.lower() == case["reason"]
    assert verdict.kind == case["hashed_as"]
    assert verdict.canonical == case["canonical"]
    assert verdict.flags == sum(Flag[name.upper()] for name in case["flags"])


def test_the_cases_show_every_reason_that_a_person_can_be_refused_for():
    shown = {Reason[case["reason"].upper()] for case in _CASES}
    # The others belong to lists of kinds and to opaque identifiers.
    assert shown == set(Reason) - {Reason.WRONG_KIND, Reason.TOO_LONG, Reason.SCOPE_MISSING}


def test_the_numbers_of_the_reasons_never_change():
    assert {reason.name: int(reason) for reason in Reason} == {
        "OK": 0,
        "BLANK": 1,
        "BAD_FORM": 2,
        "LOSSY_NUMBER": 3,
        "WRONG_LENGTH": 4,
        "TOO_LONG": 5,
        "SCOPE_MISSING": 6,
        "BAD_CENTURY": 7,
        "CENTURY_CONFLICT": 8,
        "BAD_DATE": 9,
        "BAD_SERIAL": 10,
        "BAD_CHECK_DIGIT": 11,
        "FUTURE_DATE": 12,
        "WRONG_KIND": 13,
        "PLACEHOLDER": 14,
    }
    assert {flag.name: int(flag) for flag in Flag} == {
        "CENTURY_AMBIGUOUS": 1,
        "INCOMPLETE_DATE": 2,
    }
