# SPDX-License-Identifier: Apache-2.0
"""Our engine without evidence, put together of the library's own rooms, stage by stage."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import closing
from datetime import date
from pathlib import Path

from pseudo.engine import Engine, Outcome
from pseudo.evidence.scan import LeakScan, Seen
from pseudo.io import open_source
from pseudo.io.order import ByPseudonym, Keep
from pseudo.io.source import Source
from pseudo.io.writers import ParquetWriter
from pseudo.kernel import select
from pseudo.parallel import Behind, cores, ordered_map
from pseudo.records import Piece
from pseudo.spec import parse_spec
from pseudo.spec.plan import Plan, compile_plan
from pseudo.testing import MemoryStore
from pseudo.testing.large import LARGE_COLUMNS, LARGE_SPEC

__all__ = ["engine"]

_UNTYPED = "name: untyped\ncolumns:\n- {name: personnummer, role: identifier, pseudonym: id}\n" + (
    "".join(f"- {{name: {name}, role: keep}}\n" for name in LARGE_COLUMNS[1:])
)
_DAY = date(2026, 11, 22)


def engine(
    source: Path,
    folder: Path,
    secret: bytes,
    *,
    typed: bool = False,
    scan: bool = False,
    ordered: bool = False,
) -> None:
    """Pseudonymize a large file.

    Args:
        source: From :func:`pseudo.testing.large.write_large`.
        folder: Where ``out.parquet`` is written.
        secret: The domain's secret.
        typed: Whether kept columns have declared types, which are checked.
        scan: Whether the leak scan looks at what leaves.
        ordered: Whether rows leave by pseudonym, or as they came.
    """
    with (
        MemoryStore({("bench", 1): secret}) as store,
        closing(open_source(source)) as opened,
    ):
        spec = parse_spec(LARGE_SPEC if typed else _UNTYPED)
        plan = compile_plan(spec, opened.schema, reference_date=_DAY)
        working = Engine(plan, store.domain("bench"))
        looking = LeakScan(plan, select(), _DAY.year) if scan else None
        _flow(opened, working, looking, folder, ordered=ordered)


def _flow(
    opened: Source, working: Engine, looking: LeakScan | None, folder: Path, *, ordered: bool
) -> None:
    def work(piece: Piece) -> tuple[Outcome, Seen | None]:
        outcome = working.process(piece.parse())
        return outcome, looking.look(outcome) if looking else None

    def pieces() -> Generator[Piece, None, None]:
        yield from opened

    with (
        _order(working.plan, folder, opened.facts.size if ordered else 0) as order,
        ParquetWriter(
            folder / "out.parquet", working.plan.schema, pseudonyms=["id"], digests=False
        ) as writer,
        Behind(writer.write, started=cores() > 1) as behind,
        closing(ordered_map(work, pieces(), cores())) as worked,
    ):
        for outcome, seen in worked:
            for batch in order.add(outcome.batch):
                behind.put(batch)
            if looking and seen:
                looking.take(seen)
        if looking:
            looking.findings()
        for batch in order.drain():
            behind.put(batch)


def _order(plan: Plan, folder: Path, size: int) -> Keep | ByPseudonym:
    if not size:
        return Keep()
    spill = folder / "spill"
    return ByPseudonym(plan.ordered_by, spill, threads=cores(), expected=2 * size)
