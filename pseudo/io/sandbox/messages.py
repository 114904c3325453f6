# SPDX-License-Identifier: Apache-2.0
"""Judging what the child sent, before any of it is used.

The child may have been taken over by the file it read. So its Arrow messages are read
one by one: only a schema first, then record batches; none may be compressed (a few bytes
could unpack to all memory there is), every type is a plain one, and each batch is
validated down to its last offset and letter.
"""

from __future__ import annotations

import struct
from collections.abc import Callable
from typing import Any

import pyarrow as pa

from pseudo.io.sandbox.facts import FileFacts, read_facts
from pseudo.io.sandbox.pipes import Pipe, Unsound
from pseudo.io.sandbox.plain import is_plain

__all__ = ["NotText", "next_batch", "read_schema"]

_MOST_COLUMNS = 100_000
# Places in Arrow's flatbuffers: the message's header, a record batch's compression.
_HEADER_SLOT = 2
_COMPRESSION_SLOT = 3


class NotText(Exception):  # noqa: N818
    """A column that is said to be text is not UTF-8.

    Args:
        column: Its name.
    """

    def __init__(self, column: str) -> None:
        super().__init__()
        self.column = column


def read_schema(pipe: Pipe) -> tuple[pa.Schema, int | None, FileFacts]:
    """Read the first message.

    Returns:
        The schema without metadata, how many rows the file says it has, and what else the
        child says of it.

    Raises:
        Unsound: It is no schema, or not of plain types.
        EOFError: The stream ended.
    """
    message = _message(pipe)
    if message is None:
        raise EOFError
    if message.type != "schema":
        raise Unsound
    schema = _quietly(pa.ipc.read_schema, message)
    if not 0 < len(schema) <= _MOST_COLUMNS or not all(map(is_plain, schema.types)):
        raise Unsound
    names = _quietly(lambda: list(schema.names))
    said = (schema.metadata or {}).get(b"rows", b"")
    rows = int(said) if said.isdigit() and len(said) < 19 else None
    facts = read_facts((schema.metadata or {}).get(b"facts", b"{}"))
    if facts is None or (facts.numbered and schema.types[-1] != pa.int64()):
        raise Unsound
    return pa.schema(list(zip(names, schema.types, strict=True))), rows, facts


def next_batch(pipe: Pipe, schema: pa.Schema, most_rows: int) -> pa.RecordBatch | None:
    """Read the next message.

    Returns:
        A valid batch; None where the stream ended.

    Raises:
        NotText: A column of text is not UTF-8.
        Unsound: It is something else.
    """
    message = _message(pipe)
    if message is None:
        return None
    if message.type != "record batch" or _is_compressed(message.metadata):
        raise Unsound
    batch = _quietly(pa.ipc.read_record_batch, message, schema)
    if batch.num_rows > most_rows or batch.schema != schema:
        raise Unsound
    if not _is_valid(batch):
        # Text that is not UTF-8 is a fault of the file; anything else is none of a file's.
        _quietly(batch.validate, full=False)
        raise NotText(_not_text(batch))
    return batch


def _is_valid(columns: pa.RecordBatch | pa.Array) -> bool:
    try:
        columns.validate(full=True)
    except (pa.ArrowException, OSError, UnicodeError):
        return False
    return True


def _not_text(batch: pa.RecordBatch) -> str:
    """Name the column that is not UTF-8.

    Raises:
        Unsound: Something else is wrong with one.
    """
    wrong = [
        name
        for name, column in zip(batch.schema.names, batch.columns, strict=True)
        if not _is_valid(column)
    ]
    for name in wrong:
        column = batch.column(name)
        # The same bytes are well where they need not be letters.
        if not pa.types.is_string(column.type) or not _is_valid(column.view(pa.binary())):
            raise Unsound
    if not wrong:
        raise Unsound
    return wrong[0]


def _message(pipe: Pipe) -> pa.ipc.Message | None:
    try:
        return pa.ipc.read_message(pa.PythonFile(pipe, mode="r"))
    except EOFError:
        return None
    except (pa.ArrowException, OSError):
        pass
    raise Unsound


def _quietly(call: Callable[..., Any], *arguments: object, **named: bool) -> Any:
    # The library's messages may quote a value, so they are not even chained.
    try:
        return call(*arguments, **named)
    except (pa.ArrowException, OSError, UnicodeError):
        pass
    raise Unsound


def _is_compressed(metadata: pa.Buffer) -> bool:
    """Tell whether a record batch message says that its body is compressed."""
    data = memoryview(metadata)
    try:
        (root,) = struct.unpack_from("<I", data, 0)
        header = _field(data, root, _HEADER_SLOT)
        if header is None:
            raise Unsound
        (offset,) = struct.unpack_from("<I", data, header)
        return _field(data, header + offset, _COMPRESSION_SLOT) is not None
    except struct.error:
        pass
    raise Unsound


def _field(data: memoryview, table: int, slot: int) -> int | None:
    """Where a table's field is; None where the table does not have it."""
    (back,) = struct.unpack_from("<i", data, table)
    vtable = table - back
    (size,) = struct.unpack_from("<H", data, vtable)
    place = 4 + 2 * slot
    if place + 2 > size:
        return None
    (offset,) = struct.unpack_from("<H", data, vtable + place)
    return table + offset if offset else None
