# SPDX-License-Identifier: Apache-2.0
"""Sets of ranks that the compiled kernel reads and writes."""

from __future__ import annotations

from contextlib import ExitStack
from threading import Lock

import numpy as np
import numpy.typing as npt

from pseudo import _native
from pseudo.identity.rank import Bits, RankSet
from pseudo.kernel import Ranks

__all__ = ["NativeRankSet"]


class NativeRankSet(RankSet):
    """See :class:`pseudo.identity.rank.RankSet`.

    The kernel works without the interpreter's lock, so the bitmap has one of its own.
    """

    def __init__(self) -> None:
        super().__init__()
        self.lock = Lock()

    def add(self, ranks: Ranks) -> None:
        """Put ranks in; see :meth:`pseudo.identity.rank.RankSet.add`."""
        with self.lock:
            super().add(ranks)

    def holds(self, ranks: Ranks) -> npt.NDArray[np.bool_]:
        """Tell which of ``ranks`` are in the set."""
        with self.lock:
            return super().holds(ranks)

    def __len__(self) -> int:
        with self.lock:
            return super().__len__()

    def shared(self, other: RankSet) -> RankSet:
        """Make the set of ranks that are in both."""
        sets = (each for each in (self, other) if isinstance(each, NativeRankSet))
        locks = {id(each): each.lock for each in sets}
        with ExitStack() as held:
            # In one order, so that two threads with the same two sets do not wait for
            # each other; and a set's own lock once.
            for _, lock in sorted(locks.items()):
                held.enter_context(lock)
            return super().shared(other)

    def per_year(self) -> npt.NDArray[np.int64]:
        """Count members by birth year; see :meth:`pseudo.identity.rank.RankSet.per_year`."""
        with self.lock:
            return super().per_year()

    def _mark(self, bits: Bits, ranks: Ranks) -> None:
        _native.set_ranks(bits, np.ascontiguousarray(ranks, dtype=np.int64))

    def _marked(self, bits: Bits, ranks: Ranks) -> npt.NDArray[np.bool_]:
        plain = np.ascontiguousarray(ranks, dtype=np.int64)
        found = np.empty(plain.shape, dtype=np.bool_)
        _native.has_ranks(bits, plain, found.view(np.uint8))
        return found
