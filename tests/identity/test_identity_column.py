# SPDX-License-Identifier: Apache-2.0
"""A column is judged as its values are, whatever its type, offset and length."""

from __future__ import annotations

import os
import re
from datetime import date

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import UsageError
from pseudo.identity import IdentityRule, Judged, Reason, judge, judge_column
from pseudo.identity.finding import rank_of
from pseudo.identity.render import as_text, can_render
from pseudo.testing import HOSTILE, KINDS, REFERENCE_DATE, People, spell_all
from pseudo.testing.invalid import REASONS

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_PEOPLE = People(seed=11, first_birth=date(1850, 1, 1))


def _rule(**options) -> IdentityRule:
    return IdentityRule.of(**{"reference_date": REFERENCE_DATE, **options})


_RULES = [
    _rule(),
    _rule(kinds=["personnummer"]),
    _rule(kind="samordningsnummer", denied=[]),
    _rule(pad_zeros=True, denied=["850709-9805", "19811228-9874"]),
    _rule(reference_date=date(1999, 2, 28)),
    _rule(reference_date=date(1947, 1, 1)),
    _rule(reference_date=date(2099, 12, 31)),
    _rule(kinds=["personnummer", "interim", "orgnr", "reserv:vgr", "reserv:skane"]),
    _rule(kind="orgnr"),
    _rule(kind="opaque:x", width=6),
]


def rows(column) -> list[tuple]:
    return list(
        zip(
            column.reasons.tolist(),
            column.canonical.to_pylist(),
            column.kinds.tolist(),
            column.flags.tolist(),
            column.ranks.tolist(),
            strict=True,
        )
    )


def row_of(text: str | None, rule: IdentityRule) -> tuple:
    verdict = Judged(Reason.BLANK) if text is None else judge(text, rule)
    if verdict.reason is not Reason.OK:
        return (int(verdict.reason), None, 0, 0, -1)
    ranked = verdict.kind in ("personnummer", "samordningsnummer")
    return (
        0,
        verdict.canonical,
        rule.hashed_kinds.index(verdict.kind),
        verdict.flags,
        rank_of(verdict.canonical) if ranked else -1,
    )


def _messy(count: int) -> list[str | None]:
    """Numbers of all kinds in all spellings, wrong ones of all sorts, and rubbish."""
    texts: list[str | None] = [None, "", " ", "x", "1", "0" * 10, "0" * 12, "9" * 12]
    for place, kind in enumerate(KINDS):
        for number in _PEOPLE.numbers(kind, count):
            spelled = list(spell_all(number, REFERENCE_DATE, kind).values())
            texts += spelled[place % 3 :: 3]
    for number in _PEOPLE.personnummer(count, start=10_000):
        texts += [written(number, REFERENCE_DATE) for written in HOSTILE.values()]
    for reason in REASONS:
        texts += _PEOPLE.invalid(reason, count)
    texts += _PEOPLE.samordningsnummer(count, incomplete=True)
    return [text for text in texts if text is None or len(text) < 1000]


_MESSY = _messy(60 if _FULL else 12)


@pytest.mark.parametrize("rule", _RULES, ids=range(len(_RULES)))
def test_a_messy_column_is_judged_value_by_value(rule):
    expected = [row_of(text, rule) for text in _MESSY]
    for type_ in (pa.string(), pa.large_string(), pa.string_view()):
        assert rows(judge_column(pa.array(_MESSY, type_), rule)) == expected


@pytest.mark.parametrize("rule", _RULES[:4], ids=range(4))
def test_a_slice_is_judged_as_its_own_rows(rule):
    whole = pa.array(_MESSY)
    expected = [row_of(text, rule) for text in _MESSY]
    for start, length in [(0, 0), (1, 1), (7, 65), (13, 800), (len(_MESSY) - 3, 3), (5, 1000)]:
        for column in (whole, whole.cast(pa.large_string()), whole.dictionary_encode()):
            cut = judge_column(column.slice(start, length), rule)
            assert rows(cut) == expected[start : start + length]


_SIGNS = st.sampled_from(list("0123456789" * 4 + "-+ .,EeTKSX٣５\u2013\u00a0\u2009\u2212\ufeff"))
_MUTATED = st.builds(
    lambda text, place, sign, cut: text[:place] + sign + text[place + cut :],
    st.sampled_from([text for text in _MESSY if text]),
    st.integers(0, 13),
    st.one_of(_SIGNS, st.just("")),
    st.integers(0, 2),
)
_CELL = st.one_of(
    st.none(),
    _MUTATED,
    st.text(_SIGNS, max_size=16),
    st.text(max_size=12),
    st.from_regex(re.compile(r"[0-9]{6,8}[-+ ]?[0-9]{4}"), fullmatch=True),
)


@given(
    cells=st.lists(_CELL, max_size=60),
    rule=st.sampled_from(_RULES),
    start=st.integers(0, 10),
    type_=st.sampled_from([pa.string(), pa.large_string(), pa.string_view()]),
)
def test_any_column_is_judged_value_by_value(cells, rule, start, type_):
    cells = [cell if cell is None else cell.encode("utf-8", "replace").decode() for cell in cells]
    judged = judge_column(pa.array(cells, type_).slice(start), rule)
    assert rows(judged) == [row_of(cell, rule) for cell in cells[start:]]


@given(
    values=st.lists(_CELL, min_size=1, max_size=20),
    codes=st.lists(st.one_of(st.none(), st.integers(0, 1000)), max_size=40),
    cut=st.integers(0, 10),
    rule=st.sampled_from(_RULES),
    index=st.sampled_from([pa.int8(), pa.uint16(), pa.int64()]),
)
def test_dictionaries_with_unused_values_and_nulls(values, codes, cut, rule, index):
    values = [v if v is None else v.encode("utf-8", "replace").decode() for v in values]
    codes = [code if code is None else code % len(values) for code in codes]
    column = pa.DictionaryArray.from_arrays(pa.array(codes, index), pa.array(values))
    texts = [None if code is None else values[code] for code in codes]
    assert rows(judge_column(column.slice(cut), rule)) == [row_of(t, rule) for t in texts[cut:]]


@pytest.mark.parametrize("length", [65_535, 65_536, 65_537, 131_073])
def test_the_border_between_pieces_is_no_border(length):
    numbers = _PEOPLE.personnummer(length)
    numbers[65_530:65_540] = ["850709-9805", "x", "", "19850709 9805", " 8507099805 "] * 2
    numbers = numbers[:length]
    judged = judge_column(pa.array(numbers).slice(1), _rule())
    assert len(judged.canonical) == len(judged.reasons) == len(judged.ranks) == length - 1
    around = range(65_520, min(65_550, length - 1))
    expected = [row_of(numbers[row + 1], _rule()) for row in around]
    assert rows(judged)[around.start : around.stop] == expected
    assert judged.canonical[0].as_py() == numbers[1]
    assert rows(judge_column(pa.array(numbers[-1:]), _rule())) == [row_of(numbers[-1], _rule())]
    assert judged.reasons[-1] == judge(numbers[-1], _rule()).reason


_INTEGERS = [pa.int8(), pa.int16(), pa.int32(), pa.int64()]
_UNSIGNED = [pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]


@pytest.mark.parametrize("type_", _INTEGERS + _UNSIGNED, ids=str)
def test_integers_of_every_width(type_):
    bits = type_.bit_width
    top = 2**bits - 1 if type_ in _UNSIGNED else 2 ** (bits - 1) - 1
    low = 0 if type_ in _UNSIGNED else -(2 ** (bits - 1))
    wanted = [top, low, 0, 1, 198507099805, 8507099805, 709099805, 107099804, -198507099805]
    values = [value for value in wanted if low <= value <= top]
    for rule in (_rule(), _rule(pad_zeros=True), _rule(kind="opaque:x")):
        judged = judge_column(pa.array([None, *values], type_), rule)
        assert rows(judged) == [row_of(None, rule), *(row_of(str(v), rule) for v in values)]


def test_unsigned_integers_above_the_signed_are_no_other_numbers():
    judged = judge_column(pa.array([2**63, 2**64 - 1], pa.uint64()), _rule(kind="opaque:x"))
    assert judged.canonical.to_pylist() == ["9223372036854775808", "18446744073709551615"]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (198507099805.0, "198507099805"),
        (8507099805.0, "8507099805"),
        (0.0, "0"),
        (-0.0, "0"),
        (-1.0, "-1"),
        (float(2**53 - 1), "9007199254740991"),
        (-float(2**53 - 1), "-9007199254740991"),
    ],
)
def test_whole_floats_are_integers(value, text):
    for rule in _RULES:
        assert rows(judge_column(pa.array([value]), rule)) == [row_of(text, rule)]


@pytest.mark.parametrize(
    "value",
    [198507099805.5, 0.1, 2.0**53, 2.0**53 + 2, -(2.0**53), 1e300, float("inf"), -float("inf")],
)
def test_floats_that_lost_digits_are_refused(value):
    for rule in _RULES:
        judged = judge_column(pa.array([value, None]), rule)
        assert rows(judged) == [(Reason.LOSSY_NUMBER, None, 0, 0, -1), row_of(None, rule)]


def test_nan_is_null():
    judged = judge_column(pa.array([float("nan"), None], from_pandas=False), _rule())
    assert judged.reasons.tolist() == [Reason.BLANK, Reason.BLANK]


def test_narrow_floats_are_refused_where_they_cannot_tell_neighbours_apart():
    narrow = pa.array([8507099805.0, 2.0**24, 2.0**24 - 1], pa.float32())
    judged = judge_column(narrow, _rule(kind="opaque:x"))
    assert judged.canonical.to_pylist() == [None, None, "16777215"]
    half = pa.array(np.array([2048.0, 2047.0, np.inf, np.nan], dtype=np.float16))
    judged = judge_column(half, _rule(kind="opaque:x"))
    assert judged.canonical.to_pylist() == [None, "2047", None, None]
    lossy = Reason.LOSSY_NUMBER
    assert judged.reasons.tolist() == [lossy, Reason.OK, lossy, Reason.BLANK]


@given(value=st.floats(), rule=st.sampled_from([_rule(), _rule(kind="opaque:x")]))
def test_any_float_is_an_exact_integer_or_refused(value, rule):
    judged = judge_column(pa.array([value], pa.float64()), rule)
    if value != value:
        assert judged.reasons[0] == Reason.BLANK
    elif value.is_integer() and abs(value) < 2**53:
        assert rows(judged) == [row_of(str(int(value)), rule)]
    else:
        assert judged.reasons[0] == Reason.LOSSY_NUMBER


@pytest.mark.parametrize(
    "column",
    [
        pa.nulls(3),
        pa.nulls(3, pa.string()),
        pa.nulls(3, pa.int64()),
        pa.nulls(3, pa.float64()),
        pa.nulls(3, pa.dictionary(pa.int8(), pa.string())),
        pa.DictionaryArray.from_arrays(pa.array([0, 0, 0]), pa.nulls(1, pa.string())),
    ],
    ids=lambda column: str(column.type),
)
@pytest.mark.parametrize("rule", _RULES, ids=range(len(_RULES)))
def test_a_column_of_nothing(column, rule):
    assert rows(judge_column(column, rule)) == [row_of(None, rule)] * 3
    assert rows(judge_column(column.slice(3), rule)) == []


@pytest.mark.parametrize("rule", _RULES, ids=range(len(_RULES)))
def test_an_empty_column(rule):
    for type_ in (pa.string(), pa.large_string(), pa.string_view(), pa.int64(), pa.null()):
        judged = judge_column(pa.array([], type_), rule)
        assert rows(judged) == []
        assert judged.canonical.type == pa.large_string()


def test_a_value_of_ten_megabytes():
    big = "1" * 10_000_000
    column = pa.array(["850709-9805", big, None, "19850709-9805"])
    judged = judge_column(column, _rule())
    assert judged.reasons[[0, 2, 3]].tolist() == [0, 1, 0]
    assert judged.reasons[1] == judge(big, _rule()).reason


def test_dictionaries_of_numbers():
    column = pa.array([198507099805, None, 198507099805]).dictionary_encode()
    assert judge_column(column, _rule()).reasons.tolist() == [0, 1, 0]
    lossy = pa.array([0.5, 198507099805.0, 0.5]).dictionary_encode().slice(1)
    assert judge_column(lossy, _rule()).reasons.tolist() == [0, Reason.LOSSY_NUMBER]


def _damaged(type_: pa.DataType) -> pa.Array:
    data = b"850709-9805\xff850709"
    offsets = np.array([0, 11, len(data)], dtype=np.int32)
    column = pa.Array.from_buffers(
        pa.string(), 2, [None, pa.py_buffer(offsets), pa.py_buffer(data)]
    )
    if pa.types.is_dictionary(type_):
        return pa.DictionaryArray.from_arrays(pa.array([0, 1]), column)
    return column.cast(type_)


@pytest.mark.parametrize(
    "type_",
    [
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int64(), pa.string()),
    ],
    ids=str,
)
def test_bytes_that_are_not_utf8_are_refused_and_not_quoted(type_):
    column = _damaged(type_)
    with pytest.raises(UsageError) as caught:
        judge_column(column, _rule())
    assert caught.value.code == "identity.not_utf8"
    assert caught.value.__context__ is None
    assert caught.value.__cause__ is None
    assert "850709" not in f"{caught.value} {caught.value!r} {caught.value.args}"


_OTHERS = [
    pa.array([True]),
    pa.array([b"198507099805"]),
    pa.array([b"198507099805"], pa.large_binary()),
    pa.array([b"198507099805"], pa.binary(12)),
    pa.array([["198507099805"]]),
    pa.array([{"a": "198507099805"}]),
    pa.array([date(1985, 7, 9)]),
    pa.array([1]).cast(pa.timestamp("s")),
    pa.array([1]).cast(pa.duration("s")),
    pa.array([1]).cast(pa.decimal128(38, 0)),
    pa.array([True]).dictionary_encode(),
]


@pytest.mark.parametrize("column", _OTHERS, ids=lambda column: str(column.type))
def test_columns_that_cannot_hold_identifiers(column):
    assert not can_render(column.type)
    for empty in (column, column.slice(1)):
        with pytest.raises(UsageError) as caught:
            judge_column(empty, _rule())
        assert caught.value.code == "identity.column_type"
        assert "9805" not in str(caught.value)


def test_can_render_says_what_as_text_does():
    for type_ in (
        *_INTEGERS,
        *_UNSIGNED,
        pa.float16(),
        pa.float32(),
        pa.float64(),
        pa.null(),
        pa.string(),
        pa.large_string(),
        pa.string_view(),
        pa.dictionary(pa.int8(), pa.int64()),
    ):
        assert can_render(type_)
        assert as_text(pa.nulls(2, type_)).text.to_pylist() == [None, None]


def test_the_verdict_can_be_written_to_and_leaves_the_column_alone():
    column = pa.array(["850709-9805", "x"])
    before = column.to_pylist()
    judged = judge_column(column, _rule())
    judged.reasons[:] = 7
    assert column.to_pylist() == before
    assert judge_column(column, _rule()).reasons.tolist() == [0, Reason.BAD_FORM]


def test_a_column_of_real_size_equals_the_scalar():
    count = 200_000 if _FULL else 20_000
    texts = [text for n in range(0, count, 500) for text in _PEOPLE.personnummer(40, start=n)]
    mutated = [text[:7] + str((int(text[7]) + 1) % 10) + text[8:] for text in texts]
    column = judge_column(pa.array(texts + mutated), _rule())
    assert rows(column) == [row_of(text, _rule()) for text in texts + mutated]
