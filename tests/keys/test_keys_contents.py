# SPDX-License-Identifier: Apache-2.0
"""What stands in a key file is read strictly, also with the right MAC."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any

from pseudo.keys import TESTING
from pseudo.keys.document import canonical, write_document
from pseudo.keys.filekeys import FileKeys, Header
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.keyfile import Contents, read_contents, write_contents
from pseudo.keys.local import LocalStore
from pseudo.keys.scrypt import passphrase_bytes

Refusal = Callable[..., AbstractContextManager[None]]
Opened = Callable[..., LocalStore]


def _rechecked(document: dict[str, Any]) -> bytes:
    """Write a document with a checksum that is right, as an attacker would."""
    document.pop("checksum", None)
    return write_document(document)


def test_a_secret_swapped_by_somebody_with_the_passphrase_is_caught_by_its_check_value(
    store: LocalStore, path: Path, passphrase: str, refusal: Refusal
) -> None:
    contents, keys = store._read()
    swapped = contents.with_registry(contents.registry, keys)
    record = store.show("projA")
    other = SecretKey.generate(SECRET_ACCESS)
    forged = Contents(swapped.registry, swapped.sealed, swapped.own).with_domain(
        record, other, keys
    )
    path.write_bytes(
        write_contents(Contents(contents.registry, forged.sealed, contents.own), keys)
    )
    with refusal("keys.kcv_mismatch"):
        store.domain("projA")
    store.domain("projB").close()


def test_contents_of_another_shape_are_damage_even_with_the_right_mac(
    store: LocalStore, path: Path, passphrase: str, refusal: Refusal
) -> None:
    good = json.loads(path.read_bytes())
    keys = store._keys
    assert keys is not None
    for change in _wrong_shapes(good):
        document = json.loads(canonical(good)) | change
        document["mac"] = keys.mac(document)
        path.write_bytes(_rechecked(document))
        with refusal("keys.damaged"):
            store.list()


def _wrong_shapes(good: dict[str, Any]) -> list[dict[str, Any]]:
    first, second = good["domains"]
    entries: list[Any] = [
        [first, first],
        [first, second | {"name": "PROJA"}],
        [first, second | {"name": "projA", "version": 2}],
        [first | {"current": False}, second],
        [{name: first[name] for name in first if name != "kcv"}, second],
        [first | {"note": "more"}, second],
        [first | {"state": "destroyed"}, second],
        [{name: first[name] for name in first if name not in ("nonce", "sealed")}, second],
        {"projA": first},
        None,
        [None],
        ["projA"],
    ]
    bad: dict[str, list[object]] = {
        "name": ["", "a", "proj A", "projÅ", 1, None],
        "version": [0, -1, True, "1", 1.0, None],
        "current": [1, "true", None],
        "state": ["ACTIVE", "", None, 1, "gone"],
        "format": ["base64", None, 1],
        "created": ["2026-11-22", "2026-11-22T10:00:00+00:00", "2026-13-01T00:00:00Z", None, 0],
        "kcv": ["", "8e5d1bee7531823", "8E5D1BEE7531823A", "zz" * 8, None],
        "nonce": ["", "00", None, first["nonce"].upper() + "0"],
        "sealed": ["", "00" * 47, "00" * 49, None],
    }
    entries += [
        [first | {field: value}, second] for field, values in bad.items() for value in values
    ]
    # A number with a fraction is refused before the shape is looked at.
    changes: list[dict[str, Any]] = [
        {"domains": each} for each in entries if "1.0" not in json.dumps(each)
    ]
    return [
        *changes,
        {"own": None},
        {"own": {}},
        {"own": {"signing": good["own"]["signing"]}},
        {"own": good["own"] | {"more": good["own"]["signing"]}},
        {"extra": 1},
        *({"ledger": name} for name in ("", " ", "a b", "å", "x" * 201, 1, None, [])),
    ]


def test_empty_contents_come_back_as_they_were_written() -> None:
    header = Header.new(TESTING)
    keys = FileKeys(passphrase_bytes("fras"), header)
    contents = Contents.new(keys)
    document = json.loads(write_contents(contents, keys))
    assert read_contents(document, keys, "k") == contents
