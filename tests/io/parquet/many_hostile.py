# SPDX-License-Identifier: Apache-2.0
"""Reads many damaged Parquet files in the sandbox; run as a program.

The argument is how many damaged files are made; see :mod:`tests.io.damaged`.
"""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pseudo.errors import PseudoError
from pseudo.io.binary import BinarySource
from pseudo.io.sandbox import parquet as _loaded  # noqa: F401  before the first fork
from pseudo.io.source import ReadOptions
from tests.io.damaged import judge

CANARY = "19800101-1234"
REFUSALS = {
    "delivery.unreadable",
    "delivery.no_records",
    "delivery.no_columns",
    "delivery.nested_column",
    "delivery.unsupported_type",
    "delivery.value_out_of_range",
    "delivery.column_not_text",
    "delivery.blank_column_name",
    "delivery.duplicate_column",
    "delivery.unsafe_column_name",
    "delivery.row_too_long",
    "delivery.parser_died",
    "sandbox.memory",
    "sandbox.cpu",
}


def sample() -> bytes:
    """A file with several types, pages and row groups, checksums on every page."""
    rows = 600
    table = pa.table(
        {
            "namn": [f"Å{n} {CANARY}" for n in range(rows)],
            "kod": [f"k{n % 3}" for n in range(rows)],
            "antal": pa.array([None if n % 5 == 0 else n for n in range(rows)], pa.int32()),
            "dag": pa.array(range(rows), pa.date32()),
            "tid": pa.array(range(rows), pa.timestamp("ms", "Europe/Stockholm")),
            "andel": pa.array([n / 7 for n in range(rows)]),
        }
    )
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, row_group_size=250, write_page_checksum=True, compression="snappy")
    return sink.getvalue().to_pybytes()


def variants(whole: bytes, count: int):
    """Truncations, flipped bytes, overwritten runs, and lies about lengths."""
    generator = random.Random(20160229)
    for percent in range(0, 100, 3):
        yield whole[: len(whole) * percent // 100]
        yield whole[: len(whole) * percent // 100] + whole[-8:]
    footer = len(whole) - 8 - int.from_bytes(whole[-8:-4], "little")
    for number in range(count):
        changed = bytearray(whole)
        # The footer is small and says everything, so half of the damage goes there.
        low = footer if number % 2 else 4
        place = generator.randrange(low, len(whole) - 4)
        if number % 4 < 2:
            changed[place] ^= 1 << generator.randrange(8)
        else:
            run = generator.choice([b"\xff" * 9, bytes(9), b"\x80" * 9, generator.randbytes(9)])
            changed[place : place + 9] = run
        yield bytes(changed[: len(whole)])
    for length in (0, 1, 2**31 - 1, 2**32 - 1, len(whole), len(whole) - 8):
        yield whole[:-8] + length.to_bytes(4, "little") + b"PAR1"
    yield from (b"", b"PAR1", b"PAR1PAR1", b"PARE" + bytes(8) + b"PARE", b"PAR1" * 50_000)


def outcome(path: Path) -> str:
    """Read a file; say how it ended and whether an error shows anything of it."""
    try:
        source = BinarySource(path, 1, ReadOptions(sandbox_memory=2**30, sandbox_cpu=5))
        try:
            rows = sum(piece.batch.num_rows for piece in source)
        finally:
            source.close()
    except PseudoError as error:
        shown, seen = "", error
        while seen is not None:
            shown += f"{seen!r} {seen} {seen.args} {getattr(seen, 'params', '')}"
            seen = seen.__cause__ or seen.__context__
        return f"CANARY {error.code}" if "1980" in shown or "Å" in shown else error.code
    return f"read {rows}"


def main(count: int) -> None:
    whole = sample()
    cases = (("x", "bytes", content) for content in [whole, *variants(whole, count)])
    judge(cases, outcome, lambda _name, _kind, ended: ended in REFUSALS or ended == "read 600")


if __name__ == "__main__":
    main(int(sys.argv[1]))
