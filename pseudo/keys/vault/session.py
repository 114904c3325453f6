# SPDX-License-Identifier: Apache-2.0
"""One connection to a server: logged in, kept alive, and with an end to every wait.

Every request has a limit of its own. What can be asked twice is asked again, after pauses
that grow and differ, until the patience is over; what cannot is told as unclear, and its
caller looks. Each token has a client of its own, so that a request that is denied can be
told from one whose token has been replaced meanwhile.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import hvac
from hvac import exceptions

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.config import VaultConfig
from pseudo.keys.vault.faults import PendingError, code_of, fault, is_unclear
from pseudo.keys.vault.login import Grant, can_lock_out, can_repeat, lease_of, log_in, stamp_of
from pseudo.keys.vault.renewal import Renewal
from pseudo.keys.vault.transport import client_of, http_of

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Session"]

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 2.0
_REFUSED_PAUSE: Final = 300.0
_FAREWELL: Final = 2.0
"""Seconds that giving a token back may take, since nobody gains by waiting for it."""

Result = TypeVar("Result")


class Session:
    """A server that can be asked. A context manager, and safe to use from many threads.

    Args:
        config: Which, and how to log in.

    Raises:
        KeyStoreError: It cannot be reached, is sealed, or does not let us in; every code
            begins with ``vault.``.
    """

    def __init__(self, config: VaultConfig) -> None:
        self.config = config
        self._closed = threading.Event()
        # The first is held for an instant, the other for as long as a login takes.
        self._state = threading.Lock()
        self._logging_in = threading.Lock()
        self._http = http_of(config)
        self._client = client_of(config, self._http)
        self._refused: tuple[int, ...] = ()
        self._refused_until = 0.0
        self._renewal = Renewal(self._prolong, self._replace)
        try:
            self._log_in(time.monotonic() + config.patience)
        except BaseException:
            self.close()
            raise

    def ask(
        self, act: Callable[[hvac.Client], Result], what: str, *, again: bool = True
    ) -> Result:
        """Ask the server for something.

        Args:
            act: Makes one request.
            what: Name of what is asked for, to be shown where it is denied.
            again: Whether it may be asked twice.

        Raises:
            KeyStoreError: With a code that begins with ``vault.``, where it is unclear
                whether it was done, :func:`pseudo.keys.vault.faults.is_unclear` says so;
                or the session is closed (``keys.store_closed``).
        """
        deadline = time.monotonic() + self.config.patience
        patience = _Patience(deadline, self._closed)
        other: hvac.Client | None = None
        while True:
            client = self._current()
            answer, failed = self._asked(client, act, what)
            if failed is None:
                return answer  # type: ignore[return-value]
            if failed.code == "vault.token_invalid" and client is not other:
                other = self._other_than(client, deadline)
                if other is not None:
                    continue
            if not (again and is_unclear(failed)) or not patience.wait():
                raise failed

    def close(self) -> None:
        """Let go of the connection and of a token that we logged in for. May be called twice."""
        with self._state:
            self._closed.set()
            client, self._client = self._client, client_of(self.config, self._http)
        self._renewal.end()
        self._give_back(client)
        self._http.close()

    def _current(self) -> hvac.Client:
        with self._state:
            if not self._closed.is_set():
                return self._client
        raise KeyStoreError("keys.store_closed")

    def _asked(
        self, client: hvac.Client, act: Callable[[hvac.Client], Result], what: str
    ) -> tuple[Result | None, KeyStoreError | None]:
        """Make one request; its error is made outside of the library's."""
        try:
            answer = act(client)
        except KeyStoreError as error:
            return None, error
        except Exception as error:  # noqa: BLE001  whatever a library stumbles over
            code = code_of(error)
        else:
            wrapped = _wrapped(answer)
            if wrapped is not None:
                return None, PendingError(what, wrapped)
            return answer, None
        if code == "vault.denied" and not self._token_holds(client):
            code = "vault.token_invalid"
        return None, fault(code, what, self.config)

    def _token_holds(self, client: hvac.Client) -> bool:
        """Tell whether it was the token's rights, and not the token, that did not suffice."""
        if self._client is not client:
            return False
        try:
            client.auth.token.lookup_self()
        except exceptions.Forbidden:
            return False
        except Exception:  # noqa: BLE001  no other answer says anything of the token
            return True
        return True

    def _other_than(self, client: hvac.Client, deadline: float) -> hvac.Client | None:
        """Give a client with another token, logging in where nobody else did; None for none."""
        if not can_repeat(self.config.login):
            return None
        if not self._logging_in.acquire(timeout=max(0.0, deadline - time.monotonic())):
            return None
        try:
            if self._client is client:
                self._log_in_again(deadline)
        except KeyStoreError:
            return None
        finally:
            self._logging_in.release()
        return self._client

    def _log_in_again(self, deadline: float) -> None:
        """Log in, unless the same was refused a short time ago.

        Servers lock a role out that failed to log in several times, and with it everybody
        else who has it.
        """
        stamp = stamp_of(self.config.login)
        if stamp == self._refused and time.monotonic() < self._refused_until:
            raise KeyStoreError("vault.login_refused", address=self.config.shown)
        try:
            self._log_in(deadline)
        except KeyStoreError as error:
            if can_lock_out(self.config.login) and not is_unclear(error):
                self._refused = stamp
                self._refused_until = time.monotonic() + _REFUSED_PAUSE
            raise

    def _log_in(self, deadline: float) -> None:
        """Log in; what the server says to that is an error of its own."""
        patience = _Patience(deadline, self._closed)
        grant, failed = self._granted()
        while failed is not None:
            if self.config.login.wrapped or not is_unclear(failed) or not patience.wait():
                raise failed
            grant, failed = self._granted()
        if grant is not None:
            self._use(grant)

    def _granted(self) -> tuple[Grant | None, KeyStoreError | None]:
        """Try once to log in."""
        if self._closed.is_set():
            return None, KeyStoreError("keys.store_closed")
        login = self.config.login
        try:
            return log_in(client_of(self.config, self._http), login), None
        except KeyStoreError as error:
            return None, error
        except Exception as error:  # noqa: BLE001  whatever a library stumbles over
            code = _of_login(code_of(error), wrapped=login.wrapped)
        return None, fault(code, "auth", self.config)

    def _use(self, grant: Grant) -> None:
        """Ask with a new token from now on, unless the session was closed meanwhile."""
        client = client_of(self.config, self._http, grant.token)
        with self._state:
            closed = self._closed.is_set()
            if not closed:
                self._client = client
        if closed:
            self._give_back(client)
            raise KeyStoreError("keys.store_closed")
        seconds, renewable = grant.seconds, grant.renewable
        if seconds is None:
            said = self.ask(lambda client: client.auth.token.lookup_self(), "auth")
            seconds, renewable = lease_of(said.get("data"))
        self._renewal.begin(client, seconds, renewable=renewable)

    def _give_back(self, client: hvac.Client) -> None:
        """Revoke a token that we logged in for; one that was given to us is its owner's."""
        if self.config.login.way == "token" or not client.token:
            return
        limits = (
            min(_FAREWELL, self.config.connect_timeout),
            min(_FAREWELL, self.config.read_timeout),
        )
        with suppress(Exception):
            client.adapter.post("/v1/auth/token/revoke-self", timeout=limits)

    def _prolong(self, client: hvac.Client) -> int:
        """Renew a token; give the seconds that it lasts, 0 where it was not renewed."""
        try:
            seconds, _ = lease_of(client.auth.token.renew_self().get("auth"))
        except Exception:  # noqa: BLE001  it is tried again, whatever it was
            return 0
        return seconds

    def _replace(self, client: hvac.Client) -> bool:
        """Take another token before a client's ends; one try, since there will be more."""
        other = self._other_than(client, time.monotonic())
        if other is None or self._closed.is_set():
            return False
        self._give_back(client)
        return True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Session {'closed' if self._closed.is_set() else 'open'}>"


class _Patience:
    """Pauses that grow and differ, until a deadline; short where somebody closes."""

    def __init__(self, deadline: float, closed: threading.Event) -> None:
        self._deadline = deadline
        self._closed = closed
        self._pause = _FIRST_PAUSE

    def wait(self) -> bool:
        """Wait a little; False where there is no time for it."""
        if time.monotonic() + self._pause > self._deadline:
            return False
        self._closed.wait(self._pause * random.uniform(0.5, 1.0))  # noqa: S311  no secret
        self._pause = min(2 * self._pause, _LONGEST_PAUSE)
        return True


def _of_login(code: str, *, wrapped: bool) -> str:
    """Tell a refused login from other refusals: the server answers 400 to it."""
    if code in ("vault.refused", "vault.denied", "vault.missing"):
        return "vault.intercepted" if wrapped else "vault.login_refused"
    return code


def _wrapped(answer: Any) -> dict[str, Any] | None:
    """Give what is said of the token of an answer that a control group has yet to agree to."""
    wrapped = answer.get("wrap_info") if isinstance(answer, dict) else None
    return wrapped if isinstance(wrapped, dict) and not answer.get("data") else None
