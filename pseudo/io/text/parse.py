# SPDX-License-Identifier: Apache-2.0
"""Framed records to Arrow, by pyarrow's CSV parser.

The parser gets whole records of one width only, on one thread and in one block, and
every column is text: no leading zero is lost, no type is guessed. Its errors quote the
row, so none of them gets out.
"""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
from pyarrow import csv

__all__ = ["cells", "rows"]

_BYTE_ORDER_MARK = b"\xef\xbb\xbf"


def rows(
    block: bytes | memoryview,
    schema: pa.Schema,
    delimiter: int,
    *,
    multiline: bool,
    chosen: Sequence[str] = (),
) -> pa.RecordBatch | None:
    """Parse whole records.

    Args:
        block: The records, in UTF-8; blank lines between them are passed over.
        schema: Text columns, as many as every record has fields.
        delimiter: The byte between fields.
        multiline: Whether a record holds a line end inside quotes.
        chosen: The columns that are wanted; all by default.

    Returns:
        One row a record, an empty cell being null; None where the parser refused.
    """
    if block[: len(_BYTE_ORDER_MARK)] == _BYTE_ORDER_MARK:
        # The parser drops a mark from the beginning of what it gets. Here it is part of
        # the data, and whether it stands first depends on where the text was cut.
        block = b"".join((_BYTE_ORDER_MARK, block))
    try:
        table = csv.read_csv(
            pa.BufferReader(block),
            read_options=csv.ReadOptions(
                use_threads=False, block_size=len(block) + 1, column_names=schema.names
            ),
            parse_options=csv.ParseOptions(
                delimiter=chr(delimiter),
                quote_char='"',
                double_quote=True,
                escape_char=False,
                newlines_in_values=multiline,
                ignore_empty_lines=True,
            ),
            convert_options=csv.ConvertOptions(
                column_types=schema,
                include_columns=list(chosen),
                # The decoder gives nothing but UTF-8, and records are cut at ASCII.
                check_utf8=False,
                null_values=[""],
                strings_can_be_null=True,
                quoted_strings_can_be_null=True,
            ),
        )
    except pa.ArrowInvalid:
        return None
    return _one_batch(table)


def _one_batch(table: pa.Table) -> pa.RecordBatch | None:
    batches = table.combine_chunks().to_batches()
    return batches[0] if len(batches) == 1 else None


def cells(record: bytes, delimiter: int, fields: int) -> Sequence[str] | None:
    """Parse one record to texts, an empty cell being an empty text; None as for rows."""
    schema = pa.schema([(str(number), pa.string()) for number in range(fields)])
    batch = rows(record, schema, delimiter, multiline=True)
    if batch is None or batch.num_rows != 1:
        return None
    return [str(column[0].as_py() or "") for column in batch.columns]
