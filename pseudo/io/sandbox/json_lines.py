# SPDX-License-Identifier: Apache-2.0
"""In the child: JSON lines, one object a line.

The columns and their types are those of the first 16 MiB: whatever fits in them is taken as
it is, and a later record with another column or type refuses the file. Texts stay texts,
also where they look like moments; numbers are JSON's, so only up to 2^53 exact.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.json as pj

from pseudo.io.sandbox.facts import FileFacts
from pseudo.io.sandbox.input_file import InputFile
from pseudo.io.sandbox.plain import plain_batch, plain_schema
from pseudo.io.sandbox.verdict import Refused
from pseudo.io.sandbox.worker import Parsed, check_columns

__all__ = ["parse"]

_BLOCK = 8 * 1024 * 1024
# The library parses JSON by two processors and more where it is left to itself.
_THREADS = 2
_LOOKED_AT = 16 * 1024 * 1024
_BOM = b"\xef\xbb\xbf"
_NUMBER = ""

Places = np.ndarray[Any, np.dtype[np.int64]]


@dataclass(frozen=True, slots=True, repr=False)
class _Block:
    """Whole lines.

    Attributes:
        text: The lines.
        numbers: Numbers of those that hold something.
    """

    text: memoryview
    numbers: Places


def parse(file: InputFile, order: Mapping[str, Any]) -> Parsed:
    """Open a file of JSON lines; see :mod:`pseudo.io.sandbox.registry`.

    Raises:
        Refused: A line is no object, or has columns that cannot be taken.
    """
    found = pa.schema([])
    for block in _blocks(file, order["longest"], most=_LOOKED_AT):
        found = _joined(found, _parsed(block).schema)
    if not len(found):
        raise Refused("delivery.no_columns")
    check_columns(len(found))
    schema, facts = plain_schema(found)
    numbered = schema.append(pa.field(_NUMBER, pa.int64()))
    read = partial(_batches, file, found, schema, order)
    return Parsed(
        numbered, None, read, FileFacts(numbered=True, header_row=0, untaken=facts.untaken)
    )


def _blocks(file: InputFile, longest: int, most: int = 0) -> Iterator[_Block]:
    """Give whole lines, many at a time."""
    file.seek(0)
    if file.read(len(_BOM)) != _BOM:
        file.seek(0)
    waiting, line = b"", 1
    while data := file.read(_BLOCK):
        text = waiting + data
        cut = text.rfind(b"\n") + 1
        whole, waiting = memoryview(text)[:cut], text[cut:]
        ends = _line_ends(whole)
        if len(waiting) > longest:
            raise Refused("delivery.row_too_long", record=line + len(ends), limit=longest)
        if cut:
            yield _Block(whole, _held(whole, ends) + line)
            line += len(ends)
        if most and file.tell() >= most:
            return
    if waiting.strip():
        whole = memoryview(waiting)
        yield _Block(whole, _held(whole, _line_ends(whole)) + line)


def _line_ends(text: memoryview) -> Places:
    return np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n"))


def _held(text: memoryview, ends: Places) -> Places:
    """Give the places of the lines that hold something, from 0."""
    starts = np.concatenate(([0], ends + 1))
    starts = starts[starts < len(text)]
    held = np.frombuffer(text, dtype=np.uint8)[starts] == ord("{")
    for place in np.flatnonzero(~held).tolist():
        end = ends[place] if place < len(ends) else len(text)
        held[place] = bool(bytes(text[starts[place] : end]).strip())
    return np.flatnonzero(held)


def _parsed_ahead(
    blocks: Iterator[_Block], schema: pa.Schema
) -> Iterator[tuple[_Block, pa.Table]]:
    """Parse blocks while those before them are sent."""
    with ThreadPoolExecutor(_THREADS) as pool:
        waiting: deque[tuple[_Block, Future[pa.Table]]] = deque()
        for block in blocks:
            waiting.append((block, pool.submit(_parsed, block, schema)))
            if len(waiting) > _THREADS:
                first, table = waiting.popleft()
                yield first, table.result()
        for first, table in waiting:
            yield first, table.result()


def _parsed(block: _Block, schema: pa.Schema | None = None) -> pa.Table:
    """Parse lines; by a schema, or by what they hold.

    Raises:
        Refused: They are no objects, or not of the schema.
    """
    if not len(block.numbers):
        return (schema or pa.schema([])).empty_table()
    options = pj.ParseOptions(
        explicit_schema=schema,
        newlines_in_values=False,
        unexpected_field_behavior="infer" if schema is None else "error",
    )
    reading = pj.ReadOptions(use_threads=False, block_size=len(block.text))
    column = None
    try:
        return pj.read_json(pa.BufferReader(block.text), reading, options)
    except MemoryError:
        raise
    except (pa.ArrowException, ValueError) as error:
        # Of the library's message only the name of a column is taken, which is no value.
        column = _column_of(str(error))
    if column is not None:
        raise Refused("delivery.mixed_column", column=column)
    raise Refused("delivery.unreadable", format="JSON")


def _column_of(message: str) -> str | None:
    """Find the column that a message says has values of several types."""
    _, found, rest = message.partition("Column(/")
    name, found, rest = rest.partition(") changed from ") if found else ("", "", "")
    return name if found and rest else None


def _joined(one: pa.Schema, other: pa.Schema) -> pa.Schema:
    """Give the columns of both, each with the type that holds the values of both."""
    kinds = {field.name: field.type for field in one}
    for field in other:
        kind = pa.string() if pa.types.is_timestamp(field.type) else field.type
        known = kinds.get(field.name, pa.null())
        numbers = {known, kind} == {pa.int64(), pa.float64()}
        if pa.types.is_null(known):
            kinds[field.name] = kind
        elif numbers:
            kinds[field.name] = pa.float64()
        elif known != kind and not pa.types.is_null(kind) and not pa.types.is_nested(kind):
            raise Refused("delivery.mixed_column", column=field.name)
    return pa.schema(list(kinds.items()))


def _batches(
    file: InputFile,
    found: pa.Schema,
    schema: pa.Schema,
    order: Mapping[str, Any],
    chosen: Sequence[int],
) -> Iterator[pa.RecordBatch]:
    """Parse all columns, since the parser cannot leave one out, and give the chosen ones."""
    wanted = pa.schema([schema.field(place) for place in chosen if place < len(schema)])
    names = [field.name for field in found]
    # What is null in all that was looked at may be anything later, but then a text.
    texts = [pa.string() if pa.types.is_null(field.type) else field.type for field in found]
    explicit = pa.schema(list(zip(names, texts, strict=True)))
    for block, table in _parsed_ahead(_blocks(file, order["longest"]), explicit):
        if len(block.numbers) != len(table):
            raise Refused("delivery.unreadable", format="JSON")
        start = 0
        for piece in table.combine_chunks().to_batches(max_chunksize=order["rows"]):
            part = pa.array(block.numbers[start : start + len(piece)])
            start += len(piece)
            yield plain_batch(piece, wanted).append_column(_NUMBER, part)
