# SPDX-License-Identifier: Apache-2.0
"""Files that are not text, read through the sandbox.

Each format has a parser in :mod:`pseudo.io.sandbox`; what is here is the same for all.
"""

from __future__ import annotations

import os
from collections.abc import Collection, Iterator
from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.errors import DeliveryError, InternalError, PseudoError
from pseudo.io.names import checked_names
from pseudo.io.sandbox.facts import NESTED
from pseudo.io.sandbox.parent import Sandbox
from pseudo.io.source import Facts, ReadOptions
from pseudo.io.text.encoding import codec_of
from pseudo.io.watch import Watched
from pseudo.records import Records
from pseudo.safe import safe_text

__all__ = ["BinarySource"]


class BinarySource:
    """A file as a stream of records; see :class:`pseudo.io.source.Source`.

    Rows have the numbers that a spreadsheet program shows, or the header counts as record
    1, as in a text file, and the first row is record 2. All metadata stays behind; a pandas
    index is a column like any other.

    Args:
        path: The file, or the file already open, which is closed with this.
        file: Its number in the delivery, from 1.
        options: Limits and piece size, and what was told of the file.
        parser: Which parser reads it; a name in :mod:`pseudo.io.sandbox.registry`.
        format: What it is called; the parser's name where it is not given.

    Raises:
        UsageError: It cannot be opened.
        DeliveryError: It is refused; the code says why.
        ResourceError: A limit was reached.
    """

    def __init__(
        self,
        path: str | os.PathLike[str] | Watched,
        file: int,
        options: ReadOptions | None = None,
        *,
        parser: str = "parquet",
        format: str = "",  # noqa: A002  what it is everywhere else.
    ) -> None:
        self.file = file
        self._parser = parser
        self.blank_lines = 0
        self._watched = path if isinstance(path, Watched) else Watched(path)
        self._sandbox: Sandbox | None = None
        self._begun = False
        failure: PseudoError | None = None
        try:
            self.facts = Facts(format=format or parser, size=self._watched.size)
            self._open(options or ReadOptions())
        except PseudoError as error:
            failure = error
        except BaseException:
            self.close()
            raise
        if failure is not None:
            raise self._explained(failure)

    def _open(self, options: ReadOptions) -> None:
        told = options.told()
        if options.encoding is not None:
            told["encoding"] = codec_of(options.encoding)
        self._sandbox = Sandbox(
            self._parser, self._watched.fd, options, file=self.file, arguments=told
        )
        said = self._sandbox.facts
        # Numbers of rows come with every request, and are no column of the file.
        self._numbered, self._untaken = said.numbered, said.untaken
        # The name is the file's own text, and may be a person's.
        self.facts = replace(self.facts, table=safe_text(said.table), not_taken=said.not_taken)
        found = self._sandbox.schema
        if said.numbered:
            found = pa.schema(list(found)[:-1])
        names = checked_names(found.names, self.file, unsafe="delivery.unsafe_column_name")
        self.schema = pa.schema(list(zip(names, found.types, strict=True)))
        self._places = list(range(len(names)))
        if self._sandbox.rows == 0:
            raise DeliveryError("delivery.no_records", file=self.file)

    def choose(self, names: Collection[str]) -> None:
        """Ask for these columns only; the child decodes no others."""
        wanted = [place for place, name in enumerate(self.schema.names) if name in names]
        self.schema = pa.schema([self.schema.field(place) for place in wanted])
        self._places = [self._places[place] for place in wanted]
        self._check_taken()

    def __iter__(self) -> Iterator[Records]:
        """Stream the records in the file's order. Possible once."""
        if self._begun or self._sandbox is None:
            raise InternalError("io.read_twice")
        self._begun = True
        self._check_taken()
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
        rows, last = 0, sandbox.facts.header_row
        numbers_at = len(sandbox.schema) - 1
        sandbox.choose([*self._places, numbers_at] if self._numbered else self._places)
        for batch in sandbox:
            columns = batch.columns
            if self._numbered:
                numbers = self._row_numbers(columns.pop(), last)
            else:
                numbers = np.arange(last + 1, last + 1 + batch.num_rows, dtype=np.int64)
            rows += batch.num_rows
            if batch.num_rows:
                self.blank_lines += int(numbers[-1]) - last - batch.num_rows
                last = int(numbers[-1])
                yield Records(
                    batch=pa.RecordBatch.from_arrays(columns, schema=self.schema),
                    file=self.file,
                    numbers=numbers,
                    lines=None,
                    rejects=(),
                    framed=batch.num_rows,
                    done=min(self.facts.size, self.facts.size * rows // (sandbox.rows or rows)),
                )
        self._watched.verify(whole=False)
        if not rows:
            raise DeliveryError("delivery.no_records", file=self.file)

    def _check_taken(self) -> None:
        """Refuse columns that cannot be taken, once they are asked for."""
        for place, name in zip(self._places, self.schema.names, strict=True):
            kind = self._untaken.get(str(place))
            if kind == NESTED:
                raise DeliveryError("delivery.nested_column", file=self.file, column=name)
            if kind is not None:
                raise DeliveryError(
                    "delivery.unsupported_type", file=self.file, column=name, type=kind
                )

    def _row_numbers(self, column: pa.Array, last: int) -> npt.NDArray[np.int64]:
        """Give the numbers of rows, which only ever rise."""
        numbers = column.fill_null(0).to_numpy()
        if len(numbers) and (int(numbers[0]) <= last or (np.diff(numbers) <= 0).any()):
            raise DeliveryError("delivery.parser_died", file=self.file)
        return numbers

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
