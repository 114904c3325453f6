# SPDX-License-Identifier: Apache-2.0
"""The floor: the same read and write without any change, as well as pyarrow can do it.

Reading and writing overlap, blocks and row groups have the sizes that ours have, and a
column gets a dictionary only where it pays, which is found out beforehand.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Iterator
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import csv

from pseudo.testing.large import LARGE_COLUMNS

__all__ = ["read_and_write"]

_BLOCK = 4 * 1024**2
_ROW_GROUP = 131_072
_TYPES = {
    "insats": pa.int64(),
    "startdatum": pa.date32(),
    "slutdatum": pa.date32(),
    "timmar": pa.int64(),
    "belopp": pa.int64(),
}
_RECURRING = ["kommun", "insats", "startdatum", "slutdatum", "timmar", "utfall"]


def read_and_write(source: Path, target: Path, *, typed: bool) -> None:
    """Read a large file and write it as Parquet.

    Args:
        source: From :func:`pseudo.testing.large.write_large`.
        target: The file to write.
        typed: Whether columns have their types or are all text.
    """
    types = dict.fromkeys(LARGE_COLUMNS, pa.string()) | (_TYPES if typed else {})
    reader = csv.open_csv(
        source,
        read_options=csv.ReadOptions(block_size=_BLOCK),
        parse_options=csv.ParseOptions(delimiter=";"),
        convert_options=csv.ConvertOptions(column_types=types, strings_can_be_null=True),
    )
    with pq.ParquetWriter(
        target,
        reader.schema,
        compression="zstd",
        compression_level=1,
        use_dictionary=_RECURRING,
        store_schema=False,
    ) as writer:
        for group in _groups(_ahead(reader)):
            writer.write_table(group, row_group_size=_ROW_GROUP)


def _ahead(reader: csv.CSVStreamingReader) -> Iterator[pa.RecordBatch]:
    """Read in a thread of its own, a few blocks ahead."""
    waiting: queue.Queue[pa.RecordBatch | None] = queue.Queue(4)

    def read() -> None:
        try:
            for batch in reader:
                waiting.put(batch)
        finally:
            waiting.put(None)

    thread = threading.Thread(target=read)
    thread.start()
    while (batch := waiting.get()) is not None:
        yield batch
    thread.join()


def _groups(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.Table]:
    """Cut a stream into row groups."""
    held: list[pa.RecordBatch] = []
    rows = 0
    for batch in batches:
        held.append(batch)
        rows += batch.num_rows
        if rows >= _ROW_GROUP:
            joined = pa.Table.from_batches(held).combine_chunks()
            whole = rows - rows % _ROW_GROUP
            for start in range(0, whole, _ROW_GROUP):
                yield joined.slice(start, _ROW_GROUP)
            held, rows = joined.slice(whole).to_batches(), rows - whole
    if rows:
        yield pa.Table.from_batches(held)
