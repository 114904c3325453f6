# SPDX-License-Identifier: Apache-2.0
"""The rank of a number: its place in the small space of all numbers that can exist.

A personnummer is a day and a three-digit birth number (the check digit follows from
them), so a number is an index and a set of people is a bitmap of about 31 MB, whatever
the number of rows: exact membership and exact distinct counts in constant memory.

Days are counted as slots of 13 months (00 for an unknown one) of 32 days (00 likewise),
because a samordningsnummer may lack month or day of birth.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from pseudo.identity.luhn import check_digit

__all__ = [
    "CENTURY",
    "FIRST_YEAR",
    "LAST_YEAR",
    "NONE",
    "SPACE",
    "RankSet",
    "rank",
    "rank_digits",
    "ten_digits",
]

FIRST_YEAR = 1800
LAST_YEAR = 2099
NONE = -1
"""The rank of what is neither personnummer nor samordningsnummer."""

Bits = npt.NDArray[np.uint8]

_SERIALS = 1000
_DAYS = 32
_MONTHS = 13
_PER_YEAR = _MONTHS * _DAYS * _SERIALS
_HALF = (LAST_YEAR - FIRST_YEAR + 1) * _PER_YEAR
SPACE = 2 * _HALF
"""Number of ranks: personnummer first, then samordningsnummer."""
CENTURY = 100 * _PER_YEAR
"""Distance between two numbers that share their last ten digits."""


def rank(year: int, month: int, day: int, serial: int) -> int:
    """Rank one canonical number from its parts; ``day`` is 60 more for samordningsnummer."""
    coordination, day = divmod(day, 60)
    slot = ((year - FIRST_YEAR) * _MONTHS + month) * _DAYS + day
    return slot * _SERIALS + serial + coordination * _HALF


def rank_digits(digits: npt.NDArray[np.uint8]) -> npt.NDArray[np.int64]:
    """Rank canonical numbers.

    Args:
        digits: n × 12 (or more columns) values 0–9 of valid canonical numbers.

    Returns:
        int64 of length n, each in 0…SPACE-1.
    """
    wide = digits.astype(np.int64)
    year = wide[:, 0] * 1000 + wide[:, 1] * 100 + wide[:, 2] * 10 + wide[:, 3]
    month = wide[:, 4] * 10 + wide[:, 5]
    day = wide[:, 6] * 10 + wide[:, 7]
    serial = wide[:, 8] * 100 + wide[:, 9] * 10 + wide[:, 10]
    coordination = day >= 60
    day = np.where(coordination, day - 60, day)
    slot = ((year - FIRST_YEAR) * _MONTHS + month) * _DAYS + day
    return slot * _SERIALS + serial + coordination * np.int64(_HALF)


def ten_digits(number: int) -> str:
    """Give the last ten digits of the number that has this rank."""
    coordination, number = divmod(number, _HALF)
    slot, serial = divmod(number, _SERIALS)
    year, slot = divmod(slot, _MONTHS * _DAYS)
    month, day = divmod(slot, _DAYS)
    nine = f"{(FIRST_YEAR + year) % 100:02}{month:02}{day + 60 * coordination:02}{serial:03}"
    return f"{nine}{check_digit([int(digit) for digit in nine])}"


def _check(ranks: npt.NDArray[np.int64]) -> None:
    # An index error of numpy would quote the rank, which is a number.
    if ranks.size and ranks.max() >= SPACE:
        raise ValueError("a rank lies outside of the space")


class RankSet:
    """A set of ranks as a bitmap that takes memory only once something is in it.

    A kernel can have a faster one, which reads and writes the same bitmap.
    """

    def __init__(self) -> None:
        self._bits: Bits | None = None

    def add(self, ranks: npt.NDArray[np.int64]) -> None:
        """Put ranks in; entries below 0 are passed over, repetitions cost nothing.

        Raises:
            ValueError: A rank lies outside of the space.
        """
        if self._bits is None:
            if not (ranks >= 0).any():
                return
            self._bits = np.zeros(SPACE // 8, dtype=np.uint8)
        self._mark(self._bits, ranks)

    def holds(self, ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Tell which of ``ranks`` are in the set.

        Raises:
            ValueError: A rank lies outside of the space.
        """
        if self._bits is None:
            return np.zeros(ranks.shape, dtype=bool)
        return self._marked(self._bits, ranks)

    def _mark(self, bits: Bits, ranks: npt.NDArray[np.int64]) -> None:
        """Set the bits of the ranks that are not below 0."""
        ranks = ranks[ranks >= 0]
        _check(ranks)
        masks = np.left_shift(np.uint8(1), (ranks & 7).astype(np.uint8))
        np.bitwise_or.at(bits, ranks >> 3, masks)

    def _marked(self, bits: Bits, ranks: npt.NDArray[np.int64]) -> npt.NDArray[np.bool_]:
        """Read the bits of the ranks; those below 0 have none."""
        _check(ranks)
        known = ranks >= 0
        place = np.where(known, ranks, 0)
        bit = (bits[place >> 3] >> (place & 7).astype(np.uint8)) & 1
        return known & (bit == 1)

    def __len__(self) -> int:
        if self._bits is None:
            return 0
        return int(np.bitwise_count(self._bits).sum(dtype=np.int64))

    def shared(self, other: RankSet) -> RankSet:
        """Make the set of ranks that are in both."""
        both: RankSet = type(self)()
        if self._bits is not None and other._bits is not None:
            both._bits = self._bits & other._bits
        return both

    def per_year(self) -> npt.NDArray[np.int64]:
        """Count members by birth year, personnummer and samordningsnummer together.

        Returns:
            One count for each year from FIRST_YEAR to LAST_YEAR.
        """
        span = LAST_YEAR - FIRST_YEAR + 1
        if self._bits is None:
            return np.zeros(span, dtype=np.int64)
        counts = np.bitwise_count(self._bits).reshape(2, span, _PER_YEAR // 8)
        return counts.sum(axis=(0, 2), dtype=np.int64)
