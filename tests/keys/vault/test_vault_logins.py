# SPDX-License-Identifier: Apache-2.0
"""Logins by JWT and by a Kubernetes account, on a real server, up to the unwrapping."""

from __future__ import annotations

import base64
import json
import ssl
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec, utils

import pseudo
from pseudo.keys.vault import EnvelopeStore, login
from pseudo.keys.vault.config import Login
from pseudo.testing.openbao import _make_certificates
from tests.keys.vault.conftest import Place
from tests.keys.vault.test_vault_faults import within
from tests.keys.vault.test_vault_store import NUMBER, refused

pytestmark = pytest.mark.network

ISSUER = "https://issuer.example"
AUDIENCE = "openbao"
HOST = {
    "iss": ISSUER,
    "aud": AUDIENCE,
    "sub": "host-1",
}
ACCOUNT = {
    "iss": "kubernetes/serviceaccount",
    "sub": "system:serviceaccount:statistics:pseudo",
    "kubernetes.io/serviceaccount/namespace": "statistics",
    "kubernetes.io/serviceaccount/service-account.name": "pseudo",
    "kubernetes.io/serviceaccount/service-account.uid": "7f1f",
}
OURS = {
    "token_policies": ["pseudo-worker"],
    "token_no_default_policy": True,
    "token_ttl": "15m",
}
KEY = ec.generate_private_key(ec.SECP256R1())


def signed(claims: dict[str, Any], key: ec.EllipticCurvePrivateKey = KEY, age: int = 0) -> str:
    """Write a JWT (RFC 7519) with ES256, made so many seconds ago for five minutes."""
    made = int(time.time()) - age
    full = {"iat": made, "nbf": made, "exp": made + 300, **claims}
    head = {"alg": "ES256", "typ": "JWT"}
    text = b".".join(_encoded(json.dumps(part).encode()) for part in (head, full))
    numbers = utils.decode_dss_signature(key.sign(text, ec.ECDSA(hashes.SHA256())))
    raw = b"".join(number.to_bytes(32, "big") for number in numbers)
    return (text + b"." + _encoded(raw)).decode()


def _encoded(data: bytes) -> bytes:
    return base64.urlsafe_b64encode(data).rstrip(b"=")


def lives(place: Place, at: Login, jwt: Path, good: Callable[[], str]) -> None:
    """Log in, work, lose the token, and log in again with what the file holds then."""
    jwt.write_text(good())
    with EnvelopeStore(replace(place.config, login=at, patience=0.3)) as store:
        with store.domain("projA") as domain:
            before = domain.pseudonymize([NUMBER])
        # The role is the worker's, and may no more than that.
        assert refused(lambda: store.freeze("projA")) == "vault.denied"
        first = store._session._client.token
        assert first not in place.tokens.values()

        jwt.write_text("e30.e30.e30")
        place.bao.request("POST", "auth/token/revoke", {"token": first})
        assert within(5, lambda: store.domain("projA")) == "vault.token_invalid"
        jwt.write_text(good())
        with store.domain("projA") as domain:
            assert domain.pseudonymize([NUMBER]) == before
        assert store._session._client.token != first


@pytest.fixture
def by_jwt(place: Place, tmp_path: Path) -> Iterator[Login]:
    """Let a server accept JWTs of our key, and give the login."""
    public = KEY.public_key().public_bytes(
        serialization.Encoding.PEM, serialization.PublicFormat.SubjectPublicKeyInfo
    )
    bao = place.bao
    bao.request("POST", "sys/auth/workload", {"type": "jwt"})
    given = {"jwt_validation_pubkeys": [public.decode()], "bound_issuer": ISSUER}
    bao.request("POST", "auth/workload/config", given)
    role = {"role_type": "jwt", "user_claim": "sub", "bound_audiences": [AUDIENCE], **OURS}
    bao.request("POST", "auth/workload/role/pseudo", role)
    place.store("creator").create("projA")
    yield Login(way="jwt", mount="workload", role="pseudo", file=str(tmp_path / "jwt"))
    bao.request("DELETE", "sys/auth/workload")


def test_a_jwt_logs_in_and_logs_in_again(place: Place, by_jwt: Login) -> None:
    lives(place, by_jwt, Path(by_jwt.file), lambda: signed(HOST))


@pytest.mark.parametrize(
    "bad",
    [
        lambda: signed({**HOST, "aud": "another"}),
        lambda: signed({**HOST, "iss": "https://another.example"}),
        lambda: signed(HOST, age=7200),
        lambda: signed(HOST, age=-7200),
        lambda: signed(HOST, ec.generate_private_key(ec.SECP256R1())),
        lambda: signed(HOST)[:-8],
        lambda: _encoded(b'{"alg":"none"}').decode() + "." + signed(HOST).split(".")[1] + ".",
        lambda: "no JWT at all",
    ],
    ids=["audience", "issuer", "expired", "not yet", "key", "cut", "unsigned", "none"],
)
def test_a_jwt_that_is_not_right_is_refused(
    place: Place, by_jwt: Login, bad: Callable[[], str]
) -> None:
    config = replace(place.config, login=by_jwt)
    Path(by_jwt.file).write_text(bad())
    assert within(5, lambda: EnvelopeStore(config)) == "vault.login_refused"
    Path(by_jwt.file).write_text(signed(HOST))
    EnvelopeStore(config).close()


def test_a_role_or_a_mount_that_is_not_there_is_refused(place: Place, by_jwt: Login) -> None:
    Path(by_jwt.file).write_text(signed(HOST))
    for other in ({"role": "another"}, {"role": ""}, {"mount": "another"}, {"mount": ""}):
        config = replace(place.config, login=replace(by_jwt, **other))
        assert within(5, lambda config=config: EnvelopeStore(config)) == "vault.login_refused"
    for file in ("", "/nonexistent/jwt"):
        config = replace(place.config, login=replace(by_jwt, file=file))
        assert refused(lambda config=config: EnvelopeStore(config)) == "vault.login_file"


def test_the_settings_lead_to_a_login_by_jwt(
    place: Place, by_jwt: Login, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(by_jwt.file).write_text(signed(HOST))
    settings = {
        "VAULT_ADDR": place.bao.address,
        "VAULT_CACERT": str(place.bao.ca),
        "PSEUDO_VAULT_LOGIN": "jwt",
        "PSEUDO_VAULT_MOUNT": by_jwt.mount,
        "PSEUDO_VAULT_ROLE": by_jwt.role,
        "PSEUDO_VAULT_SECRET_FILE": by_jwt.file,
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, value)
    with pseudo.open_store(f"vault:{place.config.kv}/{place.config.transit}") as store:
        store.domain("projA").close()


@dataclass
class Cluster:
    """What a server asks of Kubernetes: whether a token is an account's (TokenReview).

    Attributes:
        folder: With the certificates of its API.
        address: Of its API.
        good: Tokens that are.
        status: What it answers with, where not as Kubernetes does when all is well.
        heard: The tokens that were asked about.
    """

    folder: Path
    address: str = ""
    good: set[str] = field(default_factory=set)
    status: int = 201
    heard: list[str] = field(default_factory=list)

    def account(self) -> str:
        """Give a token of the account that is to work."""
        made = signed({**ACCOUNT, "jti": str(len(self.good))})
        self.good.add(made)
        return made


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[Cluster]:
    cluster = Cluster(tmp_path / "cluster")
    cluster.folder.mkdir()
    _make_certificates(cluster.folder)

    class Api(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            given = asked["spec"]["token"]
            cluster.heard.append(given)
            known = given in cluster.good
            user = {
                "username": ACCOUNT["sub"],
                "uid": "7f1f",
                "groups": ["system:serviceaccounts", "system:serviceaccounts:statistics"],
            }
            status = {"authenticated": True, "user": user} if known else {"user": {}}
            answer = {**asked, "status": status}
            if self.path != "/apis/authentication.k8s.io/v1/tokenreviews":
                self.send_error(404)
                return
            if self.headers["Authorization"] != "Bearer reviewer":
                self.send_error(401)
                return
            body = json.dumps(answer).encode()
            self.send_response(cluster.status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Api) as server:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(cluster.folder / "server.pem", cluster.folder / "server.key")
        server.socket = context.wrap_socket(server.socket, server_side=True)
        server.daemon_threads = True
        cluster.address = f"https://127.0.0.1:{server.server_address[1]}"
        thread = threading.Thread(target=server.serve_forever, args=(0.05,))
        thread.start()
        yield cluster
        server.shutdown()
        thread.join()


@pytest.fixture
def by_account(place: Place, cluster: Cluster, tmp_path: Path) -> Iterator[Login]:
    """Let a server ask a cluster about accounts, and give the login."""
    bao = place.bao
    bao.request("POST", "sys/auth/kubernetes", {"type": "kubernetes"})
    given = {
        "kubernetes_host": cluster.address,
        "kubernetes_ca_cert": (cluster.folder / "ca.pem").read_text(),
        "token_reviewer_jwt": "reviewer",
        "disable_local_ca_jwt": True,
    }
    bao.request("POST", "auth/kubernetes/config", given)
    role = {
        "bound_service_account_names": ["pseudo"],
        "bound_service_account_namespaces": ["statistics"],
        **OURS,
    }
    bao.request("POST", "auth/kubernetes/role/pseudo", role)
    place.store("creator").create("projA")
    yield Login(way="kubernetes", role="pseudo", file=str(tmp_path / "account"))
    bao.request("DELETE", "sys/auth/kubernetes")


def test_an_account_logs_in_and_logs_in_again(
    place: Place, by_account: Login, cluster: Cluster
) -> None:
    lives(place, by_account, Path(by_account.file), cluster.account)
    assert cluster.good <= set(cluster.heard)


def test_an_account_is_found_where_kubernetes_puts_it(
    place: Place, by_account: Login, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path(by_account.file).write_text(cluster.account())
    monkeypatch.setattr(login, "_KUBERNETES", by_account.file)
    with EnvelopeStore(replace(place.config, login=replace(by_account, file=""))) as store:
        store.domain("projA").close()


def test_an_account_that_is_not_right_is_refused(
    place: Place, by_account: Login, cluster: Cluster
) -> None:
    config = replace(place.config, login=by_account, patience=0.3)
    other = {**ACCOUNT, "kubernetes.io/serviceaccount/service-account.name": "another"}
    for bad in (signed(ACCOUNT), signed(other), "no JWT at all"):
        Path(by_account.file).write_text(bad)
        assert within(5, lambda: EnvelopeStore(config)) == "vault.login_refused"
    Path(by_account.file).write_text(cluster.account())
    other_role = replace(config, login=replace(by_account, role="another"))
    assert within(5, lambda: EnvelopeStore(other_role)) == "vault.login_refused"
    EnvelopeStore(config).close()


def test_a_cluster_that_fails_looks_like_a_refusal_and_is_got_over(
    place: Place, by_account: Login, cluster: Cluster
) -> None:
    config = replace(place.config, login=by_account, patience=0.3)
    Path(by_account.file).write_text(cluster.account())
    cluster.status = 503
    # The server says no more than that it does not let us in.
    assert within(5, lambda: EnvelopeStore(config)) == "vault.login_refused"
    assert cluster.heard
    cluster.status = 201
    EnvelopeStore(config).close()
