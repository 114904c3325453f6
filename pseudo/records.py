# SPDX-License-Identifier: Apache-2.0
"""What passes between the rooms: records with their coordinates, and rejects.

A :class:`Piece` is what a reader gives: records that are found but may not be parsed yet,
so that whoever works on them can do that in a thread of its own. A :class:`Records` is the
same parsed, on its way to the engine. Its coordinates travel beside the data, because
ragged records are already left out and a record may span several physical lines. A
:class:`Reject` names a place and a reason, and has no room for a value.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

__all__ = ["Effect", "Piece", "Records", "Reject"]

Effect = Literal["row_left_out", "value_left_blank", "delivery_refused"]


class Reject(NamedTuple):
    """One thing that is wrong in a delivery, and where.

    Attributes:
        file: Number of the file in the delivery, from 1.
        record: Record number with the header as 1; 0 where the whole file is meant.
        line: Physical line of the record's first character, from 1; 0 where the format
            has no lines.
        column: Name of the column as the spec has it; empty where the whole record is meant.
        code: Reason code, a key of the text catalogue.
        effect: What became of it.
    """

    file: int
    record: int
    line: int
    column: str
    code: str
    effect: Effect = "row_left_out"


@dataclass(frozen=True, slots=True, repr=False)
class Records:
    """A piece of a delivery.

    Attributes:
        batch: The records that could be parsed, one row each. Columns bear the
            delivery's names in the delivery's order; from text files every column is
            ``string`` and an empty cell is null.
        file: Number of the file in the delivery, from 1.
        numbers: Record number of each row, int64, with the header as 1.
        lines: Physical line of each row, int64, or None where the format has none.
        rejects: Records that the reader had to leave out (ragged), in order.
        framed: Records the reader saw, those left out included:
            ``batch.num_rows + number of distinct rejected records``.
        done: Bytes of the file that were read when this piece was complete.
    """

    batch: pa.RecordBatch
    file: int
    numbers: npt.NDArray[np.int64]
    lines: npt.NDArray[np.int64] | None
    rejects: Sequence[Reject]
    framed: int
    done: int

    def parse(self) -> Records:
        """Give the records as they are: what was delivered in columns is a :class:`Piece`."""
        return self

    def __repr__(self) -> str:
        # Cells end up in logs and tracebacks through the reprs of what holds them.
        return f"<Records of file {self.file}: {self.batch.num_rows} rows of {self.framed}>"


class Piece(Protocol):
    """Records of a delivery that a reader has found.

    It holds all that it needs: it can be parsed after its reader was closed.

    Attributes:
        file: Number of the file in the delivery, from 1.
        framed: Records in it, at least 1.
        done: Bytes of the file that were read when it was complete.
    """

    @property
    def file(self) -> int:
        """Number of the file."""

    @property
    def framed(self) -> int:
        """Records in it."""

    @property
    def done(self) -> int:
        """Bytes read."""

    def parse(self) -> Records:
        """Parse the records. Possible once, in any thread.

        Raises:
            DeliveryError: They cannot be parsed as they were framed.
        """
