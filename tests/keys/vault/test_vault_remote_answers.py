# SPDX-License-Identifier: Apache-2.0
"""Answers that are not in order, a server that goes away in mid-column, closing, and threads."""

from __future__ import annotations

import base64
import logging
import os
import threading
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from pseudo.domain import Domain
from pseudo.errors import KeyStoreError
from pseudo.keys import State
from pseudo.keys.vault import RemoteStore
from pseudo.testing import People
from pseudo.testing.store import MemoryStore
from tests.keys.vault.conftest import SECRET, Place, escrowed, in_base64, reads
from tests.keys.vault.test_vault_faults import by_role, within
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network

FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))

NUMBERS = People(seed=11).personnummer(60)
Answer = dict[str, Any]
Items = list[Any]


@contextmanager
def standing_between(store: RemoteStore, change: Callable[[str, Any], Any]) -> Iterator[list[str]]:
    """Let every answer of the server about HMACs be changed on its way; give the paths asked."""
    adapter = store._session._client.adapter
    true, asked = adapter.request, []

    def request(method: str, url: str, **more: Any) -> Any:
        asked.append(url)
        answer = true(method, url, **more)
        return change(url, answer) if "/hmac/" in url else answer

    adapter.request = request
    try:
        yield asked
    finally:
        adapter.request = true


def with_items(change: Callable[[Items], Any]) -> Callable[[str, Answer], Answer]:
    def changed(url: str, answer: Answer) -> Answer:
        items = answer["data"]["batch_results"]
        return {**answer, "data": {"batch_results": change(items)}}

    return changed


def item(raw: bytes, version: str = "v1") -> dict[str, str]:
    return {"hmac": f"vault:{version}:{base64.b64encode(raw).decode()}"}


@pytest.fixture
def domain(place: Place) -> Domain:
    place.remote("root").restore(escrowed())
    return place.remote("worker", batch=16).domain("projA")


ODD: list[tuple[str, Callable[[str, Answer], Any], str]] = [
    ("one failed", with_items(lambda items: [{"error": NUMBER}, *items[1:]]), "vault.item_failed"),
    (
        "one failed and has a value",
        with_items(lambda items: [*items[:-1], {**items[-1], "error": "no"}]),
        "vault.item_failed",
    ),
    ("one is missing", with_items(lambda items: items[1:]), "vault.odd_answer"),
    ("one is too many", with_items(lambda items: [*items, items[0]]), "vault.odd_answer"),
    ("none is there", with_items(lambda items: []), "vault.odd_answer"),
    ("no list", with_items(lambda items: items[0]), "vault.odd_answer"),
    ("no value", with_items(lambda items: [{}, *items[1:]]), "vault.odd_answer"),
    ("null", with_items(lambda items: [None, *items[1:]]), "vault.odd_answer"),
    ("a number", with_items(lambda items: [{"hmac": 7}, *items[1:]]), "vault.odd_answer"),
    ("31 bytes", with_items(lambda items: [item(bytes(31)), *items[1:]]), "vault.odd_answer"),
    ("33 bytes", with_items(lambda items: [item(bytes(33)), *items[1:]]), "vault.odd_answer"),
    ("64 bytes", with_items(lambda items: [item(bytes(64)), *items[1:]]), "vault.odd_answer"),
    (
        "another version",
        with_items(lambda items: [item(bytes(32), "v2"), *items[1:]]),
        "vault.odd_answer",
    ),
    (
        "no base64",
        with_items(lambda items: [{"hmac": "vault:v1:" + "%" * 43 + "="}, *items[1:]]),
        "vault.odd_answer",
    ),
    (
        "a line too many",
        with_items(lambda items: [{"hmac": items[0]["hmac"] + "\n"}, *items[1:]]),
        "vault.odd_answer",
    ),
    ("no data", lambda url, answer: {"data": None}, "vault.odd_answer"),
    ("no object", lambda url, answer: "ok", "vault.odd_answer"),
    ("nothing", lambda url, answer: None, "vault.odd_answer"),
    # Values in other places than they belong: the known one is not where it should be.
    ("moved", with_items(lambda items: items[1:] + items[:1]), "keys.kcv_mismatch"),
    ("all the same", with_items(lambda items: [items[0]] * len(items)), "vault.odd_answer"),
    ("one twice", with_items(lambda items: [*items[:-1], items[0]]), "vault.odd_answer"),
    (
        "all made up",
        with_items(lambda items: [item(bytes([at] * 32)) for at, _ in enumerate(items)]),
        "keys.kcv_mismatch",
    ),
]


@pytest.mark.parametrize(("change", "code"), [odd[1:] for odd in ODD], ids=[odd[0] for odd in ODD])
def test_one_odd_answer_of_many_and_no_pseudonym_is_given(
    place: Place, domain: Domain, change: Callable[[str, Answer], Any], code: str
) -> None:
    store = place.remote("worker", batch=16)
    watched = store.domain("projA")
    seen = 0

    def third(url: str, answer: Answer) -> Any:
        nonlocal seen
        seen += 1
        return change(url, answer) if seen == 3 else answer

    with standing_between(store, third), pytest.raises(KeyStoreError) as caught:
        watched.pseudonymize(NUMBERS)
    assert seen >= 3
    assert caught.value.code == code
    assert (caught.value.__cause__, caught.value.__context__) == (None, None)
    told = "".join(traceback.format_exception(caught.value)) + repr(caught.value.__dict__)
    assert not any(number in told for number in (*NUMBERS, NUMBER))
    assert watched.pseudonymize(NUMBERS) == domain.pseudonymize(NUMBERS)


def test_the_answer_to_another_request_is_noticed(place: Place, domain: Domain) -> None:
    store = place.remote("worker", batch=61)
    watched = store.domain("projA")
    kept: list[Answer] = []

    def replayed(url: str, answer: Answer) -> Answer:
        kept.append(answer)
        return kept[0]

    with standing_between(store, replayed):
        first = watched.pseudonymize(NUMBERS)
        # Its place is drawn, so once in 61 times it is the same: three times in a row never.
        for _ in range(3):
            try:
                assert watched.pseudonymize(NUMBERS[::-1]) == first
            except KeyStoreError as error:
                assert error.code == "keys.kcv_mismatch"
                break
        else:
            pytest.fail("another's answer was taken")
    assert first == domain.pseudonymize(NUMBERS)


def test_an_odd_answer_while_a_domain_is_opened_is_told(place: Place, domain: Domain) -> None:
    store = place.remote("worker")
    with standing_between(store, with_items(lambda items: [{"error": "x"}])):
        assert refused(lambda: store.domain("projA")) == "vault.item_failed"
    with standing_between(store, with_items(lambda items: [item(bytes(32))])):
        assert refused(lambda: store.domain("projA")) == "keys.kcv_mismatch"
    store.domain("projA").close()


@pytest.mark.parametrize("end", ["seal", "kill"])
def test_a_server_that_goes_away_in_mid_column(own_place: Place, end: str) -> None:
    own_place.remote("root").restore(escrowed())
    store = own_place.remote("worker", batch=4, patience=0.3)
    domain = store.domain("projA")
    asked = 0

    def gone(url: str, answer: Answer) -> Answer:
        nonlocal asked
        asked += 1
        if asked == 3:
            getattr(own_place.bao, end)()
        return answer

    code = {"seal": "vault.sealed", "kill": "vault.unreachable"}[end]
    with standing_between(store, gone):
        assert within(10, lambda: domain.pseudonymize(NUMBERS)) == code
        assert within(10, lambda: domain.pseudonymize(NUMBERS)) == code
    own_place.bao.unseal() if end == "seal" else own_place.bao.start()
    expected = MemoryStore({("projA", 1): SECRET}).domain("projA").pseudonymize(NUMBERS)
    assert domain.pseudonymize(NUMBERS) == expected


def test_a_server_that_hangs_is_not_waited_for_for_ever(own_place: Place) -> None:
    own_place.remote("root").restore(escrowed())
    domain = own_place.remote("worker", batch=4, patience=0.3, read_timeout=0.5).domain("projA")
    own_place.bao.pause()
    try:
        assert within(10, lambda: domain.pseudonymize(NUMBERS)) == "vault.timeout"
    finally:
        own_place.bao.resume()
    assert len(domain.pseudonymize(NUMBERS)) == len(NUMBERS)


def test_only_distinct_values_are_asked_for_a_few_requests_at_a_time(place: Place) -> None:
    place.remote("root").restore(escrowed())
    store = place.remote("worker", batch=16)
    domain = store.domain("projA")
    lock, under_way, most, sizes = threading.Lock(), 0, 0, []
    adapter = store._session._client.adapter
    true = adapter.request

    def request(method: str, url: str, **more: Any) -> Any:
        nonlocal under_way, most
        with lock:
            under_way += 1
            most = max(most, under_way)
            sizes.append(len(more["json"]["batch_input"]))
            assert more["json"]["key_version"] == 1
        time.sleep(0.02)
        try:
            return true(method, url, **more)
        finally:
            with lock:
                under_way -= 1

    adapter.request = request
    spelled = [f"{number[:8]}-{number[8:]}" for number in NUMBERS]
    column = [*NUMBERS, *spelled, *NUMBERS, None]
    jobs = [threading.Thread(target=domain.pseudonymize, args=(column,)) for _ in range(3)]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    # 60 people in requests of 15, and in each the value that is known.
    assert sorted(sizes) == [16] * 12
    assert 1 < most <= 4


def test_threads_share_a_domain(place: Place, domain: Domain) -> None:
    expected = MemoryStore({("projA", 1): SECRET}).domain("projA").pseudonymize(NUMBERS)
    found: list[list[str]] = []
    jobs = [
        threading.Thread(target=lambda: found.append(domain.pseudonymize(NUMBERS)))
        for _ in range(6)
    ]
    for job in jobs:
        job.start()
    for job in jobs:
        job.join()
    assert found == [expected] * 6


def test_a_closed_domain_is_told_and_an_open_one_outlives_its_store(place: Place) -> None:
    place.remote("creator").create("projA")
    store = place.remote("worker")
    one, other = store.domain("projA"), store.domain("projA")
    before = one.pseudonymize([NUMBER])
    store.close()
    store.close()
    assert refused(store.list) == "keys.store_closed"
    assert refused(lambda: store.domain("projA")) == "keys.store_closed"
    assert other.pseudonymize([NUMBER]) == before
    one.close()
    one.close()
    assert refused(lambda: one.pseudonymize([NUMBER])) == "keys.domain_closed"
    assert other.pseudonymize([NUMBER]) == before
    assert not store._session._closed.is_set()
    other.close()
    assert store._session._closed.is_set()
    assert "pseudo-vault-remote" not in {thread.name for thread in threading.enumerate()}


def test_a_domain_that_is_closed_in_mid_column_is_told(place: Place) -> None:
    place.remote("creator").create("projA")
    store = place.remote("worker", batch=4)
    domain = store.domain("projA")

    def closing(url: str, answer: Answer) -> Answer:
        domain.close()
        return answer

    with standing_between(store, closing):
        assert refused(lambda: domain.pseudonymize(NUMBERS)) == "keys.domain_closed"


def test_the_last_domain_is_closed_in_mid_column_and_nobody_logs_in_again(
    place: Place, tmp_path: Path
) -> None:
    place.remote("creator").create("projA")
    config = replace(place.config, login=by_role(place, tmp_path), batch=4)
    store = RemoteStore(config)
    domain = store.domain("projA")
    store.close()

    def closing(url: str, answer: Answer) -> Answer:
        domain.close()
        return answer

    with standing_between(store, closing):
        assert refused(lambda: domain.pseudonymize(NUMBERS)) == "keys.domain_closed"
    assert store._session._client.token == ""


def test_a_login_that_was_taken_away_in_mid_column_is_taken_up_again(
    place: Place, tmp_path: Path
) -> None:
    place.remote("root").restore(escrowed())
    config = replace(place.config, login=by_role(place, tmp_path), batch=4)
    store = place.opened.enter_context(RemoteStore(config))
    domain, asked = store.domain("projA"), 0

    def revoking(url: str, answer: Answer) -> Answer:
        nonlocal asked
        asked += 1
        if asked == 3:
            path = "auth/token/revoke"
            place.bao.request("POST", path, {"token": store._session._client.token})
        return answer

    with standing_between(store, revoking):
        found = domain.pseudonymize(NUMBERS)
    assert asked > 3
    assert found == MemoryStore({("projA", 1): SECRET}).domain("projA").pseudonymize(NUMBERS)


def test_a_server_that_limits_how_much_is_asked_is_waited_for(place: Place) -> None:
    place.remote("root").restore(escrowed())
    domain = place.remote("worker", batch=4, patience=20.0).domain("projA")
    hurried = place.remote("worker", batch=4, patience=0.0).domain("projA")
    quota = f"sys/quotas/rate-limit/{place.config.transit}"
    place.bao.request("POST", quota, {"path": f"{place.config.transit}/", "rate": 8})
    try:
        assert refused(lambda: hurried.pseudonymize(NUMBERS)) == "vault.busy"
        found = domain.pseudonymize(NUMBERS)
    finally:
        place.bao.request("DELETE", quota)
    assert found == MemoryStore({("projA", 1): SECRET}).domain("projA").pseudonymize(NUMBERS)


def test_a_server_that_knows_no_soft_deletion_freezes_by_the_document(place: Place) -> None:
    place.remote("creator").create("projA")
    place.remote("worker").domain("projA").close()
    # Somebody who is denied nothing: of the server's noes only "there is no such path" is left.
    store = place.remote("root")
    adapter = store._session._client.adapter
    true = adapter.request

    def request(method: str, url: str, **more: Any) -> Any:
        return true(method, url.replace("/soft-delete", "/unknown"), **more)

    adapter.request = request
    assert store.freeze("projA").state is State.FROZEN
    assert refused(lambda: place.remote("worker").domain("projA")) == "keys.frozen"
    assert place.transit("POST", "hmac/projA.v1.id/sha2-256", {"input": "AAAA"})["data"]
    assert store.activate("projA").state is State.ACTIVE
    place.remote("worker").domain("projA").close()


def test_no_number_is_on_the_server_or_in_a_log_or_in_what_is_shown(
    place: Place, domain: Domain, caplog: pytest.LogCaptureFixture
) -> None:
    from pseudo.keys.vault.remote_key import RemoteDomain

    caplog.set_level(logging.DEBUG)
    domain.pseudonymize(NUMBERS)
    assert isinstance(domain, RemoteDomain)
    shown = f"{domain!r} {domain._remote!r} {domain._remote._keys!r} {domain._remote._lease!r}"
    kept = reads(place.bao.folder) + caplog.text.encode() + shown.encode()
    assert b"hmac/projA.v1.id" in kept
    for number in NUMBERS if FULL else NUMBERS[::10]:
        assert not any(shape in kept for shape in in_base64(number))
        assert number.encode() not in kept
        assert number[2:].encode() not in kept
    assert SECRET.hex() not in shown
