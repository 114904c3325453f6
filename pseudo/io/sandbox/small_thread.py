# SPDX-License-Identifier: Apache-2.0
"""In the child: a thread that takes as little of its memory as there must be."""

from __future__ import annotations

import threading
from collections.abc import Callable

__all__ = ["started"]

_STACK = 256 * 1024


def started(work: Callable[[], None]) -> threading.Thread | None:
    """Do something in a thread of its own, for which nobody has to wait.

    Args:
        work: What it does, with few calls in one another.

    Returns:
        The thread; None where there is no room for it.
    """
    thread = threading.Thread(target=work, daemon=True)
    others = threading.stack_size(_STACK)
    try:
        thread.start()
    except RuntimeError:
        return None
    finally:
        threading.stack_size(others)
    return thread
