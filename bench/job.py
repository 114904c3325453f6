# SPDX-License-Identifier: Apache-2.0
"""One job in one process: ``python -m bench.job NAME SOURCE FOLDER`` prints what it took.

Every job reads the same file of eight columns (:mod:`pseudo.testing.large`) and writes
one Parquet file. Seconds are those of the job alone, without the start of the process;
peak memory is that of the whole process.

================  ===================================================================
job               what it does
================  ===================================================================
floor             pyarrow: read and write without any change, with the types of the
                  spec and dictionaries only where they pay, both overlapped
floor-text        the same, every column text
swap              our engine, ``order: keep``, nothing declared but the identifier
checks            the same with the types of the spec, cell by cell judged
scan              the same with the leak scan
run               the whole ``pseudo.run`` with ``order: keep``
swap-ordered      as swap, with ``order: pseudonym``
checks-ordered    as checks, with ``order: pseudonym``
run-ordered       the whole ``pseudo.run`` with ``order: pseudonym``
pandas            what people write today: pandas and hmac
polars            polars and polars-hash: no normalising, no checks
================  ===================================================================
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

__all__ = ["JOBS"]

SECRET = bytes(range(32))


def _floor(source: Path, folder: Path, *, typed: bool = True) -> None:
    from bench.floor import read_and_write

    read_and_write(source, folder / "out.parquet", typed=typed)


def _engine(source: Path, folder: Path, **how: bool) -> None:
    from bench.pipeline import engine

    engine(source, folder, SECRET, **how)


def _run(source: Path, folder: Path, *, ordered: bool = False) -> None:
    import pseudo
    from pseudo.spec import parse_spec
    from pseudo.testing import MemoryStore
    from pseudo.testing.large import LARGE_SPEC

    with MemoryStore({("bench", 1): SECRET}) as store:
        pseudo.run(
            source,
            spec=parse_spec(LARGE_SPEC),
            domain=store.domain("bench"),
            out=folder / "out",
            order=None if ordered else "keep",
        )


def _pandas(source: Path, folder: Path) -> None:
    from bench.others import with_pandas

    with_pandas(source, folder / "out.parquet", SECRET)


def _polars(source: Path, folder: Path) -> None:
    from bench.others import with_polars

    with_polars(source, folder / "out.parquet", SECRET)


JOBS: dict[str, Callable[[Path, Path], None]] = {
    "floor": _floor,
    "floor-text": lambda source, folder: _floor(source, folder, typed=False),
    "swap": _engine,
    "checks": lambda source, folder: _engine(source, folder, typed=True),
    "scan": lambda source, folder: _engine(source, folder, typed=True, scan=True),
    "run": _run,
    "swap-ordered": lambda source, folder: _engine(source, folder, ordered=True),
    "checks-ordered": lambda source, folder: _engine(source, folder, typed=True, ordered=True),
    "run-ordered": lambda source, folder: _run(source, folder, ordered=True),
    "pandas": _pandas,
    "polars": _polars,
}


def _imported(name: str) -> None:
    """Import what a job needs, so that it is not counted as the job's."""
    if name in ("floor", "floor-text"):
        import_module("bench.floor")
    elif name in ("pandas", "polars"):
        import_module("bench.others")
    else:
        import_module("bench.pipeline")
        import_module("pseudo.usecases.run")


def main(name: str, source: str, folder: str) -> None:
    """Do one job and print its seconds and its peak memory in MiB."""
    _imported(name)
    begin = time.perf_counter()
    JOBS[name](Path(source), Path(folder))
    seconds = time.perf_counter() - begin
    print(json.dumps({"seconds": seconds, "peak": _peak()}))


def _peak() -> float:
    """Give the peak memory of this address space in MiB.

    The system's own figure may be inherited from a larger process that started this one.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0]) / 1024


if __name__ == "__main__":
    main(*sys.argv[1:])
