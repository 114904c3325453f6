# SPDX-License-Identifier: Apache-2.0
"""Parquet in, through the sandbox."""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator

import numpy as np
import pyarrow as pa

from pseudo.errors import DeliveryError, InternalError, PseudoError
from pseudo.io.names import checked_names
from pseudo.io.sandbox import Sandbox
from pseudo.io.source import Facts, ReadOptions
from pseudo.io.watch import Watched
from pseudo.records import Records

__all__ = ["ParquetSource"]


class ParquetSource:
    """A Parquet file as a stream of records; see :class:`pseudo.io.source.Source`.

    The header counts as record 1, as in a text file, so the first row is record 2. All
    metadata stays behind; a pandas index is a column like any other.

    Args:
        path: The file.
        file: Its number in the delivery, from 1.
        options: Limits and piece size.

    Raises:
        UsageError: It cannot be opened.
        DeliveryError: It is refused; the code says why.
        ResourceError: A limit was reached.
    """

    def __init__(
        self, path: str | os.PathLike[str], file: int, options: ReadOptions | None = None
    ) -> None:
        self.file = file
        self.blank_lines = 0
        self._watched = Watched(path)
        self._sandbox: Sandbox | None = None
        self._begun = False
        failure: PseudoError | None = None
        try:
            self.facts = Facts(format="parquet", size=self._watched.size)
            self._open(options or ReadOptions())
        except PseudoError as error:
            failure = error
        except BaseException:
            self.close()
            raise
        if failure is not None:
            raise self._explained(failure)

    def _open(self, options: ReadOptions) -> None:
        self._sandbox = Sandbox("parquet", self._watched.fd, options, file=self.file)
        found = self._sandbox.schema
        names = checked_names(found.names, self.file, unsafe="delivery.unsafe_column_name")
        self.schema = pa.schema(list(zip(names, found.types, strict=True)))
        if not self._sandbox.rows:
            raise DeliveryError("delivery.no_records", file=self.file)

    def choose(self, names: Collection[str]) -> None:
        """Ask for these columns only; the child decodes no others."""
        wanted = [place for place, name in enumerate(self.schema.names) if name in names]
        self.schema = pa.schema([self.schema.field(place) for place in wanted])
        if self._sandbox is not None:
            self._sandbox.choose(wanted)

    def __iter__(self) -> Iterator[Records]:
        """Stream the records in the file's order. Possible once."""
        if self._begun or self._sandbox is None:
            raise InternalError("io.read_twice")
        self._begun = True
        failure: PseudoError | None = None
        try:
            yield from self._records(self._sandbox)
        except PseudoError as error:
            failure = error
        finally:
            if failure is None:
                self._sandbox.close()
        if failure is not None:
            raise self._explained(failure)

    def _records(self, sandbox: Sandbox) -> Iterator[Records]:
        rows = 0
        for batch in sandbox:
            numbers = np.arange(rows + 2, rows + 2 + batch.num_rows, dtype=np.int64)
            rows += batch.num_rows
            if batch.num_rows:
                yield Records(
                    batch=pa.RecordBatch.from_arrays(batch.columns, schema=self.schema),
                    file=self.file,
                    numbers=numbers,
                    lines=None,
                    rejects=(),
                    framed=batch.num_rows,
                    done=min(self.facts.size, self.facts.size * rows // sandbox.rows),
                )
        self._watched.verify(whole=False)
        if not rows:
            raise DeliveryError("delivery.no_records", file=self.file)

    def close(self) -> None:
        """Let go of the file and end the child. May be called twice."""
        if self._sandbox is not None:
            self._sandbox.close()
        self._watched.close()

    def _explained(self, failure: PseudoError) -> PseudoError:
        """A file that changed meanwhile explains any failure better; close it."""
        try:
            self._watched.verify(whole=False)
        except PseudoError as error:
            failure = error
        self.close()
        return failure
