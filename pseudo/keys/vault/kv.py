# SPDX-License-Identifier: Apache-2.0
"""What the store asks of the KV engine."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.answers import Document, as_object, part
from pseudo.keys.vault.faults import is_unclear
from pseudo.keys.vault.lease import Asks

__all__ = ["Held", "Kv"]

# Who may make a document and not change one is denied where there is one already, and what
# stands before a server can answer for it.
_LOOKED_AT: Final = frozenset({"vault.conflict", "vault.denied", "vault.odd_answer"})


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


def _version(answer: Any) -> Any:
    """Give the version that KV says it wrote; None where it says none."""
    data = answer.get("data") if isinstance(answer, dict) else None
    return data.get("version") if isinstance(data, dict) else None
