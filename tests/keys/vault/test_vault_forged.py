# SPDX-License-Identifier: Apache-2.0
"""Answers that no server of this kind gives: each is an error of ours, and in time."""

from __future__ import annotations

import gzip
import json
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys.vault import EnvelopeStore, transport
from pseudo.keys.vault.config import Login
from pseudo.keys.vault.session import Session
from tests.keys.vault.forging import FOREVER, Answer, Asked, forging, lease, page, reply
from tests.keys.vault.test_vault_store import refused

pytestmark = pytest.mark.network


def but(answer: Answer) -> Callable[[Asked], Answer]:
    """Let the login succeed, and answer everything else so."""
    return lambda asked: FOREVER if "lookup-self" in asked.path else answer


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (reply(503, '"unavailable"'), "vault.failing"),
        (reply(503, {"errors": ["Vault is sealed"]}), "vault.sealed"),
        (reply(502, "[]"), "vault.failing"),
        (reply(403, "null"), "vault.denied"),
        (reply(400, {"errors": 5}), "vault.refused"),
        (reply(400, {"errors": [5, None]}), "vault.refused"),
        (reply(500, "[" * 200_000), "vault.failing"),
        (reply(200, "[" * 200_000), "vault.odd_answer"),
        (reply(200, "null"), "vault.odd_answer"),
        (reply(200, "[]"), "vault.odd_answer"),
        (reply(200, b"\xff\xfe\xff"), "vault.odd_answer"),
        (page(200), "vault.odd_answer"),
        (reply(307, "", "Location: http://[::1"), "vault.redirected"),
        (reply(404, {"errors": ["no handler for route"]}), "vault.no_mount"),
        (reply(404, {"errors": None}), "vault.no_mount"),
        (reply(404, {"data": None}), "vault.no_mount"),
        (page(404), "vault.no_mount"),
    ],
)
def test_whatever_is_answered_becomes_one_of_our_errors(answer: bytes, code: str) -> None:
    with forging(but(answer)) as forged, EnvelopeStore(forged.config()) as store:
        assert refused(store.ledger) == code


@pytest.mark.parametrize(
    "answer",
    [
        reply(404, {"errors": []}),
        reply(404, {"data": {"data": None, "metadata": {"version": 1, "destroyed": False}}}),
    ],
)
def test_an_entry_that_is_not_there_is_no_error(answer: bytes) -> None:
    with forging(but(answer)) as forged, EnvelopeStore(forged.config()) as store:
        assert store.ledger() == ""


@pytest.mark.parametrize("seconds", ["x", "9", [1], -1, 1.5, True, {}])
def test_a_life_that_is_no_number_of_seconds_is_told(seconds: Any) -> None:
    with forging(lambda _: lease(seconds)) as forged:
        assert refused(lambda: EnvelopeStore(forged.config())) == "vault.odd_answer"


def test_a_life_longer_than_any_clock_is_one(tmp_path: Path) -> None:
    with forging(lambda _: lease(10**30)) as forged, Session(forged.config()) as session:
        assert session._renewal._thread is not None
        time.sleep(0.05)
        assert session._renewal._thread.is_alive()


@pytest.mark.parametrize(
    "answer",
    [
        reply(200, {"auth": None}),
        reply(200, {"auth": {"client_token": 5}}),
        reply(200, {"auth": {"client_token": "s.x\nInjected: y"}}),
        reply(200, {"auth": {"client_token": "s.x", "lease_duration": "x"}}),
        page(200),
    ],
)
def test_a_login_that_gives_no_token_is_told(answer: bytes, tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    login = Login(way="approle", role="r", file=str(tmp_path / "secret"))
    with forging(lambda _: answer) as forged:
        assert refused(lambda: EnvelopeStore(forged.config(login))) == "vault.odd_answer"


def slowly(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    """Make an answer whose pieces always come before a socket's own timeout."""

    def drip(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(60):
            connection.sendall(piece)
            time.sleep(0.1)

    return drip


@pytest.mark.parametrize(
    "answer",
    [
        slowly(b"HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\n", b" "),
        slowly(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"),
        slowly(b"HTTP/1.1 200 OK\r\nX: ", b"x"),
        slowly(b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
        slowly(b"HTTP/1.1 500 X\r\nContent-Length: 1000\r\n\r\n", b" "),
    ],
    ids=["body", "chunks", "headers", "continue", "error"],
)
def test_an_answer_that_drips_is_waited_for_no_longer_than_was_said(answer: Answer) -> None:
    with forging(but(answer)) as forged:
        config = forged.config(read_timeout=0.6, patience=0.1)
        with EnvelopeStore(config) as store:
            begun = time.monotonic()
            assert refused(store.ledger) == "vault.timeout"
            # One request, a pause, and one more at most.
            assert time.monotonic() - begun < 2.0


def endless(start: bytes, piece: bytes) -> Callable[[socket.socket], None]:
    def pour(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(10_000):
            connection.sendall(piece)

    return pour


HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        endless(HEAD + b"\r\n", b" " * 1000),
        endless(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0" * 1000),
        reply(200, gzip.compress(b" " * 1_000_000), "Content-Encoding: gzip"),
    ],
    ids=["body", "chunk", "packed"],
)
def test_an_answer_without_an_end_is_not_kept(
    answer: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transport, "LARGEST", 50_000)
    with forging(but(answer)) as forged, EnvelopeStore(forged.config()) as store:
        assert refused(store.ledger) == "vault.odd_answer"


def test_an_answer_that_is_just_not_too_large_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transport, "LARGEST", 50_000)
    body = json.dumps({"data": {"data": {"name": "x" * 49_000}, "metadata": {}}})
    with forging(but(reply(200, body))) as forged, EnvelopeStore(forged.config()) as store:
        assert len(store.ledger()) == 49_000


DOCUMENT = {"kcv": "x"}
WRITTEN = reply(200, {"data": {"data": DOCUMENT, "metadata": {}}})
OTHER = reply(200, {"data": {"data": {"kcv": "y"}, "metadata": {}}})
NOTHING = reply(404, {"errors": []})


@pytest.mark.parametrize(
    "success",
    [
        page(200),
        reply(204, ""),
        reply(200, {"data": None}),
        reply(200, {"data": {}}),
        reply(200, {"data": {"version": 2}}),
        reply(200, {"data": {"version": "1"}}),
    ],
)
@pytest.mark.parametrize(
    ("there", "result"),
    [(WRITTEN, True), (OTHER, False), (NOTHING, "vault.odd_answer")],
    ids=["written", "other", "nothing"],
)
def test_a_success_that_does_not_say_what_was_written_is_looked_at(
    success: bytes, there: bytes, result: bool | str
) -> None:
    def answer(asked: Asked) -> Answer:
        if "lookup-self" in asked.path:
            return FOREVER
        return success if asked.method == "POST" else there

    with forging(answer) as forged, EnvelopeStore(forged.config()) as store:
        if isinstance(result, str):
            assert refused(lambda: store._kv.write_once("a/v1.kcv", DOCUMENT)) == result
        else:
            assert store._kv.write_once("a/v1.kcv", DOCUMENT) is result
        assert forged.count("a/v1.kcv") == 2


@pytest.mark.parametrize(
    ("lookup", "code"),
    [
        (reply(403, {"errors": ["permission denied"]}), "vault.token_invalid"),
        (reply(503, {"errors": ["Vault is sealed"]}), "vault.denied"),
        (reply(500, {"errors": []}), "vault.denied"),
        (reply(429, {"errors": []}), "vault.denied"),
        (page(200), "vault.denied"),
    ],
)
def test_only_a_lookup_that_is_denied_says_that_a_token_has_ended(
    lookup: bytes, code: str
) -> None:
    lookups = iter([FOREVER, lookup])

    def answer(asked: Asked) -> Answer:
        return next(lookups) if "lookup-self" in asked.path else reply(403, {"errors": []})

    with forging(answer) as forged, EnvelopeStore(forged.config()) as store:
        assert refused(store.ledger) == code


def test_no_error_quotes_what_was_answered() -> None:
    told = {"errors": ["191212121212 hvs.secret"]}
    for status in (400, 403, 404, 418, 500, 503):
        with forging(but(reply(status, told))) as forged:
            with EnvelopeStore(forged.config()) as store, pytest.raises(KeyStoreError) as caught:
                store.ledger()
            assert "191212121212" not in str(caught.value)
            assert "hvs.secret" not in str(caught.value)
