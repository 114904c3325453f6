# SPDX-License-Identifier: Apache-2.0
"""What the store asks of the transit engine: keys that wrap secrets, and one that signs."""

from __future__ import annotations

import base64
from typing import Any, Final

import hvac

from pseudo.errors import KeyStoreError
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.vault.answers import Document, as_object, decoded, part, text
from pseudo.keys.vault.lease import Asks

__all__ = ["Transit", "TransitKeys"]

_PUBLIC_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64


class TransitKeys:
    """Named keys in the transit engine at one mount, of whatever kind.

    Args:
        session: The server.

    Raises (from every method):
        KeyStoreError: With a code that begins with ``vault.``.
    """

    def __init__(self, session: Asks) -> None:
        self._session = session
        self._mount = session.config.transit

    def has(self, name: str) -> bool:
        """Tell whether there is a key of a name."""
        return self._known(name) is not None

    def _known(self, name: str) -> Document | None:
        """Give what the server says of a key; None where there is none."""
        try:
            answer = self._ask("GET", f"keys/{name}", name)
        except KeyStoreError as error:
            if error.code == "vault.missing":
                return None
            raise
        return part(as_object(answer, name), "data")

    def _ask(
        self,
        method: str,
        rest: str,
        what: str,
        given: Document | None = None,
        *,
        again: bool = True,
    ) -> Any:
        """Ask for something; what has no content is answered as the library gives it."""

        def act(client: hvac.Client) -> Any:
            return client.adapter.request(method, f"/v1/{self._mount}/{rest}", json=given)

        return self._session.ask(act, what, again=again)


class Transit(TransitKeys):
    """The keys of the transit engine that wrap and that sign.

    Args:
        session: The server.

    Raises (from every method):
        KeyStoreError: With a code that begins with ``vault.``.
    """

    def make_key(self, name: str) -> None:
        """Make a key that wraps secrets and cannot be exported; one that is there stays."""
        given = {
            "type": "aes256-gcm96",
            "derived": True,
            "exportable": False,
            "allow_plaintext_backup": False,
        }
        self._post(f"keys/{name}", name, given)
        # One that was there may have been made to be taken away later.
        said = self._known(name) or {}
        if any(said.get(field) != value for field, value in given.items()):
            raise KeyStoreError("vault.other_key", what=name)

    def new_wrapped(self, name: str, context: str) -> str:
        """Let a secret of 32 bytes be born that we never see; give it wrapped."""
        answer = self._post(
            f"datakey/wrapped/{name}", name, {"context": context, "bits": 256}, again=True
        )
        return text(answer, "ciphertext", name)

    def new_data_key(self, name: str, context: str) -> tuple[SecretKey, bytes]:
        """Make a key and give it, and the same wrapped."""
        given = {"context": context, "bits": 256}
        answer = self._post(f"datakey/plaintext/{name}", name, given, again=True)
        wrapped = text(answer, "ciphertext", name)
        return _secret(text(answer, "plaintext", name), name), wrapped.encode("ascii")

    def unwrap(self, name: str, context: str, wrapped: str) -> SecretKey:
        """Unwrap a secret; the caller wipes it."""
        given = {"context": context, "ciphertext": wrapped}
        answer = self._post(f"decrypt/{name}", name, given)
        return _secret(text(answer, "plaintext", name), name)

    def wrap(self, name: str, context: str, secret: SecretKey) -> str:
        """Wrap a secret that we have."""
        plaintext = base64.b64encode(secret.reveal(SECRET_ACCESS)).decode()
        answer = self._post(f"encrypt/{name}", name, {"context": context, "plaintext": plaintext})
        return text(answer, "ciphertext", name)

    def rotate(self, name: str) -> int:
        """Make a new version of a key, with which is wrapped from now on; give its number."""
        self._post(f"keys/{name}/rotate", name, {})
        return _newest(self._there(name), name)

    def forget_before(self, name: str, version: int) -> None:
        """Let nothing be unwrapped any more that an older version of a key wrapped."""
        self._post(f"keys/{name}/config", name, {"min_decryption_version": version})

    def rewrap(self, name: str, context: str, wrapped: str) -> str:
        """Wrap the same secret with the newest version of its key."""
        given = {"context": context, "ciphertext": wrapped}
        return text(self._post(f"rewrap/{name}", name, given), "ciphertext", name)

    def sign(self, name: str, payload: bytes) -> bytes:
        """Sign with the first version of an Ed25519 key, 64 bytes."""
        given = {"input": base64.b64encode(payload).decode(), "key_version": 1}
        signature = text(self._post(f"sign/{name}", name, given), "signature", name)
        raw = decoded(signature.removeprefix("vault:v1:"), name)
        if len(raw) != _SIGNATURE_BYTES:
            raise KeyStoreError("vault.odd_answer", what=name)
        return raw

    def public_key(self, name: str) -> bytes:
        """Give the public half of the first version of an Ed25519 key, 32 bytes."""
        first = part(part(self._there(name), "keys"), "1")
        raw = decoded(str(first.get("public_key")), name)
        if len(raw) != _PUBLIC_BYTES:
            raise KeyStoreError("vault.odd_answer", what=name)
        return raw

    def delete_key(self, name: str) -> None:
        """Delete a key with all its versions for ever; one that is gone already stays so."""
        failed: KeyStoreError | None = None
        try:
            if self.may_be_deleted(name) is False:
                self.allow_deletion(name)
            self._ask("DELETE", f"keys/{name}", name)
        except KeyStoreError as error:
            failed = error
        # A key that is not there is refused like one that may not be deleted, and one whose
        # deletion was asked for twice may be gone since the first time.
        if failed is not None and self.has(name):
            raise failed

    def allow_deletion(self, name: str, *, allowed: bool = True) -> None:
        """Let a key be deleted from now on, or not any more."""
        self._post(f"keys/{name}/config", name, {"deletion_allowed": allowed})

    def may_be_deleted(self, name: str) -> bool | None:
        """Tell whether a key may be deleted; None where there is none."""
        known = self._known(name)
        return None if known is None else known.get("deletion_allowed") is True

    def versions_of(self, name: str) -> int:
        """Tell how many versions a key has had; 0 where there is none."""
        known = self._known(name)
        return 0 if known is None else _newest(known, name)

    def _there(self, name: str) -> Document:
        known = self._known(name)
        if known is None:
            raise KeyStoreError("vault.missing", what=name)
        return known

    def _post(self, rest: str, what: str, given: Document, *, again: bool = True) -> Document:
        """Post something that may be posted twice: nothing here is lost or doubled by it."""
        answer = self._ask("POST", rest, what, given, again=again)
        return part(answer, "data") if isinstance(answer, dict) else {}


def _newest(known: Document, what: str) -> int:
    newest = known.get("latest_version")
    if type(newest) is not int:
        raise KeyStoreError("vault.odd_answer", what=what)
    return newest


def _secret(plaintext: str, what: str) -> SecretKey:
    return SecretKey.from_bytes(decoded(plaintext, what), SECRET_ACCESS)
