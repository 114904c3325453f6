# SPDX-License-Identifier: Apache-2.0
"""A domain that goes into a server from an escrow, and one that moves to a new secret there."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pseudo
from pseudo.keys import TESTING, State
from pseudo.keys.local import LocalStore
from pseudo.keys.vault import EnvelopeStore, RemoteStore
from pseudo.testing import People
from pseudo.usecases import domains
from pseudo.usecases.candidates import Candidates
from pseudo.usecases.escrow import export_domain, import_domain
from pseudo.usecases.rekey import rekey
from pseudo.usecases.rekey_request import RekeyRequest

pytestmark = pytest.mark.network

PEOPLE = People(seed=2).personnummer(30)
DAY = date(2026, 11, 22)
Refusal = Callable[..., AbstractContextManager[None]]


@pytest.mark.parametrize("kind", [EnvelopeStore, RemoteStore])
def test_an_escrow_goes_into_a_server_by_an_administrators_login(
    place: Any, tmp_path: Path, refusal: Refusal, kind: type[EnvelopeStore | RemoteStore]
) -> None:
    with LocalStore.open(tmp_path / "keys", "x", create=True, profile=TESTING) as local:
        ledger = pseudo.open_ledger(tmp_path / "local", local)
        domains.create(local, "projA", "hex", ledger=ledger)
        domains.new_version(local, "projA", ledger=ledger)
        domains.make_current(local, "projA", 2, ledger=ledger)
        domains.freeze(local, "projA", ledger=ledger)
        expected = local.versions("projA")
        path = tmp_path / "escrow"
        export_domain(local, "projA", path, "fras", ledger=ledger, profile=TESTING)
    with kind(place.config) as server:
        noted = pseudo.open_ledger(tmp_path / "server", server)
        current = import_domain(server, path, "fras", ledger=noted, profile=TESTING)
        assert (current.version, current.state) == (2, State.FROZEN)
        assert [record.key_id for record in server.versions("projA")] == [
            record.key_id for record in expected
        ]
        with refusal("keys.frozen"):
            domains.open_current(server, "projA", noted)
        domains.activate(server, "projA", ledger=noted)
        made = server.domain("projA").pseudonymize(PEOPLE)
    with LocalStore.open(tmp_path / "keys", "x", profile=TESTING) as local:
        local.activate("projA")
        assert local.domain("projA").pseudonymize(PEOPLE) == made
    # No role may, for whoever does it has seen the secrets.
    worker = place.opened.enter_context(kind(place.config_of("worker")))
    with refusal("keys.domain_exists"):
        import_domain(
            worker,
            path,
            "fras",
            ledger=pseudo.open_ledger(tmp_path / "server", worker),
            profile=TESTING,
        )


def test_a_worker_moves_tables_to_a_version_that_the_creator_made(
    place: Any, tmp_path: Path
) -> None:
    creator, worker = place.store("creator"), place.store("worker")
    ledger = pseudo.open_ledger(tmp_path / "ledger", worker)
    creator.create("projA")
    with domains.open_current(worker, "projA", ledger) as domain:
        old = domain.pseudonymize(PEOPLE, reference_date=DAY)
    domains.new_version(creator, "projA", ledger=pseudo.open_ledger(tmp_path / "ledger", creator))
    pq.write_table(pa.table({"id": old}), tmp_path / "t.parquet")
    (tmp_path / "c.csv").write_text("\n".join(["nr", *PEOPLE, ""]))
    request = RekeyRequest(
        tables=(tmp_path / "t.parquet",),
        domain="projA",
        columns=("id",),
        candidates=Candidates.of(tmp_path / "c.csv", "nr", reference_date=DAY),
        out=tmp_path / "out",
    )

    moved = rekey(request, worker, ledger=ledger)

    assert worker.show("projA").version == 2
    new = worker.domain("projA").pseudonymize(PEOPLE, reference_date=DAY)
    assert pq.read_table(moved.tables[0]).column("id").to_pylist() == sorted(new)
    assert not set(new) & set(old)
    assert moved.receipt["domain"]["store"] == "vault"
