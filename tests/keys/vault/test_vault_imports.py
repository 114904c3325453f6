# SPDX-License-Identifier: Apache-2.0
"""An escrow that goes into a server, stopped before every request that this takes."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest

import pseudo
from pseudo.errors import KeyStoreError
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import TESTING, State
from pseudo.keys.escrow import write_escrow
from pseudo.keys.vault import EnvelopeStore, RemoteStore
from pseudo.testing import MemoryStore
from pseudo.usecases import domains
from pseudo.usecases.escrow import import_domain
from tests import approvals
from tests.keys.vault.between import at_request
from tests.keys.vault.conftest import SECRET, Place, escrowed
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))

Server = EnvelopeStore | RemoteStore
OTHER = bytes(range(32, 64))


class StoppedError(BaseException):
    """Ends a command as a signal would: nothing catches it."""


@dataclass
class Site:
    """A server with a ledger, and escrow files of two versions, of which the second is current."""

    place: Place
    kind: type[Server]
    folder: Path
    ledger: FileLedger

    def opened(self, role: str = "root") -> Server:
        return self.place.opened.enter_context(self.kind(self.place.config_of(role)))

    def escrow(self, name: str, *, frozen: bool = False) -> Path:
        held = escrowed(name, SECRET, OTHER, current=2)
        if not frozen:
            held = [(replace(record, state=State.ACTIVE), secret) for record, secret in held]
        path = self.folder / f"{name}.escrow"
        path.write_bytes(write_escrow(held, "fras", TESTING))
        path.chmod(0o600)
        return path

    def take(self, store: Server, path: Path) -> Any:
        # The ledger has the same login, so that its signatures are requests that count.
        ledger = pseudo.open_ledger(self.folder / "ledger", store)
        return import_domain(store, path, "fras", ledger=ledger, profile=TESTING)

    def requests(self, *, frozen: bool = False) -> list[tuple[int, str]]:
        """Import once, and tell which requests changed something there or were signatures.

        To be stopped before a request that only looks is to be stopped before the next one
        that does not.
        """
        path, store = self.escrow("whole", frozen=frozen), self.opened()
        made = at_request(store, 0, lambda: None)
        self.take(store, path)
        self.forget("whole")
        looks = ("GET ", "LIST ")
        computes = ("/encrypt/", "/decrypt/", "/hmac/")
        found = [
            (at, one)
            for at, one in enumerate(made, start=1)
            if not one.startswith(looks) and not any(each in one for each in computes)
        ]
        return found if FULL else found[::3]

    def stop(self, path: Path, at: int, request: str) -> None:
        """Import until right before a request."""
        store = self.opened()

        def stop() -> None:
            raise StoppedError

        made = at_request(store, at, stop)
        with pytest.raises(StoppedError):
            self.take(store, path)
        # Each import makes the same requests, else some would be left out.
        assert made[-1] == request.replace("whole", path.stem)

    def keys_of(self, name: str) -> list[str]:
        found = self.place.bao.request("LIST", f"{self.place.config.transit}/keys")
        return [key for key in found["data"]["keys"] if key.startswith(f"{name}.")]

    def forget(self, name: str) -> None:
        """Erase a domain, so that listing the others takes no longer each time."""
        for path in ("v1", "v2", "current", "kcv/v1", "kcv/v2", "gone/v1", "gone/v2"):
            with suppress(RuntimeError):
                self.place.kv("DELETE", f"metadata/{name}/{path}")


@pytest.fixture(params=[EnvelopeStore, RemoteStore])
def site(place: Place, tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Site]:
    with request.param(place.config) as store:
        ledger = pseudo.open_ledger(tmp_path / "ledger", store)
        yield Site(place, request.param, tmp_path, ledger)


def expected(name: str) -> str:
    with MemoryStore({(name, 1): SECRET, (name, 2): OTHER}) as memory:
        return str(memory.domain(name, 2).pseudonymize([NUMBER])[0])


def no_other_version_is_used(worker: Server, site: Site, name: str) -> None:
    """See that nobody gets anything but version 2, and with the ledger, nothing at all."""
    with pytest.raises(KeyStoreError) as caught:
        domains.open_current(worker, name, site.ledger)
    assert caught.value.code in ("keys.import_unfinished", "keys.unknown_domain")
    current = [one.version for one in worker.list() if one.name == name and one.current]
    assert current in ([], [2])


def test_what_was_stopped_before_any_request_is_repeated(site: Site) -> None:
    root, worker = site.opened(), site.opened("worker")
    for at, request in site.requests():
        name = f"proj-{at}"
        path = site.escrow(name)
        site.stop(path, at, request)
        no_other_version_is_used(worker, site, name)
        current = site.take(root, path)
        assert (current.version, current.state) == (2, State.ACTIVE)
        assert [one.version for one in root.versions(name)] == [1, 2]
        with domains.open_current(worker, name, site.ledger) as domain:
            assert domain.pseudonymize([NUMBER]) == [expected(name)]
        assert refused(lambda p=path: site.take(root, p)) == "keys.domain_exists"
        site.forget(name)


def test_what_was_stopped_before_any_request_is_frozen_and_destroyed(site: Site) -> None:
    people = approvals.three(site.ledger)
    root, worker, custodian = (site.opened(role) for role in ("root", "worker", "custodian"))
    destroyed = 0
    for at, request in site.requests(frozen=True):
        name = f"proj-{at}"
        path = site.escrow(name, frozen=True)
        site.stop(path, at, request)
        no_other_version_is_used(worker, site, name)
        if not [one for one in custodian.list() if one.name == name]:
            # No document tells of it, so nothing secret may be there: that key wraps nothing.
            assert site.keys_of(name) in ([], [f"{name}.v2"])
            site.forget(name)
            continue
        try:
            domains.freeze(custodian, name, ledger=site.ledger)
        except KeyStoreError as error:
            # One that was never active needs not be frozen.
            assert error.code == "keys.no_transition"
            assert custodian.show(name).state is State.CREATED
        else:
            assert custodian.show(name).state is State.FROZEN
        approvals.destroy(custodian, name, site.ledger, people)
        destroyed += 1
        assert {one.state for one in custodian.versions(name)} == {State.DESTROYED}
        # Nor does this one.
        assert site.keys_of(name) in ([], [f"{name}.v1"])
        assert refused(lambda p=path: site.take(root, p)) == "keys.destroyed"
        site.forget(name)
    assert destroyed > 5
