# SPDX-License-Identifier: Apache-2.0
"""A token is kept alive as long as it can be, neither too seldom nor all the time."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from pseudo.keys.vault.config import Login
from pseudo.keys.vault.renewal import Renewal
from pseudo.keys.vault.session import Session
from tests.keys.vault.forging import Answer, Asked, forging, lease, page, reply


def until(done: Callable[[], bool], seconds: float = 8.0) -> None:
    """Wait for something that must come."""
    deadline = time.monotonic() + seconds
    while not done():
        assert time.monotonic() < deadline
        time.sleep(0.02)


class Kept:
    """A renewal, and when it did what."""

    def __init__(self, lives: Iterator[int], *, others: bool = False) -> None:
        self.renewed: list[float] = []
        self.replaced = 0
        self._lives = lives
        self._others = others
        self._begun = time.monotonic()
        self.renewal = Renewal(self._prolong, self._replace)

    def begin(self, seconds: int, *, renewable: bool = True) -> None:
        client: Any = object()
        self.renewal.begin(client, seconds, renewable=renewable)

    def _prolong(self, client: Any) -> int:
        self.renewed.append(time.monotonic() - self._begun)
        return next(self._lives, 0)

    def _replace(self, client: Any) -> bool:
        if self._others:
            self.replaced += 1
            self.begin(3600)
        return self._others


@contextmanager
def keeping(*lives: int, others: bool = False) -> Iterator[Kept]:
    kept = Kept(iter(lives), others=others)
    try:
        yield kept
    finally:
        kept.renewal.end()
        thread = kept.renewal._thread
        if thread is not None:
            thread.join(2)
            assert not thread.is_alive()


def test_a_token_is_renewed_at_two_thirds_of_what_it_was_given_last() -> None:
    with keeping(2, 1, 3600) as kept:
        kept.begin(1)
        until(lambda: len(kept.renewed) == 3)
        first, second, third = kept.renewed
        assert first >= 0.6
        assert second - first >= 1.3
        assert 0.6 <= third - second < 1.3
        time.sleep(1.0)
        assert len(kept.renewed) == 3


def test_one_failure_does_not_end_it() -> None:
    with keeping(0, 3600) as kept:
        kept.begin(2)
        until(lambda: len(kept.renewed) == 2)
        assert kept.renewed[1] < 2


def test_it_gives_up_when_the_token_has_ended_and_takes_up_the_next() -> None:
    with keeping() as kept:
        kept.begin(1)
        until(lambda: kept.renewal._lease is None)
        # A few tries with pauses, and no more.
        assert 1 <= len(kept.renewed) <= 3
        kept.begin(1)
        until(lambda: kept.renewal._lease is None)
        assert 2 <= len(kept.renewed) <= 6


def test_a_server_that_gives_hardly_any_life_is_not_asked_all_the_time() -> None:
    with keeping(*[1] * 100) as kept:
        kept.begin(1)
        time.sleep(1.5)
    assert len(kept.renewed) <= 3


def test_another_token_is_taken_before_one_ends_that_cannot_be_renewed() -> None:
    with keeping(others=True) as kept:
        kept.begin(1, renewable=False)
        until(lambda: kept.replaced == 1, 1.0)
        time.sleep(0.7)
    assert (kept.replaced, kept.renewed) == (1, [])


def test_another_token_is_taken_near_the_end_of_the_longest_life() -> None:
    with keeping(3, others=True) as kept:
        kept.begin(10)
        assert kept.renewal._lease is not None
        kept.renewal._lease.due = 0.0
        with kept.renewal._changed:
            kept.renewal._changed.notify()
        until(lambda: kept.replaced == 1, 2.0)


def test_a_token_that_lives_for_ever_needs_no_thread() -> None:
    with keeping() as kept:
        kept.begin(0)
        assert kept.renewal._thread is None


def test_what_ended_does_not_begin_again() -> None:
    with keeping() as kept:
        kept.renewal.end()
        kept.begin(1)
        assert kept.renewal._thread is None


@pytest.mark.network
@pytest.mark.parametrize(
    "odd",
    [
        reply(200, {"auth": None}),
        reply(200, {"auth": {"lease_duration": "x"}}),
        reply(200, {}),
        reply(200, "null"),
        reply(503, '"unavailable"'),
        reply(400, {"errors": 5}),
        reply(307, "", "Location: http://evil.example/"),
        page(200),
        b"",
    ],
)
def test_an_odd_answer_to_a_renewal_is_outlived(odd: bytes) -> None:
    renewed = reply(200, {"auth": {"lease_duration": 3600, "renewable": True}})
    answers = iter([odd, renewed])

    def answer(asked: Asked) -> Answer:
        return lease(2) if "lookup-self" in asked.path else next(answers)

    with forging(answer) as forged:
        with Session(forged.config()) as session:
            kept = session._renewal._lease
            assert kept is not None
            with session._renewal._changed:
                kept.due = 0.0
                session._renewal._changed.notify()
            until(lambda: kept.longest == 3600)
            thread = session._renewal._thread
        assert thread is not None
        thread.join(2)
        assert not thread.is_alive()
        assert forged.count("renew-self") == 2


@pytest.mark.network
def test_a_login_that_cannot_be_renewed_is_repeated_before_it_ends(tmp_path: Path) -> None:
    (tmp_path / "secret").write_text("secret")
    login = Login(way="approle", role="r", file=str(tmp_path / "secret"))
    numbers = iter(range(1, 10))

    def answer(asked: Asked) -> Answer:
        if asked.path.endswith("/login"):
            number = next(numbers)
            auth = {"client_token": f"s.{number}", "lease_duration": 1 if number == 1 else 3600}
            return reply(200, {"auth": auth | {"renewable": False}})
        return reply(204, "") if "revoke-self" in asked.path else reply(500, {})

    with forging(answer) as forged:
        with Session(forged.config(login)) as session:
            until(lambda: forged.count("revoke-self") == 1, 2.0)
            assert session._client.token == "s.2"
        assert [one.token for one in forged.asked if "revoke" in one.path] == ["s.1", "s.2"]
        assert forged.count("/login") == 2
        assert forged.count("renew-self") == 0


@pytest.mark.network
def test_the_thread_ends_with_the_session_in_the_middle_of_a_renewal() -> None:
    asked_for = threading.Event()
    go_on = threading.Event()

    def hang(_: Any) -> None:
        asked_for.set()
        go_on.wait(5)

    def answer(asked: Asked) -> Answer:
        return lease(1) if "lookup-self" in asked.path else hang

    with forging(answer) as forged:
        with Session(forged.config(read_timeout=1.0)) as session:
            assert asked_for.wait(3)
            thread = session._renewal._thread
        go_on.set()
        assert thread is not None
        thread.join(3)
        assert not thread.is_alive()
