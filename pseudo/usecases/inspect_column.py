# SPDX-License-Identifier: Apache-2.0
"""One column of a file that is looked at: counts, kinds, shapes and type, piece by piece.

Nothing of a cell is kept but hashes that this process alone can make, and shapes in which
every digit is ``d`` and every letter ``a``. Memory is bounded whatever the file.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.identity import SCHEMES, IdentityRule, Reason, judge, judge_column
from pseudo.identity.kinds import INTERIM, ORGNR, PERSONNUMMER, SAMORDNINGSNUMMER
from pseudo.identity.render import as_text
from pseudo.kernel import Kernel
from pseudo.spec.convert import convert
from pseudo.spec.model import ColumnType

__all__ = ["ColumnLook", "Count", "KindRate", "shapes_of"]

SAMPLE = 5_000
"""Cells a column is looked at more closely; spread over pieces as far as they come."""

_OF_A_PIECE = 1_250
_MOST_SHAPES = 500
_SHORT = 24
_CUT = 64

# Nine digits with little between them: fewer hold no personnummer, whatever the spelling.
_NUMBERLIKE = r"(?:\p{Nd}\P{Nd}{0,3}){9}"
# What every other kind has at least; a date has fewer characters.
_EIGHT_DIGITS = r"(?:\p{Nd}\P{Nd}{0,3}){8}"
_TEN_CHARACTERS = r"(?:[\p{L}\p{Nd}][^\p{L}\p{Nd}]{0,3}){10}"
_DIGITS_ONLY = r"^\s*\p{Nd}+\s*$"
# What would not come back as it was: a code's leading zeros, a telephone number's plus;
# of a number also an E that may be a letter, and more digits than a float holds.
_NOT_BACK = (
    (r"^\s*(?:[-+]?0[0-9]|\+)", ("integer", "number")),
    (r"[eE]|[0-9](?:[.,]?[0-9]){15}", ("number",)),
)
_SHOWN = r"[^ad \-+./,:;_()%@'&#*=\\\x{2013}\x{2212}]"

_OTHERS = (INTERIM, ORGNR, *(f"reserv:{scheme}" for scheme in SCHEMES))
_CANDIDATES: tuple[tuple[ColumnType, str], ...] = (
    ("integer", "."),
    ("number", "."),
    ("number", ","),
    ("date", "."),
    ("datetime", "."),
    ("boolean", "."),
)


@dataclass(frozen=True, slots=True)
class Count:
    """How often something named was seen: a reason code or a shape."""

    name: str
    count: int


@dataclass(frozen=True, slots=True)
class KindRate:
    """How many of the cells looked at can be read as a kind of identity number.

    Attributes:
        kind: As a spec names it.
        valid: Cells that can.
        judged: Cells looked at: all filled ones for personnummer and samordningsnummer,
            a sample for the others.
    """

    kind: str
    valid: int
    judged: int


class ColumnLook:
    """What is known about a column so far.

    Args:
        kind: Its Arrow type.
        reference_date: The day by which numbers are judged.
        most_distinct: How many different values are told apart.
        kernel: What converts texts.
    """

    def __init__(
        self, kind: pa.DataType, reference_date: date, most_distinct: int, kernel: Kernel
    ) -> None:
        self.filled = 0
        self.blank = 0
        self.reasons: Counter[str] = Counter()
        self.shapes: Counter[str] = Counter()
        self.sampled = 0
        self.longest = 0
        self._arrow_type = kind
        self._people = IdentityRule.of(reference_date=reference_date)
        self._others = {
            kind: IdentityRule.of(kind=kind, reference_date=reference_date) for kind in _OTHERS
        }
        self._valid: Counter[str] = Counter()
        self._most = most_distinct
        self._kernel = kernel
        self._seen: set[int] = set()
        self._told_apart = 0
        self._types = list(_CANDIDATES) if pa.types.is_string(kind) else []

    def observe(self, column: pa.Array) -> None:
        """Look at a piece of the column."""
        present = _present(column)
        self.filled += len(present)
        self.blank += len(column) - len(present)
        if len(present) == 0:
            return
        self._count_distinct(present)
        self._try_types(present)
        text = _rendered(present)
        self.longest = max(self.longest, pc.max(pc.utf8_length(text)).as_py())
        if _can_identify(self._arrow_type):
            self._judge_people(text)
        sample = text.slice(0, min(_OF_A_PIECE, SAMPLE - self.sampled))
        if len(sample):
            self._look_closer(sample)

    @property
    def distinct(self) -> int:
        """Different values, as far as they were told apart."""
        return len(self._seen)

    @property
    def distinct_is_capped(self) -> bool:
        """Whether there may be more."""
        return len(self._seen) >= self._most

    @property
    def is_nearly_unique(self) -> bool:
        """Whether nine of ten cells have a value of their own, as far as they were counted."""
        return 10 * len(self._seen) >= 9 * self._told_apart

    @property
    def people(self) -> int:
        """Cells that are valid personnummer or samordningsnummer."""
        return self._valid[PERSONNUMMER] + self._valid[SAMORDNINGSNUMMER]

    @property
    def is_text(self) -> bool:
        """Whether the column is stored as text, so that its type is a guess."""
        return bool(pa.types.is_string(self._arrow_type))

    def rates(self) -> tuple[KindRate, ...]:
        """Give the kinds that any cell can be read as, the commonest first."""
        whole = (PERSONNUMMER, SAMORDNINGSNUMMER)
        rates = [
            KindRate(kind, valid, self.filled if kind in whole else self.sampled)
            for kind, valid in self._valid.items()
            if valid
        ]
        return tuple(sorted(rates, key=lambda rate: (-rate.valid / rate.judged, rate.kind)))

    def content_type(self) -> tuple[str, str]:
        """Give the type that all values have, as a spec names it, and the decimal mark."""
        if not self.is_text:
            return _type_name(self._arrow_type), "."
        if self.filled and self._types:
            return self._types[0]
        return "string", "."

    def _count_distinct(self, present: pa.Array) -> None:
        if self.distinct_is_capped:
            return
        values = pc.unique(present).to_pylist()
        for place, value in enumerate(values, 1):
            self._seen.add(hash(value))
            if self.distinct_is_capped:
                # About so many of the piece's cells have been told apart.
                self._told_apart += len(present) * place // len(values)
                return
        self._told_apart += len(present)

    def _try_types(self, present: pa.Array) -> None:
        for pattern, kinds in _NOT_BACK:
            if self._types and pc.any(pc.match_substring_regex(present, pattern)).as_py():
                self._types = [kind for kind in self._types if kind[0] not in kinds]
        self._types = [
            (kind, decimal)
            for kind, decimal in self._types
            if convert(present, kind, decimal, self._kernel).invalid is None
        ]

    def _judge_people(self, text: pa.LargeStringArray) -> None:
        like = pc.match_substring_regex(text, _NUMBERLIKE)
        judged = judge_column(text.filter(like), self._people)
        accepted = judged.reasons == Reason.OK
        hashed = self._people.hashed_kinds
        for place, count in enumerate(np.bincount(judged.kinds[accepted], minlength=2).tolist()):
            self._valid[hashed[place]] += count
        for reason, count in enumerate(np.bincount(judged.reasons).tolist()):
            if count and reason != Reason.OK:
                self.reasons[Reason(reason).code] += count
        rest = text.filter(pc.invert(like))
        digits = pc.sum(pc.match_substring_regex(rest, _DIGITS_ONLY)).as_py() or 0
        self.reasons[Reason.WRONG_LENGTH.code] += digits
        self.reasons[Reason.BAD_FORM.code] += len(rest) - digits

    def _look_closer(self, sample: pa.LargeStringArray) -> None:
        self.sampled += len(sample)
        for shape, count in shapes_of(sample).items():
            if shape in self.shapes or len(self.shapes) < _MOST_SHAPES:
                self.shapes[shape] += count
        if not _can_identify(self._arrow_type):
            return
        possible = pc.and_(
            pc.match_substring_regex(sample, _EIGHT_DIGITS),
            pc.match_substring_regex(sample, _TEN_CHARACTERS),
        )
        for value, count in Counter(sample.filter(possible).to_pylist()).items():
            for kind, rule in self._others.items():
                verdict = judge(value, rule)
                if verdict.reason is Reason.OK and verdict.kind == kind:
                    self._valid[kind] += count


def shapes_of(text: pa.Array) -> Counter[str]:
    """Count the shapes of texts: every digit ``d``, every letter ``a``, a mark or ``?``.

    In long texts each run is one character and a ``+``, so that a shape is a pattern and
    not the outline of one person's text.

    Args:
        text: Texts without nulls.
    """
    long = pc.greater(pc.utf8_length(text), _SHORT)
    shapes = pc.utf8_slice_codeunits(text, 0, _CUT).cast(pa.string())
    for pattern, sign in ((r"[\p{L}\p{M}]", "a"), (r"\p{N}", "d"), (_SHOWN, "?")):
        shapes = pc.replace_substring_regex(shapes, pattern, sign)
    runs = shapes
    for sign in ("a", "d", "[?]"):
        runs = pc.replace_substring_regex(runs, f"{sign}{{2,}}", f"{sign.strip('[]')}+")
    runs = pc.utf8_slice_codeunits(runs, 0, _SHORT)
    runs = pc.binary_join_element_wise(runs, "…", "")
    return Counter(pc.if_else(long, runs, shapes).to_pylist())


def _present(column: pa.Array) -> pa.Array:
    """Leave out what is blank: nulls, NaN and texts of blanks only."""
    column = column.drop_null()
    if pa.types.is_floating(column.type):
        return column.filter(pc.invert(pc.is_nan(column)))
    if pa.types.is_string(column.type):
        return column.filter(pc.not_equal(pc.utf8_trim_whitespace(column), ""))
    return column


def _can_identify(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_integer(kind) or pa.types.is_floating(kind)


def _rendered(column: pa.Array) -> pa.LargeStringArray:
    if pa.types.is_floating(column.type):
        # A number with a fraction has no integral text, and is shown as it stands.
        whole = as_text(column).text
        return pc.coalesce(whole, column.cast(pa.string()).cast(pa.large_string()))
    if pa.types.is_integer(column.type) or pa.types.is_string(column.type):
        return as_text(column).text
    return column.cast(pa.string()).cast(pa.large_string())


def _type_name(kind: pa.DataType) -> str:
    tests = (
        ("integer", pa.types.is_integer),
        ("number", pa.types.is_floating),
        ("boolean", pa.types.is_boolean),
        ("date", pa.types.is_date),
        ("datetime", pa.types.is_timestamp),
    )
    return next((name for name, test in tests if test(kind)), "string")
