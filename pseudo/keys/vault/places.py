# SPDX-License-Identifier: Apache-2.0
"""The names of paths and keys. Pure.

::

    KV      <domain>/v<n>        the domain's secret, wrapped, and what is known of it
            <domain>/kcv/v<n>    its check value, by whoever unwrapped it first
            <domain>/gone/v<n>   what is left of a version that was destroyed
            <domain>/current     which version is current; the first where it is missing
            _names/<lower case>  a name that is taken, for ever
            _pending/<key>       what waits for the server's control group
            _ledger              the ledger that goes with the store
    transit <domain>.v<n>        the key that wraps it
            <domain>.v<n>.id     in its stead, where nothing leaves transit: the key of the
            <domain>.v<n>.kcv    pseudonyms, and that of the check value
            _signing             signs receipts and the ledger
            _data                wraps keys of what must lie on disk

No domain's name begins with an underscore, so none can be one of the others. What different
roles write lies in folders of its own, since a policy tells paths apart by their parts only.
"""

from __future__ import annotations

import base64
import re
from typing import Final

from pseudo.framing import lp

__all__ = [
    "DATA",
    "GONE",
    "LEDGER",
    "NAMES",
    "PENDING",
    "SIGNING",
    "check_key_of",
    "check_value_of",
    "context_of",
    "current_of",
    "id_key_of",
    "key_of",
    "keys_of",
    "secret_of",
    "tombstone_of",
    "versions_in",
]

SIGNING: Final = "_signing"
DATA: Final = "_data"
LEDGER: Final = "_ledger"
NAMES: Final = "_names"
PENDING: Final = "_pending"
GONE: Final = "gone"

_VERSION: Final = re.compile(r"v([1-9][0-9]{0,8})")


def secret_of(domain: str, version: int) -> str:
    """Give the path of a domain's wrapped secret."""
    return f"{domain}/v{version}"


def check_value_of(domain: str, version: int) -> str:
    """Give the path of its check value."""
    return f"{domain}/kcv/v{version}"


def tombstone_of(domain: str, version: int) -> str:
    """Give the path of what is left of it when it is destroyed."""
    return f"{domain}/gone/v{version}"


def current_of(domain: str) -> str:
    """Give the path that says which version is current."""
    return f"{domain}/current"


def key_of(domain: str, version: int) -> str:
    """Give the name of the transit key that wraps it."""
    return f"{domain}.v{version}"


def id_key_of(domain: str, version: int) -> str:
    """Give the name of the transit key that computes its pseudonyms."""
    return f"{domain}.v{version}.id"


def check_key_of(domain: str, version: int) -> str:
    """Give the name of the transit key that computes its check value."""
    return f"{domain}.v{version}.kcv"


def keys_of(domain: str, version: int) -> tuple[str, ...]:
    """Give the names of all the keys that it can have, of whatever kind it is."""
    return tuple(name(domain, version) for name in (key_of, id_key_of, check_key_of))


def context_of(domain: str, version: int) -> str:
    """Give the context that ties a wrapped secret to its place: base64 of LP(domain, n)."""
    return base64.b64encode(lp(domain, str(version))).decode()


def versions_in(names: list[str]) -> list[int]:
    """Tell which versions there are from the names below a path."""
    found = (_VERSION.fullmatch(name) for name in names)
    return sorted({int(match[1]) for match in found if match})
