# SPDX-License-Identifier: Apache-2.0
"""In the child: doing what the file can make fail."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

import pyarrow as pa

from pseudo.io.sandbox.verdict import Refused

__all__ = ["attempted"]

Found = TypeVar("Found")

# Whatever a library finds wrong with a file: any of these, and its message is not kept.
_WRONG = (pa.ArrowException, OSError, ValueError, TypeError, KeyError, RuntimeError)


def attempted(name: str, work: Callable[[], Found]) -> Found:
    """Do something that the file can make fail, and refuse the file if it does.

    Args:
        name: What the format is called, letters and digits only.
        work: What to do.

    Raises:
        Refused: It failed (``delivery.unreadable``), or refuses for a reason of its own.
    """
    try:
        return work()
    except MemoryError:
        raise
    except _WRONG:
        pass
    raise Refused("delivery.unreadable", format=name)
