# SPDX-License-Identifier: Apache-2.0
"""Where the server is, how to log in, and how long to wait. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from ipaddress import ip_address
from typing import Final
from urllib.parse import SplitResult, urlsplit

from pseudo.errors import KeyStoreError, UsageError
from pseudo.safe import Plain, safe_text
from pseudo.settings import Settings

__all__ = ["Login", "VaultConfig", "parse_address"]

_MOUNT: Final = re.compile(r"[A-Za-z0-9_-]+")
_LOOPBACK: Final = frozenset({"127.0.0.1", "::1", "localhost"})
_NAMESPACE: Final = re.compile(r"[!-~]*")


@dataclass(frozen=True, slots=True)
class Login:
    """How to become somebody the server knows.

    Attributes:
        way: ``token``, ``approle``, ``jwt`` or ``kubernetes``.
        mount: Where the way is mounted; its own name by default.
        role: The role; for ``approle`` its role id.
        token: The token; not shown.
        file: What holds the secret id or the JWT.
        wrapped: Whether the secret id is wrapped, to be unwrapped once.
    """

    way: str = "token"
    mount: str = ""
    role: str = ""
    token: str = field(default="", repr=False)
    file: str = ""
    wrapped: bool = False


@dataclass(frozen=True, slots=True)
class VaultConfig:
    """Everything that has to be known of a server.

    Attributes:
        address: Its URL.
        kv: Mount of the KV engine, version 2.
        transit: Mount of the transit engine.
        login: How to log in.
        ca: File of the authority that signed its certificate; the system's by default.
        namespace: Of the server, where it has any.
        connect_timeout: Seconds to wait for a connection.
        read_timeout: Seconds to wait for an answer.
        patience: Seconds in which what can be repeated is tried again.
        batch: The most values that the server is asked to compute with in one request.
        prefix: How the names of roles and policies begin.
        control_group: The server's group of which two others approve that a key may be
            deleted; empty where two signatures do.
        nodes: URLs of all nodes, on which a destroyed key is looked for.
    """

    address: str
    kv: str
    transit: str
    login: Login = Login()
    ca: str = ""
    namespace: str = ""
    connect_timeout: float = 3.0
    read_timeout: float = 10.0
    patience: float = 20.0
    batch: int = 499
    prefix: str = "pseudo"
    control_group: str = ""
    nodes: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse what would send a token in clear over a network.

        Raises:
            UsageError: No server is named, or not so that everybody reads it alike
                (``usage.no_vault``), it is http to somewhere else than loopback
                (``usage.vault_http``), or the namespace cannot be sent
                (``usage.vault_namespace``).
        """
        for address in (self.address, *self.nodes):
            parts = _parts(address)
            if parts is None or parts.scheme not in ("http", "https") or not parts.hostname:
                raise UsageError("usage.no_vault")
            if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
                raise UsageError("usage.vault_http")
        if not _NAMESPACE.fullmatch(self.namespace.strip()):
            raise UsageError("usage.vault_namespace")

    @classmethod
    def of(cls, mounts: str, settings: Settings) -> VaultConfig:
        """Put together what an address and the settings say.

        Args:
            mounts: ``<kv-mount>/<transit-mount>``.
            settings: The rest.

        Raises:
            KeyStoreError: The mounts are not of that form (``vault.bad_mounts``).
            UsageError: See :meth:`__post_init__`.
        """
        kv, transit = parse_address(mounts)
        return cls(
            address=settings.vault_addr,
            kv=kv,
            transit=transit,
            login=Login(
                way=settings.vault_login,
                mount=settings.vault_mount,
                role=settings.vault_role,
                token=settings.vault_token.get_secret_value(),
                file=settings.vault_secret_file,
                wrapped=settings.vault_wrapped,
            ),
            ca=settings.vault_cacert,
            namespace=settings.vault_namespace,
            connect_timeout=min(3.0, settings.vault_timeout),
            read_timeout=settings.vault_timeout,
            patience=settings.vault_patience,
            batch=settings.vault_batch,
            prefix=settings.vault_prefix,
            control_group=settings.vault_control_group,
            nodes=tuple(filter(None, map(str.strip, settings.vault_nodes.split(",")))),
        )

    @property
    def shown(self) -> Plain:
        """The server's address for messages: an IP address and a port are nobody's number."""
        parts = urlsplit(self.address)
        host = parts.hostname or ""
        try:
            ip_address(host)
        except ValueError:
            host = safe_text(host)
        return Plain(f"{parts.scheme}://{host}" + (f":{parts.port}" if parts.port else ""))

    def named(self, role: str) -> str:
        """Give the name that a role, and its policy, have in the server."""
        return f"{self.prefix}-{role}"


def _parts(address: str) -> SplitResult | None:
    """Take a URL apart; None where others could read it as that of another server.

    What connects reads a backslash, a name before ``@`` or a blank in its own way, so that
    the server that is checked would not be the one that is asked.
    """
    if not address.isprintable() or any(one.isspace() or one in "\\@?#" for one in address):
        return None
    try:
        parts = urlsplit(address)
        _ = parts.port  # raises where it is no number of a port
    except ValueError:
        return None
    return parts


def parse_address(mounts: str) -> tuple[str, str]:
    """Take ``<kv-mount>/<transit-mount>`` apart.

    Raises:
        KeyStoreError: It is not of that form (``vault.bad_mounts``).
    """
    kv, _, transit = mounts.partition("/")
    if not (_MOUNT.fullmatch(kv) and _MOUNT.fullmatch(transit)) or kv == transit:
        raise KeyStoreError("vault.bad_mounts")
    return kv, transit
