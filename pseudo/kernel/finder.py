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
from pseudo.identity.render import as_text, decoded, is_text
from pseudo.kernel import Found

__all__ = ["find_in_column", "six_digit_numbers"]

_LEAST = 1_000_000
"""Numbers below this have fewer than seven digits and hold nobody."""

_LEAST_WHOLE = 100_000
"""A float with a fraction can hold the last four digits behind its point."""

_SIX_DIGITS = 100_000
_TWELVE = r"^[^\p{Nd}]*\p{Nd}{8}[^\p{Nd}.,]*\p{Nd}{4}"

_Entries = list[tuple[int, int, Shape]]


def find_in_column(column: pa.Array, reference_year: int) -> Found:
    """Find every personnummer and samordningsnummer; see :meth:`pseudo.kernel.Kernel.find`."""
    if pa.types.is_dictionary(column.type):
        column = decoded(column)
    numeric = pa.types.is_integer(column.type) or pa.types.is_floating(column.type)
    cells = len(column) - column.null_count
    if not numeric and not is_text(column.type):
        return _nothing(cells)
    text = _numbers_as_text(column) if numeric else as_text(column).text
    encoded = text.dictionary_encode()
    digit_cells = six_digit_numbers(column) if numeric else _cells_with(encoded, r"\p{Nd}{6}")
    any_digit = cells if numeric else _cells_with(encoded, r"\p{Nd}")
    rule = scan_rule(reference_year)
    distinct = encoded.dictionary
    entries = _in_distinct(distinct, rule) + _short_numbers(distinct, rule)
    return _spread(entries, encoded, (cells, digit_cells, any_digit))


def _nothing(cells: int, digit_cells: int = 0, any_digit: int = 0) -> Found:
    none = np.empty(0, dtype=np.int64)
    return Found(none, none, np.empty(0, dtype=np.uint8), cells, digit_cells, any_digit)


def _cells_with(encoded: pa.DictionaryArray, pattern: str) -> int:
    codes = encoded.indices.drop_null().to_numpy(zero_copy_only=False)
    matches = pc.match_substring_regex(encoded.dictionary, pattern)
    return int(matches.to_numpy(zero_copy_only=False)[codes].sum()) if codes.size else 0


def _numbers_as_text(column: pa.Array) -> pa.LargeStringArray:
    large = _large_numbers_only(column)
    text = as_text(large).text
    if not pa.types.is_floating(column.type):
        return text
    # 660216.0308 is a number with a point between its parts.
    return pc.coalesce(text, large.cast(pa.string()).cast(pa.large_string()))


def six_digit_numbers(column: pa.Array) -> int:
    """Count the numbers of six digits or more before the point."""
    if column.type.bit_width <= 16:  # Nothing so narrow is as large.
        return 0
    large = pc.greater_equal(column, pa.scalar(_SIX_DIGITS, column.type))
    if not pa.types.is_unsigned_integer(column.type):
        negative = pc.less_equal(column, pa.scalar(-_SIX_DIGITS, column.type))
        large = pc.or_(large, negative)
    return pc.sum(large).as_py() or 0


def _large_numbers_only(column: pa.Array) -> pa.Array:
    if column.type.bit_width <= 16:
        return pa.nulls(len(column), column.type)
    least = _LEAST if pa.types.is_integer(column.type) else _LEAST_WHOLE
    large = pc.greater_equal(column, pa.scalar(least, column.type))
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
    # From the first digit on, so that the zeros of a fraction are not counted.
    twelve = pc.match_substring_regex(cells, _TWELVE).to_numpy(zero_copy_only=False)
    shapes = np.where(separated, Shape.SEPARATED, np.where(twelve, Shape.TWELVE, Shape.TEN))
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


def _spread(entries: _Entries, encoded: pa.DictionaryArray, counts: tuple[int, int, int]) -> Found:
    """Give every row the findings of its distinct value."""
    if not entries:
        return _nothing(*counts)
    present = encoded.indices.is_valid().to_numpy(zero_copy_only=False)
    codes = encoded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
    entries.sort(key=lambda entry: entry[0])
    places = np.array([entry[0] for entry in entries], dtype=np.int64)
    first = np.searchsorted(places, codes, side="left")
    count = np.where(present, np.searchsorted(places, codes, side="right") - first, 0)
    rows = np.repeat(np.arange(len(codes), dtype=np.int64), count)
    within = np.arange(rows.size) - np.repeat(np.cumsum(count) - count, count)
    picked = np.repeat(first, count) + within
    ranks = np.array([entry[1] for entry in entries], dtype=np.int64)[picked]
    shapes = np.array([entry[2] for entry in entries], dtype=np.uint8)[picked]
    return Found(rows, ranks, shapes, *counts)
