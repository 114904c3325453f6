# SPDX-License-Identifier: Apache-2.0
"""Reads many damaged Parquet files in the sandbox; run as a program.

Starting an interpreter for each would take most of the time, so children are forked from
this process, which has the libraries loaded; all else is the product's own parent and
child. Prints in JSON how often each outcome came, and everything that must not happen.
"""

from __future__ import annotations

import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pseudo.errors import PseudoError
from pseudo.io.binary import BinarySource
from pseudo.io.sandbox import child, process, verdict
from pseudo.io.sandbox import parquet as _loaded  # noqa: F401  before the first fork
from pseudo.io.sandbox.pipes import Pipe
from pseudo.io.source import ReadOptions

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


class Forked:
    """A forked child with the part of Popen's interface that the parent uses."""

    def __init__(self, pid: int, request: int) -> None:
        self.pid = pid
        self.stdin = os.fdopen(request, "wb", 0)
        self.returncode: int | None = None

    def poll(self) -> int | None:
        if self.returncode is None:
            pid, status = os.waitpid(self.pid, os.WNOHANG)
            if pid:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float = 30) -> int:
        end = time.monotonic() + timeout
        while (status := self.poll()) is None:
            if time.monotonic() > end:
                raise subprocess.TimeoutExpired("child", timeout)
            time.sleep(0.001)
        return status


def start(order, fd, largest, file):
    data, data_in = os.pipe()
    control, control_in = os.pipe()
    request, request_in = os.pipe()
    pid = os.fork()
    if not pid:
        os.setsid()
        os.dup2(request, 0)
        os.close(request_in)
        os.close(data)
        os.close(control)
        child.confine(order["memory"], order["cpu"])
        try:
            note = child._work({**order, "data": data_in, "control": control_in})
        except MemoryError:
            note = child._OUT_OF_MEMORY
        except BaseException:
            note = child._FAILED
        try:
            os.write(control_in, note)
        finally:
            # Whoever hung up has heard enough; this process has nothing to tidy up.
            os._exit(0)
    os.close(data_in)
    os.close(control_in)
    os.close(request)
    return Forked(pid, request_in), Pipe(data, largest), Pipe(control, verdict.LARGEST)


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
    process._start = start
    whole = sample()
    tally: dict[str, int] = {}
    wrong: list[str] = []
    before = sorted(os.listdir("/proc/self/fd"))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        for number, content in enumerate([whole, *variants(whole, count)]):
            path.write_bytes(content)
            began = time.monotonic()
            try:
                ended = outcome(path)
            except Exception as error:  # anything but our own errors
                ended = f"{type(error).__name__}"
            tally[ended] = tally.get(ended, 0) + 1
            if (ended not in REFUSALS and ended != "read 600") or time.monotonic() - began > 20:
                wrong.append(f"{number}: {ended}")
    if sorted(os.listdir("/proc/self/fd")) != before:
        wrong.append("descriptors stayed open")
    print(json.dumps({"tally": tally, "wrong": wrong}))


if __name__ == "__main__":
    main(int(sys.argv[1]))
