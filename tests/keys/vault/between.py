# SPDX-License-Identifier: Apache-2.0
"""What stands between a store and its server: a slow or broken line, and a hand at a request."""

from __future__ import annotations

import select
import socket
import struct
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from pseudo.keys.vault import EnvelopeStore

if TYPE_CHECKING:
    from typing import Self

_RESET = struct.pack("ii", 1, 0)
_PAUSE = 0.1


class Line:
    """A line to a server on loopback, which passes TLS through; a context manager.

    Args:
        port: The server's.

    Attributes:
        address: What to ask instead of the server.
        delay: Seconds by which every piece of an answer is late.
        drip: Whether answers come byte by byte, ten a second.
        cuts: How many answers were cut off.
    """

    def __init__(self, port: int) -> None:
        self._port = port
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._listener.settimeout(_PAUSE)
        self._threads: list[threading.Thread] = []
        self._ended = threading.Event()
        self._left: int | None = None
        self.address = f"https://127.0.0.1:{self._listener.getsockname()[1]}"
        self.delay = 0.0
        self.drip = False
        self.cuts = 0

    def cut(self, after: int) -> None:
        """Reset the connection when so many bytes of the next answer have come through."""
        self._left = after

    def cut_nothing(self) -> None:
        """Let the next answer through."""
        self._left = None

    def __enter__(self) -> Self:
        self._start(self._accept)
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join(10)
            assert not thread.is_alive()
        self._listener.close()

    def _start(self, act: Callable[..., None], *words: Any) -> None:
        thread = threading.Thread(target=act, args=words)
        self._threads.append(thread)
        thread.start()

    def _accept(self) -> None:
        while not self._ended.is_set():
            with suppress(OSError):
                near, _ = self._listener.accept()
                far = socket.create_connection(("127.0.0.1", self._port), timeout=10)
                self._start(self._carry, near, far)

    def _carry(self, near: socket.socket, far: socket.socket) -> None:
        # One thread for both ways: a socket that another one reads from cannot be reset.
        with near, far, suppress(OSError):
            while not self._ended.is_set():
                for one in select.select([near, far], [], [], _PAUSE)[0]:
                    data = one.recv(65536)
                    if not data:
                        return
                    if one is near:
                        far.sendall(data)
                        continue
                    self._ended.wait(self.delay)
                    left, self._left = self._left, None
                    for n in range(len(data) if self.drip else 0):
                        near.sendall(data[n : n + 1])
                        if self._ended.wait(_PAUSE):
                            return
                    near.sendall(data[:left])
                    if left is not None:
                        self.cuts += 1
                        near.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                        return


def at_request(
    store: EnvelopeStore, wanted: int | str, act: Callable[[], object], method: str = ""
) -> list[str]:
    """Do something once, right before a store makes a certain request.

    Args:
        store: Whose requests.
        wanted: Which one; 1 is the next. Or how its path ends.
        act: What.
        method: Of HTTP, where requests of others do not count.

    Returns:
        The requests, to which each is added when it is made.
    """
    adapter = store._session._client.adapter
    real = adapter.request
    made: list[str] = []
    done: list[str] = []

    def request(verb: str, url: str, *words: Any, **named: Any) -> Any:
        made.append(f"{verb.upper()} {url}")
        met = len(made) == wanted if isinstance(wanted, int) else url.endswith(wanted)
        met = met and verb.upper() in (method or verb.upper())
        if met and not done:
            done.append(made[-1])
            act()
        return real(verb, url, *words, **named)

    adapter.request = request
    return made
