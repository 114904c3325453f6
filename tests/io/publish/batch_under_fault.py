# SPDX-License-Identifier: Apache-2.0
"""A small batch that meets a fault at its n-th call to the system; run as a program.

The name of an errno makes the n-th call fail, ``kill`` kills the process there, for n = 1,
1 + step, 1 + 2 step, … until the batch gets through untouched. After each, the folder must be
absent or whole, and a batch without a fault must succeed and leave nothing else behind. Prints
a summary in JSON.
"""

from __future__ import annotations

import errno
import json
import os
import sys
import tempfile
from functools import partial
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pseudo.io.order import ByPseudonym
from pseudo.io.publish import Staging
from pseudo.io.writers import CsvWriter, ParquetWriter
from tests.faults import QUICK, Fault

ROWS = pa.record_batch(
    {"id": [f"{n * 7919 % 100:026d}" for n in range(100)], "n": pa.array(range(100), pa.int64())}
)


def batch(out: Path) -> None:
    """Do what a batch does: spill, order, write, publish."""
    with Staging(out) as staging:
        with (
            ByPseudonym("id", staging.spill, 2500) as order,
            ParquetWriter(staging.path("d.parquet", "release"), ROWS.schema) as parquet,
            CsvWriter(staging.path("d.csv", "release"), ROWS.schema) as text,
        ):
            for start in range(0, 100, 40):
                order.add(ROWS.slice(start, 40))
            for part in order.drain():
                parquet.write(part)
                text.write(part)
        with staging.create("receipt.json") as file:
            file.write(b"{}")
        staging.publish()


def is_whole(out: Path) -> bool:
    """Tell whether the published folder has all it should have, and no more."""
    found = {str(path.relative_to(out)) for path in out.rglob("*") if path.is_file()}
    ids = pq.read_table(out / "release" / "d.parquet")["id"].to_pylist()
    lines = (out / "release" / "d.csv").read_text().splitlines()
    wanted = sorted(ROWS["id"].to_pylist())
    return (
        found == {"receipt.json", "release/d.parquet", "release/d.csv"}
        and ids == wanted
        and [line.split(",")[0] for line in lines[1:]] == wanted
    )


def main(number: int, step: int) -> None:
    """Meet every fault in turn; see the module's documentation."""
    tally: dict[str, int] = {}
    wrong: list[str] = []
    descriptors = len(os.listdir("/proc/self/fd"))
    with tempfile.TemporaryDirectory(dir=QUICK) as folder:
        for at in range(1, 10_000, step):
            out = Path(folder) / f"{at}" / "out"
            out.parent.mkdir()
            fault = Fault(at, number)
            ended = fault.met_by(partial(batch, out))
            tally[ended] = tally.get(ended, 0) + 1
            exists = os.path.lexists(out)

            place = f"{at} {fault.hit} {ended}"
            if exists and not (is_whole(out) and ended in ("published", "killed")):
                wrong.append(f"{place}: a folder after an error, or not whole")
            if ended == "published" and not exists:
                wrong.append(f"{place}: no folder")
            if not exists:
                batch(out)
            elif ended == "killed":
                batch(out.parent / "next")
            if not is_whole(out) or set(os.listdir(out.parent)) - {"out", "next"}:
                wrong.append(f"{place}: the next batch left {os.listdir(out.parent)}")
            if ended == "published" and (not number or not fault.hit):
                break
    if len(os.listdir("/proc/self/fd")) != descriptors:
        wrong.append("descriptors stayed open")
    print(json.dumps({"steps": at, "tally": tally, "wrong": wrong}))


if __name__ == "__main__":
    main(0 if sys.argv[1] == "kill" else getattr(errno, sys.argv[1]), int(sys.argv[2]))
