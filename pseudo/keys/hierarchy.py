# SPDX-License-Identifier: Apache-2.0
"""The key hierarchy: what is derived from a domain's secret, and how.

::

    domain secret (32 random bytes, one for each version of a domain)
      └ HKDF-Expand-SHA256, info = LP("pseudo/v1", purpose, domain, version)
          ├ id     the HMAC key of the pseudonyms
          ├ kcv    the key of the key check value
          └ scan   the key of digests that the leak scan compares

HKDF's extract step is left out, as RFC 5869 section 3.3 allows: the secret is uniformly
random already. Everything here is pure and frozen: with the vectors in
``tests/vectors`` it is the compatibility promise.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Iterable
from enum import StrEnum
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDFExpand

from pseudo.errors import KeyStoreError
from pseudo.framing import lp
from pseudo.keys.handle import KEY_BYTES, SECRET_ACCESS, SecretKey
from pseudo.safe import is_safe

__all__ = [
    "CHECK_TEXT",
    "KCV_DIGITS",
    "NAME",
    "SCHEME",
    "Purpose",
    "check_name",
    "check_unclaimed",
    "derive",
    "expand",
    "hkdf_expand",
    "key_check_value",
    "key_id",
    "verify_check_value",
]

SCHEME: Final = "pseudo/v1"
KCV_DIGITS: Final = 16

NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{1,62}")
"""Grammar of a domain's name; ASCII only, to be matched in full."""

CHECK_TEXT: Final = b"pseudo/v1 key check value"
"""What the check value is the HMAC of. What pseudonyms are made of begins with a length."""


class Purpose(StrEnum):
    """What a derived key is for; no key has two uses."""

    ID = "id"
    KCV = "kcv"
    SCAN = "scan"


def expand(key: SecretKey, *info: str) -> SecretKey:
    """Derive one key from another: HKDF-Expand-SHA256 with LP(info) to 32 bytes.

    Args:
        key: A uniformly random (or already extracted) key.
        *info: What the derived key is for, framed by :func:`pseudo.framing.lp`.
    """
    return SecretKey.from_bytes(hkdf_expand(key, lp(*info), KEY_BYTES), SECRET_ACCESS)


def hkdf_expand(key: SecretKey, info: bytes, size: int) -> bytes:
    """Compute HKDF-Expand-SHA256 (RFC 5869, section 2.3).

    Args:
        key: The pseudorandom key.
        info: What the output is for.
        size: Bytes wanted, at most 8160.

    Raises:
        ValueError: More than 8160 bytes are asked for.
    """
    step = HKDFExpand(algorithm=SHA256(), length=size, info=info)
    return step.derive(key.reveal(SECRET_ACCESS))


def derive(secret: SecretKey, purpose: Purpose, domain: str, version: int) -> SecretKey:
    """Derive a purpose's key from a domain's secret.

    Args:
        secret: The domain's secret.
        purpose: What the key is for.
        domain: The domain's name as typed when it was made.
        version: Version of the secret, from 1.

    Returns:
        The key; the caller wipes it.

    Raises:
        KeyStoreError: The secret was wiped.
        ValueError: The version is below 1.
    """
    if version < 1:
        raise ValueError("versions count from 1")
    return expand(secret, SCHEME, purpose.value, domain, str(version))


def key_check_value(secret: SecretKey, domain: str, version: int) -> str:
    """Compute the public value by which a wrong or swapped secret is noticed.

    It is one-way and made with a key of its own, so it says nothing about the secret or
    the pseudonyms. 64 bits make a chance agreement of two secrets 5 in 10^20.

    Returns:
        The first 8 bytes of HMAC-SHA256(kcv-key, "pseudo/v1 key check value") as 16
        lower-case hexadecimal digits.
    """
    key = derive(secret, Purpose.KCV, domain, version)
    digest = hmac.digest(key.reveal(SECRET_ACCESS), CHECK_TEXT, "sha256")
    key.wipe()
    return digest[: KCV_DIGITS // 2].hex()


def verify_check_value(secret: SecretKey, domain: str, version: int, expected: str) -> None:
    """Make sure that a secret is the one that belongs to a domain.

    Raises:
        KeyStoreError: It is another (``keys.kcv_mismatch``).
    """
    found = key_check_value(secret, domain, version)
    if not hmac.compare_digest(found.encode(), expected.encode()):
        raise KeyStoreError("keys.kcv_mismatch", domain=domain, version=version)


def key_id(domain: str, version: int, kcv: str) -> str:
    """Name a domain's key as receipts and column metadata do: ``<domain>.v<n>.<kcv>``."""
    return f"{domain}.v{version}.{kcv}"


def check_name(name: str) -> None:
    """Make sure that a new domain may have this name.

    Names stand in clear in key stores, receipts and logs, so one that could be an
    identity number is refused: every message would have to mask it.

    Args:
        name: 2 to 63 characters A-Z a-z 0-9 and hyphen, not beginning with a hyphen.

    Raises:
        KeyStoreError: The name is not of that form (``keys.bad_name``) or looks like an
            identity number (``keys.name_like_number``).
    """
    if NAME.fullmatch(name) is None:
        raise KeyStoreError("keys.bad_name")
    if not is_safe(name):
        raise KeyStoreError("keys.name_like_number")


def check_unclaimed(name: str, names: Iterable[str]) -> None:
    """Make sure that no other name is the same but for upper and lower case.

    Raises:
        KeyStoreError: There is one (``keys.name_other_case``). The same name in the
            same case is not this function's business.
    """
    for other in names:
        if other != name and other.lower() == name.lower():
            raise KeyStoreError("keys.name_other_case", domain=name, other=other)
