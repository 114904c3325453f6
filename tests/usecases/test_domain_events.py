# SPDX-License-Identifier: Apache-2.0
"""What is done with domains stands in the ledger, and a store that was put back is told."""

from __future__ import annotations

import os
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import pseudo
from pseudo.errors import EvidenceError, KeyStoreError, UsageError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys.lifecycle import State
from pseudo.keys.local import LocalStore
from pseudo.keys.store import utc_now
from pseudo.usecases import destruction, domain_events, domains
from pseudo.usecases.domain_events import CHANGED, CHANGING, changing
from pseudo.usecases.ledgers import begin_anew


def events(ledger: FileLedger) -> list[tuple[str, str]]:
    return [
        (entry.content["event"], entry.content.get("to") or entry.content.get("state"))
        for entry in list(ledger.entries())[1:]
    ]


def test_every_step_is_announced_and_noted(store: LocalStore, ledger: FileLedger) -> None:
    record = domains.create(store, "projA", ledger=ledger)
    domains.freeze(store, "projA", ledger=ledger)
    domains.activate(store, "projA", ledger=ledger)
    destruction.destroy(store, "projA", ledger)
    assert events(ledger) == [
        (kind, state)
        for state in ("active", "frozen", "active", "destroyed")
        for kind in (CHANGING, CHANGED)
    ] + [(destruction.DESTROYED, None)]
    noted = list(ledger.entries())[2].content
    assert (noted["key_id"], noted["kcv"]) == (record.key_id, record.kcv)
    assert (noted["version"], noted["format"]) == (1, "base32")
    assert ledger.verify().size == 10


@pytest.mark.parametrize("step", ["freeze", "destroy"])
def test_a_store_that_was_put_back_is_told(
    tmp_path: Path, store: LocalStore, ledger: FileLedger, step: str
) -> None:
    domains.create(store, "projA", ledger=ledger)
    path = tmp_path / "keys.pseudo"
    shutil.copy2(path, tmp_path / "copy")
    if step == "freeze":
        domains.freeze(store, "projA", ledger=ledger)
    else:
        destruction.destroy(store, "projA", ledger)
    shutil.copy2(tmp_path / "copy", path)
    assert store.show("projA").state is State.ACTIVE
    for act in (
        lambda: domains.open_current(store, "projA", ledger),
        lambda: domains.freeze(store, "projA", ledger=ledger),
        lambda: destruction.destroy(store, "projA", ledger),
    ):
        with pytest.raises(KeyStoreError) as caught:
            act()
        assert caught.value.code == "keys.rolled_back"
    assert ledger.verify().size == (6 if step == "destroy" else 5)


def test_another_secret_under_the_same_name_is_told(
    tmp_path: Path, store: LocalStore, ledger: FileLedger
) -> None:
    shutil.copy2(tmp_path / "keys.pseudo", tmp_path / "copy")
    domains.create(store, "projA", ledger=ledger)
    shutil.copy2(tmp_path / "copy", tmp_path / "keys.pseudo")
    # Made past the ledger, the domain has another secret.
    store.create("projA")
    with pytest.raises(KeyStoreError) as caught:
        domains.open_current(store, "projA", ledger)
    assert caught.value.code == "keys.rolled_back"


def test_a_domain_that_is_older_than_the_ledger_is_noted_when_it_is_first_used(
    store: LocalStore, ledger: FileLedger
) -> None:
    store.create("projA")
    with domains.open_current(store, "projA", ledger) as domain:
        assert domain.info.name == "projA"
    assert events(ledger) == [(CHANGED, "active")]
    domains.open_current(store, "projA", ledger).close()
    assert events(ledger) == [(CHANGED, "active")]


def test_a_step_that_was_cut_off_before_or_behind_the_store_is_no_rollback(
    store: LocalStore, ledger: FileLedger
) -> None:
    domains.create(store, "projA", ledger=ledger)
    # Announced, and not done.
    changing(ledger, "projA", State.FROZEN, utc_now)
    domains.open_current(store, "projA", ledger).close()
    # Announced and done, and not noted.
    changing(ledger, "projA", State.FROZEN, utc_now)
    store.freeze("projA")
    domains.activate(store, "projA", ledger=ledger)
    assert events(ledger)[-3:] == [(CHANGED, "frozen"), (CHANGING, "active"), (CHANGED, "active")]
    domains.open_current(store, "projA", ledger).close()


def test_nothing_is_done_that_cannot_be_announced(
    tmp_path: Path, store: LocalStore, ledger: FileLedger
) -> None:
    domains.create(store, "projA", ledger=ledger)
    (tmp_path / "keys.pseudo.ledger" / "checkpoint").unlink()
    for act in (
        lambda: domains.create(store, "projB", ledger=ledger),
        lambda: domains.freeze(store, "projA", ledger=ledger),
        lambda: domains.open_current(store, "projA", ledger),
    ):
        with pytest.raises(EvidenceError) as caught:
            act()
        assert caught.value.code == "ledger.no_checkpoint"
    assert [record.name for record in store.list()] == ["projA"]
    assert store.show("projA").state is State.ACTIVE


@pytest.mark.parametrize("refused", ["create", "activate"])
def test_what_was_announced_in_vain_excuses_nothing(
    tmp_path: Path, store: LocalStore, ledger: FileLedger, refused: str
) -> None:
    domains.create(store, "projA", ledger=ledger)
    shutil.copy2(tmp_path / "keys.pseudo", tmp_path / "copy")
    destruction.destroy(store, "projA", ledger)
    with pytest.raises(KeyStoreError):
        if refused == "create":
            domains.create(store, "projA", ledger=ledger)
        else:
            domains.activate(store, "projA", ledger=ledger)
    changing(ledger, "projA", State.ACTIVE, utc_now)
    shutil.copy2(tmp_path / "copy", tmp_path / "keys.pseudo")
    with pytest.raises(KeyStoreError) as caught:
        domains.open_current(store, "projA", ledger)
    assert caught.value.code == "keys.rolled_back"


def test_a_name_that_the_ledger_knows_is_not_made_again(
    tmp_path: Path, store: LocalStore, ledger: FileLedger
) -> None:
    shutil.copy2(tmp_path / "keys.pseudo", tmp_path / "copy")
    domains.create(store, "projA", ledger=ledger)
    shutil.copy2(tmp_path / "copy", tmp_path / "keys.pseudo")
    for name in ("projA", "PROJa"):
        with pytest.raises(KeyStoreError) as caught:
            domains.create(store, name, ledger=ledger)
        assert caught.value.code == "keys.rolled_back"
    assert store.list() == []


def test_what_is_refused_anyhow_is_not_noted_as_done(
    store: LocalStore, ledger: FileLedger
) -> None:
    domains.create(store, "projA", ledger=ledger)
    with pytest.raises(KeyStoreError):
        domains.create(store, "PROJa", ledger=ledger)
    with pytest.raises(KeyStoreError):
        domains.create(store, "198507099805", ledger=ledger)
    assert [kind for kind, _ in events(ledger)].count(CHANGED) == 1
    text = (ledger.folder / "entries").read_bytes()
    assert b"198507099805" not in text
    domains.open_current(store, "projA", ledger).close()


def test_a_ledger_that_is_gone_is_missed(
    tmp_path: Path, store: LocalStore, ledger: FileLedger
) -> None:
    domains.create(store, "projA", ledger=ledger)
    away = ledger.folder.rename(tmp_path / "away")
    with pytest.raises(EvidenceError) as caught:
        pseudo.open_ledger(ledger.folder, store)
    assert caught.value.code == "ledger.gone"
    assert caught.value.params["name"] == ledger.key.name
    assert not ledger.folder.exists()
    assert pseudo.open_ledger(away, store).key == ledger.key


def test_a_store_goes_with_one_ledger(
    tmp_path: Path, store: LocalStore, ledger: FileLedger
) -> None:
    with pytest.raises(EvidenceError) as gone:
        pseudo.open_ledger(tmp_path / "second", store)
    assert gone.value.code == "ledger.gone"
    FileLedger.begin(tmp_path / "second", store, utc_now())
    with pytest.raises(KeyStoreError) as caught:
        pseudo.open_ledger(tmp_path / "second", store)
    assert (caught.value.code, caught.value.params["ledger"]) == (
        "keys.other_ledger",
        ledger.key.name,
    )


def test_a_ledger_that_is_lost_for_good_is_replaced_by_one_that_says_so(
    tmp_path: Path, store: LocalStore, ledger: FileLedger
) -> None:
    domains.create(store, "projA", ledger=ledger)
    lost = ledger.key.name
    with pytest.raises(UsageError) as there:
        begin_anew(ledger.folder, store, instead_of=lost)
    assert there.value.code == "usage.ledger_exists"
    with pytest.raises(KeyStoreError) as other:
        begin_anew(tmp_path / "new", store, instead_of="pseudo-ledger/0123456789abcdef")
    assert other.value.code == "keys.other_ledger"
    assert not (tmp_path / "new").exists()
    shutil.rmtree(ledger.folder)
    # What was begun and not remembered, when the power failed, is taken up.
    begun = FileLedger.begin(ledger.folder, store, utc_now(), instead_of=lost)
    assert begin_anew(ledger.folder, store, instead_of=lost).key == begun.key
    opened = pseudo.open_ledger(ledger.folder, store)
    assert next(opened.entries()).content["instead_of"] == lost
    domains.open_current(store, "projA", opened).close()
    assert events(opened) == [(CHANGED, "active")]


def test_a_ledger_that_is_not_lost_is_not_replaced(
    tmp_path: Path, store: LocalStore, ledger: FileLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    with pytest.raises(UsageError) as caught:
        begin_anew(tmp_path / "new", store, instead_of=ledger.key.name, beside=ledger.folder)
    assert caught.value.code == "usage.ledger_not_lost"
    assert not (tmp_path / "new").exists()

    def deny(*_: object, **__: object) -> None:
        raise PermissionError(13, "denied")

    # What only cannot be looked at is not lost either.
    monkeypatch.setattr(os, "lstat", deny)
    with pytest.raises(EvidenceError) as unseen:
        FileLedger(ledger.folder)
    assert unseen.value.code == "ledger.unreadable"


def test_a_key_file_from_before_its_ledger_takes_up_the_one_that_is_there(
    tmp_path: Path, store: LocalStore
) -> None:
    begun = FileLedger.begin(tmp_path / "keys.pseudo.ledger", store, utc_now())
    assert store.ledger() == ""
    pseudo.open_ledger(begun.folder, store)
    assert store.ledger() == begun.key.name


def test_a_domain_that_changed_between_the_ledgers_word_and_its_opening_is_refused(
    store: LocalStore, ledger: FileLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    domains.create(store, "projA", ledger=ledger)
    record = store.show("projA")
    other = replace(record, kcv="0" * 16)
    monkeypatch.setattr(LocalStore, "versions", lambda *_: [other])
    monkeypatch.setattr(domains, "require_current", lambda *_: None)
    with pytest.raises(KeyStoreError) as caught:
        domains.open_current(store, "projA", ledger)
    assert caught.value.code == "keys.rolled_back"


def test_nothing_is_lost_where_a_store_has_no_ledger(tmp_path: Path, store: LocalStore) -> None:
    for name in ("", "pseudo-ledger/abcdefghijklmnop"):
        with pytest.raises(UsageError) as caught:
            begin_anew(tmp_path / "new", store, instead_of=name)
        assert caught.value.code == "usage.no_ledger_lost"
    assert not (tmp_path / "new").exists()


def test_changes_at_once_take_turns_and_leave_the_ledger_with_the_stores_word(
    store: LocalStore, ledger: FileLedger
) -> None:
    domains.create(store, "projA", ledger=ledger)
    together = threading.Barrier(4)
    failed: list[str] = []

    def work(act: Callable[[], object]) -> None:
        together.wait()
        for _ in range(6):
            try:
                act()
            except KeyStoreError as error:
                failed.append(error.code)

    def opened() -> None:
        domains.open_current(store, "projA", ledger).close()

    acts: list[Callable[[], object]] = [
        lambda: domains.freeze(store, "projA", ledger=ledger),
        lambda: domains.activate(store, "projA", ledger=ledger),
        lambda: domains.freeze(store, "projA", ledger=ledger),
        opened,
    ]
    threads = [threading.Thread(target=work, args=(act,)) for act in acts]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(failed) <= {"keys.frozen"}
    domains.activate(store, "projA", ledger=ledger)
    opened()


def test_a_change_waits_for_another_that_is_not_noted_yet(
    store: LocalStore, ledger: FileLedger, monkeypatch: pytest.MonkeyPatch
) -> None:
    domains.create(store, "projA", ledger=ledger)
    real, frozen = domain_events.changed, threading.Event()

    def slow(*arguments: Any) -> None:
        if not frozen.is_set():
            frozen.set()
            other.join(0.3)
            assert other.is_alive()
        real(*arguments)

    monkeypatch.setattr(domain_events, "changed", slow)
    other = threading.Thread(
        target=lambda: (frozen.wait(30), domains.freeze(store, "projA", ledger=ledger))
    )
    other.start()
    domains.activate(store, "projA", ledger=ledger)
    other.join()
    assert events(ledger)[-1] == (CHANGED, "frozen")
    domains.activate(store, "projA", ledger=ledger)
