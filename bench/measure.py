# SPDX-License-Identifier: Apache-2.0
"""Alternating, repeated measurements and their medians.

Machines drift by tens of percent between runs, so nothing here is an absolute time: the
subject and its reference are run in turn, A B A B, and what counts is the median of the
ratios pair by pair.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass

__all__ = ["Budget", "Result", "compare", "table"]


@dataclass(frozen=True, slots=True)
class Budget:
    """What is promised.

    Attributes:
        name: What is measured, against what.
        limit: The ratio promised.
        at_least: Whether the ratio is reference / subject and must be at least the limit,
            or subject / reference and must be at most the limit.
    """

    name: str
    limit: float
    at_least: bool


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured.

    Attributes:
        budget: What was promised.
        subject: Median seconds of the subject.
        reference: Median seconds of the reference.
        ratio: Median of the ratios pair by pair.
    """

    budget: Budget
    subject: float
    reference: float
    ratio: float

    @property
    def met(self) -> bool:
        """Whether the budget is met."""
        if self.budget.at_least:
            return self.ratio >= self.budget.limit
        return self.ratio <= self.budget.limit


def compare(
    budget: Budget,
    subject: Callable[[], object],
    reference: Callable[[], object],
    repeats: int = 5,
) -> Result:
    """Run subject and reference in turn, after one warm-up of each."""
    subject()
    reference()
    pairs = [(_seconds(subject), _seconds(reference)) for _ in range(repeats)]
    ratios = [r / s if budget.at_least else s / r for s, r in pairs]
    return Result(
        budget,
        statistics.median(s for s, _ in pairs),
        statistics.median(r for _, r in pairs),
        statistics.median(ratios),
    )


def _seconds(work: Callable[[], object]) -> float:
    begin = time.perf_counter()
    work()
    return time.perf_counter() - begin


def table(results: list[Result]) -> str:
    """Write results for people."""
    lines = [f"{'budget':<62} {'subject':>9} {'reference':>9} {'ratio':>7} {'limit':>7}  verdict"]
    for result in results:
        sign = ">=" if result.budget.at_least else "<="
        lines.append(
            f"{result.budget.name:<62} {result.subject:>8.3f}s {result.reference:>8.3f}s "
            f"{result.ratio:>7.2f} {sign}{result.budget.limit:>5.1f}  "
            f"{'met' if result.met else 'MISSED'}"
        )
    return "\n".join(lines)
