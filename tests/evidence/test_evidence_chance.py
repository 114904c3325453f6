# SPDX-License-Identifier: Apache-2.0
"""The figures behind "more often than chance explains"."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.evidence.chance import binomial_tail, expected_hits
from pseudo.identity.rank import RankSet, rank


def exact(trials: int, chance: float, hits: int) -> float:
    return sum(
        math.comb(trials, k) * chance**k * (1 - chance) ** (trials - k)
        for k in range(hits, trials + 1)
    )


@given(
    trials=st.integers(1, 60),
    chance=st.floats(0.001, 0.999),
    hits=st.integers(1, 60),
)
def test_the_tail_is_the_sum_of_its_terms(trials: int, chance: float, hits: int) -> None:
    wanted = exact(trials, chance, hits) if hits <= trials else 0.0
    assert binomial_tail(trials, chance * trials, hits) == pytest.approx(
        wanted, rel=1e-6, abs=1e-12
    )


def test_no_hits_are_always_explained() -> None:
    assert binomial_tail(1000, 0.5, 0) == 1.0


def test_a_hit_without_any_people_of_that_year_is_impossible() -> None:
    assert binomial_tail(10, 0.0, 1) == 0.0


def test_large_samples_do_not_overflow() -> None:
    assert binomial_tail(10_000_000, 5_000.0, 5_000) == pytest.approx(0.5, abs=0.01)
    assert binomial_tail(10_000_000, 10.0, 500) < 1e-300


def test_candidates_are_compared_with_people_of_their_own_birth_year() -> None:
    people, candidates = RankSet(), RankSet()
    people.add(np.array([rank(1985, 7, 9, n) for n in range(1, 501)]))
    candidates.add(np.array([rank(1985, 1, 1, n) for n in range(1, 101)]))
    per_year = 2 * 365.25 * 999
    assert expected_hits(candidates, people) == pytest.approx(100 * 500 / per_year)
    elsewhere = RankSet()
    elsewhere.add(np.array([rank(1986, 1, 1, n) for n in range(1, 101)]))
    assert expected_hits(elsewhere, people) == 0.0
