# SPDX-License-Identifier: Apache-2.0
"""A line to the server that is slow, or breaks in the middle of an answer."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from pseudo.keys import State
from pseudo.keys.vault import EnvelopeStore, VaultConfig
from pseudo.keys.vault.config import Login
from tests.keys.vault.between import Line, at_request
from tests.keys.vault.conftest import Place, token
from tests.keys.vault.test_vault_faults import by_role, within
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network

DEFAULTS = VaultConfig("https://127.0.0.1", "kv", "transit")
MAKING = (
    "/data/_names/proja",
    "/metadata/projA/",
    "/keys/projA.v1",
    "/datakey/wrapped/projA.v1",
    "/data/projA/v1",
    "/metadata/projA/v1",
)


@pytest.fixture
def line(place: Place) -> Iterator[Line]:
    with Line(place.bao.port) as line:
        yield line


def through(line: Line, place: Place, role: str, **more: object) -> EnvelopeStore:
    return place.store(role, address=line.address, **more)


def usable(place: Place) -> None:
    """See that there is one domain, that it works, and that it is the same each time."""
    first, again = (place.store("worker").domain("projA") for _ in range(2))
    with first, again:
        assert first.pseudonymize([NUMBER]) == again.pseudonymize([NUMBER])
    (record,) = place.store("auditor").list()
    assert (record.name, record.state) == ("projA", State.ACTIVE)
    for path in ("data/projA/v1", "data/projA/kcv/v1"):
        assert place.kv("GET", path)["data"]["metadata"]["version"] == 1


@pytest.mark.parametrize("delay", [0.1, pytest.param(2.0, marks=pytest.mark.campaign)])
def test_a_slow_line_is_borne_with_the_limits_that_one_has_by_default(
    place: Place, line: Line, delay: float
) -> None:
    line.delay = delay
    begun = time.monotonic()
    limits = {
        name: getattr(DEFAULTS, name) for name in ("connect_timeout", "read_timeout", "patience")
    }
    through(line, place, "creator", **limits).create("projA")
    worker = through(line, place, "worker", **limits)
    with worker.domain("projA") as domain:
        assert len(domain.pseudonymize([NUMBER])) == 1
    worker.sign(b"receipt")
    assert time.monotonic() - begun > 10 * delay
    line.delay = 0
    usable(place)


def test_a_line_that_is_slower_than_was_said_is_told_in_time(place: Place, line: Line) -> None:
    place.store("creator").create("projA")
    limits = {"read_timeout": 0.5, "connect_timeout": 0.5, "patience": 0.5}
    worker = through(line, place, "worker", **limits)
    with worker.domain("projA") as domain:
        before = domain.pseudonymize([NUMBER])
        line.delay = 2.0
        for act in (
            lambda: worker.domain("projA"),
            lambda: worker.sign(b"receipt"),
            lambda: through(line, place, "worker", **limits),
        ):
            assert within(4, act) == "vault.timeout"
        assert domain.pseudonymize([NUMBER]) == before
    line.delay = 0
    with worker.domain("projA") as domain:
        assert domain.pseudonymize([NUMBER]) == before


@pytest.mark.parametrize("path", MAKING)
def test_a_making_whose_answer_comes_too_late_is_neither_lost_nor_doubled(
    place: Place, line: Line, path: str
) -> None:
    creator = through(line, place, "creator", read_timeout=0.2, patience=0.0)

    def slow() -> None:
        line.delay = 1.0

    at_request(creator, path, slow)
    assert within(4, lambda: creator.create("projA")) == "vault.timeout"
    line.delay = 0
    again = place.store("creator")
    if path in MAKING[4:]:
        held = place.kv("GET", "data/projA/v1")["data"]
        assert refused(lambda: again.create("projA")) == "keys.domain_exists"
        assert place.kv("GET", "data/projA/v1")["data"] == held
    else:
        assert again.create("projA").state is State.CREATED
    usable(place)


def test_a_check_value_whose_answer_comes_too_late_is_the_same_afterwards(
    place: Place, line: Line
) -> None:
    place.store("creator").create("projA")
    worker = through(line, place, "worker", read_timeout=0.2, patience=0.0)

    def slow() -> None:
        line.delay = 1.0

    at_request(worker, "/data/projA/kcv/v1", slow, "POST")
    assert within(4, lambda: worker.domain("projA")) == "vault.timeout"
    line.delay = 0
    usable(place)


def cut_everywhere(
    line: Line,
    opened: Callable[[], EnvelopeStore],
    before: Callable[[str], object],
    act: Callable[[EnvelopeStore, str], object],
    after: Callable[[str], object],
) -> int:
    """Cut the answer of the first request that an act needs, then of the second, and so on.

    Args:
        line: What is cut.
        opened: Opens the store.
        before: Makes a domain of a name as the act needs it.
        act: What is cut, and goes on nevertheless.
        after: Looks at what came of it.

    Returns:
        In how many places.
    """
    for number in range(1, 40):
        name = f"proj{number}"
        before(name)
        store = opened()
        # Something of the answer comes through, and never the whole of it.
        requests = at_request(store, number, lambda number=number: line.cut(10 * (number % 3)))
        act(store, name)
        store.close()
        line.cut_nothing()
        after(name)
        if len(requests) < number:
            return line.cuts
        assert line.cuts == number
    raise AssertionError("there is no end to it")


def test_a_making_goes_on_when_any_of_its_answers_is_cut_off(place: Place, line: Line) -> None:
    def look(name: str) -> None:
        document = place.kv("GET", f"data/{name}/v1")["data"]
        assert document["metadata"]["version"] == 1
        place.store("worker").domain(name).close()
        assert place.store("auditor").show(name).state is State.ACTIVE

    cut = cut_everywhere(
        line,
        lambda: through(line, place, "creator"),
        lambda _: None,
        lambda store, name: store.create(name),
        look,
    )
    # The wrapping key is asked for twice: to be made, and what it is.
    assert cut == len(MAKING) + 1


def test_a_first_opening_goes_on_when_any_of_its_answers_is_cut_off(
    place: Place, line: Line
) -> None:
    found: dict[str, list[str | None]] = {}

    def open_it(store: EnvelopeStore, name: str) -> None:
        with store.domain(name) as domain:
            found[name] = list(domain.pseudonymize([NUMBER]))

    def look(name: str) -> None:
        assert place.kv("GET", f"data/{name}/kcv/v1")["data"]["metadata"]["version"] == 1
        with place.store("worker").domain(name) as domain:
            assert domain.pseudonymize([NUMBER]) == found[name]

    make = place.store("creator").create
    cut = cut_everywhere(line, lambda: through(line, place, "worker"), make, open_it, look)
    assert cut >= 6


@pytest.mark.parametrize(
    ("step", "state"),
    [
        pytest.param("freeze", State.FROZEN, marks=pytest.mark.campaign),
        pytest.param("activate", State.ACTIVE, marks=pytest.mark.campaign),
        ("destroy", State.DESTROYED),
    ],
)
def test_a_step_goes_on_when_any_of_its_answers_is_cut_off(
    place: Place, line: Line, step: str, state: State
) -> None:
    creator, worker, custodian = map(place.store, ("creator", "worker", "custodian"))

    def make(name: str) -> None:
        creator.create(name)
        worker.domain(name).close()
        if step == "activate":
            custodian.freeze(name)

    def look(name: str) -> None:
        assert custodian.show(name).state is state
        if state is State.ACTIVE:
            worker.domain(name).close()

    cut = cut_everywhere(
        line,
        lambda: through(line, place, "custodian"),
        make,
        lambda store, name: getattr(store, step)(name),
        look,
    )
    assert cut >= 6


def test_a_login_and_a_ledger_go_on_when_an_answer_is_cut_off(
    place: Place, line: Line, tmp_path: Path
) -> None:
    config = replace(place.config, address=line.address, login=by_role(place, tmp_path))
    line.cut(0)
    with EnvelopeStore(config) as store:
        for number in (1, 2, 3):
            at_request(store, number, lambda: line.cut(5))
            store.keep_ledger("pseudo-ledger/abcdefghijklmnop")
            line.cut_nothing()
        assert store.ledger() == "pseudo-ledger/abcdefghijklmnop"
        line.cut(5)
        assert store.sign(b"receipt") == place.store("worker").sign(b"receipt")
    assert line.cuts == 5
    assert place.kv("GET", "data/_ledger")["data"]["metadata"]["version"] == 1


def test_a_token_whose_renewal_is_cut_off_is_renewed_before_it_ends(
    place: Place, line: Line
) -> None:
    held = token(place.bao, "worker", ttl="3s")
    with EnvelopeStore(
        replace(place.config, address=line.address, login=Login(token=held))
    ) as store:
        requests = at_request(store, "/auth/token/renew-self", lambda: line.cut(0))
        time.sleep(4)
        assert line.cuts == 1
        assert len(requests) > 1
        store.sign(b"receipt")


def test_an_answer_that_drips_is_not_waited_for_longer_than_was_said(
    place: Place, line: Line
) -> None:
    place.store("creator").create("projA")
    worker = through(line, place, "worker", read_timeout=0.5, patience=0.0)
    line.drip = True
    assert within(4, lambda: worker.domain("projA")) == "vault.timeout"
