# SPDX-License-Identifier: Apache-2.0
"""The published file: which writer writes it, and what is said in it of its making."""

from __future__ import annotations

import json
from pathlib import Path

from pseudo.domain import Domain
from pseudo.io.writers import CsvWriter, ParquetWriter, Writer
from pseudo.spec.plan import Plan
from pseudo.usecases.request import OutputFormat

__all__ = ["open_writer"]


def open_writer(path: Path, to: OutputFormat, plan: Plan, domain: Domain, threads: int) -> Writer:
    """Begin the file that is published.

    Args:
        path: Where; the file must not exist.
        to: Its format.
        plan: What its columns are.
        domain: Whose pseudonyms are in it; a Parquet file names their key.
        threads: How many the batch may use.

    Raises:
        ResourceError: The file cannot be written.
    """
    if to == "csv":
        return CsvWriter(path, plan.schema, formula_cells=plan.spec.formula_cells, threads=threads)
    targets = [step.target for step in plan.swaps]
    key = {"key_id": domain.info.key_id, "format": domain.info.format.value}
    metadata = {"pseudo": json.dumps({"pseudonyms": dict.fromkeys(targets, key)})}
    return ParquetWriter(path, plan.schema, pseudonyms=targets, metadata=metadata, threads=threads)
