# SPDX-License-Identifier: Apache-2.0
"""A server that is sealed, dead, hung, forged or in the way: each its own error, and in time."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path

import pytest

from pseudo.errors import KeyStoreError, UsageError
from pseudo.keys import State
from pseudo.keys.vault import EnvelopeStore, VaultConfig
from pseudo.keys.vault.config import Login
from pseudo.keys.vault.session import Session
from tests.keys.vault.conftest import Place, token
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network


NOTHING = 'path "auth/token/lookup-self" { capabilities = ["read"] }'


def within(seconds: float, act: Callable[[], object]) -> str:
    """Give the code of an error that must come in time."""
    begun = time.monotonic()
    code = refused(act)
    assert time.monotonic() - begun < seconds
    return code


@pytest.fixture
def made(own_place: Place) -> Place:
    """Make a domain that was used already, in a server that may be maltreated."""
    own_place.store("creator").create("projA")
    own_place.store("worker").domain("projA").close()
    return own_place


def test_a_sealed_server_is_told_and_a_batch_that_has_its_secret_goes_on(made: Place) -> None:
    worker = made.store("worker", patience=0.3)
    with worker.domain("projA") as domain:
        before = domain.pseudonymize([NUMBER])
        made.bao.seal()
        assert within(5, lambda: worker.domain("projA")) == "vault.sealed"
        assert within(5, lambda: worker.sign(b"receipt")) == "vault.sealed"
        assert within(5, lambda: EnvelopeStore(worker._session.config)) == "vault.sealed"
        assert domain.pseudonymize([NUMBER]) == before
    made.bao.unseal()
    worker.domain("projA").close()


def test_a_server_that_is_unsealed_in_time_is_waited_for(made: Place) -> None:
    worker = made.store("worker", patience=30.0)
    made.bao.seal()
    later = threading.Timer(1.0, made.bao.unseal)
    later.start()
    try:
        worker.domain("projA").close()
    finally:
        later.join()


def test_a_dead_server_is_told_and_one_that_is_started_again_goes_on(made: Place) -> None:
    worker = made.store("worker", patience=0.3)
    made.bao.kill()
    assert within(5, lambda: worker.domain("projA")) == "vault.unreachable"
    assert within(5, lambda: EnvelopeStore(worker._session.config)) == "vault.unreachable"
    made.bao.start()
    worker.domain("projA").close()
    assert made.store("auditor").show("projA").state is State.ACTIVE


def test_a_hung_server_is_not_waited_for_longer_than_was_said(made: Place) -> None:
    worker = made.store("worker", patience=0.5, read_timeout=0.7)
    made.bao.pause()
    try:
        assert within(6, lambda: worker.domain("projA")) == "vault.timeout"
        assert within(6, lambda: EnvelopeStore(worker._session.config)) == "vault.timeout"
    finally:
        made.bao.resume()
    worker.domain("projA").close()


def test_a_token_that_was_taken_away_is_told_from_one_that_may_too_little(place: Place) -> None:
    place.store("creator").create("projA")
    worker = place.store("worker")
    worker.domain("projA").close()
    assert refused(lambda: worker.freeze("projA")) == "vault.denied"
    place.bao.request("POST", "auth/token/revoke", {"token": place.tokens["worker"]})
    assert refused(lambda: worker.domain("projA")) == "vault.token_invalid"
    again = replace(place.config, login=Login(token=place.tokens["worker"]))
    assert refused(lambda: EnvelopeStore(again)) == "vault.token_invalid"


@pytest.mark.parametrize("limit", [{"num_uses": 3}, {"ttl": "1s", "explicit_max_ttl": "1s"}])
def test_a_token_that_is_used_up_or_expired_is_told(
    place: Place, limit: dict[str, object]
) -> None:
    config = replace(place.config, login=Login(token=token(place.bao, "worker", **limit)))
    with EnvelopeStore(config) as store:
        deadline = time.monotonic() + 10
        code = ""
        while not code and time.monotonic() < deadline:
            try:
                store.list()
            except KeyStoreError as error:
                code = error.code
    assert code == "vault.token_invalid"


def by_role(place: Place, folder: Path, **more: object) -> Login:
    """Make an AppRole login of the worker, its secret id in a file."""
    path = "auth/approle/role/pseudo-worker"
    role = place.bao.request("GET", f"{path}/role-id")["data"]["role_id"]
    secret = place.bao.request("POST", f"{path}/secret-id", {})["data"]["secret_id"]
    file = folder / "secret-id"
    file.write_text(f"{secret}\n")
    return Login(way="approle", role=role, file=str(file), **more)  # type: ignore[arg-type]


def test_a_role_logs_in_and_logs_in_again_when_its_token_is_taken_away(
    place: Place, tmp_path: Path
) -> None:
    place.store("creator").create("projA")
    config = replace(place.config, login=by_role(place, tmp_path))
    with EnvelopeStore(config) as store:
        store.domain("projA").close()
        place.bao.request("POST", "auth/token/revoke", {"token": store._session._client.token})
        store.domain("projA").close()
    (tmp_path / "secret-id").write_text("wrong")
    assert refused(lambda: EnvelopeStore(config)) == "vault.login_refused"
    (tmp_path / "secret-id").unlink()
    assert refused(lambda: EnvelopeStore(config)) == "vault.login_file"


def test_a_token_is_renewed_before_it_ends(place: Place, tmp_path: Path) -> None:
    path = "auth/approle/role/pseudo-worker"
    place.bao.request("POST", path, {"token_ttl": "3s", "token_max_ttl": "1h"})
    place.store("creator").create("projA")
    with EnvelopeStore(replace(place.config, login=by_role(place, tmp_path))) as store:
        first = store._session._client.token
        time.sleep(5)
        store.domain("projA").close()
        assert store._session._client.token == first


def test_a_wrapped_secret_id_opens_once(place: Place, tmp_path: Path) -> None:
    login = by_role(place, tmp_path, wrapped=True)
    path = f"{place.bao.address}/v1/auth/approle/role/pseudo-worker/secret-id"
    import json
    import urllib.request

    order = urllib.request.Request(
        path,
        b"{}",
        {"X-Vault-Token": place.bao.root_token, "X-Vault-Wrap-TTL": "60"},
        method="POST",
    )
    context = ssl.create_default_context(cafile=str(place.bao.ca))
    with urllib.request.urlopen(order, context=context) as answer:
        wrapping = json.load(answer)["wrap_info"]["token"]
    Path(login.file).write_text(wrapping)
    config = replace(place.config, login=login)
    EnvelopeStore(config).close()
    # Somebody who comes second must not be taken for a typing mistake.
    assert refused(lambda: EnvelopeStore(config)) == "vault.intercepted"


def test_no_token_at_all(place: Place, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    config = replace(place.config, login=Login())
    assert refused(lambda: EnvelopeStore(config)) == "vault.no_token"
    (tmp_path / ".vault-token").write_text(place.tokens["worker"])
    EnvelopeStore(config).close()


def test_a_certificate_of_somebody_else_is_told(place: Place, own_place: Place) -> None:
    for ca in (str(own_place.bao.ca), "", "/nonexistent/ca.pem"):
        config = replace(place.config_of("worker"), ca=ca)
        assert within(10, lambda config=config: EnvelopeStore(config)) == "vault.tls"


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("", "usage.no_vault"),
        ("vault.example.org:8200", "usage.no_vault"),
        ("ftp://vault.example.org", "usage.no_vault"),
        ("http://vault.example.org:8200", "usage.vault_http"),
        ("http://127.0.0.1.example.org:8200", "usage.vault_http"),
        ("http://10.0.0.1:8200", "usage.vault_http"),
    ],
)
def test_no_token_goes_over_a_network_in_clear(address: str, code: str) -> None:
    with pytest.raises(UsageError) as caught:
        VaultConfig(address, "kv", "transit")
    assert caught.value.code == code
    VaultConfig("http://127.0.0.1:8200", "kv", "transit")


def test_a_right_that_is_taken_away_meanwhile_is_told(place: Place) -> None:
    place.store("creator").create("projA")
    worker = place.store("worker")
    worker.domain("projA").close()
    place.bao.request("POST", "sys/policies/acl/pseudo-worker", {"policy": NOTHING})
    assert refused(lambda: worker.domain("projA")) == "vault.denied"


@contextmanager
def answering(*answers: bytes) -> Iterator[tuple[str, list[bytes]]]:
    """Listen on loopback, and answer one connection after the other with these bytes."""
    heard: list[bytes] = []
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(10)

        def serve() -> None:
            for answer in answers:
                try:
                    connection, _ = server.accept()
                except OSError:
                    return
                with connection:
                    connection.settimeout(5)
                    heard.append(connection.recv(65536))
                    connection.sendall(answer)
                    # A reset, where something is left unread or not sent.
                    option = b"\x01\x00\x00\x00\x00\x00\x00\x00"
                    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, option)

        thread = threading.Thread(target=serve)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", heard
        finally:
            # Closing it would not wake the thread that waits for a connection.
            with suppress(OSError):
                server.shutdown(socket.SHUT_RDWR)
            thread.join()


@pytest.mark.parametrize(
    ("answer", "codes"),
    [
        (b'HTTP/1.1 200 OK\r\nContent-Length: 900\r\n\r\n{"da', {"vault.unreachable"}),
        (b"", {"vault.unreachable"}),
        (
            b"HTTP/1.1 307 X\r\nLocation: http://evil.example/\r\nContent-Length: 0\r\n\r\n",
            {"vault.redirected"},
        ),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n[[[[", {"vault.odd_answer"}),
        (b"HTTP/1.1 418 X\r\nContent-Length: 12\r\n\r\n198507099805", {"vault.failing"}),
    ],
)
def test_an_answer_that_is_none_is_told(answer: bytes, codes: set[str]) -> None:
    login = Login(token="s.secret")
    lookup = b'HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\nContent-Length: 11\r\n\r\n{"data":{}}'
    with answering(lookup, *[answer] * 40) as (address, heard):
        config = VaultConfig(address, "kv", "transit", login, patience=0.3, read_timeout=2)
        with EnvelopeStore(config) as store, pytest.raises(KeyStoreError) as caught:
            store.ledger()
        assert caught.value.code in codes
        assert "198507099805" not in str(caught.value)
        assert "s.secret" not in repr(config)
    assert b"/v1/kv/data/_ledger" in heard[1]


def test_a_session_shows_nothing(place: Place) -> None:
    with Session(place.config_of("worker")) as session:
        assert repr(session) == "<Session open>"
        for text in (repr(session.config), str(session.config)):
            assert place.tokens["worker"] not in text
    assert repr(session) == "<Session closed>"
    assert refused(lambda: session.ask(lambda client: client, "x")) == "keys.store_closed"
