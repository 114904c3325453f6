# SPDX-License-Identifier: Apache-2.0
"""SAS transport, SPSS and Stata out: values and labels, the same bytes whatever the chunks.

The library that writes these formats wants the whole table at once, and writes files in its
own way. So rows are collected up to a limit, what the format cannot hold is refused on the
way and never cut, and what the library made in a private folder is copied into the output,
with a fixed moment of making.
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from pseudo.durable import write_all
from pseudo.errors import InternalError, UsageError
from pseudo.io.writers.column_names import fitted_names, shortened
from pseudo.io.writers.doubles import EXACT, Doubles, days, integers, moments, reals
from pseudo.io.writers.formulas import text_buffers
from pseudo.io.writers.port import Writer
from pseudo.io.writers.scratch import Scratch
from pseudo.io.writers.sink import disk_errors
from pseudo.io.writers.statistics_formats import StatisticsFormat
from pseudo.safe import Plain, safe_text

__all__ = ["StatisticsWriter"]

_PIECE = 1024 * 1024
_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC
_APPEND = os.O_WRONLY | os.O_APPEND | os.O_NOFOLLOW | os.O_CLOEXEC


class StatisticsWriter(Writer):
    """Writes one file of a statistics program; see :class:`~pseudo.io.writers.port.Writer`.

    Args:
        path: Where; the file must not exist.
        schema: Names and types of the output.
        to: The format.
        scratch: A private folder to be made and removed; beside others of the staging.
        memory: Most bytes of rows that are collected.
        labels: Labels by the schema's names; a column whose name was changed and that has
            none gets its whole name.
        digests: Whether to take the digests of what is written.
        threads: With more than one, rows are hashed while they are encoded.

    Raises:
        UsageError: The format cannot hold so many columns, or, from ``close``, a value.
    """

    def __init__(
        self,
        path: Path,
        schema: pa.Schema,
        *,
        to: StatisticsFormat,
        scratch: Path | None,
        memory: int,
        labels: Mapping[str, str] | None = None,
        digests: bool = True,
        threads: int = 1,
    ) -> None:
        if len(schema) > to.columns:
            raise UsageError(
                "output.too_many_columns", format=to.word, columns=len(schema), limit=to.columns
            )
        super().__init__(path, schema, digests=digests, threads=threads)
        self._to = to
        self._memory = memory
        self._widths = [8] * len(schema)
        self._blocks_held: list[pa.RecordBatch] = []
        self._held = 0
        self._blank_end = False
        self._names = fitted_names(self.schema.names, to.names)
        self._labels = self._fitted_labels(labels or {})
        self._scratch: Scratch | None = None
        try:
            self._scratch = Scratch(scratch)
        except BaseException:
            self.abort()
            raise

    def _fitted_labels(self, labels: Mapping[str, str]) -> dict[str, str]:
        fitted = {}
        for place, (name, new) in enumerate(zip(self.schema.names, self._names, strict=True)):
            # Capitals alone are nothing that anybody who looks for the name would miss.
            changed = new.casefold() != name.casefold()
            if changed:
                self._note(place, "note.name_changed")
            label = labels.get(name) or (safe_text(name) if changed else "")
            if label:
                fitted[new] = shortened(label, self._to.label, by_bytes=self._to.label_bytes)
                if fitted[new] != label:
                    self._note(place, "note.label_cut")
                if self._to.unmarked and not fitted[new].isascii():
                    self._note(place, "note.utf8")
        return fitted

    def _block(self, block: pa.RecordBatch) -> None:
        columns = [self._column(place, column) for place, column in enumerate(block.columns)]
        if self._refusal is not None:
            self._blocks_held.clear()
            return
        made = pa.RecordBatch.from_arrays(columns, names=list(self._names))
        self._held += made.nbytes
        if self._held > self._memory:
            self._fault("output.too_large", limit=self._memory // 1024**2)
            return
        self._blank_end = self._to.padded and _ends_blank(made)
        self._blocks_held.append(made)

    def _column(self, place: int, column: pa.Array) -> pa.Array:
        kind = column.type
        if pa.types.is_string(kind):
            return self._texts(place, column)
        if pa.types.is_boolean(kind):
            self._note(place, "note.boolean")
            return column.cast(pa.int8())
        if pa.types.is_integer(kind):
            return self._doubles(place, integers(column, EXACT))
        if pa.types.is_floating(kind):
            return self._doubles(place, reals(column, self._to.least, self._to.most))
        if pa.types.is_date32(kind):
            return self._doubles(place, days(column, self._to.clock))
        return self._doubles(place, moments(column, self._to.clock))

    def _doubles(self, place: int, made: Doubles) -> pa.Array:
        if made.fault:
            self._fault(
                made.fault,
                column=self.schema.names[place],
                first=Plain(self._to.clock.first.isoformat()),
            )
        for note in made.notes:
            self._note(place, note)
        return made.column

    def _texts(self, place: int, column: pa.StringArray) -> pa.StringArray:
        """Check texts; a null is an empty text in all of these formats."""
        name = self.schema.names[place]
        texts = pc.fill_null(column, "")
        offsets, data = text_buffers(texts)
        whole = data[offsets[0] : offsets[-1]].tobytes()
        longest = pc.max(pc.binary_length(texts)).as_py() or 0
        self._widths[place] = max(self._widths[place], longest)
        if self._to.text and longest > self._to.text:
            self._fault("output.text_too_long", column=name, limit=self._to.text)
        if b"\0" in whole:
            self._fault("output.text_with_nul", column=name)
        if self._to.unmarked and not whole.isascii():
            self._note(place, "note.utf8")
        if self._to.trims and pc.any(pc.ends_with(texts, " ")).as_py():
            self._note(place, "note.trailing_blanks")
        return texts

    def _fault(self, code: str, **params: int | str) -> None:
        self._blocks_held.clear()
        self._refuse(UsageError(code, format=self._to.word, **params))

    def _finish(self) -> None:
        if self._blank_end:
            raise UsageError("output.blank_end", format=self._to.word)
        if self._to.row and sum(self._widths) > self._to.row:
            raise UsageError("output.row_too_long", format=self._to.word, limit=self._to.row)
        if self._scratch is None:
            raise InternalError("output.no_scratch")
        path = self._scratch.folder / "table"
        self._write(path)
        self._copy(path)
        self._scratch.remove()

    def _write(self, path: Path) -> None:
        import polars as pl

        form = {
            name: shown
            for name, kind in zip(self._names, self.schema.types, strict=True)
            if (shown := self._to.shown_as(kind))
        }
        frame = pl.from_arrow(self._collected())
        self._blocks_held.clear()
        failed = False
        try:
            self._to.write(frame, path, self._labels, form)
        except MemoryError:
            raise
        except Exception:  # noqa: BLE001  its message may quote a value
            failed = True
        if failed:
            _why(path)
            raise InternalError("output.library_failed", format=self._to.word)

    def _collected(self) -> pa.Table:
        if self._blocks_held:
            return pa.Table.from_batches(self._blocks_held)
        empty = [self._column(place, column) for place, column in enumerate(_nothing(self.schema))]
        return pa.Table.from_arrays(empty, names=list(self._names))

    def _copy(self, path: Path) -> None:
        with disk_errors():
            fd = os.open(path, _READ)
        try:
            first = True
            while piece := _read(fd):
                self._sink.write(self._stamped(piece) if first else piece)
                first = False
        finally:
            with disk_errors():
                os.close(fd)

    def _stamped(self, piece: bytes) -> bytes:
        """Write a fixed moment over that of the file's making."""
        head = bytearray(piece)
        for place, stamp in self._to.stamps:
            there = slice(place, place + len(stamp))
            if _shape(bytes(head[there])) != _shape(stamp):
                # The library writes another file than is known here.
                raise InternalError("output.library_failed", format=self._to.word)
            head[there] = stamp
        return bytes(head)

    def abort(self) -> None:
        """Close and remove the file and whatever was made for it. Never raises."""
        super().abort()
        self._blocks_held.clear()
        if self._scratch is not None:
            self._scratch.remove()


def _read(fd: int) -> bytes:
    with disk_errors():
        return os.read(fd, _PIECE)


def _shape(stamp: bytes) -> bytes:
    return re.sub(rb"[A-Za-z]", b"a", re.sub(rb"[0-9]", b"0", stamp))


def _nothing(schema: pa.Schema) -> list[Any]:
    return [pa.array([], kind) for kind in schema.types]


def _ends_blank(rows: pa.RecordBatch) -> bool:
    """Tell whether the last row is all blanks; a missing number is not blank."""
    last = rows.slice(rows.num_rows - 1)
    return all(
        pa.types.is_string(column.type) and not column[0].as_py().strip(" ")
        for column in last.columns
    )


def _why(path: Path) -> None:
    """Raise what the system says when one more byte is written, if it says anything.

    The library tells no more than that it could not write.
    """
    with disk_errors():
        fd = os.open(path, _APPEND | os.O_CREAT, 0o600)
        try:
            write_all(fd, bytes(_PIECE))
            os.fsync(fd)
        finally:
            os.close(fd)
