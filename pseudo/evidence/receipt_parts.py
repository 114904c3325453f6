# SPDX-License-Identifier: Apache-2.0
"""Parts of a receipt: software, domain, files, columns and findings, as plain data."""

from __future__ import annotations

import platform
from collections.abc import Mapping
from dataclasses import dataclass

from pseudo.domain import DomainInfo
from pseudo.evidence.column_scan import Finding
from pseudo.io.source import Facts
from pseudo.safe import safe_text
from pseudo.spec.plan import Keep, Plan, Swap

__all__ = [
    "InputFacts",
    "written_columns",
    "written_domain",
    "written_finding",
    "written_input",
    "written_software",
]


@dataclass(frozen=True, slots=True)
class InputFacts:
    """One file of the delivery, by number: its name stays with the submitter.

    Attributes:
        number: Its number in the delivery, from 1.
        facts: How it was read.
        records: Records in it, those left out included.
        blank_lines: Lines of no characters that were passed over.
        dropped: Undeclared columns that were dropped.
        delivered: Number of the delivered file that it was packed in; 0 where it is one.
    """

    number: int
    facts: Facts
    records: int = 0
    blank_lines: int = 0
    dropped: tuple[str, ...] = ()
    delivered: int = 0


def written_software(
    version: str, kernel: str, scan_kernel: str, threads: int
) -> Mapping[str, object]:
    """Write what did the work.

    Args:
        version: The product's version.
        kernel: The kernel that made the pseudonyms.
        scan_kernel: The one that converted and scanned.
        threads: Worker threads used.
    """
    return {
        "name": "pseudo-personnummer",
        "version": version,
        "kernel": kernel,
        "scan_kernel": scan_kernel,
        "threads": threads,
        "python": platform.python_version(),
    }


def written_domain(info: DomainInfo) -> Mapping[str, object]:
    """Write which version of a domain the published pseudonyms have."""
    return {
        "name": info.name,
        "version": info.version,
        "key_id": info.key_id,
        "kcv": info.kcv,
        "pseudonym_format": info.format.value,
        "store": info.store,
        "key_origin": info.key_origin,
    }


def written_input(entry: InputFacts) -> dict[str, object]:
    """Write what is known of a file of the delivery."""
    facts = entry.facts
    return {
        "file": entry.number,
        "delivered_file": entry.delivered or entry.number,
        "format": facts.format,
        "bytes": facts.size,
        "encoding": facts.encoding,
        "encoding_by": facts.encoding_by,
        "delimiter": facts.delimiter,
        "records": entry.records,
        "blank_lines": entry.blank_lines,
        "dropped_columns": [safe_text(name) for name in entry.dropped],
        "notes": list(facts.notes),
        "table": safe_text(facts.table),
        "not_taken": dict(facts.not_taken),
    }


def written_columns(plan: Plan) -> list[Mapping[str, object]]:
    """Write what is done with each column."""
    columns: list[Mapping[str, object]] = [
        _swapped(step) if isinstance(step, Swap) else _kept(step) for step in plan.steps
    ]
    columns += [{"in": safe_text(name), "out": None, "done": "dropped"} for name in plan.dropped]
    return columns


def _swapped(step: Swap) -> Mapping[str, object]:
    return {
        "in": safe_text(step.source),
        "out": safe_text(step.target),
        "done": "swapped",
        "kinds": list(step.rule.kinds),
        "on_invalid": step.on_invalid,
        "required": step.required,
        "scope": [safe_text(name) for name in step.scope]
        or ("submitter" if step.submitter else []),
        "pad_zeros": step.rule.pad_zeros,
    }


def _kept(step: Keep) -> Mapping[str, object]:
    return {
        "in": safe_text(step.source),
        "out": safe_text(step.source),
        "done": "kept",
        "type": step.declared or "as delivered",
        "arrow_type": str(step.arrow_type),
        "on_invalid": step.on_invalid,
    }


def written_finding(found: Finding) -> Mapping[str, object]:
    """Write what the leak scan found."""
    return {
        "column": safe_text(found.column),
        "code": found.code,
        "verdict": found.verdict,
        "count": found.count,
        "cells": found.cells,
        "expected_by_chance": round(found.expected, 3),
        "file": found.place.file,
        "record": found.place.record,
    }
