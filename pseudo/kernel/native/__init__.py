# SPDX-License-Identifier: Apache-2.0
"""The compiled kernel, where it was built: the reference's meaning at another speed.

``pseudo._native`` computes on Arrow buffers without the interpreter's lock. What it cannot
decide exactly as the reference does (whatever hangs on Unicode tables beyond its own) it
leaves to the reference, row by row.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.identity import IdentityRule
from pseudo.identity.rank import RankSet
from pseudo.kernel import (
    Converted,
    Found,
    FoundBytes,
    Framed,
    MacKey,
    Ranks,
    SqlGrammar,
    SqlRows,
    SqlValues,
    Swapped,
    TextType,
)
from pseudo.kernel.native.bytes_finder import find_bytes
from pseudo.kernel.native.convert import convert
from pseudo.kernel.native.finder import find
from pseudo.kernel.native.frame import frame
from pseudo.kernel.native.own_digits import find_own
from pseudo.kernel.native.ranks import NativeRankSet
from pseudo.kernel.native.split import split
from pseudo.kernel.native.sql import sql_rows, sql_values
from pseudo.kernel.native.swap import prepare, swap
from pseudo.kernel.native.transcode import transcode
from pseudo.pseudonym import PseudonymFormat

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["NativeKernel"]


class NativeKernel:
    """See :class:`pseudo.kernel.Kernel`."""

    name = "native"

    def prepare(self, key: bytes) -> MacKey:
        """Prepare a 32-byte key."""
        return prepare(key)

    def rank_set(self) -> RankSet:
        """Make an empty set of ranks."""
        return NativeRankSet()

    def swap(
        self,
        column: pa.Array,
        rule: IdentityRule,
        key: MacKey,
        form: PseudonymFormat,
        scope: Sequence[pa.Array] = (),
        *,
        threads: int = 1,
    ) -> Swapped:
        """Swap a column of identifiers for pseudonyms."""
        return swap(column, rule, key, form, scope, threads)

    def find(self, column: pa.Array, reference_year: int) -> Found:
        """Find identity numbers in a column that should hold none."""
        return find(column, reference_year)

    def find_own(self, column: pa.Array, ranks: Sequence[Ranks]) -> npt.NDArray[np.int64]:
        """Find rows whose cell holds the row's own last ten digits."""
        return find_own(column, ranks)

    def find_bytes(self, data: Buffer, reference_year: int) -> FoundBytes:
        """Find numbers in raw bytes."""
        return find_bytes(data, reference_year)

    def frame(self, block: bytes, delimiter: int, *, final: bool) -> Framed:
        """Find the records of a block of text."""
        return frame(block, delimiter, final=final)

    def split(
        self, text: bytes, framed: Framed, delimiter: int, width: int, chosen: Sequence[int]
    ) -> list[pa.StringArray] | None:
        """Split framed records into columns."""
        return split(text, framed, delimiter, width, chosen)

    def sql_rows(
        self, text: bytes, begin: int, grammar: SqlGrammar, head: bytes, *, first: bool
    ) -> SqlRows:
        """Find whole rows of ``INSERT … VALUES``."""
        return sql_rows(text, begin, grammar, head, first=first)

    def sql_values(
        self, text: bytes, rows: SqlRows, grammar: SqlGrammar, width: int, chosen: Sequence[int]
    ) -> SqlValues:
        """Take rows of ``INSERT … VALUES`` apart."""
        return sql_values(text, rows, grammar, width, chosen)

    def convert(self, texts: pa.StringArray, to: TextType, decimal: str = ".") -> Converted:
        """Convert a column of texts."""
        return convert(texts, to, decimal)

    def transcode(self, raw: bytes, codec: str) -> tuple[bytes, int]:
        """Give a text in UTF-8."""
        return transcode(raw, codec)
