# SPDX-License-Identifier: Apache-2.0
"""The receipt: what a batch read, did and wrote, without a value of anybody.

This is what is said; :mod:`pseudo.evidence.statement` says it of the published files,
and a ledger signs and keeps it. It holds counts, names from the spec, digests of what was
*published*, and never an unkeyed digest of what came in: the space of identity numbers is
so small that such a digest is as good as the number. The input's commitments have an
opening of 32 random bytes (:mod:`pseudo.io.commitment`).
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from pseudo.domain import Domain
from pseudo.engine import Tally
from pseudo.evidence.column_scan import Finding
from pseudo.evidence.entries import utc
from pseudo.evidence.receipt_parts import (
    InputFacts,
    written_columns,
    written_domain,
    written_finding,
    written_input,
    written_software,
)
from pseudo.io.writers import Written
from pseudo.safe import safe_text
from pseudo.spec import Spec, as_mapping
from pseudo.spec.plan import Plan

__all__ = ["InputFacts", "ReceiptDraft", "spec_digest"]

_RANKED = {"personnummer", "samordningsnummer"}

TIERS = ("own row", "separators", "membership", "column rate")
"""What the leak scan looks at."""


@dataclass(slots=True)
class ReceiptDraft:
    """Everything a receipt says, gathered while the batch runs.

    Attributes:
        batch: Random id of the batch.
        started: When it began, UTC.
        version: The product's version.
        domain: The domain it ran in.
        reference_date: The day by which identity numbers were judged.
        reference_date_by: ``option``, ``spec`` or ``run``.
        threads: Worker threads used.
        scan_kernel: The kernel that converts and scans; the domain has its own for the swap.
        lang: Language of the error list.
        spec: The spec, once it is known.
        by_columns: ``named`` or ``all others kept``, where columns were named instead of a
            spec.
        plan: The plan, once the first header was read.
        inputs: One entry a file.
        tally: Counts.
        run_by: The account that ran the batch.
        people: Distinct personnummer and samordningsnummer.
        pseudonyms: Different pseudonyms of the column that orders the rows; None where they
            were not counted, because rows leave as they came.
        planted: Spellings of a number that the scan planted, and found.
        scan: How far the leak scan came: ``not run``, ``incomplete`` or ``complete``.
        findings: What the leak scan found.
        commitments: One to each file of the delivery, as far as they could be made.
        outputs: Published data files by their path in the folder.
        codebook: SHA-256 of what explains them, likewise.
        returned: SHA-256 of what the submitter gets, likewise.
        verdict: ``published`` or ``refused``.
        refusal: Code of why it was refused.
    """

    batch: str
    started: datetime
    version: str
    domain: Domain
    reference_date: date
    reference_date_by: str
    threads: int
    scan_kernel: str
    lang: str
    spec: Spec | None = None
    by_columns: str = ""
    plan: Plan | None = None
    inputs: list[InputFacts] = field(default_factory=list)
    tally: Tally = field(default_factory=Tally)
    run_by: str = ""
    people: int = 0
    pseudonyms: int | None = None
    planted: int = 0
    scan: str = "not run"
    findings: Sequence[Finding] = ()
    commitments: Sequence[str] = ()
    outputs: dict[str, Written] = field(default_factory=dict)
    codebook: Mapping[str, str] = field(default_factory=dict)
    returned: Mapping[str, str] = field(default_factory=dict)
    verdict: str = "published"
    refusal: str = ""

    def subjects(self) -> dict[str, str]:
        """Give the SHA-256 of every published file by its path in the folder."""
        data = {path: written.sha256 for path, written in self.outputs.items()}
        return {**data, **self.codebook, **self.returned}

    def predicate(self, finished: datetime) -> dict[str, object]:
        """Write the receipt, all but its place in a ledger.

        Args:
            finished: The moment it is written, UTC.

        Returns:
            Plain data that :mod:`json` can write.
        """
        return {
            "batch": self.batch,
            "verdict": self.verdict,
            "refusal": self.refusal,
            "started": utc(self.started),
            "finished": utc(finished),
            "run_by": safe_text(self.run_by),
            "approvals": [],
            "software": written_software(
                self.version, self.domain.kernel_name, self.scan_kernel, self.threads
            ),
            "domain": written_domain(self.domain.info),
            "reference_date": {
                "date": self.reference_date.isoformat(),
                "by": self.reference_date_by,
            },
            "spec": self._spec(),
            "order": self._order(),
            "inputs": [written_input(entry) for entry in self.inputs],
            "commitments": [
                {"file": number, "hmac_sha256": made}
                for number, made in enumerate(self.commitments, start=1)
            ],
            "columns": [] if self.plan is None else written_columns(self.plan),
            "counts": self._counts(),
            "scan": {
                "state": self.scan,
                "tiers": list(TIERS) if self.scan == "complete" else [],
                "canaries": "not planted" if self.scan == "not run" else "found",
                "planted": self.planted,
                "recall": 1.0 if self.planted else None,
                "findings": [written_finding(found) for found in self.findings],
            },
            "outputs": [
                {
                    "path": path,
                    "rows": written.rows,
                    "bytes": written.bytes,
                    "sha256": written.sha256,
                    "logical_digest": written.logical_digest,
                }
                for path, written in self.outputs.items()
            ],
        }

    def _spec(self) -> dict[str, object] | None:
        if self.spec is None:
            return None
        return {
            "name": self.spec.name,
            "sha256": spec_digest(self.spec),
            "columns_by": self.by_columns or "spec",
            "unknown_columns": self.spec.unknown_columns,
            "reject_limit": str(self.spec.reject_limit),
        }

    def _order(self) -> dict[str, object] | None:
        if self.spec is None:
            return None
        return {"by": self.spec.order, "reason": safe_text(self.spec.reason or "")}

    def _counts(self) -> dict[str, object]:
        tally = self.tally
        return {
            "records": tally.records,
            "rows": tally.rows,
            "rejected": tally.rejected,
            "rejects": _by_column(tally.reasons),
            "blanked": _by_column(tally.blanked),
            "nulls": _named(tally.nulls),
            "distinct_people": self.people,
            "distinct_pseudonyms": self.pseudonyms,
            "collisions": self._collisions(),
            "century_ambiguous": _named(+tally.century_ambiguous),
            "incomplete_date": _named(+tally.incomplete_date),
        }

    def _collisions(self) -> int | None:
        """Compare people and pseudonyms, where all of both were counted."""
        swaps = [] if self.plan is None else self.plan.swaps
        if self.pseudonyms is None or len(swaps) != 1 or set(swaps[0].rule.kinds) - _RANKED:
            return None
        return self.people - self.pseudonyms


def spec_digest(spec: Spec) -> str:
    """Give the SHA-256 of a spec's meaning: its settings without defaults, keys sorted."""
    plain = json.dumps(as_mapping(spec), sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(plain.encode()).hexdigest()


def _by_column(counts: Counter[tuple[str, str]]) -> list[dict[str, object]]:
    return [
        {"column": safe_text(column), "code": code, "count": count}
        for (column, code), count in sorted(counts.items())
    ]


def _named(counts: Counter[str]) -> dict[str, int]:
    return {safe_text(name): count for name, count in counts.items()}
