# SPDX-License-Identifier: Apache-2.0
"""One way to write a table in any format, for the tests here."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pyarrow as pa

from pseudo.io.writers import ArrowWriter, CsvWriter, ParquetWriter, Writer, Written
from pseudo.io.writers.statistics import StatisticsWriter
from pseudo.io.writers.statistics_formats import DTA, SAV, XPT
from pseudo.io.writers.xlsx import XlsxWriter

WORDS = ("parquet", "csv", "arrow", "xlsx", "xpt", "sav", "dta")
STATISTICS = {"xpt": XPT, "sav": SAV, "dta": DTA}
PLAIN = {"parquet": ParquetWriter, "csv": CsvWriter, "arrow": ArrowWriter}
MEMORY = 64 * 1024**2


def writer_of(word: str, path: Path, schema: pa.Schema, **options: object) -> Writer:
    """Begin a file in a format."""
    scratch = path.parent / "scratch"
    if word == "xlsx":
        return XlsxWriter(path, schema, scratch=scratch, **options)
    if word in STATISTICS:
        to = STATISTICS[word]
        return StatisticsWriter(
            path, schema, to=to, scratch=scratch, **{"memory": MEMORY} | options
        )
    return PLAIN[word](path, schema, **options)


def written(
    word: str, folder: Path, rows: pa.RecordBatch | Iterable[pa.RecordBatch], **options: object
) -> Written:
    """Write rows into a new file of a folder that holds nothing else afterwards."""
    batches = [rows] if isinstance(rows, pa.RecordBatch) else list(rows)
    folder.mkdir(exist_ok=True)
    path = folder / f"table.{word}"
    with writer_of(word, path, batches[0].schema, **options) as writer:
        for batch in batches:
            writer.write(batch)
    assert list(folder.iterdir()) == [path]
    return writer.close()


def notes(made: Written) -> dict[str, tuple[str, ...]]:
    """Give the notes of each column that has any, by its name in the file."""
    return {column.name: column.notes for column in made.columns if column.notes}
