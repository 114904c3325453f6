# SPDX-License-Identifier: Apache-2.0
"""The escrow file: what was put in comes out, and whatever else is refused by its code."""

from __future__ import annotations

import copy
import itertools
import json
import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand
from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from pseudo.errors import KeyStoreError
from pseudo.framing import lp
from pseudo.keys import SECRET_ACCESS, TESTING, SecretKey, State
from pseudo.keys.document import write_document
from pseudo.keys.escrow import read_escrow, write_escrow
from pseudo.keys.files import write_new
from pseudo.keys.local import LocalStore

Refusal = Callable[..., AbstractContextManager[None]]
PHRASE = "en annan fras"


@pytest.fixture
def held(store: LocalStore) -> list[tuple[Any, SecretKey]]:
    """Return what a store gives out of a domain with two versions."""
    store.new_version("projB")
    store.make_current("projB", 2)
    return store.escrow("projB")


@pytest.fixture
def data(held: list[tuple[Any, SecretKey]]) -> bytes:
    return write_escrow(held, PHRASE, TESTING)


def read(data: bytes, phrase: str | None = PHRASE) -> list[tuple[Any, bytes]]:
    return [
        (record, secret.reveal(SECRET_ACCESS))
        for record, secret in read_escrow(data, phrase, "escrow", TESTING)
    ]


def outcome(data: bytes) -> object:
    try:
        return read(data)
    except KeyStoreError as error:
        return error.code


def test_every_version_comes_out_as_it_was_put_in(
    held: list[tuple[Any, SecretKey]], data: bytes
) -> None:
    assert read(data) == [(record, secret.reveal(SECRET_ACCESS)) for record, secret in held]
    assert [record.current for record, _ in held] == [False, True]
    for _, secret in held:
        raw = secret.reveal(SECRET_ACCESS)
        assert raw not in data
        assert raw.hex().encode() not in data


def test_what_is_frozen_is_frozen_in_it(held: list[tuple[Any, SecretKey]]) -> None:
    frozen = [(replace(record, state=State.FROZEN), secret) for record, secret in held]
    made = write_escrow(frozen, PHRASE, TESTING)
    assert {record.state for record, _ in read(made)} == {State.FROZEN}


def test_a_reader_that_is_not_ours_opens_it_as_it_is_described(
    held: list[tuple[Any, SecretKey]], data: bytes
) -> None:
    document = json.loads(data)
    kdf = document["kdf"]
    assert (document["format"], document["version"]) == ("pseudo escrow", 1)
    stretched = Scrypt(
        salt=bytes.fromhex(kdf["salt"]), length=32, n=kdf["n"], r=kdf["r"], p=kdf["p"]
    ).derive(PHRASE.encode())
    seal = HKDFExpand(algorithm=SHA256(), length=32, info=lp("pseudo/escrow/v1", "seal"))
    key = AESGCM(seal.derive(stretched))
    for entry, (_, secret) in zip(document["domains"], held, strict=True):
        about = lp(
            *("pseudo/escrow/v1", "domain", entry["name"], str(entry["version"])),
            *("current" if entry["current"] else "other", entry["state"], entry["format"]),
            *(entry["created"], entry["kcv"]),
        )
        nonce, sealed = (bytes.fromhex(entry[name]) for name in ("nonce", "sealed"))
        assert key.decrypt(nonce, sealed, about) == secret.reveal(SECRET_ACCESS)


@pytest.mark.parametrize(
    ("phrase", "code"),
    [
        ("fel", "escrow.wrong_passphrase"),
        ("", "keys.passphrase_empty"),
        (None, "keys.passphrase_missing"),
    ],
)
def test_another_passphrase(data: bytes, phrase: str | None, code: str, refusal: Refusal) -> None:
    with refusal(code):
        read(data, phrase)


def test_neither_kind_of_file_is_taken_for_the_other(
    data: bytes, path: Path, store: LocalStore, tmp_path: Path, refusal: Refusal
) -> None:
    with refusal("escrow.foreign_file"):
        read(path.read_bytes())
    other = tmp_path / "other"
    other.write_bytes(data)
    other.chmod(0o600)
    with refusal("keys.foreign_file"):
        LocalStore.open(other, PHRASE, profile=TESTING)


def test_foreign_newer_and_cheap_files(data: bytes, refusal: Refusal) -> None:
    for foreign in (b"", b"{}", b"hello", b"\x89PNG"):
        with refusal("escrow.foreign_file"):
            read(foreign)
    document = json.loads(data)
    with refusal("escrow.newer_version"):
        read(write_document({**document, "version": 2}))
    with refusal("keys.kdf_too_weak"):
        read_escrow(data, PHRASE, "escrow")


def test_a_file_cut_anywhere_or_with_a_flipped_bit_gives_nothing_else(data: bytes) -> None:
    truth, chance = read(data), random.Random(5)
    refused = {"escrow.damaged", "escrow.foreign_file", "escrow.newer_version"}
    for size in range(0, len(data) - 1, 7):
        assert outcome(data[:size]) in refused
    for place in range(0, len(data), 3):
        flipped = bytearray(data)
        flipped[place] ^= 1 << chance.randrange(8)
        found = outcome(bytes(flipped))
        assert found == truth or found in refused


def test_whatever_somebody_without_the_passphrase_changes_is_told(data: bytes) -> None:
    document = json.loads(data)
    document.pop("checksum")
    first, second = document["domains"]
    changes: list[dict[str, Any]] = [
        {"name": "projC"},
        {"version": 3},
        {"current": False},
        {"state": "frozen"},
        {"format": "hex"},
        {"created": "2020-01-01T00:00:00Z"},
        {"kcv": "0" * 16},
        {"nonce": first["nonce"], "sealed": first["sealed"]},
    ]
    for change in changes:
        changed = copy.deepcopy(document)
        changed["domains"][1].update(change)
        assert outcome(write_document(changed)) == "escrow.tampered", change
    for domains in ([], [second], [second, first]):
        changed = {**document, "domains": domains}
        assert outcome(write_document(changed)) == "escrow.tampered"
    # And the secret is tied to what is said of it by itself, MAC or no MAC.
    for one, other in itertools.permutations([0, 1]):
        changed = copy.deepcopy(document)
        for field in ("nonce", "sealed"):
            changed["domains"][one][field] = document["domains"][other][field]
        assert outcome(_with_mac(changed)) == "escrow.tampered"


def test_what_was_signed_and_is_not_one_domain_is_damaged(data: bytes) -> None:
    document = json.loads(data)
    document.pop("checksum")
    first, second = document["domains"]
    alone = {**second, "name": "projC"}
    gone = {name: value for name, value in first.items() if name not in ("nonce", "sealed")}
    for domains in (
        [],
        [first],
        [second, first],
        [first, second, alone],
        [{**gone, "state": "destroyed"}, second],
        "x",
    ):
        assert outcome(_with_mac({**document, "domains": domains})) == "escrow.damaged"
    assert outcome(_with_mac({**document, "more": 1})) == "escrow.damaged"


def _with_mac(document: dict[str, Any]) -> bytes:
    """Write a document as somebody would who has the passphrase."""
    from pseudo.keys.document import ESCROW
    from pseudo.keys.filekeys import FileKeys
    from pseudo.keys.keyfile import read_header

    keys = FileKeys(PHRASE.encode(), read_header(document, "x", ESCROW), ESCROW)
    return write_document({**document, "mac": keys.mac(document)})


def test_a_file_is_for_its_owner_and_takes_no_place(tmp_path: Path, refusal: Refusal) -> None:
    path = tmp_path / "file"
    write_new(path, b"data", "escrow")
    assert (path.read_bytes(), path.stat().st_mode & 0o777) == (b"data", 0o600)
    with refusal("escrow.exists"):
        write_new(path, b"other", "escrow")
    assert path.read_bytes() == b"data"
    with refusal("escrow.folder_missing"):
        write_new(tmp_path / "none" / "file", b"data", "escrow")
