# SPDX-License-Identifier: Apache-2.0
"""Moves, batches and other changes of a domain that meet: none undoes what another published."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import pseudo
from pseudo.errors import EvidenceError, KeyStoreError, PseudoError, UsageError
from pseudo.events import Cancellation, Progress
from pseudo.evidence import ledger_files
from pseudo.testing import People
from pseudo.usecases import domains, rekey_publication
from pseudo.usecases import rekey as rekeying
from tests.usecases.rekeying import DAY, Site

PEOPLE = People(seed=11).personnummer(20)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def table(site: Site) -> Path:
    return site.table(id=site.pseudonyms(PEOPLE, 1))


def refused(act: Callable[[], object]) -> str:
    with pytest.raises(PseudoError) as caught:
        act()
    return caught.value.code


def test_no_move_gets_between_another_ones_check_and_its_end(
    site: Site, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.store.new_version("projA")
    candidates = site.numbers(PEOPLE)
    real, told = rekey_publication.publish, []
    monkeypatch.setattr(ledger_files, "_PATIENCE", 0.05)

    def meanwhile(*given: Any) -> Any:
        monkeypatch.setattr(rekey_publication, "publish", real)
        with pytest.raises(EvidenceError) as caught:
            site.move(table, candidates=candidates, to_version=3, out="other")
        told.append(caught.value.code)
        return real(*given)

    monkeypatch.setattr(rekey_publication, "publish", meanwhile)
    site.move(table, candidates=candidates, to_version=2)

    assert told == ["ledger.busy"]
    assert site.current == 2
    assert [said["to"] for said in site.receipts()] == [site.domain(2).info.key_id]
    assert not (site.folder / "other").exists()


def test_a_move_that_a_further_one_overtook_publishes_nothing(
    site: Site, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    site.store.new_version("projA")
    candidates = site.numbers(PEOPLE)
    real = rekeying._move

    def overtaken(*given: Any) -> None:
        monkeypatch.setattr(rekeying, "_move", real)
        real(*given)
        site.move(table, candidates=candidates, to_version=3, out="other")

    monkeypatch.setattr(rekeying, "_move", overtaken)
    assert (
        refused(lambda: site.move(table, candidates=candidates, to_version=2)) == "rekey.overtaken"
    )
    assert site.current == 3
    assert [said["to"] for said in site.receipts()] == [site.domain(3).info.key_id]
    assert not (site.folder / "out").exists()


def test_a_domain_that_was_frozen_meanwhile_is_not_published(
    site: Site, table: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rekeying._move

    def frozen(*given: Any) -> None:
        real(*given)
        domains.freeze(site.store, "projA", ledger=site.ledger)

    monkeypatch.setattr(rekeying, "_move", frozen)
    assert refused(lambda: site.move(table, candidates=site.numbers(PEOPLE))) == "keys.frozen"
    assert site.receipts() == []
    assert not (site.folder / "out").exists()


def test_a_version_takes_the_place_of_the_one_that_was_meant_and_of_no_newer_one(
    site: Site,
) -> None:
    site.store.new_version("projA")

    def make_current(version: int, **more: int) -> None:
        domains.make_current(site.store, "projA", version, ledger=site.ledger, **more)

    with pytest.raises(KeyStoreError) as caught:
        make_current(3, instead_of=2)
    assert (caught.value.code, site.current) == ("rekey.overtaken", 1)
    make_current(3, instead_of=1)
    with pytest.raises(UsageError) as backwards:
        make_current(2)
    assert (backwards.value.code, site.current) == ("rekey.not_newer", 3)
    entries = [entry.content for entry in site.ledger.entries()]
    assert [said["current"] for said in entries if "current" in said and "to" in said] == [3]


@pytest.fixture
def run(site: Site) -> Callable[..., pseudo.RunResult]:
    """Return a function that runs a delivery in a domain that was opened before."""
    delivery = site.text("\n".join(["nr;n", *(f"{number};1" for number in PEOPLE), ""]), "d.csv")

    def give(domain: Any, **more: Any) -> Any:
        return pseudo.run(
            delivery,
            domain=domain,
            out=site.folder / "run",
            reference_date=DAY,
            ledger=site.ledger,
            **{"columns": ["nr"], "keep_all": True, **more},
        )

    return give


SPEC = "name: x\ncolumns: [{name: nr, role: identifier, pseudonym: id}, {name: n, role: keep}]\n"


@pytest.mark.parametrize("by", ["columns", "spec"])
def test_a_batch_whose_domain_was_moved_before_it_began(
    site: Site, table: Path, run: Any, by: str
) -> None:
    given: dict[str, Any] = {}
    if by == "spec":
        given = {"spec": site.text(SPEC, "spec.yaml"), "columns": (), "keep_all": False}
    with domains.open_current(site.store, "projA", site.ledger) as domain:
        site.move(table, candidates=site.numbers(PEOPLE))
        assert refused(lambda: run(domain, **given)) == "keys.other_series"
    assert not (site.folder / "run").exists()
    with domains.open_current(site.store, "projA", site.ledger) as domain:
        assert run(domain, **given).rows == len(PEOPLE)


class Moving:
    """An observer that has the domain moved at the first thing it hears."""

    def __init__(self, move: Callable[[], object]) -> None:
        self.move: Callable[[], object] | None = move

    def progress(self, _: Progress) -> None:
        move, self.move = self.move, None
        if move is not None:
            move()


def test_a_batch_whose_domain_is_moved_while_it_runs(site: Site, table: Path, run: Any) -> None:
    candidates = site.numbers(PEOPLE)
    moving = Moving(lambda: site.move(table, candidates=candidates))
    with domains.open_current(site.store, "projA", site.ledger) as domain:
        code = refused(lambda: run(domain, observer=moving, cancellation=Cancellation()))
    assert (code, site.current) == ("keys.other_series", 2)
    assert not (site.folder / "run").exists()
    assert [said.get("kind") for said in site.receipts()] == ["rekey"]


def test_a_delivery_that_is_refused_gets_its_error_list_all_the_same(
    site: Site, table: Path
) -> None:
    candidates = site.numbers(PEOPLE)
    moving = Moving(lambda: site.move(table, candidates=candidates))
    wrong = site.text("nr\n" + "hej\n" * 20, "wrong.csv")
    out = site.folder / "run"
    with domains.open_current(site.store, "projA", site.ledger) as domain:
        code = refused(
            lambda: pseudo.run(
                wrong,
                domain=domain,
                out=out,
                columns=["nr"],
                ledger=site.ledger,
                observer=moving,
            )
        )
    assert (moving.move, code != "keys.other_series") == (None, True)
    assert pseudo.read_receipt(out)["verdict"] == "refused"


def test_a_ledger_that_knows_nothing_of_a_domain_compares_nothing(site: Site, run: Any) -> None:
    assert run(site.domain(2)).rows == len(PEOPLE)
