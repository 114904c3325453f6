# SPDX-License-Identifier: Apache-2.0
"""The parent's side of a parser: takes the rows that the child sends."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING

import pyarrow as pa

from pseudo.errors import DeliveryError
from pseudo.io.sandbox.facts import FileFacts
from pseudo.io.sandbox.messages import NotText, next_batch, read_schema
from pseudo.io.sandbox.process import Process

if TYPE_CHECKING:
    from pseudo.io.source import ReadOptions

__all__ = ["Sandbox"]


class Sandbox(Process):
    """A file, parsed by a child process; see :class:`.process.Process`.

    An iterator of record batches, once.

    Args:
        parser: Which parser; a name in :mod:`pseudo.io.sandbox.registry`.
        fd: The file, open for reading; the child reads it by position.
        options: Limits and piece size.
        file: Number of the file in the delivery, for errors.
        arguments: More for the parser.

    Attributes:
        schema: The columns; plain types only, names as they stand in the file.
        rows: How many rows the file says it has; None where it does not say.
        facts: What else the child says of it.
    """

    schema: pa.Schema
    rows: int | None
    facts: FileFacts

    def __init__(
        self,
        parser: str,
        fd: int,
        options: ReadOptions,
        *,
        file: int = 1,
        arguments: Mapping[str, object] | None = None,
    ) -> None:
        super().__init__(parser, fd, options, file=file, arguments=arguments)
        self._most_rows = options.chunk_rows
        try:
            self.schema, self.rows, self.facts = self._taken(lambda: read_schema(self._data))
            self._chosen = list(range(len(self.schema)))
        except BaseException:
            self.close()
            raise

    def choose(self, places: Sequence[int]) -> None:
        """Ask for the columns at these places of the schema only; before iterating."""
        self._chosen = list(places)

    def __iter__(self) -> Iterator[pa.RecordBatch]:
        """Yield the rows, in pieces of at most ``options.chunk_rows``."""
        received = 0
        try:
            self._ask()
            while (batch := self._taken(self._next)) is not None:
                received += batch.num_rows
                yield batch
            self._finished(received)
        finally:
            self.close()

    def _ask(self) -> None:
        """Tell the child which columns are wanted; it waits for that."""
        self.schema = pa.schema([self.schema.field(place) for place in self._chosen])
        request = self._child.stdin
        # A child that has ended already is found out when its rows do not come.
        with contextlib.suppress(BrokenPipeError):
            if request is not None:
                # A bit for each column is short enough never to wait for the child.
                request.write(b"%x" % sum(1 << place for place in self._chosen))
                request.close()

    def _next(self) -> pa.RecordBatch | None:
        column = ""
        try:
            return next_batch(self._data, self.schema, self._most_rows)
        except NotText as error:
            column = error.column
        raise DeliveryError("delivery.column_not_text", file=self._file, column=column)
