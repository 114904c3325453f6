# SPDX-License-Identifier: Apache-2.0
"""The verdict on a column: what :func:`pseudo.identity.judge.judge` says, many at a time.

The ordinary spellings of personnummer and samordningsnummer (10 or 12 digits, bare or
with ``-``, ``+`` or a blank) are judged with whole-column arithmetic. Everything else
goes through the scalar judge value by value, so callers should hand in distinct values.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from pseudo.identity import dates
from pseudo.identity.judge import judge
from pseudo.identity.kinds import PERSONNUMMER, SAMORDNINGSNUMMER, IdentityRule
from pseudo.identity.rank import NONE, rank_digits
from pseudo.identity.reasons import Flag, Reason
from pseudo.identity.render import as_text
from pseudo.identity.spelling import LONGEST

__all__ = ["JudgedColumn", "judge_column"]

_ROWS = 65_536
_WIDTH = 13
_ZERO = ord("0")
_SEPARATORS = np.frombuffer(b"-+ ", dtype=np.uint8)
_DOUBLED = np.array([0, 2, 4, 6, 8, 1, 3, 5, 7, 9], dtype=np.uint8)

# A text longer than LONGEST is no number, however many zeros it ends with.
_WITHOUT_FRACTION = (
    rf"^(?:([0-9]{{10}})[.,]0{{1,{LONGEST - 11}}}|([0-9]{{12}})[.,]0{{1,{LONGEST - 13}}})$"
)

# Days of each month for every year that can occur; row 0 is 1800. Month 00 has none.
_DAYS_IN = np.array(
    [
        [0] + [31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] + [0] * 87
        for leap in (
            year % 4 == 0 and (year % 100 != 0 or year % 400 == 0) for year in range(1800, 2100)
        )
    ],
    dtype=np.int64,
)

Digits = npt.NDArray[np.uint8]
Numbers = npt.NDArray[np.int64]
Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class JudgedColumn:
    """The verdict on a column; all arrays have the column's length.

    Attributes:
        canonical: ``large_string``; null where refused.
        kinds: uint8, index into ``rule.hashed_kinds``; 0 where refused.
        reasons: uint8, a :class:`~pseudo.identity.reasons.Reason` each.
        flags: uint8, sums of :class:`~pseudo.identity.reasons.Flag`.
        ranks: int64, see :mod:`pseudo.identity.rank`; -1 where there is none.
    """

    canonical: pa.LargeStringArray
    kinds: npt.NDArray[np.uint8]
    reasons: npt.NDArray[np.uint8]
    flags: npt.NDArray[np.uint8]
    ranks: npt.NDArray[np.int64]

    def __repr__(self) -> str:
        # Canonical forms and ranks are identity numbers, and reprs end up in logs.
        return f"<JudgedColumn of {len(self.reasons)} values>"


def judge_column(column: pa.Array, rule: IdentityRule) -> JudgedColumn:
    """Judge a column by a rule.

    Args:
        column: Texts or numbers (:func:`pseudo.identity.render.as_text`), any length.
        rule: What is accepted.

    Raises:
        UsageError: The column's type cannot hold identifiers.
    """
    rendered = as_text(column)
    text, lossy = rendered.text, rendered.lossy
    parts = [_judge_slice(text.slice(at, _ROWS), rule) for at in range(0, len(text), _ROWS)]
    judged = _joined(parts)
    if lossy is not None:
        judged.reasons[lossy] = Reason.LOSSY_NUMBER
    return judged


def _joined(parts: list[JudgedColumn]) -> JudgedColumn:
    if not parts:
        parts = [_empty()]
    if len(parts) == 1:
        return parts[0]
    return JudgedColumn(
        canonical=pa.concat_arrays([part.canonical for part in parts]),
        kinds=np.concatenate([part.kinds for part in parts]),
        reasons=np.concatenate([part.reasons for part in parts]),
        flags=np.concatenate([part.flags for part in parts]),
        ranks=np.concatenate([part.ranks for part in parts]),
    )


def _empty() -> JudgedColumn:
    none = np.empty(0, dtype=np.uint8)
    return JudgedColumn(
        pa.array([], pa.large_string()), none, none, none, np.empty(0, dtype=np.int64)
    )


class _Work:
    """The arrays under construction for one slice: digits of the canonical forms and verdicts."""

    def __init__(self, rows: int) -> None:
        self.canonical: Digits = np.zeros((rows, 12), dtype=np.uint8)
        self.kinds = np.zeros(rows, dtype=np.uint8)
        self.reasons = np.full(rows, Reason.BLANK, dtype=np.uint8)
        self.flags = np.zeros(rows, dtype=np.uint8)
        self.ranks = np.full(rows, NONE, dtype=np.int64)


def _judge_slice(text: pa.LargeStringArray, rule: IdentityRule) -> JudgedColumn:
    work = _Work(len(text))
    present = text.is_valid().to_numpy(zero_copy_only=False)
    if not rule.is_person:
        return _by_value(text, rule, present, work)
    rest = _ordinary(text, rule, np.flatnonzero(present), work)
    if rest.size:
        # Outer blanks and a spreadsheet's ".0" are the commonest of the rest.
        tidy = _tidied(text.take(pa.array(rest)))
        left = _ordinary(tidy, rule, np.arange(rest.size), work, onto=rest)
        _scalar(text, rule, rest[left], work)
    accepted = work.reasons == Reason.OK
    work.ranks[accepted] = rank_digits(work.canonical[accepted])
    return JudgedColumn(
        _texts(work.canonical, accepted), work.kinds, work.reasons, work.flags, work.ranks
    )


def _tidied(text: pa.LargeStringArray) -> pa.LargeStringArray:
    trimmed = pc.utf8_trim_whitespace(text)
    return pc.replace_substring_regex(trimmed, _WITHOUT_FRACTION, r"\1\2")


def _by_value(
    text: pa.LargeStringArray, rule: IdentityRule, present: Mask, work: _Work
) -> JudgedColumn:
    canonical: list[str | None] = [None] * len(text)
    hashed = {kind: index for index, kind in enumerate(rule.hashed_kinds)}
    values = text.to_pylist()
    for row in np.flatnonzero(present).tolist():
        verdict = judge(values[row], rule)
        work.reasons[row], work.flags[row] = verdict.reason, verdict.flags
        if verdict.reason is Reason.OK:
            canonical[row] = verdict.canonical
            work.kinds[row] = hashed[verdict.kind]
            if verdict.kind in (PERSONNUMMER, SAMORDNINGSNUMMER):
                work.ranks[row] = rank_digits(_digits(verdict.canonical)[None, :])[0]
    texts = pa.array(canonical, pa.large_string())
    return JudgedColumn(texts, work.kinds, work.reasons, work.flags, work.ranks)


def _scalar(text: pa.LargeStringArray, rule: IdentityRule, rows: Numbers, work: _Work) -> None:
    hashed = {kind: index for index, kind in enumerate(rule.hashed_kinds)}
    for row, value in zip(rows.tolist(), text.take(pa.array(rows)).to_pylist(), strict=True):
        verdict = judge(value, rule)
        work.reasons[row], work.flags[row] = verdict.reason, verdict.flags
        if verdict.reason is Reason.OK:
            work.kinds[row] = hashed[verdict.kind]
            work.canonical[row] = _digits(verdict.canonical)


def _digits(canonical: str) -> Digits:
    return np.frombuffer(canonical.encode("ascii"), dtype=np.uint8) - np.uint8(_ZERO)


def _ordinary(
    text: pa.LargeStringArray,
    rule: IdentityRule,
    rows: Numbers,
    work: _Work,
    onto: Numbers | None = None,
) -> Numbers:
    """Judge the ordinary spellings among ``rows`` and return the rows that are left."""
    characters, offsets, lengths = _buffers(text)
    left: list[Numbers] = []
    lengths = lengths[rows]
    for length in (10, 11, 12, 13):
        chosen = rows[lengths == length]
        if chosen.size == 0:
            continue
        window = characters[offsets[chosen][:, None] + np.arange(length)]
        fits, digits, separator = _split(window, length)
        target = chosen[fits] if onto is None else onto[chosen[fits]]
        _judge_digits(digits[fits], separator[fits], rule, target, work)
        left.append(chosen[~fits])
    left.append(rows[(lengths < 10) | (lengths > _WIDTH)])
    return np.concatenate(left)


def _buffers(text: pa.LargeStringArray) -> tuple[Digits, Numbers, Numbers]:
    _, offsets_buffer, data = text.buffers()
    offsets = np.frombuffer(offsets_buffer, dtype=np.int64)[text.offset :][: len(text) + 1]
    characters = np.frombuffer(data, dtype=np.uint8) if data else np.empty(0, dtype=np.uint8)
    return characters, offsets[:-1], np.diff(offsets)


def _split(window: Digits, length: int) -> tuple[Mask, Digits, Digits]:
    """Separate digits and separator of spellings of one length.

    Returns:
        Which rows are ordinary spellings, their digits (10 or 12 columns), and their
        separator (0 where there is none).
    """
    none = np.zeros(len(window), dtype=np.uint8)
    separator: Digits = none
    characters: Digits = window
    fits: Mask = np.ones(len(window), dtype=bool)
    if length not in (10, 12):
        separator = window[:, length - 5]
        characters = np.delete(window, length - 5, axis=1)
        fits = np.isin(separator, _SEPARATORS)
    digits: Digits = np.subtract(characters, np.uint8(_ZERO))
    fits &= (digits <= 9).all(axis=1)
    return fits, digits, np.where(separator == ord(" "), none, separator)


def _judge_digits(
    digits: Digits, separator: Digits, rule: IdentityRule, rows: Numbers, work: _Work
) -> None:
    """Judge numbers of 10 or 12 digits; mirrors ``judge._person`` check by check."""
    if rows.size == 0:
        return
    reference = rule.reference_date
    plus = separator == ord("+")
    ten = digits[:, -10:].astype(np.int64)
    year, flags = _years(digits, plus, separator == 0, rule)
    month, day = ten[:, 2] * 10 + ten[:, 3], ten[:, 4] * 10 + ten[:, 5]
    coordination = day >= 60
    day = day - 60 * coordination
    incomplete = coordination & (((month == 0) & (day <= 31)) | ((month <= 12) & (day == 0)))
    known_century = np.isin(year // 100, dates.CENTURIES)
    days_in = _DAYS_IN[np.where(known_century, year, 1800) - 1800, month]
    exists = incomplete | ((day >= 1) & (day <= days_in))
    serial_is_zero = (ten[:, 6:9] == 0).all(axis=1)
    wrong_kind = ~_accepted(coordination, rule)

    # Written from the last check to the first, so that the first that fails stands.
    reasons = np.zeros(rows.size, dtype=np.uint8)
    reasons[wrong_kind] = Reason.WRONG_KIND
    reasons[_after(year, month, day, reference)] = Reason.FUTURE_DATE
    reasons[_check_digits(digits[:, -10:]) != digits[:, -1]] = Reason.BAD_CHECK_DIGIT
    reasons[serial_is_zero] = Reason.BAD_SERIAL
    reasons[~exists] = Reason.BAD_DATE
    if digits.shape[1] == 12:
        reasons[plus & (reference.year - year < 100)] = Reason.CENTURY_CONFLICT
    reasons[~known_century] = Reason.BAD_CENTURY
    reasons[_denied(ten, year, rule)] = Reason.PLACEHOLDER

    accepted = reasons == Reason.OK
    flags |= np.where(incomplete, np.uint8(Flag.INCOMPLETE_DATE), np.uint8(0))
    work.reasons[rows] = reasons
    work.flags[rows] = np.where(accepted, flags, np.uint8(0))
    hashed = rule.hashed_kinds
    kinds = [hashed.index(k) if k in hashed else 0 for k in (PERSONNUMMER, SAMORDNINGSNUMMER)]
    work.kinds[rows] = np.where(accepted, np.array(kinds, dtype=np.uint8)[coordination * 1], 0)
    century = (year // 100).astype(np.uint8)
    whole = np.column_stack([century // 10, century % 10, digits[:, -10:]])
    work.canonical[rows] = np.where(accepted[:, None], whole, np.uint8(0))


def _years(digits: Digits, plus: Mask, bare: Mask, rule: IdentityRule) -> tuple[Numbers, Digits]:
    reference = rule.reference_date.year
    wide = digits.astype(np.int64)
    flags = np.zeros(len(digits), dtype=np.uint8)
    if digits.shape[1] == 12:
        return wide[:, 0] * 1000 + wide[:, 1] * 100 + wide[:, 2] * 10 + wide[:, 3], flags
    latest = np.where(plus, reference - 100, reference)
    year = latest - (latest - (wide[:, 0] * 10 + wide[:, 1])) % 100
    ambiguous = bare & (reference - (year - 100) <= dates.OLDEST_AGE)
    flags[ambiguous] = Flag.CENTURY_AMBIGUOUS
    return year, flags


def _after(year: Numbers, month: Numbers, day: Numbers, reference: date) -> Mask:
    # An unknown month or day stands as 0 and so never makes a date later than it is.
    limit = (reference.year * 100 + reference.month) * 100 + reference.day
    return (year * 100 + month) * 100 + np.where(month == 0, 0, day) > limit


def _check_digits(ten: Digits) -> Digits:
    total = _DOUBLED[ten[:, 0:9:2]].sum(axis=1) + ten[:, 1:8:2].sum(axis=1)
    return ((10 - total % 10) % 10).astype(np.uint8)


def _accepted(coordination: Mask, rule: IdentityRule) -> Mask:
    takes = np.array([PERSONNUMMER in rule.kinds, SAMORDNINGSNUMMER in rule.kinds])
    return takes[coordination * 1]


def _denied(ten: Numbers, year: Numbers, rule: IdentityRule) -> Mask:
    short = ten @ (10 ** np.arange(9, -1, -1, dtype=np.int64))
    whole = (year // 100) * 10**10 + short
    found = np.isin(short, [int(entry) for entry in rule.denied if len(entry) == 10])
    return found | np.isin(whole, [int(entry) for entry in rule.denied if len(entry) == 12])


def _texts(canonical: Digits, accepted: Mask) -> pa.LargeStringArray:
    rows = len(canonical)
    offsets = np.arange(0, 12 * (rows + 1), 12, dtype=np.int64)
    validity = np.packbits(accepted, bitorder="little")
    return pa.LargeStringArray.from_buffers(
        rows,
        pa.py_buffer(offsets),
        pa.py_buffer((canonical + np.uint8(_ZERO)).tobytes()),
        pa.py_buffer(validity.tobytes()),
    )
