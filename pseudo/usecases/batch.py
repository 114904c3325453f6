# SPDX-License-Identifier: Apache-2.0
"""One batch on its way through the rooms, up to the verdict."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import ExitStack, closing

import pyarrow as pa

from pseudo.domain import Domain
from pseudo.engine import Engine, Outcome
from pseudo.errors import DeliveryError, InternalError, LeakError
from pseudo.events import Cancellation, Observer, Progress
from pseudo.evidence.codebook import PublishedTable, columns_of
from pseudo.evidence.distinct import Neighbours
from pseudo.evidence.error_list import ErrorList
from pseudo.evidence.receipt import InputFacts, ReceiptDraft
from pseudo.evidence.scan import LeakScan, Seen
from pseudo.io.order import ByPseudonym, Keep, Order
from pseudo.io.publish import Staging
from pseudo.io.source import Source
from pseudo.io.writers import Writer
from pseudo.kernel import select
from pseudo.parallel import Behind, ordered_map
from pseudo.records import Piece
from pseudo.safe import is_safe
from pseudo.settings import Settings
from pseudo.spec.plan import Plan, compile_plan
from pseudo.usecases.codebook import write_codebook
from pseudo.usecases.commitments import OPENING, Commitments
from pseudo.usecases.delivery_files import DeliveryFiles
from pseudo.usecases.output import open_writer, output_of
from pseudo.usecases.reading import dialect_of, read_options
from pseudo.usecases.request import RunRequest, spec_for

__all__ = ["Batch"]

_GROWTH = 2
"""Bytes that rows take in memory for one of the delivery, roughly."""


class Batch:
    """Reads, works, scans, orders and writes; publishing is the caller's.

    Args:
        request: The order, its spec loaded.
        domain: The open domain.
        draft: The receipt to be, filled in on the way.
        staging: Where everything is written.
        settings: Limits.
        observer: Told how far the batch has come.
        cancellation: Looked at between pieces.
    """

    def __init__(
        self,
        request: RunRequest,
        domain: Domain,
        draft: ReceiptDraft,
        staging: Staging,
        settings: Settings,
        observer: Observer,
        cancellation: Cancellation,
    ) -> None:
        self._request = request
        self._declared = request.declared_spec
        self._domain = domain
        self._draft = draft
        self._staging = staging
        self._settings = settings
        self._observer = observer
        self._cancellation = cancellation
        dialect = request.dialect.over(dialect_of(self._declared))
        options = read_options(settings, dialect, threads=draft.threads)
        self._files = DeliveryFiles(request.files, request.database, options)
        as_csv, as_json = (staging.create(f"rejects.{to}", "return") for to in ("csv", "json"))
        self._lists = (as_csv, as_json)
        self._errors = ErrorList(as_csv, as_json, request.lang)
        self._errors.name_files(request.names)
        self._commitments = Commitments(request.files, started=draft.threads > 1)

    def carry_out(self) -> None:
        """Do everything up to the verdict.

        Raises:
            DeliveryError: The delivery is refused.
            LeakError: Identity data was found outside its column.
        """
        with ExitStack() as stack:
            self._files.look_at_all()
            self._errors.name_files(self._files.names)
            first = self._open(1)
            stack.callback(first.close)
            self._note(self._files.facts(1, first))
            plan = self._plan(first)
            kernel = select(self._settings.kernel)
            scan = LeakScan(plan, kernel, self._draft.started.year)
            self._draft.scan, self._draft.planted = "incomplete", scan.planted
            engine = Engine(plan, self._domain, kernel)
            order = self._order(plan)
            stack.enter_context(order)
            writer = stack.enter_context(self._writer(plan))
            behind = stack.enter_context(self._behind(writer))
            worked = stack.enter_context(closing(self._worked(first, engine, scan)))
            for done in worked:
                if isinstance(done, InputFacts):
                    self._note(done)
                    continue
                outcome, seen = done
                self._take(outcome, order, behind)
                scan.take(seen)
            self._commitments.finish()
            self._judge(scan)
            self._drain(plan, order, behind)
            behind.finish()
            written = writer.close()
        if written.rows != self._draft.tally.rows:
            raise InternalError("internal.rows_lost")
        self._draft.outputs[f"release/{self._file_name(plan)}"] = written
        table = PublishedTable(written, self._request.to, columns_of(plan))
        self._draft.codebook = write_codebook(self._staging, [table], self._request.lang)
        self._return(self._draft.tally.rows)

    def refuse(self, error: DeliveryError | LeakError) -> None:
        """Turn what was staged into a refusal: the error list and nothing of the data."""
        lang = self._request.lang
        file, record = error.params.get("file", 0), error.params.get("record", 0)
        self._errors.refuse(
            error.code,
            error.text(lang),
            error.hint(lang),
            file if isinstance(file, int) else 0,
            record if isinstance(record, int) else 0,
        )
        self._draft.verdict, self._draft.refusal = "refused", error.code
        self._draft.outputs, self._draft.codebook = {}, {}
        self._staging.withdraw("release")
        self._commitments.finish_as_far_as_possible()
        self._return(0)

    def close(self) -> None:
        """Let go of the error list's files. May be called twice."""
        self._commitments.close()
        self._errors.close()

    def _return(self, rows: int) -> None:
        """Write what goes back to the submitter to its end."""
        self._errors.finish(self._draft.tally.records, rows)
        self._draft.commitments = self._commitments.made
        opening = self._commitments.write(self._staging, self._request.names)
        digests = {file.path.name: file.sha256() for file in self._lists} | {OPENING: opening}
        self._draft.returned = {f"return/{name}": digest for name, digest in digests.items()}

    def _open(self, number: int) -> Source:
        if self._request.files:
            self._commitments.begin(self._files.delivered(number))
        return self._files.open(number)

    def _note(self, facts: InputFacts) -> None:
        """Write down what is known of a file, instead of what was known before."""
        self._draft.inputs[facts.number - 1 :] = [facts]

    def _plan(self, first: Source) -> Plan:
        declared = self._declared
        spec = spec_for(self._request, declared, first.schema)
        draft = self._draft
        draft.spec = spec
        if declared is None:
            draft.by_columns = "all others kept" if self._request.keep_all else "named"
        plan = compile_plan(
            spec,
            first.schema,
            reference_date=draft.reference_date,
            submitter=self._request.submitter,
        )
        draft.plan = plan
        for position, name in enumerate(plan.schema.names, start=1):
            if not is_safe(name):
                raise LeakError("leak.column_name", position=position)
        return plan

    def _worked(
        self, first: Source, engine: Engine, scan: LeakScan
    ) -> Generator[tuple[Outcome, Seen] | InputFacts, None, None]:
        """Work on the delivery's pieces, several at a time, and look at what will leave."""

        def work(piece: Piece | InputFacts) -> tuple[Outcome, Seen] | InputFacts:
            if isinstance(piece, InputFacts):
                return piece
            outcome = engine.process(piece.parse())
            return outcome, scan.look(outcome)

        return ordered_map(work, self._pieces(first, engine.plan), self._draft.threads)

    def _pieces(self, first: Source, plan: Plan) -> Generator[Piece | InputFacts, None, None]:
        """Read the delivery.

        What is learnt of a file goes the way of its pieces, for what a receipt says must
        not depend on how far the reader is ahead.
        """
        done = 0
        for number, size in enumerate(self._files.sizes, start=1):
            source = first if number == 1 else self._open(number)
            try:
                yield self._files.facts(number, source)
                dropped = plan.bind(source.schema, number)
                source.choose(plan.needed)
                framed = 0
                for piece in source:
                    self._cancellation.check()
                    framed += piece.framed
                    self._tell("read", done + piece.done)
                    yield piece
            finally:
                source.close()
            yield self._files.facts(
                number, source, records=framed, blank_lines=source.blank_lines, dropped=dropped
            )
            done += size

    def _take(self, outcome: Outcome, order: Order, behind: Behind[pa.RecordBatch, None]) -> None:
        self._cancellation.check()
        self._draft.tally.add(outcome.tally)
        self._errors.add(outcome.rejects)
        for batch in order.add(outcome.batch):
            behind.put(batch)

    def _drain(self, plan: Plan, order: Order, behind: Behind[pa.RecordBatch, None]) -> None:
        written, ids = 0, Neighbours()
        for batch in order.drain():
            self._cancellation.check()
            ids.add(batch.column(plan.ordered_by))
            behind.put(batch)
            written += batch.num_rows
            self._tell("write", 0, written)
        if plan.spec.order != "keep":
            self._draft.pseudonyms = ids.count

    def _judge(self, scan: LeakScan) -> None:
        """Refuse the delivery, or go on: identity data first, then the share of rejects."""
        draft = self._draft
        draft.people = scan.people
        draft.findings = scan.findings()
        draft.scan = "complete"
        for finding in draft.findings:
            if finding.verdict == "stop":
                raise LeakError(
                    finding.code,
                    column=finding.column,
                    count=finding.count,
                    file=finding.place.file,
                    record=finding.place.record,
                )
        tally = draft.tally
        if tally.stopped:
            raise DeliveryError("delivery.invalid_stop", count=tally.stopped)
        limit = draft.plan.spec.reject_limit if draft.plan else None
        if limit is not None and limit.exceeded_by(tally.rejected, tally.records):
            raise DeliveryError(
                "delivery.too_many_rejects",
                rejected=tally.rejected,
                records=tally.records,
                limit=str(limit),
            )

    def _order(self, plan: Plan) -> Keep | ByPseudonym:
        if plan.spec.order == "keep":
            return Keep()
        return ByPseudonym(
            plan.ordered_by,
            self._staging.spill,
            self._settings.order_memory,
            threads=self._draft.threads,
            expected=_GROWTH * sum(self._files.sizes),
        )

    def _behind(self, writer: Writer) -> Behind[pa.RecordBatch, None]:
        """Let the writer encode behind the others' backs."""
        return Behind(writer.write, started=self._draft.threads > 1)

    def _writer(self, plan: Plan) -> Writer:
        output = output_of(
            self._staging,
            self._file_name(plan),
            self._request.to,
            threads=self._draft.threads,
            settings=self._settings,
            formula_cells=plan.spec.formula_cells,
        )
        return open_writer(output, plan, self._domain)

    def _file_name(self, plan: Plan) -> str:
        return f"{plan.spec.name}.{self._request.to}"

    def _tell(self, stage: str, done: int, rows: int | None = None) -> None:
        shown = self._draft.tally.rows if rows is None else rows
        self._observer.progress(Progress(stage, shown, done, sum(self._files.sizes)))
