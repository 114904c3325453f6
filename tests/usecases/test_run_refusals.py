# SPDX-License-Identifier: Apache-2.0
"""Bad input: a clear error with its exit status, nothing half-published, no value in it."""

from __future__ import annotations

import io
import json
import os
import traceback
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

import pseudo
from pseudo.domain import Domain
from pseudo.testing import CANARIES, MemoryStore
from pseudo.testing.canaries import assert_clean

Deliver = Callable[..., Path]

CANARY = CANARIES["alva"]
HEADER = "personnummer;namn;insats\n"
GOOD = "".join(f"{CANARY};{CANARY};{n}\n" for n in range(50))


def parquet(**columns: object) -> bytes:
    sink = io.BytesIO()
    pq.write_table(pa.table(columns), sink)
    return sink.getvalue()


REFUSED: dict[str, tuple[bytes, str]] = {
    "excel": (b"PK\x03\x04" + b"xl/workbook.xml" * 20, "delivery.unreadable"),
    "word": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "delivery.not_text"),
    "pdf": (b"%PDF-1.7\n" + CANARY.encode(), "delivery.document"),
    "binary": (bytes(range(1, 32)) * 400, "delivery.not_text"),
    "empty": (b"", "delivery.empty"),
    "blanks": (b" \r\n\r\n \n", "delivery.empty"),
    "header only": (HEADER.encode(), "delivery.no_records"),
    "no header": (GOOD.encode(), "delivery.no_header"),
    "duplicate column": (
        f"personnummer;namn;insats;namn\n{CANARY};a;1;b\n".encode(),
        "delivery.duplicate_column",
    ),
    "unnamed column": (
        f"personnummer;;insats\n{CANARY};a;1\n".encode(),
        "delivery.blank_column_name",
    ),
    "missing column": (f"personnummer;namn\n{CANARY};a\n".encode(), "delivery.missing_column"),
    "unknown column": (
        f"personnummer;namn;insats;extra\n{CANARY};a;1;b\n".encode(),
        "delivery.unknown_column",
    ),
    "other columns": (f"alfa;beta\n{CANARY};a\n".encode(), "delivery.no_declared_column"),
    "undecodable": (
        (HEADER + GOOD).encode() + b"\x8d;x;1\n",
        "delivery.undecodable",
    ),
    "nul": ((HEADER + GOOD).encode() + CANARY.encode() + b";\x00;1\n", "delivery.nul_byte"),
    "unclosed quote": (
        (HEADER + f'{CANARY};"{CANARY};1\n' + GOOD).encode(),
        "delivery.unclosed_quote",
    ),
    "ragged": ((HEADER + GOOD + f"{CANARY};x\n" * 50).encode(), "delivery.too_many_rejects"),
    "bad values": (
        (HEADER + GOOD + f"{CANARY}9;x;1\n" * 3).encode(),
        "delivery.too_many_rejects",
    ),
    "one giant line": ((HEADER + CANARY * 200_000).encode(), "delivery.record_too_long"),
    "truncated parquet": (parquet(personnummer=[CANARY])[:-9], "delivery.unreadable"),
    "garbled parquet": (
        b"PAR1" + CANARY.encode() + b"\x00" * 400 + b"\xff\xff\xff\x7fPAR1",
        "delivery.unreadable",
    ),
    "nested parquet": (
        parquet(personnummer=[CANARY], namn=["a"], insats=[[1]]),
        "delivery.nested_column",
    ),
    "parquet of another type": (
        parquet(personnummer=[CANARY], namn=["a"], insats=[True]),
        "delivery.column_type",
    ),
    "parquet without rows": (
        parquet(
            personnummer=pa.array([], pa.string()),
            namn=pa.array([], pa.string()),
            insats=pa.array([], pa.int64()),
        ),
        "delivery.no_records",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_a_bad_delivery_is_refused_with_its_folder_and_without_a_value(
    case: str,
    tmp_path: Path,
    domain: Domain,
    spec: Path,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("PSEUDO_LONGEST_RECORD", str(1024 * 1024))
    content, code = REFUSED[case]
    path, out = deliver(content), tmp_path / "out"
    with pytest.raises(pseudo.DeliveryError) as caught:
        pseudo.run(path, spec=spec, domain=domain, out=out)
    error = caught.value
    assert (error.code, error.exit_status) == (code, 3)
    assert error.text("sv") != code
    assert error.hint("sv")
    assert error.hint("en")
    assert sorted(p.name for p in out.iterdir()) == ["receipt.json", "return"]
    receipt = pseudo.read_receipt(out)
    assert (receipt["verdict"], receipt["refusal"]) == ("refused", code)
    listed = json.loads((out / "return/rejects.json").read_text())["rejects"]
    assert listed[-1]["code"] == code
    assert listed[-1]["effect"] == "delivery_refused"
    told = "".join(traceback.format_exception(error)) + repr(error) + repr(error.args)
    assert_clean(error=told, folder=out)
    # The next run, corrected, succeeds.
    better = deliver(HEADER + GOOD, name="better.csv")
    assert pseudo.run(better, spec=spec, domain=domain, out=tmp_path / "again").rows == 50


def test_all_errors_of_a_refused_delivery_are_listed_not_only_the_first(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver
) -> None:
    bad = f"{CANARY}9;x;1\n;x;1\n{CANARY};x;ett\n{CANARY};x\n"
    path = deliver(HEADER + bad)
    with pytest.raises(pseudo.DeliveryError):
        pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o", lang="en")
    listed = json.loads((tmp_path / "o/return/rejects.json").read_text())
    assert [(r["record"], r["column"], r["code"]) for r in listed["rejects"]] == [
        (2, "personnummer", "identity.wrong_length"),
        (3, "personnummer", "identity.blank"),
        (4, "insats", "value.wrong_type"),
        (5, "", "record.too_few_fields"),
        (0, "", "delivery.too_many_rejects"),
    ]
    assert listed["totals"]["records"] == 4
    assert listed["totals"]["accepted"] == 0


def test_a_file_that_changes_while_it_is_read_is_refused(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver
) -> None:
    path = deliver(HEADER + GOOD)

    class Meddler:
        def progress(self, _: object) -> None:
            with path.open("a") as file:
                file.write(f"{CANARY};x;1\n")

    with pytest.raises(pseudo.DeliveryError) as caught:
        pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o", observer=Meddler())
    assert caught.value.code == "delivery.changed"
    assert not (tmp_path / "o/release").exists()


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        ({"spec": None}, "usage.spec_or_columns"),
        ({"columns": ["personnummer"]}, "usage.spec_or_columns"),
        ({"keep_all": True}, "usage.keep_without_columns"),
        ({"spec": None, "columns": ["personnr"]}, "usage.no_column_found"),
        ({"spec": None, "columns": ["personnummer", "nr"]}, "usage.column_not_found"),
        ({"reference_date": date(1850, 1, 1)}, "identity.reference_date"),
        ({"reference_date": date(9999, 12, 31)}, "identity.reference_date"),
        ({"spec": None, "columns": ["personnummer"]}, "usage.columns_undecided"),
        (
            {"spec": None, "columns": ["personnummer"], "keep": ["namn"], "keep_all": True},
            "usage.keep_and_keep_all",
        ),
        ({"spec": "missing.yaml"}, "spec.not_found"),
        ({"to": "docx"}, "usage.unknown_format"),
        ({"lang": "no"}, "usage.unknown_lang"),
        ({"order": "random"}, "usage.unknown_order"),
        ({"encoding": "rot13"}, "usage.unknown_encoding"),
        ({"files": []}, "usage.no_files"),
        ({"files": ["nowhere.csv"]}, "usage.no_such_file"),
        ({"files": ["."]}, "usage.is_a_directory"),
        ({"out": "nowhere/out"}, "usage.output_parent_missing"),
        ({"out": "."}, "usage.output_name"),
    ],
)
def test_an_order_that_cannot_be_carried_out_leaves_no_folder(
    arguments: dict[str, object],
    code: str,
    tmp_path: Path,
    domain: Domain,
    spec: Path,
    deliver: Deliver,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    path = deliver(HEADER + GOOD)
    monkeypatch.chdir(tmp_path)
    order: dict[str, object] = {"files": path, "spec": spec, "domain": domain, "out": "out"}
    order |= arguments
    with pytest.raises(pseudo.UsageError) as caught:
        pseudo.run(order.pop("files"), **order)  # type: ignore[arg-type]
    assert (caught.value.code, caught.value.exit_status) == (code, 2)
    assert not (tmp_path / "out").exists()
    assert list(tmp_path.glob(".out*")) == []
    assert_clean(error=str(caught.value))


def test_undecided_columns_are_listed(tmp_path: Path, domain: Domain, deliver: Deliver) -> None:
    with pytest.raises(pseudo.UsageError) as caught:
        pseudo.run(
            deliver(HEADER + GOOD), columns=["personnummer"], domain=domain, out=tmp_path / "o"
        )
    assert caught.value.params["columns"] == "namn, insats"


def test_an_output_that_exists_is_never_touched(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver
) -> None:
    (tmp_path / "out").mkdir()
    (tmp_path / "out/mine.txt").write_text("mine")
    with pytest.raises(pseudo.UsageError) as caught:
        pseudo.run(deliver(HEADER + GOOD), spec=spec, domain=domain, out=tmp_path / "out")
    assert caught.value.code == "usage.output_exists"
    assert (tmp_path / "out/mine.txt").read_text() == "mine"


def test_the_same_file_twice_is_refused_even_by_two_names(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver
) -> None:
    path = deliver(HEADER + GOOD)
    os.symlink(path, tmp_path / "link.csv")
    with pytest.raises(pseudo.UsageError, match="same_file_twice"):
        pseudo.run([path, tmp_path / "link.csv"], spec=spec, domain=domain, out=tmp_path / "o")


@pytest.mark.parametrize(
    ("limit", "passes"), [("3", True), ("2", False), ("6%", True), ("5%", False)]
)
def test_the_reject_limit_is_a_share_or_a_count(
    limit: str, passes: bool, tmp_path: Path, domain: Domain, deliver: Deliver
) -> None:
    from pseudo.spec import parse_spec

    spec = parse_spec(
        f"name: x\nreject_limit: {limit}\ncolumns:\n- {{name: p, role: identifier}}\n"
    )
    path = deliver("p\n" + f"{CANARY}\n" * 47 + "fel\n" * 3)
    if passes:
        assert pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o").rejected == 3
    else:
        with pytest.raises(pseudo.DeliveryError, match="too_many_rejects"):
            pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o")


def test_on_invalid_stop_refuses_whatever_the_limit(
    tmp_path: Path, domain: Domain, deliver: Deliver
) -> None:
    from pseudo.spec import parse_spec

    spec = parse_spec(
        "name: x\nreject_limit: 100%\ncolumns:\n- {name: p, role: identifier, on_invalid: stop}\n"
    )
    with pytest.raises(pseudo.DeliveryError, match="invalid_stop"):
        pseudo.run(
            deliver("p\n" + f"{CANARY}\n" * 99 + "fel\n"),
            spec=spec,
            domain=domain,
            out=tmp_path / "o",
        )


@pytest.mark.parametrize("state", ["freeze", "destroy"])
def test_a_domain_that_may_not_be_used_opens_nothing(state: str) -> None:
    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        getattr(store, state)("projA")
        with pytest.raises(pseudo.KeyStoreError) as caught:
            store.domain("projA")
    assert caught.value.exit_status == 5


def test_a_domain_that_was_closed_publishes_nothing(
    tmp_path: Path, spec: Path, deliver: Deliver
) -> None:
    with MemoryStore({("projA", 1): bytes(range(32))}) as store:
        domain = store.domain("projA")
    domain.close()
    with pytest.raises(pseudo.KeyStoreError):
        pseudo.run(deliver(HEADER + GOOD), spec=spec, domain=domain, out=tmp_path / "o")
    assert not (tmp_path / "o").exists()


def test_a_file_name_with_a_number_is_never_shown(
    tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver
) -> None:
    path = deliver(HEADER + GOOD + "fel;x;1\n", name=f"leverans {CANARY}.csv")
    pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o")
    assert_clean(folder=tmp_path / "o")
    listed = json.loads((tmp_path / "o/return/rejects.json").read_text())["rejects"]
    assert listed[0]["file"] == "#1"


@pytest.mark.parametrize("threads", [1, 2, 8])
def test_the_error_list_of_a_broken_file_holds_what_came_before_the_break(
    threads: int, tmp_path: Path, domain: Domain, spec: Path, deliver: Deliver
) -> None:
    rows = [f"{CANARY};x;{'fel' if n % 1000 == 0 else n}\n" for n in range(200_000)]
    path = deliver((HEADER + "".join(rows)).encode() + b"\x00;x;1\n")
    assert path.stat().st_size > 4 * 1024 * 1024
    with pytest.raises(pseudo.DeliveryError, match="nul_byte"):
        pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o", threads=threads)
    listed = json.loads((tmp_path / "o/return/rejects.json").read_text())
    assert len(listed["rejects"]) == 201
    assert listed["totals"]["records"] == 200_000
    receipt = pseudo.read_receipt(tmp_path / "o")
    assert receipt["counts"]["records"] == 200_000
    assert receipt["scan"]["state"] == "incomplete"
    assert receipt["scan"]["tiers"] == []


def test_a_file_name_of_any_bytes_is_no_obstacle(
    tmp_path: Path, domain: Domain, spec: Path
) -> None:
    path = os.fsencode(tmp_path) + b"/b\xe5\xff.csv"
    with open(path, "wb") as file:
        file.write((HEADER + GOOD + "fel;x;1\n").encode())
    result = pseudo.run(Path(os.fsdecode(path)), spec=spec, domain=domain, out=tmp_path / "o")
    assert result.rejected == 1


def test_names_of_columns_cannot_be_formulas_in_the_error_list(
    tmp_path: Path, domain: Domain, deliver: Deliver
) -> None:
    from pseudo.spec import parse_spec

    spec = parse_spec(
        "name: x\nreject_limit: 100%\ncolumns:\n- {name: '=1+1', role: identifier}\n"
    )
    path = deliver(f"=1+1\n{CANARY}\nfel\n", name="@SUM(A1).csv")
    pseudo.run(path, spec=spec, domain=domain, out=tmp_path / "o")
    text = (tmp_path / "o/return/rejects.csv").read_text(encoding="utf-8-sig")
    assert "'=1+1" in text
    assert "'@SUM" in text
    assert ";=1+1" not in text


@pytest.mark.parametrize("name", [CANARY, f"id {CANARY[:8]}-{CANARY[8:]}"])
def test_a_number_in_the_specs_own_names_is_refused_at_load(name: str) -> None:
    from pseudo.spec import parse_spec

    for text in (
        f"name: x\ncolumns:\n- {{name: p, role: identifier, pseudonym: '{name}'}}\n",
        f"name: x\ncolumns:\n- {{name: '{name}', role: identifier}}\n",
    ):
        with pytest.raises(pseudo.SpecError) as caught:
            parse_spec(text)
        assert caught.value.code == "spec.unsafe_name"
        assert_clean(error=str(caught.value))


def test_names_of_a_file_without_header_are_not_listed(
    tmp_path: Path, domain: Domain, deliver: Deliver
) -> None:
    path = deliver(f"okänd;Anna Svensson\n{CANARY};Bo Berg\n")
    with pytest.raises(pseudo.UsageError) as caught:
        pseudo.run(path, columns=["pnr"], keep_all=True, domain=domain, out=tmp_path / "o")
    assert caught.value.code == "usage.no_column_found"
    assert "Anna" not in str(caught.value)


def test_more_columns_than_a_spec_may_have_are_refused(
    tmp_path: Path, domain: Domain, deliver: Deliver
) -> None:
    names = ["pnr", *(f"c{n}" for n in range(5001))]
    path = deliver(";".join(names) + "\n" + CANARY + ";" * 5001 + "\n")
    with pytest.raises(pseudo.UsageError, match="too_many_columns"):
        pseudo.run(path, columns=["pnr"], keep_all=True, domain=domain, out=tmp_path / "o")


def test_a_column_cannot_be_swapped_and_kept(
    tmp_path: Path, domain: Domain, deliver: Deliver
) -> None:
    with pytest.raises(pseudo.UsageError, match="column_and_keep"):
        pseudo.run(
            deliver(f"pnr\n{CANARY}\n"),
            columns="pnr",
            keep="pnr",
            domain=domain,
            out=tmp_path / "o",
        )
