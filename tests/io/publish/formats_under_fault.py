# SPDX-License-Identifier: Apache-2.0
"""The formats whose libraries write in their own way meet a fault at every call; a program.

The name of an errno makes the n-th call fail, for n = 1, 1 + step, … until the batch gets
through untouched. After each, the folder is absent and nothing is left beside it, or it is
whole. Prints a summary in JSON.
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

from pseudo.io.publish import Staging
from pseudo.io.writers import ArrowWriter
from pseudo.io.writers.statistics import StatisticsWriter
from pseudo.io.writers.statistics_formats import DTA, SAV, XPT
from pseudo.io.writers.xlsx import XlsxWriter
from tests.faults import QUICK, Fault

ROWS = pa.record_batch({"id": [f"{n:026d}" for n in range(50)], "n": list(range(50))})


def batch(out: Path) -> None:
    """Write the same rows in every such format, and publish them."""
    with Staging(out) as staging:

        def path(word: str) -> Path:
            return staging.path(f"d.{word}", "release")

        with ArrowWriter(path("arrow"), ROWS.schema) as writer:
            writer.write(ROWS)
        with XlsxWriter(path("xlsx"), ROWS.schema, scratch=staging.scratch) as writer:
            writer.write(ROWS)
        for to in (XPT, SAV, DTA):
            place, scratch = path(to.word), staging.scratch
            with StatisticsWriter(
                place, ROWS.schema, to=to, scratch=scratch, memory=1 << 20
            ) as writer:
                writer.write(ROWS)
        staging.publish()


def contents(out: Path) -> dict[str, bytes]:
    """Give all files of a published folder."""
    return {str(p.relative_to(out)): p.read_bytes() for p in out.rglob("*") if p.is_file()}


def main(number: int, step: int) -> None:
    """Meet every fault in turn; see the module's documentation."""
    tally: dict[str, int] = {}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(dir=QUICK) as folder:
        first = Path(folder) / "first"
        batch(first)
        whole = contents(first)
        descriptors = len(os.listdir("/proc/self/fd"))
        for at in range(1, 10_000, step):
            out = Path(folder) / f"{at}" / "out"
            out.parent.mkdir()
            fault = Fault(at, number)
            ended = fault.met_by(partial(batch, out))
            tally[ended] = tally.get(ended, 0) + 1
            left = set(os.listdir(out.parent))
            if ended == "published" and contents(out) != whole:
                wrong.append(f"{at} {fault.hit}: published, and not whole")
            # Where removing fails, the next run removes what is left.
            if ended != "published" and fault.hit not in ("rmdir", "unlink", "scandir", "lstat"):
                wrong += [f"{at} {fault.hit} {ended}: left {left}"] if left else []
            if not fault.hit:
                break
        if len(os.listdir("/proc/self/fd")) != descriptors:
            wrong.append("descriptors stayed open")
    print(json.dumps({"steps": at, "files": sorted(whole), "tally": tally, "wrong": wrong}))


if __name__ == "__main__":
    main(getattr(errno, sys.argv[1]), int(sys.argv[2]))
