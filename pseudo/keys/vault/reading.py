# SPDX-License-Identifier: Apache-2.0
"""Reading what a server says of itself."""

from __future__ import annotations

from typing import Any

from pseudo.errors import KeyStoreError
from pseudo.keys.vault.session import Session

__all__ = ["names_at", "read"]


def read(session: Session, path: str, *, method: str = "GET") -> dict[str, Any]:
    """Read the data at a path.

    Args:
        session: Whose login it is.
        path: Behind ``/v1/``.
        method: ``GET``, or ``LIST``.

    Raises:
        KeyStoreError: It is not there, may not be read, or the server does not answer.
    """
    answer = session.ask(lambda client: client.adapter.request(method, f"/v1/{path}"), path)
    data = answer.get("data") if isinstance(answer, dict) else None
    if not isinstance(data, dict):
        raise KeyStoreError("vault.odd_answer", what=path)
    return data


def names_at(session: Session, path: str) -> list[str]:
    """List the names below a path; the server calls none of them missing.

    Raises:
        KeyStoreError: See :func:`read`.
    """
    try:
        keys = read(session, path, method="LIST").get("keys")
    except KeyStoreError as error:
        if error.code == "vault.missing":
            return []
        raise
    return [str(key) for key in keys] if isinstance(keys, list) else []
