# SPDX-License-Identifier: Apache-2.0
"""Keys in transit that compute HMACs and never leave it."""

from __future__ import annotations

import base64
import re
import secrets
from collections.abc import Sequence
from typing import Final

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.hazmat.primitives.keywrap import aes_key_wrap_with_padding

from pseudo.errors import KeyStoreError
from pseudo.keys.handle import KEY_BYTES, SECRET_ACCESS, SecretKey
from pseudo.keys.vault.answers import as_object, part, text
from pseudo.keys.vault.transit import TransitKeys

__all__ = ["ID_CHECK_TEXT", "HmacKeys"]

ID_CHECK_TEXT: Final = b"pseudo/v1 id key check"
"""A message whose HMAC the id-key is known by. What pseudonyms are made of begins with a length,
so it is none of that."""

_MAC: Final = re.compile(r"vault:v1:([A-Za-z0-9+/]{43}=)")
_STAYS: Final = {"exportable": False, "allow_plaintext_backup": False}


class HmacKeys(TransitKeys):
    """The HMAC keys of a transit engine.

    Args:
        session: The server.

    Raises (from every method):
        KeyStoreError: With a code that begins with ``vault.``.
    """

    def make(self, name: str) -> None:
        """Let a key be born that nobody ever sees; one that is there stays.

        Raises:
            KeyStoreError: What is there is something else (``vault.other_key``).
        """
        self._ask("POST", f"keys/{name}", name, {"type": "hmac", "key_size": KEY_BYTES, **_STAYS})
        self._check(name, imported=False)

    def bring(self, name: str, key: SecretKey) -> None:
        """Bring a key that exists already; one that is there stays, and may be another.

        It travels wrapped for the server's wrapping key, so that what stands between sees
        nothing of it.

        Raises:
            KeyStoreError: What is there is something else (``vault.other_key``).
        """
        given = {
            "type": "hmac",
            "hash_function": "SHA256",
            "allow_rotation": False,
            "ciphertext": _wrapped(key, self._wrapping_key()),
            **_STAYS,
        }
        failed: KeyStoreError | None = None
        try:
            # Asked twice, the server would refuse it for the one that is there.
            self._ask("POST", f"keys/{name}/import", name, given, again=False)
        except KeyStoreError as error:
            failed = error
        if failed is not None and not self._known(name):
            raise failed
        self._check(name, imported=True)

    def require_brought(self, name: str) -> None:
        """Make sure that a key is one that was brought, and cannot leave again.

        Raises:
            KeyStoreError: It is something else (``vault.other_key``).
        """
        self._check(name, imported=True)

    def macs(self, name: str, inputs: Sequence[bytes]) -> list[bytes]:
        """Compute the HMAC-SHA256 of each input with the first version of a key.

        Every item of the answer is looked at: a server answers 200 though items failed.

        Returns:
            32 bytes each, in the order of the inputs.

        Raises:
            KeyStoreError: An item failed (``vault.item_failed``), or is not one
                (``vault.odd_answer``).
        """
        given = {
            "batch_input": [{"input": base64.b64encode(each).decode()} for each in inputs],
            # Without it a key that was rotated would give other pseudonyms.
            "key_version": 1,
        }
        answer = as_object(self._ask("POST", f"hmac/{name}/sha2-256", name, given), name)
        items = part(answer, "data").get("batch_results")
        if not isinstance(items, list) or len(items) != len(inputs):
            raise KeyStoreError("vault.odd_answer", what=name)
        return [_mac(item, name) for item in items]

    def suspend(self, name: str) -> None:
        """Let the server refuse to compute with a key, where it knows how (OpenBao)."""
        if self._asked_in_vain("DELETE", f"keys/{name}/soft-delete", name):
            return
        there = self._known(name)
        if there and there.get("soft_deleted") is not True:
            raise KeyStoreError("vault.odd_answer", what=name)

    def resume(self, name: str) -> None:
        """Undo that."""
        self._asked_in_vain("POST", f"keys/{name}/soft-delete-restore", name)

    def _check(self, name: str, *, imported: bool) -> None:
        """Make sure that a key is one that cannot leave, and of the origin that was asked for."""
        said = self._known(name) or {}
        wanted = {"type": "hmac", "derived": False, "imported_key": imported, **_STAYS}
        as_wanted = all(said.get(key) == value for key, value in wanted.items())
        if not as_wanted or said.get("key_size", KEY_BYTES) != KEY_BYTES:
            raise KeyStoreError("vault.other_key", what=name)

    def _wrapping_key(self) -> rsa.RSAPublicKey:
        what = "wrapping_key"
        answer = part(as_object(self._ask("GET", what, what), what), "data")
        pem = text(answer, "public_key", what)
        try:
            key = serialization.load_pem_public_key(pem.encode())
        except ValueError:
            key = None
        if not isinstance(key, rsa.RSAPublicKey):
            raise KeyStoreError("vault.odd_answer", what=what)
        return key

    def _asked_in_vain(self, method: str, rest: str, what: str) -> bool:
        """Ask for what only some servers can; tell whether this one cannot."""
        try:
            self._ask(method, rest, what)
        except KeyStoreError as error:
            if error.code in ("vault.missing", "vault.no_mount"):
                return True
            raise
        return False


def _mac(item: object, what: str) -> bytes:
    if not isinstance(item, dict):
        raise KeyStoreError("vault.odd_answer", what=what)
    if item.get("error"):
        raise KeyStoreError("vault.item_failed", what=what)
    found = item.get("hmac")
    match = _MAC.fullmatch(found) if isinstance(found, str) else None
    if match is None:
        raise KeyStoreError("vault.odd_answer", what=what)
    return base64.b64decode(match[1])


def _wrapped(key: SecretKey, wrapping: rsa.RSAPublicKey) -> str:
    """Wrap a key with AES-KWP under a new key, and that with RSA-OAEP."""
    once = secrets.token_bytes(KEY_BYTES)
    oaep = padding.OAEP(padding.MGF1(hashes.SHA256()), hashes.SHA256(), None)
    wrapped = aes_key_wrap_with_padding(once, key.reveal(SECRET_ACCESS))
    return base64.b64encode(wrapping.encrypt(once, oaep) + wrapped).decode()
