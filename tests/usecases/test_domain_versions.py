# SPDX-License-Identifier: Apache-2.0
"""Versions of a domain in the ledger, and steps that were cut off inside a key store."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

import pseudo
from pseudo.errors import KeyStoreError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import DomainRecord, State
from pseudo.keys.local import LocalStore
from pseudo.keys.store import utc_now
from pseudo.testing import People
from pseudo.usecases import destruction, domains
from pseudo.usecases.domain_events import changing, last_words, require_current


def refused(ledger: FileLedger, *records: DomainRecord) -> bool:
    size = ledger.verify().size
    try:
        require_current(ledger, records, utc_now)
    except KeyStoreError as error:
        assert error.code == "keys.rolled_back"
        assert ledger.verify().size == size
        return True
    return False


def test_a_move_to_a_new_version_is_noted_of_both(store: LocalStore, ledger: FileLedger) -> None:
    domains.create(store, "projA", ledger=ledger)
    second = domains.new_version(store, "projA", ledger=ledger)
    with domains.open_current(store, "projA", ledger, 2) as domain:
        assert domain.info.key_id == second.key_id
    with domains.open_current(store, "projA", ledger) as domain:
        assert domain.info.version == 1
    domains.make_current(store, "projA", 2, ledger=ledger)
    words = last_words(ledger, "projA")
    assert {version: word["current"] for version, word in words.last.items()} == {
        1: False,
        2: True,
    }
    assert not words.announced
    with domains.open_current(store, "projA", ledger) as domain:
        assert domain.info.version == 2
    domains.freeze(store, "projA", ledger=ledger)
    assert {word["state"] for word in last_words(ledger, "projA").last.values()} == {"frozen"}
    destruction.destroy(store, "projA", ledger)
    assert {word["state"] for word in last_words(ledger, "projA").last.values()} == {"destroyed"}


def test_a_store_from_before_a_version_or_before_the_move_is_told(
    tmp_path: Path, store: LocalStore, ledger: FileLedger
) -> None:
    path = tmp_path / "keys.pseudo"
    domains.create(store, "projA", ledger=ledger)
    shutil.copy2(path, tmp_path / "first")
    domains.new_version(store, "projA", ledger=ledger)
    shutil.copy2(path, tmp_path / "second")
    domains.make_current(store, "projA", 2, ledger=ledger)
    for copy in ("first", "second"):
        shutil.copy2(tmp_path / copy, path)
        with pytest.raises(KeyStoreError) as caught:
            domains.open_current(store, "projA", ledger)
        assert caught.value.code == "keys.rolled_back"


def test_a_version_that_is_made_current_past_the_ledger_is_told(
    store: LocalStore, ledger: FileLedger
) -> None:
    domains.create(store, "projA", ledger=ledger)
    store.new_version("projA")
    # Made past the ledger and not used, a version harms nobody, and is noted.
    domains.open_current(store, "projA", ledger).close()
    store.make_current("projA", 2)
    assert refused(ledger, *store.versions("projA"))
    # Announced, it is what was meant.
    changing(ledger, "projA", State.ACTIVE, utc_now, current=2)
    assert not refused(ledger, *store.versions("projA"))
    # And an announcement is used up by what it led to.
    store.make_current("projA", 1)
    assert refused(ledger, *store.versions("projA"))


def test_a_move_that_was_cut_off_behind_the_store_is_gone_on_with(
    store: LocalStore, ledger: FileLedger
) -> None:
    domains.create(store, "projA", ledger=ledger)
    domains.new_version(store, "projA", ledger=ledger)
    changing(ledger, "projA", State.ACTIVE, utc_now, current=2)
    store.make_current("projA", 2)
    with domains.open_current(store, "projA", ledger) as domain:
        assert domain.info.version == 2


def test_a_domain_that_was_hidden_on_the_way_to_its_end_is_no_rollback(
    store: LocalStore, ledger: FileLedger
) -> None:
    record = domains.create(store, "projA", ledger=ledger)
    frozen = replace(record, state=State.FROZEN)
    assert refused(ledger, frozen)
    changing(ledger, "projA", State.DESTROYED, utc_now)
    assert not refused(ledger, frozen)
    # The end is announced once more, by whoever goes on.
    destroyed = replace(record, state=State.DESTROYED)
    assert refused(ledger, destroyed)
    changing(ledger, "projA", State.DESTROYED, utc_now)
    assert not refused(ledger, destroyed)
    assert refused(ledger, frozen)


def test_a_first_use_that_nobody_announced_is_noted(store: LocalStore, ledger: FileLedger) -> None:
    active = store.create("projA")
    created = replace(active, state=State.CREATED, kcv="")
    assert not refused(ledger, created)
    assert not refused(ledger, active)
    assert last_words(ledger, "projA").last[1]["kcv"] == active.kcv
    # What was used once has a check value for ever.
    assert refused(ledger, created)
    assert refused(ledger, replace(active, kcv="0" * 16))


def test_a_delivery_goes_on_with_the_key_of_the_one_before(
    store: LocalStore, ledger: FileLedger, tmp_path: Path
) -> None:
    domains.create(store, "projA", ledger=ledger)
    domains.new_version(store, "projA", ledger=ledger)
    delivery = tmp_path / "delivery.csv"
    delivery.write_text("\n".join(["pnr", *People(seed=2).personnummer(30), ""]))
    spec = tmp_path / "spec.yaml"
    spec.write_text("name: x\ncolumns: [{name: pnr, role: identifier, pseudonym: id}]\n")

    def run(out: str, version: int | None = None) -> None:
        with store.domain("projA", version) as domain:
            pseudo.run(delivery, domain=domain, out=tmp_path / out, spec=spec, ledger=ledger)

    run("first")
    with pytest.raises(KeyStoreError) as caught:
        run("other", 2)
    assert caught.value.code == "keys.other_series"
    assert not (tmp_path / "other").exists()
    run("second")
    # Moved to it, the domain goes on with the other one, and with that only.
    domains.make_current(store, "projA", 2, ledger=ledger)
    run("third")
    with pytest.raises(KeyStoreError):
        run("old", 1)
