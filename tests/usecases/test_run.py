# SPDX-License-Identifier: Apache-2.0
"""A batch from files to a published folder."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.csv as pacsv
import pyarrow.parquet as pq
import pytest

import pseudo
from pseudo.domain import Domain
from pseudo.events import Cancellation, Progress
from pseudo.spec import parse_spec
from pseudo.testing import MemoryStore, RecordingLedger
from pseudo.testing.canaries import assert_clean
from pseudo.testing.delivery import DEMO_SPEC, build_delivery, make_delivery
from pseudo.usecases.request import RunRequest
from pseudo.usecases.run import carry_out

Deliver = Callable[..., Path]


def rows_of(path: Path) -> list[dict[str, object]]:
    return pq.read_table(path).to_pylist()


def test_every_person_of_three_municipalities_gets_one_pseudonym(
    tmp_path: Path, domain: Domain
) -> None:
    truth = build_delivery(people=800, seed=5)
    files = make_delivery(tmp_path / "in", people=800, seed=5)
    spec = parse_spec(DEMO_SPEC)
    result = pseudo.run(
        files, spec=spec, domain=domain, out=tmp_path / "out", reference_date=date(2026, 11, 22)
    )
    accepted = [r.canonical for file in truth.files for r in file.records if not r.reason]
    wanted = sorted(domain.pseudonymize(accepted, reference_date=date(2026, 11, 22)))
    assert [row["id"] for row in rows_of(result.data)] == wanted
    assert result.receipt["counts"]["distinct_people"] == len(set(accepted))
    assert result.rejected == result.records - len(accepted)


def test_the_error_list_names_exactly_the_wrong_records(tmp_path: Path, domain: Domain) -> None:
    truth = build_delivery(people=800, seed=5)
    files = make_delivery(tmp_path / "in", people=800, seed=5)
    pseudo.run(
        files,
        spec=parse_spec(DEMO_SPEC),
        domain=domain,
        out=tmp_path / "out",
        reference_date=date(2026, 11, 22),
    )
    listed = json.loads((tmp_path / "out/return/rejects.json").read_text())["rejects"]
    wanted = {
        (file.name, record.number, record.line)
        for file in truth.files
        for record in file.records
        if record.reason
    }
    assert {(r["file"], r["record"], r["line"]) for r in listed} == wanted
    assert all(r["problem"] and r["remedy"] and r["effect"] == "row_left_out" for r in listed)


def test_the_published_folder_holds_what_was_promised_and_nothing_else(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    path = deliver("personnummer;namn;insats\n" + f"{people[0]};Åsa;3\n" * 3)
    pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "out")
    found = sorted(str(p.relative_to(tmp_path / "out")) for p in (tmp_path / "out").rglob("*"))
    assert found == [
        "receipt.json",
        "release",
        "release/codebook.csv",
        "release/codebook.json",
        "release/kommunala-program.parquet",
        "return",
        "return/opening.json",
        "return/rejects.csv",
        "return/rejects.json",
    ]
    assert [p.name for p in tmp_path.glob(".*")] == []
    assert_clean(folder=tmp_path / "out")


def test_the_pseudonym_stands_in_the_old_columns_place_and_direct_columns_are_gone(
    tmp_path: Path, domain: Domain, deliver: Deliver, people: list[str]
) -> None:
    spec = parse_spec(
        "name: x\ncolumns:\n"
        "- {name: a, role: keep}\n- {name: pnr, role: identifier}\n"
        "- {name: namn, role: direct}\n- {name: b, role: keep, type: number, decimalChar: ','}\n"
    )
    path = deliver(f"b;namn;pnr;a\n1,5;Åsa;{people[0]};007\n")
    result = pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "out")
    table = pq.read_table(result.data)
    assert table.schema.names == ["a", "pnr_pseudonym", "b"]
    assert table.column("a").to_pylist() == ["007"]
    assert table.column("b").to_pylist() == [1.5]


@pytest.mark.parametrize("to", ["parquet", "csv"])
def test_the_same_bytes_leave_whatever_the_chunks_and_the_threads(
    to: str, tmp_path: Path, domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pseudo.io.source import ReadOptions
    from pseudo.usecases import reading

    files = make_delivery(tmp_path / "in", people=400, seed=6)
    spec = parse_spec(DEMO_SPEC)
    seen = set()
    for number, (chunk, threads) in enumerate([(4 << 20, 1), (997, 1), (10_000, 3), (64_000, 8)]):

        def options(chunk: int = chunk, **settings: object) -> ReadOptions:
            return ReadOptions(**settings | {"chunk_bytes": chunk})  # type: ignore[arg-type]

        monkeypatch.setattr(reading, "ReadOptions", options)
        result = pseudo.run(
            files,
            spec=spec,
            domain=domain,
            out=tmp_path / f"out{number}",
            to=to,  # type: ignore[arg-type]
            threads=threads,
            reference_date=date(2026, 11, 22),
        )
        rejects = (tmp_path / f"out{number}/return/rejects.json").read_bytes()
        seen.add((result.data.read_bytes(), rejects))
    assert len(seen) == 1


def test_text_and_parquet_of_one_table_give_the_same_bytes(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    lines = [f"{n};Åsa;{i}" for i, n in enumerate(people)]
    text = deliver("\n".join(["personnummer;namn;insats", *lines]))
    columns = {"personnummer": people, "namn": ["Åsa"] * 200, "insats": list(range(200))}
    frame = pa.table(columns).to_pandas().set_index("namn", drop=False)
    frame.to_parquet(tmp_path / "delivery.parquet")
    plain = pa.table(columns)
    pq.write_table(plain, tmp_path / "plain.parquet", use_dictionary=True)
    first = pseudo.run(text, spec=spec, domain=domain, out=tmp_path / "a")
    second = pseudo.run(tmp_path / "plain.parquet", spec=spec, domain=domain, out=tmp_path / "b")
    assert first.data.read_bytes() == second.data.read_bytes()
    digests = [r.receipt["outputs"][0]["logical_digest"] for r in (first, second)]
    assert digests[0] == digests[1]


def test_csv_and_parquet_have_one_logical_digest(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    path = deliver("personnummer;namn;insats\n" + "".join(f"{n};x;1\n" for n in people))
    results = [
        pseudo.run(path, spec=spec, domain=domain, out=tmp_path / to, to=to)
        for to in ("csv", "parquet")
    ]
    tables = [pacsv.read_csv(results[0].data), pq.read_table(results[1].data)]
    assert tables[0].column("id").to_pylist() == tables[1].column("id").to_pylist()
    digests = {r.receipt["outputs"][0]["logical_digest"] for r in results}
    assert len(digests) == 1


def test_rows_leave_by_pseudonym_and_a_persons_own_rows_in_their_order(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    rows = [f"{number};x;{place}" for place, number in enumerate(people * 3)]
    path = deliver("\n".join(["personnummer;namn;insats", *rows]))
    found = rows_of(pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o").data)
    keys = [(row["id"], row["insats"]) for row in found]
    assert keys == sorted(keys)
    assert [row["insats"] for row in found] != list(range(600))


def test_order_keep_leaves_rows_as_they_came_and_says_why(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    rows = [f"{number};x;{place}" for place, number in enumerate(people)]
    path = deliver("\n".join(["personnummer;namn;insats", *rows]))
    result = pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o", order="keep")
    assert [row["insats"] for row in rows_of(result.data)] == list(range(200))
    assert result.receipt["order"] == {"by": "keep", "reason": "asked for by --order keep"}


def test_several_identifier_columns_of_one_person_link(
    tmp_path: Path, domain: Domain, deliver: Deliver, people: list[str]
) -> None:
    mother, child = people[:2]
    path = deliver(f"mor;barn\n{mother};{child}\n{child};\n")
    spec = parse_spec(
        "name: x\nreference_date: 2026-11-22\ncolumns:\n- {name: mor, role: identifier}\n"
        "- {name: barn, role: identifier, required: false}\n"
    )
    rows = rows_of(pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o").data)
    by_mother = {row["mor_pseudonym"]: row["barn_pseudonym"] for row in rows}
    child_pseudonym = next(p for p in by_mother.values() if p)
    assert by_mother[child_pseudonym] is None


def test_an_opaque_household_is_another_one_in_another_municipality(
    tmp_path: Path, domain: Domain, deliver: Deliver, people: list[str]
) -> None:
    path = deliver(
        f"pnr;kommun;hushall\n{people[0]};0180;1\n{people[1]};0180;0001\n{people[2]};1280;0001\n"
    )
    spec = parse_spec(
        "name: x\norder: keep\nreason: shown to the test\ncolumns:\n"
        "- {name: pnr, role: identifier}\n- {name: kommun, role: keep}\n"
        "- {name: hushall, role: identifier, kind: 'opaque:hushall', scope: [kommun], width: 4}\n"
    )
    found = rows_of(pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o").data)
    one, two, three = [row["hushall_pseudonym"] for row in found]
    assert one == two == "2EJGRK4QAROBIOFRCPP6Q6WAIY"
    assert three != one


def test_the_submitter_is_a_scope_and_must_be_named(
    tmp_path: Path, domain: Domain, deliver: Deliver
) -> None:
    path = deliver("nr\n0001\n")
    spec = parse_spec(
        "name: x\ncolumns:\n- {name: nr, role: identifier, kind: 'opaque:hushall', scope: submitter}"
    )
    with pytest.raises(pseudo.UsageError, match=r"usage\.submitter_needed"):
        pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o")
    result = pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o", submitter="0180")
    assert rows_of(result.data)[0]["nr_pseudonym"] == "2EJGRK4QAROBIOFRCPP6Q6WAIY"


@pytest.mark.parametrize(
    ("option", "in_spec", "day", "by"),
    [
        (date(2020, 1, 1), "2021-01-01", "2020-01-01", "option"),
        (None, "2021-01-01", "2021-01-01", "spec"),
        (None, "", "2025-05-05", "run"),
    ],
)
def test_the_reference_date_is_the_options_the_specs_or_the_days(
    option: date | None,
    in_spec: str,
    day: str,
    by: str,
    tmp_path: Path,
    domain: Domain,
    deliver: Deliver,
) -> None:
    line = f"reference_date: {in_spec}\n" if in_spec else ""
    spec = parse_spec(f"name: x\n{line}columns:\n- {{name: p, role: identifier}}\n")
    request = RunRequest(
        (deliver("p\n19121212-1212\n"),), tmp_path / "o", spec=spec, reference_date=option
    )
    clock = lambda: datetime(2025, 5, 5, 12, tzinfo=UTC)  # noqa: E731
    result = carry_out(request, domain, clock=clock)
    assert result.receipt["reference_date"] == {"date": day, "by": by}


def test_a_receipt_that_cannot_be_appended_publishes_nothing(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    path = deliver(f"personnummer;namn;insats\n{people[0]};x;1\n")
    ledger = RecordingLedger(MemoryStore(), fail_with=pseudo.EvidenceError("ledger.busy"))
    with pytest.raises(pseudo.EvidenceError):
        pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o", ledger=ledger)
    assert not (tmp_path / "o").exists()
    assert list(tmp_path.glob(".o*")) == []
    ledger.fail_with = None
    pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o", ledger=ledger)
    assert ledger.appended == [(tmp_path / "o/receipt.json").read_bytes()[:-1]]


def test_a_cancelled_batch_leaves_nothing_and_can_be_run_again(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    path = deliver(f"personnummer;namn;insats\n{people[0]};x;1\n")
    stop = Cancellation()
    stop.cancel()
    with pytest.raises(pseudo.Cancelled):
        pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o", cancellation=stop)
    assert not (tmp_path / "o").exists()
    assert list(tmp_path.glob(".o*")) == []
    assert pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o").rows == 1


def test_progress_is_told_in_rows_and_bytes(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    path = deliver("personnummer;namn;insats\n" + "".join(f"{n};x;1\n" for n in people))
    seen: list[Progress] = []

    class Watcher:
        def progress(self, progress: Progress) -> None:
            seen.append(progress)

    pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o", observer=Watcher())
    read = [p for p in seen if p.stage == "read"]
    assert read[-1].done == read[-1].total == path.stat().st_size
    assert [p for p in seen if p.stage == "write"][-1].rows == 200


def test_a_receipt_never_holds_an_input_name_or_a_hash_of_what_came(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    import hashlib

    path = deliver(f"personnummer;namn;insats\n{people[0]};x;1\n", name="Åsas fil.csv")
    pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o")
    receipt = (tmp_path / "o/receipt.json").read_text()
    assert "Åsas fil" not in receipt
    assert hashlib.sha256(path.read_bytes()).hexdigest() not in receipt


def test_the_published_parquet_names_its_key_and_carries_nothing_else(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    path = deliver(f"personnummer;namn;insats\n{people[0]};x;1\n")
    result = pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o")
    metadata = pq.read_metadata(result.data).metadata
    assert list(metadata) == [b"pseudo"]
    assert json.loads(metadata[b"pseudo"]) == {
        "pseudonyms": {"id": {"key_id": "projA.v1.8e5d1bee7531823a", "format": "base32"}}
    }


def test_two_domains_share_no_pseudonym(
    tmp_path: Path, spec: Path, deliver: Deliver, people: list[str]
) -> None:
    path = deliver("personnummer;namn;insats\n" + "".join(f"{n};x;1\n" for n in people))
    seen: set[object] = set()
    with MemoryStore() as store:
        for name in ("one", "two"):
            store.create(name)
            store.activate(name)
            result = pseudo.run(path, spec=spec, domain=store.domain(name), out=tmp_path / name)
            seen |= {row["id"] for row in rows_of(result.data)}
    assert len(seen) == 2 * len(people)


def test_on_invalid_null_keeps_the_row_and_lists_the_cell(
    tmp_path: Path, domain: Domain, deliver: Deliver, people: list[str]
) -> None:
    spec = parse_spec(
        "name: x\ncolumns:\n- {name: p, role: identifier, on_invalid: 'null'}\n"
        "- {name: n, role: keep, type: integer, on_invalid: 'null'}\n"
    )
    path = deliver(f"p;n\n{people[0]};x\nfel;2\n")
    result = pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o")
    found = rows_of(result.data)
    assert [(row["p_pseudonym"] is None, row["n"]) for row in found] == [(False, None), (True, 2)]
    with (tmp_path / "o/return/rejects.csv").open(encoding="utf-8-sig") as file:
        listed = list(csv.DictReader(file, delimiter=";"))
    assert [row["Vad som skedde"] for row in listed] == ["värdet lämnat tomt"] * 2
    assert result.rejected == 0


@pytest.mark.parametrize("threads", [1, 3])
def test_more_rows_than_memory_holds_leave_in_the_same_bytes(
    threads: int, tmp_path: Path, domain: Domain, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = make_delivery(tmp_path / "in", people=6_000, seed=8)
    spec = parse_spec(DEMO_SPEC)
    day = date(2026, 11, 22)
    order = {"spec": spec, "domain": domain, "reference_date": day, "threads": threads}
    first = pseudo.run(files, out=tmp_path / "a", **order)
    from pseudo.io.order import ByPseudonym
    from pseudo.usecases import batch

    def small(column: str, folder: Path, _: int, **named: int) -> ByPseudonym:
        return ByPseudonym(column, folder, 50_000, **named)

    monkeypatch.setattr(batch, "ByPseudonym", small)
    second = pseudo.run(files, out=tmp_path / "b", **order)
    assert first.data.read_bytes() == second.data.read_bytes()
