# SPDX-License-Identifier: Apache-2.0
"""Rows of ``INSERT … VALUES`` by the compiled kernel, where they are of the usual kind.

Its rows are the first of those that the reference finds, which goes on where it stops.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pyarrow as pa

from pseudo import _native
from pseudo.kernel import SqlGrammar, SqlRows, SqlValues
from pseudo.kernel.sql_rows import sql_rows as rows_by_reference
from pseudo.kernel.sql_values import sql_values as values_by_reference

__all__ = ["sql_rows", "sql_values"]


def _words(grammar: SqlGrammar) -> tuple[str, bool, bool, bool]:
    return (grammar.backslash, grammar.prefixed, grammar.brackets, grammar.hashes)


def sql_rows(text: bytes, begin: int, grammar: SqlGrammar, head: bytes, *, first: bool) -> SqlRows:
    """Find whole rows; see :meth:`pseudo.kernel.Kernel.sql_rows`."""
    starts, ends, after = _native.sql_rows(text, begin, _words(grammar), head, first)
    rest = rows_by_reference(text, after, grammar, head, first=first and not starts)
    found = (np.frombuffer(starts, np.int64), np.frombuffer(ends, np.int64))
    if not len(rest.starts):
        return SqlRows(*found, after)
    return SqlRows(
        np.concatenate((found[0], rest.starts)),
        np.concatenate((found[1], rest.ends)),
        rest.consumed,
    )


def sql_values(
    text: bytes, rows: SqlRows, grammar: SqlGrammar, width: int, chosen: Sequence[int]
) -> SqlValues:
    """Take rows apart; see :meth:`pseudo.kernel.Kernel.sql_values`."""
    places = (rows.starts, rows.ends)
    found = _native.sql_values(text, places, _words(grammar), width, list(chosen))
    if found is None:
        return values_by_reference(text, rows, grammar, width, chosen)
    count, fields, taken = found
    columns: list[pa.StringArray] = []
    deferred: list[tuple[int, int]] = []
    for place, (offsets, validity, data, nulls, left) in enumerate(taken):
        buffers = [pa.py_buffer(each) for each in (offsets, data, validity)]
        columns.append(pa.StringArray.from_buffers(count, *buffers, nulls))
        deferred.extend((place, row) for row in left)
    return SqlValues(columns, np.frombuffer(fields, np.int64), deferred)
