# SPDX-License-Identifier: Apache-2.0
"""A real server for each process of the tests, and new mounts in it for each test."""

from __future__ import annotations

import base64
import itertools
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pseudo.keys import SECRET_ACCESS, DomainRecord, SecretKey, State
from pseudo.keys.hierarchy import key_check_value
from pseudo.keys.vault import EnvelopeStore, RemoteStore, VaultConfig
from pseudo.keys.vault.config import Login
from pseudo.keys.vault.policies import ROLES
from pseudo.keys.vault.session import Session
from pseudo.keys.vault.setup import set_up
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing.openbao import OpenBao

SECRET = bytes(range(32))
"""The secret of the published vectors."""

_NUMBERS = itertools.count(1)


@dataclass(frozen=True)
class Place:
    """Two mounts of a server, and a login for each role."""

    bao: OpenBao
    config: VaultConfig
    tokens: dict[str, str]
    opened: ExitStack

    def config_of(self, role: str, **more: Any) -> VaultConfig:
        return replace(self.config, login=Login(token=self.tokens[role]), **more)

    def store(self, role: str, **more: Any) -> EnvelopeStore:
        """Open the store as somebody of a role."""
        return self.opened.enter_context(EnvelopeStore(self.config_of(role, **more)))

    def remote(self, role: str, **more: Any) -> RemoteStore:
        """Open the store whose keys stay in the server as somebody of a role."""
        return self.opened.enter_context(RemoteStore(self.config_of(role, **more)))

    def kv(self, method: str, path: str, body: dict[str, Any] | None = None) -> dict[str, Any]:
        return self.bao.request(method, f"{self.config.kv}/{path}", body)

    def transit(self, method: str, path: str, body: dict[str, Any] | None = None) -> Any:
        return self.bao.request(method, f"{self.config.transit}/{path}", body)


@pytest.fixture(autouse=True)
def _no_session_is_left(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Close what a test left open: domains that share a session keep it open, as they should."""
    opened: list[Session] = []
    begin = Session.__init__

    def noted(session: Session, *words: Any, **named: Any) -> None:
        begin(session, *words, **named)
        opened.append(session)

    monkeypatch.setattr(Session, "__init__", noted)
    yield
    for session in opened:
        session.close()


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[OpenBao]:
    """Start a server that tests share: none may leave it sealed, stopped or dead."""
    with OpenBao(tmp_path_factory.mktemp("openbao") / "server") as bao:
        yield bao


@pytest.fixture(scope="session")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[], OpenBao]]:
    """Return a function that gives a server to do with what one likes, unsealed each time."""
    with OpenBao(tmp_path_factory.mktemp("openbao") / "own") as bao:

        def get() -> OpenBao:
            bao.kill()
            bao.start()
            return bao

        yield get


def place_in(bao: OpenBao, opened: ExitStack, **more: Any) -> Place:
    """Set up mounts of their own in a server."""
    number = next(_NUMBERS)
    config = VaultConfig(
        bao.address,
        f"kv{number}",
        f"transit{number}",
        Login(token=bao.root_token),
        ca=str(bao.ca),
        **{"patience": 5.0, **more},
    )
    for role in ROLES:
        # The roles' names are the same in every test; each has mounts of its own.
        bao.request("DELETE", f"sys/policies/acl/pseudo-{role}")
    with Session(config) as session:
        for _ in set_up(session):
            pass
    tokens = {role: token(bao, role) for role in ROLES}
    return Place(bao, config, {**tokens, "root": bao.root_token}, opened)


def escrowed(
    name: str = "projA", *secrets: bytes, form: str = "base32", current: int = 1
) -> list[tuple[DomainRecord, SecretKey]]:
    """Give versions of a domain as from an escrow; the secret of the vectors by default."""
    found = []
    for version, material in enumerate(secrets or (SECRET,), start=1):
        secret = SecretKey.from_bytes(material, SECRET_ACCESS)
        kcv = key_check_value(secret, name, version)
        state, made = State.FROZEN, datetime(2026, 11, 1, tzinfo=UTC)
        record = DomainRecord(
            name, version, state, PseudonymFormat(form), kcv, made, version == current
        )
        found.append((record, secret))
    return found


def token(bao: OpenBao, role: str, **more: Any) -> str:
    """Make a token of a role."""
    given = {"policies": [f"pseudo-{role}"], "no_default_policy": True, "ttl": "15m", **more}
    made = bao.request("POST", "auth/token/create", given)
    return str(made["auth"]["client_token"])


@pytest.fixture
def place(server: OpenBao) -> Iterator[Place]:
    with ExitStack() as opened:
        yield place_in(server, opened)


@pytest.fixture
def own_place(own_server: Callable[[], OpenBao]) -> Iterator[Place]:
    """Give mounts in a server that the test may seal, stop and kill."""
    with ExitStack() as opened:
        yield place_in(own_server(), opened)


def reads(path: Path) -> bytes:
    """Read all files of a folder, one behind the other."""
    return b"\0".join(file.read_bytes() for file in sorted(path.rglob("*")) if file.is_file())


def in_base64(number: str) -> list[bytes]:
    """Give what any base64 of a text with a number in it has, wherever the number stands."""
    return [base64.b64encode(b"x" * before + number.encode() + b"xx")[4:16] for before in range(3)]
