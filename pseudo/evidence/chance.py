# SPDX-License-Identifier: Apache-2.0
"""What chance explains: the figures behind a verdict on numbers that only look like people.

Of random 10-digit strings 0.73 % pass date and check digit (samordningsnummer included),
of 12-digit ones 0.009 %; a pattern hit alone proves nothing.
"""

from __future__ import annotations

import math

from pseudo.identity.rank import RankSet

__all__ = ["RANDOM_TEN", "RANDOM_TWELVE", "binomial_tail", "expected_hits"]

RANDOM_TEN = 0.0073
RANDOM_TWELVE = 0.00009

# A year has 365.25 days of 999 numbers, for personnummer and samordningsnummer each.
_PER_YEAR = 2 * 365.25 * 999


def expected_hits(candidates: RankSet, people: RankSet) -> float:
    """Tell how many candidates would be among the people by chance.

    Candidates are compared with the density of the people of their own birth year, since
    timestamps and telephone numbers crowd in few years.

    Args:
        candidates: The distinct numbers found.
        people: The batch's distinct people.
    """
    return float((candidates.per_year() * (people.per_year() / _PER_YEAR)).sum())


def binomial_tail(trials: int, mean: float, hits: int) -> float:
    """Give the probability of at least ``hits`` successes of ``trials`` with that mean.

    Args:
        trials: Number of independent trials.
        mean: Expected number of successes.
        hits: Successes seen.
    """
    if hits <= 0:
        return 1.0
    chance = min(mean / trials, 1.0) if trials else 0.0
    if chance in (0.0, 1.0) or hits > trials:
        return chance if hits <= trials else 0.0
    log_term = (
        math.lgamma(trials + 1)
        - math.lgamma(hits + 1)
        - math.lgamma(trials - hits + 1)
        + hits * math.log(chance)
        + (trials - hits) * math.log1p(-chance)
    )
    total, term = 0.0, math.exp(log_term) if log_term > -700 else 0.0
    for k in range(hits, trials + 1):
        total += term
        step = (trials - k) / (k + 1) * chance / (1 - chance)
        term *= step
        # Terms may still grow where fewer successes were seen than expected.
        if step < 1 and term < total * 1e-12:
            break
    return min(total, 1.0)
