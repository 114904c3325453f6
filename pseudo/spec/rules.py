# SPDX-License-Identifier: Apache-2.0
"""From the words of a spec to the rules the kernels know."""

from __future__ import annotations

from datetime import date

from pseudo.identity import IdentityRule
from pseudo.spec.model import IdentifierColumn

__all__ = ["rule_for"]


def rule_for(column: IdentifierColumn, reference_date: date | None) -> IdentityRule:
    """Make the rule by which an identifier column is judged.

    Args:
        column: The column's declaration.
        reference_date: The day of the run; any day stands in where a spec is only being
            checked.

    Raises:
        UsageError: The declared kinds do not exist or do not go together.
    """
    return IdentityRule.of(
        kind=column.kind,
        kinds=column.kinds,
        reference_date=reference_date or date(2000, 1, 1),
        denied=column.denied,
        pad_zeros=column.pad_zeros,
        width=column.width,
    )
