# SPDX-License-Identifier: Apache-2.0
"""A delivery as large as a bench wants it, written fast and in constant memory."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path

import numpy as np
import pyarrow as pa
from pyarrow import csv

from pseudo.testing.arithmetic import Bytes, Ints, Order, below
from pseudo.testing.spaces import person_space

__all__ = ["LARGE_COLUMNS", "LARGE_SPEC", "most_people", "write_large"]

LARGE_COLUMNS = (
    "personnummer",
    "kommun",
    "insats",
    "startdatum",
    "slutdatum",
    "timmar",
    "belopp",
    "utfall",
)
"""Columns of a large file, in order."""

LARGE_SPEC = """\
name: stor-leverans
columns:
  - {name: personnummer, role: identifier, kind: personnummer, pseudonym: id}
  - {name: kommun, role: keep, type: string}
  - {name: insats, role: keep, type: integer}
  - {name: startdatum, role: keep, type: date}
  - {name: slutdatum, role: keep, type: date}
  - {name: timmar, role: keep, type: integer}
  - {name: belopp, role: keep, type: integer}
  - {name: utfall, role: keep, type: string}
"""
"""The spec of a large file, in YAML."""

# Everybody is between 0 and 99 whenever the file is read before 2030, so that every
# spelling without a century means the same person then.
_FIRST, _LAST = date(1930, 1, 1), date(2008, 12, 31)
_COORDINATED_EVERY = 50
_CHUNK = 131_072

_MUNICIPALITIES = ("0114", "0180", "0380", "0580", "0880", "1280", "1480", "1880", "2180", "2480")
_OUTCOMES = ("arbete", "studier", "fortsatt insats", "avbruten", "okänt")
_FIRST_START = (date(2015, 1, 1) - date(1970, 1, 1)).days


def most_people() -> int:
    """Tell how many different people a large file can have: over 57 million."""
    return 2 * person_space(_FIRST, _LAST).size


def write_large(path: Path, rows: int, seed: int = 1, distinct: int | None = None) -> Path:
    """Write a semicolon-separated UTF-8 file of 8 columns.

    Its identity numbers are all valid and in mixed spellings; a million rows take about
    two seconds.

    Args:
        path: Written new or over what is there.
        rows: How many, beside the header.
        seed: Decides everything.
        distinct: How many different people they are drawn from; where it is not given,
            every row is another person.

    Returns:
        ``path``.

    Raises:
        ValueError: More different people than :func:`most_people`, or fewer than one.
    """
    people = _People(seed, rows if distinct is None else distinct)
    options = csv.WriteOptions(include_header=False, delimiter=";", quoting_style="none")
    with path.open("wb") as opened:
        opened.write((";".join(LARGE_COLUMNS) + "\n").encode())
        for start in range(0, rows, _CHUNK):
            indices = np.arange(start, min(start + _CHUNK, rows), dtype=np.int64)
            drawn = indices if distinct is None else below(distinct, indices, seed, "who")
            table = _table(people.numbers(drawn), indices, seed)
            csv.write_csv(table, opened, write_options=options)
    return path


class _People:
    """Different people by index: personnummer, and every 50th a samordningsnummer.

    Beyond the personnummer's number, each date and birth number is used once more, as
    whichever of the two it was not the first time.
    """

    def __init__(self, seed: int, distinct: int) -> None:
        self._spaces = [person_space(_FIRST, _LAST, coordinated=kind) for kind in (False, True)]
        self._size = min(space.size for space in self._spaces)
        if not 0 <= distinct <= 2 * self._size:
            raise ValueError(f"there are {2 * self._size} different people and no more")
        self._order = Order(self._size, seed, "people")

    def numbers(self, indices: Ints) -> Bytes:
        first = indices % self._size
        coordinated = (first % _COORDINATED_EVERY == 0) ^ (indices >= self._size)
        ranks = self._order(first)
        written = self._spaces[0].write(ranks)
        written[coordinated] = self._spaces[1].write(ranks[coordinated])
        return written


def _table(numbers: Bytes, indices: Ints, seed: int) -> pa.Table:
    def draws(limit: int, what: str) -> Ints:
        return below(limit, indices, seed, what)

    start = draws(3650, "start") + _FIRST_START
    ended = draws(100, "ended") >= 10
    days = [start.astype(np.int32), (start + 1 + draws(365, "length")).astype(np.int32)]
    return pa.table(
        [
            _spelled(numbers, draws(100, "spelling")),
            pa.array(_MUNICIPALITIES).take(pa.array(draws(len(_MUNICIPALITIES), "kommun"))),
            pa.array(draws(8, "insats") + 1),
            pa.array(days[0]).cast(pa.date32()),
            pa.array(days[1], mask=~ended).cast(pa.date32()),
            pa.array(draws(400, "hours") + 1),
            pa.array(draws(250_000, "amount")),
            pa.array(_OUTCOMES).take(pa.array(draws(len(_OUTCOMES), "outcome"))),
        ],
        names=list(LARGE_COLUMNS),
    )


def _spelled(numbers: Bytes, draws: Ints) -> pa.StringArray:
    """Spell each number in the way its draw below 100 says."""
    parts, places = [], []
    low = 0
    for share, spell in _MIX:
        chosen = np.flatnonzero((draws >= low) & (draws < low + share))
        parts.append(_strings(spell(numbers[chosen])))
        places.append(chosen)
        low += share
    back = np.argsort(np.concatenate(places))
    return pa.concat_arrays(parts).take(pa.array(back))


def _strings(written: Bytes) -> pa.StringArray:
    rows, width = written.shape
    offsets = np.arange(0, (rows + 1) * width, width or 1, dtype=np.int32)
    data = np.ascontiguousarray(written)
    return pa.StringArray.from_buffers(rows, pa.py_buffer(offsets), pa.py_buffer(data))


def _spelling(begin: int, separator: str = "", after: str = "") -> Callable[[Bytes], Bytes]:
    """Make the speller that starts at a digit and puts a separator before the last four."""

    def written(numbers: Bytes) -> Bytes:
        around = [
            np.broadcast_to(
                np.frombuffer(text.encode(), dtype=np.uint8), (len(numbers), len(text.encode()))
            )
            for text in (separator, after)
        ]
        return np.hstack([numbers[:, begin:8], around[0], numbers[:, 8:], around[1]])

    return written


def _full_width(numbers: Bytes) -> Bytes:
    """Write U+FF10 to U+FF19, which are EF BC 90 to EF BC 99 in UTF-8."""
    wide = np.empty((len(numbers), 12, 3), dtype=np.uint8)
    wide[:, :, 0], wide[:, :, 1] = 0xEF, 0xBC
    wide[:, :, 2] = numbers - ord("0") + 0x90
    return wide.reshape(len(numbers), 36)


_MIX: tuple[tuple[int, Callable[[Bytes], Bytes]], ...] = (
    (35, _spelling(0)),
    (25, _spelling(0, "-")),
    (20, _spelling(2, "-")),
    (12, _spelling(2)),
    (2, _spelling(2, "\u2013")),
    (2, _spelling(0, " ")),
    (1, _spelling(2, "\u00a0")),
    (1, _spelling(0, "", ".0")),
    (1, _spelling(0, "-", " ")),
    (1, _full_width),
)
"""How often of a hundred each spelling occurs."""
