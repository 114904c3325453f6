# SPDX-License-Identifier: Apache-2.0
"""Freezing and activating on a real server: every key of a domain, and what was stopped."""

from __future__ import annotations

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys import State
from tests.keys.vault.conftest import Place
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network


def answers(place: Place, key: str) -> bool:
    """Ask transit itself, as somebody would who ignores what KV says."""
    try:
        place.transit("POST", f"hmac/{key}/sha2-256", {"input": "eA=="})
    except RuntimeError:
        return False
    return True


def active(place: Place) -> str:
    place.remote("creator").create("projA")
    with place.remote("worker").domain("projA") as domain:
        return str(domain.pseudonymize([NUMBER])[0])


def test_a_freeze_that_was_stopped_before_kv_is_undone(
    place: Place, monkeypatch: pytest.MonkeyPatch
) -> None:
    before, custodian = active(place), place.remote("custodian")

    def dies(*_: object) -> None:
        raise KeyStoreError("vault.unreachable", address="x")

    with monkeypatch.context() as patched:
        patched.setattr(custodian._records, "hide", dies)
        assert refused(lambda: custodian.freeze("projA")) == "vault.unreachable"
    assert custodian.show("projA").state is State.ACTIVE
    assert refused(lambda: place.remote("worker").domain("projA")) == "vault.key_refused"
    # Who may not give the keys back must not say that all is well.
    assert refused(lambda: place.remote("worker").activate("projA")) == "vault.denied"
    assert custodian.activate("projA").state is State.ACTIVE
    with place.remote("worker").domain("projA") as domain:
        assert domain.pseudonymize([NUMBER]) == [before]
    assert place.remote("worker").activate("projA").state is State.ACTIVE


def test_the_keys_of_a_version_to_come_rest_with_the_others(place: Place) -> None:
    active(place)
    place.remote("creator").new_version("projA")
    keys = [f"projA.v{version}.{kind}" for version in (1, 2) for kind in ("id", "kcv")]
    custodian = place.remote("custodian")
    assert all(answers(place, key) for key in keys)
    custodian.freeze("projA")
    assert not any(answers(place, key) for key in keys)
    assert [one.state for one in custodian.versions("projA")] == [State.FROZEN, State.CREATED]
    custodian.freeze("projA")
    custodian.activate("projA")
    assert all(answers(place, key) for key in keys)
    assert [one.state for one in custodian.versions("projA")] == [State.ACTIVE, State.CREATED]
    with place.remote("worker").domain("projA", 2) as domain:
        assert domain.info.version == 2
    custodian.destroy("projA")
    assert not any(answers(place, key) for key in keys)


def test_nobody_takes_away_which_version_is_current(place: Place) -> None:
    active(place)
    place.remote("creator").new_version("projA")
    worker = place.remote("worker")
    worker.domain("projA", 2).close()
    worker.make_current("projA", 2)
    for role in ("worker", "creator", "custodian", "auditor"):
        records = place.remote(role)._records
        assert refused(lambda r=records: r._kv.erase("projA/current")) == "vault.denied"
        assert refused(lambda r=records: r._kv.delete("projA/current")) == "vault.denied"
    # Deleted by an administrator, it does not mean the first one.
    place.kv("DELETE", "data/projA/current")
    assert refused(lambda: worker.domain("projA")) == "vault.bad_document"
