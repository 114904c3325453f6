# SPDX-License-Identifier: Apache-2.0
"""What is done with domains stands in the ledger, and a store that was put back is told."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

import pseudo
from pseudo.errors import EvidenceError, KeyStoreError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import TESTING
from pseudo.keys.lifecycle import State
from pseudo.keys.local import LocalStore
from pseudo.keys.store import utc_now
from pseudo.usecases import domains
from pseudo.usecases.domain_events import CHANGED, CHANGING, changing


@pytest.fixture
def store(tmp_path: Path) -> Iterator[LocalStore]:
    with LocalStore.open(
        tmp_path / "keys.pseudo", "hemligt", create=True, profile=TESTING
    ) as store:
        yield store


@pytest.fixture
def ledger(tmp_path: Path, store: LocalStore) -> FileLedger:
    return pseudo.open_ledger(tmp_path / "keys.pseudo.ledger", store)


def events(ledger: FileLedger) -> list[tuple[str, str]]:
    return [
        (entry.content["event"], entry.content.get("to") or entry.content.get("state"))
        for entry in list(ledger.entries())[1:]
    ]


def test_every_step_is_announced_and_noted(store: LocalStore, ledger: FileLedger) -> None:
    record = domains.create(store, "projA", ledger=ledger)
    domains.freeze(store, "projA", ledger=ledger)
    domains.activate(store, "projA", ledger=ledger)
    domains.destroy(store, "projA", confirmed="projA", ledger=ledger)
    assert events(ledger) == [
        (kind, state)
        for state in ("active", "frozen", "active", "destroyed")
        for kind in (CHANGING, CHANGED)
    ]
    noted = list(ledger.entries())[2].content
    assert (noted["key_id"], noted["kcv"]) == (record.key_id, record.kcv)
    assert (noted["version"], noted["format"]) == (1, "base32")
    assert ledger.verify().size == 9


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
        domains.destroy(store, "projA", confirmed="projA", ledger=ledger)
    shutil.copy2(tmp_path / "copy", path)
    assert store.show("projA").state is State.ACTIVE
    for act in (
        lambda: domains.open_current(store, "projA", ledger),
        lambda: domains.freeze(store, "projA", ledger=ledger),
        lambda: domains.destroy(store, "projA", confirmed="projA", ledger=ledger),
    ):
        with pytest.raises(KeyStoreError) as caught:
            act()
        assert caught.value.code == "keys.rolled_back"
    assert ledger.verify().size == 5


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
    domains.destroy(store, "projA", confirmed="projA", ledger=ledger)
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
