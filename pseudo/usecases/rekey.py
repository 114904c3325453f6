# SPDX-License-Identifier: Apache-2.0
"""Move tables to another version of a domain: the only way to a new secret.

The way of the data::

    candidates ─▶ Mapping (memory only) ─┐
    tables ─▶ Records ───────────────────┴─▶ moved ─▶ ordered ─▶ written
    then: all explained? ─▶ receipt ─▶ ledger ─▶ one rename ─▶ the version becomes current

A holder of pseudonyms has no numbers, so old and new pseudonyms are made from candidates.
Every cell must be explained by one, or nothing is published and nothing changes. The new
version becomes current last: whoever is stopped before that finds the domain as it was, and
may move the same tables again into another folder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from pseudo._version import __version__
from pseudo.domain import Domain
from pseudo.events import Cancellation, InTurn, Observer, Silent
from pseudo.evidence.codebook import PublishedTable
from pseudo.evidence.ledger import Ledger
from pseudo.evidence.rekey_receipt import RekeyDraft
from pseudo.io.publish import Staging
from pseudo.io.watch import Watched
from pseudo.kernel import select
from pseudo.keys import Store
from pseudo.logs import logger
from pseudo.parallel import cores
from pseudo.safe import random_name
from pseudo.settings import Settings, load_settings
from pseudo.usecases import domains
from pseudo.usecases.account import account
from pseudo.usecases.codebook import write_codebook
from pseudo.usecases.ledgers import settle_cut_off
from pseudo.usecases.reading import read_options
from pseudo.usecases.rekey_candidates import read_candidates
from pseudo.usecases.rekey_publication import publish_move
from pseudo.usecases.rekey_request import RekeyRequest, Versions, choose_versions
from pseudo.usecases.rekey_table import TableMove
from pseudo.usecases.rekey_unmoved import Unmoved
from pseudo.usecases.request import size_of

__all__ = ["RekeyResult", "rekey"]

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class RekeyResult:
    """What came of a move.

    Attributes:
        batch: Its id.
        out: The published folder.
        tables: The published files, in the order of the tables.
        receipt: What the receipt says: the predicate of the statement in ``receipt.json``.
    """

    batch: str
    out: Path
    tables: tuple[Path, ...]
    receipt: dict[str, Any]


def rekey(
    request: RekeyRequest,
    store: Store,
    *,
    ledger: Ledger,
    observer: Observer | None = None,
    cancellation: Cancellation | None = None,
    settings: Settings | None = None,
    clock: Clock = lambda: datetime.now(UTC),
) -> RekeyResult:
    """Move tables to another version of a domain, and make it current.

    Args:
        request: The order.
        store: Where the domain is; it must open both versions.
        ledger: Where the receipt goes, and the change of the domain.
        observer: Told how far the move has come.
        cancellation: Looked at between pieces.
        settings: Limits; read from the environment by default.
        clock: Tells the time, UTC.

    Raises:
        UsageError: The order cannot be carried out, or ``out`` exists.
        DeliveryError: A file cannot be read, or a cell cannot be moved; nothing was
            published, and the domain is as it was.
        LeakError: A column that is carried along holds identity numbers; likewise.
        KeyStoreError: A version cannot be used, or another move came first. Where only the
            last step fails, the folder is published (``rekey.published_not_current``).
        EvidenceError: The receipt could not be appended; nothing was published.
        ResourceError: Disk, memory or time ran out; nothing was published.
        Cancelled: The caller asked to stop; nothing was published.
    """
    settings = settings or load_settings()
    name = request.domain
    for path in (*request.tables, *request.candidates.paths):
        # That a file cannot be opened is found out at once, and not after hours of work.
        Watched(path).close()
    versions = choose_versions(store.versions(name), request.to_version, request.from_version)
    settle_cut_off(ledger, clock)
    with (
        domains.open_current(store, name, ledger, versions.old) as old,
        domains.open_current(store, name, ledger, versions.new) as new,
        Staging(request.out) as staging,
    ):
        draft = _draft(request, old, new, versions, settings, clock())
        log = logger().bind(batch=draft.batch, domain=name)
        log.info("move.started", kernel=new.kernel_name, threads=draft.threads)
        _move(
            request,
            (old, new),
            draft,
            staging,
            settings,
            observer or Silent(),
            cancellation or Cancellation(),
        )
        receipt = publish_move(staging, draft, store, ledger=ledger, clock=clock)
    log.info("move.finished", rows=sum(table.written.rows for table in draft.tables))
    return RekeyResult(
        batch=draft.batch,
        out=request.out,
        tables=tuple(request.out / table.path for table in draft.tables),
        receipt=receipt,
    )


def _move(
    request: RekeyRequest,
    opened: tuple[Domain, Domain],
    draft: RekeyDraft,
    staging: Staging,
    settings: Settings,
    observer: Observer,
    cancellation: Cancellation,
) -> None:
    """Move all tables into the staging folder, or refuse them all."""
    kernel = select(settings.kernel)
    files = (*request.candidates.paths, *request.tables)
    along = InTurn(observer, [size_of(path) for path in files])
    people = kernel.rank_set()
    mapping, draft.candidates = read_candidates(
        request.candidates,
        len(request.tables) + 1,
        opened,
        people,
        read_options(settings, request.candidates.dialect),
        threads=draft.threads,
        observer=along.at,
        cancellation=cancellation,
    )
    try:
        unmoved = Unmoved()
        move = TableMove(
            request=request,
            mapping=mapping,
            people=people,
            new=opened[1].info,
            year=draft.started.year,
            kernel=kernel,
            staging=staging,
            settings=settings,
            threads=draft.threads,
            observer=along,
            cancellation=cancellation,
        )
        for number in range(1, len(request.tables) + 1):
            along.at(len(request.candidates.paths) + number - 1)
            draft.tables.append(move.carry_out(number, unmoved))
        draft.pseudonyms = mapping.moved
    finally:
        mapping.wipe()
    unmoved.judge(draft.candidates.invalid.total())
    published = [PublishedTable(one.written, request.to, one.columns) for one in draft.tables]
    draft.codebook = write_codebook(staging, published, request.lang)


def _draft(
    request: RekeyRequest,
    old: Domain,
    new: Domain,
    versions: Versions,
    settings: Settings,
    now: datetime,
) -> RekeyDraft:
    return RekeyDraft(
        batch=random_name(),
        started=now,
        run_by=account(),
        version=__version__,
        kernel=new.kernel_name,
        scan_kernel=select(settings.kernel).name,
        threads=request.threads or settings.threads or cores(),
        old=old.info,
        new=new.info,
        becomes_current=versions.becomes_current,
        columns=request.columns,
        reference_date=request.candidates.rule.reference_date.isoformat(),
        formula_cells=request.formula_cells,
    )
