# SPDX-License-Identifier: Apache-2.0
"""Writers: record batches in, one new file out, the same bytes whatever the chunks."""

from __future__ import annotations

from pseudo.io.writers.arrow import ArrowWriter
from pseudo.io.writers.csv import CsvWriter, FormulaCells
from pseudo.io.writers.parquet import ParquetWriter
from pseudo.io.writers.port import Writer, Written, WrittenColumn
from pseudo.io.writers.sink import FileSink

__all__ = [
    "ArrowWriter",
    "CsvWriter",
    "FileSink",
    "FormulaCells",
    "ParquetWriter",
    "Writer",
    "Written",
    "WrittenColumn",
]
