# SPDX-License-Identifier: Apache-2.0
"""What the store asks of the KV and the transit engines, and nothing else of the server."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import hvac

from pseudo.errors import KeyStoreError
from pseudo.keys.handle import SECRET_ACCESS, SecretKey
from pseudo.keys.vault.answers import Document, as_object, decoded, part, text
from pseudo.keys.vault.faults import is_unclear
from pseudo.keys.vault.lease import Asks

__all__ = ["Held", "Kv", "Transit"]

# Who may make a document and not change one is denied where there is one already, and what
# stands before a server can answer for it.
_LOOKED_AT: Final = frozenset({"vault.conflict", "vault.denied", "vault.odd_answer"})
_PUBLIC_BYTES: Final = 32
_SIGNATURE_BYTES: Final = 64


@dataclass(frozen=True, slots=True)
class Held:
    """What KV knows of a path.

    Attributes:
        version: How often it was written to.
        deleted: Whether the newest version is deleted, which can be undone.
        custom: The metadata that was written beside it.
    """

    version: int
    deleted: bool
    custom: Mapping[str, str]


class Kv:
    """The KV engine, version 2, at one mount.

    Args:
        session: The server.

    Raises (from every method):
        KeyStoreError: With a code that begins with ``vault.``.
    """

    def __init__(self, session: Asks) -> None:
        self._session = session
        self._mount = session.config.kv

    def read(self, path: str) -> Document | None:
        """Read the newest version of a document; None where there is none, or it is deleted."""
        answer = self._or_none("GET", f"data/{path}", path)
        return None if answer is None else part(part(answer, "data"), "data")

    def held(self, path: str) -> Held | None:
        """Look at a path without reading what it holds; None where it was never written."""
        answer = self._or_none("GET", f"metadata/{path}", path)
        if answer is None:
            return None
        data = part(answer, "data")
        versions, newest = data.get("versions"), data.get("current_version")
        if not isinstance(versions, dict) or not isinstance(newest, int):
            raise KeyStoreError("vault.odd_answer", what=path)
        last = versions.get(str(newest)) or {}
        custom = data.get("custom_metadata") or {}
        return Held(newest, bool(last.get("deletion_time") or last.get("destroyed")), custom)

    def names(self, path: str = "") -> list[str]:
        """List what is below a path; folders end with a slash."""
        answer = self._or_none("LIST", f"metadata/{path}", path or self._mount)
        keys = [] if answer is None else part(answer, "data").get("keys")
        return [str(key) for key in keys] if isinstance(keys, list) else []

    def write_once(self, path: str, document: Document, *, after: int = 0) -> bool:
        """Write a document, unless somebody else wrote it in the meantime.

        After an answer that leaves it open whether it was written, it is looked at; also
        after a success that does not say that this is the version that was written.

        Args:
            path: Where.
            document: What.
            after: The version that is there now; 0 for none.

        Returns:
            Whether it is there now; else another document is.
        """
        given = {"data": document, "options": {"cas": after}}
        failed: KeyStoreError | None = None
        try:
            answer = self._session.ask(
                lambda client: client.adapter.post(self._url(f"data/{path}"), json=given),
                path,
                again=False,
            )
            if _version(answer) == after + 1:
                return True
        except KeyStoreError as error:
            failed = error
        if failed is None:
            failed = KeyStoreError("vault.odd_answer", what=path)
        looked_at = failed.code in _LOOKED_AT or is_unclear(failed)
        there = self.read(path) if looked_at else None
        if there is None and failed.code != "vault.conflict":
            raise failed
        return there == document

    def describe(self, path: str, custom: Mapping[str, str]) -> None:
        """Write metadata beside a document, which may be seen without reading it."""
        self._change("POST", f"metadata/{path}", path, {"custom_metadata": dict(custom)})

    def delete(self, path: str) -> None:
        """Delete the newest version of a document, which can be undone."""
        self._change("DELETE", f"data/{path}", path)

    def undelete(self, path: str, version: int) -> None:
        """Undo that."""
        self._change("POST", f"undelete/{path}", path, {"versions": [version]})

    def erase(self, path: str) -> None:
        """Erase a path with all its versions for ever."""
        self._change("DELETE", f"metadata/{path}", path)

    def _or_none(self, method: str, rest: str, what: str) -> Document | None:
        url = self._url(rest)
        try:
            answer = self._session.ask(lambda client: client.adapter.request(method, url), what)
        except KeyStoreError as error:
            if error.code == "vault.missing":
                return None
            raise
        return as_object(answer, what)

    def _change(self, method: str, rest: str, what: str, body: Document | None = None) -> None:
        url = self._url(rest)
        self._session.ask(lambda client: client.adapter.request(method, url, json=body), what)

    def _url(self, rest: str) -> str:
        return f"/v1/{self._mount}/{rest}"


class Transit:
    """The transit engine at one mount.

    Args:
        session: The server.

    Raises (from every method):
        KeyStoreError: With a code that begins with ``vault.``.
    """

    def __init__(self, session: Asks) -> None:
        self._session = session
        self._mount = session.config.transit

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
        said = self._key(name)
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
        return self._newest(name)

    def forget_before(self, name: str, version: int) -> None:
        """Let nothing be unwrapped any more that an older version of a key wrapped."""
        self._post(f"keys/{name}/config", name, {"min_decryption_version": version})

    def _newest(self, name: str) -> int:
        newest = self._key(name).get("latest_version")
        if type(newest) is not int:
            raise KeyStoreError("vault.odd_answer", what=name)
        return newest

    def _key(self, name: str) -> Document:
        url = f"/v1/{self._mount}/keys/{name}"
        answer = as_object(self._session.ask(lambda client: client.adapter.get(url), name), name)
        return part(answer, "data")

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
        first = part(part(self._key(name), "keys"), "1")
        raw = decoded(str(first.get("public_key")), name)
        if len(raw) != _PUBLIC_BYTES:
            raise KeyStoreError("vault.odd_answer", what=name)
        return raw

    def delete_key(self, name: str) -> None:
        """Delete a key with all its versions for ever; one that is gone already stays so."""
        url = f"/v1/{self._mount}/keys/{name}"
        failed: KeyStoreError | None = None
        try:
            if self.may_be_deleted(name) is False:
                self.allow_deletion(name)
            self._session.ask(lambda client: client.adapter.delete(url), name)
        except KeyStoreError as error:
            failed = error
        # A key that is not there is refused like one that may not be deleted, and one whose
        # deletion was asked for twice may be gone since the first time.
        if failed is not None and self.has_key(name):
            raise failed

    def allow_deletion(self, name: str, *, allowed: bool = True) -> None:
        """Let a key be deleted from now on, or not any more."""
        self._post(f"keys/{name}/config", name, {"deletion_allowed": allowed})

    def may_be_deleted(self, name: str) -> bool | None:
        """Tell whether a key may be deleted; None where there is none."""
        return self._key(name).get("deletion_allowed") is True if self.has_key(name) else None

    def versions_of(self, name: str) -> int:
        """Tell how many versions a key has had; 0 where there is none."""
        return self._newest(name) if self.has_key(name) else 0

    def has_key(self, name: str) -> bool:
        """Tell whether there is a key of a name."""
        url = f"/v1/{self._mount}/keys/{name}"
        try:
            self._session.ask(lambda client: client.adapter.get(url), name)
        except KeyStoreError as error:
            if error.code == "vault.missing":
                return False
            raise
        return True

    def _post(self, rest: str, what: str, given: Document, *, again: bool = True) -> Document:
        """Post something that may be posted twice: nothing here is lost or doubled by it."""

        def act(client: hvac.Client) -> Any:
            return client.adapter.post(f"/v1/{self._mount}/{rest}", json=given)

        answer = self._session.ask(act, what, again=again)
        return part(answer, "data") if isinstance(answer, dict) else {}


def _version(answer: Any) -> Any:
    """Give the version that KV says it wrote; None where it says none."""
    data = answer.get("data") if isinstance(answer, dict) else None
    return data.get("version") if isinstance(data, dict) else None


def _secret(plaintext: str, what: str) -> SecretKey:
    return SecretKey.from_bytes(decoded(plaintext, what), SECRET_ACCESS)
