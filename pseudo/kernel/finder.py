# SPDX-License-Identifier: Apache-2.0
"""The reference search for identity numbers in a column that should hold none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.identity import Reason, judge_column
from pseudo.identity.finding import CANDIDATE, SEPARATOR, Shape, find_in_text, scan_rule
from pseudo.identity.kinds import IdentityRule
from pseudo.identity.render import as_text
from pseudo.kernel import Found

__all__ = ["find_in_column"]

_LEAST = 1_000_000
"""Numbers below this have fewer than seven digits and hold nobody."""

_Entries = list[tuple[int, int, Shape]]


def find_in_column(column: pa.Array, reference_year: int) -> Found:
    """Find every personnummer and samordningsnummer; see :meth:`pseudo.kernel.Kernel.find`."""
    numeric = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    if not numeric and not _is_textual(column.type):
        return _nothing(len(column) - column.null_count)
    cells = len(column) - column.null_count
    if numeric:
        column = _large_numbers_only(column)
    if pa.types.is_dictionary(column.type):
        column = column.dictionary.take(column.indices)
    text = as_text(column).text
    encoded = text.dictionary_encode()
    rule = scan_rule(reference_year)
    distinct = encoded.dictionary
    entries = _in_distinct(distinct, rule)
    if numeric:
        entries += _short_numbers(distinct, rule)
    return _spread(entries, encoded, distinct, cells)


def _is_textual(kind: pa.DataType) -> bool:
    if pa.types.is_dictionary(kind):
        return _is_textual(kind.value_type)
    return (
        pa.types.is_string(kind) or pa.types.is_large_string(kind) or pa.types.is_string_view(kind)
    )


def _nothing(cells: int) -> Found:
    none = np.empty(0, dtype=np.int64)
    return Found(none, none, np.empty(0, dtype=np.uint8), cells, 0)


def _large_numbers_only(column: pa.Array) -> pa.Array:
    large = pc.greater_equal(column, pa.scalar(_LEAST).cast(column.type, safe=False))
    if pa.types.is_integer(column.type) and column.type.bit_width < 32:
        return pa.nulls(len(column), column.type)
    return pc.if_else(large, column, pa.scalar(None, column.type))


def _in_distinct(distinct: pa.LargeStringArray, rule: IdentityRule) -> _Entries:
    """Give (index, rank, shape) of every number with 10 or 12 digits."""
    possible = pc.match_substring_regex(distinct, CANDIDATE)
    chosen = np.flatnonzero(possible.fill_null(False).to_numpy(zero_copy_only=False))
    if chosen.size == 0:
        return []
    cells = distinct.take(pa.array(chosen))
    # A cell with a letter is a text around a number, never a number as a whole.
    lettered = pc.match_substring_regex(cells, r"\p{L}")
    judged = judge_column(pc.if_else(lettered, pa.scalar(None, cells.type), cells), rule)
    whole = judged.reasons == Reason.OK
    entries = _whole_cells(cells, chosen, judged.ranks, whole)
    # Digits alone that are no number as a whole hold none inside either.
    digits_only = pc.match_substring_regex(cells, r"^\p{Nd}+$").to_numpy(zero_copy_only=False)
    rest = np.flatnonzero(~whole & ~digits_only)
    texts = cells.take(pa.array(rest)).to_pylist()
    for place, value in zip(chosen[rest].tolist(), texts, strict=True):
        entries += [(place, rank, shape) for rank, shape in find_in_text(value, rule)]
    return entries


def _whole_cells(
    cells: pa.LargeStringArray,
    chosen: npt.NDArray[np.int64],
    ranks: npt.NDArray[np.int64],
    whole: npt.NDArray[np.bool_],
) -> _Entries:
    separated = pc.match_substring_regex(cells, SEPARATOR).to_numpy(zero_copy_only=False)
    twelve = pc.match_substring_regex(cells, r"\p{Nd}{8}[^\p{Nd}]*\p{Nd}{4}").to_numpy(
        zero_copy_only=False
    )
    shapes = np.where(
        separated, Shape.SEPARATED, np.where(twelve, Shape.TWELVE, Shape.TEN)
    )
    rows = np.flatnonzero(whole)
    return [
        (place, rank, Shape(shape))
        for place, rank, shape in zip(
            chosen[rows].tolist(), ranks[rows].tolist(), shapes[rows].tolist(), strict=True
        )
    ]


def _short_numbers(distinct: pa.LargeStringArray, rule: IdentityRule) -> _Entries:
    """Give numbers of 7 to 9 digits that lost their leading zeros."""
    short = pc.match_substring_regex(distinct, r"^[0-9]{7,9}$").fill_null(False)
    chosen = np.flatnonzero(short.to_numpy(zero_copy_only=False))
    padded = pc.utf8_lpad(distinct.take(pa.array(chosen)), 10, "0")
    judged = judge_column(padded, rule)
    rows = np.flatnonzero(judged.reasons == Reason.OK)
    return [
        (place, rank, Shape.SHORT)
        for place, rank in zip(chosen[rows].tolist(), judged.ranks[rows].tolist(), strict=True)
    ]


def _spread(
    entries: _Entries, encoded: pa.DictionaryArray, distinct: pa.Array, cells: int
) -> Found:
    """Give every row the findings of its distinct value."""
    present = encoded.indices.is_valid().to_numpy(zero_copy_only=False)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    digits = pc.match_substring_regex(distinct, r"\p{Nd}{6}").to_numpy(zero_copy_only=False)
    digit_cells = int(digits[codes[present]].sum()) if present.any() else 0
    if not entries:
        return Found(
            np.empty(0, dtype=np.int64),
            np.empty(0, dtype=np.int64),
            np.empty(0, dtype=np.uint8),
            cells,
            digit_cells,
        )
    entries.sort(key=lambda entry: entry[0])
    places = np.array([entry[0] for entry in entries], dtype=np.int64)
    first = np.searchsorted(places, codes, side="left")
    count = np.where(present, np.searchsorted(places, codes, side="right") - first, 0)
    rows = np.repeat(np.arange(len(codes), dtype=np.int64), count)
    within = np.arange(rows.size) - np.repeat(np.cumsum(count) - count, count)
    picked = np.repeat(first, count) + within
    ranks = np.array([entry[1] for entry in entries], dtype=np.int64)[picked]
    shapes = np.array([entry[2] for entry in entries], dtype=np.uint8)[picked]
    return Found(rows, ranks, shapes, cells, digit_cells)
