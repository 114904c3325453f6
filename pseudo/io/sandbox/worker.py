# SPDX-License-Identifier: Apache-2.0
"""In the child: the parser reads the input, its rows go out as an Arrow stream."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib import import_module
from typing import Any

import pyarrow as pa

from pseudo.io.sandbox import verdict
from pseudo.io.sandbox.ahead import Ahead
from pseudo.io.sandbox.facts import FileFacts
from pseudo.io.sandbox.input_file import InputFile
from pseudo.io.sandbox.registry import PARSERS
from pseudo.io.sandbox.verdict import Refused

__all__ = ["MOST_COLUMNS", "PIECE_BYTES", "InputFile", "Parsed", "check_columns", "serve"]

# What goes through the pipe at once, unless one row alone is larger.
PIECE_BYTES = 32 * 1024 * 1024
MOST_COLUMNS = 10_000
_END_OF_STREAM = b"\xff\xff\xff\xff\0\0\0\0"


@dataclass(frozen=True, slots=True)
class Parsed:
    """What a parser makes of a file.

    Attributes:
        schema: Plain types only; see :mod:`pseudo.io.sandbox.plain`.
        rows: How many rows the file says it has; None where it does not say.
        facts: What else is to be known of it; see :mod:`pseudo.io.sandbox.facts`.
        read: Gives the rows, with the columns of that schema whose places it is told.
    """

    schema: pa.Schema
    rows: int | None
    read: Callable[[Sequence[int]], Iterator[pa.RecordBatch]]
    facts: FileFacts = field(default_factory=FileFacts)


def check_columns(count: int) -> None:
    """Refuse a file of more columns than anybody declares, before each is looked at."""
    if count > MOST_COLUMNS:
        raise Refused("delivery.too_many_columns", columns=count, limit=MOST_COLUMNS)


def serve(order: Mapping[str, Any]) -> bytes:
    """Parse the input and send its rows.

    Args:
        order: What the parent wrote: see :class:`pseudo.io.sandbox.parent.Sandbox`.

    Returns:
        The verdict to leave.
    """
    try:
        return verdict.write(verdict.DONE, {"rows": _sent(order)})
    except Refused as refused:
        return verdict.write(refused.code, refused.params)


def _sent(order: Mapping[str, Any]) -> int:
    pa.set_cpu_count(1)
    # Rows are objects by the million in which nothing goes in a circle.
    gc.disable()
    parser = import_module(PARSERS[order["work"]])
    parsed: Parsed = parser.parse(InputFile(order["input"], order["size"]), order)
    if not len(parsed.schema):
        raise Refused("delivery.no_columns")
    check_columns(len(parsed.schema))
    with Ahead(order["data"]) as pipe:
        # The parent looks at all columns and asks for those that it needs.
        said = {
            "rows": "" if parsed.rows is None else str(parsed.rows),
            "facts": parsed.facts.written(),
        }
        pipe.write(parsed.schema.with_metadata(said).serialize())
        batches = parsed.read(_asked())
        sent = _written(batches, pipe, order["longest"])
        pipe.write(_END_OF_STREAM)
    return sent


def _asked() -> Sequence[int]:
    """Wait on the standard input for the places of the columns that the parent wants."""
    with os.fdopen(0, "rb") as pipe:
        chosen = int(pipe.read(), 16)
    return [place for place in range(chosen.bit_length()) if chosen >> place & 1]


def _written(batches: Iterator[pa.RecordBatch], pipe: Ahead, longest: int) -> int:
    sent = 0
    for batch in batches:
        for piece in _pieces(batch, sent, longest):
            pipe.write(piece.serialize())
            sent += piece.num_rows
    return sent


def _pieces(batch: pa.RecordBatch, before: int, longest: int) -> Iterator[pa.RecordBatch]:
    """Halve a batch until each piece fits through the pipe."""
    if batch.num_rows > 1 and batch.nbytes > PIECE_BYTES:
        half = batch.num_rows // 2
        yield from _pieces(batch.slice(0, half), before, longest)
        yield from _pieces(batch.slice(half), before + half, longest)
        return
    if batch.num_rows == 1 and batch.nbytes > max(longest, PIECE_BYTES):
        raise Refused("delivery.row_too_long", record=before + 2, limit=longest)
    yield batch
