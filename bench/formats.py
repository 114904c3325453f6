# SPDX-License-Identifier: Apache-2.0
"""Each reader against the bare library that it stands on, with the same file in turn.

The bare library reads all columns and gives them to nobody; ours does it in a process of its
own, looks at every value that comes from there, and gives records with their coordinates.
"""

from __future__ import annotations

import gzip
import sqlite3
import tempfile
import zipfile
from collections.abc import Callable, Mapping
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pc
import pyarrow.json as pj
import pyarrow.parquet as pq
import zstandard

from bench.measure import Budget, Result, judged, rounds, timed
from pseudo.io import open_source
from pseudo.io.source import records_of
from pseudo.testing.large import write_large

__all__ = ["formats", "read"]

_ROWS = 4_000_000
_LIMIT = 1.5
_PIECE = 65_536


def formats() -> list[Result]:
    """Measure the readers of columnar and of packed files."""
    with tempfile.TemporaryDirectory() as folder:
        bare = _made(Path(folder))
        found: list[Result] = []
        for path, read_bare in bare.items():
            measured = rounds(
                {"ours": timed(lambda path=path: read(path)), "bare": timed(read_bare)},  # type: ignore[misc]
                repeats=3,
            )
            budget = Budget(f"reading {path.suffix[1:]} / the bare library", _LIMIT)
            found.append(judged(budget, measured, lambda r: r["ours"], lambda r: r["bare"]))
        return found


def read(path: Path) -> int:
    """Read a file to its end as a batch does; give its records."""
    source = open_source(path)
    try:
        return sum(piece.framed for piece in records_of(source))
    finally:
        source.close()


def _made(folder: Path) -> Mapping[Path, Callable[[], object]]:
    """Write the same rows in every format; give the bare reading of each."""
    text = write_large(folder / "a.csv", _ROWS)
    table = pc.read_csv(text, parse_options=pc.ParseOptions(delimiter=";"))
    texts = pc.ConvertOptions(column_types=dict.fromkeys(table.column_names, pa.string()))
    parsing = pc.ParseOptions(delimiter=";")

    def bare_text(source: object) -> int:
        reader = pc.open_csv(source, parse_options=parsing, convert_options=texts)
        return sum(batch.num_rows for batch in reader)

    parquet, arrow = folder / "a.parquet", folder / "a.arrow"
    pq.write_table(table, parquet, compression="zstd")
    with pa.ipc.new_file(arrow, table.schema) as writer:
        writer.write_table(table, max_chunksize=_PIECE)
    lines = folder / "a.jsonl"
    _write_lines(lines, table)
    database = folder / "a.sqlite"
    _write_database(database, table)
    data = text.read_bytes()
    gz, zst, packed = folder / "a.gz", folder / "a.zst", folder / "a.zip"
    gz.write_bytes(gzip.compress(data, 6))
    zst.write_bytes(zstandard.ZstdCompressor().compress(data))
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.write(text, "a.csv")
    return {
        text: lambda: bare_text(text),
        parquet: lambda: _count(pq.ParquetFile(parquet).iter_batches(_PIECE, use_threads=False)),
        arrow: lambda: _bare_arrow(arrow),
        lines: lambda: _count(pj.open_json(lines)),
        database: lambda: _bare_database(database),
        gz: lambda: bare_text(gzip.open(gz)),
        zst: lambda: bare_text(zstandard.open(zst)),
        packed: lambda: bare_text(zipfile.ZipFile(packed).open("a.csv")),
    }


def _count(batches: object) -> int:
    return sum(batch.num_rows for batch in batches)  # type: ignore[attr-defined]


def _bare_arrow(path: Path) -> int:
    # Mapped into memory nothing would be read at all.
    with pa.OSFile(str(path)) as file, pa.ipc.open_file(file) as reader:
        return sum(reader.get_batch(at).num_rows for at in range(reader.num_record_batches))


def _write_lines(path: Path, table: pa.Table) -> None:
    names = [f'"{name}": ' for name in table.column_names]
    with path.open("w", encoding="utf-8") as file:
        for batch in table.to_batches(max_chunksize=_PIECE):
            columns = [column.cast(pa.string()).to_pylist() for column in batch.columns]
            for row in zip(*columns, strict=True):
                pairs = (f'{name}"{cell or ""}"' for name, cell in zip(names, row, strict=True))
                file.write("{" + ", ".join(pairs) + "}\n")


def _write_database(path: Path, table: pa.Table) -> None:
    names = ", ".join(f'"{name}"' for name in table.column_names)
    marks = ", ".join("?" * table.num_columns)
    with sqlite3.connect(path) as database:
        database.execute(f"CREATE TABLE a ({names})")
        for batch in table.to_batches(max_chunksize=_PIECE):
            columns = [column.cast(pa.string()).to_pylist() for column in batch.columns]
            rows = zip(*columns, strict=True)
            database.executemany(f"INSERT INTO a VALUES ({marks})", rows)


def _bare_database(path: Path) -> int:
    count = 0
    with sqlite3.connect(path) as database:
        names = [row[1] for row in database.execute("PRAGMA table_info(a)")]
        rows = database.execute("SELECT * FROM a")
        while found := rows.fetchmany(_PIECE):
            columns = [pa.array(cells) for cells in zip(*found, strict=True)]
            count += pa.RecordBatch.from_arrays(columns, names=names).num_rows
    return count
