# SPDX-License-Identifier: Apache-2.0
"""What the kernels give: columns swapped, searched, framed and converted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.identity import Reason

__all__ = [
    "Converted",
    "Found",
    "FoundBytes",
    "Framed",
    "Ranks",
    "SqlRows",
    "SqlValues",
    "Swapped",
]

Ranks = npt.NDArray[np.int64]
"""Ranks of identity numbers (:mod:`pseudo.identity.rank`); below 0 where there is none."""


@dataclass(frozen=True, slots=True)
class Swapped:
    """A column after the swap.

    Attributes:
        pseudonyms: ``string``, null where there is no pseudonym.
        reasons: uint8, one :class:`~pseudo.identity.Reason` a row.
        ranks: int64, the number's rank (:mod:`pseudo.identity.rank`) where it is a
            personnummer or samordningsnummer, else -1.
        century_ambiguous: Rows read as under 100 years old that could be over 100.
        incomplete_date: Rows whose samordningsnummer lacks month or day of birth.
    """

    pseudonyms: pa.StringArray
    reasons: npt.NDArray[np.uint8]
    ranks: npt.NDArray[np.int64]
    century_ambiguous: int = 0
    incomplete_date: int = 0

    def __repr__(self) -> str:
        # Ranks are identity numbers, and reprs end up in logs.
        return f"<Swapped of {len(self.reasons)} values>"

    def counts(self) -> dict[Reason, int]:
        """Count rows by reason."""
        tally = np.bincount(self.reasons, minlength=1)
        return {Reason(code): int(count) for code, count in enumerate(tally) if count}


@dataclass(frozen=True, slots=True)
class Found:
    """Identity numbers found in a column that should hold none.

    Each finding is one entry in all the arrays; a cell may have several.

    Attributes:
        rows: int64, the row in the column.
        ranks: int64, the number's rank.
        shapes: uint8, one :class:`~pseudo.identity.finding.Shape` each.
        cells: Cells that hold anything at all.
        digit_cells: Cells in which six digits or more stand together.
        any_digit: Cells with any digit at all; all of them in a column of numbers.
    """

    rows: npt.NDArray[np.int64]
    ranks: npt.NDArray[np.int64]
    shapes: npt.NDArray[np.uint8]
    cells: int
    digit_cells: int
    any_digit: int

    def __repr__(self) -> str:
        return f"<Found {len(self.rows)} in {self.cells} cells>"


@dataclass(frozen=True, slots=True)
class Framed:
    """The complete records of a block; blank lines are left out of the arrays.

    Attributes:
        starts: int64, each record's first byte.
        ends: int64, the byte after its last, its line end not included.
        lines: int64, line ends in the block before the record, those inside quotes too.
        fields: int64, its fields, at least 1.
        consumed: Bytes of the block that the complete records, their line ends and the
            blank lines take up; what follows is the beginning of a record.
        consumed_lines: Line ends among them.
        blank: Lines of no bytes among them.
        multiline: Whether any of the records holds a line end inside quotes.
        open_quote: Where the quote stands that is still open at the block's end, or -1.
    """

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64]
    fields: npt.NDArray[np.int64]
    consumed: int
    consumed_lines: int
    blank: int
    multiline: bool
    open_quote: int

    @property
    def count(self) -> int:
        """Complete records."""
        return len(self.starts)


@dataclass(frozen=True, slots=True)
class FoundBytes:
    """Identity numbers found in raw bytes; each finding is one entry in all the arrays.

    Attributes:
        offsets: int64, the number's first byte, ascending.
        ranks: int64, the number's rank.
        shapes: uint8, one :class:`~pseudo.identity.finding.Shape` each.
    """

    offsets: npt.NDArray[np.int64]
    ranks: Ranks
    shapes: npt.NDArray[np.uint8]

    def __repr__(self) -> str:
        return f"<FoundBytes {len(self.offsets)}>"


class SqlRows(NamedTuple):
    """Rows of ``INSERT … VALUES`` in a text.

    Attributes:
        starts: int64, each row's opening bracket.
        ends: int64, the byte after its closing one.
        consumed: Where the last of them ends; where the search began, if there is none.
    """

    starts: npt.NDArray[np.int64]
    ends: npt.NDArray[np.int64]
    consumed: int


class SqlValues(NamedTuple):
    """Rows of ``INSERT … VALUES``, taken apart.

    Attributes:
        columns: The chosen ones, of those rows that have the asked width; null where
            there is NULL or an empty text.
        fields: int64, the values of every row, 0 where what it holds cannot be told apart.
        deferred: Which cells, by place in ``columns`` and by row there, are no plain
            literal, and given as they are written; column by column, ascending.
    """

    columns: list[pa.StringArray]
    fields: npt.NDArray[np.int64]
    deferred: Sequence[tuple[int, int]]

    def __repr__(self) -> str:
        return f"<SqlValues of {len(self.fields)} rows>"


class Converted(NamedTuple):
    """A converted column.

    Attributes:
        array: Of the declared type; null where blank or invalid.
        invalid: Boolean mask of cells that hold something else, or None where all fit.
    """

    array: pa.Array
    invalid: npt.NDArray[np.bool_] | None

    def __repr__(self) -> str:
        return f"<Converted {len(self.array)} values to {self.array.type}>"
