# SPDX-License-Identifier: Apache-2.0
"""Rows of ``INSERT … VALUES`` to columns of texts: the reference.

Only the plain literals are read here: strings, numbers, NULL and truth values. Any other
value is given as it is written, for whoever knows the dialect and the column to judge.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.kernel.results import SqlRows, SqlValues
from pseudo.kernel.sql_grammar import SqlGrammar, compiled, inner, quoted

__all__ = ["mysql_text", "sql_values"]

_WORDS = {b"NULL": None, b"TRUE": b"true", b"FALSE": b"false"}
# By MySQL's manual ``\%`` and ``\_`` keep their backslash, and any other letter loses it.
_MYSQL = {
    b"0": b"\0", b"b": b"\b", b"n": b"\n", b"r": b"\r", b"t": b"\t", b"Z": b"\x1a",
    b"%": rb"\%", b"_": rb"\_",
}  # fmt: skip
_MYSQL_PAIRS = ((rb"\'", b"'"), (rb"\"", b'"'), (rb"\n", b"\n"), (rb"\r", b"\r"))
_ESCAPE = {quote: re.compile(rb"\\(.)|" + quote * 2, re.DOTALL) for quote in (b"'", b'"')}
_BLANKS = " \t\n\r\f\v"

# Strings without quotes and backslashes inside, and numbers, are nearly all that there is.
_SIMPLE = r"^[Nn]?'[^'\\]*'$"
_NUMBERS = r"^[-+]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][-+]?[0-9]+)?$"
_NULL = pa.array(["NULL", "null"])


def sql_values(
    text: bytes, rows: SqlRows, grammar: SqlGrammar, width: int, chosen: Sequence[int]
) -> SqlValues:
    """Take rows apart; see :meth:`pseudo.kernel.Kernel.sql_values`."""
    taken, fields = _taken(text, rows, grammar, width)
    columns: list[pa.StringArray] = []
    deferred: list[tuple[int, int]] = []
    cells = list(zip(*taken, strict=True)) or [()] * width
    for place, number in enumerate(chosen):
        texts, left = _column(pa.array(cells[number], pa.binary()).view(pa.string()), grammar)
        columns.append(texts)
        deferred.extend((place, row) for row in left)
    return SqlValues(columns, fields, deferred)


def _column(raw: pa.StringArray, grammar: SqlGrammar) -> tuple[pa.StringArray, list[int]]:
    """Read a column; give the rows, too, of what is no plain literal."""
    raw = pc.ascii_trim(raw, _BLANKS)
    null = pc.is_in(raw, _NULL)
    plain = pc.or_(null, pc.match_substring_regex(raw, _SIMPLE))
    if not pc.all(plain).as_py():
        plain = pc.or_(plain, pc.match_substring_regex(raw, _NUMBERS))
    texts = pc.ascii_trim(_unmarked(raw, plain), "'")
    read = _reader(grammar)
    others, left = [], []
    for row in pc.indices_nonzero(pc.invert(plain)).to_pylist():
        cell, is_plain = read(raw[row].as_buffer().to_pybytes())
        others.append(cell)
        if not is_plain:
            left.append(row)
    if others:
        cells = pa.array(others, pa.binary()).view(pa.string())
        texts = pc.replace_with_mask(texts, pc.invert(plain), cells)
    empty = pc.or_(null, pc.and_(plain, pc.equal(pc.binary_length(texts), 0)))
    return pc.if_else(empty, pa.scalar(None, pa.string()), texts), left


def _unmarked(raw: pa.StringArray, plain: pa.BooleanArray) -> pa.StringArray:
    """Take off what may stand before a plain literal: the N of a string, a number's plus."""
    for mark, letters in (("[Nn]'", "Nn"), (r"\+", "+")):
        marked = pc.and_(plain, pc.match_substring_regex(raw, "^" + mark))
        if pc.any(marked).as_py():
            raw = pc.if_else(marked, pc.ascii_ltrim(raw, letters), raw)
    return raw


def _taken(
    text: bytes, rows: SqlRows, grammar: SqlGrammar, width: int
) -> tuple[list[list[bytes]], np.ndarray[tuple[int], np.dtype[np.int64]]]:
    """Take apart the rows of the width, and count the values of each; 0 of a broken one."""
    findall = _value(grammar).findall
    fields = np.zeros(len(rows.starts), np.int64)
    taken: list[list[bytes]] = []
    places = zip(rows.starts.tolist(), rows.ends.tolist(), strict=True)
    for number, (start, end) in enumerate(places):
        # What stands before the row tells what its first quote is.
        values = findall(text, start + 1, end - 1)
        # What stands between the values are commas, one each, and nothing else does.
        if values and sum(map(len, values)) + len(values) + 1 == end - start:
            fields[number] = len(values)
            if len(values) == width:
                taken.append(values)
    return taken, fields


@lru_cache(maxsize=32)
def _value(grammar: SqlGrammar) -> re.Pattern[bytes]:
    return compiled(rb"(?:%s)++" % inner(grammar))


@lru_cache(maxsize=32)
def _reader(grammar: SqlGrammar) -> Callable[[bytes], tuple[bytes | None, bool]]:
    """Make what reads a value: its text, or what is written; and whether it is plain."""
    mysql, postgresql = (grammar.backslash == name for name in ("mysql", "postgresql"))
    one = compiled(rb"[Nn]?(%s)" % quoted(b"'", grammar.backslash))

    def read(raw: bytes) -> tuple[bytes | None, bool]:
        if raw.upper() in _WORDS:
            return _WORDS[raw.upper()], True
        found = one.fullmatch(raw)
        if found is None or (postgresql and b"\\" in raw):
            return raw, False
        inside = found[1][1:-1]
        if mysql and b"\\" in inside:
            return mysql_text(inside) or None, True
        return inside.replace(b"''", b"'") or None, True

    return read


def mysql_text(inside: bytes, quote: bytes = b"'") -> bytes:
    """Read a string in which a backslash escapes as in MySQL, without its quotes."""
    if quote * 2 in inside:
        return _mysql_slowly(inside, quote)
    # No pair before can end with the first of two backslashes, so they are a pair.
    return b"\\".join(
        _mysql_part(part, quote) if b"\\" in part else part for part in inside.split(rb"\\")
    )


def _mysql_part(part: bytes, quote: bytes) -> bytes:
    read = part
    for pair, letter in _MYSQL_PAIRS:
        read = read.replace(pair, letter)
    return _mysql_slowly(part, quote) if b"\\" in read else read


def _mysql_slowly(inside: bytes, quote: bytes) -> bytes:
    def read(found: re.Match[bytes]) -> bytes:
        letter = found[1]
        return quote if letter is None else _MYSQL.get(letter, letter)

    return _ESCAPE[quote].sub(read, inside)
