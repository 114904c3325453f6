# SPDX-License-Identifier: Apache-2.0
"""From a passphrase to a key: scrypt (RFC 7914) with named cost profiles.

A profile is chosen when a key file is made and stands in its header, so old files can
be opened when the default has moved on. The header comes from outside: its costs are
bounded before anything is computed with them, from above because a hostile header must
not eat the machine's memory or hang it, from below because a file that is cheap to
guess should not pass for a protected one.
"""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from typing import Final

from cryptography.hazmat.primitives.kdf.scrypt import Scrypt

from pseudo.errors import KeyStoreError, ResourceError
from pseudo.keys.handle import KEY_BYTES, SECRET_ACCESS, SecretKey

__all__ = [
    "OWASP_2023",
    "PERCIVAL_2009",
    "SALT_BYTES",
    "TESTING",
    "ScryptProfile",
    "check_cost",
    "passphrase_bytes",
    "stretch",
]

SALT_BYTES: Final = 16

_MOST_MEMORY = 1024**3
_MOST_WORK = 2**24
_MOST_LANES = 16
# The cheapest of the settings that the OWASP cheat sheet holds equal is
# n=2^13, r=8, p=10: 8 MiB, and n*r*p of 10 * 2^16.
_LEAST_MEMORY = 8 * 1024**2
_LEAST_WORK = 10 * 2**16


@dataclass(frozen=True, slots=True)
class ScryptProfile:
    """Costs of scrypt.

    Attributes:
        n: Iterations, a power of two; memory and time grow with it.
        r: Block size in units of 128 bytes.
        p: Lanes computed one after the other.
    """

    n: int
    r: int
    p: int

    @property
    def memory(self) -> int:
        """Bytes of memory that one guess takes."""
        return 128 * self.n * self.r

    @property
    def work(self) -> int:
        """Units of time that one guess takes."""
        return self.n * self.r * self.p


OWASP_2023: Final = ScryptProfile(n=2**17, r=8, p=1)
"""128 MiB, about 0.4 s. OWASP Password Storage Cheat Sheet, revision of 2023: the first
of its scrypt settings. The default."""

PERCIVAL_2009: Final = ScryptProfile(n=2**20, r=8, p=1)
"""1 GiB, about 4 s. C. Percival, "Stronger Key Derivation via Sequential Memory-Hard
Functions", BSDCan 2009: the setting for files."""

TESTING: Final = ScryptProfile(n=2**4, r=1, p=1)
"""2 KiB, no protection at all. Files made with it open only where this profile is
passed again, so that none gets into use."""


def check_cost(cost: ScryptProfile, *, weak_allowed: bool = False) -> None:
    """Make sure that costs from a file's header may be computed with.

    Args:
        cost: The header's numbers.
        weak_allowed: Whether costs below what protects are let through.

    Raises:
        KeyStoreError: No scrypt costs at all, or above the limits of 1 GiB, 16 lanes
            and sixteen times the default's time (``keys.kdf_too_costly``); or below the
            least that protects (``keys.kdf_too_weak``).
    """
    # Sizes first: the later products and shifts are then of small numbers.
    sane = 2 <= cost.n <= _MOST_WORK and 1 <= cost.r <= _MOST_WORK and 1 <= cost.p <= _MOST_LANES
    sane = sane and cost.n & (cost.n - 1) == 0
    if not sane or cost.memory > _MOST_MEMORY or cost.work > _MOST_WORK:
        raise KeyStoreError("keys.kdf_too_costly")
    if not weak_allowed and (cost.memory < _LEAST_MEMORY or cost.work < _LEAST_WORK):
        raise KeyStoreError("keys.kdf_too_weak")


def passphrase_bytes(passphrase: str | bytes | None) -> bytes:
    """Bring a passphrase into the one form that is stretched: UTF-8 of its NFC.

    The same passphrase typed on two keyboards, or read from a file, is then the same.
    Blanks count; nothing is stripped.

    Args:
        passphrase: Text, or bytes that are UTF-8 text.

    Raises:
        KeyStoreError: There is none (``keys.passphrase_missing``), it is empty
            (``keys.passphrase_empty``), or it is no text (``keys.passphrase_not_text``).
    """
    if passphrase is None:
        raise KeyStoreError("keys.passphrase_missing")
    if not passphrase:
        raise KeyStoreError("keys.passphrase_empty")
    try:
        text = passphrase if isinstance(passphrase, str) else passphrase.decode("utf-8")
        return unicodedata.normalize("NFC", text).encode("utf-8")
    except UnicodeError:
        pass  # The codec's error holds the passphrase, so ours is raised out here.
    raise KeyStoreError("keys.passphrase_not_text")


def stretch(passphrase: bytes, salt: bytes, cost: ScryptProfile) -> SecretKey:
    """Compute the file key from a passphrase.

    Args:
        passphrase: As :func:`passphrase_bytes` gave it.
        salt: 16 random bytes of the file's own.
        cost: Costs that :func:`check_cost` let pass.

    Raises:
        ResourceError: Not enough memory (``keys.out_of_memory``).
    """
    try:
        kdf = Scrypt(salt=salt, length=KEY_BYTES, n=cost.n, r=cost.r, p=cost.p)
        return SecretKey.from_bytes(kdf.derive(passphrase), SECRET_ACCESS)
    except MemoryError:
        pass
    raise ResourceError("keys.out_of_memory", mebibytes=cost.memory // 1024**2)
