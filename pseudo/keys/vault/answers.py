# SPDX-License-Identifier: Apache-2.0
"""Taking the server's answers apart: what is not as it should be is an error of ours."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

from pseudo.errors import KeyStoreError

__all__ = ["Document", "as_object", "decoded", "part", "text"]

Document = dict[str, Any]


def decoded(written: str, what: str) -> bytes:
    """Give the bytes that are written in base64."""
    try:
        return base64.b64decode(written, validate=True)
    except ValueError:
        pass
    raise KeyStoreError("vault.odd_answer", what=what)


def text(data: Mapping[str, Any], name: str, what: str) -> str:
    """Give a text that is there and not empty."""
    found = data.get(name)
    if not isinstance(found, str) or not found:
        raise KeyStoreError("vault.odd_answer", what=what)
    return found


def as_object(answer: Any, what: str) -> Document:
    """Give an answer that is an object."""
    if not isinstance(answer, dict):
        raise KeyStoreError("vault.odd_answer", what=what)
    return answer


def part(data: Mapping[str, Any], name: str) -> Document:
    """Give an object inside an answer."""
    found = data.get(name)
    if not isinstance(found, dict):
        raise KeyStoreError("vault.odd_answer", what=name)
    return found
