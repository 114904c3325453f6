# SPDX-License-Identifier: Apache-2.0
"""A small server on loopback that answers what a real one cannot be made to answer."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from pseudo.keys.vault import VaultConfig
from pseudo.keys.vault.config import Login

TOKEN = "s.given"


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    token: str
    namespace: str


Answer = bytes | Callable[[socket.socket], None]
"""Bytes to send, or what is to be done with the connection."""


def reply(status: int, body: Any, *headers: str) -> bytes:
    """Make an answer; what is no text and no bytes is sent as JSON."""
    content = body if isinstance(body, bytes) else None
    if content is None:
        content = (body if isinstance(body, str) else json.dumps(body)).encode()
    lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(content)}", "Connection: close"]
    if not any(header.lower().startswith("content-type") for header in headers):
        lines.append("Content-Type: application/json")
    return "\r\n".join([*lines, *headers, "", ""]).encode() + content


def page(status: int) -> bytes:
    """Make the answer of something that stands before the server."""
    return reply(status, "<html>down for maintenance</html>", "Content-Type: text/html")


def lease(seconds: Any, *, renewable: Any = True) -> bytes:
    """Make the answer to a question about a token."""
    return reply(200, {"data": {"ttl": seconds, "renewable": renewable}})


FOREVER = lease(0, renewable=False)


class Forged:
    """What was asked of a forged server, and where it is."""

    def __init__(self, address: str) -> None:
        self.address = address
        self.asked: list[Asked] = []

    def config(self, login: Login | None = None, **more: Any) -> VaultConfig:
        limits = {"patience": 0.2, "read_timeout": 2.0, "connect_timeout": 2.0}
        given = login or Login(token=TOKEN)
        return VaultConfig(self.address, "kv", "transit", given, **{**limits, **more})

    def count(self, path: str) -> int:
        return sum(one.path.endswith(path) for one in self.asked)


@contextmanager
def forging(answer: Callable[[Asked], Answer]) -> Iterator[Forged]:
    """Listen on loopback, and answer each request with what the function gives."""
    server = socket.create_server(("127.0.0.1", 0))
    forged = Forged(f"http://127.0.0.1:{server.getsockname()[1]}")
    threads: list[threading.Thread] = []

    def serve(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.settimeout(10)
            request = _request(connection)
            if request is None:
                return
            forged.asked.append(request)
            said = answer(request)
            if callable(said):
                said(connection)
            else:
                connection.sendall(said)

    def listen() -> None:
        while True:
            try:
                connection, _ = server.accept()
            except OSError:
                return
            threads.append(threading.Thread(target=serve, args=(connection,), daemon=True))
            threads[-1].start()

    listener = threading.Thread(target=listen, daemon=True)
    listener.start()
    try:
        yield forged
    finally:
        # To close it does not wake the thread that waits in it.
        with suppress(OSError):
            server.shutdown(socket.SHUT_RDWR)
        server.close()
        listener.join(5)
        for thread in threads:
            thread.join(5)


def _request(connection: socket.socket) -> Asked | None:
    """Read a request to its end."""
    heard = b""
    while b"\r\n\r\n" not in heard:
        more = connection.recv(65536)
        if not more:
            return None
        heard += more
    head, _, body = heard.partition(b"\r\n\r\n")
    first, *lines = head.decode("latin-1").split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines)}
    length = int(headers.get("content-length", "0"))
    while len(body) < length:
        body += connection.recv(65536)
    method, path, _ = first.split(" ")
    return Asked(
        method, path, headers.get("x-vault-token", ""), headers.get("x-vault-namespace", "")
    )
