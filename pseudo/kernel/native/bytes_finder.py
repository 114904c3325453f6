# SPDX-License-Identifier: Apache-2.0
"""The compiled search for identity numbers in raw bytes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from pseudo import _native
from pseudo.kernel import FoundBytes
from pseudo.kernel.bytes_finder import flat
from pseudo.kernel.native.found import integers
from pseudo.kernel.native.rules import scanning

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["find_bytes"]


def find_bytes(data: Buffer, reference_year: int) -> FoundBytes:
    """Find every number; see :meth:`pseudo.kernel.Kernel.find_bytes`."""
    view = flat(data)
    offsets, ranks, shapes = _native.find_bytes(view, scanning(reference_year))
    return FoundBytes(integers(offsets), integers(ranks), np.frombuffer(shapes, dtype=np.uint8))
