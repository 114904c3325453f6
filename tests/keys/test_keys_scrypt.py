# SPDX-License-Identifier: Apache-2.0
"""The costs of guessing a passphrase: bounded from both sides."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

import pytest

from pseudo.errors import ResourceError
from pseudo.keys import OWASP_2023, PERCIVAL_2009, ScryptProfile
from pseudo.keys.document import write_document
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.local import LocalStore
from pseudo.keys.scrypt import check_cost, stretch

Refusal = Callable[..., AbstractContextManager[None]]
Opened = Callable[..., LocalStore]


def _rechecked(document: dict[str, Any]) -> bytes:
    """Write a document with a checksum that is right, as an attacker would."""
    document.pop("checksum", None)
    return write_document(document)


def test_costs_that_protect_nothing_open_only_where_the_testing_profile_is_asked_for(
    store: LocalStore, path: Path, passphrase: str, refusal: Refusal
) -> None:
    with refusal("keys.kdf_too_weak"):
        LocalStore.open(path, passphrase)


def test_a_file_is_not_made_with_costs_that_protect_nothing(
    path: Path, passphrase: str, refusal: Refusal
) -> None:
    with refusal("keys.kdf_too_weak"):
        LocalStore.open(path, passphrase, create=True, profile=ScryptProfile(n=2**10, r=8, p=1))
    assert not path.exists()


@pytest.mark.parametrize(
    "cost",
    [
        {"n": 2**40},
        {"n": 2**21},
        {"n": 2**63},
        {"n": 10**300},
        {"r": 2**30},
        {"r": 2**20},
        {"p": 2**30},
        {"p": 17},
        {"n": 2**20, "r": 8, "p": 16},
        {"n": 0},
        {"n": 1},
        {"n": 3},
        {"n": 2**17 + 1},
        {"r": 0},
        {"p": 0},
    ],
)
def test_a_hostile_header_is_refused_before_anything_is_computed_with_it(
    store: LocalStore, opened: Opened, path: Path, refusal: Refusal, cost: dict[str, int]
) -> None:
    document = json.loads(path.read_bytes())
    document["kdf"].update({"n": 2**17, "r": 8, "p": 1} | cost)
    path.write_bytes(_rechecked(document))
    with refusal("keys.kdf_too_costly"):
        opened()


@pytest.mark.parametrize("field", ["n", "r", "p", "salt", "name"])
@pytest.mark.parametrize("value", [None, True, -1, "16", "", [], {}, "ZZ" * 16, "ab" * 15])
def test_a_header_of_another_shape_is_damage(
    store: LocalStore, opened: Opened, path: Path, refusal: Refusal, field: str, value: object
) -> None:
    document = json.loads(path.read_bytes())
    document["kdf"][field] = value
    path.write_bytes(_rechecked(document))
    with refusal("keys.damaged"):
        opened()


@pytest.mark.parametrize("profile", [OWASP_2023, PERCIVAL_2009])
def test_the_profiles_for_use_are_within_the_limits(profile: ScryptProfile) -> None:
    check_cost(profile)


def test_no_cost_within_the_limits_takes_more_than_a_gibibyte() -> None:
    for n, r, p in ((2**20, 8, 2), (2**14, 8, 5), (2**13, 8, 10), (2**23, 1, 1)):
        cost = ScryptProfile(n=n, r=r, p=p)
        check_cost(cost)
        assert cost.memory <= 2**30


def test_too_little_memory_for_scrypt_is_a_lack_of_resources(
    refusal: Refusal, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Exhausted:
        def __init__(self, **_: object) -> None:
            raise MemoryError("no 128 MiB")

    monkeypatch.setattr("pseudo.keys.scrypt.Scrypt", Exhausted)
    with refusal("keys.out_of_memory", ResourceError):
        stretch(b"fras", bytes(16), OWASP_2023)


def test_scrypt_gives_the_key_of_rfc_7914() -> None:
    key = stretch(b"pleaseletmein", b"SodiumChloride", ScryptProfile(n=16384, r=8, p=1))
    expected = "7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2"
    assert key == SecretKey.from_bytes(bytes.fromhex(expected), SECRET_ACCESS)
