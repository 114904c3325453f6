# SPDX-License-Identifier: Apache-2.0
"""The reader of text files of fixed width: one record a line, each field at its place.

Such a file has no header, so the spec says what stands where, in characters from 1. What
stands outside of the declared places was not declared, and rejects its record. Nothing is
quoted; blanks around a field are no part of it.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.errors import DeliveryError, InternalError
from pseudo.io.source import Facts, Field, ReadOptions
from pseudo.io.text.encoding import Transcoder
from pseudo.io.text.head import read_head
from pseudo.io.text.stream import raw_pieces
from pseudo.io.watch import Watched
from pseudo.kernel import select
from pseudo.records import Records, Reject

__all__ = ["FixedWidthSource"]

OUTSIDE = "record.outside_fields"


@dataclass(frozen=True, slots=True, repr=False)
class _Piece:
    """Whole lines; see :class:`pseudo.records.Piece`.

    Attributes:
        file: Number of the file in the delivery.
        lines: The lines that hold something, UTF-8.
        numbers: Their numbers in the file, from 1.
        fields: All fields of the file.
        schema: Those that are wanted.
        done: Bytes of the file that were read when it was complete.
    """

    file: int
    lines: pa.StringArray
    numbers: np.ndarray[tuple[int], np.dtype[np.int64]]
    fields: Sequence[Field]
    schema: pa.Schema
    done: int

    @property
    def framed(self) -> int:
        """Records in it."""
        return len(self.lines)

    def parse(self) -> Records:
        """Cut the lines into fields."""
        outside = _outside(self.lines, self.fields)
        fits = ~outside
        places = {field.name: field for field in self.fields}
        lines = self.lines.filter(pa.array(fits)) if outside.any() else self.lines
        columns = [_cut(lines, places[name]) for name in self.schema.names]
        return Records(
            batch=pa.RecordBatch.from_arrays(columns, schema=self.schema),
            file=self.file,
            numbers=self.numbers[fits],
            lines=self.numbers[fits],
            rejects=[
                Reject(self.file, number, number, "", OUTSIDE)
                for number in self.numbers[outside].tolist()
            ],
            framed=self.framed,
            done=self.done,
        )


class FixedWidthSource:
    """A file of fixed width as a stream of pieces; see :class:`pseudo.io.source.Source`.

    Args:
        path: The file, or the file already open, which is closed with this.
        file: Its number in the delivery, from 1.
        options: How to read it; ``fixed_width`` is what stands where.

    Raises:
        DeliveryError: It is no text.
        UsageError: It cannot be opened, or an option makes no sense.
        ResourceError: The system cannot read it.
    """

    def __init__(self, path: str | Watched, file: int, options: ReadOptions) -> None:
        self.file = file
        self.blank_lines = 0
        self._options = options
        self._fields = options.fixed_width or ()
        self._kernel = select(options.kernel)
        self._started = False
        self._watched = path if isinstance(path, Watched) else Watched(path)
        try:
            self._head = read_head(
                self._watched, told=options.encoding, file=file, kernel=self._kernel
            )
        except BaseException:
            self.close()
            raise
        self.schema = pa.schema([(field.name, pa.string()) for field in self._fields])
        choice = self._head.choice
        self.facts = Facts(
            format="fixed width",
            size=self._watched.size,
            encoding=choice.codec,
            encoding_by=choice.by,
            notes=choice.notes,
        )

    def choose(self, names: Collection[str]) -> None:
        """Ask for these columns only."""
        self.schema = pa.schema([field for field in self.schema if field.name in names])

    def __iter__(self) -> Iterator[_Piece]:
        """Stream the records in the file's order; possible once."""
        if self._started:
            raise InternalError("io.read_twice")
        self._started = True
        return self._pieces()

    def _pieces(self) -> Iterator[_Piece]:
        line, found = 1, False
        for text, done in self._blocks():
            lines = text.split(b"\n")[: text.count(b"\n") + (not text.endswith(b"\n"))]
            held = np.array([bool(each.strip()) for each in lines], dtype=np.bool_)
            self.blank_lines += len(lines) - int(held.sum())
            numbers = np.flatnonzero(held).astype(np.int64) + line
            line += len(lines)
            if len(numbers):
                found = True
                kept = pa.array([each.rstrip(b"\r") for each in lines if each.strip()])
                yield _Piece(
                    self.file, kept.cast(pa.string()), numbers, self._fields, self.schema, done
                )
        if not found:
            raise DeliveryError("delivery.no_records", file=self.file)

    def _blocks(self) -> Iterator[tuple[bytes, int]]:
        """Give whole lines, in UTF-8, and how much of the file they complete."""
        transcoder = Transcoder(self._head.choice, self._kernel)
        size = max(1, self._options.chunk_bytes)
        waiting, line = b"", 1
        for raw, done, final in raw_pieces(self._watched, self._head, size):
            text = waiting + transcoder.feed(raw, final=final)
            whole, ended, waiting = text.rpartition(b"\n")
            block = whole + ended
            if b"\0" in text or transcoder.failed:
                yield from self._before_fault(text, done)
                self._refuse(text, line)
            if len(waiting) > self._options.longest_record:
                at = line + block.count(b"\n")
                limit = self._options.longest_record
                raise DeliveryError(
                    "delivery.record_too_long", file=self.file, record=at, line=at, limit=limit
                )
            if final:
                block, waiting = block + waiting, b""
            if block:
                yield block, done
            line += block.count(b"\n")

    def _before_fault(self, text: bytes, done: int) -> Iterator[tuple[bytes, int]]:
        """Give what is whole before a bad byte, so that it is in the error list."""
        good = text.partition(b"\0")[0]
        whole, ended, _ = good.rpartition(b"\n")
        if ended:
            yield whole + ended, done

    def _refuse(self, text: bytes, line: int) -> None:
        good, zero, _ = text.partition(b"\0")
        at = line + good.count(b"\n")
        if zero:
            raise DeliveryError("delivery.nul_byte", file=self.file, record=at, line=at)
        raise DeliveryError(
            "delivery.undecodable",
            file=self.file,
            record=at,
            line=at,
            encoding=self._head.choice.codec,
        )

    def close(self) -> None:
        """Let go of the file. May be called twice."""
        self._watched.close()


def _cut(lines: pa.StringArray, field: Field) -> pa.StringArray:
    """Take a field out of each line; null where it is blank, or the line ends before it."""
    cells = pc.utf8_trim_whitespace(
        pc.utf8_slice_codeunits(lines, start=field.first - 1, stop=field.last)
    )
    return pc.if_else(pc.equal(pc.binary_length(cells), 0), pa.scalar(None, pa.string()), cells)


def _outside(
    lines: pa.StringArray, fields: Sequence[Field]
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    """Tell which lines hold something where nothing was declared."""
    wrong = np.zeros(len(lines), dtype=np.bool_)
    end = 0
    for field in sorted(fields, key=lambda one: one.first):
        if field.first - 1 > end:
            wrong |= _is_filled(lines, end, field.first - 1)
        end = max(end, field.last)
    return wrong | _is_filled(lines, end, None)


def _is_filled(
    lines: pa.StringArray, start: int, stop: int | None
) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    cut = pc.utf8_trim_whitespace(pc.utf8_slice_codeunits(lines, start=start, stop=stop))
    filled: np.ndarray[tuple[int], np.dtype[np.bool_]] = pc.greater(
        pc.binary_length(cut), 0
    ).to_numpy(zero_copy_only=False)
    return filled
