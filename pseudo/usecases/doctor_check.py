# SPDX-License-Identifier: Apache-2.0
"""One check of the doctor: what was looked at, and how it is."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal

from pseudo.errors import InternalError, PseudoError, ResourceError

__all__ = ["Check", "Finding", "Health", "checked"]

Health = Literal["ok", "warning", "failed", "not checked"]


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was checked.

    Attributes:
        name: What.
        health: How it is.
        detail: What was found, in words that hold no data.
        error: What the real work would meet; None unless it failed.
    """

    name: str
    health: Health
    detail: str
    error: PseudoError | None = None


Finding = tuple[Health, str]


def checked(name: str, check: Callable[[], Finding]) -> Check:
    """Check something; whatever goes wrong is what was found.

    Args:
        name: What is checked.
        check: Checks it.
    """
    failure: PseudoError
    try:
        health, detail = check()
    except PseudoError as error:
        failure = error
    except MemoryError:
        failure = ResourceError("resource.memory")
    except Exception as error:  # noqa: BLE001  whatever it is, the other checks go on
        failure = InternalError("internal.self_test", test=name, error=type(error).__name__)
    else:
        return Check(name, health, detail)
    return Check(name, "failed", failure.text(), failure)
