# SPDX-License-Identifier: Apache-2.0
"""What is set for a server is what is asked, or nothing is."""

from __future__ import annotations

import pwd
import time
from pathlib import Path

import pytest

from pseudo.errors import UsageError
from pseudo.keys import open_store
from pseudo.keys.vault import EnvelopeStore, VaultConfig
from pseudo.keys.vault.config import Login
from pseudo.settings import Settings
from pseudo.testing.openbao import OpenBao
from pseudo.usecases.stores import open_keystore
from tests.keys.vault.forging import FOREVER, forging
from tests.keys.vault.test_vault_store import refused

pytestmark = pytest.mark.network


def usage(address: str, namespace: str = "") -> str:
    with pytest.raises(UsageError) as caught:
        VaultConfig(address, "kv", "transit", namespace=namespace)
    assert caught.value.__cause__ is None
    assert caught.value.__context__ is None
    return caught.value.code


@pytest.mark.parametrize(
    "address",
    [
        "http://evil.example\\@127.0.0.1:80",
        "http://127.0.0.1\\.evil.example",
        "http://127.0.0.1@evil.example",
        "https://user:pass@vault.example.org",
        "https://vault.example.org/#x",
        "https://vault.example.org?x",
        "https://vault.example.org\n",
        " https://vault.example.org",
        "https://vault.example.org\t.evil.example",
        "https://vault.example.org\u2028",
        "https://vault.example.org\x00",
        "https://[::1",
        "https://127.0.0.1:99999",
        "https://127.0.0.1:x",
        "https://",
    ],
)
def test_an_address_that_can_be_read_in_two_ways_is_refused(address: str) -> None:
    assert usage(address) == "usage.no_vault"


def test_plain_addresses_are_taken() -> None:
    for address in ("https://vault.example.org:8200/", "http://[::1]:8200", "http://LOCALHOST"):
        VaultConfig(address, "kv", "transit", namespace=" org/team\n")


@pytest.mark.parametrize("namespace", ["a b", "a\nInjected: b", "grupp-å", "a\x00"])
def test_a_namespace_that_cannot_be_sent_is_told(namespace: str) -> None:
    assert usage("https://vault.example.org", namespace) == "usage.vault_namespace"


def test_token_and_namespace_are_sent_without_what_surrounds_them() -> None:
    with forging(lambda _: FOREVER) as forged:
        config = forged.config(Login(token=" hvs.x\r\n"), namespace=" org/team\n")
        EnvelopeStore(config).close()
        assert {(one.token, one.namespace) for one in forged.asked} == {("hvs.x", "org/team")}


@pytest.mark.parametrize("token", ["hvs.x\nInjected: y", "hvs.å", "hvs x", "hvs.\x00"])
def test_what_cannot_be_a_token_is_told_at_once(token: str) -> None:
    with forging(lambda _: FOREVER) as forged:
        config = forged.config(Login(token=token), patience=10.0)
        begun = time.monotonic()
        assert refused(lambda: EnvelopeStore(config)) == "vault.no_token"
        assert time.monotonic() - begun < 1
        assert forged.asked == []


def test_somebody_without_a_home_has_no_token(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(_: int) -> None:
        raise KeyError

    monkeypatch.delenv("HOME", raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)
    config = VaultConfig("http://127.0.0.1:9", "kv", "transit", patience=0.1)
    assert refused(lambda: EnvelopeStore(config)) == "vault.no_token"


def test_the_settings_that_are_given_count_and_not_the_environment(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("VAULT_ADDR", "http://10.0.0.1")
    with forging(lambda _: FOREVER) as forged:
        given = Settings(vault_addr=forged.address, vault_token="s.x", vault_patience=0.0)
        open_keystore("vault:kv/transit", given, ask=None, warn=lambda code, **_: None).close()
        open_store("vault:kv/transit", settings=given).close()
        assert [one.token for one in forged.asked] == ["s.x", "s.x"]
    with pytest.raises(UsageError) as caught:
        open_store("vault:kv/transit")
    assert caught.value.code == "usage.vault_http"


def test_a_server_that_does_not_come_up_is_not_left_running(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    bao = OpenBao(tmp_path / "server")
    started: list[int] = []

    def fails(_: object) -> None:
        assert bao._process is not None
        started.append(bao._process.pid)
        raise RuntimeError

    monkeypatch.setattr(bao, "_wait", fails)
    with pytest.raises(RuntimeError), bao:
        pass
    assert len(started) == 1
    assert not Path(f"/proc/{started[0]}").exists()
    assert bao._process is None
