# SPDX-License-Identifier: Apache-2.0
"""The published file: which writer writes it, and what is said in it of its making."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa

from pseudo.domain import Domain, DomainInfo
from pseudo.io.writers import CsvWriter, FormulaCells, ParquetWriter, Writer
from pseudo.spec.plan import Plan
from pseudo.usecases.request import OutputFormat

__all__ = ["open_table", "open_writer"]


def open_writer(path: Path, to: OutputFormat, plan: Plan, domain: Domain, threads: int) -> Writer:
    """Begin the file that a batch publishes.

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
    return _parquet(path, plan.schema, [step.target for step in plan.swaps], domain.info, threads)


def open_table(
    path: Path,
    to: OutputFormat,
    schema: pa.Schema,
    pseudonyms: Sequence[str],
    info: DomainInfo,
    threads: int,
    *,
    formula_cells: FormulaCells,
) -> Writer:
    """Begin the file of a table that was moved to another version of a domain.

    Args:
        path: Where; the file must not exist.
        to: Its format.
        schema: Its columns.
        pseudonyms: Names of those that hold the version's pseudonyms, in the table's order.
        info: The version.
        threads: How many the move may use.
        formula_cells: What is done in CSV with a text that a spreadsheet would run.

    Raises:
        ResourceError: The file cannot be written.
    """
    if to == "csv":
        return CsvWriter(path, schema, formula_cells=formula_cells, threads=threads)
    return _parquet(path, schema, pseudonyms, info, threads)


def _parquet(
    path: Path, schema: pa.Schema, pseudonyms: Sequence[str], info: DomainInfo, threads: int
) -> ParquetWriter:
    key = {"key_id": info.key_id, "format": info.format.value}
    metadata = {"pseudo": json.dumps({"pseudonyms": dict.fromkeys(pseudonyms, key)})}
    return ParquetWriter(path, schema, pseudonyms=pseudonyms, metadata=metadata, threads=threads)
