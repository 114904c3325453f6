# SPDX-License-Identifier: Apache-2.0
"""``inspect``, ``demo`` and ``doctor`` from the outside."""

from __future__ import annotations

import json
import re
import shutil

import pytest

from pseudo.io.spec_file import load_spec


def test_inspect_shows_shapes_and_no_value(call, delivery, people):
    done = call("inspect", delivery, "--reference-date", "2026-11-22")

    assert (done.status, done.stderr) == (0, "")
    facts = dict(re.split(r"\s{2,}", line) for line in done.stdout.splitlines()[:7])
    assert facts["encoding"] == "cp1252 (by its content)"
    assert facts["delimiter"] == "semicolon"
    assert (facts["records"], facts["columns"]) == ("60", "3")
    assert re.search(
        r"personnummer +personnummer +98\.3 % +identity\.bad_check_digit 1", done.stdout
    )
    assert re.search(r"personnummer +d{12} +100\.0 %", done.stdout)
    for number in people:
        assert number not in done.stdout
    assert "Åsa" not in done.stdout


def test_inspect_as_json(call, delivery):
    found = json.loads(call("inspect", delivery, "--json").stdout)

    assert found["facts"]["encoding"] == "cp1252"
    assert [column["role"] for column in found["columns"]] == ["identifier", "direct", "keep"]
    assert found["columns"][0]["shapes"] == [{"name": "d" * 12, "count": 60}]


def test_inspect_shows_blanks_at_the_ends_of_a_shape(call, tmp_path):
    path = tmp_path / "d.csv"
    path.write_text("a;b\n ab;1\n" * 1 + " ab;1\n" * 5)

    assert "␣aa" in call("inspect", path).stdout


def test_the_drafted_spec_runs(call, keys, delivery, tmp_path):
    draft = tmp_path / "draft.yaml"

    done = call("inspect", delivery, "--write-spec", draft, "--json")

    assert json.loads(done.stdout)["records"] == 60
    assert str(draft) in done.stderr
    assert load_spec(draft).name == "draft"
    words = ["--spec", draft, "--domain", "projA", "--out", tmp_path / "out"]
    assert call("run", delivery, *words, **keys.environment).status == 0

    again = call("inspect", delivery, "--write-spec", draft)
    assert (again.status, again.stdout, again.code) == (2, "", "usage.exists")


def test_inspect_of_what_is_no_table(call, tmp_path):
    path = tmp_path / "d.csv"
    path.write_bytes(b"PK\x03\x04" + bytes(100))

    done = call("inspect", path)

    assert (done.status, done.stdout, done.code) == (3, "", "delivery.unreadable")


@pytest.fixture(scope="module")
def shown(tmp_path_factory):
    """Run the demonstration once."""
    from click.testing import CliRunner

    from pseudo.cli.app import app

    folder = tmp_path_factory.mktemp("demo") / "d"
    return folder, CliRunner().invoke(app, ["demo", str(folder)])


def test_the_demonstration(shown):
    folder, done = shown

    assert done.exit_code == 0
    assert done.stderr.startswith("Making a delivery of 10,000 people")
    parts = ["What came", "What leaves", "What the municipality gets back", "The receipt says"]
    places = [done.stdout.index(part) for part in [*parts, "To go on"]]
    assert places == sorted(places)
    assert "dddddd-dddd" in done.stdout
    assert "Vad som är fel" in done.stdout
    assert (folder / "out" / "receipt.json").is_file()


def test_the_commands_to_go_on_with_work(shown, call, tmp_path):
    folder, done = shown
    settings = re.search(r"PSEUDO_KEYSTORE=(\S+) PSEUDO_PASSPHRASE_FILE=(\S+)", done.stdout)
    keystore, passphrase = settings.groups()
    lines = [line.split() for line in done.stdout.splitlines() if line.startswith("  pseudo ")]
    environment = {"PSEUDO_KEYSTORE": keystore, "PSEUDO_PASSPHRASE_FILE": passphrase}

    for line in lines:
        assert call(*line[1:], **environment).status == 0, line

    first, second = (
        folder / place / "release" / "kommunala-program.parquet" for place in ("out", "again")
    )
    assert first.read_bytes() == second.read_bytes()
    shutil.rmtree(folder / "again")


def test_a_demonstration_is_not_made_over_another(shown, call):
    folder, _ = shown
    before = sorted(folder.rglob("*"))

    done = call("demo", folder)

    assert (done.status, done.stdout, done.code) == (2, "", "usage.output_exists")
    assert sorted(folder.rglob("*")) == before


def test_the_doctor_is_content(call, keys):
    done = call("doctor", **keys.environment)

    assert (done.status, done.stderr) == (0, "")
    assert "1 active, 1 frozen" in done.stdout
    assert "failed" not in done.stdout


def test_the_doctor_as_json(call):
    data = json.loads(call("doctor", "--json").stdout)

    assert data["ok"]
    assert {check["result"] for check in data["checks"]} <= {"ok", "warning", "not checked"}


def test_the_doctor_fails_with_the_first_failure(call, tmp_path):
    store = f"local:{tmp_path / 'missing'}"

    plain = call("doctor", "--keystore", store)
    assert (plain.status, plain.stdout, plain.code) == (5, "", "keys.file_missing")
    assert re.search(r"key store +failed", plain.stderr)

    as_json = call("doctor", "--keystore", store, "--json")
    assert (as_json.status, as_json.stdout) == (5, "")
    data = json.loads(as_json.stderr.splitlines()[0])
    assert not data["ok"]
    assert data["checks"][-3]["code"] == "keys.file_missing"
