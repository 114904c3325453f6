# SPDX-License-Identifier: Apache-2.0
"""One connection to a server: logged in, kept alive, and with an end to every wait.

Every request has a limit of its own. What can be asked twice is asked again, after pauses
that grow and differ, until the patience is over; what cannot is told as unclear, and its
caller looks. A token is renewed in the background when two thirds of its life are over;
where that fails, or it was taken away, a way of logging in that can be repeated is.
"""

from __future__ import annotations

import random
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from typing import TYPE_CHECKING, Any, Final, TypeVar

import hvac
import requests
from hvac import exceptions

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.config import VaultConfig
from pseudo.keys.vault.faults import code_of, is_conflict, is_unclear
from pseudo.keys.vault.login import can_repeat, log_in
from pseudo.logs import logger

if TYPE_CHECKING:
    from typing import Self

__all__ = ["Session"]

_FIRST_PAUSE: Final = 0.1
_LONGEST_PAUSE: Final = 2.0
_RENEWED_AT: Final = 2 / 3
_CONNECTIONS: Final = 8
_NO_ANSWER: Final = 300

Result = TypeVar("Result")


class Session:
    """A server that can be asked. A context manager.

    Args:
        config: Which, and how to log in.

    Raises:
        KeyStoreError: It cannot be reached, is sealed, or does not let us in; every code
            begins with ``vault.``.
    """

    def __init__(self, config: VaultConfig) -> None:
        self.config = config
        self._lock = threading.Lock()
        self._closed = threading.Event()
        self._client = _client(config)
        self._life = 0
        self._log_in()
        self._renewal = threading.Thread(target=self._renew, name="pseudo-vault", daemon=True)
        self._renewal.start()

    def ask(
        self, act: Callable[[hvac.Client], Result], what: str, *, again: bool = True
    ) -> Result:
        """Ask the server for something.

        Args:
            act: Makes one request.
            what: Name of what is asked for, to be shown where it is denied.
            again: Whether it may be asked twice.

        Raises:
            KeyStoreError: Always with a code that begins with ``vault.``; where it is
                unclear whether it was done, :func:`pseudo.keys.vault.faults.is_unclear`
                says so.
        """
        if self._closed.is_set():
            raise KeyStoreError("keys.store_closed")
        deadline = time.monotonic() + self.config.patience
        pause = _FIRST_PAUSE
        relogged = False
        while True:
            token = self._client.token
            answer, failed = self._asked(act, what, token)
            if failed is None:
                return answer  # type: ignore[return-value]
            ended = failed.code == "vault.token_invalid" and not relogged
            if ended and self._logged_in_again(token):
                relogged = True
                continue
            if not (again and is_unclear(failed)) or time.monotonic() + pause > deadline:
                raise failed
            self._closed.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311  no secret
            pause = min(2 * pause, _LONGEST_PAUSE)

    def close(self) -> None:
        """Let go of the connection and the token. May be called twice."""
        self._closed.set()
        self._client.token = ""
        self._client.adapter.close()

    def _asked(
        self, act: Callable[[hvac.Client], Result], what: str, token: str
    ) -> tuple[Result | None, KeyStoreError | None]:
        """Make one request; its error is made outside of the library's."""
        code = ""
        try:
            answer = act(self._client)
        except KeyStoreError as error:
            return None, error
        except (exceptions.VaultError, requests.RequestException, OSError, ValueError) as error:
            code = "vault.conflict" if is_conflict(error) else code_of(error)
        else:
            failed = _not_an_answer(answer, what)
            return (None, failed) if failed else (answer, None)
        # Where another thread has logged in meanwhile, it was the old token that was denied.
        if code == "vault.denied" and (token != self._client.token or not self._token_holds()):
            code = "vault.token_invalid"
        return None, self._error(code, what)

    def _error(self, code: str, what: str) -> KeyStoreError:
        if code == "vault.timeout":
            return KeyStoreError(code, address=self.config.address, seconds=self._seconds())
        if code in ("vault.denied", "vault.missing", "vault.refused", "vault.conflict"):
            return KeyStoreError(code, what=what)
        return KeyStoreError(code, address=self.config.address)

    def _seconds(self) -> int:
        return round(self.config.read_timeout)

    def _token_holds(self) -> bool:
        """Tell whether it was the token's rights, and not the token, that did not suffice."""
        try:
            self._client.auth.token.lookup_self()
        except exceptions.VaultError:
            return False
        except (requests.RequestException, OSError, ValueError):
            return True
        return True

    def _log_in(self) -> None:
        """Log in; what the server says to that is an error of its own."""
        login = self.config.login
        deadline = time.monotonic() + self.config.patience
        pause = _FIRST_PAUSE
        while True:
            code = ""
            try:
                token, life = log_in(self._client, login)
            except KeyStoreError:
                raise
            except (
                exceptions.VaultError,
                requests.RequestException,
                OSError,
                ValueError,
            ) as error:
                code = code_of(error)
            if not code:
                break
            failed = self._error(_of_login(code, wrapped=login.wrapped), "auth")
            if login.wrapped or not is_unclear(failed) or time.monotonic() + pause > deadline:
                raise failed
            self._closed.wait(pause * random.uniform(0.5, 1.0))  # noqa: S311  no secret
            pause = min(2 * pause, _LONGEST_PAUSE)
        self._client.token = token
        self._life = life or self._left()

    def _left(self) -> int:
        """Ask how long the token lives; 0 where it lives for ever or cannot be renewed.

        Raises:
            KeyStoreError: The server cannot be asked, or knows no such token.
        """
        said = self.ask(lambda client: client.auth.token.lookup_self(), "auth")
        data = said.get("data") if isinstance(said, dict) else None
        if not isinstance(data, dict):
            raise KeyStoreError("vault.odd_answer", what="auth")
        return int(data.get("ttl") or 0) if data.get("renewable") else 0

    def _logged_in_again(self, token: str) -> bool:
        """Log in anew where nobody has to help; one at a time.

        Args:
            token: What did not do any more; another thread may have another one already.
        """
        if self._closed.is_set() or not can_repeat(self.config.login):
            return False
        with self._lock, suppress(KeyStoreError):
            if self._client.token == token:
                self._log_in()
            return True
        return False

    def _renew(self) -> None:
        """Keep the token alive until the session is closed."""
        while not self._closed.wait(max(1.0, self._life * _RENEWED_AT) if self._life else None):
            try:
                answer = self._client.auth.token.renew_self()
                left = int(answer["auth"]["lease_duration"])
            except (
                exceptions.VaultError,
                requests.RequestException,
                OSError,
                ValueError,
                KeyError,
            ):
                left = 0
            # A token near the end of its longest life is renewed for ever shorter times.
            if 3 * left < self._life and not self._logged_in_again(self._client.token):
                logger().warning("vault.token_not_renewed")
                return

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        return f"<Session {'closed' if self._closed.is_set() else 'open'}>"


def _client(config: VaultConfig) -> hvac.Client:
    """Make a client that follows neither redirects nor proxies' and other tools' settings."""
    session = requests.Session()
    session.trust_env = False
    adapter = requests.adapters.HTTPAdapter(pool_maxsize=_CONNECTIONS)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    session.verify = config.ca or True
    return hvac.Client(
        url=config.address,
        # An empty token keeps hvac from looking for one in the environment and in files.
        token="",
        verify=config.ca or True,
        # requests takes one for connecting and one for answering; the stubs know neither.
        timeout=(config.connect_timeout, config.read_timeout),  # type: ignore[arg-type]
        allow_redirects=False,
        session=session,
        namespace=config.namespace or None,
    )


def _of_login(code: str, *, wrapped: bool) -> str:
    """Tell a refused login from other refusals: the server answers 400 to it."""
    if code in ("vault.refused", "vault.denied", "vault.missing"):
        return "vault.intercepted" if wrapped else "vault.login_refused"
    return code


def _not_an_answer(answer: Any, what: str) -> KeyStoreError | None:
    """Find out whether what the library takes for a success is one."""
    if isinstance(answer, requests.Response) and answer.status_code >= _NO_ANSWER:
        # To follow it would be to send the token to whoever is named there.
        return KeyStoreError("vault.redirected", what=what)
    if isinstance(answer, dict) and answer.get("wrap_info") and not answer.get("data"):
        # A control group has yet to agree.
        return KeyStoreError("vault.pending", what=what)
    return None
