# SPDX-License-Identifier: Apache-2.0
"""``pseudo run`` from the outside: command, output, status, and what lies on disk."""

from __future__ import annotations

import json

import pyarrow.parquet as pq
import pytest

import pseudo
from pseudo.kernel import select
from pseudo.testing import CANARIES, assert_clean, planted_text


@pytest.fixture
def order(delivery, spec, tmp_path):
    return ["run", delivery, "--spec", spec, "--domain", "projA", "--out", tmp_path / "out"]


def test_published(call, keys, order, people, tmp_path):
    done = call(*order, **keys.environment)

    assert done.status == 0
    out = tmp_path / "out"
    table = pq.read_table(out / "release" / "kommunala-program.parquet")
    assert table.column_names == ["id", "insats"]
    assert table.num_rows == 59
    assert {path.name for path in (out / "return").iterdir()} == {
        "opening.json",
        "rejects.csv",
        "rejects.json",
    }
    facts = dict(line.split("  ", 1) for line in done.stdout.splitlines() if "  " in line)
    facts = {name: value.strip() for name, value in facts.items()}
    assert facts["records"] == "60"
    assert facts["rows published"] == "59"
    assert facts["records left out"] == "1"
    assert facts["distinct people"] == "59"
    assert facts["receipt"] == str(out / "receipt.json")
    assert "identity.bad_check_digit" in done.stdout
    software = pseudo.read_receipt(out)["software"]
    assert software["kernel"] == software["scan_kernel"] == select().name
    assert done.stderr.splitlines() == [
        "file 1 (delivery.csv): text, cp1252 (by its content), delimiter semicolon",
        "reference date: 2026-11-22 (by the spec)",
        "order of rows: by pseudonym",
        f"kernel: {software['kernel']}, threads: {software['threads']}",
    ]
    for number in people:
        assert number not in done.stdout + done.stderr


def test_an_output_that_is_called_after_somebody(call, keys, order, people, tmp_path):
    order[-1] = tmp_path / f"till {people[0]}"
    done = call(*order, **keys.environment)

    assert done.status == 0
    assert (order[-1] / "receipt.json").is_file()
    assert people[0] not in done.stdout + done.stderr


def test_an_empty_delimiter_is_none(call, keys, order):
    done = call(*order, "--delimiter", "", **keys.environment)

    assert done.status == 2
    assert "code: usage.bad_delimiter" in done.stderr


def test_as_json(call, keys, order, tmp_path):
    done = call(
        *order, "--json", "--to", "csv", "--order", "keep", "--lang", "en", **keys.environment
    )

    data = json.loads(done.stdout)
    receipt = pseudo.read_receipt(tmp_path / "out")
    paths = data.pop("paths")
    assert data == receipt
    assert paths["out"] == str(tmp_path / "out")
    for name in ("data", "rejects_csv", "rejects_json", "receipt"):
        assert (tmp_path / "out" / paths[name]).is_file()
    assert paths["data"].endswith(".csv")
    assert receipt["order"] == {"by": "keep", "reason": "asked for by --order keep"}
    assert "The last digit" in (tmp_path / "out" / "return" / "rejects.csv").read_text("utf-8-sig")


def test_columns_instead_of_a_spec(call, keys, delivery, tmp_path):
    start = ["run", delivery, "--column", "personnummer", "--domain", "projA", "--out"]

    undecided = call(*start, tmp_path / "a", **keys.environment)
    assert (undecided.status, undecided.stdout) == (2, "")
    assert undecided.code == "usage.columns_undecided"
    assert "namn" in undecided.stderr
    assert not (tmp_path / "a").exists()

    kept = call(*start, tmp_path / "b", "--keep-all", "--json", **keys.environment)
    assert json.loads(kept.stdout)["spec"]["columns_by"] == "all others kept"
    assert (tmp_path / "b" / "release" / "delivery.parquet").is_file()


def test_a_decomposed_name_is_the_same_name(call, keys, tmp_path, people):
    path = tmp_path / "d.csv"
    path.write_text("nr;ålder\n" + "".join(f"{number};44\n" for number in people))
    words = ["--column", "nr", "--keep", " a\u030alder", "--domain", "projA"]

    done = call("run", path, *words, "--out", tmp_path / "out", **keys.environment)

    assert done.status == 0


def test_refused_for_its_rejects(call, keys, spec, tmp_path, people):
    path = tmp_path / "delivery.csv"
    rows = [f"{number[:-1]};x;1" for number in people[:20]] + [f"{n};x;1" for n in people[20:]]
    path.write_text("\n".join(["personnummer;namn;insats", *rows, ""]))
    out = tmp_path / "out"

    done = call("run", path, "--spec", spec, "--domain", "projA", "--out", out, **keys.environment)

    assert (done.status, done.stdout, done.code) == (3, "", "delivery.too_many_rejects")
    assert "rejected: 20 of 60 records" in done.stderr
    assert "personnummer: 20 × identity.wrong_length" in done.stderr
    assert str(out / "return") in done.stderr
    assert sorted(entry.name for entry in out.iterdir()) == [
        "receipt.json",
        "receipt.tlog-proof",
        "return",
    ]
    assert pseudo.read_receipt(out)["verdict"] == "refused"


def test_refused_for_a_leak(call, keys, spec, tmp_path, people):
    path = tmp_path / "delivery.csv"
    lines = [f"{number};x;1;ringde {people[3][:8]}-{people[3][8:]}" for number in people]
    path.write_text("\n".join(["personnummer;namn;insats;not", *lines, ""]))
    spec.write_text(spec.read_text() + "  - {name: not, role: keep}\n")
    out = tmp_path / "out"

    done = call("run", path, "--spec", spec, "--domain", "projA", "--out", out, **keys.environment)

    assert (done.status, done.stdout, done.code[:5]) == (4, "", "leak.")
    assert "Nothing was released." in done.stderr
    assert people[3][8:] not in done.stderr
    assert not (out / "release").exists()


def test_an_output_that_exists_is_left_alone_and_no_key_is_needed(call, order, tmp_path):
    (tmp_path / "out").mkdir()

    done = call(*order, PSEUDO_KEYSTORE="local:nowhere")

    assert (done.status, done.stdout, done.code) == (2, "", "usage.output_exists")
    assert list((tmp_path / "out").iterdir()) == []


@pytest.mark.parametrize(
    ("domain", "code"), [("frozen", "keys.frozen"), ("PROJA", "keys.unknown_domain")]
)
def test_a_domain_that_cannot_be_used(call, keys, order, tmp_path, domain, code):
    words = [domain if word == "projA" else word for word in order]

    done = call(*words, **keys.environment)

    assert (done.status, done.stdout, done.code) == (5, "", code)
    assert not (tmp_path / "out").exists()


def test_a_missing_file_leaves_nothing(call, keys, order, tmp_path):
    before = sorted(path.name for path in tmp_path.iterdir() if path.name != "delivery.csv")
    (tmp_path / "delivery.csv").unlink()

    done = call(*order, **keys.environment)

    assert (done.status, done.stdout, done.code) == (2, "", "usage.no_such_file")
    assert sorted(path.name for path in tmp_path.iterdir()) == before


def test_undeclared_columns_that_are_dropped_are_named(call, keys, order, spec):
    spec.write_text(
        spec.read_text()
        .replace("columns:", "unknown_columns: drop\ncolumns:")
        .replace("  - {name: namn, role: direct}\n", "")
    )

    done = call(*order, **keys.environment)

    assert done.status == 0
    assert "undeclared columns dropped: namn" in done.stderr


def test_logs_go_to_stderr(call, keys, order):
    done = call(*order, "--json", PSEUDO_LOG="json", **keys.environment)

    json.loads(done.stdout)
    events = [json.loads(line) for line in done.stderr.splitlines() if line.startswith("{")]
    assert [event["event"] for event in events] == ["batch.started", "batch.finished"]


def test_canaries_in_every_field_and_name_come_out_nowhere(call, keys, tmp_path):
    """Plant identity numbers wherever an operator or a file can put one."""
    number = f"{CANARIES['alva'][:8]}-{CANARIES['alva'][8:]}"
    header = ["personnummer", "namn", "insats"]
    path = tmp_path / f"{number}.csv"
    path.write_text(planted_text(header, 60))
    headless = tmp_path / "headless.csv"
    headless.write_text(planted_text(header, 60).partition("\n")[2])
    spec = tmp_path / "s.yaml"
    spec.write_text("name: d\ncolumns:\n  - {name: personnummer, role: identifier}\n")
    out = tmp_path / "o"
    words = ["--domain", "projA", "--out", out]
    orders = [
        ["run", path, "--column", "personnummer", "--keep-all", *words],
        ["run", path, "--column", number, "--keep", CANARIES["bertil"], *words],
        ["run", path, "--spec", spec, *words],
        ["run", path, "--spec", spec, "--domain", number, "--out", out],
        ["run", path, "--spec", spec, "--encoding", number, *words],
        ["run", path, "--spec", spec, "--delimiter", number, *words],
        ["run", headless, "--column", "personnummer", "--keep-all", *words],
        ["run", path, "--column", "personnummer", *words[:2], "--out", tmp_path / number / "o"],
        ["inspect", path],
        ["inspect", headless],
        ["inspect", path, "--json"],
    ]
    for place, order in enumerate(orders):
        done = call(*order, PSEUDO_LOG="json", **keys.environment)

        assert_clean(stdout=done.stdout, stderr=done.stderr)
        assert done.status in {0, 2, 3, 4, 5}, order
        if done.status:
            assert done.stdout == ""
        if out.exists():
            assert_clean(out=out)
            out.rename(tmp_path / f"out-{place}")
