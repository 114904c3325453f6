# SPDX-License-Identifier: Apache-2.0
"""What a library's error means, in our own words.

Messages of hvac, requests and the server quote paths, tokens and payloads, so nothing of
them is shown or chained. A server's sentence is looked at only to tell two errors apart
that have the same status.
"""

from __future__ import annotations

import ssl
from typing import Final

import requests.exceptions
from hvac import exceptions

from pseudo.errors import KeyStoreError

__all__ = ["UNCLEAR", "code_of", "is_conflict", "is_unclear"]

UNCLEAR: Final = frozenset(
    {"vault.unreachable", "vault.timeout", "vault.sealed", "vault.failing", "vault.busy"}
)
"""Codes of errors after which the server may or may not have done what was asked."""

_BY_STATUS: Final = (
    (exceptions.VaultDown, "vault.sealed"),
    (exceptions.VaultNotInitialized, "vault.not_initialized"),
    (exceptions.InternalServerError, "vault.failing"),
    (exceptions.BadGateway, "vault.failing"),
    (exceptions.RateLimitExceeded, "vault.busy"),
    (exceptions.Unauthorized, "vault.denied"),
    (exceptions.Forbidden, "vault.denied"),
    (exceptions.InvalidPath, "vault.missing"),
    (exceptions.InvalidRequest, "vault.refused"),
)
_CONFLICT = "check-and-set parameter did not match"
_COMPLEX = "refused JSON input due to high complexity"


def code_of(error: Exception) -> str:
    """Give the code of what went wrong.

    Args:
        error: Of hvac or requests.
    """
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
    if _told(error, _COMPLEX):
        return "vault.batch_too_large"
    for kind, code in _BY_STATUS:
        if isinstance(error, kind):
            return code
    return "vault.failing"


def is_conflict(error: Exception) -> bool:
    """Tell whether a write was refused because somebody had written there before."""
    return _told(error, _CONFLICT)


def is_unclear(error: KeyStoreError) -> bool:
    """Tell whether it may be worth asking again."""
    return error.code in UNCLEAR


def _told(error: Exception, sentence: str) -> bool:
    told = error.errors if isinstance(error, exceptions.InvalidRequest) else None
    return any(sentence in str(one) for one in told or ())


def _broke_off(error: requests.exceptions.SSLError) -> bool:
    """Tell whether a server went away in the middle of shaking hands, trusted or not."""
    reasons = (getattr(cause, "reason", cause) for cause in error.args)
    parts = (part for reason in reasons for part in getattr(reason, "args", ()))
    return any(isinstance(part, ssl.SSLEOFError | ssl.SSLZeroReturnError) for part in parts)
