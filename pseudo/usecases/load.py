# SPDX-License-Identifier: Apache-2.0
"""Load a published table into a database: what was verified, all of it, or nothing.

The way of the data, in one direction and constant memory::

    verify ─▶ BinarySource ─▶ Blocks ─▶ NewTable
                                 └─▶ LogicalDigest
    then: rows counted by the database, digest compared with the receipt's ─▶ commit
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa

from pseudo.errors import EvidenceError
from pseudo.events import Cancellation, Observer, Progress, Silent
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.note import NoteKey
from pseudo.io.binary import BinarySource
from pseudo.io.loading import NewTable
from pseudo.io.source import records_of
from pseudo.io.writers.blocks import Blocks
from pseudo.io.writers.digest import LogicalDigest
from pseudo.io.writers.port import check_types
from pseudo.logs import logger
from pseudo.settings import Settings, load_settings
from pseudo.usecases.ledgers import parsed_key
from pseudo.usecases.load_release import Released, open_released, released, zoned
from pseudo.usecases.reading import read_options
from pseudo.usecases.verify import Verified, verify

__all__ = ["LoadResult", "load"]


@dataclass(frozen=True, slots=True)
class LoadResult:
    """What was loaded.

    Attributes:
        database: What kind of database it is: ``postgresql``, ``sqlite`` or ``mssql``.
        schema: Where the tables were made; None for the place that is usual there.
        table: The new table.
        codebook: The new table that says what its columns are.
        rows: Its rows, as the database counts them.
        logical_digest: The digest of schema and rows, which is the receipt's.
        receipt: What the receipt of the release says.
        proven: Whether a proof or the ledger showed that the receipt is in the ledger.
    """

    database: str
    schema: str | None
    table: str
    codebook: str
    rows: int
    logical_digest: str
    receipt: dict[str, Any]
    proven: bool


def load(
    folder: str | Path,
    *,
    database: str,
    table: str,
    schema: str | None = None,
    file: str | None = None,
    key: NoteKey | str | None = None,
    ledger: FileLedger | None = None,
    observer: Observer | None = None,
    cancellation: Cancellation | None = None,
    settings: Settings | None = None,
) -> LoadResult:
    """Verify a release and load its table into a database, as a new table.

    Args:
        folder: The published folder.
        database: The address of the database, as SQLAlchemy writes it and without a password.
        table: Name of the new table; its codebook's has ``_codebook`` behind it.
        schema: Where both are made; the place that is usual there by default.
        file: Name of the published file, where there are several.
        key: The key to trust; the ledger's, where none is given.
        ledger: The ledger, where it is at hand.
        observer: Told how far the load has come.
        cancellation: Looked at between pieces.
        settings: Limits; read from the environment by default.

    Raises:
        UsageError: The order cannot be carried out, the table exists, or the database cannot
            hold a name or a value; nothing was loaded.
        EvidenceError: The release does not verify, or what was read of it is not what the
            receipt says; nothing was loaded.
        DeliveryError: A file changed since it was verified; nothing was loaded.
        ResourceError: The database is full, busy or out of reach, or a limit was reached;
            nothing was loaded. Of ``load.unsure``, see there.
        Cancelled: The caller asked to stop; nothing was loaded.
    """
    folder = Path(folder)
    settings, cancellation = settings or load_settings(), cancellation or Cancellation()
    with NewTable(database, table, schema) as target:
        trusted = parsed_key(key) if isinstance(key, str) else key
        verified = verify(folder, key=trusted, ledger=ledger)
        found = released(folder if folder.is_dir() else folder.parent, verified, file)
        log = logger().bind(batch=str(verified.receipt["batch"]))
        log.info("loading.started", rows=found.rows)
        with closing(open_released(found, read_options(settings))) as source:
            rows = _loaded(source, target, found, observer or Silent(), cancellation)
        log.info("loading.finished", rows=rows)
        return _result(target, rows, found, verified)


def _loaded(
    source: BinarySource,
    target: NewTable,
    found: Released,
    observer: Observer,
    cancellation: Cancellation,
) -> int:
    """Load all rows, and let others see them if they are those of the receipt."""
    check_types(source.schema)
    told = zoned(found, source.schema)
    digest = LogicalDigest(told)
    target.begin(source.schema, found.labels)

    def digested() -> Iterator[pa.RecordBatch]:
        for block in _blocks(source, observer, cancellation):
            digest.update(block.cast(told))
            yield block

    target.fill(digested())
    names = source.schema.names
    target.describe([(name, *said) for name, (_, *said) in zip(names, found.columns, strict=True)])
    rows = target.count()
    if digest.hexdigest() != found.logical_digest:
        raise EvidenceError("load.differs", file=found.path.name)
    if rows != found.rows:
        raise EvidenceError("load.rows_differ", table=target.name)
    cancellation.check()
    target.commit()
    return rows


def _blocks(
    source: BinarySource, observer: Observer, cancellation: Cancellation
) -> Iterator[pa.RecordBatch]:
    """Cut the rows into the blocks of the digest, which no reader's pieces change."""
    blocks, rows = Blocks(), 0
    for piece in records_of(source):
        cancellation.check()
        rows += piece.batch.num_rows
        observer.progress(Progress("read", rows, piece.done, source.facts.size))
        yield from blocks.add(piece.batch)
    yield from blocks.rest()


def _result(target: NewTable, rows: int, found: Released, verified: Verified) -> LoadResult:
    return LoadResult(
        database=target.database,
        schema=target.schema,
        table=target.name,
        codebook=target.codebook,
        rows=rows,
        logical_digest=found.logical_digest,
        receipt=dict(verified.receipt),
        proven=verified.proven or verified.in_ledger,
    )
