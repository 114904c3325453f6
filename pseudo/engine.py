# SPDX-License-Identifier: Apache-2.0
"""The engine: records in, pseudonymized records, rejects and a tally out.

It touches no file, socket, clock or log, keeps nothing between calls, and may run in
several threads. Order of work on a piece of a delivery:

1. every identifier column is swapped by the domain, every kept column converted and held
   against its constraints;
2. a row with an invalid cell is left out and each such cell named in the rejects;
   ``on_invalid: null`` leaves the cell blank instead;
3. what is left becomes a record batch of the plan's schema. Direct identifiers and
   undeclared columns are never looked at, so nothing of them can leave.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.domain import Domain
from pseudo.identity import Reason
from pseudo.kernel import Kernel, Swapped, select
from pseudo.records import Effect, Records, Reject
from pseudo.spec.checks import CODES, Findings
from pseudo.spec.convert import convert
from pseudo.spec.plan import Keep, Plan, Swap

__all__ = ["Engine", "Outcome", "Tally"]


@dataclass(slots=True)
class Tally:
    """Counts of a batch; tallies of pieces add up to that of the whole.

    Attributes:
        records: Records the readers saw.
        rows: Rows that left.
        rejected: Records left out.
        reasons: Wrong cells and records by (column, code).
        blanked: Invalid cells that were left blank, by (column, code).
        nulls: Null cells of the output by column.
        stopped: Invalid cells in columns with ``on_invalid: stop``.
        century_ambiguous: Ten-digit numbers that could be of somebody over 100, by column.
        incomplete_date: Samordningsnummer without month or day of birth, by column.
    """

    records: int = 0
    rows: int = 0
    rejected: int = 0
    stopped: int = 0
    reasons: Counter[tuple[str, str]] = field(default_factory=Counter)
    blanked: Counter[tuple[str, str]] = field(default_factory=Counter)
    nulls: Counter[str] = field(default_factory=Counter)
    century_ambiguous: Counter[str] = field(default_factory=Counter)
    incomplete_date: Counter[str] = field(default_factory=Counter)

    def add(self, other: Tally) -> None:
        """Add the counts of another piece."""
        self.records += other.records
        self.rows += other.rows
        self.rejected += other.rejected
        self.stopped += other.stopped
        for name in ("reasons", "blanked", "nulls", "century_ambiguous", "incomplete_date"):
            getattr(self, name).update(getattr(other, name))


@dataclass(frozen=True, slots=True, repr=False)
class Outcome:
    """What became of a piece of a delivery.

    Attributes:
        batch: The rows that leave, in the plan's schema.
        identifiers: The delivered cells of each identifier column for those rows, in the
            order of ``plan.swaps``: for the leak scan, never written anywhere.
        ranks: Rank of each identifier of those rows, likewise; -1 where there is none.
        file: Number of the file.
        numbers: Record number of each row that leaves.
        rejects: What is wrong, in the order of records and columns.
        tally: Counts.
    """

    batch: pa.RecordBatch
    identifiers: tuple[pa.Array, ...]
    ranks: tuple[npt.NDArray[np.int64], ...]
    file: int
    numbers: npt.NDArray[np.int64]
    rejects: Sequence[Reject]
    tally: Tally


@dataclass(frozen=True, slots=True)
class _Wrong:
    """Invalid cells of one column: a reason code for each marked row."""

    column: str
    order: int
    rows: npt.NDArray[np.int64]
    codes: Sequence[str]
    on_invalid: str


@dataclass(frozen=True, slots=True, repr=False)
class _Kept:
    """A kept column: its cells in the output's type, and what is wrong with each."""

    array: pa.Array
    findings: Findings | None


class Engine:
    """A plan and a domain, ready to work on records.

    Args:
        plan: What happens to every column.
        domain: The open domain whose pseudonyms are made.
        kernel: What converts texts; the fastest that is installed by default.
    """

    def __init__(self, plan: Plan, domain: Domain, kernel: Kernel | None = None) -> None:
        self.plan = plan
        self.domain = domain
        self._kernel = kernel or select()

    def process(self, records: Records) -> Outcome:
        """Work on one piece of a delivery.

        Args:
            records: Records of a file whose header was bound to the plan.

        Returns:
            The rows that leave, the rejects, the counts.

        Raises:
            KeyStoreError: The domain no longer answers.
        """
        batch = records.batch
        swapped = {step.target: self._swap(step, batch) for step in self.plan.swaps}
        kept = {step.source: self._keep(step, batch) for step in self.plan.keeps}
        wrong = self._wrong(swapped, kept)
        stays = np.ones(batch.num_rows, dtype=bool)
        for cells in wrong:
            if cells.on_invalid != "null":
                stays[cells.rows] = False
        rejects = _rejects(records, wrong)
        chosen = None if stays.all() else pa.array(np.flatnonzero(stays))
        out = self._output(swapped, kept, chosen)
        return Outcome(
            batch=out,
            identifiers=tuple(
                _chosen(batch.column(step.source), chosen) for step in self.plan.swaps
            ),
            ranks=tuple(swapped[step.target].ranks[stays] for step in self.plan.swaps),
            file=records.file,
            numbers=records.numbers[stays],
            rejects=rejects,
            tally=_tally(records, swapped, out, wrong, int(stays.sum())),
        )

    def _swap(self, step: Swap, batch: pa.RecordBatch) -> Swapped:
        scope = [batch.column(name) for name in step.scope]
        if step.submitter is not None:
            scope = [pa.array([step.submitter] * batch.num_rows, pa.string())]
        return self.domain.swap(batch.column(step.source), step.rule, scope)

    def _keep(self, step: Keep, batch: pa.RecordBatch) -> _Kept:
        column = batch.column(step.source)
        found = convert(column, step.declared, step.decimal, self._kernel)
        findings = step.checks.findings(found.array, found.invalid)
        if findings is None or step.on_invalid != "null":
            return _Kept(found.array, findings)
        blank = pa.scalar(None, found.array.type)
        return _Kept(pc.if_else(pa.array(findings == 0), found.array, blank), findings)

    def _wrong(self, swapped: dict[str, Swapped], kept: dict[str, _Kept]) -> list[_Wrong]:
        wrong = []
        for order, step in enumerate(self.plan.steps):
            if isinstance(step, Swap):
                found = _wrong_identifiers(step, order, swapped[step.target].reasons)
            else:
                found = _wrong_values(step, order, kept[step.source].findings)
            if found.rows.size:
                wrong.append(found)
        return wrong

    def _output(
        self,
        swapped: dict[str, Swapped],
        kept: dict[str, _Kept],
        chosen: pa.Array | None,
    ) -> pa.RecordBatch:
        columns = [
            swapped[step.target].pseudonyms if isinstance(step, Swap) else kept[step.source].array
            for step in self.plan.steps
        ]
        columns = [_chosen(column, chosen) for column in columns]
        return pa.RecordBatch.from_arrays(columns, schema=self.plan.schema)


def _chosen(column: pa.Array, chosen: pa.Array | None) -> pa.Array:
    return column if chosen is None else column.take(chosen)


def _wrong_identifiers(step: Swap, order: int, reasons: npt.NDArray[np.uint8]) -> _Wrong:
    invalid = reasons != Reason.OK
    if not step.required:
        invalid &= reasons != Reason.BLANK
    rows = np.flatnonzero(invalid)
    codes = [Reason(reason).code for reason in reasons[rows].tolist()]
    return _Wrong(step.source, order, rows, codes, step.on_invalid)


def _wrong_values(step: Keep, order: int, findings: Findings | None) -> _Wrong:
    if findings is None:
        return _Wrong(step.source, order, np.empty(0, dtype=np.int64), [], step.on_invalid)
    rows = np.flatnonzero(findings)
    codes = [CODES[finding] for finding in findings[rows].tolist()]
    return _Wrong(step.source, order, rows, codes, step.on_invalid)


def _rejects(records: Records, wrong: Sequence[_Wrong]) -> list[Reject]:
    """Merge the readers' rejects with ours, by record and then by column."""
    found = [(reject.record, -1, reject) for reject in records.rejects]
    for cells in wrong:
        effect: Effect = "value_left_blank" if cells.on_invalid == "null" else "row_left_out"
        for row, code in zip(cells.rows.tolist(), cells.codes, strict=True):
            record = int(records.numbers[row])
            line = 0 if records.lines is None else int(records.lines[row])
            reject = Reject(records.file, record, line, cells.column, code, effect)
            found.append((record, cells.order, reject))
    found.sort(key=lambda entry: entry[:2])
    return [reject for _, _, reject in found]


def _tally(
    records: Records,
    swapped: dict[str, Swapped],
    out: pa.RecordBatch,
    wrong: Sequence[_Wrong],
    rows: int,
) -> Tally:
    tally = Tally(records=records.framed, rows=rows, rejected=records.framed - rows)
    for reject in records.rejects:
        tally.reasons[reject.column, reject.code] += 1
    for cells in wrong:
        target = tally.blanked if cells.on_invalid == "null" else tally.reasons
        for code, count in Counter(cells.codes).items():
            target[cells.column, code] += count
        if cells.on_invalid == "stop":
            tally.stopped += int(cells.rows.size)
    for name, column in zip(out.schema.names, out.columns, strict=True):
        tally.nulls[name] += column.null_count
    for name, column in swapped.items():
        tally.century_ambiguous[name] += column.century_ambiguous
        tally.incomplete_date[name] += column.incomplete_date
    return tally
