# SPDX-License-Identifier: Apache-2.0
"""The port of every writer: record batches in, one new file out.

A writer gets its schema from the spec, never from the input, and writes values only.
What all writers share is here: rows are cut into blocks that depend on nothing but the
rows, an empty text is null in every format, and the logical digest is taken over the
same blocks, so it is equal whatever the format.
"""

from __future__ import annotations

import re
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pyarrow as pa

from pseudo.errors import InternalError, UsageError
from pseudo.io.writers.blocks import Blocks
from pseudo.io.writers.digest import LogicalDigest
from pseudo.io.writers.sink import FileSink
from pseudo.parallel import Behind
from pseudo.spec.convert import without_empty

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Writer", "Written", "WrittenColumn", "check_types"]

_TYPES = frozenset(
    {pa.string(), pa.int64(), pa.float64(), pa.bool_(), pa.date32(), pa.timestamp("us")}
)


@dataclass(frozen=True, slots=True)
class WrittenColumn:
    """A column as a file holds it.

    Attributes:
        name: What it is called in the file.
        notes: Codes of what whoever reads the file should know of it, sorted.
    """

    name: str
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Written:
    """A file that was written, and closed.

    Attributes:
        path: Where it is, inside the staging folder.
        rows: Rows in it.
        bytes: Its size.
        sha256: SHA-256 of its bytes, 64 hexadecimal digits; empty if not asked for.
        logical_digest: SHA-256 of its schema and rows, the same in every format; see
            :mod:`pseudo.io.writers.digest`.
        columns: Its columns.
    """

    path: Path
    rows: int
    bytes: int
    sha256: str
    logical_digest: str
    columns: tuple[WrittenColumn, ...] = ()


class Writer(ABC):
    """Writes one file. A context manager: leaving it by an error removes the file.

    Args:
        path: Where; the file must not exist, its folder must.
        schema: Names and types of the output. ``string``, ``int64``, ``float64``,
            ``bool``, ``date32`` and ``timestamp[us]`` with or without a zone; metadata
            of the schema and its fields is not written.
        digests: Whether to take the digests of what is written.
        threads: With more than one, rows are hashed while they are encoded.

    Raises:
        ResourceError: The disk is full, or the file cannot be written.
        InternalError: A type that no spec can ask for.
    """

    def __init__(
        self, path: Path, schema: pa.Schema, *, digests: bool = True, threads: int = 1
    ) -> None:
        self.schema = pa.schema([pa.field(field.name, field.type) for field in schema])
        check_types(self.schema)
        self._blocks = Blocks()
        self._digest = LogicalDigest(self.schema) if digests else None
        self._digesting = Behind(self._hash, started=digests and threads > 1)
        self._rows = 0
        self._written: Written | None = None
        self._names: Sequence[str] = self.schema.names
        self._notes: dict[int, set[str]] = {}
        self._refusal: UsageError | None = None
        self._sink = FileSink(path, hashed=digests)

    def write(self, batch: pa.RecordBatch) -> None:
        """Write rows.

        Args:
            batch: Any number of rows, with exactly the names and types of ``schema``.

        Raises:
            ResourceError: The disk is full, or the file cannot be written.
            InternalError: The batch has another schema.
        """
        if batch.schema.names != self.schema.names or batch.schema.types != self.schema.types:
            raise InternalError("output.schema_differs")
        for block in self._blocks.add(self._plain(batch)):
            self._take(block)

    def close(self) -> Written:
        """Write what is left and close the file. May be called twice.

        Returns:
            What was written.

        Raises:
            ResourceError: The disk is full, or the file cannot be written.
            UsageError: The format cannot hold something of what was to be written.
        """
        if self._written is None:
            for block in self._blocks.rest():
                self._take(block)
            if self._refusal is not None:
                raise self._refusal
            self._finish()
            self._digesting.finish()
            self._digesting.close()
            self._sink.close()
            self._written = Written(
                path=self._sink.path,
                rows=self._rows,
                bytes=self._sink.size,
                sha256=self._sink.sha256(),
                logical_digest=self._digest.hexdigest() if self._digest is not None else "",
                columns=tuple(
                    WrittenColumn(name, tuple(sorted(self._notes.get(place, ()))))
                    for place, name in enumerate(self._names)
                ),
            )
        return self._written

    def abort(self) -> None:
        """Close and remove the file. Never raises."""
        try:
            self._digesting.close()
            self._sink.close()
            self._sink.path.unlink(missing_ok=True)
        except Exception:  # noqa: BLE001, S110  the error that led here is the one to tell
            pass

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        if kind is not None:
            self.abort()
            return
        try:
            self.close()
        except BaseException:
            self.abort()
            raise

    def _take(self, block: pa.RecordBatch) -> None:
        self._rows += block.num_rows
        self._digesting.put(block)
        if self._refusal is None:
            self._block(block)

    def _hash(self, block: pa.RecordBatch) -> None:
        if self._digest is not None:
            self._digest.update(block)

    def _note(self, place: int, code: str) -> None:
        """Say what whoever reads the file should know of its column at ``place``."""
        self._notes.setdefault(place, set()).add(code)

    def _refuse(self, refusal: UsageError) -> None:
        """Write no more, for the format cannot hold what came; the first refusal counts.

        It is raised by ``close``, after all rows and whatever else is wrong with them, so
        that what is told does not depend on how far the others are ahead of the writer.
        """
        self._refusal = self._refusal or refusal

    def _plain(self, batch: pa.RecordBatch) -> pa.RecordBatch:
        columns = [
            without_empty(column) if pa.types.is_string(column.type) else column
            for column in batch.columns
        ]
        return pa.RecordBatch.from_arrays(columns, schema=self.schema)

    @abstractmethod
    def _block(self, block: pa.RecordBatch) -> None:
        """Write one block: contiguous in memory, never empty, cut by the rows alone."""

    @abstractmethod
    def _finish(self) -> None:
        """Write what ends the file."""


def check_types(schema: pa.Schema) -> None:
    """See that all columns have types that output has.

    Raises:
        InternalError: One has another; no spec can ask for it.
    """
    for field in schema:
        zoned = pa.types.is_timestamp(field.type) and field.type.unit == "us"
        if field.type not in _TYPES and not zoned:
            kind = re.sub(r"[^a-z0-9_]", "", str(field.type))
            raise InternalError("output.unsupported_type", column=field.name, type=kind)
