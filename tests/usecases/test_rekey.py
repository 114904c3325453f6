# SPDX-License-Identifier: Apache-2.0
"""Tables that are moved to a new secret, from files to a published folder."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import pseudo
from pseudo.errors import KeyStoreError
from pseudo.keys.local import LocalStore
from pseudo.keys.scrypt import TESTING
from pseudo.pseudonym import PseudonymFormat
from pseudo.settings import load_settings
from pseudo.spec import parse_spec
from pseudo.testing import People, assert_clean
from pseudo.usecases import domains
from pseudo.usecases.domain_events import last_words
from pseudo.usecases.verify import verify
from tests.usecases.rekeying import DAY, Site, rows

VERIFIER = Path(__file__).parents[2] / "tools" / "verify_receipt.py"
PEOPLE = People(seed=11).personnummer(60)
SPEC = parse_spec(
    "name: tabell\nreference_date: 2026-11-22\ncolumns:\n"
    "- {name: nr, role: identifier, pseudonym: id, required: false}\n"
    "- {name: mor, role: identifier, pseudonym: mor_id, required: false}\n"
    "- {name: n, role: keep, type: integer}\n- {name: text, role: keep}\n"
)
ROWS = st.lists(
    st.tuples(
        st.one_of(st.none(), st.integers(0, 11)),
        st.one_of(st.none(), st.integers(0, 11)),
        st.integers(-5, 5),
        st.sampled_from(["", "=1+1", "hej, du", 'ett "citat"']),
    ),
    min_size=1,
    max_size=30,
)


@pytest.fixture
def site(tmp_path: Path) -> Site:
    return Site(tmp_path)


def delivered(found: list[tuple[int | None, int | None, int, str]]) -> str:
    """Write rows as a delivery; people are told by their place."""
    lines = ["nr;mor;n;text"]
    for own, mother, n, text in found:
        numbers = ["" if place is None else PEOPLE[place] for place in (own, mother)]
        quoted = text.replace('"', '""')
        lines.append(f'{";".join(numbers)};{n};"{quoted}"')
    return "\n".join([*lines, ""])


@pytest.mark.parametrize("to", ["parquet", "csv"])
@pytest.mark.parametrize("form", list(PseudonymFormat))
@settings(max_examples=8)
@given(found=ROWS)
def test_what_is_moved_is_byte_for_byte_what_the_new_version_would_have_made(
    to: Any, form: PseudonymFormat, found: Any, tmp_path_factory: pytest.TempPathFactory
) -> None:
    site = Site(tmp_path_factory.mktemp("site"), form)
    delivery = site.text(delivered(found), "in.csv")
    before, wanted = (
        pseudo.run(
            delivery,
            spec=SPEC,
            domain=site.domain(version),
            out=site.folder / f"v{version}",
            to=to,
            threads=1,
        )
        for version in (1, 2)
    )
    candidates = site.numbers(PEOPLE)

    moved = site.move(
        before.data, candidates=candidates, columns=("id", "mor_id"), to=to, threads=1
    )

    (table,) = moved.tables
    assert table.read_bytes() == wanted.data.read_bytes()
    said = moved.receipt["outputs"][0]
    if to == "parquet":  # What a text file holds is text, so its digest is another.
        assert said["logical_digest"] == wanted.receipt["outputs"][0]["logical_digest"]
    assert said["distinct_pseudonyms"] == len({own for own, *_ in found} - {None})
    assert site.current == 2


def test_the_same_rows_leave_whatever_the_threads_and_the_memory(site: Site) -> None:
    many = People(seed=3).personnummer(6000)
    old = site.pseudonyms(many, 1)
    table = site.table(id=old * 3, n=list(range(3 * len(old))), t=["x" * 90] * 3 * len(old))
    candidates = site.numbers(many)
    seen = set()
    for threads, memory in ((1, 64 << 20), (1, 1 << 20), (4, 1 << 20)):
        limits = load_settings().model_copy(update={"order_memory": memory})
        moved = site.move(
            table,
            candidates=candidates,
            out=f"out{threads}{memory}",
            threads=threads,
            settings=limits,
            **({"from_version": 1} if site.current == 2 else {}),
        )
        seen.add(moved.tables[0].read_bytes())
    assert len(seen) == 1
    found = rows(moved.tables[0])
    new = dict(zip(site.pseudonyms(many, 2), range(len(many)), strict=True))
    assert [row["id"] for row in found] == sorted(row["id"] for row in found)
    # Everybody keeps the rows, in their order.
    assert [row["n"] for row in found] == [
        new[row["id"]] + len(many) * (at % 3) for at, row in enumerate(found)
    ]


def test_the_receipt_says_what_was_done_and_verifies(site: Site) -> None:
    old = site.pseudonyms(PEOPLE, 1)
    table = site.table("projekt.parquet", id=[*old, None], n=list(range(61)))
    spelled = [f"{number[:8]}-{number[8:]}" for number in PEOPLE[:30]]
    candidates = site.numbers([*PEOPLE, *spelled, "191212121213", "", "hej", ""])

    moved = site.move(table, candidates=candidates)

    said = pseudo.read_receipt(moved.out)
    assert said == moved.receipt == site.receipts()[0]
    assert (said["kind"], said["verdict"], said["becomes_current"]) == ("rekey", "published", True)
    keys = [record.key_id for record in site.store.versions("projA")]
    assert [said["from"], said["to"]] == keys
    assert said["domain"]["key_id"] == keys[1]
    assert said["counts"] == {"rows": 61, "distinct_pseudonyms": 60}
    assert (said["formula_cells"], said["domain"]["key_origin"]) == ("quote", "generated")
    assert said["columns"] == ["id"]
    read = said["candidates"]
    assert [(entry["file"], entry["records"]) for entry in read["files"]] == [(2, 94)]
    assert (read["records"], read["valid"], read["blank"]) == (94, 90, 2)
    assert (read["people"], read["pad_zeros"]) == (60, False)
    assert read["invalid"] == {"identity.bad_check_digit": 1, "identity.bad_form": 1}
    (output,) = said["outputs"]
    assert (output["path"], output["rows"]) == ("release/projekt.parquet", 61)
    assert (output["nulls"], output["distinct_pseudonyms"]) == ({"id": 1}, 60)
    assert said["scan"]["state"] == "complete"
    assert said["scan"]["planted"] > 0

    found = verify(moved.out, ledger=site.ledger)
    assert found.proven
    assert found.in_ledger
    codebook = ["release/codebook.csv", "release/codebook.json"]
    assert (found.files, found.missing) == (["release/projekt.parquet", *codebook], [])
    # So does whoever has nothing of ours but one file and the key.
    alone = [sys.executable, "-I", str(VERIFIER), site.ledger.key.encode()]
    alone += [str(moved.out / "receipt.json"), str(moved.tables[0])]
    done = subprocess.run(alone, capture_output=True, text=True, check=False)
    assert (done.returncode, keys[1] in done.stdout) == (0, True), done.stderr
    assert {path.name for path in moved.out.iterdir()} == {
        *("release", "receipt.json", "receipt.tlog-proof")
    }
    assert_clean(folder=moved.out)
    # Nor is an old pseudonym said anywhere.
    written = b"".join(path.read_bytes() for path in moved.out.rglob("*") if path.is_file())
    assert not any(str(name).encode() in written for name in old)


def test_the_version_becomes_current_and_the_ledger_says_by_which_move(site: Site) -> None:
    table = site.table(id=site.pseudonyms(PEOPLE, 1))

    moved = site.move(table, candidates=site.numbers(PEOPLE))

    entries = [entry.content for entry in site.ledger.entries()]
    chosen = [entry for entry in entries if "current" in entry and "to" in entry]
    assert [entry["receipt"] for entry in chosen] == [moved.batch]
    words = last_words(site.ledger, "projA")
    assert {version: word["current"] for version, word in words.last.items()} == {
        1: False,
        2: True,
    }
    with domains.open_current(site.store, "projA", site.ledger) as domain:
        assert domain.info.version == 2


def test_several_tables_are_one_move(site: Site) -> None:
    old = site.pseudonyms(PEOPLE, 1)
    tables = [
        site.table("a.parquet", id=old[:20], n=list(range(20))),
        site.text(
            "\n".join(["n,id", *(f"{n},{name}" for n, name in enumerate(old)), ""]), "b.csv"
        ),
    ]

    moved = site.move(*tables, candidates=site.numbers(PEOPLE))

    assert [path.name for path in moved.tables] == ["a.parquet", "b.parquet"]
    new = site.pseudonyms(PEOPLE, 2)
    assert {row["id"]: row["n"] for row in rows(moved.tables[0])} == dict(
        zip(new[:20], range(20), strict=True)
    )
    # What stood in a text file stays text.
    assert {row["id"]: row["n"] for row in rows(moved.tables[1])} == {
        name: str(n) for n, name in enumerate(new)
    }
    assert [entry["file"] for entry in moved.receipt["inputs"]] == [1, 2]
    assert [entry["file"] for entry in moved.receipt["candidates"]["files"]] == [3]
    assert len(site.receipts()) == 1


def test_candidates_may_be_the_files_of_the_delivery(site: Site) -> None:
    files = [
        site.numbers(PEOPLE[:30], "a.csv"),
        site.table("b.parquet", nr=[int(number) for number in PEOPLE[20:]]),
    ]
    moved = site.move(site.table(id=site.pseudonyms(PEOPLE, 1)), candidates=files)
    assert moved.receipt["candidates"]["people"] == 60
    assert moved.receipt["candidates"]["records"] == 70


def test_opaque_identifiers_are_moved_inside_their_scope(site: Site) -> None:
    scoped = [
        site.domain(version).pseudonymize(["0001"], kind="opaque:hushall", scope=["0180"])[0]
        for version in (1, 2)
    ]
    table = site.table(id=[scoped[0]])
    candidates = site.text("kommun;hh\n0180;1\n0180;1\n0114;1\n0114;\n;7\n", "hushall.csv")

    moved = site.move(
        table,
        candidates=candidates,
        column="hh",
        kinds=["opaque:hushall"],
        scope=["kommun"],
        width=4,
    )

    assert rows(moved.tables[0]) == [{"id": scoped[1]}]
    assert moved.receipt["candidates"]["people"] == 2
    assert moved.receipt["counts"]["distinct_pseudonyms"] == 1
    assert moved.receipt["candidates"]["invalid"] == {"identity.scope_missing": 1}


@pytest.mark.parametrize(
    ("made", "asked"),
    [({"scope": "umea"}, {"submitter": "umea"}), ({"scope": "none"}, {"scope": ["none"]})],
)
def test_opaque_identifiers_of_a_submitter_or_of_none(
    site: Site, made: dict[str, Any], asked: dict[str, Any]
) -> None:
    old, new = (
        site.domain(version).pseudonymize(["7"], kind="opaque:arende", **made)
        for version in (1, 2)
    )
    moved = site.move(
        site.table(id=old), candidates=site.numbers(["7"]), kinds=["opaque:arende"], **asked
    )
    assert [row["id"] for row in rows(moved.tables[0])] == new


def test_a_table_that_was_left_behind_is_moved_later(site: Site) -> None:
    old = site.pseudonyms(PEOPLE, 1)
    first, late = site.table("a.parquet", id=old[:5]), site.table("late.parquet", id=old)
    candidates = site.numbers(PEOPLE)
    site.move(first, candidates=candidates)

    moved = site.move(late, candidates=candidates, out="later", from_version=1)

    assert {row["id"] for row in rows(moved.tables[0])} == set(site.pseudonyms(PEOPLE, 2))
    assert not moved.receipt["becomes_current"]
    assert site.current == 2
    entries = [entry.content for entry in site.ledger.entries()]
    assert len([entry for entry in entries if "current" in entry and "to" in entry]) == 1


def test_metadata_names_the_new_key_and_other_types_stay(site: Site) -> None:
    old = site.pseudonyms(PEOPLE[:2], 1)
    table = site.table(f=[1.5, None], id=old, b=[True, False], d=[DAY, None])

    moved = site.move(table, candidates=site.numbers(PEOPLE))

    found = pq.read_table(moved.tables[0])
    assert found.schema.names == ["f", "id", "b", "d"]
    assert [str(kind) for kind in found.schema.types] == [
        "double",
        "string",
        "bool",
        "date32[day]",
    ]
    named = json.loads(pq.read_metadata(moved.tables[0]).metadata[b"pseudo"])
    assert list(named["pseudonyms"]) == ["id"]
    assert named["pseudonyms"]["id"]["key_id"] == moved.receipt["to"]


def test_whoever_dies_before_the_version_is_current_may_move_again(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    table = site.table(id=site.pseudonyms(PEOPLE, 1))
    candidates = site.numbers(PEOPLE)

    def gone(*_: Any, **__: Any) -> None:
        raise KeyStoreError("keys.store_closed")

    with monkeypatch.context() as patched:
        patched.setattr(site.store, "make_current", gone)
        with pytest.raises(KeyStoreError) as caught:
            site.move(table, candidates=candidates)
    assert site.current == 1
    # It is told that, and where, there is something now.
    assert (caught.value.code, caught.value.exit_status) == ("rekey.published_not_current", 5)
    assert caught.value.params["out"] == str(site.folder / "out")
    assert caught.value.params["cause"] == "keys.store_closed"
    # What was published is sound, and its receipt in the ledger.
    verify(site.folder / "out", ledger=site.ledger)

    again = site.move(table, candidates=candidates, out="again")

    assert site.current == 2
    first = site.folder / "out/release/table.parquet"
    assert again.tables[0].read_bytes() == first.read_bytes()


def test_the_store_on_disk_moves_too(tmp_path: Path) -> None:
    with LocalStore.open(tmp_path / "keys", "x", create=True, profile=TESTING) as store:
        site = Site(tmp_path)
        site.store = store
        site.ledger = pseudo.open_ledger(tmp_path / "keys.ledger", store)
        domains.create(store, "projA", "hex", ledger=site.ledger)
        domains.new_version(store, "projA", ledger=site.ledger)
        table = site.table(id=site.pseudonyms(PEOPLE, 1))
        moved = site.move(table, candidates=site.numbers(PEOPLE))
        assert {row["id"] for row in rows(moved.tables[0])} == set(site.pseudonyms(PEOPLE, 2))
        assert store.show("projA").version == 2
