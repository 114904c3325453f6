# SPDX-License-Identifier: Apache-2.0
"""Notes of batches that were cut off: whose are believed, and what is done about them."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pseudo.errors import EvidenceError, ResourceError
from pseudo.evidence.entries import STATEMENT, VOIDED, place_of
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.outstanding import note, settle
from pseudo.evidence.statement import statement
from pseudo.io.publish import Staging
from pseudo.testing import MemoryStore
from tests.evidence.conftest import NOW

NOTHING = ([], [])


@pytest.fixture
def staging(tmp_path: Path) -> Iterator[Staging]:
    (tmp_path / "share").mkdir()
    with Staging(tmp_path / "share" / "out") as staging:
        yield staging


def appended(ledger: FileLedger, batch: str) -> bytes:
    said = {"batch": batch, "verdict": "published"}
    return ledger.append(
        lambda before: (
            STATEMENT,
            statement({"a": "0" * 64}, {**said, "ledger": place_of(before)}),
        )
    ).entry


def voided(ledger: FileLedger) -> list[str]:
    return [
        entry.content["batch"]
        for entry in ledger.entries()
        if entry.content.get("event") == VOIDED
    ]


def notes(ledger: FileLedger) -> list[Path]:
    return list(ledger.outstanding.glob("*"))


def noted(ledger: FileLedger, staging: Staging) -> None:
    """Note a batch whose process dies."""
    note(ledger, ledger.outstanding, "a1", staging).release()


def test_a_living_batch_is_left_alone(ledger: FileLedger, staging: Staging) -> None:
    living = note(ledger, ledger.outstanding, "a1", staging)
    appended(ledger, "a1")
    assert settle(ledger, NOW) == NOTHING
    assert staging.folder.is_dir()
    assert len(notes(ledger)) == 1
    # Its staging folder need not be lockable, nor be on this machine.
    living.release()
    assert settle(ledger, NOW) == (["a1"], [])
    assert notes(ledger) == []


def test_many_who_settle_at_once_void_once(
    ledger: FileLedger, store: MemoryStore, staging: Staging
) -> None:
    noted(ledger, staging)
    appended(ledger, "a1")
    together = threading.Barrier(8)
    ended: list[str] = []

    def work() -> None:
        opened = FileLedger(ledger.folder, store)
        together.wait()
        ended.extend(settle(opened, NOW).voided)

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (ended, voided(ledger), notes(ledger)) == (["a1"], ["a1"], [])


def test_a_note_that_was_torn_while_it_was_written_is_removed(
    ledger: FileLedger, staging: Staging
) -> None:
    whole = note(ledger, ledger.outstanding, "a1", staging)
    data = whole.path.read_bytes()
    whole.forget()
    for size in (0, 1, len(data) - 1):
        (ledger.outstanding / "a2.json").write_bytes(data[:size])
        assert settle(ledger, NOW) == NOTHING
        assert notes(ledger) == []
    # What is whole and not ours is somebody's doing, and is left to be seen.
    (ledger.outstanding / "a2.json").write_bytes(data.replace(b"a", b"b"))
    assert settle(ledger, NOW) == NOTHING
    assert len(notes(ledger)) == 1


def test_a_note_meets_the_lock_of_somebody_who_settles(
    ledger: FileLedger, staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, met = fcntl.flock, []

    def slow(fd: int, how: int) -> None:
        if not met:
            met.append(fd)
            # Between making and locking it, another process takes the empty note for torn.
            assert settle(ledger, NOW) == NOTHING
        real(fd, how)

    monkeypatch.setattr(fcntl, "flock", slow)
    living = note(ledger, ledger.outstanding, "a1", staging)
    monkeypatch.undo()
    assert living.path.read_bytes()
    assert met
    appended(ledger, "a1")
    assert settle(ledger, NOW) == NOTHING
    living.forget()
    assert notes(ledger) == []


def test_another_machines_batch_is_judged_by_what_is_seen_of_it_alone(
    tmp_path: Path, ledger: FileLedger, staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("platform.node", lambda: "another")
        noted(ledger, staging)
    entry = appended(ledger, "a1")
    with staging.create("receipt.json") as file:
        file.write(entry + b"\n")
    out = staging.publish()
    hidden = out.rename(tmp_path / "hidden")
    # From here neither of the two is seen: it may be published or not.
    assert settle(ledger, NOW) == ([], ["a1"])
    assert len(notes(ledger)) == 1
    hidden.rename(out)
    assert settle(ledger, NOW) == NOTHING
    assert (voided(ledger), notes(ledger)) == ([], [])


def test_another_machines_staging_folder_shows_that_it_was_not_published(
    ledger: FileLedger, staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr("platform.node", lambda: "another")
        noted(ledger, staging)
    appended(ledger, "a1")
    assert settle(ledger, NOW) == (["a1"], [])
    assert not staging.folder.exists()


def test_a_dead_one_that_was_not_published_is_voided_once(
    ledger: FileLedger, staging: Staging
) -> None:
    noted(ledger, staging)
    appended(ledger, "a1")
    staging.discard()
    assert settle(ledger, NOW) == (["a1"], [])
    assert settle(ledger, NOW) == NOTHING
    assert (voided(ledger), notes(ledger)) == (["a1"], [])
    assert ledger.verify().size == 7


def test_one_that_was_not_appended_is_forgotten(ledger: FileLedger, staging: Staging) -> None:
    noted(ledger, staging)
    staging.discard()
    assert settle(ledger, NOW) == NOTHING
    assert (voided(ledger), notes(ledger)) == ([], [])


def test_one_that_was_published_is_forgotten(ledger: FileLedger, staging: Staging) -> None:
    noted(ledger, staging)
    entry = appended(ledger, "a1")
    with staging.create("receipt.json") as file:
        file.write(entry + b"\n")
    staging.publish()
    assert settle(ledger, NOW) == NOTHING
    assert (voided(ledger), notes(ledger)) == ([], [])


def test_a_disk_that_does_not_answer_voids_nothing(
    ledger: FileLedger, staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    noted(ledger, staging)
    entry = appended(ledger, "a1")
    with staging.create("receipt.json") as file:
        file.write(entry + b"\n")
    out = staging.publish()
    real = Path.read_bytes

    def failing(path: Path) -> bytes:
        if path.parent == out:
            raise OSError(5, "input/output error")
        return real(path)

    with monkeypatch.context() as patched:
        patched.setattr(Path, "read_bytes", failing)
        assert settle(ledger, NOW) == ([], ["a1"])
    assert (voided(ledger), len(notes(ledger))) == ([], 1)
    assert settle(ledger, NOW) == NOTHING
    assert notes(ledger) == []


def test_a_note_that_the_key_has_not_signed_does_nothing(
    tmp_path: Path, ledger: FileLedger, staging: Staging
) -> None:
    appended(ledger, "a1")
    precious = tmp_path / ".precious.abcdefghijklmnop.partial"
    precious.mkdir()
    said = {
        "batch": "a1",
        "ledger": ledger.key.name,
        "staging": str(precious),
        "out": str(tmp_path / "precious"),
    }
    ledger.outstanding.mkdir()
    with MemoryStore() as other:
        stranger = FileLedger.begin(tmp_path / "other", other, NOW)
        forged = stranger.attest(said)
    for data in (b"", b"{}", b"[]", json.dumps(said).encode(), forged, b"x" * 100_000):
        (ledger.outstanding / "a1.json").write_bytes(data)
        assert settle(ledger, NOW) == NOTHING
    assert precious.is_dir()
    assert voided(ledger) == []


@pytest.mark.parametrize(
    "odd",
    [
        {"ledger": "pseudo-ledger/another", "staging": "{parent}/.out.abcdefghijklmnop.partial"},
        {"staging": "."},
        {"staging": "/"},
        {"out": "/nonexistent/out"},
        {"staging": "{parent}/precious"},
        {"batch": "a2"},
    ],
)
def test_a_note_names_a_staging_folder_of_this_machine_and_nothing_else(
    tmp_path: Path, ledger: FileLedger, odd: dict[str, str]
) -> None:
    appended(ledger, "a1")
    precious = tmp_path / "precious"
    precious.mkdir()
    said = {
        "batch": "a1",
        "ledger": ledger.key.name,
        "at": "",
        "staging": str(tmp_path / ".out.abcdefghijklmnop.partial"),
        "out": str(tmp_path / "out"),
    }
    said |= {name: text.format(parent=tmp_path) for name, text in odd.items()}
    ledger.outstanding.mkdir()
    (ledger.outstanding / "a1.json").write_bytes(ledger.attest(said))
    assert settle(ledger, NOW) == NOTHING
    assert precious.is_dir()
    assert voided(ledger) == []


def test_a_share_that_is_not_mounted_voids_nothing(
    tmp_path: Path, ledger: FileLedger, staging: Staging
) -> None:
    noted(ledger, staging)
    entry = appended(ledger, "a1")
    with staging.create("receipt.json") as file:
        file.write(entry + b"\n")
    staging.publish()
    mounted = staging.out.parent.rename(tmp_path / "elsewhere")
    assert settle(ledger, NOW) == ([], ["a1"])
    # The empty folder that it would be mounted over is there, and is another.
    staging.out.parent.mkdir()
    assert settle(ledger, NOW) == ([], ["a1"])
    staging.out.parent.rmdir()
    mounted.rename(staging.out.parent)
    assert settle(ledger, NOW) == NOTHING
    assert (voided(ledger), notes(ledger)) == ([], [])


def test_a_lock_that_cannot_be_had_is_told_and_leaves_no_note(
    ledger: FileLedger, staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(*_: object) -> None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))

    with monkeypatch.context() as patched:
        patched.setattr(fcntl, "flock", unable)
        with pytest.raises(EvidenceError) as caught:
            note(ledger, ledger.outstanding, "a1", staging)
    assert (caught.value.code, caught.value.params["cause"]) == ("ledger.unreadable", "EBADF")
    assert notes(ledger) == []
    noted(ledger, staging)
    with monkeypatch.context() as patched:
        patched.setattr(fcntl, "flock", unable)
        with pytest.raises(EvidenceError) as told:
            settle(ledger, NOW)
    assert told.value.code == "ledger.unreadable"
    assert len(notes(ledger)) == 1


def test_a_note_that_cannot_be_written_is_none(
    ledger: FileLedger, staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", full)
        with pytest.raises(ResourceError, match="ledger") as caught:
            note(ledger, ledger.outstanding, "a1", staging)
    assert caught.value.code == "ledger.disk_full"
    assert notes(ledger) == []


def test_whoever_settles_does_not_take_another_note_of_the_same_name_for_the_torn_one(
    ledger: FileLedger, staging: Staging, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger.outstanding.mkdir()
    torn = ledger.outstanding / "a1.json"
    torn.touch()
    real = fcntl.flock
    living = []

    def late(fd: int, how: int) -> None:
        if not living:
            monkeypatch.setattr(fcntl, "flock", real)
            # Between opening and locking it, the torn one goes and a living one comes.
            torn.unlink()
            living.append(note(ledger, ledger.outstanding, "a1", staging))
        real(fd, how)

    monkeypatch.setattr(fcntl, "flock", late)
    assert settle(ledger, NOW) == NOTHING
    assert torn.read_bytes().endswith(b"}")
    living[0].forget()


def test_a_forked_process_does_not_keep_a_batch_alive(
    ledger: FileLedger, staging: Staging
) -> None:
    living = note(ledger, ledger.outstanding, "a1", staging)
    appended(ledger, "a1")
    ready, done = os.pipe()
    child = os.fork()
    if not child:
        os.read(ready, 1)
        os._exit(0)
    try:
        living.release()
        assert settle(ledger, NOW) == (["a1"], [])
    finally:
        os.write(done, b"x")
        os.waitpid(child, 0)
        os.close(ready)
        os.close(done)
