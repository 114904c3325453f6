# SPDX-License-Identifier: Apache-2.0
"""In the child: Parquet, read with everything that is not values left behind."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from pseudo.io.sandbox.ahead import one_ahead
from pseudo.io.sandbox.attempt import attempted
from pseudo.io.sandbox.plain import plain_batch, plain_schema
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.sandbox.worker import PIECE_BYTES, InputFile, Parsed, check_columns

__all__ = ["parse"]

_LARGEST_THRIFT_TEXT = 64 * 1024 * 1024
_LARGEST_THRIFT_LIST = 4_000_000
_attempted = partial(attempted, "Parquet")


def parse(file: InputFile, order: Mapping[str, Any]) -> Parsed:
    """Open a Parquet file; see :mod:`pseudo.io.sandbox.registry`.

    Raises:
        Refused: It is no Parquet file, or damaged, or encrypted, or has columns that
            cannot be taken.
    """
    reader = _attempted(lambda: _opened(file))
    check_columns(len(_attempted(lambda: reader.schema_arrow)))
    schema, facts = _attempted(lambda: plain_schema(reader.schema_arrow))
    rows = max(0, reader.metadata.num_rows)
    return Parsed(schema, rows, partial(_batches, reader, schema, order["rows"]), facts)


def _opened(file: InputFile) -> pq.ParquetFile:
    return pq.ParquetFile(
        file,
        pre_buffer=False,
        thrift_string_size_limit=_LARGEST_THRIFT_TEXT,
        thrift_container_size_limit=_LARGEST_THRIFT_LIST,
        page_checksum_verification=True,
        arrow_extensions_enabled=False,
    )


def _chunk_rows(reader: pq.ParquetFile, most: int) -> int:
    """Rows to decode at a time: fewer where the file says that they are large."""
    said = sum(
        max(0, reader.metadata.row_group(number).total_byte_size)
        for number in range(reader.metadata.num_row_groups)
    )
    a_row = max(1, said // max(1, reader.metadata.num_rows))
    return int(max(1, min(most, 2 * PIECE_BYTES // a_row)))


def _batches(
    reader: pq.ParquetFile, schema: pa.Schema, most: int, chosen: Sequence[int]
) -> Iterator[pa.RecordBatch]:
    """Decode the chosen columns and no others: a column is stored by itself."""
    wanted = pa.schema([schema.field(place) for place in chosen])
    rows = _chunk_rows(reader, most)
    expected, seen = reader.metadata.num_rows, 0
    batches = reader.iter_batches(batch_size=rows, columns=wanted.names, use_threads=False)
    for batch in one_ahead(iter(lambda: _attempted(lambda: next(batches, None)), None)):
        seen += batch.num_rows
        yield _attempted(partial(plain_batch, batch, wanted))
    if seen != expected:
        raise Refused("delivery.unreadable", format="Parquet")
