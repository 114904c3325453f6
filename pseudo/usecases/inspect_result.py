# SPDX-License-Identifier: Apache-2.0
"""What is found out about a file: counts, rates, shapes and guesses, and no value."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from pseudo.io.source import Facts
from pseudo.usecases.inspect_column import Count, KindRate
from pseudo.usecases.inspect_role import Role

__all__ = ["ColumnProfile", "Inspection"]


@dataclass(frozen=True, slots=True)
class ColumnProfile:
    """One column.

    Attributes:
        position: Where it stands, from 1.
        name: Its name, or ``column N`` where the name may not be shown.
        filled: Cells that hold something.
        blank: Cells that hold nothing, or blanks only.
        distinct: Different values, as far as they were counted.
        distinct_is_capped: Whether there may be more.
        kinds: Which identity numbers its cells can be read as, the commonest first.
        reasons: Why cells are no personnummer or samordningsnummer, the commonest first;
            only where at least a tenth of the cells is one.
        shapes: Commonest shapes in a sample: every digit ``d``, every letter ``a``.
        sampled: Cells in that sample.
        type: Type that all values have, as a spec names it.
        decimal: Decimal mark, for numbers in text.
        role: Guessed role, as a spec names it.
        why: Why; a key of :data:`pseudo.usecases.inspect_role.WHY`.
    """

    position: int
    name: str
    filled: int
    blank: int
    distinct: int
    distinct_is_capped: bool
    kinds: tuple[KindRate, ...]
    reasons: tuple[Count, ...]
    shapes: tuple[Count, ...]
    sampled: int
    type: str
    decimal: str
    role: Role
    why: str


@dataclass(frozen=True, slots=True)
class Inspection:
    """What was found out about a file.

    Attributes:
        facts: Format, size, encoding and how it was told, delimiter.
        records: Records in it.
        rejected: Of those, records that cannot be read as rows, by reason code.
        blank_lines: Lines of no characters that were passed over.
        reference_date: The day by which identity numbers were judged.
        columns: In the file's order.
    """

    facts: Facts
    records: int
    rejected: tuple[Count, ...]
    blank_lines: int
    reference_date: date
    columns: tuple[ColumnProfile, ...]
