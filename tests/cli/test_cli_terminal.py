# SPDX-License-Identifier: Apache-2.0
"""What a person at a terminal sees and is asked."""

from __future__ import annotations

PHRASE = "en ny lösenfras med många ord"


def test_create_asks_twice_and_shows_nothing_typed(terminal, tmp_path):
    path = tmp_path / "keys.pseudo"
    env = {"PSEUDO_KEYSTORE": f"local:{path}"}
    screen = terminal("domain", "create", "projB", env=env)
    screen.expect("New passphrase: ")
    screen.type(PHRASE + "\n")
    screen.expect("The same again: ")
    screen.type(PHRASE + "\n")

    assert screen.end() == 0
    assert "projB" in screen.screen
    assert PHRASE not in screen.screen
    assert path.stat().st_mode & 0o777 == 0o600

    again = terminal("domain", "show", "projB", env=env)
    again.expect("Passphrase of ")
    again.type(PHRASE + "\n")
    assert again.end() == 0
    assert "active" in again.screen


def test_two_different_passphrases_make_no_file(terminal, tmp_path):
    screen = terminal("domain", "create", "projB", "--keystore", f"local:{tmp_path / 'k'}")
    screen.expect("New passphrase: ")
    screen.type("one thing\n")
    screen.expect("The same again: ")
    screen.type("another\n")

    assert screen.end() == 5
    assert "keys.passphrases_differ" in screen.screen
    assert list(tmp_path.iterdir()) == []


def test_nobody_is_asked_for_a_store_that_is_not_there(terminal, tmp_path):
    screen = terminal("domain", "list", "--keystore", f"local:{tmp_path / 'k'}")

    assert screen.end() == 5
    assert "keys.file_missing" in screen.screen
    assert "Passphrase" not in screen.screen


def test_ctrl_c_at_a_prompt(terminal, keys):
    screen = terminal("domain", "list", "--keystore", f"local:{keys.path}")
    screen.expect("Passphrase of ")
    screen.type("\x03")

    assert screen.end() == 130
    assert "code: cancelled" in screen.screen


def test_the_end_of_input_at_a_prompt(terminal, keys):
    screen = terminal("domain", "list", "--keystore", f"local:{keys.path}")
    screen.expect("Passphrase of ")
    screen.type("\x04")

    assert screen.end() == 5
    assert "keys.passphrase_empty" in screen.screen


def test_destroy_asks_for_the_name(terminal, keys, tmp_path):
    path = tmp_path / "own.pseudo"
    env = keys.copied(path)

    screen = terminal("domain", "destroy", "projA", env=env)
    screen.expect("Type the domain's name")
    screen.type("proja\n")
    assert screen.end() == 2
    assert "usage.not_confirmed" in screen.screen
    assert path.read_bytes() == keys.path.read_bytes()

    screen = terminal("domain", "destroy", "projA", env=env)
    screen.expect("Type the domain's name")
    screen.type("projA\n")
    assert screen.end() == 0
    assert "destroyed" in screen.screen


def test_a_run_shows_a_bar_and_a_drawn_table(terminal, keys, delivery, spec, tmp_path):
    order = ["run", delivery, "--spec", spec, "--domain", "projA", "--out", tmp_path / "out"]

    screen = terminal(*order, env=keys.environment)

    assert screen.end() == 0
    assert "reading" in screen.screen
    assert "rows/s" in screen.screen
    assert "left:" in screen.screen
    assert "─" in screen.screen


def test_data_goes_past_the_terminal(terminal, keys, delivery, spec, tmp_path):
    order = ["run", delivery, "--spec", spec, "--domain", "projA", "--out", tmp_path / "out"]
    with (tmp_path / "stdout").open("wb") as file:
        screen = terminal(*order, "--json", env=keys.environment, stdout=file.fileno())
        assert screen.end() == 0

    assert (tmp_path / "stdout").read_bytes().startswith(b"{\n")
    assert "reference date: 2026-11-22 (by the spec)" in screen.screen
    assert "sha256" not in screen.screen
    assert (tmp_path / "out" / "release").is_dir()
