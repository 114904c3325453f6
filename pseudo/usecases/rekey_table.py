# SPDX-License-Identifier: Apache-2.0
"""One table on its way from one version of a domain to another.

The way of the data::

    open_source ─▶ Records ─▶ Mapping.move ─▶ LeakScan ─▶ ByPseudonym ─▶ Writer

Rows leave ordered by their new pseudonyms. In the order of the old ones, whoever has a table
of before could lay it beside the new one and read off, row by row, who is who.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Generator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

import pyarrow as pa

from pseudo.domain import DomainInfo
from pseudo.engine import Outcome, Tally
from pseudo.errors import DeliveryError, InternalError, LeakError
from pseudo.events import Cancellation, Observer, Progress
from pseudo.evidence.codebook import columns_of_table
from pseudo.evidence.column_scan import Finding
from pseudo.evidence.distinct import Neighbours
from pseudo.evidence.receipt_parts import InputFacts
from pseudo.evidence.rekey_receipt import TableFacts
from pseudo.evidence.scan import LeakScan, Seen
from pseudo.identity.rank import RankSet
from pseudo.io import open_source
from pseudo.io.order import ByPseudonym
from pseudo.io.publish import Staging
from pseudo.io.source import Source
from pseudo.kernel import Kernel
from pseudo.parallel import Behind, ordered_map
from pseudo.records import Piece
from pseudo.settings import Settings
from pseudo.spec import Spec
from pseudo.spec.plan import Keep, Plan
from pseudo.usecases.output import Output, open_table, output_of
from pseudo.usecases.reading import read_options
from pseudo.usecases.rekey_mapping import Mapping
from pseudo.usecases.rekey_request import RekeyRequest
from pseudo.usecases.rekey_unmoved import Unmoved

__all__ = ["TableMove"]

_GROWTH = 2
"""Bytes that rows take in memory for one of the table, roughly."""


class _Done(NamedTuple):
    """What became of a piece of a table."""

    batch: pa.RecordBatch
    seen: Seen
    unmoved: Unmoved
    framed: int
    broken: int
    read: int


@dataclass(frozen=True, slots=True)
class TableMove:
    """What every table of a move needs.

    Attributes:
        request: The order.
        mapping: From old pseudonyms to new ones.
        people: Who the candidates are, for the leak scan.
        new: The version that is moved to.
        year: The year of the move.
        kernel: What scans.
        staging: Where everything is written.
        settings: Limits.
        threads: How many work.
        observer: Told how far the move has come.
        cancellation: Looked at between pieces.
    """

    request: RekeyRequest
    mapping: Mapping
    people: RankSet
    new: DomainInfo
    year: int
    kernel: Kernel
    staging: Staging
    settings: Settings
    threads: int
    observer: Observer
    cancellation: Cancellation

    def carry_out(self, number: int, unmoved: Unmoved) -> TableFacts:
        """Move one table into the staging folder.

        Args:
            number: Its number, from 1.
            unmoved: Takes in what could not be moved; whoever publishes looks at it first.

        Raises:
            DeliveryError: The table cannot be read, has not the columns, has records that do
                not fit its header, or names that hold old pseudonyms.
            LeakError: A column that is carried along holds identity numbers.
        """
        request = self.request
        options = read_options(self.settings, threads=self.threads)
        nulls: Counter[str] = Counter()
        ids = Neighbours()
        with ExitStack() as stack:
            source = open_source(request.tables[number - 1], number, options)
            stack.callback(source.close)
            _check_columns(source, request.columns)
            self._check_names(source, number)
            scan = self._scan(source.schema)
            order = stack.enter_context(self._order(source.facts.size))
            # In the table's order, so that the file is what a run of the new version writes.
            moved = [name for name in source.schema.names if name in request.columns]
            writer = stack.enter_context(
                open_table(self._output(number), source.schema, moved, self.new)
            )
            behind = stack.enter_context(Behind(writer.write, started=self.threads > 1))
            records = self._read(source, scan, order, unmoved, nulls)
            for batch in order.drain():
                self.cancellation.check()
                ids.add(batch.column(request.columns[0]))
                behind.put(batch)
            behind.finish()
            written = writer.close()
        if written.rows != records:
            raise InternalError("internal.rows_lost")
        return TableFacts(
            input=InputFacts(number, source.facts, records, source.blank_lines),
            path=f"release/{request.output_of(number)}",
            written=written,
            columns=columns_of_table(source.schema, moved),
            nulls=nulls,
            pseudonyms=ids.count,
            planted=scan.planted,
            findings=_judged(scan),
        )

    def _read(
        self,
        source: Source,
        scan: LeakScan,
        order: ByPseudonym,
        unmoved: Unmoved,
        nulls: Counter[str],
    ) -> int:
        """Read a table, several pieces at a time; give how many records it has."""
        records = broken = 0

        def work(piece: Piece) -> _Done:
            return self._work(piece, scan)

        with closing(ordered_map(work, self._pieces(source), self.threads)) as worked:
            for done in worked:
                self.cancellation.check()
                records += done.framed
                broken += done.broken
                unmoved.add(done.unmoved)
                scan.take(done.seen)
                for name in self.request.columns:
                    nulls[name] += done.batch.column(name).null_count
                order.add(done.batch)
                self.observer.progress(Progress("read", records, done.read, source.facts.size))
        if broken:
            raise DeliveryError("rekey.broken_records", count=broken, file=source.file)
        return records

    def _pieces(self, source: Source) -> Generator[Piece, None, None]:
        for piece in source:
            self.cancellation.check()
            yield piece

    def _work(self, piece: Piece, scan: LeakScan) -> _Done:
        """Move one piece, and look at what is carried along; runs in any thread."""
        records = piece.parse()
        columns, ranks, unmoved = [], [], Unmoved()
        for name, column in zip(records.batch.schema.names, records.batch.columns, strict=True):
            place = name, records.file
            if name in self.request.columns:
                moved = self.mapping.move(column)
                columns.append(moved.column)
                ranks.append(moved.ranks)
                unmoved.malformed[place] += moved.malformed
                unmoved.unexplained[place] += moved.unexplained
                continue
            columns.append(column)
            if pa.types.is_string(column.type):
                unmoved.left[place] += self.mapping.holds(column)
        batch = pa.RecordBatch.from_arrays(columns, schema=records.batch.schema)
        # Of a row nothing is known but the ranks of its people, which find their own numbers.
        outcome = Outcome(batch, (), tuple(ranks), records.file, records.numbers, (), Tally())
        broken = records.framed - batch.num_rows
        return _Done(batch, scan.look(outcome), unmoved, records.framed, broken, records.done)

    def _check_names(self, source: Source, number: int) -> None:
        """Refuse a table in whose names old pseudonyms stand: names are published too."""
        names = [*source.schema.names, self.request.tables[number - 1].stem]
        count = self.mapping.holds(pa.array(names, pa.string()))
        if count:
            raise DeliveryError("rekey.named_by_pseudonym", count=count, file=number)

    def _scan(self, schema: pa.Schema) -> LeakScan:
        """Make the leak scan of the columns that are carried along."""
        keeps = tuple(
            Keep(field.name, None, field.type, "reject", ".")
            for field in schema
            if field.name not in self.request.columns
        )
        # No spec is behind a table; of the plan, only what is kept is looked at.
        plan = Plan(
            Spec.model_construct(name="", columns=()), date(self.year, 1, 1), keeps, (), schema
        )
        return LeakScan(plan, self.kernel, self.year, people=self.people)

    def _output(self, number: int) -> Output:
        return output_of(
            self.staging,
            self.request.output_of(number),
            self.request.to,
            threads=self.threads,
            settings=self.settings,
            formula_cells=self.request.formula_cells,
        )

    def _order(self, size: int) -> ByPseudonym:
        return ByPseudonym(
            self.request.columns[0],
            self.staging.spill,
            self.settings.order_memory,
            threads=self.threads,
            expected=_GROWTH * size,
        )


def _check_columns(source: Source, columns: Sequence[str]) -> None:
    """Refuse a table that has not the columns, or not as texts."""
    missing = tuple(name for name in columns if name not in source.schema.names)
    if missing:
        raise DeliveryError("rekey.missing_column", column=missing, file=source.file)
    for name in columns:
        if not pa.types.is_string(source.schema.field(name).type):
            raise DeliveryError("rekey.not_text", column=name, file=source.file)


def _judged(scan: LeakScan) -> Sequence[Finding]:
    """Refuse a table whose other columns hold identity numbers; else give the warnings."""
    findings = scan.findings()
    for found in findings:
        if found.verdict == "stop":
            raise LeakError(
                found.code,
                column=found.column,
                count=found.count,
                file=found.place.file,
                record=found.place.record,
            )
    return findings
