# SPDX-License-Identifier: Apache-2.0
"""A fault at every call to the system, a kill at every call, a disk that is really full."""

from __future__ import annotations

import json
import os
import random
import resource
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import pseudo

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
PROGRAM = Path(__file__).with_name("batch_under_fault.py")
WHERE = {"PYTHONPATH": str(Path(next(iter(pseudo.__path__))).parent), "OPENBLAS_NUM_THREADS": "1"}


def run(*arguments, **options):
    return subprocess.run(
        [sys.executable, *arguments],
        capture_output=True,
        text=True,
        check=False,
        env=WHERE,
        timeout=120,
        **options,
    )


@pytest.mark.parametrize(
    ("fault", "code", "step"),
    [("ENOSPC", "io.disk_full", 1), ("EIO", "io.write_failed", 1 if FULL else 4)],
)
def test_whichever_call_fails_nothing_half_done_is_published(fault, code, step):
    done = run(str(PROGRAM), fault, str(step))
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["steps"] > 100
    assert found["tally"][code] > 80 / step
    assert set(found["tally"]) <= {code, "published", "usage.output_parent_missing"}


def test_wherever_a_batch_is_killed_there_is_no_half_folder_and_the_next_one_succeeds():
    done = run(str(PROGRAM), "kill", "1" if FULL else "2")
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["tally"]["killed"] > 50
    assert set(found["tally"]) == {"killed", "published"}


@pytest.mark.parametrize(
    ("fault", "code", "step"),
    [("ENOSPC", "io.disk_full", 1 if FULL else 7), ("EIO", "io.write_failed", 1 if FULL else 9)],
)
def test_whichever_call_of_the_libraries_fails_nothing_half_done_is_published(fault, code, step):
    done = run(str(PROGRAM.with_name("formats_under_fault.py")), fault, str(step))
    found = json.loads(done.stdout)
    assert found["wrong"] == []
    assert found["files"] == [
        f"release/d.{word}" for word in ("arrow", "dta", "sav", "xlsx", "xpt")
    ]
    assert found["tally"][code] > 100 / step
    # The library asks whether its folder is there; and a folder that could not be removed
    # is in the way of the next one.
    also = {"output.library_failed", "io.write_failed", "usage.output_parent_missing"}
    assert set(found["tally"]) <= {code, "published", *also}
    assert found["tally"].get("output.library_failed", 0) <= 3
    assert done.stderr == ""


LOOP = """
import sys, itertools
from pathlib import Path
sys.path.insert(0, sys.argv[1])
import batch_under_fault as program
print("ready", flush=True)
for number in itertools.count():
    program.batch(Path(sys.argv[2]) / str(number))
"""


def test_killed_at_any_moment_every_folder_there_is_is_whole(tmp_path):
    sys.path.insert(0, str(PROGRAM.parent))
    try:
        import batch_under_fault as program
    finally:
        sys.path.remove(str(PROGRAM.parent))
    generator = random.Random(1)
    for trial in range(20 if FULL else 2):
        folder = tmp_path / str(trial)
        folder.mkdir()
        child = subprocess.Popen(
            [sys.executable, "-c", LOOP, str(PROGRAM.parent), str(folder)],
            stdout=subprocess.PIPE,
            env=WHERE,
        )
        with child:
            assert child.stdout is not None
            child.stdout.readline()
            time.sleep(generator.uniform(0.02, 0.2))
            child.send_signal(signal.SIGKILL)
        names = sorted(path.name for path in folder.iterdir())
        done = [name for name in names if not name.startswith(".")]
        assert all(program.is_whole(folder / name) for name in done)
        program.batch(folder / str(len(done)))
        assert [path.name for path in folder.iterdir() if path.name.startswith(".")] == []


FILL = """
import hashlib, sys
from pathlib import Path
import pyarrow as pa
from pseudo.errors import PseudoError
from pseudo.io.order import ByPseudonym
from pseudo.io.publish import Staging
from pseudo.io.writers import ArrowWriter, CsvWriter, ParquetWriter
from pseudo.io.writers.statistics import StatisticsWriter
from pseudo.io.writers.statistics_formats import DTA
from pseudo.io.writers.xlsx import XlsxWriter
def opened(how, staging, schema):
    path = staging.path("d", "release")
    if how == "dta":
        return StatisticsWriter(path, schema, to=DTA, scratch=staging.scratch, memory=1 << 30)
    if how == "xlsx":
        return XlsxWriter(path, schema, scratch=staging.scratch)
    return {"arrow": ArrowWriter, "csv": CsvWriter, "parquet": ParquetWriter}[how](path, schema)
def batch(out, how, count):
    texts = [hashlib.sha256(b"%d" % n).hexdigest() for n in range(count)]
    rows = pa.record_batch({"id": texts, "more": texts})
    with Staging(out) as staging:
        if how == "spill":
            with ByPseudonym("id", staging.spill, 1_000_000) as order:
                order.add(rows)
                list(order.drain())
        else:
            with opened(how, staging, rows.schema) as writer:
                writer.write(rows)
        staging.publish()
parent = Path(sys.argv[1])
for how in ("arrow", "csv", "dta", "parquet", "spill", "xlsx"):
    try:
        batch(parent / how, how, 30_000)
    except PseudoError as error:
        print(how, error.code, error.exit_status, sorted(path.name for path in parent.iterdir()))
    batch(parent / how, how, 60)
    print(how, sorted(path.name for path in parent.iterdir()))
"""

TOLD = """\
arrow io.disk_full 7 []
arrow ['arrow']
csv io.disk_full 7 ['arrow']
csv ['arrow', 'csv']
dta io.disk_full 7 ['arrow', 'csv']
dta ['arrow', 'csv', 'dta']
parquet io.disk_full 7 ['arrow', 'csv', 'dta']
parquet ['arrow', 'csv', 'dta', 'parquet']
spill io.disk_full 7 ['arrow', 'csv', 'dta', 'parquet']
spill ['arrow', 'csv', 'dta', 'parquet', 'spill']
xlsx io.disk_full 7 ['arrow', 'csv', 'dta', 'parquet', 'spill']
xlsx ['arrow', 'csv', 'dta', 'parquet', 'spill', 'xlsx']
"""


def limit_files():
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))


@pytest.fixture
def tiny_disk(tmp_path):
    """A real file system of one MiB; where none may be mounted, a limit on file sizes."""
    place = tmp_path / "tiny"
    place.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", str(place)]
    try:
        mounted = subprocess.run(command, capture_output=True, check=False).returncode == 0
    except OSError:
        mounted = False
    yield place, None if mounted else limit_files
    if mounted:
        subprocess.run(["umount", str(place)], check=True)


def test_a_full_disk_is_told_leaves_nothing_and_the_next_batch_succeeds(tiny_disk):
    place, limit = tiny_disk
    done = run("-c", FILL, str(place), preexec_fn=limit)
    assert (done.stdout, done.stderr) == (TOLD, "")


def test_a_limit_on_file_sizes_is_a_full_disk_too(tmp_path):
    done = run("-c", FILL, str(tmp_path), preexec_fn=limit_files)
    assert (done.stdout, done.stderr) == (TOLD, "")
