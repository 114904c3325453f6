# SPDX-License-Identifier: Apache-2.0
"""Encrypting keys with keys, and signing: what every store that holds secrets needs.

AES-256-GCM with a random nonce of 96 bits. A key here seals far fewer than the 2^32
messages that NIST SP 800-38D allows for random nonces.
"""

from __future__ import annotations

import secrets
from typing import Final, NamedTuple

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from pseudo.errors import KeyStoreError
from pseudo.framing import lp
from pseudo.keys.handle import KEY_BYTES, SECRET_ACCESS, SecretKey

__all__ = [
    "NONCE_BYTES",
    "SEALED_BYTES",
    "Sealed",
    "new_data_key",
    "open_data_key",
    "public_key",
    "seal",
    "sign",
    "unseal",
]

NONCE_BYTES: Final = 12
SEALED_BYTES: Final = KEY_BYTES + 16
"""A key of 32 bytes and the tag of 16."""

_MAGIC = b"pseudo data key 1\n"
_DATA_KEY = lp("pseudo/v1", "data key")


class Sealed(NamedTuple):
    """A key encrypted with another key.

    Attributes:
        nonce: 12 bytes.
        ciphertext: 48 bytes: the encrypted key and the tag.
    """

    nonce: bytes
    ciphertext: bytes


def seal(key: SecretKey, secret: SecretKey, context: bytes) -> Sealed:
    """Encrypt ``secret`` with ``key``, bound to ``context``.

    Args:
        key: The key to encrypt with.
        secret: The key to encrypt.
        context: Everything that must be the same when it is opened again.
    """
    nonce = secrets.token_bytes(NONCE_BYTES)
    cipher = AESGCM(key.reveal(SECRET_ACCESS))
    return Sealed(nonce, cipher.encrypt(nonce, secret.reveal(SECRET_ACCESS), context))


def unseal(key: SecretKey, sealed: Sealed, context: bytes, /, *, code: str) -> SecretKey:
    """Decrypt a key that :func:`seal` encrypted.

    Args:
        key: The key it was encrypted with.
        sealed: What :func:`seal` gave.
        context: The same as then.
        code: Code of the error where it cannot be opened.

    Raises:
        KeyStoreError: Another key or context, or damaged (``code``).
    """
    cipher = AESGCM(key.reveal(SECRET_ACCESS))
    try:
        return SecretKey.from_bytes(cipher.decrypt(*sealed, context), SECRET_ACCESS)
    except InvalidTag:
        pass
    raise KeyStoreError(code)


def new_data_key(wrapping: SecretKey) -> tuple[SecretKey, bytes]:
    """Make a key for data that must lie on disk for a while.

    Returns:
        The key, and the same key encrypted with ``wrapping``, to be kept beside the data.
    """
    key = SecretKey.generate(SECRET_ACCESS)
    return key, _MAGIC + b"".join(seal(wrapping, key, _DATA_KEY))


def open_data_key(wrapping: SecretKey, wrapped: bytes) -> SecretKey:
    """Decrypt a key that :func:`new_data_key` made.

    Raises:
        KeyStoreError: It is not one of this store's, or it is damaged
            (``keys.bad_data_key``).
    """
    body = wrapped.removeprefix(_MAGIC)
    if len(body) + len(_MAGIC) != len(wrapped) or len(body) != NONCE_BYTES + SEALED_BYTES:
        raise KeyStoreError("keys.bad_data_key")
    sealed = Sealed(body[:NONCE_BYTES], body[NONCE_BYTES:])
    return unseal(wrapping, sealed, _DATA_KEY, code="keys.bad_data_key")


def sign(seed: SecretKey, payload: bytes) -> bytes:
    """Sign with Ed25519 (RFC 8032); the same payload gives the same 64 bytes."""
    return _private(seed).sign(payload)


def public_key(seed: SecretKey) -> bytes:
    """Return the 32 bytes by which :func:`sign`'s signatures are verified."""
    return _private(seed).public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)


def _private(seed: SecretKey) -> Ed25519PrivateKey:
    return Ed25519PrivateKey.from_private_bytes(seed.reveal(SECRET_ACCESS))
