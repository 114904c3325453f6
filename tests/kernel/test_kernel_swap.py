# SPDX-License-Identifier: Apache-2.0
"""The swap of a column: types, rows, ranks, reasons, keys and formats."""

from __future__ import annotations

import copy
import hashlib
import os
import pickle
import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import UsageError
from pseudo.identity import Flag, IdentityRule, Reason, judge_column
from pseudo.kernel import MacKey, select
from pseudo.kernel.encode import encode_column
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import HOSTILE, REFERENCE_DATE, People, assert_clean, spell_all

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_KERNEL = select()
_KEY = _KERNEL.prepare(bytes(range(32)))
_RULE = IdentityRule.of(reference_date=REFERENCE_DATE)
_FORM = PseudonymFormat.BASE32


def _swap(column, rule=_RULE, key=_KEY, form=_FORM, scope=()):
    return _KERNEL.swap(column, rule, key, form, scope)


def _mixed(count: int) -> list[str | None]:
    rng = random.Random(5)
    texts: list[str | None] = [None, "", "x", "101010-1010", "0707767604", "191500722390"]
    for number in People(seed=6).personnummer(count):
        texts += rng.sample(list(spell_all(number, REFERENCE_DATE).values()), 2)
        hostile = rng.choice([name for name in HOSTILE if name != "very_long"])
        texts.append(HOSTILE[hostile](number, REFERENCE_DATE))
    rng.shuffle(texts)
    return texts


_MIXED = _mixed(2000 if _FULL else 200)


def test_every_row_gets_what_it_gets_alone():
    whole = _swap(pa.array(_MIXED))
    for row in range(0, len(_MIXED), 7):
        alone = _swap(pa.array([_MIXED[row]], pa.string()))
        assert alone.pseudonyms[0].as_py() == whole.pseudonyms[row].as_py()
        assert alone.reasons[0] == whole.reasons[row]
        assert alone.ranks[0] == whole.ranks[row]


def test_reasons_ranks_and_flags_are_those_of_the_judge():
    swapped, judged = _swap(pa.array(_MIXED)), judge_column(pa.array(_MIXED), _RULE)
    assert swapped.reasons.tolist() == judged.reasons.tolist()
    assert swapped.ranks.tolist() == judged.ranks.tolist()
    ambiguous, incomplete = Flag.CENTURY_AMBIGUOUS, Flag.INCOMPLETE_DATE
    assert swapped.century_ambiguous == np.count_nonzero(judged.flags & ambiguous) > 0
    assert swapped.incomplete_date == np.count_nonzero(judged.flags & incomplete) > 0
    assert swapped.pseudonyms.is_valid().to_pylist() == (judged.reasons == 0).tolist()
    assert swapped.pseudonyms.type == pa.string()
    counts = swapped.counts()
    assert sum(counts.values()) == len(_MIXED)
    assert counts[Reason.OK] == len(_MIXED) - swapped.pseudonyms.null_count


@pytest.mark.parametrize("form", PseudonymFormat)
def test_one_person_one_pseudonym_and_two_people_two(form):
    numbers = People(seed=6).personnummer(60) + People(seed=6).samordningsnummer(20)
    made = {}
    for number in numbers:
        texts = list(spell_all(number, REFERENCE_DATE).values())
        pseudonyms = set(_swap(pa.array(texts), form=form).pseudonyms.to_pylist())
        assert len(pseudonyms) == 1
        made[number] = pseudonyms.pop()
        assert form.matches(made[number])
    assert len(set(made.values())) == len(numbers)


@given(
    start=st.integers(0, 700),
    length=st.integers(0, 80),
    type_=st.sampled_from(["string", "large_string", "string_view", "dictionary"]),
)
def test_a_slice_is_swapped_as_its_own_rows(start, length, type_):
    column = pa.array(_MIXED)
    whole = _swap(column)
    if type_ == "dictionary":
        column = column.dictionary_encode()
    else:
        column = column.cast(getattr(pa, type_)())
    cut = _swap(column.slice(start, length))
    assert cut.pseudonyms.to_pylist() == whole.pseudonyms.slice(start, length).to_pylist()
    assert cut.reasons.tolist() == whole.reasons[start : start + length].tolist()
    assert cut.ranks.tolist() == whole.ranks[start : start + length].tolist()
    cut.pseudonyms.validate(full=True)


def test_dictionaries_with_unused_values_and_nulls_among_them():
    values = pa.array(["850709-9805", None, "unused", "19121212-1212", "8507099805"])
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 3, 4, 0], pa.int8()), values)
    swapped = _swap(column.slice(1))
    plain = _swap(pa.array([None, None, "191212121212", "198507099805", "198507099805"]))
    assert swapped.pseudonyms.to_pylist() == plain.pseudonyms.to_pylist()
    assert swapped.counts() == {Reason.OK: 3, Reason.BLANK: 2}


@pytest.mark.parametrize(
    "column",
    [
        pa.array([198507099805, None, 8507099805, 1]),
        pa.array([198507099805, None, 8507099805, 1], pa.uint64()),
        pa.array([198507099805.0, None, 8507099805.0, 1.0]),
        pa.array([198507099805.0, float("nan"), 8507099805.0, 1.0]),
        pa.array([198507099805, None, 8507099805, 1]).dictionary_encode(),
    ],
    ids=range(5),
)
def test_numbers_are_swapped_as_the_texts_they_would_be(column):
    texts = _swap(pa.array(["198507099805", None, "8507099805", "1"]))
    assert _swap(column).pseudonyms.to_pylist() == texts.pseudonyms.to_pylist()
    assert _swap(column).reasons.tolist() == texts.reasons.tolist()


def test_lossy_numbers_keep_their_reason_through_the_swap():
    for rule in (_RULE, IdentityRule.of(reference_date=REFERENCE_DATE, kind="opaque:a")):
        for column in (
            pa.array([0.5, None, 2.0**53]),
            pa.array([0.5, None, 2.0**53]).dictionary_encode(),
        ):
            swapped = _swap(column, rule)
            lossy = Reason.LOSSY_NUMBER
            assert swapped.reasons.tolist() == [lossy, Reason.BLANK, lossy]
            assert swapped.pseudonyms.null_count == 3


@pytest.mark.parametrize("rows", [0, 1, 5])
@pytest.mark.parametrize("type_", [pa.null(), pa.string(), pa.int64(), pa.float64()], ids=str)
@pytest.mark.parametrize("kind", ["personnummer", "orgnr", "opaque:a"])
def test_a_column_of_nothing(rows, type_, kind):
    rule = IdentityRule.of(reference_date=REFERENCE_DATE, kind=kind)
    swapped = _swap(pa.nulls(rows, type_), rule)
    assert swapped.pseudonyms.to_pylist() == [None] * rows
    assert swapped.pseudonyms.type == pa.string()
    assert swapped.reasons.tolist() == [Reason.BLANK] * rows
    assert swapped.ranks.tolist() == [-1] * rows
    assert (swapped.century_ambiguous, swapped.incomplete_date) == (0, 0)


def test_flags_are_counted_by_row_and_not_by_value():
    swapped = _swap(pa.array(["0707767604"] * 5 + ["191500722390"] * 3 + ["x"]))
    assert (swapped.century_ambiguous, swapped.incomplete_date) == (5, 3)


def test_a_column_that_cannot_hold_identifiers():
    for column in (pa.array([b"850709-9805"]), pa.array([["850709-9805"]]), pa.array([True])):
        with pytest.raises(UsageError, match="cannot hold identifiers"):
            _swap(column)


def test_pieces_of_a_long_column():
    numbers = People(seed=8).personnummer(70_000)
    whole = _swap(pa.array(numbers))
    assert whole.pseudonyms.null_count == 0
    assert len(set(whole.pseudonyms.to_pylist())) == 70_000
    for row in (0, 65_535, 65_536, 69_999):
        assert _swap(pa.array([numbers[row]])).pseudonyms[0] == whole.pseudonyms[row]


# Encoding.


@pytest.mark.parametrize("form", PseudonymFormat)
@given(data=st.data())
def test_a_column_is_encoded_as_each_value_is(form, data):
    raws = data.draw(st.lists(st.binary(min_size=16, max_size=16), max_size=30))
    encoded = encode_column(b"".join(raws), form)
    encoded.validate(full=True)
    assert encoded.to_pylist() == [form.write(raw) for raw in raws]


@pytest.mark.parametrize("form", PseudonymFormat)
def test_every_bit_has_its_place(form):
    raws = [bytes(16), b"\xff" * 16] + [(1 << bit).to_bytes(16, "big") for bit in range(128)]
    encoded = encode_column(b"".join(raws), form).to_pylist()
    assert encoded == [form.write(raw) for raw in raws]
    lost = 6 if form is PseudonymFormat.UUID else 0
    assert len(set(encoded[2:]) - {encoded[0]}) == 128 - lost


# Keys.


@pytest.mark.parametrize("length", [0, 1, 16, 31, 33, 64, 65, 128])
def test_only_keys_of_32_bytes_are_prepared(length):
    with pytest.raises(ValueError, match="32 bytes"):
        _KERNEL.prepare(b"k" * length)


def test_a_prepared_key_shows_and_gives_nothing():
    raw = hashlib.sha256(b"a key").digest()
    key = _KERNEL.prepare(raw)
    assert isinstance(key, MacKey)
    shown = f"{key!r} {key} {key.__class__.__name__}"
    assert raw.hex() not in shown
    assert repr(raw) not in shown
    for take in (pickle.dumps, copy.copy, copy.deepcopy):
        with pytest.raises(TypeError):
            take(key)
    with pytest.raises((TypeError, AttributeError)):
        vars(key)


def test_a_key_that_another_kernel_prepared_is_refused():
    with pytest.raises(TypeError):
        _swap(pa.array(["850709-9805"]), key=MacKey())


def test_a_key_can_be_used_again_and_again():
    key = _KERNEL.prepare(b"\1" * 32)
    once = _swap(pa.array(_MIXED), key=key).pseudonyms
    for _ in range(3):
        assert _swap(pa.array(_MIXED), key=key).pseudonyms == once
    assert _swap(pa.array(_MIXED), key=_KERNEL.prepare(b"\1" * 32)).pseudonyms == once


@given(one=st.binary(min_size=32, max_size=32), two=st.binary(min_size=32, max_size=32))
def test_two_keys_share_no_pseudonym(one, two):
    column = pa.array(People(seed=6).personnummer(20))
    made = [
        set(_swap(column, key=_KERNEL.prepare(key)).pseudonyms.to_pylist()) for key in (one, two)
    ]
    assert (made[0] == made[1]) is (one == two)
    if one != two:
        assert not made[0] & made[1]


def test_what_was_swapped_does_not_show_whom():
    number = "198507099805"
    swapped = _swap(pa.array([number]))
    assert_clean(shown=f"{swapped!r} {swapped}")
    assert str(int(swapped.ranks[0])) not in repr(swapped)
    assert swapped.pseudonyms[0].as_py() not in repr(swapped)
