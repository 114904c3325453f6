# SPDX-License-Identifier: Apache-2.0
"""The keys that a passphrase gives for one file."""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from pseudo.framing import lp
from pseudo.keys.document import KEY_FILE, FileKind, canonical
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.hierarchy import expand
from pseudo.keys.scrypt import SALT_BYTES, ScryptProfile, stretch

__all__ = ["FileKeys", "Header"]

_CHECK_BYTES = 16


@dataclass(frozen=True, slots=True)
class Header:
    """What must be known before a passphrase can be tried.

    Attributes:
        cost: Costs of scrypt.
        salt: 16 random bytes of the file's own.
    """

    cost: ScryptProfile
    salt: bytes

    @classmethod
    def new(cls, cost: ScryptProfile) -> Header:
        """Make the header of a new file."""
        return cls(cost, secrets.token_bytes(SALT_BYTES))


class FileKeys:
    """The keys of one file, held while its store is open.

    Args:
        passphrase: As :func:`pseudo.keys.scrypt.passphrase_bytes` gave it.
        header: The file's header, its costs checked.
        kind: What kind of file it is.

    Attributes:
        header: As given.
        kind: As given.
        seal: The key that seals the file's secrets.

    Raises:
        ResourceError: Not enough memory for scrypt (``keys.out_of_memory``).
    """

    __slots__ = ("_check", "_mac", "header", "kind", "seal")

    def __init__(self, passphrase: bytes, header: Header, kind: FileKind = KEY_FILE) -> None:
        file_key = stretch(passphrase, header.salt, header.cost)
        self.header = header
        self.kind = kind
        self.seal = expand(file_key, kind.scheme, "seal")
        self._mac = expand(file_key, kind.scheme, "mac")
        self._check = expand(file_key, kind.scheme, "check")
        file_key.wipe()

    def wipe(self) -> None:
        """Forget the keys. May be called twice."""
        for key in (self.seal, self._mac, self._check):
            key.wipe()

    def check_value(self) -> str:
        """Compute the value that tells a wrong passphrase from a changed file.

        Returns:
            32 hexadecimal digits. A guess at the passphrase costs as much by this value
            as by any sealed secret.
        """
        cost = self.header.cost
        text = lp(self.kind.scheme, str(cost.n), str(cost.r), str(cost.p), self.header.salt)
        return self._digest(self._check, text)[:_CHECK_BYTES].hex()

    def mac(self, document: Mapping[str, Any]) -> str:
        """Compute the MAC over a document, itself and the checksum left out.

        Returns:
            64 hexadecimal digits.
        """
        return self._digest(self._mac, canonical(document, "mac", "checksum")).hex()

    @staticmethod
    def _digest(key: SecretKey, text: bytes) -> bytes:
        return hmac.digest(key.reveal(SECRET_ACCESS), text, "sha256")
