# SPDX-License-Identifier: Apache-2.0
"""The key file: opening it, and each way in which that can fail."""

from __future__ import annotations

import json
import os
import stat
import unicodedata
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys import OWASP_2023, TESTING, State, open_store
from pseudo.keys.document import write_document
from pseudo.keys.files import exclusive
from pseudo.keys.handle import SECRET_ACCESS
from pseudo.keys.local import LocalStore

Refusal = Callable[..., AbstractContextManager[None]]
Opened = Callable[..., LocalStore]


def _rechecked(document: dict[str, Any]) -> bytes:
    """Write a document with a checksum that is right, as an attacker would."""
    document.pop("checksum", None)
    return write_document(document)


def test_what_was_made_is_there_when_the_file_is_opened_again(opened: Opened) -> None:
    with opened(create=True) as store:
        record = store.create("projA", "hex")
        public = store.public_key()
        with store.domain("projA") as domain:
            pseudonyms = domain.pseudonymize(["191212121212"])
    with opened() as again:
        assert again.list() == [record]
        assert again.public_key() == public
        with again.domain("projA") as domain:
            assert domain.pseudonymize(["191212121212"]) == pseudonyms


def test_the_file_and_its_lock_are_for_their_owner_only(store: LocalStore, path: Path) -> None:
    for each in (path, path.with_name(".keys.pseudo.lock")):
        assert stat.S_IMODE(each.stat().st_mode) == 0o600
    assert {each.name for each in path.parent.iterdir()} == {".keys.pseudo.lock", "keys.pseudo"}


def test_the_file_says_what_it_is_and_how_its_passphrase_is_stretched(
    store: LocalStore, path: Path
) -> None:
    document = json.loads(path.read_bytes())
    assert (document["format"], document["version"]) == ("pseudo key file", 1)
    assert {name: document["kdf"][name] for name in "nrp"} == {"n": 16, "r": 1, "p": 1}


def test_a_key_file_can_be_read_from_its_description_alone(
    store: LocalStore, path: Path, independent_secrets: Callable[[bytes], dict[str, bytes]]
) -> None:
    secrets = independent_secrets(path.read_bytes())
    assert set(secrets) == {"projA", "projB", "signing", "wrapping", "file key"}
    contents, keys = store._read()
    held = contents.secret(store.show("projA"), keys).reveal(SECRET_ACCESS)
    assert held == secrets["projA"]


def test_open_store_opens_a_local_key_file(path: Path) -> None:
    url = f"local:{path}"
    with open_store(url, passphrase="fras", create=True, profile=TESTING) as store:
        store.create("projA")
    with open_store(url, passphrase=b"fras", profile=TESTING) as store:
        assert [record.name for record in store.list()] == ["projA"]


def test_a_file_made_without_a_profile_is_costly_to_guess_and_opens_without_one(
    path: Path,
) -> None:
    with open_store(f"local:{path}", passphrase="fras", create=True) as store:
        store.create("projA")
    assert json.loads(path.read_bytes())["kdf"]["n"] == OWASP_2023.n == 2**17
    with open_store(f"local:{path}", passphrase="fras") as store:
        assert store.show("projA").state is State.ACTIVE


@pytest.mark.parametrize(
    ("url", "scheme"),
    [
        ("gcp:https://user:hunter2@host", "gcp"),
        ("keys.pseudo", "?"),
        ("/tmp/keys.pseudo", "?"),
        ("", "?"),
        (":", "?"),
        ("LOCAL:x", "?"),
        ("C:\\keys", "?"),
        ("local", "?"),
    ],
)
def test_an_unknown_kind_of_store_is_refused_and_only_its_kind_is_shown(
    url: str, scheme: str
) -> None:
    with pytest.raises(KeyStoreError) as caught:
        open_store(url, passphrase="fras")
    assert caught.value.code == "keys.unknown_store"
    assert dict(caught.value.params) == {"scheme": scheme}


@pytest.mark.parametrize("url", ["local:", "local:a\0b", "local:\ud800"])
def test_an_address_without_a_usable_path_is_refused(url: str, refusal: Refusal) -> None:
    with refusal("keys.no_path"):
        open_store(url, passphrase="fras")


def test_a_home_folder_may_be_written_as_a_tilde(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    open_store("local:~/k", passphrase="fras", create=True, profile=TESTING).close()
    assert (tmp_path / "k").is_file()


def test_a_missing_file_is_said_to_be_missing_before_a_passphrase_is_asked_for(
    opened: Opened, refusal: Refusal, path: Path
) -> None:
    with refusal("keys.file_missing"):
        opened(None)
    assert list(path.parent.iterdir()) == []


def test_a_missing_folder_is_said_to_be_missing(
    tmp_path: Path, passphrase: str, refusal: Refusal
) -> None:
    with refusal("keys.folder_missing"):
        LocalStore.open(tmp_path / "no" / "k", passphrase, create=True, profile=TESTING)


@pytest.mark.parametrize(
    ("given", "code"),
    [
        (None, "keys.passphrase_missing"),
        ("", "keys.passphrase_empty"),
        (b"", "keys.passphrase_empty"),
        (b"\xff\xfe", "keys.passphrase_not_text"),
        ("a\ud800", "keys.passphrase_not_text"),
        ("fel fras", "keys.wrong_passphrase"),
        ("Fyra slumpade ord räcker", "keys.wrong_passphrase"),
        ("fyra slumpade ord räcker ", "keys.wrong_passphrase"),
        ("fyra slumpade ord räcker\n", "keys.wrong_passphrase"),
    ],
)
def test_each_bad_passphrase_has_its_own_answer(
    store: LocalStore, opened: Opened, refusal: Refusal, given: str | bytes | None, code: str
) -> None:
    with refusal(code):
        opened(given)


@pytest.mark.parametrize("given", [None, "", b"", b"\xff"])
def test_no_file_is_made_without_a_passphrase(
    opened: Opened, path: Path, given: str | bytes | None
) -> None:
    with pytest.raises(KeyStoreError):
        opened(given, create=True)
    assert list(path.parent.iterdir()) == []


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("as_bytes", [False, True])
def test_a_passphrase_is_the_same_however_its_letters_are_composed(
    store: LocalStore, opened: Opened, passphrase: str, form: str, as_bytes: bool
) -> None:
    text = unicodedata.normalize(form, passphrase)  # type: ignore[arg-type]
    opened(text.encode() if as_bytes else text).close()


def test_making_a_file_where_one_is_opens_it_and_keeps_it(
    store: LocalStore, opened: Opened, path: Path, refusal: Refusal
) -> None:
    before = path.read_bytes()
    with opened(create=True) as again:
        assert again.list() == store.list()
    with refusal("keys.wrong_passphrase"):
        opened("en annan fras", create=True)
    assert path.read_bytes() == before


@pytest.mark.parametrize("mode", [0o640, 0o604, 0o620, 0o602, 0o610, 0o644, 0o777])
def test_a_file_that_others_can_reach_is_refused(
    store: LocalStore, opened: Opened, path: Path, refusal: Refusal, mode: int
) -> None:
    path.chmod(mode)
    with refusal("keys.readable_by_others"):
        opened()
    with refusal("keys.readable_by_others"):
        store.list()
    path.chmod(0o600)
    opened().close()


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\n",
        b"PK\x03\x04 a zip file",
        b"{}",
        b"[]",
        b"null",
        b"1",
        b'"pseudo"',
        b'{"format": "another key file", "version": 1}',
        b"\xff\xfe\x00",
        b"personnummer;namn\n191212121212;Tolvan\n",
        b"[" * 100_000,
        b'{"a":' * 100_000,
        b"9" * 10_000,
        b'{"version": NaN}',
        b" " * (16 * 1024 * 1024 + 1),
    ],
)
def test_what_is_no_key_file_is_called_foreign(
    opened: Opened, path: Path, refusal: Refusal, content: bytes
) -> None:
    path.write_bytes(content)
    path.chmod(0o600)
    with refusal("keys.foreign_file"):
        opened()
    with refusal("keys.foreign_file"):
        opened(create=True)
    assert path.read_bytes() == content


@pytest.mark.parametrize("make", [os.mkdir, os.mkfifo])
def test_a_folder_or_a_pipe_is_called_foreign_and_nobody_waits_for_it(
    opened: Opened, path: Path, refusal: Refusal, make: Callable[..., None]
) -> None:
    make(path, 0o600)
    with refusal("keys.foreign_file"):
        opened()


@pytest.mark.parametrize("version", [2, 99, 10**30])
def test_a_file_of_a_newer_version_asks_for_an_upgrade_and_shows_no_number_of_the_file(
    store: LocalStore, opened: Opened, path: Path, version: int
) -> None:
    document = json.loads(path.read_bytes())
    document.update(version=version, domains="of another shape")
    path.write_bytes(json.dumps(document).encode())
    with pytest.raises(KeyStoreError) as caught:
        opened()
    assert caught.value.code == "keys.newer_version"
    assert dict(caught.value.params) == {"path": str(path), "known": 1}


@pytest.mark.parametrize("version", [0, -1, True, "1", None, [1]])
def test_a_version_that_never_was_is_damage(
    store: LocalStore, opened: Opened, path: Path, refusal: Refusal, version: object
) -> None:
    document = json.loads(path.read_bytes()) | {"version": version}
    path.write_bytes(_rechecked(document))
    with refusal("keys.damaged"):
        opened()


def test_a_link_to_the_file_is_followed_and_stays_a_link(
    store: LocalStore, path: Path, tmp_path: Path, passphrase: str
) -> None:
    link = tmp_path / "link"
    link.symlink_to(path)
    with LocalStore.open(link, passphrase, profile=TESTING) as linked:
        linked.create("projC")
    assert link.is_symlink()
    assert [record.name for record in store.list()] == ["projA", "projB", "projC"]


def test_a_file_replaced_by_another_while_it_is_open_is_noticed(
    store: LocalStore, tmp_path: Path, path: Path, passphrase: str, refusal: Refusal
) -> None:
    LocalStore.open(tmp_path / "other", passphrase, create=True, profile=TESTING).close()
    (tmp_path / "other").replace(path)
    with refusal("keys.replaced"):
        store.list()


def test_a_file_removed_while_it_is_open_is_noticed(
    store: LocalStore, path: Path, refusal: Refusal
) -> None:
    path.unlink()
    with refusal("keys.file_missing"):
        store.domain("projA")
    with refusal("keys.file_missing"):
        store.create("projC")


def test_a_store_sees_at_once_what_another_one_did(
    store: LocalStore, opened: Opened, refusal: Refusal
) -> None:
    with opened() as other:
        other.freeze("projA")
        other.create("projC")
        with refusal("keys.frozen"):
            store.domain("projA")
        store.destroy("projC")
        with refusal("keys.destroyed"):
            other.domain("projC")


def test_a_writer_that_does_not_finish_is_waited_for_and_then_named(
    store: LocalStore, path: Path, refusal: Refusal
) -> None:
    with exclusive(path):
        assert store.list()
        with refusal("keys.busy"), exclusive(path, patience=0.05):
            pass
    store.create("projC")
