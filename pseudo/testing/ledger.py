# SPDX-License-Identifier: Apache-2.0
"""A ledger for tests: it keeps entries in memory, and fails when it is told to."""

from __future__ import annotations

import copy
import threading
from collections.abc import Mapping

__all__ = ["RecordingLedger"]


class RecordingLedger:
    """Keeps what is appended, in order, and gives each entry a reference.

    An entry is copied when it comes, so that a caller who goes on changing it does not
    change what was recorded. Safe in several threads.

    Args:
        fail_with: See the attribute.

    Attributes:
        entries: What was appended so far.
        fail_with: While this is not None, ``append`` raises it and records nothing: the
            way to show that nothing is published without its evidence.

    Example:
        >>> ledger = RecordingLedger()
        >>> ledger.append({"event": "batch"})
        'recorded:1'
        >>> ledger.entries
        [{'event': 'batch'}]
    """

    def __init__(self, fail_with: Exception | None = None) -> None:
        self.entries: list[dict[str, object]] = []
        self.fail_with = fail_with
        self._lock = threading.Lock()

    def append(self, entry: Mapping[str, object]) -> str:
        """Record an entry.

        Args:
            entry: Anything that can be copied.

        Returns:
            The entry's reference, ``recorded:<number from 1>``.

        Raises:
            Exception: What ``fail_with`` holds.
        """
        if self.fail_with is not None:
            raise self.fail_with
        kept = copy.deepcopy(dict(entry))
        with self._lock:
            self.entries.append(kept)
            return f"recorded:{len(self.entries)}"

    def __repr__(self) -> str:
        return f"<RecordingLedger entries={len(self.entries)}>"
