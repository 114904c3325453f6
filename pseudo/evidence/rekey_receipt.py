# SPDX-License-Identifier: Apache-2.0
"""The receipt of a move to a new secret: from which key to which, and how much was moved.

It is of the same type as a batch's and says ``"kind": "rekey"``. It holds counts, names of
columns, both key ids and digests of what was published, and no pseudonym: an old one and the
new one of one person, together, would link every table of the one secret to the other.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from pseudo.domain import DomainInfo
from pseudo.evidence.codebook import Described
from pseudo.evidence.column_scan import Finding
from pseudo.evidence.entries import utc
from pseudo.evidence.receipt_parts import (
    InputFacts,
    written_domain,
    written_finding,
    written_input,
    written_software,
)
from pseudo.io.writers import FormulaCells, Written
from pseudo.safe import safe_text

__all__ = ["CandidateFacts", "RekeyDraft", "TableFacts"]

TIERS = ("separators", "membership", "column rate")
"""What the leak scan looks at: the number of a row is not known here, so not its own."""


@dataclass(frozen=True, slots=True)
class CandidateFacts:
    """What was read to find out whose pseudonyms are moved.

    Attributes:
        inputs: The files, by number: they count behind the tables.
        kinds: What its numbers are.
        valid: Numbers that have pseudonyms, repetitions counted.
        blank: Records without a number.
        invalid: Numbers and records that cannot be used, by code.
        people: Different numbers.
        pad_zeros: Whether 7 to 9 bare digits were taken for a number that lost its zeros.
    """

    inputs: tuple[InputFacts, ...]
    kinds: tuple[str, ...]
    valid: int
    blank: int
    invalid: Counter[str]
    people: int
    pad_zeros: bool


@dataclass(frozen=True, slots=True)
class TableFacts:
    """What became of one table.

    Attributes:
        input: The file, by number.
        path: Where it was published, in the folder.
        written: What was published.
        columns: What its columns are.
        nulls: Cells without a pseudonym by column.
        pseudonyms: Different pseudonyms of the column that orders the rows.
        planted: Spellings of a number that the scan planted, and found.
        findings: What the leak scan found.
    """

    input: InputFacts
    path: str
    written: Written
    columns: Sequence[Described]
    nulls: Counter[str]
    pseudonyms: int
    planted: int
    findings: Sequence[Finding]


@dataclass(slots=True)
class RekeyDraft:
    """Everything a move's receipt says, gathered on the way.

    Attributes:
        batch: Random id of the move.
        started: When it began, UTC.
        run_by: The account that ran it.
        version: The product's version.
        kernel: The kernel that made the pseudonyms.
        scan_kernel: The one that scanned.
        threads: Worker threads used.
        old: The version that was moved from.
        new: The version that was moved to.
        becomes_current: Whether that is the current one from then on.
        columns: The pseudonym columns; rows are ordered by the first.
        reference_date: The day by which candidates were judged, ISO.
        formula_cells: What was done in CSV with texts that a spreadsheet would run.
        candidates: Once they are read.
        tables: Those that are done.
        pseudonyms: Different pseudonyms in all columns of all tables.
        codebook: SHA-256 of what explains the tables, by path in the folder.
    """

    batch: str
    started: datetime
    run_by: str
    version: str
    kernel: str
    scan_kernel: str
    threads: int
    old: DomainInfo
    new: DomainInfo
    becomes_current: bool
    columns: tuple[str, ...]
    reference_date: str
    formula_cells: FormulaCells
    candidates: CandidateFacts | None = None
    tables: list[TableFacts] = field(default_factory=list)
    pseudonyms: int = 0
    codebook: Mapping[str, str] = field(default_factory=dict)

    def subjects(self) -> dict[str, str]:
        """Give the SHA-256 of every published file by its path in the folder."""
        data = {table.path: table.written.sha256 for table in self.tables}
        return {**data, **self.codebook}

    def predicate(self, finished: datetime) -> dict[str, object]:
        """Write the receipt, all but its place in a ledger.

        Args:
            finished: The moment it is written, UTC.

        Returns:
            Plain data that :mod:`json` can write.
        """
        return {
            "kind": "rekey",
            "batch": self.batch,
            "verdict": "published",
            "started": utc(self.started),
            "finished": utc(finished),
            "run_by": safe_text(self.run_by),
            "approvals": [],
            "software": written_software(
                self.version, self.kernel, self.scan_kernel, self.threads
            ),
            "domain": written_domain(self.new),
            "from": self.old.key_id,
            "to": self.new.key_id,
            "becomes_current": self.becomes_current,
            "columns": [safe_text(name) for name in self.columns],
            "reference_date": self.reference_date,
            "formula_cells": self.formula_cells,
            "candidates": self._candidates(),
            "inputs": [written_input(table.input) for table in self.tables],
            "counts": {
                "rows": sum(table.written.rows for table in self.tables),
                "distinct_pseudonyms": self.pseudonyms,
            },
            "scan": {
                "state": "complete",
                "tiers": list(TIERS),
                "canaries": "found",
                "planted": sum(table.planted for table in self.tables),
                "findings": [
                    written_finding(found) for table in self.tables for found in table.findings
                ],
            },
            "outputs": [_output(table) for table in self.tables],
        }

    def _candidates(self) -> Mapping[str, object] | None:
        facts = self.candidates
        if facts is None:
            return None
        return {
            "files": [written_input(entry) for entry in facts.inputs],
            "kinds": list(facts.kinds),
            "pad_zeros": facts.pad_zeros,
            "records": sum(entry.records for entry in facts.inputs),
            "valid": facts.valid,
            "blank": facts.blank,
            "invalid": dict(sorted(facts.invalid.items())),
            "people": facts.people,
        }


def _output(table: TableFacts) -> Mapping[str, object]:
    written = table.written
    return {
        "path": table.path,
        "rows": written.rows,
        "nulls": {safe_text(name): count for name, count in table.nulls.items()},
        "distinct_pseudonyms": table.pseudonyms,
        "bytes": written.bytes,
        "sha256": written.sha256,
        "logical_digest": written.logical_digest,
    }
