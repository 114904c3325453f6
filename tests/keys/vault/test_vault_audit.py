# SPDX-License-Identifier: Apache-2.0
"""An audit disk that is full: every operation fails, health is well, and some of it is done."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

import pseudo
from pseudo.errors import KeyStoreError
from pseudo.keys import State
from pseudo.testing.openbao import OpenBao
from pseudo.usecases import domains
from tests.keys.vault.between import at_request
from tests.keys.vault.conftest import Place, place_in
from tests.keys.vault.test_vault_faults import within
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network

PAGE = 4096
FOR_ONE = 2000
"""Room for what is noted of a request, and not for what is noted of its answer as well."""


class Disk:
    """A small disk with an audit log, which can be filled to the byte."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "audit.log"
        self._filler = folder / "filler"

    def fill(self, left: int = 0) -> None:
        """Leave so many bytes to the audit log, less than a page."""
        with self.log.open("ab") as log:
            log.write(b"\n" * ((-log.tell() - left) % PAGE))
        with self._filler.open("ab", buffering=0) as filler, pytest.raises(OSError, match="space"):
            while True:
                filler.write(bytes(PAGE))

    def free(self) -> None:
        self._filler.unlink(missing_ok=True)
        # The server appends, so it goes on at the beginning.
        os.truncate(self.log, 0)


@pytest.fixture(scope="module")
def audited(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[OpenBao, Disk]]:
    """Start a server whose audit log has a small disk of its own."""
    folder = tmp_path_factory.mktemp("audit")
    small = ["mount", "-t", "tmpfs", "-o", "size=4m,mode=0700", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(small, capture_output=True, check=False).returncode:
        pytest.skip("only who may mount can have a disk that fills up")
    try:
        disk = Disk(folder)
        with OpenBao(tmp_path_factory.mktemp("openbao") / "audited", audit=disk.log) as bao:
            yield bao, disk
    finally:
        subprocess.run(["umount", str(folder)], check=True)


@pytest.fixture
def disk(audited: tuple[OpenBao, Disk]) -> Iterator[Disk]:
    yield audited[1]
    audited[1].free()


@pytest.fixture
def full_place(audited: tuple[OpenBao, Disk], disk: Disk) -> Iterator[Place]:
    with ExitStack() as opened:
        yield place_in(audited[0], opened, patience=0.2)


def test_a_full_audit_disk_is_told_and_a_batch_that_has_its_secret_goes_on(
    full_place: Place, disk: Disk
) -> None:
    full_place.store("creator").create("projA")
    worker = full_place.store("worker")
    with worker.domain("projA") as domain:
        before = domain.pseudonymize([NUMBER])
        disk.fill()
        health = full_place.bao.request("GET", "sys/health")
        assert (health["initialized"], health["sealed"], health["standby"]) == (True, False, False)
        for act in (
            lambda: worker.domain("projA"),
            lambda: worker.sign(b"receipt"),
            worker.list,
            lambda: full_place.store("worker"),
        ):
            assert within(5, act) == "vault.failing"
        assert domain.pseudonymize([NUMBER]) == before
    disk.free()
    with worker.domain("projA") as domain:
        assert domain.pseudonymize([NUMBER]) == before


def test_a_right_that_is_missing_is_not_taken_for_a_login_that_ended(
    full_place: Place, disk: Disk
) -> None:
    full_place.store("creator").create("projA")
    worker = full_place.store("worker")
    worker.domain("projA").close()
    # Which of the two it is, the server is asked, and this time cannot say.
    at_request(worker, "/auth/token/lookup-self", disk.fill)
    assert within(5, lambda: worker.freeze("projA")) == "vault.denied"


def keys_of(place: Place) -> list[str]:
    """List the keys that wrap secrets."""
    keys = place.transit("LIST", "keys")["data"]["keys"]
    return [key for key in keys if not key.startswith("_")]


def documents_of(place: Place, name: str) -> list[str]:
    return place.kv("LIST", f"metadata/{name}")["data"]["keys"]


@pytest.mark.parametrize("left", [0, FOR_ONE])
@pytest.mark.parametrize(
    "path",
    [
        "/data/_names/proja",
        "/metadata/projA/",
        "/keys/projA.v1",
        "/datakey/wrapped/projA.v1",
        "/data/projA/v1",
        "/metadata/projA/v1",
    ],
)
def test_a_making_that_the_audit_disk_cut_off_is_neither_lost_nor_doubled(
    full_place: Place, disk: Disk, path: str, left: int
) -> None:
    cut_off = full_place.store("creator")
    at_request(cut_off, path, lambda: disk.fill(left))
    assert within(5, lambda: cut_off.create("projA")) == "vault.failing"
    disk.free()
    creator = full_place.store("creator")
    # With room for the request alone, what was told to have failed was done.
    if path == "/metadata/projA/v1" or (path == "/data/projA/v1" and left):
        held = full_place.kv("GET", "data/projA/v1")["data"]
        assert refused(lambda: creator.create("projA")) == "keys.domain_exists"
        assert full_place.kv("GET", "data/projA/v1")["data"] == held
    else:
        assert creator.create("projA").state is State.CREATED
    assert (documents_of(full_place, "projA"), keys_of(full_place)) == (["v1"], ["projA.v1"])
    with full_place.store("worker").domain("projA") as domain:
        first = domain.pseudonymize([NUMBER])
    custodian = full_place.store("custodian")
    assert custodian.freeze("projA").state is State.FROZEN
    assert full_place.store("auditor").list() == [custodian.show("projA")]
    custodian.activate("projA")
    with full_place.store("worker").domain("projA") as domain:
        assert domain.pseudonymize([NUMBER]) == first


@pytest.mark.parametrize("left", [0, FOR_ONE])
def test_a_check_value_whose_writing_the_audit_disk_cut_off_is_the_same_afterwards(
    full_place: Place, disk: Disk, left: int
) -> None:
    full_place.store("creator").create("projA")
    worker = full_place.store("worker")
    at_request(worker, "projA/kcv/v1", lambda: disk.fill(left), "POST")
    assert within(5, lambda: worker.domain("projA")) == "vault.failing"
    disk.free()
    noted = "kcv/" in documents_of(full_place, "projA")
    assert noted is bool(left)
    before = full_place.kv("GET", "data/projA/kcv/v1")["data"] if noted else None
    with full_place.store("worker").domain("projA") as domain:
        kcv = domain.info.kcv
    after = full_place.kv("GET", "data/projA/kcv/v1")["data"]
    assert (after["data"]["kcv"], after["metadata"]["version"]) == (kcv, 1)
    assert before in (None, after)


def test_a_destruction_that_the_audit_disk_cut_off_anywhere_is_gone_on_with(
    full_place: Place, disk: Disk
) -> None:
    full_place.store("creator").create("projA")
    full_place.store("worker").domain("projA").close()
    custodian = full_place.store("custodian")
    refusals = 0
    for number in range(1, 40):
        # The disk is full at one request further on, each time the destruction is gone on with.
        requests = at_request(custodian, number, lambda: disk.fill(FOR_ONE))
        try:
            record = custodian.destroy("projA")
        except KeyStoreError as error:
            if error.code == "keys.destroyed":
                break
            assert error.code == "vault.failing"
            refusals += 1
        else:
            assert len(requests) < number
            assert record.state is State.DESTROYED
            break
        finally:
            disk.free()
        # Never is it called destroyed while there is a key.
        state = full_place.store("auditor").show("projA").state
        assert (state is State.DESTROYED) <= (keys_of(full_place) == [])
        del custodian._session._client.adapter.request
    assert refusals > 4
    assert full_place.store("auditor").show("projA").state is State.DESTROYED
    assert keys_of(full_place) == []
    assert documents_of(full_place, "projA") == ["gone/", "kcv/"]


def test_a_ledger_and_a_domain_that_the_audit_disk_parted_find_each_other(
    full_place: Place, disk: Disk, tmp_path: Path
) -> None:
    creator = full_place.store("creator")
    ledger = pseudo.open_ledger(tmp_path / "ledger", creator)
    # The announcement stands in the ledger, the secret in the store, and nobody was told so.
    at_request(creator, "/data/projA/v1", lambda: disk.fill(FOR_ONE))
    make = lambda: domains.create(creator, "projA", ledger=ledger)  # noqa: E731
    assert within(5, make) == "vault.failing"
    disk.free()
    assert refused(make) == "keys.domain_exists"
    worker = full_place.store("worker")
    again = pseudo.open_ledger(tmp_path / "ledger", worker)
    with domains.open_current(worker, "projA", again) as domain:
        assert domain.info.name == "projA"
    assert again.verify().size
