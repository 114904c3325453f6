# SPDX-License-Identifier: Apache-2.0
"""Escrow, as a key custodian types it."""

from __future__ import annotations

import json

import pytest

CONFIRMED = "--this-file-holds-the-secret"


@pytest.fixture
def own(keys, tmp_path):
    """Copy the shared key file, so that it can be changed; give its environment."""
    phrase = tmp_path / "escrow-passphrase"
    phrase.write_text("en annan fras\n", encoding="utf-8")
    phrase.chmod(0o600)
    return {
        **keys.copied(tmp_path / "own.pseudo"),
        "PSEUDO_ESCROW_PASSPHRASE_FILE": str(phrase),
    }


@pytest.fixture
def escrow(call, own, tmp_path):
    """Return an escrow file of the domain projA."""
    path = tmp_path / "escrow"
    done = call("domain", "export", "projA", "--out", path, CONFIRMED, **own)
    assert done.status == 0
    assert done.stdout.split()[-1].startswith("projA.v1.")
    return path


def test_from_one_key_file_to_another(call, own, escrow, tmp_path):
    assert escrow.stat().st_mode & 0o777 == 0o600
    before = json.loads(call("domain", "show", "projA", "--json", **own).stdout)
    assert "domain.exported" in call("ledger", "show", **own).stdout
    other = {**own, "PSEUDO_KEYSTORE": f"local:{tmp_path / 'other.pseudo'}"}

    done = call("domain", "import", escrow, CONFIRMED, "--json", **other)

    assert done.status == 0
    assert json.loads(done.stdout) == {"domains": [before], "file": str(escrow)}
    assert json.loads(call("domain", "show", "projA", "--json", **other).stdout) == before
    assert "domain.imported" in call("ledger", "show", **other).stdout
    again = call("domain", "import", escrow, CONFIRMED, **other)
    assert (again.status, again.stdout, again.code) == (5, "", "keys.domain_exists")


def test_without_the_long_option_it_is_said_what_would_be_done(call, own, escrow, tmp_path):
    out = tmp_path / "second"
    for words, code in (
        (("export", "projA", "--out", out), "escrow.export_not_confirmed"),
        (("import", escrow), "escrow.import_not_confirmed"),
    ):
        done = call("domain", *words, **own)
        assert (done.status, done.stdout, done.code) == (2, "", code)
        assert "every" in done.stderr
        assert CONFIRMED in done.stderr
    assert not out.exists()


def test_refusals_by_code(call, own, escrow, keys, tmp_path):
    wrong = {**own, "PSEUDO_ESCROW_PASSPHRASE_FILE": str(keys.passphrase)}
    nobody = {**own, "PSEUDO_ESCROW_PASSPHRASE_FILE": ""}
    nowhere = {**own, "PSEUDO_ESCROW_PASSPHRASE_FILE": str(tmp_path / "none")}
    new = tmp_path / "new"
    for words, environment, status, code in (
        (("export", "projA", "--out", escrow), own, 5, "escrow.exists"),
        (("export", "projA", "--out", new), nobody, 5, "escrow.passphrase_missing"),
        (("export", "projA", "--out", new), nowhere, 2, "usage.passphrase_file"),
        (("export", "other", "--out", new), own, 5, "keys.unknown_domain"),
        (("import", escrow), wrong, 5, "escrow.wrong_passphrase"),
        (("import", keys.path), own, 5, "escrow.foreign_file"),
        (("import", tmp_path / "none"), own, 5, "escrow.file_missing"),
    ):
        done = call("domain", *words, CONFIRMED, **environment)
        assert (done.status, done.stdout, done.code) == (status, "", code)
    assert not new.exists()
    escrow.chmod(0o644)
    done = call("domain", "import", escrow, CONFIRMED, **own)
    assert (done.status, done.code) == (5, "escrow.readable_by_others")


def test_what_is_no_escrow_makes_no_key_file(call, own, keys, tmp_path):
    other = {**own, "PSEUDO_KEYSTORE": f"local:{tmp_path / 'other.pseudo'}"}
    done = call("domain", "import", keys.path, CONFIRMED, **other)
    assert done.code == "escrow.foreign_file"
    assert not (tmp_path / "other.pseudo").exists()


def test_at_a_terminal_its_passphrase_is_asked_for_twice_and_not_shown(
    call, own, tmp_path, terminal
):
    path = tmp_path / "escrow"
    asked = {name: word for name, word in own.items() if "ESCROW" not in name}
    typed = terminal("domain", "export", "projA", "--out", path, CONFIRMED, env=asked)
    typed.expect("New passphrase for ")
    typed.type("hemlig fras\n")
    typed.expect("The same again: ")
    typed.type("hemlig fras\n")
    assert typed.end() == 0
    assert "hemlig" not in typed.screen
    store = {**asked, "PSEUDO_KEYSTORE": f"local:{tmp_path / 'other.pseudo'}"}
    taken = terminal("domain", "import", path, CONFIRMED, env=store)
    taken.expect(f"Passphrase of {path}: ")
    taken.type("hemlig fras\n")
    assert taken.end() == 0
    differing = terminal(
        "domain", "export", "projA", "--out", tmp_path / "next", CONFIRMED, env=asked
    )
    differing.expect("New passphrase for ")
    differing.type("hemlig fras\n")
    differing.expect("The same again: ")
    differing.type("hemligt fras\n")
    assert differing.end() == 5
    assert "escrow.passphrases_differ" in differing.screen
    assert not (tmp_path / "next").exists()


def test_a_new_version_outdates_the_escrows_from_before(call, own, tmp_path):
    quiet = call("domain", "new-version", "projA", **own)
    assert (quiet.status, "warning" in quiet.stderr) == (0, False)
    path = tmp_path / "escrow"
    assert call("domain", "export", "projA", "--out", path, CONFIRMED, **own).status == 0
    told = call("domain", "new-version", "projA", **own)
    assert told.status == 0
    assert "warning: What was exported of projA before" in told.stderr


def test_the_key_stores_passphrase_is_none_for_an_escrow(call, own, tmp_path):
    path = tmp_path / "escrow"
    same = {**own, "PSEUDO_ESCROW_PASSPHRASE_FILE": own["PSEUDO_PASSPHRASE_FILE"]}
    done = call("domain", "export", "projA", "--out", path, CONFIRMED, **same)
    assert (done.status, done.code) == (5, "escrow.same_passphrase")
    assert not path.exists()
    assert "domain.exported" not in call("ledger", "show", **own).stdout
