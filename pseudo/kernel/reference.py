# SPDX-License-Identifier: Apache-2.0
"""The reference kernel: Python, numpy, pyarrow and hashlib, working on distinct values.

It is the specification that a compiled kernel is held to, and what runs where none is
installed. Its speed comes from doing per value only what numpy and pyarrow cannot do:
the two SHA-256 states that are copied, fed and read.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.framing import lp
from pseudo.identity import Flag, IdentityRule, JudgedColumn, Reason, judge_column
from pseudo.identity.rank import RankSet
from pseudo.identity.render import as_text
from pseudo.kernel import (
    Converted,
    Found,
    FoundBytes,
    Framed,
    MacKey,
    MessageKey,
    Ranks,
    SqlGrammar,
    SqlRows,
    SqlValues,
    Swapped,
    TextType,
)
from pseudo.kernel.bytes_finder import find_in_bytes
from pseudo.kernel.encode import check_size, encode_column
from pseudo.kernel.finder import find_in_column
from pseudo.kernel.frame import frame
from pseudo.kernel.own_digits import rows_with_own_digits
from pseudo.kernel.scope import combine
from pseudo.kernel.split import split
from pseudo.kernel.sql_rows import sql_rows
from pseudo.kernel.sql_values import sql_values
from pseudo.kernel.texts import convert_texts
from pseudo.kernel.transcode import transcode
from pseudo.pseudonym import RAW_BYTES, PseudonymFormat

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["ReferenceKernel"]

_KEY_BYTES = 32
_BLOCK_BYTES = 64
_LENGTH_BYTES = 4


class _PreparedKey(MessageKey):
    """The two SHA-256 states after the padded key (RFC 2104); the key itself is not kept."""

    __slots__ = ("inner", "outer")

    def __init__(self, key: bytes) -> None:
        padded = key.ljust(_BLOCK_BYTES, b"\0")
        self.inner = hashlib.sha256(bytes(byte ^ 0x36 for byte in padded))
        self.outer = hashlib.sha256(bytes(byte ^ 0x5C for byte in padded))

    def macs(self, prefix: bytes, messages: Sequence[bytes]) -> bytes:
        """Give the first 16 bytes of the HMAC of ``prefix + message`` for each message."""
        begun = self.inner.copy()
        begun.update(prefix)
        copy_inner, copy_outer = begun.copy, self.outer.copy
        out = []
        for message in messages:
            inner = copy_inner()
            inner.update(message)
            outer = copy_outer()
            outer.update(inner.digest())
            out.append(outer.digest()[:RAW_BYTES])
        return b"".join(out)


class ReferenceKernel:
    """See :class:`pseudo.kernel.Kernel`."""

    name = "reference"

    def prepare(self, key: bytes) -> MacKey:
        """Prepare a 32-byte key."""
        if len(key) != _KEY_BYTES:
            raise ValueError("a key has exactly 32 bytes")
        return _PreparedKey(key)

    def rank_set(self) -> RankSet:
        """Make an empty set of ranks."""
        return RankSet()

    def swap(
        self,
        column: pa.Array,
        rule: IdentityRule,
        key: MacKey,
        form: PseudonymFormat,
        scope: Sequence[pa.Array] = (),
        *,
        threads: int = 1,  # noqa: ARG002  Python would only take turns
    ) -> Swapped:
        """Swap a column of identifiers for pseudonyms."""
        if not isinstance(key, MessageKey):
            raise TypeError("the key was prepared by another kernel")
        check_size(len(column), form)
        encoded, lossy = _distinct(column)
        judged = judge_column(encoded.dictionary, rule)
        if rule.is_opaque:
            swapped = _swap_scoped(encoded, judged, rule, key, form, scope)
        else:
            macs = _macs_by_kind(judged, rule, key)
            swapped = _spread(encoded, judged, _texts(judged.reasons, macs, form))
        if lossy is not None:
            swapped.reasons[lossy] = Reason.LOSSY_NUMBER
        return swapped

    def find(self, column: pa.Array, reference_year: int) -> Found:
        """Find identity numbers in a column that should hold none."""
        return find_in_column(column, reference_year)

    def find_own(self, column: pa.Array, ranks: Sequence[Ranks]) -> npt.NDArray[np.int64]:
        """Find rows whose cell holds the row's own last ten digits."""
        return rows_with_own_digits(column, ranks)

    def find_bytes(self, data: Buffer, reference_year: int) -> FoundBytes:
        """Find numbers in raw bytes."""
        return find_in_bytes(data, reference_year)

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
        return convert_texts(texts, to, decimal)

    def transcode(self, raw: bytes, codec: str) -> tuple[bytes, int]:
        """Give a text in UTF-8."""
        return transcode(raw, codec)


def _distinct(column: pa.Array) -> tuple[pa.DictionaryArray, npt.NDArray[np.bool_] | None]:
    # A dictionary that came is decoded: sliced or filtered, it holds values that no row has.
    rendered = as_text(column)
    return rendered.text.dictionary_encode(), rendered.lossy


def _macs_by_kind(
    judged: JudgedColumn, rule: IdentityRule, key: MessageKey
) -> npt.NDArray[np.uint8]:
    """Compute the MAC of every accepted value; rows of refused values stay zero."""
    raw = np.zeros((len(judged.reasons), RAW_BYTES), dtype=np.uint8)
    accepted = judged.reasons == Reason.OK
    for index, kind in enumerate(rule.hashed_kinds):
        rows = np.flatnonzero(accepted & (judged.kinds == index))
        if rows.size == 0:
            continue
        texts = judged.canonical.take(pa.array(rows)).cast(pa.large_binary())
        messages = texts.to_pylist()
        # Every canonical form of one kind has one length, so its length is in the prefix.
        prefix = lp(kind) + len(messages[0]).to_bytes(_LENGTH_BYTES, "big")
        raw[rows] = np.frombuffer(key.macs(prefix, messages), dtype=np.uint8).reshape(
            -1, RAW_BYTES
        )
    return raw


def _texts(
    reasons: npt.NDArray[np.uint8], raw: npt.NDArray[np.uint8], form: PseudonymFormat
) -> pa.StringArray:
    texts = encode_column(raw.tobytes(), form)
    accepted = pa.array(reasons == Reason.OK)
    return pc.if_else(accepted, texts, pa.scalar(None, pa.string()))


def _spread(encoded: pa.DictionaryArray, judged: JudgedColumn, texts: pa.StringArray) -> Swapped:
    """Give every row what was computed for its distinct value."""
    indices = encoded.indices
    present = indices.is_valid().to_numpy(zero_copy_only=False)
    places = indices.fill_null(0).to_numpy(zero_copy_only=False)
    if len(judged.reasons) == 0:
        rows = len(encoded)
        return Swapped(
            pa.nulls(rows, pa.string()),
            np.full(rows, Reason.BLANK, dtype=np.uint8),
            np.full(rows, -1, dtype=np.int64),
        )
    flags = np.where(present, judged.flags[places], np.uint8(0))
    return Swapped(
        pseudonyms=texts.take(indices),
        reasons=np.where(present, judged.reasons[places], np.uint8(Reason.BLANK)),
        ranks=np.where(present, judged.ranks[places], np.int64(-1)),
        century_ambiguous=int(np.count_nonzero(flags & Flag.CENTURY_AMBIGUOUS)),
        incomplete_date=int(np.count_nonzero(flags & Flag.INCOMPLETE_DATE)),
    )


def _swap_scoped(
    encoded: pa.DictionaryArray,
    judged: JudgedColumn,
    rule: IdentityRule,
    key: MessageKey,
    form: PseudonymFormat,
    scope: Sequence[pa.Array],
) -> Swapped:
    """Swap opaque identifiers, whose scope's values are hashed before them."""
    combined = combine(encoded, judged, scope)
    prefix = lp(rule.kinds[0])
    raw = np.frombuffer(key.macs(prefix, combined.messages), dtype=np.uint8)
    texts = encode_column(raw.tobytes(), form)
    return Swapped(
        pseudonyms=texts.take(combined.places),
        reasons=combined.reasons,
        ranks=np.full(len(encoded), -1, dtype=np.int64),
    )
