# SPDX-License-Identifier: Apache-2.0
"""In the child: SAS, SPSS and Stata files, read a bounded piece at a time.

========================  ===========================================================
room                      what it is
========================  ===========================================================
:mod:`.statistics_file`   what kind of file it is, and the library that reads it
:mod:`.statistics_xpt`    the members of a transport file, and where its rows are
:mod:`.statistics_sas`    the pages of a SAS file, and where its rows are
:mod:`.statistics_sav`    the packed rows of an SPSS file, piece by piece
:mod:`.statistics_text`   texts and names from the encoding that the file is in
:mod:`.statistics_dates`  which formats show dates and times, and what they stand for
:mod:`.statistics_column` a column's type, and its values as Arrow
========================  ===========================================================

A column's type follows from what the file declares of it, never from its values, so it
does not depend on where a piece begins: numbers of SAS and SPSS are ``float64``, the
integers of Stata ``int64``, its others ``float64``. Labels, notes and attributes of any
kind are left behind, but for the labels of codes where ``value_labels`` asks for them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from pseudo.io.sandbox.facts import FileFacts
from pseudo.io.sandbox.statistics_column import Column
from pseudo.io.sandbox.statistics_dates import calendar_of
from pseudo.io.sandbox.statistics_file import Asked, StatisticsFile, damaged, open_file
from pseudo.io.sandbox.statistics_sav import GROUP
from pseudo.io.sandbox.statistics_text import Decoder
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.sandbox.worker import MOST_COLUMNS, InputFile, Parsed

__all__ = ["parse"]

# What the values of one piece may take as Python objects. Few are quicker, since they stay
# near the processor; but each piece begins with a search for its first row, and where that
# goes through all rows before, there are to be few pieces.
_FEW_BYTES, _MORE_BYTES, _MOST_BYTES = (number * 1024 * 1024 for number in (16, 128, 512))
_SHARE_OF_MEMORY, _PIECES = 8, 4
_A_NUMBER, _A_TEXT = 40, 72
# Where a file does not say how many rows it has, the library sets aside room for this many
# in each column that it reads at a time.
_SET_ASIDE, _COLUMNS_AT_A_TIME = 100_000, 200


def parse(file: InputFile, order: Mapping[str, Any]) -> Parsed:
    """Open a file of SAS, SPSS or Stata; see :mod:`pseudo.io.sandbox.registry`.

    Raises:
        Refused: It is none of them, or damaged, encrypted, or in another encoding than it
            says; or it holds several tables and none was told.
    """
    told = order["arguments"]
    found = open_file(file, told.get("table"), told.get("encoding"), _asked(told))
    columns = _columns(found, told.get("value_labels") == "labels")
    schema = pa.schema([(column.name, column.type) for column in columns])
    read = partial(_batches, found, columns, order)
    facts = FileFacts(table=found.table, not_taken=found.not_taken(told.get("value_labels")))
    return Parsed(schema, found.rows, read, facts)


def _asked(told: Mapping[str, Any]) -> Asked:
    return Asked(user_missing=told.get("user_missing") == "keep")


def _columns(found: StatisticsFile, labels: bool) -> list[Column]:
    said = found.said
    names = said.column_names
    if len(names) > MOST_COLUMNS:
        raise Refused("delivery.too_many_columns", columns=len(names), limit=MOST_COLUMNS)
    # Of a damaged transport file the library gives columns without a name.
    if None in names:
        raise damaged(found.program)
    return [
        Column(
            name=found.decoder.name(found.original(raw)),
            raw=raw,
            kind=said.readstat_variable_types[raw],
            width=said.variable_storage_width[raw],
            calendar=calendar_of(
                said.readstat_variable_types[raw],
                found.decoder.name(said.original_variable_types[raw] or ""),
                found.program,
            ),
            labels=_labels(found.decoder, said.variable_value_labels.get(raw) if labels else None),
            as_text=found.program == "Stata" and said.variable_storage_width[raw] == 0,
        )
        for raw in names
    ]


def _labels(
    decoder: Decoder, found: Mapping[float | str, str] | None
) -> dict[float | str, str] | None:
    if not found:
        return None
    return {
        decoder.name(code) if isinstance(code, str) else code: decoder.name(label)
        for code, label in found.items()
    }


def _batches(
    found: StatisticsFile,
    columns: Sequence[Column],
    order: Mapping[str, Any],
    chosen: Sequence[int],
) -> Iterator[pa.RecordBatch]:
    """Read the chosen columns, piece by piece until a piece is not full."""
    wanted = [columns[place] for place in chosen]
    piece = _piece_rows(found, wanted, order["memory"])
    begin = 0
    while found.rows is None or begin < found.rows:
        asked = piece if found.rows is None else min(piece, found.rows - begin)
        count = 0
        for batch in _arrow(found, wanted, begin, asked, order["rows"]):
            count += batch.num_rows
            yield batch
        begin += count
        if count < asked:
            break
    if found.rows is not None and begin != found.rows:
        raise damaged(found.program)


def _piece_rows(found: StatisticsFile, columns: Sequence[Column], memory: int) -> int:
    """Rows to read at a time, by what the file says of their widths."""
    a_row = sum(_A_TEXT + column.width if column.is_text else _A_NUMBER for column in columns)
    most = _FEW_BYTES
    if found.searched or any(column.as_text for column in columns):
        most = max(_MORE_BYTES, min(_MOST_BYTES, (found.rows or 0) * a_row // _PIECES))
    rows = min(most, memory // _SHARE_OF_MEMORY) // a_row
    return max(GROUP, rows // GROUP * GROUP)


def _values(
    found: StatisticsFile, columns: Sequence[Column], begin: int, count: int
) -> dict[str, list[Any]]:
    """Read some rows; of many columns only some at a time where the file has unknown rows."""
    step = len(columns) if found.rows is not None else _COLUMNS_AT_A_TIME
    values: dict[str, list[Any]] = {}
    for first in range(0, len(columns), step):
        group = [column.raw for column in columns[first : first + step]]
        values.update(found.read(group, begin, count))
    if len({len(column) for column in values.values()}) != 1:
        raise damaged(found.program)
    return values


def _arrow(
    found: StatisticsFile, columns: Sequence[Column], begin: int, asked: int, most: int
) -> Iterator[pa.RecordBatch]:
    """Read a piece, and give it in batches."""
    schema = pa.schema([(column.name, column.type) for column in columns])
    values = _values(found, columns, begin, asked)
    count = len(next(iter(values.values())))
    for first in range(0, count, most):
        arrays = [
            column.taken(values[column.raw][first : first + most], found.decoder)
            for column in columns
        ]
        yield pa.RecordBatch.from_arrays(arrays, schema=schema)
