# SPDX-License-Identifier: Apache-2.0
"""The life of domains, as an operator types it."""

from __future__ import annotations

import json

import pytest

from pseudo.testing import CANARIES, assert_clean


@pytest.fixture
def own(keys, tmp_path):
    """Copy the shared key file, so that it can be changed; give its environment."""
    return keys.copied(tmp_path / "own.pseudo")


def test_the_whole_life(call, own):
    made = call("domain", "create", "projB", "--format", "uuid", "--json", **own)
    record = json.loads(made.stdout)
    assert (made.status, made.stderr) == (0, "")
    assert (record["name"], record["version"], record["state"]) == ("projB", 1, "active")
    assert record["format"] == "uuid"
    assert record["key_id"] == f"projB.v1.{record['kcv']}"

    assert (
        json.loads(call("domain", "freeze", "projB", "--json", **own).stdout)["state"] == "frozen"
    )
    assert "active" in call("domain", "activate", "projB", **own).stdout
    assert json.loads(call("domain", "show", "projB", "--json", **own).stdout) == record

    done = call("domain", "destroy", "projB", "--yes", **own)
    assert done.status == 0
    assert "destroyed" in done.stdout
    assert "backups" in done.stderr
    again = call("domain", "create", "projB", **own)
    assert (again.status, again.stdout, again.code) == (5, "", "keys.name_destroyed")


def test_list_in_a_pipe_is_aligned_text(call, keys):
    done = call("domain", "list", **keys.environment)

    header, *lines = done.stdout.splitlines()
    assert header.split() == ["name", "version", "state", "format", "created", "key", "id"]
    assert [line.split()[:4] for line in lines] == [
        ["frozen", "1", "frozen", "base32"],
        ["projA", "1", "active", "base32"],
    ]
    assert done.stdout.isascii()
    assert done.stderr == ""


def test_list_as_json(call, keys):
    listed = json.loads(call("domain", "list", "--json", **keys.environment).stdout)

    assert [entry["name"] for entry in listed["domains"]] == ["frozen", "projA"]
    assert set(listed["domains"][0]) == {
        "name",
        "version",
        "state",
        "format",
        "kcv",
        "key_id",
        "created",
        "current",
    }


def test_the_option_stands_above_the_setting(call, keys, tmp_path):
    missing = call(
        "domain", "list", "--keystore", f"local:{tmp_path / 'none'}", **keys.environment
    )

    assert (missing.status, missing.stdout, missing.code) == (5, "", "keys.file_missing")


def test_destroy_needs_yes_where_nobody_can_be_asked(call, keys):
    before = keys.path.read_bytes()

    done = call("domain", "destroy", "projA", **keys.environment)

    assert (done.status, done.stdout, done.code) == (2, "", "usage.not_confirmed")
    assert keys.path.read_bytes() == before


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("x", "keys.bad_name"),
        ("å-ä-ö", "keys.bad_name"),
        (CANARIES["alva"], "keys.name_like_number"),
    ],
)
def test_a_bad_name_makes_no_key_file(call, keys, tmp_path, name, code):
    store = {**keys.environment, "PSEUDO_KEYSTORE": f"local:{tmp_path / 'new.pseudo'}"}

    done = call("domain", "create", name, **store)

    assert (done.status, done.stdout, done.code) == (5, "", code)
    assert list(tmp_path.iterdir()) == []
    assert_clean(stderr=done.stderr)


def test_no_passphrase_and_nobody_to_ask(call, keys):
    done = call("domain", "list", PSEUDO_KEYSTORE=f"local:{keys.path}")

    assert (done.status, done.stdout, done.code) == (5, "", "keys.passphrase_missing")


def test_a_missing_folder_is_told_before_anything_is_asked(call, tmp_path):
    store = f"local:{tmp_path / 'nowhere' / 'keys.pseudo'}"

    done = call("domain", "create", "projB", "--keystore", store)

    assert (done.status, done.stdout, done.code) == (5, "", "keys.folder_missing")


def test_a_wrong_passphrase(call, keys, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text(f"{CANARIES['alva']}\n")
    wrong.chmod(0o600)

    done = call("domain", "list", **{**keys.environment, "PSEUDO_PASSPHRASE_FILE": str(wrong)})

    assert (done.status, done.stdout, done.code) == (5, "", "keys.wrong_passphrase")
    assert_clean(stderr=done.stderr)


def test_a_passphrase_file_that_is_not_there(call, keys, tmp_path):
    missing = str(tmp_path / "missing")

    done = call("domain", "list", **{**keys.environment, "PSEUDO_PASSPHRASE_FILE": missing})

    assert (done.status, done.stdout, done.code) == (2, "", "usage.passphrase_file")


def test_a_passphrase_file_that_others_can_read_is_warned_of(call, keys, tmp_path):
    loose = tmp_path / "loose"
    loose.write_bytes(keys.passphrase.read_bytes().replace(b"\n", b"\r\n"))
    loose.chmod(0o644)

    done = call("domain", "list", **{**keys.environment, "PSEUDO_PASSPHRASE_FILE": str(loose)})

    assert done.status == 0
    assert done.stderr.startswith("warning: ")


@pytest.mark.parametrize(
    ("scheme", "code"), [("gcp", "keys.unknown_store"), ("vault", "vault.bad_mounts")]
)
def test_a_store_that_is_none_shows_no_address(call, scheme, code):
    address = f"{scheme}:https://user:{CANARIES['alva']}@host"
    done = call("domain", "list", "--keystore", address)

    assert (done.status, done.stdout, done.code) == (5, "", code)
    assert "host" not in done.stderr
