# SPDX-License-Identifier: Apache-2.0
"""The published file: which writer writes it, and what is said in it of its making."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

from pseudo.domain import Domain, DomainInfo
from pseudo.io.publish import Staging
from pseudo.io.writers import ArrowWriter, CsvWriter, FormulaCells, ParquetWriter, Writer
from pseudo.settings import Settings
from pseudo.spec.plan import Plan, Swap
from pseudo.usecases.codebook import check_name
from pseudo.usecases.request import OutputFormat

__all__ = ["Output", "open_table", "open_writer", "output_of"]


@dataclass(frozen=True, slots=True)
class Output:
    """Where and how a table is published.

    Attributes:
        path: Where; the file must not exist.
        to: Its format.
        threads: How many may be used.
        scratch: A private folder that a writer may make, and removes.
        memory: Most bytes of rows that a format may keep in memory which is written at once.
        formula_cells: What is done in CSV with a text that a spreadsheet would run.
    """

    path: Path
    to: OutputFormat
    threads: int
    scratch: Path
    memory: int
    formula_cells: FormulaCells


def output_of(
    staging: Staging,
    name: str,
    to: OutputFormat,
    *,
    threads: int,
    settings: Settings,
    formula_cells: FormulaCells,
) -> Output:
    """Say where and how a file of the release is published.

    Args:
        staging: Where everything is written.
        name: The file's name.
        to: Its format.
        threads: How many may be used.
        settings: Limits.
        formula_cells: What is done in CSV with a text that a spreadsheet would run.

    Raises:
        UsageError: It has the name of the codebook.
        ResourceError: The release's folder cannot be made.
    """
    check_name(name)
    path, memory = staging.path(name, "release"), settings.table_memory
    return Output(path, to, threads, staging.scratch, memory, formula_cells)


def open_writer(output: Output, plan: Plan, domain: Domain) -> Writer:
    """Begin the file that a batch publishes.

    Args:
        output: Where and how.
        plan: What its columns are.
        domain: Whose pseudonyms are in it; a Parquet file names their key.

    Raises:
        ResourceError: The file cannot be written.
        UsageError: The format cannot hold its columns.
    """
    labels = {
        step.target if isinstance(step, Swap) else step.source: step.label for step in plan.steps
    }
    pseudonyms = [step.target for step in plan.swaps]
    return _opened(output, plan.schema, pseudonyms, domain.info, labels)


def open_table(
    output: Output, schema: pa.Schema, pseudonyms: Sequence[str], info: DomainInfo
) -> Writer:
    """Begin the file of a table that was moved to another version of a domain.

    Args:
        output: Where and how.
        schema: Its columns.
        pseudonyms: Names of those that hold the version's pseudonyms, in the table's order.
        info: The version.

    Raises:
        ResourceError: The file cannot be written.
        UsageError: The format cannot hold its columns.
    """
    return _opened(output, schema, pseudonyms, info, {})


def _opened(
    output: Output,
    schema: pa.Schema,
    pseudonyms: Sequence[str],
    info: DomainInfo,
    labels: Mapping[str, str],
) -> Writer:
    path, threads = output.path, output.threads
    if output.to == "csv":
        return CsvWriter(path, schema, formula_cells=output.formula_cells, threads=threads)
    if output.to == "arrow":
        return ArrowWriter(path, schema, threads=threads)
    if output.to == "parquet":
        return _parquet(path, schema, pseudonyms, info, threads)
    if output.to == "xlsx":
        from pseudo.io.writers.xlsx import XlsxWriter

        return XlsxWriter(path, schema, scratch=output.scratch, threads=threads)
    from pseudo.io.writers.statistics import StatisticsWriter
    from pseudo.io.writers.statistics_formats import DTA, SAV, XPT

    return StatisticsWriter(
        path,
        schema,
        to={"xpt": XPT, "sav": SAV, "dta": DTA}[output.to],
        scratch=output.scratch,
        memory=output.memory,
        labels=labels,
        threads=threads,
    )


def _parquet(
    path: Path, schema: pa.Schema, pseudonyms: Sequence[str], info: DomainInfo, threads: int
) -> ParquetWriter:
    key = {"key_id": info.key_id, "format": info.format.value}
    metadata = {"pseudo": json.dumps({"pseudonyms": dict.fromkeys(pseudonyms, key)})}
    return ParquetWriter(path, schema, pseudonyms=pseudonyms, metadata=metadata, threads=threads)
