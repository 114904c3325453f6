# SPDX-License-Identifier: Apache-2.0
"""Moving to a new secret, as an operator types it."""

from __future__ import annotations

import json

import pytest

from pseudo.testing import assert_clean


@pytest.fixture
def own(keys, tmp_path):
    """Copy the shared key file, so that it can be changed; give its environment."""
    return keys.copied(tmp_path / "own.pseudo")


@pytest.fixture
def candidates(tmp_path, people):
    path = tmp_path / "candidates.csv"
    path.write_text("\n".join(["personnummer", *people, "191212121213", ""]))
    return path


@pytest.fixture
def released(call, own, candidates, tmp_path):
    """Return a table of the domain's first version."""
    out = tmp_path / "v1"
    done = call(
        *("run", candidates, "--column", "personnummer", "--domain", "projA", "--out", out),
        **own,
    )
    assert done.status == 0
    return out / "release" / "delivery.parquet"


@pytest.fixture
def move(call, own, candidates, released, tmp_path):
    """Return a function that gives the order to move."""

    def give(*more, out="v2", column="personnummer_pseudonym"):
        return call(
            *("rekey", released, "--domain", "projA", "--column", column),
            *("--candidates", candidates, "--candidate-column", "personnummer"),
            *("--out", tmp_path / out, *more),
            **own,
        )

    return give


def test_from_a_new_version_to_the_current_one(call, own, move, tmp_path, people):
    made = call("domain", "new-version", "projA", **own)
    assert (made.status, made.stderr) == (0, "")
    header, *lines = made.stdout.splitlines()
    assert header.split()[:3] == ["name", "version", "current"]
    assert [line.split()[:4] for line in lines] == [
        ["projA", "1", "yes", "active"],
        ["projA", "2", "no", "active"],
    ]

    done = move()

    assert done.status == 0
    assert done.stdout.startswith("Moved\n")
    facts = dict(line.split("  ", 1) for line in done.stdout.splitlines()[1:])
    assert facts["rows"].split() == ["60"]
    assert facts["from"].strip().startswith("projA.v1.")
    assert facts["to"].strip().startswith("projA.v2.")
    assert facts["pseudonyms"].split() == ["60"]
    assert "candidates: 61 records, 60 numbers, 60 different" in done.stderr
    assert "1 × identity.bad_check_digit" in done.stderr
    assert_clean(stderr=done.stderr + done.stdout)
    assert not any(number in done.stdout + done.stderr for number in people)

    shown = call("domain", "show", "projA", **own).stdout
    assert [line.split()[:3] for line in shown.splitlines()[1:]] == [
        ["projA", "1", "no"],
        ["projA", "2", "yes"],
    ]
    assert json.loads(call("domain", "show", "projA", "--json", **own).stdout)["version"] == 2

    verified = call("verify", tmp_path / "v2", **own)
    assert verified.status == 0
    facts = dict(line.split("  ", 1) for line in verified.stdout.splitlines()[1:])
    assert facts["moved from"].strip().startswith("projA.v1.")
    assert facts["domain key"].strip().startswith("projA.v2.")
    assert facts["ledger"].strip() == "verified"
    assert " rekey " in call("ledger", "show", **own).stdout


def test_as_json(call, own, move, tmp_path):
    call("domain", "new-version", "projA", "--json", **own)
    more = ("--formula-cells", "pass", "--pad-zeros")
    said = json.loads(move("--json", "--to", "csv", *more).stdout)
    assert (said["formula_cells"], said["candidates"]["pad_zeros"]) == ("pass", True)
    assert (said["kind"], said["becomes_current"], said["counts"]["rows"]) == ("rekey", True, 60)
    assert said["paths"]["out"] == str(tmp_path / "v2")
    assert [output["path"] for output in said["outputs"]] == ["release/delivery.csv"]


def test_a_table_that_was_left_behind(call, own, move, tmp_path):
    call("domain", "new-version", "projA", **own)
    assert move().status == 0
    again = move(out="late")
    assert (again.status, again.stdout, again.code) == (2, "", "rekey.no_new_version")
    late = move("--from-version", "1", out="late")
    assert late.status == 0
    assert "as before" in late.stdout
    first, second = (tmp_path / name / "release/delivery.parquet" for name in ("v2", "late"))
    assert first.read_bytes() == second.read_bytes()


def test_refusals_are_told_by_code_and_publish_nothing(call, own, move, tmp_path):
    none = move()
    assert (none.status, none.stdout, none.code) == (2, "", "rekey.no_new_version")
    call("domain", "new-version", "projA", **own)
    for done, status, code in (
        (move(column="no"), 3, "rekey.missing_column"),
        (move("--scope", "x"), 2, "identity.scope_not_opaque"),
        (move("--kind", "samordningsnummer"), 3, "rekey.unknown_pseudonyms"),
        (move("--to-version", "5"), 5, "keys.unknown_version"),
        (move(out="v1"), 2, "usage.output_exists"),
        (move("--ledger", tmp_path / "other"), 6, "ledger.gone"),
    ):
        assert (done.status, done.stdout, done.code) == (status, "", code)
    assert not (tmp_path / "v2").exists()
    assert json.loads(call("domain", "show", "projA", "--json", **own).stdout)["version"] == 1


def test_a_frozen_domain_gets_no_new_version(call, own):
    done = call("domain", "new-version", "frozen", **own)
    assert (done.status, done.stdout, done.code) == (5, "", "keys.frozen")


def test_a_local_store_wraps_nothing(call, own):
    done = call("domain", "rewrap", "projA", **own)
    assert (done.status, done.stdout, done.code) == (5, "", "keys.not_wrapped")
