# SPDX-License-Identifier: Apache-2.0
"""A piece of a dump: found rows on their way to columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.errors import DeliveryError
from pseudo.io.sqldump.block import Block, Numbers
from pseudo.io.sqldump.copied import split_copied
from pseudo.io.sqldump.ddl import Column
from pseudo.io.sqldump.dialects import SqlDialect
from pseudo.io.sqldump.literals import NotALiteral, literal
from pseudo.io.sqldump.typed import converted
from pseudo.kernel import Kernel, SqlGrammar
from pseudo.records import Records, Reject

__all__ = ["SqlPiece"]

_TOO_FEW = "record.too_few_values"
_TOO_MANY = "record.too_many_values"


@dataclass(frozen=True, slots=True)
class _Fault:
    """What is wrong with a row: the first one of a piece refuses the dump."""

    row: int
    place: int
    code: str
    params: dict[str, str]


@dataclass(frozen=True, slots=True, repr=False)
class SqlPiece:
    """Rows of a dump; see :class:`pseudo.records.Piece`.

    Attributes:
        file: Number of the file in the delivery, from 1.
        block: The rows, at least one.
        columns: All columns of the table.
        schema: Those that are wanted.
        dialect: Of the dump.
        kernel: What takes rows apart.
    """

    file: int
    block: Block
    columns: tuple[Column, ...]
    schema: pa.Schema
    dialect: SqlDialect
    kernel: Kernel

    @property
    def framed(self) -> int:
        """Records in it."""
        return len(self.block.lines)

    @property
    def done(self) -> int:
        """Bytes of the file that were read when it was complete."""
        return self.block.done

    def parse(self) -> Records:
        """Take the rows apart and convert their values.

        Raises:
            DeliveryError: A value is no literal, or not of its column's type.
        """
        width = len(self.block.way.order)
        wanted = set(self.schema.names)
        chosen = [place for place, column in enumerate(self.columns) if column.name in wanted]
        texts, fields, faults = self._texts(chosen, width)
        fits = fields == width
        rows = np.flatnonzero(fits)
        arrays = []
        for place, number in enumerate(chosen):
            column = self.columns[number]
            array, found = self._converted(texts[place], column, place)
            arrays.append(array)
            faults.extend(found)
        broken = np.flatnonzero(fields == 0)
        self._refuse(faults, rows, broken)
        numbers = np.arange(self.framed, dtype=np.int64) + self.block.record
        lines = self.block.lines
        rejects = [
            Reject(self.file, int(numbers[row]), int(lines[row]), "",
                   _TOO_FEW if fields[row] < width else _TOO_MANY)
            for row in np.flatnonzero(~fits).tolist()
        ]  # fmt: skip
        return Records(
            batch=pa.RecordBatch.from_arrays(arrays, schema=self.schema),
            file=self.file,
            numbers=numbers[fits],
            lines=lines[fits],
            rejects=rejects,
            framed=self.framed,
            done=self.done,
        )

    def _texts(
        self, chosen: Sequence[int], width: int
    ) -> tuple[list[pa.StringArray], Numbers, list[_Fault]]:
        """Take the rows apart; what of their values is no literal is a fault."""
        block, way = self.block, self.block.way
        places = [way.order[number] for number in chosen]
        ascending = sorted(places)
        faults: list[_Fault] = []
        if way.grammar is None:
            columns, fields = split_copied(block.text, block.rows, width, ascending, self.kernel)
        else:
            columns, fields, deferred = self.kernel.sql_values(
                block.text, block.rows, way.grammar, width, ascending
            )
            for place in sorted({place for place, _ in deferred}):
                rows = [row for each, row in deferred if each == place]
                number = chosen[places.index(ascending[place])]
                columns[place], found = self._read(columns[place], rows, number, way.grammar)
                faults.extend(found)
        return [columns[ascending.index(place)] for place in places], fields, faults

    def _read(
        self, column: pa.StringArray, rows: list[int], number: int, grammar: SqlGrammar
    ) -> tuple[pa.StringArray, list[_Fault]]:
        """Read the values of a column that are no plain literal."""
        kind = self.columns[number].kind
        known: dict[bytes, bytes | None] = {}
        read: list[bytes | None] = []
        faults: list[_Fault] = []
        for row in rows:
            raw = column[row].as_buffer().to_pybytes()
            if raw not in known:
                try:
                    known[raw] = literal(raw, self.dialect, grammar, kind)
                except NotALiteral as error:
                    faults.append(
                        _Fault(row, number, "delivery.sql_refused", {"what": error.what})
                    )
                    break
            read.append(known[raw])
        mask = np.zeros(len(column), np.bool_)
        mask[rows[: len(read)]] = True
        cells = pa.array(read, pa.binary()).view(pa.string())
        return pc.replace_with_mask(column, pa.array(mask), cells), faults

    def _converted(
        self, texts: pa.StringArray, column: Column, number: int
    ) -> tuple[pa.Array, list[_Fault]]:
        if not _is_text(texts):
            row = next(row for row in range(len(texts)) if not _is_text(texts.slice(row, 1)))
            params = {"column": column.name, "type": column.type or "text"}
            fault = _Fault(row, number, "delivery.sql_value", params)
            return pa.nulls(len(texts), self.schema.field(column.name).type), [fault]
        array, bad = converted(texts, column.kind, self.kernel)
        faults = [
            _Fault(
                int(row), number, "delivery.sql_value",
                {"column": column.name, "type": column.type},
            )
            for row in np.flatnonzero(bad)[:1]
        ]  # fmt: skip
        return array, faults

    def _refuse(self, faults: list[_Fault], rows: Numbers, broken: Numbers) -> None:
        """Refuse the dump for the first row with a fault, if there is one.

        Raises:
            DeliveryError: There is.
        """
        found = [(int(rows[fault.row]), fault.place, fault) for fault in faults]
        if broken.size:
            row = int(broken[0])
            found.append((row, -1, _Fault(row, -1, "delivery.sql_refused", {"what": "(,)"})))
        if found:
            # A value that is no literal has no type either, so it is told first.
            row, _, fault = min(found, key=lambda each: (each[0], each[2].code, each[1]))
            self._refuse_row(row, fault)

    def _refuse_row(self, row: int, fault: _Fault) -> NoReturn:
        raise DeliveryError(
            fault.code,
            file=self.file,
            record=self.block.record + row,
            line=int(self.block.lines[row]),
            **fault.params,
        )


def _is_text(texts: pa.StringArray) -> bool:
    try:
        texts.validate(full=True)
    except pa.ArrowInvalid:
        return False
    return True
