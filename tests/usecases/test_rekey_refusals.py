# SPDX-License-Identifier: Apache-2.0
"""Moves that are refused: nothing is published, and the domain stays as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pseudo.errors import Cancelled, PseudoError, ResourceError
from pseudo.events import Cancellation
from pseudo.testing import MemoryStore, People
from pseudo.usecases import destruction, domains, rekey_candidates
from pseudo.usecases import rekey as rekeying
from pseudo.usecases.rekey_mapping import Pairs
from tests.usecases.rekeying import Site

PEOPLE = People(seed=11).personnummer(20)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


@pytest.fixture
def refused(site: Site) -> Callable[..., PseudoError]:
    """Return a function that moves, is refused, and gives the error."""

    def move(*tables: Path, candidates: Path | None = None, **more: Any) -> PseudoError:
        with pytest.raises(PseudoError) as caught:
            site.move(*tables, candidates=candidates or site.numbers(PEOPLE), **more)
        assert site.untouched()
        # Whatever was wrong, no cell of anybody is told.
        told = f"{caught.value} {caught.value.params}"
        names = [*PEOPLE, *site.pseudonyms(PEOPLE, 1), *site.pseudonyms(PEOPLE, 2)]
        assert not any(str(name) in told for name in names)
        return caught.value

    return move


@pytest.mark.parametrize("form", ["base32", "hex", "uuid"])
def test_cells_that_no_candidate_explains_are_counted_by_table_and_column(
    tmp_path: Path, form: str
) -> None:
    folder = tmp_path / form
    folder.mkdir()
    site = Site(folder, form)
    old = site.pseudonyms(PEOPLE, 1)
    strange = MemoryStore({("other", 1): bytes(32)}, format=form).domain("other")
    others = strange.pseudonymize(PEOPLE[:3])
    tables = [
        site.table("a.parquet", id=[*old, *others, "hej", None], mor=[*old, *old[:5]]),
        site.table("b.parquet", id=old[:2], mor=[old[0].upper() + "=", "191212121212"]),
    ]

    with pytest.raises(PseudoError) as caught:
        site.move(*tables, candidates=site.numbers(PEOPLE), columns=("id", "mor"))

    error = caught.value
    assert (error.code, error.exit_status) == ("rekey.unknown_pseudonyms", 3)
    assert (error.params["malformed"], error.params["unexplained"]) == (3, 3)
    assert error.params["listed"] == "#1 id: 4, #2 mor: 2"
    assert site.untouched()


def test_a_candidate_that_is_missing_stops_everything(site: Site, refused: Any) -> None:
    table = site.table(id=site.pseudonyms(PEOPLE, 1))
    error = refused(table, candidates=site.numbers(PEOPLE[1:]))
    assert error.code == "rekey.unknown_pseudonyms"
    assert (error.params["malformed"], error.params["unexplained"]) == (0, 1)
    assert error.params["unusable"] == 0


def test_candidates_that_cannot_be_used_are_told_with_the_cells_that_nobody_explains(
    site: Site, refused: Any
) -> None:
    table = site.table(id=site.pseudonyms(PEOPLE, 1))
    error = refused(table, candidates=site.numbers([*PEOPLE[1:], "191212121213", "hej", ""]))
    assert (error.params["unexplained"], error.params["unusable"]) == (1, 2)
    assert "2 candidates" in error.text("en")


def test_no_candidate_at_all_explains_nothing(site: Site, refused: Any) -> None:
    error = refused(site.table(id=site.pseudonyms(PEOPLE, 1)), candidates=site.numbers(["1"]))
    assert error.params["unexplained"] == len(PEOPLE)


def test_a_table_of_the_new_version_is_not_moved_again(site: Site, refused: Any) -> None:
    error = refused(site.table(id=site.pseudonyms(PEOPLE, 2)))
    assert (error.code, error.params["unexplained"]) == ("rekey.unknown_pseudonyms", 20)


def test_old_pseudonyms_in_a_column_that_is_not_named(site: Site, refused: Any) -> None:
    old = site.pseudonyms(PEOPLE, 1)
    error = refused(site.table(id=old, far=[None, "x", *old[2:]], n=list(range(20))))
    assert (error.code, error.params["count"]) == ("rekey.left_behind", 18)
    assert error.params["listed"] == "#1 far: 18"


def test_old_pseudonyms_in_names(site: Site, refused: Any) -> None:
    old = site.pseudonyms(PEOPLE, 1)
    column = refused(site.table(id=old, **{f"n {old[3]}": [1] * 20, old[4].lower(): [1] * 20}))
    assert (column.code, column.params["count"]) == ("rekey.named_by_pseudonym", 2)
    own = refused(site.table(id=old), site.table(f"{old[3]}.parquet", id=old))
    assert (own.code, own.params) == ("rekey.named_by_pseudonym", {"count": 1, "file": 2})


@pytest.mark.parametrize(
    ("spelled", "code"),
    [
        (lambda number: f"se {number[:8]}-{number[8:]}", "leak.separated"),
        (lambda number: number, "leak.member_12"),
    ],
)
def test_identity_numbers_in_a_column_that_is_carried_along(
    site: Site, refused: Any, spelled: Callable[[str], str], code: str
) -> None:
    old = site.pseudonyms(PEOPLE, 1)
    error = refused(site.table(id=old, text=[*["ingenting"] * 19, spelled(PEOPLE[0])]))
    assert (error.code, error.exit_status) == (code, 4)
    assert (error.params["column"], error.params["file"]) == ("text", 1)


@pytest.mark.parametrize("spelled", ["ring {ten}", "{day} {rest}", "{day}/{rest}", "nr{ten}."])
def test_a_rows_own_number_in_any_spelling(site: Site, refused: Any, spelled: str) -> None:
    old, own = site.pseudonyms(PEOPLE, 1), PEOPLE[19]
    text = spelled.format(ten=own[2:], day=own[2:8], rest=own[8:])
    error = refused(site.table(id=old, text=[*["ingenting"] * 19, text]))
    assert (error.code, error.params["column"]) == ("leak.own_row", "text")


def test_files_that_cannot_be_used(site: Site, refused: Any) -> None:
    old = site.pseudonyms(PEOPLE, 1)
    table = site.table(id=old)
    assert refused(site.text("id\n", "empty.csv")).code == "delivery.no_records"
    assert refused(site.table("e.parquet", id=old[:0])).code == "delivery.no_records"
    missing = refused(table, site.table("b.parquet", other=old))
    assert (missing.code, missing.params["file"]) == ("rekey.missing_column", 2)
    assert refused(site.table("n.parquet", id=[1, 2])).code == "rekey.not_text"
    broken = refused(site.text(f"id,n\n{old[0]},1\n{old[1]}\n", "broken.csv"))
    assert (broken.code, broken.params["count"]) == ("rekey.broken_records", 1)
    assert refused(site.folder / "none.parquet").code == "usage.no_such_file"
    assert refused(table, candidates=site.folder / "none").code == "usage.no_such_file"
    assert refused(table, column="personnummer").code == "candidates.no_column"
    empty = site.text("nr\n", "none.csv")
    assert refused(table, candidates=empty).code == "delivery.no_records"


@pytest.mark.parametrize(
    ("order", "code"),
    [
        ({"columns": ()}, "rekey.no_columns"),
        ({"columns": ("id", "id")}, "rekey.column_twice"),
        ({"to": "docx"}, "usage.unknown_format"),
        ({"kinds": ["opaque:x"], "scope": ["none"], "width": 65}, "identity.width_out_of_range"),
        ({"kinds": ["opaque:x"]}, "identity.scope_needed"),
        ({"scope": ["none"]}, "identity.scope_not_opaque"),
        ({"kinds": ["opaque:x"], "scope": ["x"], "submitter": "y"}, "usage.scope_and_submitter"),
        ({"kinds": ["nothing"]}, "identity.unknown_kind"),
        ({"out": "table.parquet"}, "usage.output_exists"),
    ],
)
def test_orders_that_make_no_sense(site: Site, order: dict[str, Any], code: str) -> None:
    table = site.table(id=site.pseudonyms(PEOPLE, 1))
    with pytest.raises(PseudoError) as caught:
        site.move(table, candidates=site.numbers(PEOPLE), **order)
    assert caught.value.code == code
    assert site.untouched()


@pytest.mark.parametrize(
    ("names", "code"),
    [
        (["a.parquet", "A.csv"], "rekey.same_table_name"),
        (["a.parquet", "191212121212.parquet"], "rekey.table_name"),
        (["a.parquet", ".parquet"], "rekey.table_name"),
        ([], "usage.no_files"),
    ],
)
def test_tables_whose_names_cannot_be_published(site: Site, names: list[str], code: str) -> None:
    with pytest.raises(PseudoError) as caught:
        site.move(*(site.folder / name for name in names), candidates=site.numbers(PEOPLE))
    assert caught.value.code == code
    assert "191212121212" not in str(caught.value)


@pytest.mark.parametrize(
    ("versions", "code"),
    [
        ({"to_version": 7}, "keys.unknown_version"),
        ({"from_version": 7}, "keys.unknown_version"),
        ({"to_version": 1}, "rekey.already_current"),
        ({"from_version": 1}, "rekey.not_newer"),
        ({"from_version": 2}, "rekey.not_newer"),
    ],
)
def test_versions_that_cannot_be_moved_between(
    site: Site, refused: Any, versions: dict[str, int], code: str
) -> None:
    assert refused(site.table(id=site.pseudonyms(PEOPLE, 1)), **versions).code == code


def test_a_domain_without_a_newer_version_and_ways_back(site: Site) -> None:
    table = site.table(id=site.pseudonyms(PEOPLE, 1))
    candidates = site.numbers(PEOPLE)
    site.move(table, candidates=candidates)
    for versions, code in (
        ({}, "rekey.no_new_version"),
        ({"to_version": 1}, "rekey.not_newer"),
        ({"from_version": 2}, "rekey.not_newer"),
        ({"from_version": 1, "to_version": 1}, "rekey.not_current"),
    ):
        with pytest.raises(PseudoError) as caught:
            site.move(table, candidates=candidates, out="again", **versions)
        assert caught.value.code == code
    assert len(site.receipts()) == 1


def test_a_frozen_domain_is_not_moved(site: Site, refused: Any) -> None:
    table, candidates = site.table(id=site.pseudonyms(PEOPLE, 1)), site.numbers(PEOPLE)
    domains.freeze(site.store, "projA", ledger=site.ledger)
    with pytest.raises(PseudoError) as caught:
        site.move(table, candidates=candidates)
    assert caught.value.code == "keys.frozen"
    assert site.untouched()
    destruction.destroy(site.store, "projA", site.ledger)
    with pytest.raises(PseudoError) as caught:
        site.move(table, candidates=candidates)
    assert caught.value.code == "keys.destroyed"


def test_a_store_that_the_ledger_knows_otherwise_is_not_moved(site: Site, refused: Any) -> None:
    table = site.table(id=site.pseudonyms(PEOPLE, 1))
    domains.open_current(site.store, "projA", site.ledger).close()
    site.store.freeze("projA")
    with pytest.raises(PseudoError) as caught:
        site.move(table, candidates=site.numbers(PEOPLE))
    assert caught.value.code == "keys.rolled_back"
    assert not (site.folder / "out").exists()


def test_a_move_that_another_one_overtook(
    site: Site, refused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = rekeying._move

    def overtaken(*given: Any) -> None:
        real(*given)
        domains.make_current(site.store, "projA", 2, ledger=site.ledger)

    monkeypatch.setattr(rekeying, "_move", overtaken)
    with pytest.raises(PseudoError) as caught:
        site.move(site.table(id=site.pseudonyms(PEOPLE, 1)), candidates=site.numbers(PEOPLE))
    assert caught.value.code == "rekey.overtaken"
    assert site.receipts() == []
    assert not (site.folder / "out").exists()


def test_pairs_are_overwritten_whatever_stops_a_move(
    site: Site, refused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[Any] = []

    class Watched(Pairs):
        def add(self, *given: Any) -> None:
            super().add(*given)
            seen.extend(array.copy() for array in self._gathered)
            seen.extend(self._gathered)

    monkeypatch.setattr(rekey_candidates, "Pairs", Watched)
    other = site.text("n\n1\n", "other.csv")
    table = site.table(id=site.pseudonyms(PEOPLE, 1))
    error = refused(table, candidates=[site.numbers(PEOPLE), other])
    assert error.code == "candidates.no_column"
    before, after = seen
    assert len(before) == len(after) == len(PEOPLE)
    assert before.tobytes().strip(b"\0")
    assert not after.tobytes().strip(b"\0")


def test_whoever_asks_to_stop_finds_nothing_published(site: Site, refused: Any) -> None:
    cancellation = Cancellation()
    cancellation.cancel()
    error = refused(site.table(id=site.pseudonyms(PEOPLE, 1)), cancellation=cancellation)
    assert isinstance(error, Cancelled)


def test_a_receipt_that_cannot_be_appended_stops_the_move(
    site: Site, refused: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: Any) -> Any:
        raise ResourceError("ledger.disk_full", ledger="ledger")

    domains.open_current(site.store, "projA", site.ledger).close()
    monkeypatch.setattr(site.ledger, "append", full)
    error = refused(site.table(id=site.pseudonyms(PEOPLE, 1)))
    assert error.code == "ledger.disk_full"
