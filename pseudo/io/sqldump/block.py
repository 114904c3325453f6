# SPDX-License-Identifier: Apache-2.0
"""Rows that were found in a dump, on their way to a piece."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from pseudo.kernel import SqlGrammar, SqlRows

__all__ = ["Block", "Pending", "Way"]

Numbers = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Way:
    """How rows are written.

    Attributes:
        order: Where each of the table's columns stands in a row.
        grammar: How literals are written; None for the lines of COPY.
    """

    order: tuple[int, ...]
    grammar: SqlGrammar | None


@dataclass(frozen=True, slots=True, repr=False)
class Block:
    """Rows of one text that are written in one way.

    Attributes:
        text: In UTF-8.
        rows: Where they are.
        lines: The physical line of each.
        record: Record number of the first.
        way: How they are written.
        done: Bytes of the file that were read.
    """

    text: bytes
    rows: SqlRows
    lines: Numbers
    record: int
    way: Way
    done: int


@dataclass(slots=True, repr=False)
class Pending:
    """Rows of several statements that may still become one block.

    Attributes:
        text: The text they stand in.
        way: How they are written.
        record: Record number of the first.
        done: Bytes of the file that were read.
    """

    text: bytes
    way: Way
    record: int
    done: int
    _starts: list[Numbers] = field(default_factory=list)
    _ends: list[Numbers] = field(default_factory=list)
    _lines: list[Numbers] = field(default_factory=list)

    def add(self, starts: Numbers, ends: Numbers, lines: Numbers) -> None:
        """Add rows that follow those before."""
        self._starts.append(starts)
        self._ends.append(ends)
        self._lines.append(lines)

    def block(self) -> Block:
        """Make a block of all."""
        starts, ends = np.concatenate(self._starts), np.concatenate(self._ends)
        return Block(
            self.text,
            SqlRows(starts, ends, int(ends[-1])),
            np.concatenate(self._lines),
            self.record,
            self.way,
            self.done,
        )
