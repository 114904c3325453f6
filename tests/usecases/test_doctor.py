# SPDX-License-Identifier: Apache-2.0
"""The doctor finds what works and what does not, by doing it."""

from __future__ import annotations

import tempfile

import pytest

import pseudo
from pseudo.keys import open_store
from pseudo.settings import Settings
from pseudo.testing import CANARIES, assert_clean
from pseudo.usecases import domains
from pseudo.usecases.doctor import doctor

PHRASE = "fyra slumpade ord räcker"


@pytest.fixture(scope="module")
def keyfile(tmp_path_factory):
    folder = tmp_path_factory.mktemp("keys")
    with open_store(f"local:{folder / 'k'}", passphrase=PHRASE, create=True) as store:
        store.create("projA")
        store.create("projB")
        store.freeze("projB")
    (folder / "phrase").write_text(PHRASE)
    (folder / "phrase").chmod(0o600)
    return folder


def by_name(checks):
    return {check.name: check for check in checks}


def test_a_healthy_installation():
    checks = by_name(doctor(Settings()))

    assert [check.name for check in checks.values() if check.error] == []
    for name in ("pseudonyms", "leak scan", "reading text", "sandbox", "kernel"):
        assert checks[name].health == "ok"
    assert checks["library pyarrow"].detail[0].isdigit()
    assert checks["key store"].health == "not checked"


def test_it_leaves_nothing_behind(tmp_path, monkeypatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))

    doctor(Settings())

    assert list(tmp_path.iterdir()) == []


def test_settings_and_where_they_come_from(monkeypatch):
    monkeypatch.setenv("PSEUDO_THREADS", "3")
    monkeypatch.delenv("PSEUDO_KERNEL", raising=False)

    checks = by_name(doctor(Settings()))

    assert checks["setting threads"].detail == "3 (PSEUDO_THREADS)"
    assert checks["setting kernel"].detail == "auto (default)"


def test_the_key_store_opens(keyfile):
    settings = Settings(keystore=f"local:{keyfile / 'k'}", passphrase_file=str(keyfile / "phrase"))

    checks = by_name(doctor(settings))

    assert checks["key store"].detail.endswith("opens: 1 active, 1 frozen")
    assert checks["passphrase file"].health == "ok"
    assert checks["key store's folder"].health == "ok"


def test_a_key_store_that_was_put_back_fails_as_a_run_would(tmp_path):
    path, phrase = tmp_path / "k", tmp_path / "phrase"
    phrase.write_text(PHRASE)
    phrase.chmod(0o600)
    with open_store(f"local:{path}", passphrase=PHRASE, create=True) as store:
        ledger = pseudo.open_ledger(f"{path}.ledger", store)
        domains.create(store, "projA", ledger=ledger)
        before = path.read_bytes()
        domains.freeze(store, "projA", ledger=ledger)
    settings = Settings(keystore=f"local:{path}", passphrase_file=str(phrase))
    assert by_name(doctor(settings))["ledger"].error is None
    path.write_bytes(before)
    failed = by_name(doctor(settings))["ledger"].error
    assert failed is not None
    assert failed.code == "keys.rolled_back"


def test_nobody_is_asked_for_a_passphrase(keyfile):
    checks = by_name(doctor(Settings(), keystore=f"local:{keyfile / 'k'}"))

    assert checks["key store"].health == "ok"
    assert "not asked" in checks["key store"].detail


def test_what_others_can_reach_is_warned_of(keyfile, tmp_path):
    tmp_path.chmod(0o777)
    (tmp_path / "k").write_bytes((keyfile / "k").read_bytes())
    (tmp_path / "k").chmod(0o600)
    (tmp_path / "phrase").write_text(PHRASE)
    (tmp_path / "phrase").chmod(0o644)
    settings = Settings(
        keystore=f"local:{tmp_path / 'k'}", passphrase_file=str(tmp_path / "phrase")
    )

    checks = by_name(doctor(settings))

    assert checks["passphrase file"].health == "warning"
    assert checks["key store's folder"].health == "warning"


@pytest.mark.parametrize(
    ("break_it", "code", "status"),
    [
        (lambda path: path.unlink(), "keys.file_missing", 5),
        (lambda path: path.chmod(0o644), "keys.readable_by_others", 5),
        (lambda path: path.write_bytes(path.read_bytes()[:40]), None, 5),
    ],
)
def test_a_key_store_that_cannot_be_used_fails(keyfile, tmp_path, break_it, code, status):
    path = tmp_path / "k"
    path.write_bytes((keyfile / "k").read_bytes())
    path.chmod(0o600)
    break_it(path)

    check = by_name(doctor(Settings(), keystore=f"local:{path}"))["key store"]

    assert check.health == "failed"
    assert check.error is not None
    assert check.error.exit_status == status
    assert code in (None, check.error.code)


def test_a_missing_folder_for_outputs_fails(tmp_path):
    check = by_name(doctor(Settings(), out=tmp_path / "nowhere"))["space for outputs"]

    assert check.error is not None
    assert check.error.exit_status == 7


def test_a_kernel_that_is_not_there_fails_and_the_rest_goes_on():
    settings = Settings.model_construct(kernel="turbo")

    checks = by_name(doctor(settings))

    assert checks["kernel"].health == checks["pseudonyms"].health == "failed"
    assert checks["sandbox"].health == "ok"


def test_a_parser_without_memory_fails_the_sandbox_check_only(monkeypatch, tmp_path):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))

    checks = by_name(doctor(Settings()))

    assert checks["sandbox"].error is not None
    assert checks["sandbox"].error.exit_status == 7
    assert checks["leak scan"].health == "ok"


def test_names_with_numbers_are_masked(tmp_path):
    number = CANARIES["alva"]
    settings = Settings(keystore=f"local:{tmp_path}/{number}", passphrase_file=f"/{number}")

    checks = doctor(settings, out=tmp_path / number)

    assert_clean(**{f"check{at}": repr(check) for at, check in enumerate(checks)})


def test_a_token_is_told_to_be_set_and_not_shown(monkeypatch):
    monkeypatch.setenv("VAULT_TOKEN", "s.verysecret")
    checks = by_name(doctor(Settings()))
    assert checks["setting vault_token"].detail == "(set) (VAULT_TOKEN)"
    assert "verysecret" not in repr(checks)
    assert "verysecret" not in repr(Settings())
