# SPDX-License-Identifier: Apache-2.0
"""One session, many threads, and an end that is one."""

from __future__ import annotations

import ssl
import threading
import time
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys import State
from pseudo.keys.vault import EnvelopeStore
from pseudo.keys.vault.config import Login
from pseudo.keys.vault.session import Session
from tests.keys.vault.conftest import Place
from tests.keys.vault.forging import FOREVER, Answer, Asked, forging, reply
from tests.keys.vault.test_vault_faults import by_role
from tests.keys.vault.test_vault_store import refused

pytestmark = pytest.mark.network

ROLE = "auth/approle/role/pseudo-worker"


def together(count: int, act: Callable[[], object]) -> list[str]:
    """Let threads do something at once, and give how each fared."""
    begin = threading.Barrier(count)
    fared: list[str] = []

    def work() -> None:
        begin.wait()
        try:
            act()
            fared.append("done")
        except KeyStoreError as error:
            fared.append(error.code)

    threads = [threading.Thread(target=work) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return fared


def revoke(place: Place, store: EnvelopeStore) -> None:
    place.bao.request("POST", "auth/token/revoke", {"token": store._session._client.token})


def tokens_of(place: Place) -> int:
    return len(place.bao.request("LIST", "auth/token/accessors")["data"]["keys"])


def test_threads_whose_token_is_taken_away_log_in_once_and_all_go_on(
    place: Place, tmp_path: Path
) -> None:
    config = replace(place.config, login=by_role(place, tmp_path))
    with EnvelopeStore(config) as store:
        before = tokens_of(place)
        for _ in range(6):
            revoke(place, store)
            assert together(8, store.public_key) == ["done"] * 8
        assert tokens_of(place) == before


def test_a_secret_id_that_is_good_for_one_more_login_is_enough_for_all_threads(
    place: Place, tmp_path: Path
) -> None:
    place.bao.request("POST", ROLE, {"secret_id_num_uses": 2})
    try:
        config = replace(place.config, login=by_role(place, tmp_path))
    finally:
        place.bao.request("POST", ROLE, {"secret_id_num_uses": 0})
    with EnvelopeStore(config) as store:
        revoke(place, store)
        assert together(6, store.public_key) == ["done"] * 6
        # And when nothing is left, each is told, after so few tries that nobody is locked out.
        revoke(place, store)
        assert together(8, store.public_key) == ["vault.token_invalid"] * 8
        # A new secret id is tried at once.
        by_role(place, tmp_path)
        assert together(8, store.public_key) == ["done"] * 8


def test_what_is_denied_while_another_token_was_taken_is_asked_again(login: Login) -> None:
    # The first request is denied, for its token ended, and meanwhile another thread logged in.
    denied = reply(403, {"errors": ["permission denied"]})
    sessions: list[Session] = []

    def answer(asked: Asked) -> Answer:
        if "lookup-self" in asked.path:
            return FOREVER if asked.token == "s.2" else denied
        if asked.path.endswith("/login"):
            return reply(200, {"auth": {"client_token": f"s.{1 + len(sessions)}"}})
        if asked.token == "s.1":
            old = sessions[0]._client
            sessions[0]._other_than(old, time.monotonic() + 1)
            return denied
        return reply(200, {"data": {"data": {"name": "x"}}})

    with forging(answer) as forged, EnvelopeStore(forged.config(login)) as store:
        sessions.append(store._session)
        assert store.ledger() == "x"
        assert forged.count("/login") == 2


def test_a_token_that_we_logged_in_for_ends_with_the_session(place: Place, tmp_path: Path) -> None:
    store = EnvelopeStore(replace(place.config, login=by_role(place, tmp_path)))
    token = store._session._client.token
    place.bao.request("GET", "auth/token/lookup-self", token=token)
    store.close()
    store.close()
    with pytest.raises(RuntimeError, match="403"):
        place.bao.request("GET", "auth/token/lookup-self", token=token)


def test_a_token_that_was_given_to_us_does_not(place: Place) -> None:
    place.store("worker").close()
    token = place.tokens["worker"]
    assert place.bao.request("GET", "auth/token/lookup-self", token=token)["data"]["ttl"] > 0


@pytest.fixture
def login(tmp_path: Path) -> Login:
    (tmp_path / "secret").write_text("secret")
    return Login(way="approle", role="r", file=str(tmp_path / "secret"))


def test_a_thread_that_tries_again_does_not_outlive_the_end(login: Login) -> None:
    def answer(asked: Asked) -> Answer:
        if asked.path.endswith("/login"):
            return reply(200, {"auth": {"client_token": "s.1"}})
        if "revoke-self" in asked.path:
            return reply(204, "")
        return reply(503, {"errors": ["Vault is sealed"]})

    with forging(answer) as forged:
        store = EnvelopeStore(forged.config(login, patience=30.0))
        closing = threading.Timer(0.3, store.close)
        closing.start()
        begun = time.monotonic()
        assert refused(store.ledger) == "keys.store_closed"
        assert time.monotonic() - begun < 3
        closing.join()
        assert forged.count("/login") == 1
        assert forged.count("revoke-self") == 1


def test_a_login_that_ends_after_the_session_leaves_no_token(login: Login) -> None:
    logging_in, closed = threading.Event(), threading.Event()
    denied = reply(403, {"errors": ["permission denied"]})

    def answer(asked: Asked) -> Answer:
        if asked.path.endswith("/login"):
            if forged.count("/login") == 1:
                return reply(200, {"auth": {"client_token": "s.1"}})
            logging_in.set()
            closed.wait(5)
            return reply(200, {"auth": {"client_token": "s.2"}})
        return reply(204, "") if "revoke-self" in asked.path else denied

    with forging(answer) as forged:
        store = EnvelopeStore(forged.config(login, read_timeout=5.0, patience=30.0))

        def close() -> None:
            logging_in.wait(5)
            store.close()
            closed.set()

        closing = threading.Thread(target=close)
        closing.start()
        code = refused(store.ledger)
        closing.join()
        assert code in ("keys.store_closed", "vault.token_invalid")
        assert {one.token for one in forged.asked if "revoke" in one.path} == {"s.1", "s.2"}
        assert store._session._client.token == ""


def test_a_server_that_hangs_does_not_keep_us_from_closing(login: Login) -> None:
    over = threading.Event()

    def answer(asked: Asked) -> Answer:
        if asked.path.endswith("/login"):
            return reply(200, {"auth": {"client_token": "s.1"}})
        return lambda _: over.wait(8) and None

    with forging(answer) as forged:
        store = EnvelopeStore(forged.config(login, read_timeout=30.0))
        begun = time.monotonic()
        store.close()
        assert time.monotonic() - begun < 4
        over.set()


def test_a_session_that_does_not_come_about_gives_its_token_back(login: Login) -> None:
    answers: dict[str, Any] = {"client_token": "s.1", "lease_duration": 60}

    def answer(asked: Asked) -> Answer:
        return reply(200, {"auth": answers}) if "login" in asked.path else reply(204, "")

    with forging(answer) as forged, pytest.MonkeyPatch.context() as patch:
        patch.setattr("pseudo.keys.vault.renewal.Renewal.begin", _interrupted)
        with pytest.raises(KeyboardInterrupt):
            Session(forged.config(login))
        assert forged.count("revoke-self") == 1


def _interrupted(*_: object, **__: object) -> None:
    raise KeyboardInterrupt


def test_a_connection_that_is_used_again_has_all_its_time(place: Place) -> None:
    store = place.store("worker", read_timeout=7.0)
    store.public_key()
    pools = store._session._http.get_adapter("https://").poolmanager.pools
    keys = pools.keys()
    kept = [one for key in keys for one in pools[key].pool.queue if one is not None]
    assert [one.sock.gettimeout() for one in kept] == [7.0]


def test_a_mount_that_is_mistyped_is_not_an_empty_one(place: Place) -> None:
    place.store("creator").create("projA")
    place.store("worker").domain("projA").close()
    root = place.config
    with EnvelopeStore(replace(root, kv="mistyped")) as store:
        assert refused(store.list) == "vault.no_mount"
        assert refused(store.ledger) == "vault.no_mount"
    with EnvelopeStore(replace(root, transit="mistyped")) as store:
        assert refused(lambda: store.destroy("projA")) == "vault.no_mount"
        assert refused(lambda: store._transit.has("projA.v1")) == "vault.no_mount"
    assert place.transit("GET", "keys/projA.v1")
    assert place.store("auditor").show("projA").state is not State.DESTROYED


def test_a_way_to_log_in_that_is_mistyped_is_told(place: Place, tmp_path: Path) -> None:
    login = replace(by_role(place, tmp_path), mount="mistyped")
    config = replace(place.config, login=login)
    assert refused(lambda: EnvelopeStore(config)) == "vault.login_refused"


def test_a_key_is_deleted_twice_and_one_that_may_not_be_is_told(place: Place) -> None:
    creator, custodian = place.store("creator"), place.store("custodian")
    creator.create("projA")
    assert refused(lambda: creator._transit.delete_key("projA.v1")) == "vault.denied"
    custodian._transit.delete_key("projA.v1")
    custodian._transit.delete_key("projA.v1")
    assert not custodian._transit.has("projA.v1")


def test_something_else_that_was_wrapped_is_told(place: Place, tmp_path: Path) -> None:
    order = urllib.request.Request(
        f"{place.bao.address}/v1/auth/token/create",
        b"{}",
        {"X-Vault-Token": place.bao.root_token, "X-Vault-Wrap-TTL": "60"},
        method="POST",
    )
    context = ssl.create_default_context(cafile=str(place.bao.ca))
    import json

    with urllib.request.urlopen(order, context=context) as answer:
        wrapping = json.load(answer)["wrap_info"]["token"]
    login = by_role(place, tmp_path, wrapped=True)
    Path(login.file).write_text(wrapping)
    config = replace(place.config, login=login)
    assert refused(lambda: EnvelopeStore(config)) == "vault.not_a_secret_id"
