# SPDX-License-Identifier: Apache-2.0
"""A server whose storage was put back from a snapshot: the ledger knows better."""

from __future__ import annotations

import ssl
import time
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest

import pseudo
from pseudo.evidence.file_ledger import FileLedger
from pseudo.keys import State
from pseudo.keys.vault import EnvelopeStore
from pseudo.testing.openbao import OpenBao
from pseudo.usecases import domains
from tests.keys.vault.conftest import Place
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network


def raft(bao: OpenBao, method: str, path: str, data: bytes | None = None) -> bytes:
    """Take a snapshot of the storage, or put it back."""
    order = urllib.request.Request(
        f"{bao.address}/v1/sys/storage/raft/{path}",
        data,
        {"X-Vault-Token": bao.root_token},
        method=method,
    )
    context = ssl.create_default_context(cafile=str(bao.ca))
    with urllib.request.urlopen(order, timeout=30, context=context) as answer:
        return bytes(answer.read())


def put_back(place: Place, path: str, snapshot: bytes) -> None:
    """Put a snapshot back, and wait until what was written after it is gone."""
    place.kv("POST", "data/after/snapshot", {"data": {"there": "1"}})
    raft(place.bao, "POST", path, snapshot)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        with suppress(RuntimeError):
            place.kv("GET", "metadata/?list=true")
            try:
                place.kv("GET", "data/after/snapshot")
            except RuntimeError as error:
                if "404" in str(error):
                    return
        time.sleep(0.1)
    raise AssertionError("the snapshot was not put back")


@pytest.mark.parametrize(
    "path", ["snapshot", pytest.param("snapshot-force", marks=pytest.mark.campaign)]
)
def test_a_server_that_was_put_back_is_told_by_the_ledger(
    own_place: Place, tmp_path: Path, path: str
) -> None:
    creator, worker, custodian = map(own_place.store, ("creator", "worker", "custodian"))

    def ledger(store: EnvelopeStore) -> FileLedger:
        return pseudo.open_ledger(tmp_path / "ledger", store)

    def create(name: str) -> None:
        domains.create(creator, name, ledger=ledger(creator))

    def opened(name: str) -> list[str | None]:
        with domains.open_current(worker, name, ledger(worker)) as domain:
            return list(domain.pseudonymize([NUMBER]))

    for name in ("same", "frozen", "destroyed", "again", "unused"):
        create(name)
        if name != "unused":
            opened(name)
    before = opened("same")
    domains.freeze(custodian, "again", ledger=ledger(custodian))

    snapshot = raft(own_place.bao, "GET", "snapshot")
    domains.freeze(custodian, "frozen", ledger=ledger(custodian))
    domains.destroy(custodian, "destroyed", confirmed="destroyed", ledger=ledger(custodian))
    domains.activate(custodian, "again", ledger=ledger(custodian))
    opened("again")
    opened("unused")
    create("new")
    lost = opened("new")
    put_back(own_place, path, snapshot)

    # By itself the server looks sound: what was frozen and destroyed could be used.
    states = {record.name: record.state for record in custodian.list()}
    assert states == {
        "again": State.FROZEN,
        "destroyed": State.ACTIVE,
        "frozen": State.ACTIVE,
        "same": State.ACTIVE,
        "unused": State.CREATED,
    }
    worker.domain("destroyed").close()

    assert opened("same") == before
    for name in ("frozen", "destroyed", "again", "unused"):
        assert refused(lambda name=name: opened(name)) == "keys.rolled_back", name
        steps: list[Callable[..., object]] = [domains.freeze, domains.activate]
        for step in steps:
            act = lambda step=step, name=name: step(custodian, name, ledger=ledger(custodian))  # noqa: E731
            assert refused(act) == "keys.rolled_back", name
    assert refused(lambda: opened("new")) == "keys.unknown_domain"
    for name in ("new", "NEW"):
        assert refused(lambda name=name: create(name)) == "keys.rolled_back"
    assert "new" not in {record.name for record in custodian.list()}

    # Past the ledger it can be made again, with another secret, and is refused all the same.
    creator.create("new")
    with worker.domain("new") as domain:
        assert list(domain.pseudonymize([NUMBER])) != lost
    assert refused(lambda: opened("new")) == "keys.rolled_back"
    assert opened("same") == before
    assert ledger(worker).verify().size
