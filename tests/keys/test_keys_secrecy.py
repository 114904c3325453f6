# SPDX-License-Identifier: Apache-2.0
"""No secret and no passphrase in files, texts, tracebacks and pickles."""

from __future__ import annotations

import base64
import contextlib
import pickle
import traceback
from collections.abc import Callable
from pathlib import Path

import pytest

from pseudo.errors import KeyStoreError
from pseudo.keys.local import LocalStore

Opened = Callable[..., LocalStore]
Secrets = Callable[[bytes], dict[str, bytes]]


def _spellings(secret: bytes) -> list[bytes]:
    """Every run of 8 bytes of a secret, in the spellings in which it could lie about."""
    found = []
    for start in range(len(secret) - 7):
        part = secret[start : start + 8]
        found += [
            part,
            part.hex().encode(),
            part.hex().upper().encode(),
            repr(part)[2:-1].encode(),
        ]
    return [*found, base64.b64encode(secret)[:40], base64.b32encode(secret)[:48]]


def _everything_on_disk(path: Path) -> bytes:
    return b"\n".join(each.read_bytes() for each in sorted(path.parent.iterdir()))


def test_no_part_of_a_secret_stands_in_any_file_of_the_store(
    store: LocalStore, path: Path, independent_secrets: Secrets, passphrase: str
) -> None:
    secrets = independent_secrets(path.read_bytes())
    store.freeze("projA")
    store.activate("projA")
    store.destroy("projB")
    disk = _everything_on_disk(path)
    for secret in secrets.values():
        assert not [each for each in _spellings(secret) if each in disk]
    assert passphrase.encode() not in disk


def test_a_destroyed_secret_is_gone_from_the_file_in_its_sealed_form_too(
    store: LocalStore, path: Path, independent_secrets: Secrets
) -> None:
    import json

    sealed = json.loads(path.read_bytes())["domains"][0]["sealed"]
    assert "projA" in independent_secrets(path.read_bytes())
    record = store.destroy("projA")
    disk = _everything_on_disk(path)
    assert sealed.encode() not in disk
    assert record.kcv.encode() in disk
    assert "projA" not in independent_secrets(path.read_bytes())


def test_every_write_seals_with_a_new_nonce(store: LocalStore, path: Path) -> None:
    import json

    nonces = []
    for act in (store.freeze, store.activate, store.freeze):
        act("projA")
        nonces.append(json.loads(path.read_bytes())["domains"][0]["nonce"])
    assert len(set(nonces)) == 3


def test_two_files_with_one_passphrase_have_nothing_in_common(
    store: LocalStore, tmp_path: Path, passphrase: str, independent_secrets: Secrets, path: Path
) -> None:
    from pseudo.keys.scrypt import TESTING

    other = tmp_path / "other"
    with LocalStore.open(other, passphrase, create=True, profile=TESTING) as second:
        second.create("projA")
    ours = independent_secrets(path.read_bytes())
    theirs = independent_secrets(other.read_bytes())
    assert not set(ours.values()) & set(theirs.values())


def test_an_error_shows_no_passphrase_no_secret_and_nothing_of_the_file(
    store: LocalStore, opened: Opened, path: Path, independent_secrets: Secrets
) -> None:
    secrets = independent_secrets(path.read_bytes())
    wrong = "hemlig fras som ingen ska se"
    whole = path.read_bytes()
    for content in (whole, whole.replace(b"projA", b"19121212"), whole[:500]):
        path.write_bytes(content)
        with pytest.raises(KeyStoreError) as caught:
            opened(wrong)
        shown = "".join(traceback.format_exception(caught.value))
        shown += f"{caught.value.text('sv')} {caught.value.hint('sv')} {caught.value.params}"
        assert wrong not in shown
        assert "19121212" not in shown
        for secret in secrets.values():
            assert not [each for each in _spellings(secret) if each in shown.encode()]


def test_locals_of_a_failed_opening_hold_no_secret_that_can_be_printed(
    store: LocalStore, path: Path, independent_secrets: Secrets, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = independent_secrets(path.read_bytes())

    def fail(*_: object) -> None:
        raise RuntimeError("in the middle of opening")

    monkeypatch.setattr("pseudo.keys.local.open_domain", fail)
    with pytest.raises(RuntimeError) as caught:
        store.domain("projA")
    frames = traceback.TracebackException.from_exception(caught.value, capture_locals=True)
    ours = [frame.locals or {} for frame in frames.stack if "test_keys" not in frame.filename]
    shown = "\n".join(text for names in ours for text in names.values()).encode()
    assert b"<SecretKey>" in shown
    for secret in secrets.values():
        assert not [each for each in _spellings(secret) if each in shown]


def test_an_open_store_and_an_open_domain_cannot_be_pickled(store: LocalStore) -> None:
    domain = store.domain("projA")
    for each in (store, domain, store._keys):
        with pytest.raises((TypeError, AttributeError, pickle.PicklingError)):
            pickle.dumps(each)


def test_a_record_can_be_pickled_since_it_holds_nothing_secret(
    store: LocalStore, path: Path, independent_secrets: Secrets
) -> None:
    pickled = pickle.dumps(store.list())
    assert pickle.loads(pickled) == store.list()
    for secret in independent_secrets(path.read_bytes()).values():
        assert not [each for each in _spellings(secret) if each in pickled]


def test_closing_wipes_the_files_keys(store: LocalStore) -> None:
    keys = store._keys
    assert keys is not None
    store.close()
    assert keys.seal.wiped
    with pytest.raises(KeyStoreError):
        keys.check_value()
    with pytest.raises(KeyStoreError):
        keys.mac({})


def test_leaving_the_with_block_by_an_error_closes_the_store(opened: Opened) -> None:
    with contextlib.suppress(RuntimeError), opened(create=True) as store:
        raise RuntimeError
    with pytest.raises(KeyStoreError):
        store.list()
