# SPDX-License-Identifier: Apache-2.0
"""What the key tests share: cheap key files, and a reader of them that is not ours."""

from __future__ import annotations

import hashlib
import hmac
import json
import struct
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from pseudo.errors import KeyStoreError, PseudoError
from pseudo.keys.local import LocalStore
from pseudo.keys.scrypt import TESTING

PASSPHRASE = "fyra slumpade ord räcker"

Refusal = Callable[..., AbstractContextManager[None]]


@pytest.fixture
def passphrase() -> str:
    """Return the passphrase of every key file of these tests."""
    return PASSPHRASE


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """Return where a key file can be made."""
    return tmp_path / "keys.pseudo"


@pytest.fixture
def opened(path: Path) -> Callable[..., LocalStore]:
    """Return a function that opens (or makes) the key file at the lowest cost."""

    def open_it(passphrase: str | bytes | None = PASSPHRASE, **options: Any) -> LocalStore:
        return LocalStore.open(path, passphrase, **{"profile": TESTING, **options})

    return open_it


@pytest.fixture
def store(opened: Callable[..., LocalStore]) -> Iterator[LocalStore]:
    """Return an open key file with the domains ``projA`` and ``projB``."""
    with opened(create=True) as made:
        made.create("projA")
        made.create("projB", "uuid")
        yield made


@pytest.fixture
def refusal() -> Refusal:
    """Return a context in which exactly one error is expected, with nothing behind it."""

    @contextmanager
    def expect(code: str, kind: type[PseudoError] = KeyStoreError) -> Iterator[None]:
        with pytest.raises(kind) as caught:
            yield
        assert caught.value.code == code
        # A chained error of a library could quote what it choked on.
        assert caught.value.__cause__ is None
        assert caught.value.__context__ is None

    return expect


def _lp(*parts: str) -> bytes:
    return b"".join(struct.pack(">I", len(part.encode())) + part.encode() for part in parts)


def _expand(key: bytes, *info: str) -> bytes:
    return hmac.new(key, _lp(*info) + b"\x01", hashlib.sha256).digest()


@pytest.fixture
def independent_secrets() -> Callable[[bytes], dict[str, bytes]]:
    """Return a reader of key files that uses nothing of ours but the description."""

    def read(data: bytes) -> dict[str, bytes]:
        document = json.loads(data)
        kdf = document["kdf"]
        file_key = hashlib.scrypt(
            PASSPHRASE.encode(),
            salt=bytes.fromhex(kdf["salt"]),
            n=kdf["n"],
            r=kdf["r"],
            p=kdf["p"],
            dklen=32,
        )
        cipher = AESGCM(_expand(file_key, "pseudo/keyfile/v1", "seal"))
        found = {}
        for entry in document["domains"]:
            if "sealed" in entry:
                about = [str(entry[name]) for name in ("state", "format", "created", "kcv")]
                current = "current" if entry["current"] else "other"
                context = _lp(
                    "pseudo/keyfile/v1",
                    "domain",
                    entry["name"],
                    str(entry["version"]),
                    current,
                    *about,
                )
                nonce, sealed = bytes.fromhex(entry["nonce"]), bytes.fromhex(entry["sealed"])
                found[entry["name"]] = cipher.decrypt(nonce, sealed, context)
        for purpose, entry in document["own"].items():
            nonce, sealed = bytes.fromhex(entry["nonce"]), bytes.fromhex(entry["sealed"])
            found[purpose] = cipher.decrypt(
                nonce, sealed, _lp("pseudo/keyfile/v1", "own", purpose)
            )
        found["file key"] = file_key
        return found

    return read
