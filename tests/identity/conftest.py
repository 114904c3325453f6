# SPDX-License-Identifier: Apache-2.0
"""One question to all three ways of judging: ``parse``, ``judge`` and ``judge_column``."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pyarrow as pa
import pytest

from pseudo.errors import InvalidValuesError
from pseudo.identity import IdentityRule, Judged, Reason, judge, judge_column, parse
from pseudo.identity.finding import rank_of

REFERENCE_DATE = date(2026, 11, 22)

Say = Callable[..., Judged]


def say_all(text: str, *, reference_date: date = REFERENCE_DATE, **options: object) -> Judged:
    """Judge a text in every way, hold the answers against each other, and return the answer."""
    rule = IdentityRule.of(reference_date=reference_date, **options)
    verdict = judge(text, rule)
    column = pa.array([None, text, text]).slice(1)
    _agrees(judge_column(column, rule), verdict, rule)
    if verdict.reason is not Reason.OK:
        with pytest.raises(InvalidValuesError) as caught:
            parse(text, reference_date=reference_date, **options)
        assert caught.value.code == verdict.reason.code
        assert caught.value.reasons == {verdict.reason.code: 1}
        assert caught.value.exit_status == 3
        assert (verdict.kind, verdict.canonical, verdict.flags) == ("", "", 0)
        return verdict
    parsed = parse(text, reference_date=reference_date, **options)
    assert (parsed.kind, parsed.canonical) == (verdict.kind, verdict.canonical)
    assert parsed.century_ambiguous + 2 * parsed.incomplete_date == verdict.flags
    return verdict


def _agrees(column: object, verdict: Judged, rule: IdentityRule) -> None:
    for row in range(len(column.reasons)):
        assert column.reasons[row] == verdict.reason
        assert column.flags[row] == verdict.flags
        assert column.canonical[row].as_py() == (verdict.canonical or None)
        if verdict.reason is Reason.OK:
            assert rule.hashed_kinds[column.kinds[row]] == verdict.kind
        else:
            assert column.kinds[row] == 0
        ranked = verdict.kind in ("personnummer", "samordningsnummer")
        assert column.ranks[row] == (rank_of(verdict.canonical) if ranked else -1)


@pytest.fixture(scope="session")
def say() -> Say:
    return say_all
