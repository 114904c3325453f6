# SPDX-License-Identifier: Apache-2.0
"""What a server says of itself to everybody: before any login, and sealed or not."""

from __future__ import annotations

import socket
import ssl
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import urlsplit

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.config import VaultConfig
from pseudo.keys.vault.faults import code_of
from pseudo.keys.vault.transport import client_of, http_of
from pseudo.safe import safe_text

__all__ = ["LARGEST_SKEW", "ServerHealth", "read_health"]

LARGEST_SKEW: Final = 30
"""Seconds by which clocks may differ before tokens and dates begin to suffer."""
_PATH: Final = (
    "/v1/sys/health?standbyok=true&perfstandbyok=true&sealedcode=200&uninitcode=200"
    "&drsecondarycode=200"
)
_DAY: Final = 24 * 60 * 60
_TLS_PORT: Final = 443


@dataclass(frozen=True, slots=True)
class ServerHealth:
    """What a server says of itself.

    Attributes:
        version: Its own words.
        standby: Whether another node answers for it.
        skew: By how many seconds its clock is ahead of ours; negative where it is behind.
        certificate_days: How many days its certificate is still valid; None where it has
            none, or it could not be looked at.
    """

    version: str
    standby: bool
    skew: int
    certificate_days: int | None


def read_health(config: VaultConfig, *, clock: Callable[[], float] = time.time) -> ServerHealth:
    """Ask a server how it is, without logging in and without waiting for it to get better.

    That it says it is well proves little: it does so too while its audit disk is full and
    nothing works. Only a real operation tells.

    Args:
        config: Which server.
        clock: Our clock, in seconds since 1970.

    Raises:
        KeyStoreError: It cannot be reached, was never initialised, or is sealed.
    """
    asked = clock()
    said = _asked(config)
    # The server noted its time somewhere between the two, in whole seconds.
    middle = (asked + clock()) / 2
    if said.get("initialized") is False:
        raise KeyStoreError("vault.not_initialized", address=config.shown)
    if said.get("sealed") is not False:
        raise KeyStoreError("vault.sealed", address=config.shown)
    told = said.get("server_time_utc")
    return ServerHealth(
        version=safe_text(str(said.get("version") or "?")),
        standby=bool(said.get("standby")),
        skew=round(told + 0.5 - middle) if isinstance(told, int) else 0,
        certificate_days=_certificate_days(config, clock()),
    )


def _asked(config: VaultConfig) -> dict[str, Any]:
    code = "vault.odd_answer"
    http = http_of(config)
    try:
        said = client_of(config, http).adapter.get(_PATH)
        if isinstance(said, dict) and "sealed" in said:
            return said
    except Exception as error:  # noqa: BLE001  whatever a library stumbles over
        code = code_of(error)
    finally:
        http.close()
    if code == "vault.odd_answer":
        raise KeyStoreError(code, what="sys/health")
    if code == "vault.timeout":
        seconds = round(config.read_timeout)
        raise KeyStoreError(code, address=config.shown, seconds=seconds)
    raise KeyStoreError(code, address=config.shown)


def _certificate_days(config: VaultConfig, now: float) -> int | None:
    """Look at the certificate by a handshake of our own: the client does not show it."""
    parts = urlsplit(config.address)
    if parts.scheme != "https":
        return None
    host, port = str(parts.hostname), parts.port or _TLS_PORT
    with suppress(OSError, ValueError, KeyError):
        context = ssl.create_default_context(cafile=config.ca or None)
        with (
            socket.create_connection((host, port), config.connect_timeout) as plain,
            context.wrap_socket(plain, server_hostname=host) as secure,
        ):
            said = secure.getpeercert() or {}
        return int((ssl.cert_time_to_seconds(str(said["notAfter"])) - now) // _DAY)
    return None
