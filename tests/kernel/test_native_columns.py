# SPDX-License-Identifier: Apache-2.0
"""The compiled swap of every type of column, of opaque identifiers, and on any threads."""

from __future__ import annotations

import random
import threading
import time

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.identity import IdentityRule, Reason
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import REFERENCE_DATE, MemoryStore, People, spell_all

_RULE = IdentityRule.of(reference_date=REFERENCE_DATE)
_OPAQUE = IdentityRule.of(reference_date=REFERENCE_DATE, kind="opaque:hushall", width=4)
_TYPES = [
    pa.string(),
    pa.large_string(),
    pa.string_view(),
    pa.dictionary(pa.int8(), pa.string()),
    pa.dictionary(pa.uint32(), pa.large_string()),
    pa.dictionary(pa.int64(), pa.string_view()),
]


def _mixed(count: int) -> list[str | None]:
    rng = random.Random(5)
    texts: list[str | None] = [None, "", "x", "101010-1010", "191500722390", "0707767604"]
    for number in People(seed=6).personnummer(count):
        texts += rng.sample(list(spell_all(number, REFERENCE_DATE).values()), 2)
        texts.append(rng.choice([None, "", number[:-1], f"{number}\u0301"]))
    rng.shuffle(texts)
    return texts


_MIXED = _mixed(30)


def _as(type_: pa.DataType, texts: list[str | None]) -> pa.Array:
    if not pa.types.is_dictionary(type_):
        return pa.array(texts, type_)
    distinct = list(dict.fromkeys(texts))
    codes = [None if text is None else distinct.index(text) for text in texts]
    values = pa.array(["never used", *distinct], type_.value_type)
    indices = pa.array([None if c is None else c + 1 for c in codes], type_.index_type)
    return pa.DictionaryArray.from_arrays(indices, values)


@pytest.mark.parametrize("rule", [_RULE, _OPAQUE], ids=["number", "opaque"])
@pytest.mark.parametrize("type_", _TYPES, ids=str)
@given(start=st.integers(0, 99), length=st.integers(0, 99))
def test_a_slice_of_any_type(same_swap, type_, rule, start, length):
    column = _as(type_, _MIXED).slice(start, length)
    swapped = same_swap(column, rule)
    assert len(swapped.reasons) == len(column)


def test_a_dictionary_with_null_values_among_those_used(same_swap):
    values = pa.array(["850709-9805", None, "unused", "19121212-1212"])
    column = pa.DictionaryArray.from_arrays(pa.array([0, 1, None, 3, 0], pa.int8()), values)
    swapped = same_swap(column.slice(1), _RULE)
    assert swapped.reasons.tolist() == [Reason.BLANK, Reason.BLANK, Reason.OK, Reason.OK]


@pytest.mark.parametrize(
    "column",
    [
        pa.nulls(9),
        pa.nulls(9, pa.string()),
        pa.nulls(9, pa.string_view()),
        pa.nulls(9, pa.dictionary(pa.int8(), pa.string())),
        pa.array([], pa.string()),
        pa.array([], pa.dictionary(pa.int8(), pa.string())),
        pa.array(["850709-9805"]).slice(1),
        pa.array([198507099805, None, 8507099805, 1, -1]),
        pa.array([198507099805, None, 2**64 - 1], pa.uint64()),
        pa.array([198507099805.0, None, float("nan"), 0.5, 2.0**53, -0.0, float("inf")]),
        pa.array([1, 2, None], pa.int8()),
        pa.array([100.0, 0.5, 2048.0], pa.float16()),
        pa.array([198507099805, None, 8507099805]).dictionary_encode(),
        pa.array([198507099805.0, None, 0.5]).dictionary_encode(),
        pa.array([True]),
        pa.array([b"198507099805"]),
    ],
    ids=lambda column: f"{column.type} {len(column)}",
)
def test_columns_of_nothing_of_numbers_and_of_what_holds_none(same_swap, column):
    for rule in (_RULE, _OPAQUE):
        same_swap(column, rule)


# Opaque identifiers.


_WORDS = st.one_of(st.none(), st.text(max_size=8), st.sampled_from(["0180", " 1 ", "\u00e5", ""]))


@given(
    rows=st.lists(st.tuples(_WORDS, _WORDS, _WORDS)),
    scopes=st.integers(0, 2),
    width=st.sampled_from([0, 4, 64]),
)
def test_opaque_identifiers_in_any_scope(same_swap, rows, scopes, width):
    rule = IdentityRule.of(reference_date=REFERENCE_DATE, kind="opaque:a", width=width)
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(3)]
    same_swap(columns[0], rule, scope=columns[1 : 1 + scopes])


@pytest.mark.parametrize(
    "text",
    [
        "e\u0301" * 200,
        "e\u0301" * 201,
        "\u0344" * 101,
        "\U0001d160" * 67,
        "\u3000\u2000a\u2001",
        "\u1100\u1161\u11a8",
        "x" * 200,
        "å" * 201,
        " " * 1000 + "1",
        "\u0301" * 801,
        "ab\0c",
    ],
    ids=range(11),
)
def test_identifiers_that_normalising_makes_longer_or_shorter(same_swap, text):
    column = pa.array([text, "1", None, text, f" {text}"])
    for scope in ([], [pa.array(["s", text, text, text, None])]):
        same_swap(column, _OPAQUE, scope=scope)


def test_a_message_of_every_length(same_swap):
    column = pa.array(["x" * length for length in range(1, 150)])
    same_swap(column, _OPAQUE)
    same_swap(column, _OPAQUE, scope=[column])


@pytest.mark.parametrize("length", [0, 1, 3])
def test_a_scope_of_another_length_is_refused(same_swap, length):
    scope = [pa.array(["s"] * length, pa.string())]
    assert same_swap(pa.array(["1", "2"]), _OPAQUE, scope=scope).startswith("ValueError")


# Threads and pieces.


def _long(rows: int) -> pa.Array:
    texts = [text for text in _mixed(20_000) if text is None or len(text) < 40]
    return pa.array(texts * (rows // len(texts) + 1)).slice(3, rows)


@pytest.mark.parametrize("rule", [_RULE, _OPAQUE], ids=["number", "opaque"])
def test_the_number_of_threads_makes_no_difference(same_swap, native_kernel, rule):
    column = _long(3 * 65_536 + 5)
    expected = same_swap(column, rule)
    assert 0 < expected.pseudonyms.null_count < len(column)
    for threads in (1, 2, 3, 7):
        key, form = native_kernel.prepare(bytes(range(32))), PseudonymFormat.BASE32
        swapped = native_kernel.swap(column, rule, key, form, threads=threads)
        assert swapped.pseudonyms.equals(expected.pseudonyms)
        assert np.array_equal(swapped.reasons, expected.reasons)
        assert np.array_equal(swapped.ranks, expected.ranks)
        assert swapped.century_ambiguous == expected.century_ambiguous
        assert swapped.incomplete_date == expected.incomplete_date


@pytest.mark.parametrize("form", PseudonymFormat)
def test_a_column_whose_first_pieces_hold_nobody(same_swap, form):
    rows = 140_000
    column = pa.concat_arrays([pa.nulls(rows, pa.string()), pa.array(["850709-9805"] * rows)])
    swapped = same_swap(column, _RULE, form)
    assert swapped.pseudonyms.null_count == rows


def test_other_threads_work_meanwhile(native_kernel):
    column = _long(1_000_000)
    key = native_kernel.prepare(bytes(32))
    ticks, done = [], threading.Event()

    def tick():
        while not done.is_set():
            ticks.append(time.perf_counter())
            time.sleep(0.0005)

    other = threading.Thread(target=tick)
    other.start()
    begun = time.perf_counter()
    native_kernel.swap(column, _RULE, key, PseudonymFormat.BASE32)
    ended = time.perf_counter()
    done.set()
    other.join()
    # Holding the lock, the swap would let the other in at its begin and its end only.
    assert sum(begun < tick < ended for tick in ticks) >= 5


def test_many_tiny_chunks_through_a_domain(native_kernel):
    del native_kernel
    rows = [text for text in _MIXED if text is None or len(text) < 40]
    chunked = pa.chunked_array([pa.array([text], pa.string()) for text in rows * 10])
    given_ = []
    for kernel in ("reference", "native"):
        with (
            MemoryStore({("projA", 1): bytes(32)}, kernel=kernel) as store,
            store.domain("projA") as open_,
        ):
            assert open_.kernel_name == kernel
            given_.append(
                open_.pseudonymize(chunked, reference_date=REFERENCE_DATE, invalid="null")
            )
    assert given_[0].equals(given_[1])
    assert len(given_[0]) == len(chunked)
