# SPDX-License-Identifier: Apache-2.0
"""A ledger in files grows by whole entries only, and whatever is changed in it is told."""

from __future__ import annotations

import errno
import fcntl
import os
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from pseudo.errors import EvidenceError, InternalError
from pseudo.evidence.checkpoint import open_checkpoint
from pseudo.evidence.entries import BEGUN, EVENT, place_of
from pseudo.evidence.file_ledger import FileLedger
from pseudo.evidence.merkle import EMPTY, includes, is_prefix, leaf_hash
from pseudo.testing import MemoryStore
from tests.evidence.conftest import NOW, event

Copied = Callable[[], FileLedger]


def test_the_first_entry_names_the_key(ledger: FileLedger, store: MemoryStore) -> None:
    first, *others = ledger.entries()
    assert first.content["event"] == BEGUN
    assert first.content["key"] == ledger.key.encode()
    assert (first.before.size, first.before.root) == (0, EMPTY)
    assert ledger.key.public == store.public_key()
    assert [entry.content["n"] for entry in others] == [0, 1, 2, 3]
    assert [entry.before.size for entry in others] == [1, 2, 3, 4]
    assert not any(entry.is_receipt for entry in ledger.entries())


def test_what_was_appended_is_proven_by_its_checkpoint(
    ledger: FileLedger, store: MemoryStore
) -> None:
    before, _ = ledger.head()
    appended = ledger.append(event(9))
    after = open_checkpoint(appended.checkpoint, ledger.key)
    assert after is not None
    assert (appended.index, after.size) == (5, 6)
    leaf = leaf_hash(appended.entry)
    assert includes(leaf, appended.index, after.size, appended.proof, after.root)
    grown = ledger.tree().consistency(before.size)
    assert is_prefix(before.size, before.root, after.size, after.root, grown)
    assert ledger.head() == (after, appended.checkpoint)
    assert ledger.verify() == after


def test_beginning_again_opens_what_is_there(ledger: FileLedger, store: MemoryStore) -> None:
    again = FileLedger.begin(ledger.folder, store, NOW)
    assert again.key == ledger.key
    assert len(list(again.entries())) == 5


def test_another_key_can_neither_open_nor_append(ledger: FileLedger) -> None:
    with MemoryStore() as other:
        with pytest.raises(EvidenceError) as caught:
            FileLedger.begin(ledger.folder, other, NOW)
        assert caught.value.code == "ledger.other_key"
        with pytest.raises(EvidenceError) as caught:
            FileLedger(ledger.folder, other)
        assert caught.value.code == "ledger.other_key"
    with pytest.raises(InternalError):
        FileLedger(ledger.folder).append(event(9))
    assert ledger.verify().size == 5


def test_there_is_no_ledger_in_an_empty_folder(tmp_path: Path) -> None:
    for folder in (tmp_path, tmp_path / "missing"):
        with pytest.raises(EvidenceError) as caught:
            FileLedger(folder)
        assert caught.value.code == "ledger.missing"


def test_no_byte_of_a_ledger_can_be_changed(ledger: FileLedger, copied: Copied) -> None:
    files = {name: (ledger.folder / name).read_bytes() for name in ("entries", "checkpoint")}
    changed = copied()
    for name, data in files.items():
        path = changed.folder / name
        # Loading the ledger takes milliseconds, and there are thousands of bytes.
        step = 1 if os.environ.get("PSEUDO_TEST_FULL") or name == "checkpoint" else 29
        for place in range(0, len(data), step):
            for value in {data[place] ^ 1, data[place] ^ 0x20, 0, 10}:
                if value == data[place]:
                    continue
                path.write_bytes(data[:place] + bytes([value]) + data[place + 1 :])
                code = _refusal(changed.folder)
                assert code.startswith("ledger."), (name, place)
        path.write_bytes(data)
    assert changed.verify().size == 5


def _refusal(folder: Path) -> str:
    with pytest.raises(EvidenceError) as caught:
        FileLedger(folder).verify()
    with pytest.raises(EvidenceError):
        list(FileLedger(folder).entries())
    return caught.value.code


def _entries(ledger: FileLedger) -> list[bytes]:
    return (ledger.folder / "entries").read_bytes().splitlines(keepends=True)


def _rewritten(copied: Copied, lines: list[bytes]) -> FileLedger:
    ledger = copied()
    (ledger.folder / "entries").write_bytes(b"".join(lines))
    return ledger


@pytest.mark.parametrize("index", range(1, 5))
def test_a_removed_entry_is_told(ledger: FileLedger, copied: Copied, index: int) -> None:
    lines = _entries(ledger)
    with pytest.raises(EvidenceError) as caught:
        _rewritten(copied, lines[:index] + lines[index + 1 :]).verify()
    assert caught.value.code == "ledger.truncated"
    # With another in its stead the number is right, and the place of the next is not.
    with pytest.raises(EvidenceError) as caught:
        _rewritten(copied, lines[:index] + lines[index + 1 :] + lines[:1]).verify()
    assert (caught.value.code, caught.value.params["entry"]) == ("ledger.entry_misplaced", index)


def test_entries_in_another_order_are_told(ledger: FileLedger, copied: Copied) -> None:
    lines = _entries(ledger)
    lines[2], lines[3] = lines[3], lines[2]
    with pytest.raises(EvidenceError) as caught:
        _rewritten(copied, lines).verify()
    assert (caught.value.code, caught.value.params["entry"]) == ("ledger.entry_misplaced", 2)
    with pytest.raises(EvidenceError):
        FileLedger(_rewritten(copied, lines).folder).tree()


def test_an_entry_of_another_ledger_is_told(
    tmp_path: Path, ledger: FileLedger, copied: Copied, store: MemoryStore
) -> None:
    other = FileLedger.begin(tmp_path / "other", store, NOW)
    for number in range(4):
        other.append(event(number))
    lines = _entries(ledger)
    lines[3] = _entries(other)[3]
    with pytest.raises(EvidenceError) as caught:
        _rewritten(copied, lines).verify()
    assert (caught.value.code, caught.value.params["entry"]) == ("ledger.entry_misplaced", 3)


def test_a_fork_is_told_by_a_checkpoint_that_somebody_else_holds(
    ledger: FileLedger, copied: Copied, store: MemoryStore
) -> None:
    forked = copied()
    held, _ = ledger.head()
    ledger.append(event(10))
    forked.append(event(11))
    assert ledger.verify().size == forked.verify().size == 6
    one, _ = ledger.head()
    other, _ = forked.head()
    for tree, head in ((ledger.tree(), one), (forked.tree(), other)):
        assert is_prefix(held.size, held.root, head.size, head.root, tree.consistency(5))
    assert one.root != other.root
    assert not is_prefix(6, one.root, 6, other.root, [])


def test_the_newest_entries_can_be_removed_unseen_but_for_a_checkpoint_held_elsewhere(
    ledger: FileLedger, copied: Copied, store: MemoryStore
) -> None:
    old = copied()
    ledger.append(event(10))
    held, _ = ledger.head()
    assert old.verify().size == 5
    with pytest.raises(ValueError, match="so many"):
        old.tree().root(held.size)


def test_a_checkpoint_that_was_put_back_is_told(
    ledger: FileLedger, copied: Copied, store: MemoryStore
) -> None:
    old = copied()
    for number in (10, 11):
        ledger.append(event(number))
    (ledger.folder / "checkpoint").write_bytes((old.folder / "checkpoint").read_bytes())
    with pytest.raises(EvidenceError) as caught:
        ledger.append(event(12))
    assert (caught.value.code, caught.value.params["entry"]) == ("ledger.entry_uncounted", 5)


@pytest.mark.parametrize("missing", [0, 1, 2, 3])
def test_a_truncated_ledger_is_told(ledger: FileLedger, copied: Copied, missing: int) -> None:
    data = b"".join(_entries(ledger))
    for size in (len(b"".join(_entries(ledger)[: missing + 1])), len(data) - 1, len(data) // 2):
        shorter = copied()
        (shorter.folder / "entries").write_bytes(data[:size])
        with pytest.raises(EvidenceError) as caught:
            shorter.verify()
        assert caught.value.code == "ledger.truncated"
        assert caught.value.params["counted"] == 5


def test_a_ledger_without_its_checkpoint_is_told(ledger: FileLedger, store: MemoryStore) -> None:
    (ledger.folder / "checkpoint").unlink()
    for act in (ledger.verify, lambda: ledger.append(event(9)), ledger.head):
        with pytest.raises(EvidenceError) as caught:
            act()
        assert caught.value.code == "ledger.no_checkpoint"


@pytest.mark.parametrize("cut", [1, 20, 200])
def test_the_beginning_of_an_entry_is_taken_away(
    ledger: FileLedger, copied: Copied, store: MemoryStore, cut: int
) -> None:
    whole = copied().append(event(9))
    with (ledger.folder / "entries").open("ab") as file:
        file.write(whole.entry[:-cut])
    assert ledger.verify().size == 5
    assert ledger.append(event(7)).index == 5
    assert ledger.verify().size == 6
    assert [entry.content.get("n") for entry in ledger.entries()][-1] == 7


def test_a_whole_entry_without_its_checkpoint_is_counted(
    ledger: FileLedger, copied: Copied, store: MemoryStore
) -> None:
    whole = copied().append(event(9))
    with (ledger.folder / "entries").open("ab") as file:
        file.write(whole.entry + b"\n")
    assert len(list(ledger.entries())) == 5
    assert ledger.append(event(7)).index == 6
    assert [entry.content.get("n") for entry in ledger.entries()][-2:] == [9, 7]
    assert ledger.verify().size == 7


def test_an_entry_that_was_cut_off_and_is_not_ours_is_told(
    ledger: FileLedger, copied: Copied, store: MemoryStore
) -> None:
    line = _entries(ledger)[1]
    with MemoryStore() as other:
        foreign = FileLedger.begin(ledger.folder.parent / "foreign", other, NOW)
        strange = foreign.append(event(3)).entry + b"\n"
    for rest in (line, strange, b"{}\n"):
        spoilt = copied()
        with (spoilt.folder / "entries").open("ab") as file:
            file.write(rest)
        with pytest.raises(EvidenceError) as caught:
            spoilt.append(event(7))
        assert caught.value.code in ("ledger.entry_uncounted", "ledger.entry_damaged")
        assert caught.value.params["entry"] == 5


def test_writers_at_once_take_turns(ledger: FileLedger, store: MemoryStore) -> None:
    opened = [FileLedger(ledger.folder, store) for _ in range(4)]

    def write(number: int) -> None:
        for turn in range(8):
            opened[number].append(event(100 * number + turn))

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert ledger.verify().size == 5 + 32
    found = [entry.content["n"] for entry in list(ledger.entries())[5:]]
    assert sorted(found) == sorted(100 * n + turn for n in range(4) for turn in range(8))


def test_a_writer_that_does_not_finish_is_told(
    ledger: FileLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = os.open(ledger.folder / ".lock", os.O_RDWR)
    monkeypatch.setattr("pseudo.evidence.ledger_files._PATIENCE", 0.05)
    try:
        fcntl.flock(other, fcntl.LOCK_EX)
        for act in (lambda: ledger.append(event(7)), ledger.recover):
            with pytest.raises(EvidenceError) as caught:
                act()
            assert caught.value.code == "ledger.busy"
    finally:
        os.close(other)
    assert ledger.append(event(7)).index == 5


def test_a_file_system_that_cannot_lock_is_told(
    ledger: FileLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unable(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", unable)
    with pytest.raises(EvidenceError) as caught:
        ledger.append(event(7))
    assert (caught.value.code, caught.value.params["cause"]) == ("ledger.unreadable", "ENOLCK")
    monkeypatch.undo()
    assert ledger.verify().size == 5


def test_what_writes_an_entry_may_fail_and_nothing_is_appended(
    ledger: FileLedger, store: MemoryStore
) -> None:
    def failing(_: object) -> tuple[str, dict[str, object]]:
        raise ValueError("on purpose")

    with pytest.raises(ValueError, match="on purpose"):
        ledger.append(failing)
    assert ledger.verify().size == 5


def test_a_ledger_needs_its_place_in_every_entry(ledger: FileLedger, store: MemoryStore) -> None:
    head, _ = ledger.head()
    ledger.append(lambda _: (EVENT, {"event": "stray", "ledger": place_of(head)}))
    ledger.append(lambda _: (EVENT, {"event": "stray", "ledger": place_of(head)}))
    with pytest.raises(EvidenceError) as caught:
        ledger.verify()
    assert (caught.value.code, caught.value.params["entry"]) == ("ledger.entry_misplaced", 6)
