# SPDX-License-Identifier: Apache-2.0
"""What the tests of moves share: a domain of two versions, tables of it, and an order."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

import pseudo
from pseudo.domain import Domain
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import Store
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import MemoryStore
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.rekey import RekeyResult, rekey
from pseudo.usecases.rekey_request import RekeyRequest

DAY = date(2026, 11, 22)


@dataclass
class Site:
    """A key store with a domain whose second version is not current yet, and its ledger."""

    folder: Path
    form: PseudonymFormat | str = PseudonymFormat.BASE32
    store: Store = field(init=False)
    ledger: FileLedger = field(init=False)

    def __post_init__(self) -> None:
        self.store = MemoryStore({("projA", 1): bytes(range(32))}, format=self.form)
        self.store.new_version("projA")
        self.ledger = pseudo.open_ledger(self.folder / "ledger", self.store)

    @property
    def current(self) -> int:
        return self.store.show("projA").version

    def domain(self, version: int) -> Domain:
        return self.store.domain("projA", version)

    def pseudonyms(self, numbers: list[Any], version: int, **more: Any) -> list[str | None]:
        made: list[str | None] = self.domain(version).pseudonymize(
            numbers, reference_date=DAY, **more
        )
        return made

    def table(self, name: str = "table.parquet", **columns: list[Any]) -> Path:
        """Write a Parquet table."""
        path = self.folder / name
        pq.write_table(pa.table(columns), path)
        return path

    def text(self, content: str, name: str) -> Path:
        path = self.folder / name
        path.write_text(content, encoding="utf-8")
        return path

    def numbers(self, numbers: list[str], name: str = "candidates.csv") -> Path:
        """Write a file of candidates."""
        return self.text("\n".join(["nr;x", *(f"{number};1" for number in numbers), ""]), name)

    def move(
        self,
        *tables: Path,
        candidates: Path | list[Path],
        columns: tuple[str, ...] = ("id",),
        **more: Any,
    ) -> RekeyResult:
        """Move tables into ``out``, or another folder."""
        known = {"kinds", "scope", "submitter", "width", "pad_zeros"}
        known |= {"reference_date", "encoding", "delimiter"}
        about = {name: more.pop(name) for name in known & more.keys()}
        out = self.folder / more.pop("out", "out")
        run = {name: more.pop(name) for name in ("cancellation", "settings") if name in more}
        request = RekeyRequest(
            tables=tables,
            domain="projA",
            columns=columns,
            candidates=Candidates.of(
                candidates, more.pop("column", "nr"), **{"reference_date": DAY, **about}
            ),
            out=out,
            **more,
        )
        return rekey(request, self.store, ledger=self.ledger, **run)

    def receipts(self) -> list[dict[str, Any]]:
        """Give the receipts in the ledger."""
        self.ledger.verify()
        return [dict(entry.content) for entry in self.ledger.entries() if entry.is_receipt]

    def untouched(self, out: str = "out") -> bool:
        """Tell whether nothing was published, and the domain is as it was."""
        left = [path.name for path in self.folder.glob(".*")]
        return not ((self.folder / out).exists() or self.receipts() or left or self.current != 1)


def rows(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = pq.read_table(path).to_pylist()
    return found
