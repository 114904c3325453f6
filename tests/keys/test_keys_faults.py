# SPDX-License-Identifier: Apache-2.0
"""A fault at every call to the disk, until none fires: the file stays whole."""

from __future__ import annotations

import contextlib
import errno
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

import pseudo.errors
from pseudo import durable
from pseudo.errors import KeyStoreError, PseudoError, ResourceError
from pseudo.keys import TESTING, files
from pseudo.keys.local import LocalStore

Refusal = Callable[..., AbstractContextManager[None]]
Opened = Callable[..., LocalStore]

CALLS = ("open", "fdopen", "fstat", "write", "fsync", "close", "replace", "listdir")


class FaultyDisk:
    """Stands for ``os``: the call that is chosen fails, all others are the real ones."""

    def __init__(self, chosen: int, number: int, write_size: int = 1 << 30) -> None:
        self._left = chosen
        self._number = number
        self._write_size = write_size
        self.fired = ""
        self.done: list[str] = []

    @property
    def last(self) -> str:
        """The call after which nothing more was done, if it is the one that failed."""
        return self.done[-1] if self._left == 0 else ""

    def __getattr__(self, name: str) -> Any:
        real = getattr(os, name)
        return self._guarded(name, real) if name in CALLS else real

    def _guarded(self, name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*arguments: Any, **options: Any) -> Any:
            self._left -= 1
            self.done.append(name)
            if self._left == 0:
                self.fired = name
                if name == "close":
                    real(*arguments)
                raise OSError(self._number, os.strerror(self._number), "/secret/191212121212")
            if name == "write":
                handle, data = arguments
                return real(handle, data[: self._write_size])
            return real(*arguments, **options)

        return call


def _put(patched: pytest.MonkeyPatch, disk: FaultyDisk) -> None:
    """Put a disk in the place of the real one, wherever a key file is written."""
    for module in (files, durable):
        patched.setattr(module, "os", disk)


def _fault_everywhere(
    monkeypatch: pytest.MonkeyPatch,
    number: int,
    prepare: Callable[[], object],
    act: Callable[[], object],
) -> list[tuple[str, PseudoError | None]]:
    """Act with a fault at the first call to the disk, at the second, until none fires.

    Returns:
        For each fault the call that failed and the error that came of it.
    """
    seen: list[tuple[str, PseudoError | None]] = []
    for chosen in range(1, 100):
        prepare()
        disk = FaultyDisk(chosen, number)
        came: PseudoError | None = None
        with monkeypatch.context() as patched:
            _put(patched, disk)
            try:
                act()
            except PseudoError as error:
                came = error
        if not disk.fired:
            assert came is None
            return seen
        # Only the release of the lock, when all is done, may fail without a word.
        assert came is not None or disk.last == "close"
        seen.append((disk.fired, came))
    raise AssertionError("faults never ended")


def _no_leftovers(path: Path) -> bool:
    return {each.name for each in path.parent.iterdir()} <= {".keys.pseudo.lock", "keys.pseudo"}


KINDS: dict[int, tuple[type[PseudoError], str]] = {
    errno.ENOSPC: (ResourceError, "keys.disk_full"),
    errno.EDQUOT: (ResourceError, "keys.disk_full"),
    errno.EIO: (KeyStoreError, "keys.io_failed"),
    errno.EACCES: (KeyStoreError, "keys.no_permission"),
}


@pytest.mark.parametrize("number", KINDS)
def test_a_fault_while_a_domain_is_made_leaves_the_old_file_or_the_new_one_whole(
    store: LocalStore, path: Path, monkeypatch: pytest.MonkeyPatch, number: int
) -> None:
    whole = path.read_bytes()

    def prepare() -> None:
        assert _no_leftovers(path)
        assert [record.name for record in store.list()] in (
            ["projA", "projB"],
            ["projA", "projB", "projC"],
        )
        path.write_bytes(whole)

    seen = _fault_everywhere(monkeypatch, number, prepare, lambda: store.create("projC"))
    assert {name for name, _ in seen} == set(CALLS)
    for _, error in seen:
        if error is not None:
            assert (type(error), error.code) == KINDS[number]
            assert error.__context__ is None
            assert error.__cause__ is None
            assert "191212121212" not in f"{error} {error!r} {error.params}"
    assert store.show("projC").state.value == "active"


def test_a_fault_before_the_rename_always_leaves_the_old_file(
    store: LocalStore, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = path.read_bytes()
    for chosen in range(1, 100):
        disk = FaultyDisk(chosen, errno.ENOSPC)
        with monkeypatch.context() as patched, contextlib.suppress(PseudoError):
            _put(patched, disk)
            store.create("projC")
        if "replace" in disk.done and disk.fired != "replace":
            break
        assert path.read_bytes() == whole
    assert chosen > 8


@pytest.mark.parametrize("order", ["freeze", "destroy"])
def test_a_fault_while_a_state_changes_leaves_the_old_state_or_the_new_one(
    store: LocalStore, path: Path, monkeypatch: pytest.MonkeyPatch, order: str
) -> None:
    whole = path.read_bytes()
    after = {"freeze": "frozen", "destroy": "destroyed"}[order]

    def prepare() -> None:
        assert _no_leftovers(path)
        assert store.show("projA").state.value in ("active", after)
        path.write_bytes(whole)

    seen = _fault_everywhere(
        monkeypatch, errno.ENOSPC, prepare, lambda: getattr(store, order)("projA")
    )
    assert "replace" in {name for name, _ in seen}
    assert store.show("projA").state.value == after


def test_a_fault_while_the_file_is_made_leaves_none_or_a_whole_one(
    opened: Opened, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def prepare() -> None:
        assert _no_leftovers(path)
        if path.exists():
            opened().close()
            path.unlink()

    assert _fault_everywhere(
        monkeypatch, errno.ENOSPC, prepare, lambda: opened(create=True).close()
    )
    assert opened().list() == []


def test_a_disk_that_writes_a_few_bytes_at_a_time_writes_all_of_them(
    store: LocalStore, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        _put(patched, FaultyDisk(0, errno.EIO, write_size=7))
        store.create("projC")
    with opened() as again:
        assert [record.name for record in again.list()] == ["projA", "projB", "projC"]


def test_everything_is_on_disk_before_the_rename_and_the_rename_before_the_end(
    store: LocalStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    disk = FaultyDisk(0, errno.EIO)
    with monkeypatch.context() as patched:
        _put(patched, disk)
        store.create("projC")
    order = [name for name in disk.done if name in ("write", "fsync", "replace")]
    assert order == ["write", "fsync", "replace", "fsync"]


def _python(code: str, path: Path, passphrase: str) -> subprocess.CompletedProcess[str]:
    """Run code in another process, which has a ``store`` that is open."""
    opening = (
        "import os, sys, signal, resource\n"
        "from pseudo.errors import PseudoError\n"
        "from pseudo.keys import TESTING, files\n"
        "from pseudo.keys.local import LocalStore\n"
        "store = LocalStore.open(sys.argv[1], sys.argv[2], profile=TESTING)\n"
    )
    root = str(Path(pseudo.errors.__file__).resolve().parents[1])
    return subprocess.run(
        [sys.executable, "-c", opening + code, str(path), passphrase],
        env={**os.environ, "PYTHONPATH": root},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_a_writer_killed_before_its_rename_leaves_the_old_file_and_the_next_one_cleans_up(
    store: LocalStore, path: Path, passphrase: str
) -> None:
    whole = path.read_bytes()
    killed = _python(
        "os.replace = lambda *_: os.kill(os.getpid(), signal.SIGKILL)\nstore.create('projC')\n",
        path,
        passphrase,
    )
    assert killed.returncode == -signal.SIGKILL
    assert path.read_bytes() == whole
    assert any(each.suffix == ".tmp" for each in path.parent.iterdir())
    store.create("projC")
    assert _no_leftovers(path)


def test_a_file_that_may_not_grow_any_further_is_a_full_disk(
    store: LocalStore, path: Path, passphrase: str
) -> None:
    whole = path.read_bytes()
    full = _python(
        "resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))\n"
        "try:\n"
        "    store.create('projC')\n"
        "except PseudoError as error:\n"
        "    print(error.code, error.exit_status)\n",
        path,
        passphrase,
    )
    assert (full.stdout.strip(), full.returncode) == ("keys.disk_full 7", 0)
    assert path.read_bytes() == whole
    assert _no_leftovers(path)


def test_other_files_beside_the_key_file_are_left_alone(
    store: LocalStore, path: Path, passphrase: str
) -> None:
    beside = [
        path.with_name(name)
        for name in (".keys.pseudo.tmp", ".keys.pseudo.0123.tmp", f".other.{'0' * 16}.tmp")
    ]
    for each in beside:
        each.write_text("mine", encoding="ascii")
    with LocalStore.open(path, passphrase, profile=TESTING) as again:
        again.create("projC")
    assert all(each.read_text(encoding="ascii") == "mine" for each in beside)
