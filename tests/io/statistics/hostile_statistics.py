# SPDX-License-Identifier: Apache-2.0
"""Reads many damaged statistics files in the sandbox; run as a program.

The arguments are how many damaged bytes each file gets, and how many percent lie between
where it is cut; see :mod:`tests.io.damaged`.
"""

from __future__ import annotations

import random
import sys
import tempfile
import warnings
from pathlib import Path

import pandas as pd
import pyreadstat

from bench.sas7bdat import SasColumn, rows_of, write_sas7bdat
from pseudo.errors import PseudoError
from pseudo.io import open_source
from pseudo.io.sandbox import statistics as _loaded  # noqa: F401  before the first fork
from pseudo.io.source import ReadOptions
from tests.io.damaged import judge

CANARY = "19800101-1234"
ROWS = 120
REFUSALS = {
    "delivery.unreadable",
    "delivery.undecodable_text",
    "delivery.encrypted",
    "delivery.no_records",
    "delivery.no_columns",
    "delivery.too_many_columns",
    "delivery.value_out_of_range",
    "delivery.unsupported_type",
    "delivery.special_missing",
    "delivery.blank_column_name",
    "delivery.duplicate_column",
    "delivery.unsafe_column_name",
    "delivery.column_name_too_long",
    "delivery.row_too_long",
    "delivery.parser_died",
    # What is damaged at its beginning is no file of these.
    "delivery.not_text",
    "delivery.no_header",
    "delivery.nul_byte",
    "delivery.undecodable",
    "delivery.empty",
    "delivery.utf16_without_mark",
    "usage.several_tables",
    "sandbox.memory",
    "sandbox.cpu",
}


def samples(folder: Path) -> dict[str, bytes]:
    """Write a table with several types in each format."""
    frame = pd.DataFrame(
        {
            "namn": [f"Å{n} {CANARY}" for n in range(ROWS)],
            "antal": [None if n % 5 == 0 else float(n) for n in range(ROWS)],
            "kod": [n % 3 for n in range(ROWS)],
            "dag": pd.to_datetime(range(ROWS), unit="D"),
        }
    )
    columns = [SasColumn("namn", 30, "", "Namn"), SasColumn("antal"), SasColumn("dag", 0, "DATE")]
    rows = rows_of(columns, [(f"Å{n} {CANARY}", float(n), float(n)) for n in range(ROWS)])
    labels = {"kod": {0: "noll", 1: "ett"}}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name in ("", "rle", "rdc"):
            write_sas7bdat(folder / f"{name}.sas7bdat", columns, rows, compression=name, page=4096)
        pyreadstat.write_xport(frame, folder / "5.xpt", file_format_version=5)
        pyreadstat.write_xport(frame, folder / "8.xpt", file_format_version=8)
        pyreadstat.write_sav(
            frame, folder / "plain.sav", note="ett\ntvå", variable_value_labels=labels
        )
        pyreadstat.write_sav(frame, folder / "packed.sav", row_compress=True)
        pyreadstat.write_sav(frame, folder / "z.zsav", compress=True)
        pyreadstat.write_dta(frame, folder / "new.dta", variable_value_labels=labels)
        frame.to_stata(folder / "old.dta", version=114, write_index=False)
        frame.to_stata(folder / "strl.dta", version=118, write_index=False, convert_strl=["namn"])
    return {path.name: path.read_bytes() for path in sorted(folder.iterdir())}


def variants(whole: bytes, count: int, step: int):
    """Truncations, flipped bytes, and numbers that claim more than there is."""
    generator = random.Random(20160229)
    for percent in range(0, 100, step):
        yield "cut", whole[: len(whole) * percent // 100]
    for number in range(count):
        changed = bytearray(whole)
        # What describes the table stands first, so most of the damage goes there.
        high = len(whole) if number % 4 == 0 else min(len(whole), 12_288)
        place = generator.randrange(40, high - 8)
        if number % 2:
            changed[place] ^= 1 << generator.randrange(8)
        else:
            run = generator.choice(
                [b"\xff" * 8, bytes(8), b"\xff\xff\xff\x7f", b"\0\0\0\x80", generator.randbytes(8)]
            )
            changed[place : place + len(run)] = run
        yield "bytes", bytes(changed)


def outcome(path: Path) -> str:
    """Read a file; say how it ended and whether an error shows anything of it."""
    options = ReadOptions(
        sandbox_memory=2 * 2**30, sandbox_cpu=10, value_labels="labels", chunk_rows=50
    )
    try:
        source = open_source(path, 1, options)
        try:
            rows = sum(piece.parse().batch.num_rows for piece in source)
        finally:
            source.close()
    except PseudoError as error:
        shown, seen = "", error
        while seen is not None:
            shown += f"{seen!r} {seen} {seen.args} {getattr(seen, 'params', '')}"
            seen = seen.__cause__ or seen.__context__
        return f"CANARY {error.code}" if "1980" in shown or "Å" in shown else error.code
    return f"read {rows}"


def may_be(name: str, kind: str, ended: str) -> bool:
    """Tell whether a file may end so; a transport file does not say how many rows it has."""
    fewer = kind == "bytes" or (kind == "cut" and name.endswith(".xpt"))
    refused = kind != "whole" and ended in REFUSALS
    return refused or ended == f"read {ROWS}" or (fewer and ended.startswith("read "))


def main(count: int, step: int) -> None:
    with tempfile.TemporaryDirectory() as made:
        files = samples(Path(made))
    judge(
        (
            (name, kind, content)
            for name, whole in files.items()
            for kind, content in [("whole", whole), *variants(whole, count, step)]
        ),
        outcome,
        may_be,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
