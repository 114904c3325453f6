# SPDX-License-Identifier: Apache-2.0
"""What a library's error means, in our own words.

Messages of hvac, requests and the server quote paths, tokens and payloads, so nothing of
them is shown or chained. A server's sentence is looked at only to tell two errors apart
that have the same status.
"""

from __future__ import annotations

import ssl
from collections.abc import Mapping
from typing import Any, Final

import requests.exceptions
from hvac import exceptions

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.config import VaultConfig

__all__ = ["UNCLEAR", "NoAnswer", "PendingError", "code_of", "fault", "is_unclear"]

UNCLEAR: Final = frozenset(
    {"vault.unreachable", "vault.timeout", "vault.sealed", "vault.failing", "vault.busy"}
)
"""Codes of errors after which the server may or may not have done what was asked."""

_BY_STATUS: Final = (
    (exceptions.VaultNotInitialized, "vault.not_initialized"),
    (exceptions.RateLimitExceeded, "vault.busy"),
    (exceptions.Unauthorized, "vault.denied"),
    (exceptions.Forbidden, "vault.denied"),
)
_OF_A_THING: Final = frozenset(
    {
        "vault.conflict",
        "vault.denied",
        "vault.missing",
        "vault.no_mount",
        "vault.odd_answer",
        "vault.redirected",
        "vault.refused",
    }
)
"""Codes of errors that are told with what was asked for; the others with the server."""
_CONFLICT: Final = "check-and-set parameter did not match"
_SEALED: Final = "sealed"
_COMPLEX: Final = "refused json input due to high complexity"


class NoAnswer(Exception):  # noqa: N818  it never leaves this room
    """What came is not an answer of a server of this kind.

    Args:
        code: What it is instead.
    """

    def __init__(self, code: str) -> None:
        self.code = code
        super().__init__(code)


class PendingError(KeyStoreError):
    """A control group has yet to agree to what was asked for.

    Args:
        what: What it was.
        wrapped: What the server says of the token that carries it out then.

    Attributes:
        token: The token; not shown.
        accessor: By what the group knows it.
    """

    def __init__(self, what: str, wrapped: Mapping[str, Any]) -> None:
        super().__init__("vault.pending", what=what)
        self.token = str(wrapped.get("token") or "")
        self.accessor = str(wrapped.get("accessor") or "")

    def __reduce__(self) -> tuple[object, ...]:
        # The token goes nowhere.
        return KeyStoreError("vault.pending", **self.params).__reduce__()


def code_of(error: Exception) -> str:
    """Give the code of what went wrong.

    Args:
        error: Whatever a request raised. An error that is known of no library comes from
            one that stumbled over an answer.
    """
    if isinstance(error, NoAnswer):
        return error.code
    if isinstance(error, exceptions.VaultError):
        return _refusal(error)
    if isinstance(error, requests.exceptions.SSLError):
        return "vault.unreachable" if _broke_off(error) else "vault.tls"
    if isinstance(error, requests.exceptions.Timeout):
        return "vault.timeout"
    if isinstance(error, requests.exceptions.RequestException):
        # Also an answer that broke off in the middle.
        return "vault.unreachable"
    if isinstance(error, OSError):
        # A file of certificates that is not there, before any connection is made.
        return "vault.tls"
    return "vault.odd_answer"


def fault(code: str, what: str, config: VaultConfig) -> KeyStoreError:
    """Make the error of a code.

    Args:
        code: From :func:`code_of`.
        what: Name of what was asked for.
        config: Who was asked.
    """
    if code in _OF_A_THING:
        return KeyStoreError(code, what=what)
    if code == "vault.timeout":
        return KeyStoreError(code, address=config.shown, seconds=round(config.read_timeout))
    return KeyStoreError(code, address=config.shown)


def is_unclear(error: KeyStoreError) -> bool:
    """Tell whether it may be worth asking again."""
    return error.code in UNCLEAR


def _refusal(error: exceptions.VaultError) -> str:
    """Give the code of what the server said no with."""
    for kind, code in _BY_STATUS:
        if isinstance(error, kind):
            return code
    if isinstance(error, exceptions.VaultDown):
        # A gateway that has nobody to ask says 503 too.
        return "vault.sealed" if _says(error, _SEALED) else "vault.failing"
    if isinstance(error, exceptions.InvalidRequest):
        if _says(error, _COMPLEX):
            return "vault.batch_too_large"
        return "vault.conflict" if _says(error, _CONFLICT) else "vault.refused"
    if isinstance(error, exceptions.InvalidPath):
        return "vault.missing" if _has_no_entry(error) else "vault.no_mount"
    return "vault.failing"


def _says(error: exceptions.VaultError, sentence: str) -> bool:
    told = error.errors
    return isinstance(told, list) and any(sentence in str(one).lower() for one in told)


def _has_no_entry(error: exceptions.VaultError) -> bool:
    """Tell an entry that is not there from a path that nobody serves, both of status 404.

    An engine that has no such entry says so with an empty list of errors, and KV, of a
    version that was deleted, with what it knows of that version.
    """
    body = error.json if isinstance(error.json, dict) else {}
    if "errors" in body:
        return error.errors == []
    data = body.get("data")
    return isinstance(data, dict) and isinstance(data.get("metadata"), dict)


def _broke_off(error: requests.exceptions.SSLError) -> bool:
    """Tell whether a server went away in the middle of shaking hands, trusted or not."""
    reasons = (getattr(cause, "reason", cause) for cause in error.args)
    parts = (part for reason in reasons for part in getattr(reason, "args", ()))
    return any(isinstance(part, ssl.SSLEOFError | ssl.SSLZeroReturnError) for part in parts)
