# SPDX-License-Identifier: Apache-2.0
"""Arrow IPC out, the file format: values only, the same bytes whatever the chunks.

One record batch a block, zstd level 1. An array's memory may hold bytes that belong to no
row: behind a null, beside a slice, behind the last row. Every column is therefore copied
into buffers of exactly its own size, in which all of these are zero.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.io.writers.formulas import text_buffers
from pseudo.io.writers.port import Writer

__all__ = ["ArrowWriter"]

_ZSTD_LEVEL = 1


class ArrowWriter(Writer):
    """Writes one Arrow file; see :class:`~pseudo.io.writers.port.Writer`.

    Args:
        path: Where; the file must not exist.
        schema: Names and types of the output; metadata of it is not written.
        digests: Whether to take the digests of what is written.
        threads: With more than one, rows are hashed while they are encoded.
    """

    def __init__(
        self, path: Path, schema: pa.Schema, *, digests: bool = True, threads: int = 1
    ) -> None:
        super().__init__(path, schema, digests=digests, threads=threads)
        self._file: pa.ipc.RecordBatchFileWriter | None = None

    def _block(self, block: pa.RecordBatch) -> None:
        columns = [_alone(column) for column in block.columns]
        self._opened().write_batch(pa.RecordBatch.from_arrays(columns, schema=self.schema))

    def _finish(self) -> None:
        self._opened().close()

    def _opened(self) -> pa.ipc.RecordBatchFileWriter:
        if self._file is None:
            # Several buffers packed at a time give the same bytes, but not on our threads.
            options = pa.ipc.IpcWriteOptions(
                compression=pa.Codec("zstd", compression_level=_ZSTD_LEVEL), use_threads=False
            )
            self._file = pa.ipc.new_file(self._sink, self.schema, options=options)
        return self._file


def _alone(column: pa.Array) -> pa.Array:
    """Copy a column into buffers that hold nothing but its rows."""
    kind = column.type
    valid = _bits(column.is_valid()) if column.null_count else None
    if pa.types.is_string(kind):
        offsets, data = text_buffers(pc.fill_null(column, ""))
        texts = data[offsets[0] : offsets[-1]].tobytes()
        buffers = [pa.py_buffer((offsets - offsets[0]).tobytes()), pa.py_buffer(texts)]
    elif pa.types.is_boolean(kind):
        buffers = [_bits(pc.fill_null(column, False))]
    else:
        buffers = [pa.py_buffer(_numbers(column).tobytes())]
    return pa.Array.from_buffers(kind, len(column), [valid, *buffers])


def _bits(flags: pa.BooleanArray) -> pa.Buffer:
    packed = np.packbits(flags.to_numpy(zero_copy_only=False), bitorder="little")
    return pa.py_buffer(packed.tobytes())


def _numbers(column: pa.Array) -> npt.NDArray[np.generic]:
    if pa.types.is_date32(column.type):
        column = column.view(pa.int32())
    elif pa.types.is_timestamp(column.type):
        column = column.view(pa.int64())
    return pc.fill_null(column, 0).to_numpy(zero_copy_only=False)
