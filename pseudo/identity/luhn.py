# SPDX-License-Identifier: Apache-2.0
"""The check digit of Swedish identity numbers (Luhn, ISO/IEC 7812-1 annex B)."""

from __future__ import annotations

from collections.abc import Sequence

__all__ = ["check_digit"]

_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def check_digit(digits: Sequence[int]) -> int:
    """Compute the check digit that belongs behind ``digits``.

    Args:
        digits: Values 0–9; the last one is doubled, then every second to its left.

    Returns:
        The digit that makes the weighted sum a multiple of ten.
    """
    total = sum(
        _DOUBLED[digit] if place % 2 == 0 else digit
        for place, digit in enumerate(reversed(digits))
    )
    return -total % 10
