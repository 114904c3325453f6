# SPDX-License-Identifier: Apache-2.0
"""Ranks: one for each number, and sets of them as bitmaps."""

from __future__ import annotations

import os
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from pseudo.identity.finding import rank_of
from pseudo.identity.rank import (
    CENTURY,
    FIRST_YEAR,
    LAST_YEAR,
    NONE,
    SPACE,
    RankSet,
    rank,
    rank_digits,
)
from pseudo.testing import People

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_COUNT = 2_000_000 if _FULL else 100_000
# Each set in use takes 31 MB, so that fewer examples are tried.
_few = settings(max_examples=200 if _FULL else 12)


def _digits(texts: list[str]) -> np.ndarray:
    return np.frombuffer("".join(texts).encode(), dtype=np.uint8).reshape(-1, 12) - np.uint8(48)


def _parts(text: str) -> tuple[int, int, int, int]:
    return int(text[:4]), int(text[4:6]), int(text[6:8]), int(text[8:11])


def test_no_two_numbers_share_a_rank():
    people = People(seed=4)
    texts = people.personnummer(_COUNT) + people.samordningsnummer(_COUNT // 2)
    texts += people.samordningsnummer(_COUNT // 4, incomplete=True)
    texts = sorted(set(texts))
    ranks = rank_digits(_digits(texts))
    assert np.unique(ranks).size == len(texts)
    assert ranks.min() >= 0
    assert ranks.max() < SPACE
    for place in range(0, len(texts), len(texts) // 500):
        assert rank(*_parts(texts[place])) == rank_of(texts[place]) == ranks[place]


_NUMBER = st.tuples(
    st.integers(FIRST_YEAR, LAST_YEAR),
    st.integers(0, 12),
    st.one_of(st.integers(0, 31), st.integers(60, 91)),
    st.integers(0, 999),
)


@given(one=_NUMBER, two=_NUMBER)
def test_ranks_are_equal_only_for_equal_numbers(one, two):
    assert (rank(*one) == rank(*two)) is (one == two)
    assert 0 <= rank(*one) < SPACE


@given(number=_NUMBER)
def test_a_century_is_a_fixed_step(number):
    year, *rest = number
    if year + 100 <= LAST_YEAR:
        assert rank(year + 100, *rest) == rank(*number) + CENTURY


@_few
@given(
    added=st.lists(st.lists(st.one_of(st.just(NONE), st.integers(0, SPACE - 1)), max_size=30)),
    asked=st.lists(st.integers(-1, SPACE - 1), max_size=30),
)
def test_a_rank_set_is_a_set(added, asked):
    ranks, model = RankSet(), set()
    for some in added:
        ranks.add(np.array(some, dtype=np.int64))
        model |= {r for r in some if r >= 0}
    asked = [*asked, *(r for some in added for r in some)]
    assert ranks.holds(np.array(asked, dtype=np.int64)).tolist() == [r in model for r in asked]
    assert len(ranks) == len(model)
    years = np.bincount([(r % (SPACE // 2)) // (SPACE // 2 // 300) for r in model], minlength=300)
    assert ranks.per_year().tolist() == years.tolist()
    assert ranks.per_year().sum() == len(model)


@_few
@given(
    one=st.sets(st.integers(0, 300)),
    two=st.sets(st.integers(0, 300)),
)
def test_what_two_sets_share(one, two):
    sets = []
    for members in (one, two):
        ranks = RankSet()
        ranks.add(np.array(sorted(members), dtype=np.int64))
        sets.append(ranks)
    both = sets[0].shared(sets[1])
    every = np.arange(301)
    assert set(every[both.holds(every)].tolist()) == one & two
    assert len(both) == len(one & two)
    assert (len(sets[0]), len(sets[1])) == (len(one), len(two))


def test_the_ends_of_the_space():
    ranks = RankSet()
    ranks.add(np.array([0, SPACE - 1, NONE, 0]))
    assert len(ranks) == 2
    assert ranks.holds(np.array([0, 1, SPACE - 1, NONE])).tolist() == [True, False, True, False]
    assert ranks.per_year()[[0, -1]].tolist() == [1, 1]


@pytest.mark.parametrize("outside", [SPACE, 2**62])
def test_a_rank_outside_is_refused_and_not_quoted(outside):
    ranks = RankSet()
    ranks.add(np.array([5]))
    for use in (ranks.add, ranks.holds):
        with pytest.raises(ValueError, match="outside of the space") as caught:
            use(np.array([7, outside]))
        assert str(outside) not in str(caught.value)
        assert caught.value.__context__ is None
    assert len(ranks) == 1


def test_years_are_counted_for_both_kinds_together():
    ranks = RankSet()
    numbers = ["198507099805", "198507699801", "188507099805"]
    ranks.add(rank_digits(_digits(numbers)))
    assert ranks.per_year()[1985 - FIRST_YEAR] == 2
    assert ranks.per_year()[1885 - FIRST_YEAR] == 1
    assert len(ranks.per_year()) == LAST_YEAR - FIRST_YEAR + 1


@pytest.mark.parametrize("nothing", [[], [NONE], [NONE] * 1000])
def test_an_empty_set_takes_no_memory(nothing):
    tracemalloc.start()
    sets = [RankSet() for _ in range(100)]
    for ranks in sets:
        ranks.add(np.array(nothing, dtype=np.int64))
        assert len(ranks) == 0
        assert not ranks.holds(np.array([0, 5, NONE])).any()
        assert ranks.per_year().sum() == 0
        assert len(ranks.shared(sets[0])) == 0
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_a_full_set_takes_as_much_as_one_with_a_member():
    ranks = RankSet()
    ranks.add(np.array([1]))
    tracemalloc.start()
    for start in range(0, 1_000_000, 100_000):
        ranks.add(np.arange(start, start + 100_000, dtype=np.int64))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(ranks) == 1_000_000
    assert peak < 8_000_000
