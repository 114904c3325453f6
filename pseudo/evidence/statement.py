# SPDX-License-Identifier: Apache-2.0
"""Receipts as in-toto statements: which files they are about, and what they say of them.

An in-toto Statement (v1) names its *subjects*, files by their SHA-256, and holds a
*predicate* of a type of its own. Ours is described in ``docs/reference/receipt.md``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

__all__ = ["PREDICATE", "Statement", "read_statement", "statement"]

PREDICATE = "urn:pseudo-personnummer:receipt:v2"
"""Type of the predicate of our receipts."""

_TYPE = "https://in-toto.io/Statement/v1"
_DIGEST = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Statement:
    """A receipt of ours, as it was read.

    Attributes:
        subjects: SHA-256 of each published file, in hexadecimal, by its path in the folder.
        predicate: What the receipt says.
    """

    subjects: Mapping[str, str]
    predicate: Mapping[str, Any]


def statement(subjects: Mapping[str, str], predicate: Mapping[str, Any]) -> dict[str, Any]:
    """Put a statement together.

    Args:
        subjects: As in :class:`Statement`; at least one.
        predicate: Plain data.
    """
    return {
        "_type": _TYPE,
        "subject": [
            {"name": name, "digest": {"sha256": digest}} for name, digest in subjects.items()
        ],
        "predicateType": PREDICATE,
        "predicate": dict(predicate),
    }


def read_statement(payload: bytes) -> Statement | None:
    """Read a statement; None where it is none, or another product's.

    Args:
        payload: JSON that somebody has signed; nobody knows yet whether with right.
    """
    try:
        found = json.loads(payload)
        if found["_type"] != _TYPE or found["predicateType"] != PREDICATE:
            return None
        subjects = {entry["name"]: entry["digest"]["sha256"] for entry in found["subject"]}
        predicate = found["predicate"]
        sound = isinstance(predicate, dict) and len(subjects) == len(found["subject"]) > 0
        sound &= all(isinstance(name, str) for name in subjects)
        sound &= all(_DIGEST.fullmatch(digest) is not None for digest in subjects.values())
    except (ValueError, KeyError, TypeError, RecursionError):
        return None
    return Statement(subjects, predicate) if sound else None
