# SPDX-License-Identifier: Apache-2.0
"""The life of domains, and opening the key store they are in."""

from __future__ import annotations

import os
import threading

import pytest

from pseudo.errors import KeyStoreError, UsageError
from pseudo.keys import State, open_store
from pseudo.settings import Settings
from pseudo.testing import MemoryStore, assert_clean
from pseudo.usecases import domains
from pseudo.usecases.stores import open_keystore, read_passphrase

PHRASE = "fyra slumpade ord räcker"


def silent(code, **_):
    raise AssertionError(code)


@pytest.fixture
def store():
    with MemoryStore() as made:
        yield made


def test_the_whole_life(store):
    record = domains.create(store, "projA", "hex")
    assert domains.show(store, "projA") == record
    assert domains.freeze(store, "projA").state is State.FROZEN
    assert domains.activate(store, "projA").state is State.ACTIVE
    assert [entry.name for entry in domains.list_all(store)] == ["projA"]


@pytest.mark.parametrize("confirmed", ["", "proja", "projA ", "yes"])
def test_destroying_needs_the_very_name(store, confirmed):
    domains.create(store, "projA")

    with pytest.raises(UsageError) as caught:
        domains.check_confirmed("projA", confirmed)

    assert caught.value.code == "usage.not_confirmed"
    assert domains.show(store, "projA").state is State.ACTIVE


def test_public_facts_only(store):
    facts = domains.described(domains.create(store, "projA"))

    assert set(facts) == {
        "name",
        "version",
        "state",
        "format",
        "kcv",
        "key_id",
        "created",
        "current",
    }
    assert facts["created"] == "2026-01-01T00:00:00Z"


@pytest.mark.parametrize(
    ("content", "passphrase"),
    [
        (b"ord\n", b"ord"),
        (b"ord\r\n", b"ord"),
        (b"ord", b"ord"),
        (b"ord\n\n", b"ord\n"),
        (b"ord\r", b"ord\r"),
        (b" ord \n", b" ord "),
        (b"\n", b""),
        ("åäö\n".encode(), "åäö".encode()),
    ],
)
def test_one_trailing_line_break_is_stripped(tmp_path, content, passphrase):
    path = tmp_path / "p"
    path.write_bytes(content)
    path.chmod(0o600)

    assert read_passphrase(str(path), silent) == passphrase


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602])
def test_an_open_passphrase_file_is_warned_of(tmp_path, mode):
    path = tmp_path / "p"
    path.write_bytes(b"ord\n")
    path.chmod(mode)
    heard = []

    read_passphrase(str(path), lambda code, **_: heard.append(code))

    assert heard == ["keys.passphrase_file_open"]


def test_a_passphrase_from_a_pipe(tmp_path):
    path = tmp_path / "pipe"
    os.mkfifo(path)
    writer = threading.Thread(target=lambda: path.write_bytes(b"ord\n"))
    writer.start()

    assert read_passphrase(str(path), silent) == b"ord"
    writer.join()


@pytest.mark.parametrize("name", ["missing", "folder", "large", "nul\0"])
def test_a_passphrase_file_that_cannot_be_read(tmp_path, name):
    (tmp_path / "folder").mkdir()
    (tmp_path / "large").write_bytes(b"x" * 100_000)

    with pytest.raises(UsageError) as caught:
        read_passphrase(str(tmp_path / name), silent)

    assert caught.value.code == "usage.passphrase_file"
    assert caught.value.__context__ is None


def test_the_file_is_made_with_the_answer_and_opened_with_it(tmp_path):
    address = f"local:{tmp_path / 'k'}"
    asked = []

    def ask(shown, *, new):
        asked.append((shown, new))
        return PHRASE.encode()

    with open_keystore(address, Settings(), ask=ask, warn=silent, create=True) as store:
        store.create("projA")
    with open_store(address, passphrase=PHRASE) as store:
        assert store.show("projA").name == "projA"

    assert asked == [(address, True)]


@pytest.mark.parametrize(
    ("address", "code"),
    [
        ("local:{}/missing", "keys.file_missing"),
        ("local:{}/foreign", "keys.foreign_file"),
        ("local:", "keys.no_path"),
        ("gcp:x", "keys.unknown_store"),
    ],
)
def test_nobody_is_asked_in_vain(tmp_path, address, code):
    (tmp_path / "foreign").write_text("something else")
    (tmp_path / "foreign").chmod(0o600)

    def ask(shown, *, new):
        raise AssertionError((shown, new))

    with pytest.raises(KeyStoreError) as caught:
        open_keystore(address.format(tmp_path), Settings(), ask=ask, warn=silent)

    assert caught.value.code == code
    assert_clean(error=str(caught.value))


def test_no_store_is_named():
    with pytest.raises(UsageError) as caught:
        open_keystore(None, Settings(), ask=None, warn=silent)

    assert caught.value.code == "usage.no_keystore"
