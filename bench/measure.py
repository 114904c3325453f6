# SPDX-License-Identifier: Apache-2.0
"""Alternating, repeated measurements and their medians.

Machines drift by tens of percent between runs, so nothing here is an absolute time: all
that is compared is measured in turn, A B C A B C, and what counts is the median of the
ratios round by round.
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

__all__ = [
    "Budget",
    "Measured",
    "Result",
    "Round",
    "compare",
    "judged",
    "rounds",
    "table",
    "timed",
]

Measured = Callable[[], float]
"""Runs something once and tells how long it took, in seconds, or how much it used."""

Round = Mapping[str, float]
"""One measurement of everything that is compared, by name."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What is promised.

    Attributes:
        name: What is measured, against what.
        limit: The figure promised.
        at_least: Whether the figure must be at least the limit, or at most.
        unit: What the subject and the reference are measured in.
    """

    name: str
    limit: float
    at_least: bool = False
    unit: str = "s"


@dataclass(frozen=True, slots=True)
class Result:
    """What was measured.

    Attributes:
        budget: What was promised.
        subject: Median of the subject.
        reference: Median of the reference.
        figure: Median of the figures round by round.
    """

    budget: Budget
    subject: float
    reference: float
    figure: float

    @property
    def met(self) -> bool:
        """Whether the budget is met."""
        if self.budget.at_least:
            return self.figure >= self.budget.limit
        return self.figure <= self.budget.limit


def timed(work: Callable[[], object]) -> Measured:
    """Make a measurement of a piece of work."""

    def measure() -> float:
        begin = time.perf_counter()
        work()
        return time.perf_counter() - begin

    return measure


def rounds(measures: Mapping[str, Measured], repeats: int) -> list[Round]:
    """Measure everything in turn, ``repeats`` times, after one warm-up of each."""
    for measure in measures.values():
        measure()
    return [{name: measure() for name, measure in measures.items()} for _ in range(repeats)]


def judged(
    budget: Budget,
    measured: Sequence[Round],
    subject: Callable[[Round], float],
    reference: Callable[[Round], float],
    figure: Callable[[float, float], float] | None = None,
) -> Result:
    """Make a result of rounds.

    Args:
        budget: What was promised.
        measured: The rounds.
        subject: The subject's figure in a round.
        reference: The reference's.
        figure: What is promised, of the two; by default how many times faster the
            subject is where the budget is "at least", else its share of the reference.
    """
    share = figure or ((lambda s, r: r / s) if budget.at_least else (lambda s, r: s / r))
    pairs = [(subject(found), reference(found)) for found in measured]
    return Result(
        budget,
        statistics.median(s for s, _ in pairs),
        statistics.median(r for _, r in pairs),
        statistics.median(share(s, r) for s, r in pairs),
    )


def compare(budget: Budget, subject: Measured, reference: Measured, repeats: int = 5) -> Result:
    """Measure subject and reference in turn."""
    measured = rounds({"subject": subject, "reference": reference}, repeats)
    return judged(budget, measured, lambda found: found["subject"], lambda f: f["reference"])


def table(results: Sequence[Result]) -> str:
    """Write results for people."""
    width = max(len(result.budget.name) for result in results)
    head = f"{'budget':<{width}} {'subject':>11} {'reference':>11} {'figure':>8} {'limit':>9}"
    lines = [f"{head}  verdict"]
    for result in results:
        budget = result.budget
        sign = ">=" if budget.at_least else "<="
        subject = f"{result.subject:.3f} {budget.unit}"
        reference = f"{result.reference:.3f} {budget.unit}"
        lines.append(
            f"{budget.name:<{width}} {subject:>11} {reference:>11} {result.figure:>8.2f} "
            f"{sign}{budget.limit:>7.2f}  {'met' if result.met else 'MISSED'}"
        )
    return "\n".join(lines)
