# SPDX-License-Identifier: Apache-2.0
"""The column kernels: what swaps, judges and finds identity numbers in whole columns.

Two implementations have one meaning. :mod:`pseudo.kernel.reference` (Python, pyarrow,
numpy and hashlib, working on distinct values) is the specification; a compiled one may
stand in for it where it is installed, and tests hold the two equal.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING, Literal, Protocol

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from pseudo.errors import UsageError
from pseudo.identity import IdentityRule
from pseudo.identity.rank import RankSet
from pseudo.kernel.compiled import compiled
from pseudo.kernel.results import (
    Converted,
    Found,
    FoundBytes,
    Framed,
    Ranks,
    SqlRows,
    SqlValues,
    Swapped,
)
from pseudo.kernel.sql_grammar import SqlGrammar
from pseudo.pseudonym import PseudonymFormat

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = [
    "Converted",
    "Found",
    "FoundBytes",
    "Framed",
    "Kernel",
    "MacKey",
    "MessageKey",
    "Ranks",
    "SqlGrammar",
    "SqlRows",
    "SqlValues",
    "Swapped",
    "TextType",
    "select",
]

TextType = Literal["integer", "number", "boolean", "date", "datetime"]
"""What a column of texts can be converted to: int64, float64, bool, date32, timestamp[us]."""


class MacKey:
    """A key as a kernel has prepared it for HMAC: opaque, not copied, never printed."""

    __slots__ = ("__weakref__",)

    def __repr__(self) -> str:
        return f"<{type(self).__name__}>"

    def __reduce__(self) -> tuple[object, ...]:
        raise TypeError("a prepared key cannot be pickled")

    def __copy__(self) -> MacKey:
        raise TypeError("a prepared key cannot be copied")

    def __deepcopy__(self, memo: object) -> MacKey:
        raise TypeError("a prepared key cannot be copied")


class MessageKey(MacKey, ABC):
    """A key that computes by itself: all that the reference kernel needs of one.

    So it need not be in this process. What is hashed is the kernel's business, and who
    hashes it is the key's.
    """

    __slots__ = ()

    @abstractmethod
    def macs(self, prefix: bytes, messages: Sequence[bytes]) -> bytes:
        """Give the first 16 bytes of the HMAC of ``prefix + message`` for each message.

        Args:
            prefix: What all messages begin with.
            messages: The rest of each; they may repeat.

        Returns:
            One value behind the other.
        """


class Kernel(Protocol):
    """What every kernel does. All methods are pure and may run in several threads."""

    name: str

    def prepare(self, key: bytes) -> MacKey:
        """Prepare a 32-byte HMAC key.

        Raises:
            ValueError: The key is not 32 bytes long.
        """

    def rank_set(self) -> RankSet:
        """Make an empty set of ranks."""

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
        """Swap a column; see :meth:`pseudo.domain.Domain.swap`.

        Raises:
            TypeError: Another kernel prepared the key.
            UsageError: The column's type cannot hold identifiers, its buffers do not hold
                what it claims, or it is so long that its pseudonyms could have 2 GiB.
        """

    def find(self, column: pa.Array, reference_year: int) -> Found:
        """Find every personnummer and samordningsnummer in a column, in any spelling.

        Args:
            column: Text or numbers; other types hold none.
            reference_year: By which the century of a 10-digit form is told.
        """

    def find_own(self, column: pa.Array, ranks: Sequence[Ranks]) -> npt.NDArray[np.int64]:
        """Find the rows whose cell holds the last ten digits of the row's own number.

        Args:
            column: A kept column.
            ranks: Ranks of each identifier column's numbers for the same rows; below 0
                where there is none. They must not change meanwhile.

        Returns:
            The rows, ascending.
        """

    def find_bytes(self, data: Buffer, reference_year: int) -> FoundBytes:
        """Find every number that is written in ASCII in raw bytes.

        A number is what :func:`pseudo.identity.finding.find_in_text` finds where every
        byte above 0x7F is a letter, and no other script's digits, blanks or dashes are
        known; :mod:`pseudo.kernel.bytes_finder` has the rules, and how data is searched
        in chunks.

        Args:
            data: Any bytes in one piece, taken as they are: text in UTF-8 or a one-byte
                encoding, or no text at all. They must not change meanwhile.
            reference_year: By which the century of a 10-digit form is told.

        Raises:
            UsageError: No rule has this reference year.
        """

    def frame(self, block: bytes, delimiter: int, *, final: bool) -> Framed:
        """Find the records of a block of text; see :func:`pseudo.kernel.frame.frame`."""

    def split(
        self, text: bytes, framed: Framed, delimiter: int, width: int, chosen: Sequence[int]
    ) -> list[pa.StringArray] | None:
        """Split framed records into columns; see :func:`pseudo.kernel.split.split`."""

    def sql_rows(
        self, text: bytes, begin: int, grammar: SqlGrammar, head: bytes, *, first: bool
    ) -> SqlRows:
        """Find the whole rows of ``INSERT … VALUES`` from a place on.

        A row stands in brackets. Between two of them stands a comma; or the first one's
        statement ends, perhaps with a semicolon or with the lines ``GO``, and ``head``
        stands again. Blanks and comments may be everywhere.

        Args:
            text: In UTF-8.
            begin: Where to begin: behind ``VALUES``, or behind a row.
            grammar: Of the dialect.
            head: The statement from its first word to ``VALUES``.
            first: Whether it is behind ``VALUES``.

        Returns:
            The rows up to the first that is not whole or has no such form.
        """

    def sql_values(
        self, text: bytes, rows: SqlRows, grammar: SqlGrammar, width: int, chosen: Sequence[int]
    ) -> SqlValues:
        """Take rows of ``INSERT … VALUES`` apart.

        Args:
            text: In UTF-8.
            rows: What :meth:`sql_rows` found in it.
            grammar: Of the dialect.
            width: How many values a row has; the others are only counted.
            chosen: Numbers of the columns that are wanted, from 0, ascending.
        """

    def convert(self, texts: pa.StringArray, to: TextType, decimal: str = ".") -> Converted:
        """Convert a column of texts, cell by cell judged.

        Args:
            texts: The cells; white space around them does not count.
            to: What they are to be.
            decimal: Decimal mark of numbers: a point or a comma.

        Raises:
            TypeError: The column is not ``string``.
            ValueError: Another decimal mark, or another type to convert to.
            UsageError: A text is not valid UTF-8, or the buffers do not hold what the
                column claims.
        """

    def transcode(self, raw: bytes, codec: str) -> tuple[bytes, int]:
        """Give a text in UTF-8, as far as its encoding allows.

        Args:
            raw: The text.
            codec: Python's name of its encoding: ``utf-8``, or one byte a character with
                ASCII as it is.

        Returns:
            What is good of it in UTF-8, and how many bytes that is of ``raw``: up to the
            first that the encoding does not have, or that begins a character which is
            not whole.
        """


@cache
def select(name: str = "auto") -> Kernel:
    """Return the kernel called ``name``.

    Args:
        name: ``reference``, ``native``, or ``auto`` for the fastest that is installed.

    Raises:
        UsageError: There is no kernel of that name, or the compiled one is not installed
            or cannot be used (:mod:`pseudo.kernel.compiled`).
    """
    if name not in ("auto", "native", "reference"):
        raise UsageError("kernel.unknown", kernel=name)
    if name != "reference" and compiled().state == "ready":
        from pseudo.kernel.native import NativeKernel

        return NativeKernel()
    if name == "native":
        raise UsageError("kernel.unavailable")
    from pseudo.kernel.reference import ReferenceKernel

    return ReferenceKernel()
