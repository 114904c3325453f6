# SPDX-License-Identifier: Apache-2.0
"""Where the rows of ``INSERT … VALUES`` begin and end: the reference.

A dump with one statement a row has the same words before each of them. So rows go on
after a statement's end where the next one begins with exactly the same bytes.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain

import numpy as np

from pseudo.kernel.results import SqlRows
from pseudo.kernel.sql_grammar import SqlGrammar, compiled, gap, inner

__all__ = ["sql_rows"]


def sql_rows(text: bytes, begin: int, grammar: SqlGrammar, head: bytes, *, first: bool) -> SqlRows:
    """Find whole rows; see :meth:`pseudo.kernel.Kernel.sql_rows`."""
    places: list[tuple[int, int]] = []
    after = begin
    if first:
        found = _first(grammar).match(text, begin)
        if found is None:
            return _rows(places, begin)
        places.append(found.span("row"))
        after = found.end()
    for found in _next(grammar, head).finditer(text, after):
        place = found.span("row")
        if place[0] < 0:
            break
        places.append(place)
    return _rows(places, begin)


def _rows(places: list[tuple[int, int]], begin: int) -> SqlRows:
    both = np.fromiter(chain.from_iterable(places), np.int64, 2 * len(places)).reshape(-1, 2)
    return SqlRows(both[:, 0].copy(), both[:, 1].copy(), places[-1][1] if places else begin)


def _row(grammar: SqlGrammar) -> bytes:
    return rb"%s(?P<row>\((?:%s|,)*+\))" % (gap(grammar), inner(grammar))


@lru_cache(maxsize=32)
def _first(grammar: SqlGrammar) -> re.Pattern[bytes]:
    return compiled(_row(grammar))


@lru_cache(maxsize=32)
def _next(grammar: SqlGrammar, head: bytes) -> re.Pattern[bytes]:
    between = gap(grammar)
    # The batch separator of SQL Server's tools stands alone on its line.
    again = rb"(?:;%s)?(?:(?<=[\r\n])GO[ \t]*+[\r\n]%s)*+%s" % (between, between, re.escape(head))
    # Where nothing fits, nothing is matched, so that the search stops there.
    return compiled(rb"%s(?:,|%s)%s|" % (between, again, _row(grammar)))
