# SPDX-License-Identifier: Apache-2.0
"""How many pseudonyms there are, counted where equal ones stand together.

Of so many people there must be so many pseudonyms: fewer would be a collision, and more a
person who became two.
"""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

__all__ = ["Neighbours"]


class Neighbours:
    """Counts the different texts of a stream that is in order; nulls are none.

    Attributes:
        count: How many there were so far.
    """

    def __init__(self) -> None:
        self.count = 0
        self._last: str | None = None

    def add(self, texts: pa.StringArray) -> None:
        """Take in more of the stream."""
        present = texts.drop_null() if texts.null_count else texts
        if not len(present):
            return
        changes = pc.sum(pc.not_equal(present[1:], present[:-1])).as_py() or 0
        self.count += changes + (present[0].as_py() != self._last)
        self._last = present[-1].as_py()
