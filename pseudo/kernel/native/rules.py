# SPDX-License-Identifier: Apache-2.0
"""The rules of :mod:`pseudo.identity` as the compiled kernel takes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pseudo.identity import IdentityRule
from pseudo.identity.finding import scan_rule

if TYPE_CHECKING:
    from pseudo._native import Rule, ScanRule

__all__ = ["judging", "scanning"]


def judging(rule: IdentityRule) -> Rule:
    """Describe the rule by which a column of identifiers is judged."""
    day = rule.reference_date
    denied = sorted(rule.denied)
    return list(rule.kinds), (day.year, day.month, day.day), denied, rule.pad_zeros, rule.width


def scanning(reference_year: int) -> ScanRule:
    """Describe the rule by which numbers are found.

    Raises:
        UsageError: No rule has this reference year; or ValueError or OverflowError, where
            no calendar has it. All are those of :func:`pseudo.identity.finding.scan_rule`.
    """
    rule = scan_rule(reference_year)
    return rule.reference_date.year, sorted(rule.denied)
