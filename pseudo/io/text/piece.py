# SPDX-License-Identifier: Apache-2.0
"""A piece of a text file: framed records on their way to rows.

Records of the header's width become rows, and the others become rejects. When they are
split they must come out as they were framed, or the delivery is refused: a row that is
lost silently is a person who is lost.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.errors import DeliveryError
from pseudo.io.text.stream import Block
from pseudo.kernel import Kernel
from pseudo.records import Records, Reject

__all__ = ["TextPiece"]

TOO_FEW = "record.too_few_fields"
TOO_MANY = "record.too_many_fields"

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True, repr=False)
class TextPiece:
    """Framed records of a text file; see :class:`pseudo.records.Piece`.

    Attributes:
        file: Number of the file in the delivery, from 1.
        block: The records, at least one.
        header: All columns of the file, every type ``string``.
        schema: Those that are wanted.
        delimiter: The byte between fields.
        kernel: What splits the records.
    """

    file: int
    block: Block
    header: pa.Schema
    schema: pa.Schema
    delimiter: int
    kernel: Kernel

    @property
    def framed(self) -> int:
        """Records in it."""
        return self.block.framed.count

    @property
    def done(self) -> int:
        """Bytes of the file that were read when it was complete."""
        return self.block.done

    def parse(self) -> Records:
        """Split the records.

        Raises:
            DeliveryError: The records are not what they were framed as.
        """
        framed = self.block.framed
        fits = framed.fields == len(self.header)
        numbers = np.arange(framed.count, dtype=np.int64) + self.block.place.record
        lines = framed.lines + self.block.place.line
        rejects = [
            Reject(self.file, int(numbers[row]), int(lines[row]), "", code)
            for row, code in self._ragged(fits)
        ]
        batch = self._rows()
        if batch is None or batch.num_rows != framed.count - len(rejects):
            raise DeliveryError(
                "delivery.framing_mismatch",
                file=self.file,
                record=int(numbers[0]),
                line=int(lines[0]),
            )
        return Records(
            batch=batch,
            file=self.file,
            numbers=numbers[fits] if rejects else numbers,
            lines=lines[fits] if rejects else lines,
            rejects=rejects,
            framed=framed.count,
            done=self.done,
        )

    def _ragged(self, fits: Flags) -> Iterator[tuple[int, str]]:
        fields = self.block.framed.fields
        for row in np.flatnonzero(~fits).tolist():
            yield row, TOO_FEW if fields[row] < len(self.header) else TOO_MANY

    def _rows(self) -> pa.RecordBatch | None:
        chosen = [self.header.get_field_index(name) for name in self.schema.names]
        columns = self.kernel.split(
            self.block.text, self.block.framed, self.delimiter, len(self.header), chosen
        )
        if columns is None:
            return None
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)
