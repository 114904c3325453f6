# SPDX-License-Identifier: Apache-2.0
"""What a move could not move, counted by table and column, and the refusal for it."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field

from pseudo.errors import DeliveryError

__all__ = ["Unmoved"]


@dataclass(slots=True)
class Unmoved:
    """What could not be moved, by column and number of the table.

    Attributes:
        malformed: Cells that are no pseudonyms of the domain's format.
        unexplained: Pseudonyms that no candidate has.
        left: Cells with old pseudonyms in columns that are not moved.
    """

    malformed: Counter[tuple[str, int]] = field(default_factory=Counter)
    unexplained: Counter[tuple[str, int]] = field(default_factory=Counter)
    left: Counter[tuple[str, int]] = field(default_factory=Counter)

    def add(self, other: Unmoved) -> None:
        """Add what was found in another piece."""
        self.malformed += other.malformed
        self.unexplained += other.unexplained
        self.left += other.left

    def judge(self, unusable: int) -> None:
        """Refuse the move unless everything could be moved.

        Args:
            unusable: Candidates that could not be used: whoever is missed may be among them.

        Raises:
            DeliveryError: ``rekey.unknown_pseudonyms`` or ``rekey.left_behind``.
        """
        unknown = self.malformed + self.unexplained
        if unknown:
            raise DeliveryError(
                "rekey.unknown_pseudonyms",
                malformed=self.malformed.total(),
                unexplained=self.unexplained.total(),
                listed=_listed(unknown),
                unusable=unusable,
            )
        if self.left:
            raise DeliveryError(
                "rekey.left_behind", count=self.left.total(), listed=_listed(self.left)
            )


def _listed(counts: Counter[tuple[str, int]]) -> tuple[str, ...]:
    """Write counts by file and column."""
    ordered = sorted(counts.items(), key=lambda entry: (entry[0][1], entry[0][0]))
    return tuple(f"#{number} {column}: {count}" for (column, number), count in ordered)
