# SPDX-License-Identifier: Apache-2.0
"""Sets of ranks that the compiled kernel reads and writes."""

from __future__ import annotations

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
        self._lock = Lock()

    def add(self, ranks: Ranks) -> None:
        """Put ranks in; see :meth:`pseudo.identity.rank.RankSet.add`."""
        with self._lock:
            super().add(ranks)

    def holds(self, ranks: Ranks) -> npt.NDArray[np.bool_]:
        """Tell which of ``ranks`` are in the set."""
        with self._lock:
            return super().holds(ranks)

    def _mark(self, bits: Bits, ranks: Ranks) -> None:
        _native.set_ranks(bits, np.ascontiguousarray(ranks, dtype=np.int64))

    def _marked(self, bits: Bits, ranks: Ranks) -> npt.NDArray[np.bool_]:
        plain = np.ascontiguousarray(ranks, dtype=np.int64)
        found = np.empty(plain.shape, dtype=np.bool_)
        _native.has_ranks(bits, plain, found.view(np.uint8))
        return found
