# SPDX-License-Identifier: Apache-2.0
"""Escrow and ledger: what may come back, and as what."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import pseudo
from pseudo.errors import EvidenceError, KeyStoreError, PseudoError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import TESTING, State, Store
from pseudo.keys.local import LocalStore
from pseudo.testing import MemoryStore
from pseudo.usecases import destruction, domains
from pseudo.usecases.domain_events import last_words
from pseudo.usecases.escrow import EXPORTED, IMPORTED, export_domain, import_domain
from tests.faults import Fault

PHRASE = "en annan fras"


class Site:
    """A key file with its ledger, a copy of it from before the domain, and an escrow."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.escrow = folder / "escrow"
        self.store = self.opened(create=True)
        self.place = folder / "ledger"
        self.ledger = pseudo.open_ledger(self.place, self.store)
        shutil.copy2(folder / "keys", folder / "before")
        domains.create(self.store, "projA", ledger=self.ledger)
        domains.new_version(self.store, "projA", ledger=self.ledger)

    def opened(self, **more: Any) -> LocalStore:
        return LocalStore.open(self.folder / "keys", "x", profile=TESTING, **more)

    def put(self, path: Path | None = None) -> None:
        export_domain(
            self.store, "projA", path or self.escrow, PHRASE, ledger=self.ledger, profile=TESTING
        )

    def take(self, store: Store | None = None, ledger: Any = None) -> Any:
        return import_domain(
            store or self.store,
            self.escrow,
            PHRASE,
            ledger=ledger or self.ledger,
            profile=TESTING,
        )

    def lose(self) -> None:
        """Put the key file back to the day before the domain."""
        shutil.copy2(self.folder / "before", self.folder / "keys")

    def move_out(self) -> None:
        """Go on with another key file, whose ledger does not know the domain."""
        self.store.close()
        path, self.place = self.folder / "other", self.folder / "other.ledger"
        self.store = LocalStore.open(path, "x", create=True, profile=TESTING)
        self.ledger = pseudo.open_ledger(self.place, self.store)

    def events(self, what: str) -> list[dict[str, Any]]:
        return [
            dict(entry.content)
            for entry in self.ledger.entries()
            if entry.content.get("event") == what
        ]


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Site]:
    made = Site(tmp_path)
    with made.store:
        yield made


def refused(code: str, act: Any) -> None:
    with pytest.raises(PseudoError) as caught:
        act()
    assert caught.value.code == code
    assert caught.value.__cause__ is None


def test_a_domain_that_was_lost_comes_back_as_it_was(site: Site) -> None:
    records = site.store.versions("projA")
    made = site.store.domain("projA").pseudonymize(["191212121212"])
    site.put()
    site.lose()
    assert site.store.list() == []

    current = site.take()

    assert (current.version, current.current) == (1, True)
    assert site.store.versions("projA") == records
    with domains.open_current(site.store, "projA", site.ledger) as domain:
        assert domain.pseudonymize(["191212121212"]) == made
    for what in (EXPORTED, IMPORTED):
        (event,) = site.events(what)
        assert event["domain"] == "projA"
        assert event["key_ids"] == [record.key_id for record in records]
        assert event["by"]
    site.ledger.verify()


def test_the_ledger_says_which_version_is_current(site: Site) -> None:
    site.put()
    domains.make_current(site.store, "projA", 2, ledger=site.ledger)
    site.lose()
    assert site.take().version == 2
    with domains.open_current(site.store, "projA", site.ledger) as domain:
        assert domain.info.version == 2


def test_what_is_frozen_stays_frozen(site: Site) -> None:
    site.put()
    domains.freeze(site.store, "projA", ledger=site.ledger)
    site.lose()
    site.take()
    assert {record.state for record in site.store.versions("projA")} == {State.FROZEN}
    refused("keys.frozen", lambda: domains.open_current(site.store, "projA", site.ledger))
    domains.activate(site.store, "projA", ledger=site.ledger)
    domains.open_current(site.store, "projA", site.ledger).close()


def test_what_was_frozen_when_it_was_put_away_is_frozen_elsewhere(site: Site) -> None:
    domains.freeze(site.store, "projA", ledger=site.ledger)
    site.put()
    with MemoryStore() as other:
        ledger = pseudo.open_ledger(site.folder / "elsewhere", other)
        assert site.take(other, ledger).state is State.FROZEN
        assert {word["state"] for word in last_words(ledger, "projA").last.values()} == {"frozen"}


def test_another_store_with_its_own_ledger_takes_it_in(site: Site) -> None:
    made = site.store.domain("projA").pseudonymize(["191212121212"])
    site.put()
    with MemoryStore() as other:
        ledger = pseudo.open_ledger(site.folder / "elsewhere", other)
        site.take(other, ledger)
        with domains.open_current(other, "projA", ledger) as domain:
            assert domain.pseudonymize(["191212121212"]) == made
        refused("keys.domain_exists", lambda: site.take(other, ledger))
        # Whoever destroys it here is not told that there is no escrow.
        said = destruction.destroy(other, "projA", ledger, notes=[]).certificate
        (escrow,) = said["escrow"]
        assert escrow.startswith("imported from an escrow 20")


def test_what_was_destroyed_does_not_come_back(site: Site) -> None:
    site.put()
    destruction.destroy(site.store, "projA", site.ledger)
    refused("keys.destroyed", site.take)
    # Nor where the store has forgotten it.
    site.lose()
    refused("keys.destroyed", site.take)
    assert site.store.list() == []


def test_a_domain_of_the_same_name_with_another_key_is_refused(site: Site) -> None:
    site.put()
    with MemoryStore() as other:
        ledger = pseudo.open_ledger(site.folder / "elsewhere", other)
        domains.create(other, "projA", ledger=ledger)
        size = ledger.verify().size
        refused("keys.rolled_back", lambda: site.take(other, ledger))
        assert ledger.verify().size == size
        cased = MemoryStore()
        second = pseudo.open_ledger(site.folder / "third", cased)
        domains.create(cased, "PROJa", ledger=second)
        refused("keys.rolled_back", lambda: site.take(cased, second))


def test_an_escrow_from_before_a_version_is_refused(site: Site) -> None:
    site.put()
    domains.new_version(site.store, "projA", ledger=site.ledger)
    site.lose()
    refused("keys.rolled_back", site.take)
    assert site.store.list() == []


def test_what_is_there_stays(site: Site) -> None:
    site.put()
    size = site.ledger.verify().size
    refused("keys.domain_exists", site.take)
    assert site.ledger.verify().size == size
    refused("escrow.exists", site.put)
    refused("escrow.folder_missing", lambda: site.put(site.folder / "none" / "escrow"))


def test_a_store_that_gives_nothing_out_makes_no_file(site: Site) -> None:
    with MemoryStore({("projA", 1): bytes(32)}) as other:
        ledger = pseudo.open_ledger(site.folder / "elsewhere", other)
        refused(
            "keys.not_given_out",
            lambda: export_domain(other, "projA", site.escrow, PHRASE, ledger=ledger),
        )
    assert not site.escrow.exists()


def test_nothing_is_given_out_that_cannot_be_noted(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: Any) -> None:
        raise EvidenceError("ledger.busy", ledger="x")

    monkeypatch.setattr(FileLedger, "append", full)
    refused("ledger.busy", site.put)
    assert not site.escrow.exists()


def test_a_rolled_back_store_gives_nothing_out(site: Site) -> None:
    site.store.freeze("projA")
    refused("keys.rolled_back", site.put)
    assert not site.escrow.exists()


@pytest.mark.parametrize("number", [0, errno.ENOSPC])
def test_an_export_that_met_a_fault_left_a_whole_file_or_none(tmp_path: Path, number: int) -> None:
    seen = set()
    for at in range(1, 400, 4):
        folder = tmp_path / str(at)
        folder.mkdir()
        site = Site(folder)
        fault = Fault(at, number)
        seen.add(ended := fault.met_by(site.put))
        if site.escrow.exists() and ended == "published":
            site.lose()
            site.take()
        if site.escrow.exists():
            # Whatever became of the file, that it was to be made is in the ledger.
            assert site.events(EXPORTED)
        elif ended != "published":
            site.put()
        site.store.close()
        if ended == "published" and (not number or not fault.hit):
            break
    assert "published" in seen
    assert len(seen) > 1


@pytest.mark.parametrize(
    ("frozen", "known"), [(False, True), (True, True), (False, False), (True, False)]
)
@pytest.mark.parametrize("number", [0, errno.ENOSPC])
def test_an_import_that_met_a_fault_can_be_repeated(
    tmp_path: Path, number: int, frozen: bool, known: bool
) -> None:
    seen = set()
    for at in range(1, 600, 5):
        folder = tmp_path / str(at)
        folder.mkdir()
        site = Site(folder)
        if known:
            site.put()
        if frozen:
            domains.freeze(site.store, "projA", ledger=site.ledger)
        if known:
            site.lose()
        else:
            site.put()
            site.move_out()
        fault = Fault(at, number)
        seen.add(ended := fault.met_by(site.take))
        site.ledger = pseudo.open_ledger(site.place, site.store)
        if frozen:
            # At no moment was it one that could be used.
            with pytest.raises(KeyStoreError):
                domains.open_current(site.store, "projA", site.ledger)
        try:
            site.take()
        except KeyStoreError as error:
            assert error.code == "keys.domain_exists"
        wanted = State.FROZEN if frozen else State.ACTIVE
        assert {record.state for record in site.store.versions("projA")} == {wanted}
        if not frozen:
            domains.open_current(site.store, "projA", site.ledger).close()
        site.store.close()
        if ended == "published" and (not number or not fault.hit):
            break
    assert "published" in seen
    assert len(seen) > 1


def test_what_is_half_taken_in_is_used_by_nobody_before_it_is_repeated(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.put()
    site.move_out()

    def dies(*_: Any) -> None:
        raise KeyStoreError("keys.io_failed", path="x", cause="x")

    with monkeypatch.context() as patched:
        patched.setattr(site.store, "restore", dies)
        refused("keys.io_failed", site.take)
    refused(
        "keys.import_unfinished", lambda: domains.create(site.store, "projA", ledger=site.ledger)
    )
    with monkeypatch.context() as patched:
        patched.setattr("pseudo.usecases.escrow.changed", dies)
        refused("keys.io_failed", site.take)
    for act in (
        lambda: domains.open_current(site.store, "projA", site.ledger),
        lambda: domains.new_version(site.store, "projA", ledger=site.ledger),
        lambda: domains.make_current(site.store, "projA", 2, ledger=site.ledger),
        site.put,
    ):
        site.escrow.rename(site.folder / "put")
        refused("keys.import_unfinished", act)
        (site.folder / "put").rename(site.escrow)
    # Frozen and activated, it is not whole for that.
    domains.freeze(site.store, "projA", ledger=site.ledger)
    domains.activate(site.store, "projA", ledger=site.ledger)
    refused(
        "keys.import_unfinished", lambda: domains.open_current(site.store, "projA", site.ledger)
    )
    assert site.take().version == 1
    domains.open_current(site.store, "projA", site.ledger).close()
