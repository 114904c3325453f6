# SPDX-License-Identifier: Apache-2.0
"""The column kernels: what swaps, judges and finds identity numbers in whole columns.

Two implementations have one meaning. :mod:`pseudo.kernel.reference` (Python, pyarrow,
numpy and hashlib, working on distinct values) is the specification; a compiled one may
stand in for it where it is installed, and tests hold the two equal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.errors import UsageError
from pseudo.identity import IdentityRule, Reason
from pseudo.pseudonym import PseudonymFormat

__all__ = ["Found", "Kernel", "MacKey", "Swapped", "select"]


class MacKey:
    """A key as a kernel has prepared it for HMAC: opaque, not copied, never printed."""

    __slots__ = ("__weakref__",)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a prepared key cannot be pickled")

    def __copy__(self) -> MacKey:
        raise TypeError("a prepared key cannot be copied")

    def __deepcopy__(self, memo: object) -> MacKey:
        raise TypeError("a prepared key cannot be copied")


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


class Kernel(Protocol):
    """What every kernel does. All methods are pure and may run in several threads."""

    name: str

    def prepare(self, key: bytes) -> MacKey:
        """Prepare a 32-byte HMAC key.

        Raises:
            ValueError: The key is not 32 bytes long.
        """

    def swap(
        self,
        column: pa.Array,
        rule: IdentityRule,
        key: MacKey,
        form: PseudonymFormat,
        scope: Sequence[pa.Array] = (),
    ) -> Swapped:
        """Swap a column; see :meth:`pseudo.domain.Domain.swap`."""

    def find(self, column: pa.Array, reference_year: int) -> Found:
        """Find every personnummer and samordningsnummer in a column, in any spelling.

        Args:
            column: Text or numbers; other types hold none.
            reference_year: By which the century of a 10-digit form is told.
        """


def select(name: str = "auto") -> Kernel:
    """Return the kernel called ``name``.

    Args:
        name: ``reference``, or ``auto`` for the fastest that is installed.

    Raises:
        UsageError: There is no kernel of that name here.
    """
    from pseudo.kernel.reference import ReferenceKernel

    if name in ("auto", "reference"):
        return ReferenceKernel()
    raise UsageError("kernel.unknown", kernel=name)
