# SPDX-License-Identifier: Apache-2.0
"""Shares in one connection: it ends when the last of those who have one let go.

A domain whose keys never leave the server needs the connection as long as it is open, also
when its store was closed meanwhile. To log in once more is no way: a wrapped secret id opens
once.
"""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import TYPE_CHECKING, Protocol, TypeVar

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.config import VaultConfig
from pseudo.keys.vault.session import Session

if TYPE_CHECKING:
    import hvac

__all__ = ["Asks", "Lease"]

Result = TypeVar("Result")


class Asks(Protocol):
    """What can be asked as a :class:`~pseudo.keys.vault.session.Session` can."""

    @property
    def config(self) -> VaultConfig:
        """The server."""

    def ask(
        self, act: Callable[[hvac.Client], Result], what: str, *, again: bool = True
    ) -> Result:
        """Ask; see :meth:`pseudo.keys.vault.session.Session.ask`."""


class _Holders:
    """How many have a share."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.count = 0


class Lease:
    """A share in a session, which is closed with the last one.

    Args:
        session: The connection; the first share closes it where no other was given.
        holders: Those who have a share already; for :meth:`share` only.
    """

    def __init__(self, session: Session, holders: _Holders | None = None) -> None:
        self._session = session
        self._holders = holders or _Holders()
        self._closed = False
        with self._holders.lock:
            self._holders.count += 1

    @property
    def config(self) -> VaultConfig:
        """The server."""
        return self._session.config

    def share(self) -> Lease:
        """Give somebody else a share.

        Raises:
            KeyStoreError: This one was let go (``keys.store_closed``).
        """
        if self._closed:
            raise KeyStoreError("keys.store_closed")
        return Lease(self._session, self._holders)

    def ask(
        self, act: Callable[[hvac.Client], Result], what: str, *, again: bool = True
    ) -> Result:
        """Ask; see :meth:`pseudo.keys.vault.session.Session.ask`.

        Raises:
            KeyStoreError: This share was let go (``keys.store_closed``); or see there.
        """
        try:
            if not self._closed:
                return self._session.ask(act, what, again=again)
        except KeyStoreError:
            # What became of a request under which the connection was closed is no news.
            if not self._closed:
                raise
        raise KeyStoreError("keys.store_closed")

    def close(self) -> None:
        """Let go. May be called twice."""
        with self._holders.lock:
            if self._closed:
                return
            self._closed = True
            self._holders.count -= 1
            last = self._holders.count == 0
        if last:
            self._session.close()

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {'closed' if self._closed else 'open'}>"
