# SPDX-License-Identifier: Apache-2.0
"""Requests with an end, and answers that are either what a server says or an error.

A socket's own timeout begins anew with every byte, so a server that drips could hold a
request for ever. Here the whole answer, headers and body, has one deadline and one limit
of size. What is sent has the same time, over TLS for each record of 16 KiB. Not limited
here is how long the system takes to find the addresses of a name; each of them may take the
time for connecting. Neither redirects nor proxies nor the settings of other tools are followed.
"""

from __future__ import annotations

import http.client
import io
import json
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final

import hvac
import requests
import urllib3
from hvac import exceptions
from hvac.adapters import RawAdapter
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ReadTimeoutError

from pseudo.keys.vault.config import VaultConfig
from pseudo.keys.vault.faults import NoAnswer

if TYPE_CHECKING:
    import socket

__all__ = ["LARGEST", "client_of", "http_of"]

LARGEST: Final = 64 * 1024 * 1024
"""How many bytes an answer may have, as it is sent and as it is unpacked."""

_CONNECTIONS: Final = 8
_PIECE: Final = 64 * 1024
_NO_CONTENT: Final = 204
_REDIRECTED: Final = range(300, 400)


class _Timed(io.RawIOBase):
    """What a socket receives until a deadline, and not more than an answer may have."""

    def __init__(self, inner: io.RawIOBase, sock: socket.socket) -> None:
        self._inner = inner
        self._sock = sock
        self._left = LARGEST
        # The connection has just been given the time that the whole answer may take.
        self._given = sock.gettimeout()
        self._deadline = None if self._given is None else time.monotonic() + self._given

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        if self._deadline is not None:
            remaining = self._deadline - time.monotonic()
            if remaining <= 0:
                raise TimeoutError
            self._sock.settimeout(remaining)
        count = self._inner.readinto(buffer)
        self._left -= count or 0
        if self._left < 0:
            raise NoAnswer("vault.odd_answer")
        return count

    def close(self) -> None:
        # The next request on this connection must not be sent in what was left of the time.
        with suppress(OSError):
            self._sock.settimeout(self._given)
        self._inner.close()
        super().close()


class _Response(http.client.HTTPResponse):
    """A response that is read through :class:`_Timed`, from its first byte."""

    def __init__(self, sock: socket.socket, *args: Any, **more: Any) -> None:
        super().__init__(sock, *args, **more)
        untimed = self.fp
        # A file made of the socket keeps it open when the connection lets go of it.
        raw = sock.makefile("rb", buffering=0)
        self.fp = io.BufferedReader(_Timed(raw, sock))
        untimed.close()


class _Http(HTTPConnection):
    response_class = _Response


class _Https(HTTPSConnection):
    response_class = _Response


class _HttpPool(urllib3.HTTPConnectionPool):
    ConnectionCls = _Http


class _HttpsPool(urllib3.HTTPSConnectionPool):
    ConnectionCls = _Https


class _Bounded(HTTPAdapter):
    """Reads every answer to its end before it gives it."""

    def init_poolmanager(self, *args: Any, **more: Any) -> None:
        super().init_poolmanager(*args, **more)
        self.poolmanager.pool_classes_by_scheme = {"http": _HttpPool, "https": _HttpsPool}

    def send(self, request: Any, *args: Any, **more: Any) -> requests.Response:
        """Send a request, and read the whole answer.

        Raises:
            NoAnswer: It is too large.
            requests.RequestException: It did not come, or not in time.
        """
        response = super().send(request, *args, **{**more, "stream": True})
        late = False
        try:
            content = _content(response)
        except requests.exceptions.ConnectionError as error:
            late = bool(error.args) and isinstance(error.args[0], ReadTimeoutError)
            if not late:
                raise
        finally:
            response.close()
        if late:
            # The library takes an answer that stops in the middle for a broken connection.
            raise requests.exceptions.ReadTimeout
        # Else the library would look at where it leads, also where that is no address.
        response.headers.pop("Location", None)
        response._content = content  # noqa: SLF001  what reading it sets
        response._content_consumed = True  # type: ignore[attr-defined]  # noqa: SLF001
        return response


def _content(response: requests.Response) -> bytes:
    """Read the body, unpacked where it is packed."""
    content = bytearray()
    for piece in response.iter_content(_PIECE):
        content += piece
        if len(content) > LARGEST:
            raise NoAnswer("vault.odd_answer")
    return bytes(content)


class _Adapter(RawAdapter):
    """Gives objects and empty answers; everything else is an error that keeps its status."""

    def request(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None = None,
        raise_exception: bool = True,  # noqa: ARG002  the library's signature
        **kwargs: Any,
    ) -> Any:
        """Make a request.

        Returns:
            The object that was answered, or the response where there is no content.

        Raises:
            hvac.exceptions.VaultError: The server said no.
            NoAnswer: It answered something that no server of this kind does.
        """
        # The library's own way to make an error fails where the body is not an object.
        response = super().request(
            method, url, headers=dict(headers or {}), raise_exception=False, **kwargs
        )
        if response.status_code in _REDIRECTED:
            # To follow it would be to send the token to whoever is named there.
            raise NoAnswer("vault.redirected")
        body = _object(response.content)
        if not response.ok:
            raise exceptions.VaultError.from_status(
                response.status_code, errors=_errors(body), json=body
            )
        if response.status_code == _NO_CONTENT:
            return response
        if body is None:
            raise NoAnswer("vault.odd_answer")
        return body


def _object(content: bytes) -> dict[str, Any] | None:
    """Read a JSON object; None where it is none."""
    try:
        body = json.loads(content)
    except (ValueError, RecursionError):
        return None
    return body if isinstance(body, dict) else None


def _errors(body: dict[str, Any] | None) -> list[str] | None:
    """Give the server's sentences; None where there is no list of them."""
    told = None if body is None else body.get("errors")
    return [str(one) for one in told] if isinstance(told, list) else None


def http_of(config: VaultConfig) -> requests.Session:
    """Make the connections to a server, which its clients share."""
    http = requests.Session()
    http.trust_env = False
    adapter = _Bounded(pool_maxsize=_CONNECTIONS)
    http.mount("https://", adapter)
    http.mount("http://", adapter)
    http.verify = config.ca or True
    return http


def client_of(config: VaultConfig, http: requests.Session, token: str = "") -> hvac.Client:
    """Make a client for one token, which it keeps.

    Args:
        config: The server.
        http: The connections.
        token: Whose requests they are; empty before the login. Not None, which would make
            the library look for one in the environment and in files.
    """
    return hvac.Client(
        url=config.address,
        token=token,
        verify=config.ca or True,
        # requests takes one for connecting and one for answering; the stubs know neither.
        timeout=(config.connect_timeout, config.read_timeout),  # type: ignore[arg-type]
        allow_redirects=False,
        session=http,
        adapter=_Adapter,
        namespace=config.namespace.strip() or None,
    )
