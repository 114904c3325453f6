# SPDX-License-Identifier: Apache-2.0
"""Spec files: read whole, within a limit, and without waiting for anybody."""

from __future__ import annotations

import os
from pathlib import Path

from pseudo.errors import SpecError
from pseudo.spec import Spec, parse_spec

__all__ = ["load_spec"]

_LARGEST = 4 * 1024 * 1024


def load_spec(path: str | Path) -> Spec:
    """Load and check a spec file.

    Args:
        path: A YAML file of at most 4 MiB.

    Raises:
        SpecError: It cannot be read, is no YAML, or does not hold together. The error
            names file, line and remedy.
    """
    path = Path(path)
    content: bytes | None
    try:
        # Opened so that a pipe in its place makes nobody wait.
        with open(path, "rb", opener=_without_waiting) as file:
            content = file.read(_LARGEST + 1)
    except (OSError, ValueError):  # ValueError: a path with a NUL in it.
        content = None
    if content is None:
        raise SpecError("spec.not_found", file=str(path))
    if len(content) > _LARGEST:
        raise SpecError("spec.too_large", file=str(path))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = ""
    if not text.strip():
        raise SpecError("spec.not_text", file=str(path))
    return parse_spec(text, file=path.name)


def _without_waiting(path: str, flags: int) -> int:
    return os.open(path, flags | os.O_NONBLOCK)
