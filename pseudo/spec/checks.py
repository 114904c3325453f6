# SPDX-License-Identifier: Apache-2.0
"""The constraints of a column, held against its converted cells, a batch at a time.

A cell has one finding at most: the first constraint that it breaks, in the order of
:data:`CODES`.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.spec.constraints import Constraints, as_value, whole

__all__ = ["CODES", "Checks", "Findings"]

CODES = (
    "",
    "value.wrong_type",
    "value.missing",
    "value.not_in_list",
    "value.too_small",
    "value.too_large",
    "value.too_short",
    "value.too_long",
    "value.other_pattern",
)
"""The codes of findings; their places are what :meth:`Checks.findings` gives."""

_WRONG, _MISSING, _LISTED, _SMALL, _LARGE, _SHORT, _LONG, _PATTERN = range(1, len(CODES))

Findings = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Checks:
    """The constraints of a column, made ready.

    Attributes:
        required: Whether a blank cell is a finding.
        listed: The values that there are; None for any.
        least: The least value.
        greatest: The greatest value.
        fewest: The fewest characters.
        most: The most characters.
        pattern: An expression that searches as the whole pattern.
    """

    required: bool = False
    listed: pa.Array | None = None
    least: pa.Scalar | None = None
    greatest: pa.Scalar | None = None
    fewest: int | None = None
    most: int | None = None
    pattern: str | None = None

    @classmethod
    def of(cls, constraints: Constraints, kind: str, arrow_type: pa.DataType) -> Checks:
        """Make checks of the constraints of a spec that was found to hold together.

        Args:
            constraints: As the spec has them.
            kind: The column's declared type.
            arrow_type: Its type in Arrow.
        """

        def scalar(value: Any) -> pa.Scalar | None:
            return None if value is None else pa.scalar(as_value(value, kind), arrow_type)

        codes = constraints.enum
        values = None if codes is None else [as_value(code, kind) for code in codes]
        return cls(
            required=constraints.required,
            listed=None if values is None else pa.array(values, arrow_type),
            least=scalar(constraints.minimum),
            greatest=scalar(constraints.maximum),
            fewest=constraints.minLength,
            most=constraints.maxLength,
            pattern=None if constraints.pattern is None else whole(constraints.pattern),
        )

    def findings(self, cells: pa.Array, invalid: npt.NDArray[np.bool_] | None) -> Findings | None:
        """Judge the cells of a batch.

        Args:
            cells: The cells in the declared type; null where blank or invalid.
            invalid: Which could not be converted; None where all could.

        Returns:
            For each cell the place of its code in :data:`CODES`, 0 where nothing is wrong;
            None where nothing is wrong with any.
        """
        found: list[tuple[int, npt.NDArray[np.bool_]]] = []
        if invalid is not None and invalid.any():
            found.append((_WRONG, invalid))
        if self.required and cells.null_count:
            blank = _mask(cells.is_null())
            found.append((_MISSING, blank if invalid is None else blank & ~invalid))
        found += ((code, _mask(broken)) for code, broken in self._broken(cells))
        found = [(code, rows) for code, rows in found if rows.any()]
        if not found:
            return None
        findings = np.zeros(len(cells), dtype=np.uint8)
        # The first finding of a cell is the one that counts, so it is written last.
        for code, rows in reversed(found):
            findings[rows] = code
        return findings

    def _broken(self, cells: pa.Array) -> list[tuple[int, pa.Array]]:
        """Tell of each constraint which filled cells break it; null where blank."""
        broken = []
        if self.listed is not None:
            inside = pc.is_in(cells, value_set=self.listed)
            broken.append((_LISTED, pc.and_(pc.invert(inside), cells.is_valid())))
        if self.least is not None:
            # What is no number is neither less nor greater.
            broken.append((_SMALL, pc.invert(pc.greater_equal(cells, self.least))))
        if self.greatest is not None:
            broken.append((_LARGE, pc.invert(pc.less_equal(cells, self.greatest))))
        if self.fewest is not None or self.most is not None:
            lengths = pc.utf8_length(cells)
            if self.fewest is not None:
                broken.append((_SHORT, pc.less(lengths, self.fewest)))
            if self.most is not None:
                broken.append((_LONG, pc.greater(lengths, self.most)))
        if self.pattern is not None:
            matches = pc.match_substring_regex(cells, pattern=self.pattern)
            broken.append((_PATTERN, pc.invert(matches)))
        return broken


def _mask(column: pa.Array) -> npt.NDArray[np.bool_]:
    filled = pc.fill_null(column, False) if column.null_count else column
    mask: npt.NDArray[np.bool_] = filled.to_numpy(zero_copy_only=False)
    return mask
