# SPDX-License-Identifier: Apache-2.0
"""In the child: Arrow IPC files (Feather), read with everything that is not values left."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

import pyarrow as pa

from pseudo.io.sandbox.ahead import one_ahead
from pseudo.io.sandbox.attempt import attempted
from pseudo.io.sandbox.input_file import InputFile
from pseudo.io.sandbox.plain import plain_batch, plain_schema
from pseudo.io.sandbox.worker import Parsed, check_columns

__all__ = ["parse"]


def parse(file: InputFile, order: Mapping[str, Any]) -> Parsed:
    """Open an Arrow IPC file; see :mod:`pseudo.io.sandbox.registry`.

    Raises:
        Refused: It is none, or damaged, or has columns that cannot be taken.
    """
    attempt = partial(attempted, "Arrow")
    found = attempt(lambda: pa.ipc.open_file(file).schema)
    check_columns(len(found))
    schema, facts = attempt(lambda: plain_schema(found))
    return Parsed(schema, None, partial(_batches, file, schema, order["rows"]), facts)


def _batches(
    file: InputFile, schema: pa.Schema, most: int, chosen: Sequence[int]
) -> Iterator[pa.RecordBatch]:
    wanted = pa.schema([schema.field(place) for place in chosen])
    options = pa.ipc.IpcReadOptions(included_fields=list(chosen), use_threads=False)
    reader = attempted("Arrow", lambda: pa.ipc.open_file(file, options=options))
    numbers = range(attempted("Arrow", lambda: reader.num_record_batches))
    valid = (attempted("Arrow", partial(_valid_batch, reader, number)) for number in numbers)
    for whole in one_ahead(valid):
        for start in range(0, whole.num_rows, most):
            yield attempted("Arrow", partial(plain_batch, whole.slice(start, most), wanted))


def _valid_batch(reader: pa.ipc.RecordBatchFileReader, number: int) -> pa.RecordBatch:
    batch = reader.get_batch(number)
    batch.validate(full=True)
    return batch
