# SPDX-License-Identifier: Apache-2.0
"""The ledger port: where receipts go before anything is published.

A batch whose receipt cannot be appended publishes nothing. :class:`NullLedger` is what a
first run has: it keeps nothing, and says so.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

__all__ = ["Ledger", "NullLedger"]


class Ledger(Protocol):
    """An append-only log of receipts."""

    def append(self, entry: Mapping[str, object]) -> str:
        """Append an entry durably and return its reference.

        Raises:
            EvidenceError: The entry could not be appended.
        """


class NullLedger:
    """A ledger that keeps nothing: the receipt lies in the published folder only."""

    def append(self, entry: Mapping[str, object]) -> str:  # noqa: ARG002  the port's
        """Return the empty reference."""
        return ""
