# SPDX-License-Identifier: Apache-2.0
"""Run a spec over a delivery in a domain, and publish what came of it.

The way of the data, in one direction and constant memory::

    open_source ─▶ Records ─▶ Engine.process ─▶ Outcome ─▶ LeakScan ─▶ Order ─▶ Writer
                                                   └─▶ ErrorList
    then: verdict ─▶ receipt ─▶ ledger ─▶ one rename

Fail closed: nothing is released unless the scan passed and the receipt was appended. A
refused delivery (exit status 3 or 4) gets its folder too, with ``return/`` and a receipt
and no ``release/``; any other stop leaves no folder.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from pseudo._version import __version__
from pseudo.domain import Domain
from pseudo.errors import DeliveryError, LeakError, UsageError
from pseudo.events import Cancellation, Observer, Silent
from pseudo.evidence.ledger import Ledger
from pseudo.evidence.receipt import ReceiptDraft
from pseudo.io.publish import Staging
from pseudo.io.source import Dialect, UserMissing, ValueLabels
from pseudo.kernel import select
from pseudo.logs import logger
from pseudo.parallel import cores
from pseudo.safe import random_name
from pseudo.settings import Settings, load_settings
from pseudo.spec import Spec
from pseudo.usecases.account import account
from pseudo.usecases.batch import Batch
from pseudo.usecases.domain_events import require_same_series
from pseudo.usecases.ledgers import settle_cut_off
from pseudo.usecases.publication import publish
from pseudo.usecases.request import OutputFormat, RunRequest, database_of

__all__ = ["RunResult", "carry_out", "run"]

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class RunResult:
    """What came of a batch that was published.

    Attributes:
        batch: Its id.
        out: The published folder.
        data: The published data file.
        records: Records the delivery held.
        rows: Rows published.
        rejected: Records left out.
        warnings: Findings of the leak scan that did not stop the batch.
        receipt: What the receipt says: the predicate of the statement in ``receipt.json``.
    """

    batch: str
    out: Path
    data: Path
    records: int
    rows: int
    rejected: int
    warnings: int
    receipt: dict[str, Any]


def run(
    files: str | Path | Sequence[str | Path] = (),
    *,
    domain: Domain,
    out: str | Path,
    spec: Spec | str | Path | None = None,
    columns: Sequence[str] = (),
    keep: Sequence[str] = (),
    keep_all: bool = False,
    to: OutputFormat = "parquet",
    order: str | None = None,
    encoding: str | None = None,
    delimiter: str | None = None,
    table: str | int | None = None,
    header_rows: tuple[int, int] | None = None,
    value_labels: ValueLabels | None = None,
    user_missing: UserMissing | None = None,
    reference_date: date | None = None,
    threads: int = 0,
    lang: str = "sv",
    submitter: str | None = None,
    database: str | None = None,
    query: str | None = None,
    ledger: Ledger | None = None,
    observer: Observer | None = None,
    cancellation: Cancellation | None = None,
) -> RunResult:
    """Pseudonymize a delivery and publish it as a folder.

    Args:
        files: One file or several; several are one delivery with one receipt.
        database: The address of a database, as SQLAlchemy writes it and without a password,
            instead of files; ``table`` names its table.
        query: One statement that gives rows, instead of a table.
        domain: The open domain whose pseudonyms are made.
        out: The folder to publish; must not exist, appears by one rename.
        spec: The spec, or the path of its YAML file.
        columns: Names of columns to swap, instead of a spec.
        keep: With ``columns``: names of columns to keep.
        keep_all: With ``columns``: keep all others.
        to: ``parquet``, ``arrow``, ``csv``, ``xlsx``, ``xpt`` (SAS), ``sav`` (SPSS) or ``dta``
            (Stata); the last three need polars.
        order: ``keep`` to let rows leave as they came.
        encoding: Of text files, where it is known.
        delimiter: Of text files, where it is known.
        table: Which sheet of a workbook or table of a dump, by its name or its number from 1,
            where there are several.
        header_rows: First and last row of a workbook's header, from 1.
        value_labels: Whether ``codes`` or ``labels`` are read of SPSS, Stata and SAS files.
        user_missing: Whether what such a file calls missing is ``null`` or ``keep``.
        reference_date: The day by which identity numbers are judged; else the spec's,
            else today.
        threads: Worker threads; 0 for the setting, else one a core. Never changes the output.
        lang: ``sv`` or ``en``, for the error list and the codebook.
        submitter: Who sent the delivery, for identifiers scoped by submitter.
        ledger: Where the receipt is signed and appended before anything is published; without
            one, the receipt is not signed, and says so.
        observer: Told how far the batch has come.
        cancellation: Looked at between pieces.

    Returns:
        What was published.

    Raises:
        UsageError: The order or the spec cannot be carried out, or ``out`` exists.
        DeliveryError: The delivery is refused; ``out`` holds the error list.
        LeakError: Identity data outside its column; ``out`` holds the error list.
        KeyStoreError: The domain cannot be used; ``keys.other_series`` where the ledger knows
            that another version is current, or knows deliveries of the same spec with another
            key. It is looked at again before anything is published.
        EvidenceError: The receipt could not be appended; nothing was published.
        ResourceError: Disk, memory or time ran out; nothing was published.
        Cancelled: The caller asked to stop; nothing was published.
    """
    if order not in (None, "keep"):
        raise UsageError("usage.unknown_order", order=str(order))
    given = [files] if isinstance(files, str | Path) else list(files)
    request = RunRequest(
        files=tuple(Path(file) for file in given),
        out=Path(out),
        spec=Path(spec) if isinstance(spec, str) else spec,
        columns=_names(columns),
        keep=_names(keep),
        keep_all=keep_all,
        to=to,
        order_keep=order == "keep",
        dialect=Dialect(
            encoding=encoding,
            delimiter=delimiter,
            table=table,
            header_rows=header_rows,
            value_labels=value_labels,
            user_missing=user_missing,
        ),
        reference_date=reference_date,
        threads=threads,
        lang=lang,  # type: ignore[arg-type]
        submitter=submitter,
        database=database_of(database, query),
    )
    return carry_out(
        request,
        domain,
        ledger=ledger,
        observer=observer,
        cancellation=cancellation,
    )


def carry_out(
    request: RunRequest,
    domain: Domain,
    *,
    ledger: Ledger | None = None,
    observer: Observer | None = None,
    cancellation: Cancellation | None = None,
    settings: Settings | None = None,
    clock: Clock = lambda: datetime.now(UTC),
) -> RunResult:
    """Carry out an order; see :func:`run`.

    Args:
        request: The order.
        domain: The open domain.
        ledger: Where the receipt goes; nowhere by default, and then it is not signed.
        observer: Told how far the batch has come.
        cancellation: Looked at between pieces.
        settings: Limits; read from the environment by default.
        clock: Tells the time, UTC.
    """
    settings = settings or load_settings()
    declared = request.declared_spec
    draft = _draft(request, domain, declared, settings, clock())
    request = replace(request, spec=declared)
    log = logger().bind(batch=draft.batch, domain=domain.info.name)
    if ledger is not None:
        settle_cut_off(ledger, clock)
        _require_same_series(ledger, draft, declared)
    log.info("batch.started", kernel=domain.kernel_name, threads=draft.threads)
    with Staging(request.out) as staging:
        refused = _carried_out(
            Batch(
                request,
                domain,
                draft,
                staging,
                settings,
                observer or Silent(),
                cancellation or Cancellation(),
            )
        )
        receipt = _published(staging, draft, ledger, clock)
    log.info(
        "batch.finished",
        verdict=draft.verdict,
        code=draft.refusal,
        records=draft.tally.records,
        rows=draft.tally.rows,
        rejected=draft.tally.rejected,
    )
    if refused is not None:
        raise refused
    return _result(request, draft, receipt)


def _published(
    staging: Staging, draft: ReceiptDraft, ledger: Ledger | None, clock: Clock
) -> dict[str, Any]:
    """Publish a batch, unless its domain was moved to another secret since it began."""
    if ledger is None or draft.verdict != "published":
        # A refused delivery has no pseudonyms, and its error list is needed all the same.
        return publish(staging, draft, ledger, clock)
    with ledger.alone():
        _require_same_series(ledger, draft, draft.spec)
        return publish(staging, draft, ledger, clock)


def _require_same_series(ledger: Ledger, draft: ReceiptDraft, spec: Spec | None) -> None:
    info = draft.domain.info
    require_same_series(ledger, spec.name if spec else "", info.name, info.key_id)


def _carried_out(batch: Batch) -> DeliveryError | LeakError | None:
    """Carry a batch out; a delivery that is refused is a result too, and is published."""
    with closing(batch):
        try:
            batch.carry_out()
        except (DeliveryError, LeakError) as error:
            batch.refuse(error)
            return error
    return None


def _names(names: Sequence[str]) -> tuple[str, ...]:
    return (names,) if isinstance(names, str) else tuple(names)


def _draft(
    request: RunRequest,
    domain: Domain,
    declared: Spec | None,
    settings: Settings,
    now: datetime,
) -> ReceiptDraft:
    by, day = "run", now.astimezone().date()
    if request.reference_date is not None:
        by, day = "option", request.reference_date
    elif declared is not None and declared.reference_date is not None:
        by, day = "spec", declared.reference_date
    return ReceiptDraft(
        batch=random_name(),
        run_by=account(),
        started=now,
        version=__version__,
        domain=domain,
        reference_date=day,
        reference_date_by=by,
        threads=request.threads or settings.threads or cores(),
        scan_kernel=select(settings.kernel).name,
        lang=request.lang,
    )


def _result(request: RunRequest, draft: ReceiptDraft, receipt: dict[str, Any]) -> RunResult:
    (path,) = draft.outputs
    return RunResult(
        batch=draft.batch,
        out=request.out,
        data=request.out / path,
        records=draft.tally.records,
        rows=draft.tally.rows,
        rejected=draft.tally.rejected,
        warnings=len(draft.findings),
        receipt=receipt,
    )
