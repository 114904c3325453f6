# SPDX-License-Identifier: Apache-2.0
"""A batch whose server is sealed or dies, or whose login ends, when it is half-way."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import pyarrow.parquet as pq
import pytest

import pseudo
from pseudo.errors import KeyStoreError
from pseudo.events import Progress
from pseudo.keys.vault import EnvelopeStore
from pseudo.keys.vault.config import Login
from pseudo.testing import People
from pseudo.testing.openbao import OpenBao
from pseudo.usecases import domains
from tests.keys.vault.conftest import Place, token
from tests.keys.vault.test_vault_faults import by_role

pytestmark = pytest.mark.network

ROWS = 60_000
SPEC = """\
name: kommunala-program
reference_date: 2026-11-22
columns:
  - {name: personnummer, role: identifier, pseudonym: id}
  - {name: insats, role: keep, type: integer}
"""


@dataclass
class Watching:
    """An observer that does something at its first news, and counts what comes after it."""

    act: Callable[[], object] = lambda: None
    rows: list[int] = field(default_factory=list)

    def progress(self, progress: Progress) -> None:
        self.rows.append(progress.rows)
        if len(self.rows) == 1:
            self.act()


@dataclass
class Work:
    """A delivery, and where its batches and their ledger go."""

    folder: Path
    delivery: Path
    spec: Path

    def run(self, store: EnvelopeStore, name: str, watching: Watching) -> None:
        """Run a batch under the ledger that the store signs."""
        ledger = pseudo.open_ledger(self.folder / "ledger", store)
        with domains.open_current(store, "projA", ledger) as domain:
            pseudo.run(
                self.delivery,
                spec=self.spec,
                domain=domain,
                out=self.folder / name,
                ledger=ledger,
                observer=watching,
                threads=1,
            )

    def refused(self, store: EnvelopeStore, name: str, act: Callable[[], object]) -> str:
        """Run a batch that goes on to the end of its data, and is not published."""
        watching = Watching(act)
        with pytest.raises(KeyStoreError) as caught:
            self.run(store, name, watching)
        assert watching.rows[0] < ROWS
        assert max(watching.rows) == ROWS
        assert caught.value.exit_status == 5
        # Neither the folder, nor one under a passing name.
        assert [path.name for path in self.folder.iterdir() if name in path.name] == []
        return caught.value.code

    def ids(self, name: str) -> list[str]:
        (path,) = (self.folder / name / "release").glob("*.parquet")
        return pq.read_table(path).column("id").to_pylist()

    def receipts(self, store: EnvelopeStore) -> int:
        ledger = pseudo.open_ledger(self.folder / "ledger", store)
        ledger.verify()
        return sum(entry.is_receipt for entry in ledger.entries())


@pytest.fixture(scope="module")
def delivery(tmp_path_factory: pytest.TempPathFactory) -> Path:
    people = People(seed=7).personnummer(500)
    path = tmp_path_factory.mktemp("delivery") / "delivery.csv"
    rows = "".join(f"{people[n % 500]};{n}\n" for n in range(ROWS))
    path.write_text("personnummer;insats\n" + rows)
    return path


@pytest.fixture
def work(tmp_path: Path, delivery: Path) -> Work:
    spec = tmp_path / "spec.yaml"
    spec.write_text(SPEC)
    (tmp_path / "work").mkdir()
    return Work(tmp_path / "work", delivery, spec)


@pytest.mark.parametrize(
    ("end", "mend", "code"),
    [
        (OpenBao.seal, OpenBao.unseal, "vault.sealed"),
        (OpenBao.kill, OpenBao.start, "vault.unreachable"),
    ],
)
def test_a_batch_whose_server_ends_half_way_is_not_published_and_runs_again(
    own_place: Place,
    work: Work,
    end: Callable[[OpenBao], None],
    mend: Callable[[OpenBao], None],
    code: str,
) -> None:
    own_place.store("creator").create("projA")
    worker = own_place.store("worker", patience=0.3)
    work.run(worker, "before", Watching())
    assert work.refused(worker, "out", lambda: end(own_place.bao)) == code
    mend(own_place.bao)
    assert work.receipts(worker) == 1
    work.run(worker, "out", Watching())
    assert work.receipts(worker) == 2
    assert work.ids("out") == work.ids("before")


def test_a_server_that_comes_back_before_the_end_of_the_data_does_not_matter(
    own_place: Place, work: Work
) -> None:
    own_place.store("creator").create("projA")
    worker = own_place.store("worker", patience=0.3)

    def away_and_back() -> None:
        own_place.bao.kill()
        own_place.bao.start()

    work.run(worker, "out", Watching(away_and_back))
    assert work.receipts(worker) == 1


def used_up(store: EnvelopeStore) -> None:
    """Use a token until it may not be used any more, or has expired."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            store.list()
        except KeyStoreError as error:
            assert error.code == "vault.token_invalid"
            return
    raise AssertionError("the token does not end")


@pytest.mark.parametrize(
    "limit",
    [{"num_uses": 60}, {"ttl": "2s", "explicit_max_ttl": "2s", "renewable": False}],
    ids=["uses", "expired"],
)
def test_a_batch_whose_token_ends_half_way_is_not_published(
    place: Place, work: Work, limit: dict[str, object]
) -> None:
    place.store("creator").create("projA")
    work.run(place.store("worker"), "before", Watching())
    config = replace(place.config, login=Login(token=token(place.bao, "worker", **limit)))
    with EnvelopeStore(config) as store:
        code = work.refused(store, "out", lambda: used_up(store))
    assert code == "vault.token_invalid"
    worker = place.store("worker")
    assert work.receipts(worker) == 1
    work.run(worker, "out", Watching())
    assert work.ids("out") == work.ids("before")


@pytest.fixture
def role(place: Place) -> Iterator[Callable[..., None]]:
    """Return a function that limits the tokens of the worker's role, until the test ends."""
    path = "auth/approle/role/pseudo-worker"
    before = place.bao.request("GET", path)["data"]
    yield lambda **limit: place.bao.request("POST", path, limit)
    names = ("token_ttl", "token_max_ttl", "token_num_uses")
    place.bao.request("POST", path, {name: before[name] for name in names})


@pytest.mark.parametrize("end", ["revoked", "expired", "uses"])
def test_a_batch_whose_role_can_log_in_again_is_published(
    place: Place, work: Work, tmp_path: Path, role: Callable[..., None], end: str
) -> None:
    place.store("creator").create("projA")
    if end == "expired":
        role(token_ttl="1s", token_max_ttl="1s")
    elif end == "uses":
        role(token_num_uses=3)
    with EnvelopeStore(replace(place.config, login=by_role(place, tmp_path))) as store:
        tokens: list[str] = []

        def half_way() -> None:
            tokens.append(store._session._client.token)
            if end == "revoked":
                place.bao.request("POST", "auth/token/revoke", {"token": tokens[0]})
            elif end == "expired":
                ended(place.bao, tokens[0])

        work.run(store, "out", Watching(half_way))
        assert tokens != [store._session._client.token]
        assert work.receipts(store) == 1
    work.run(place.store("worker"), "again", Watching())
    assert work.ids("out") == work.ids("again")


def ended(bao: OpenBao, token: str) -> None:
    """Wait until a token is not known any more."""
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        with suppress(RuntimeError):
            bao.request("POST", "auth/token/lookup", {"token": token})
            time.sleep(0.1)
            continue
        return
    raise AssertionError("the token does not end")
