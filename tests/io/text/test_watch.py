# SPDX-License-Identifier: Apache-2.0
"""Files that change, cannot be read, or are no files."""

from __future__ import annotations

import os
import pickle
import stat
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from pseudo.errors import DeliveryError, ResourceError, UsageError
from pseudo.io import open_source
from pseudo.io.source import ReadOptions, records_of
from pseudo.io.text import TextSource
from pseudo.io.watch import Watched

DATA = b"a;b\n" + b"1;2\n" * 1000


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A file that was written long ago, so that any write changes its times."""
    path = tmp_path / "delivery.csv"
    path.write_bytes(DATA)
    os.utime(path, ns=(10**18, 10**18))
    return path


def append(path: Path) -> None:
    with path.open("ab") as file:
        file.write(b"3;4\n")


def truncate(path: Path) -> None:
    os.truncate(path, 402)


def replace(path: Path) -> None:
    other = path.with_name("other")
    other.write_bytes(DATA)
    os.utime(other, ns=(10**18, 10**18))
    other.replace(path)


def rewrite(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(b"a;c")


def rewrite_and_turn_back_the_clock(path: Path) -> None:
    time.sleep(0.05)
    rewrite(path)
    os.utime(path, ns=(10**18, 10**18))


def remove(path: Path) -> None:
    path.unlink()


CHANGES = [append, truncate, replace, rewrite, rewrite_and_turn_back_the_clock, remove]


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_while_records_are_read(path: Path, change: Callable[[Path], None]) -> None:
    source = TextSource(path, 1, ReadOptions(chunk_bytes=64))
    pieces = iter(source)
    next(pieces)
    change(path)
    with pytest.raises(DeliveryError) as caught:
        list(pieces)
    source.close()
    assert caught.value.code == "delivery.changed"
    assert caught.value.exit_status == 3


def test_a_file_that_is_left_alone(path: Path) -> None:
    source = TextSource(path, 1, ReadOptions(chunk_bytes=64))
    assert sum(piece.batch.num_rows for piece in records_of(source)) == 1000
    source.close()


@pytest.mark.parametrize("change", CHANGES)
def test_a_change_that_another_reader_meets(path: Path, change: Callable[[Path], None]) -> None:
    with Watched(path) as watched:
        watched.verify(whole=False)
        change(path)
        with pytest.raises(DeliveryError):
            watched.verify(whole=False)


def test_a_file_that_grows_is_not_followed(path: Path) -> None:
    with Watched(path) as watched:
        while watched.position < watched.size:
            watched.read(1000)
        watched.verify()
        append(path)
        with pytest.raises(DeliveryError) as caught:
            watched.read(1000)
    assert caught.value.code == "delivery.changed"


def test_a_cut_file_is_called_changed_and_not_badly_written(path: Path) -> None:
    large = b"a;b\n" + b'"x";"y"\n' * 1_000_000
    path.write_bytes(large)
    source = TextSource(path, 1, ReadOptions())
    pieces = iter(source)
    next(pieces)
    os.truncate(path, 5_000_001)
    with pytest.raises(DeliveryError) as caught:
        list(pieces)
    source.close()
    assert caught.value.code == "delivery.changed"


def test_a_file_that_was_not_read_to_its_end(path: Path) -> None:
    with Watched(path) as watched:
        watched.read(10)
        with pytest.raises(DeliveryError):
            watched.verify()


def refusal(path: Path | str) -> str:
    with pytest.raises(UsageError) as caught:
        open_source(path)
    assert caught.value.__context__ is None
    assert caught.value.exit_status == 2
    return caught.value.code


def test_what_is_no_file(tmp_path: Path) -> None:
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    (tmp_path / "dangling").symlink_to(tmp_path / "nowhere")
    (tmp_path / "file").write_bytes(DATA)
    os.mkfifo(tmp_path / "pipe")
    os.mknod(tmp_path / "socket", stat.S_IFSOCK | 0o600)
    assert refusal(tmp_path / "socket") == "usage.not_a_regular_file"
    assert refusal(tmp_path) == "usage.is_a_directory"
    assert refusal(tmp_path / "pipe") == "usage.not_a_regular_file"
    assert refusal("/dev/null") == "usage.not_a_regular_file"
    assert refusal(tmp_path / "nowhere") == "usage.no_such_file"
    assert refusal(tmp_path / "dangling") == "usage.no_such_file"
    assert refusal(tmp_path / "file" / "below") == "usage.no_such_file"
    assert refusal(tmp_path / "loop") == "usage.cannot_open"
    assert refusal(tmp_path / ("x" * 300)) == "usage.cannot_open"
    assert refusal("a\0b") == "usage.no_such_file"
    assert refusal(os.fsdecode(b"\xff.csv")) == "usage.no_such_file"


def test_a_symbolic_link_is_followed(path: Path) -> None:
    link = path.with_name("link")
    link.symlink_to(path)
    source = open_source(link)
    assert sum(piece.batch.num_rows for piece in records_of(source)) == 1000
    source.close()


def test_a_file_that_may_not_be_read(path: Path, run_python: Callable[..., str]) -> None:
    path.chmod(0)
    assert run_python(_AS_SOMEBODY_ELSE, str(path)) == "usage.no_permission"


# An administrator may read everything, so somebody else tries.
_AS_SOMEBODY_ELSE = """
import os, sys
from pseudo.errors import PseudoError
from pseudo.io.watch import Watched
if os.geteuid() == 0:
    os.setuid(65_534)
try:
    Watched(sys.argv[1])
except PseudoError as error:
    print(error.code)
"""


def test_a_system_that_cannot_read() -> None:
    # The first page of a process's memory is a regular file's beginning with no data.
    with Watched("/proc/self/mem") as watched, pytest.raises(ResourceError) as caught:
        watched.read(10)
    assert caught.value.code == "io.read_failed"
    assert caught.value.params["reason"] == "EIO"
    assert caught.value.exit_status == 7
    assert caught.value.__context__ is None
    again = pickle.loads(pickle.dumps(caught.value))
    assert again.params == caught.value.params


def test_nothing_stays_open_after_a_refusal(path: Path) -> None:
    path.write_bytes(b"")
    before = len(list(Path("/proc/self/fd").iterdir()))
    for _ in range(5):
        with pytest.raises(DeliveryError):
            TextSource(path, 1)
        refusal(path.parent)
    assert len(list(Path("/proc/self/fd").iterdir())) == before


def test_a_descriptor_is_not_inherited_and_closes_twice(path: Path) -> None:
    watched = Watched(path)
    assert not os.get_inheritable(watched.fd)
    watched.close()
    watched.close()
    with pytest.raises(ResourceError):
        watched.read(1)
