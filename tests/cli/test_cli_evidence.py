# SPDX-License-Identifier: Apache-2.0
"""``pseudo verify`` and ``pseudo ledger``: without keys, and with status 6 where it matters."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import pytest

MOMENT = r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z"


@pytest.fixture
def ledger(published):
    return published.parent / "keys.pseudo.ledger"


def test_a_batch_verifies_by_the_ledger_beside_the_key_file(call, published, tmp_path):
    done = call("verify", published, "--keystore", f"local:{tmp_path / 'keys.pseudo'}")
    assert (done.status, done.stderr) == (0, "")
    facts = dict(line.split("  ", 1) for line in done.stdout.splitlines() if "  " in line)
    facts = {name: value.strip() for name, value in facts.items()}
    assert facts["verdict"] == "published"
    assert re.fullmatch(MOMENT, facts["finished"])
    assert facts["key from"] == facts["key from"] == "ledger"
    assert (facts["proof"], facts["ledger"]) == ("verified", "verified")
    assert facts["files not there"] == "none"


def test_a_batch_verifies_by_a_key_that_is_told(call, published, ledger, tmp_path):
    key = json.loads(call("ledger", "show", "--ledger", ledger, "--json").stdout)["key"]
    (tmp_path / "key.txt").write_text(key + "\n")
    for told in (key, tmp_path / "key.txt"):
        done = call("verify", published / "receipt.json", "--key", told, "--json")
        assert done.status == 0
        found = json.loads(done.stdout)
        assert found["verified"]["key from"] == "option"
        assert found["verified"]["ledger"] == "not at hand"
        assert found["receipt"]["verdict"] == "published"
    done = call(
        "verify", published, published / "release" / "kommunala-program.parquet", "--key", key
    )
    assert "release/kommunala-program.parquet" in done.stdout


def test_the_submitter_shows_what_was_delivered(call, published, ledger, delivery, tmp_path):
    opening = published / "return" / "opening.json"
    order = ("verify", published, "--ledger", ledger, "--opening", opening, "--input")
    done = call(*order, delivery)
    assert done.status == 0
    assert "inputs opened    1" in done.stdout
    other = tmp_path / "other.csv"
    other.write_bytes(delivery.read_bytes() + b"\n")
    assert call(*order, other).code == "evidence.input_differs"


def test_the_ledger_shows_when_what_was_done(call, published, ledger):
    entries = json.loads(call("ledger", "show", "--ledger", ledger, "--json").stdout)["entries"]
    assert [entry["what"] for entry in entries] == [
        *("ledger.begun", "domain.changing", "domain.changed", "receipt"),
    ]
    assert all(re.fullmatch(MOMENT, entry["time"]) for entry in entries)
    assert re.search(r", projA\.v1\.[0-9a-f]{16}$", entries[3]["about"])
    shown = call("ledger", "show", "--ledger", ledger).stdout
    assert all(entry["time"] in shown for entry in entries)


def test_a_receipt_without_its_line_end_is_none(call, published, ledger):
    path = published / "receipt.json"
    whole = path.read_bytes()
    for data in (whole[:-1], whole + b"\n", whole + b" "):
        path.write_bytes(data)
        done = call("verify", published, "--ledger", ledger)
        assert (done.status, done.code) == (6, "evidence.no_receipt")


def test_a_file_that_is_not_there_is_told(call, ledger):
    done = call("ledger", "verify", "--ledger", ledger, "--checkpoint", "nothere")
    assert (done.status, done.code) == (2, "usage.no_such_file")


def test_a_changed_file_ends_with_six_and_its_name(call, published, ledger):
    path = published / "release" / "kommunala-program.parquet"
    path.write_bytes(path.read_bytes() + b"x")
    done = call("verify", published, "--ledger", ledger)
    assert (done.status, done.stdout) == (6, "")
    assert done.code == "evidence.file_differs"
    assert "release/kommunala-program.parquet" in done.stderr


def test_a_receipt_without_a_key_to_trust(call, published):
    done = call("verify", published)
    assert (done.status, done.code) == (2, "usage.no_ledger_key")
    done = call("verify", published, "--key", "nothing+like+it")
    assert (done.status, done.code) == (2, "usage.bad_key")
    done = call("verify", published, "--ledger", published)
    assert (done.status, done.code) == (6, "ledger.missing")
    done = call("verify", published / "nothing.json", "--ledger", published)
    assert done.status in (2, 6)


def test_the_ledger_is_shown_verified_and_proven(call, published, ledger, tmp_path):
    shown = json.loads(call("ledger", "show", "--ledger", ledger, "--json").stdout)
    assert [entry["what"] for entry in shown["entries"]] == [
        "ledger.begun",
        "domain.changing",
        "domain.changed",
        "receipt",
    ]
    assert shown["entries"][3]["result"] == "published"
    table = call("ledger", "show", "--ledger", ledger)
    assert table.stdout.endswith(f"key: {shown['key']}\n")
    done = call("ledger", "verify", "--ledger", ledger, "--key", shown["key"])
    assert done.status == 0
    assert "entries       4" in done.stdout
    checkpoint = call("ledger", "checkpoint", "--ledger", ledger).stdout
    assert checkpoint == (ledger / "checkpoint").read_text()
    proof = call("ledger", "prove", "3", "--ledger", ledger).stdout
    assert proof == (published / "receipt.tlog-proof").read_text()
    assert call("ledger", "prove", "4", "--ledger", ledger).code == "evidence.not_in_ledger"
    assert call("ledger", "extend", "5", "--ledger", ledger).code == "evidence.not_in_ledger"
    extended = json.loads(call("ledger", "extend", "2", "--ledger", ledger, "--json").stdout)
    assert len(extended["consistency"]) == 1
    assert extended["checkpoint"] == checkpoint


def test_removed_entries_are_told_by_a_checkpoint_that_is_held_elsewhere(
    call, published, ledger, keys, tmp_path
):
    old = tmp_path / "old"
    shutil.copytree(ledger, old)
    environment = {
        "PSEUDO_KEYSTORE": f"local:{tmp_path / 'keys.pseudo'}",
        "PSEUDO_PASSPHRASE_FILE": str(keys.passphrase),
    }
    assert call("domain", "freeze", "projA", **environment).status == 0
    held = tmp_path / "held"
    held.write_text(call("ledger", "checkpoint", "--ledger", ledger).stdout)
    proof = published / "receipt.tlog-proof"
    for file in (held, proof):
        done = call("ledger", "verify", "--ledger", ledger, "--checkpoint", file)
        assert done.status == 0
    assert call("ledger", "verify", "--ledger", old).status == 0
    done = call("ledger", "verify", "--ledger", old, "--checkpoint", held)
    assert (done.status, done.code) == (6, "evidence.ledger_forked")
    done = call("ledger", "verify", "--ledger", old, "--checkpoint", published / "receipt.json")
    assert (done.status, done.code) == (2, "usage.bad_checkpoint")


def test_a_key_store_that_was_put_back_makes_no_pseudonyms(
    call, published, ledger, keys, delivery, spec, tmp_path
):
    store = tmp_path / "keys.pseudo"
    shutil.copy2(store, tmp_path / "copy")
    environment = {
        "PSEUDO_KEYSTORE": f"local:{store}",
        "PSEUDO_PASSPHRASE_FILE": str(keys.passphrase),
    }
    assert call("domain", "destroy", "projA", "--yes", **environment).status == 0
    shutil.copy2(tmp_path / "copy", store)
    done = call(
        *("run", delivery, "--spec", spec, "--domain", "projA", "--out", tmp_path / "again"),
        **environment,
    )
    assert (done.status, done.code) == (5, "keys.rolled_back")
    assert not (tmp_path / "again").exists()


def test_another_ledger_can_be_named(call, keys, delivery, spec, tmp_path):
    folder: Path = tmp_path / "ledger"
    environment = {
        "PSEUDO_KEYSTORE": f"local:{tmp_path / 'own.pseudo'}",
        "PSEUDO_PASSPHRASE_FILE": str(keys.passphrase),
        "PSEUDO_LEDGER": str(folder),
    }
    assert call("domain", "create", "projA", **environment).status == 0
    order = ("run", delivery, "--spec", spec, "--domain", "projA", "--out")
    assert call(*order, tmp_path / "out", **environment).status == 0
    assert (folder / "entries").is_file()
    done = call("ledger", "verify", PSEUDO_LEDGER=str(folder))
    assert done.status == 0
    assert call("verify", tmp_path / "out", PSEUDO_LEDGER=str(folder)).status == 0
    assert call("ledger", "show").code == "usage.no_ledger"


def test_a_ledger_that_is_gone_stops_everything_until_it_is_found_or_replaced(
    call, published, ledger, keys, delivery, spec, tmp_path
):
    environment = {
        "PSEUDO_KEYSTORE": f"local:{tmp_path / 'keys.pseudo'}",
        "PSEUDO_PASSPHRASE_FILE": str(keys.passphrase),
    }
    name = json.loads(call("ledger", "show", "--ledger", ledger, "--json").stdout)["ledger"]
    away = ledger.rename(tmp_path / "away")
    order = ("run", delivery, "--spec", spec, "--domain", "projA", "--out")
    for refused in (
        call(*order, tmp_path / "again", **environment),
        call("domain", "freeze", "projA", **environment),
        call("domain", "create", "projB", **environment),
    ):
        assert (refused.status, refused.code) == (6, "ledger.gone")
        assert f"--instead-of {name}" in refused.stderr
    assert not ledger.exists()
    assert call("doctor", **environment).code == "ledger.gone"
    found = {**environment, "PSEUDO_LEDGER": str(away)}
    assert call(*order, tmp_path / "again", **found).status == 0

    assert call("ledger", "begin", **environment).status == 2
    wrong = call("ledger", "begin", "--instead-of", "pseudo-ledger/a", **environment)
    assert (wrong.status, wrong.code) == (5, "keys.other_ledger")
    begun = call("ledger", "begin", "--instead-of", name, **environment)
    assert (begun.status, begun.stderr) == (0, "")
    assert begun.stdout.startswith("ledger: pseudo-ledger/")
    assert call(*order, tmp_path / "third", **environment).status == 0
    entries = json.loads(call("ledger", "show", "--ledger", ledger, "--json").stdout)["entries"]
    assert [entry["what"] for entry in entries] == ["ledger.begun", "domain.changed", "receipt"]
    shown = call("verify", tmp_path / "third", "--ledger", ledger)
    assert shown.status == 0
