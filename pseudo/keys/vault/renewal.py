# SPDX-License-Identifier: Apache-2.0
"""A token is kept alive in the background, until it cannot be or its session is closed.

It is renewed when two thirds of what it was given last are over. Where that fails it is
tried again until the token ends, and where a login can be repeated, another token is
taken: also instead of one that cannot be renewed, or is near the end of its longest life.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Final

import hvac

from pseudo.logs import logger

__all__ = ["Renewal"]

_RENEWED_AT: Final = 2 / 3
_SHORTEST_PAUSE: Final = 0.5
_LONGEST_PAUSE: Final = 30.0


class _Lease:
    """How long a token was given for, and when to do something about it."""

    def __init__(self, client: hvac.Client, seconds: int, *, renewable: bool) -> None:
        self.client = client
        self.renewable = renewable
        self.longest = seconds
        self.lasts(seconds)

    def lasts(self, seconds: int) -> None:
        """Note that it lasts so long from now on."""
        self.longest = max(self.longest, seconds)
        self.ends = time.monotonic() + seconds
        self.due = time.monotonic() + max(_SHORTEST_PAUSE, seconds * _RENEWED_AT)

    def wait(self) -> None:
        """Put off what could not be done, so that there is time for some more tries."""
        left = self.ends - time.monotonic()
        self.due = time.monotonic() + min(max(_SHORTEST_PAUSE, left / 4), _LONGEST_PAUSE)


class Renewal:
    """Keeps the token of one session alive.

    Args:
        prolong: Renews a client's token and gives the seconds that it lasts from now on; 0
            where it was not renewed. Raises nothing.
        replace: Takes another token instead of a client's, and calls :meth:`begin` with
            it; gives whether it did. Raises nothing.
    """

    def __init__(
        self, prolong: Callable[[hvac.Client], int], replace: Callable[[hvac.Client], bool]
    ) -> None:
        self._prolong = prolong
        self._replace = replace
        self._changed = threading.Condition()
        self._ended = False
        self._lease: _Lease | None = None
        self._thread: threading.Thread | None = None

    def begin(self, client: hvac.Client, seconds: int, *, renewable: bool) -> None:
        """Keep this client's token from now on, and no other.

        Args:
            client: Whose.
            seconds: How long it lives; 0 for ever.
            renewable: Whether that can be prolonged.
        """
        with self._changed:
            if self._ended:
                return
            self._lease = _Lease(client, seconds, renewable=renewable) if seconds else None
            if self._lease is not None and self._thread is None:
                self._thread = threading.Thread(target=self._run, name="pseudo-vault", daemon=True)
                self._thread.start()
            self._changed.notify()

    def end(self) -> None:
        """Do nothing more, from now on."""
        with self._changed:
            self._ended = True
            self._lease = None
            self._changed.notify()

    def _run(self) -> None:
        while (lease := self._next_due()) is not None:
            self._keep(lease)

    def _next_due(self) -> _Lease | None:
        """Wait until something is to be done; None where nothing is any more."""
        with self._changed:
            while not self._ended:
                left = None if self._lease is None else self._lease.due - time.monotonic()
                if left is not None and left <= 0:
                    return self._lease
                self._changed.wait(left)
        return None

    def _keep(self, lease: _Lease) -> None:
        lease.wait()
        left = self._prolong(lease.client) if lease.renewable else 0
        # A token near the end of its longest life is renewed for ever shorter times.
        if 3 * left < lease.longest and self._replace(lease.client):
            return
        if left:
            lease.lasts(left)
        elif time.monotonic() >= lease.ends:
            self._give_up(lease)

    def _give_up(self, lease: _Lease) -> None:
        """Let a token be over; whoever asks next is told, or logs in anew."""
        with self._changed:
            if self._lease is not lease:
                return
            self._lease = None
        logger().warning("vault.token_not_renewed")
