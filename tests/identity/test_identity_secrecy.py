# SPDX-License-Identifier: Apache-2.0
"""What is judged shows itself nowhere: not in a repr, an error, or what an error hangs on."""

from __future__ import annotations

import copy
import pickle
import traceback

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import InvalidValuesError
from pseudo.identity import IdentityRule, Reason, judge, judge_column, parse
from pseudo.identity.render import as_text
from pseudo.identity.spelling import read
from pseudo.testing import CANARIES, HOSTILE, REFERENCE_DATE, assert_clean

_RULE = IdentityRule.of(reference_date=REFERENCE_DATE)
_CANARY = CANARIES["alva"]
_WRONG = {
    name: text
    for name, written in HOSTILE.items()
    if (text := written(_CANARY, REFERENCE_DATE)) is not None
}


def _everything(error: BaseException) -> str:
    shown = []
    seen: BaseException | None = error
    while seen is not None:
        shown += [str(seen), repr(seen), repr(seen.args), repr(vars(seen))]
        shown += getattr(seen, "__notes__", [])
        assert seen.__cause__ is None
        seen = seen.__context__
    shown += traceback.format_exception(error)
    return "\n".join(shown)


@pytest.mark.parametrize("text", _WRONG.values(), ids=_WRONG)
def test_an_error_holds_the_reason_and_not_the_text(text):
    with pytest.raises(InvalidValuesError) as caught:
        parse(text, reference_date=REFERENCE_DATE)
    error = caught.value
    assert error.code.removeprefix("identity.").upper() in Reason.__members__
    assert error.__context__ is None
    assert isinstance(error, ValueError)
    # The line of this test that calls parse() shows the word text, never its value.
    assert_clean(shown=_everything(error))
    again = pickle.loads(pickle.dumps(error))
    assert (again.code, again.params) == (error.code, error.params)


@pytest.mark.parametrize("lang", ["sv", "en"])
@pytest.mark.parametrize("reason", [reason for reason in Reason if reason is not Reason.OK])
def test_every_reason_has_a_sentence_and_a_hint(reason, lang):
    error = InvalidValuesError(reason.code, total=1)
    assert error.text(lang) != reason.code
    assert error.hint(lang)


@pytest.mark.parametrize("canary", CANARIES.values(), ids=CANARIES)
def test_nothing_that_holds_a_number_shows_it(canary):
    rule = IdentityRule.of(
        reference_date=REFERENCE_DATE,
        kinds=["personnummer", "samordningsnummer", "interim", "reserv:vgr", "orgnr"],
    )
    verdict = judge(canary, rule)
    assert verdict.reason is Reason.OK
    column = judge_column(pa.array([canary]), rule)
    number = parse(canary, reference_date=REFERENCE_DATE, kinds=rule.kinds)
    held = [verdict, column, number, read(canary), as_text(pa.array([canary]))]
    for thing in held:
        assert_clean(shown=f"{thing!r} {thing} {copy.copy(thing)!r}")
        assert canary[-4:] not in repr(thing)
        rank = str(int(column.ranks[0]))
        assert rank == "-1" or rank not in repr(thing)


@given(text=st.text(min_size=6, max_size=60))
def test_no_text_at_all_comes_back_in_an_error(text):
    if judge(text, _RULE).reason is Reason.OK:
        assert text not in repr(parse(text, reference_date=REFERENCE_DATE))
        return
    with pytest.raises(InvalidValuesError) as caught:
        parse(text, reference_date=REFERENCE_DATE)
    assert caught.value.params == {"total": 1}
    assert caught.value.args == (caught.value.code,)
    assert caught.value.__context__ is None


def test_numbers_are_equal_by_value_and_frozen():
    one = parse("850709-9805", reference_date=REFERENCE_DATE)
    two = parse("19850709 9805", reference_date=REFERENCE_DATE)
    assert one == two
    assert hash(one) == hash(two)
    with pytest.raises(AttributeError):
        one.canonical = "x"
