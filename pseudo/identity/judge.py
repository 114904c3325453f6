# SPDX-License-Identifier: Apache-2.0
"""The verdict on one value: the specification that the column kernels are held to.

Each kind has one function from :class:`~pseudo.identity.spelling.Spelled` to
:class:`Judged`. The checks run in the order of :class:`~pseudo.identity.reasons.Reason`,
so the reason given is the first that stands in the way.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from pseudo.identity import dates, reserve
from pseudo.identity.kinds import (
    INTERIM,
    ORGNR,
    PERSONNUMMER,
    SAMORDNINGSNUMMER,
    IdentityRule,
)
from pseudo.identity.luhn import check_digit
from pseudo.identity.reasons import Flag, Reason
from pseudo.identity.spelling import WHITE_SPACE, Spelled, read

__all__ = ["INTERIM_LETTERS", "LONGEST_OPAQUE", "Judged", "composed", "judge", "opaque_form"]

INTERIM_LETTERS = frozenset("TRSUWXJKLMN")
"""Letters of interim numbers; each counts as 1 in the check digit."""

LONGEST_OPAQUE = 200
"""Characters an opaque identifier may have."""

_MOST_DECOMPOSED = 4
_ORGNR_CENTURY = "16"


class Judged(NamedTuple):
    """The verdict on a value.

    Attributes:
        reason: ``OK`` or why not.
        kind: The kind it is hashed as; empty where refused.
        canonical: The one spelling that is hashed; empty where refused.
        flags: Sum of :class:`~pseudo.identity.reasons.Flag`.
    """

    reason: Reason
    kind: str = ""
    canonical: str = ""
    flags: int = 0

    def __repr__(self) -> str:
        return f"Judged(reason={self.reason.name}, kind={self.kind!r})"


def judge(text: str, rule: IdentityRule) -> Judged:
    """Judge one value by a rule.

    Args:
        text: The value as text; numbers are rendered before
            (:func:`pseudo.identity.render.as_text`).
        rule: What is accepted.

    Returns:
        The verdict of the first kind that accepts, or else the reason of the kind that
        got furthest into the value.
    """
    if rule.is_opaque:
        return _opaque(text, rule)
    spelled = read(text, pad_zeros=rule.pad_zeros)
    if isinstance(spelled, Reason):
        return Judged(spelled)
    best = Judged(Reason.BAD_FORM)
    for kind in rule.kinds:
        verdict = _JUDGES[kind](spelled, rule)
        if verdict.reason is Reason.OK:
            return verdict
        best = max(best, verdict, key=lambda judged: judged.reason)
    return best


def opaque_form(text: str) -> str | Reason:
    """Bring an opaque identifier, or a value of its scope, to the form that is hashed.

    Returns:
        The text in NFC without outer blanks, or why there is none: ``BLANK``,
        ``TOO_LONG``, or ``BAD_FORM`` for half a character (a lone surrogate).
    """
    canonical = composed(text)
    if len(canonical) > LONGEST_OPAQUE:
        return Reason.TOO_LONG
    if any("\ud800" <= character <= "\udfff" for character in canonical):
        return Reason.BAD_FORM
    return canonical or Reason.BLANK


def composed(text: str) -> str:
    """Give a text in NFC without outer blanks; one that stays too long is left as it is."""
    text = text.strip(WHITE_SPACE)
    # No character has more than four in its decomposition, so what is longer than this
    # cannot become short enough; and normalising a very long text can take hours.
    if len(text) > _MOST_DECOMPOSED * LONGEST_OPAQUE:
        return text
    return unicodedata.normalize("NFC", text).strip(WHITE_SPACE)


def _opaque(text: str, rule: IdentityRule) -> Judged:
    canonical = opaque_form(text)
    if isinstance(canonical, Reason):
        return Judged(canonical)
    # str.zfill would move a leading sign in front of the zeros.
    return Judged(Reason.OK, rule.kinds[0], canonical.rjust(rule.width, "0"))


def _personnummer(spelled: Spelled, rule: IdentityRule) -> Judged:
    return _person(spelled, rule, PERSONNUMMER)


def _samordningsnummer(spelled: Spelled, rule: IdentityRule) -> Judged:
    return _person(spelled, rule, SAMORDNINGSNUMMER)


def _person(spelled: Spelled, rule: IdentityRule, accepted: str) -> Judged:
    if not spelled.tail.isdigit():
        return Judged(Reason.BAD_FORM)
    if _is_denied(spelled, rule, _century(spelled, rule)):
        return Judged(Reason.PLACEHOLDER)
    dated = _dated(spelled, rule)
    if isinstance(dated, Reason):
        return Judged(dated)
    year, flags = dated
    month, day = int(spelled.head[-4:-2]), int(spelled.head[-2:])
    kind, day = (SAMORDNINGSNUMMER, day - 60) if day >= 60 else (PERSONNUMMER, day)
    if month == 0 or day == 0:
        if kind == PERSONNUMMER or month > 12 or day > 31:
            return Judged(Reason.BAD_DATE)
        flags |= Flag.INCOMPLETE_DATE
    elif not dates.is_date(year, month, day):
        return Judged(Reason.BAD_DATE)
    reason = _last_four(spelled)
    if reason is Reason.OK and dates.is_after(year, month, day, rule.reference_date):
        reason = Reason.FUTURE_DATE
    if reason is Reason.OK and kind != accepted:
        reason = Reason.WRONG_KIND
    if reason is not Reason.OK:
        return Judged(reason)
    return Judged(Reason.OK, kind, f"{year:04}{spelled.head[-4:]}{spelled.tail}", flags)


def _is_denied(spelled: Spelled, rule: IdentityRule, century: str) -> bool:
    ten = spelled.head[-6:] + spelled.tail
    return ten in rule.denied or century + ten in rule.denied


def _century(spelled: Spelled, rule: IdentityRule) -> str:
    """Give the century as written, or else as the reference date has it."""
    if len(spelled.head) == 8:
        return spelled.head[:2]
    plus = spelled.separator == "+"
    year = dates.birth_year(int(spelled.head[:2]), rule.reference_date, plus=plus)
    return f"{year // 100:02}"


def _dated(spelled: Spelled, rule: IdentityRule) -> tuple[int, int] | Reason:
    """Tell the birth year and whether it is ambiguous, or why it cannot be told."""
    reference = rule.reference_date
    plus = spelled.separator == "+"
    if len(spelled.head) == 8:
        year = int(spelled.head[:4])
        if year // 100 not in dates.CENTURIES:
            return Reason.BAD_CENTURY
        if plus and reference.year - year < 100:
            return Reason.CENTURY_CONFLICT
        return year, 0
    year = dates.birth_year(int(spelled.head[:2]), reference, plus=plus)
    if year // 100 not in dates.CENTURIES:
        return Reason.BAD_CENTURY
    if not spelled.separator and dates.could_be_over_100(year, reference):
        return year, Flag.CENTURY_AMBIGUOUS
    return year, 0


def _last_four(spelled: Spelled) -> Reason:
    if spelled.tail[:3] == "000":
        return Reason.BAD_SERIAL
    digits = [int(digit) for digit in spelled.head[-6:] + spelled.tail]
    return Reason.OK if check_digit(digits[:9]) == digits[9] else Reason.BAD_CHECK_DIGIT


def _interim(spelled: Spelled, rule: IdentityRule) -> Judged:
    letter, rest = spelled.tail[0], spelled.tail[1:]
    if letter not in INTERIM_LETTERS or not rest.isdigit():
        return Judged(Reason.BAD_FORM)
    dated = _dated(spelled, rule)
    if isinstance(dated, Reason):
        return Judged(dated)
    year, flags = dated
    month, day = int(spelled.head[-4:-2]), int(spelled.head[-2:])
    reason = dates.date_reason(year, month, day, rule.reference_date)
    digits = [int(digit) for digit in spelled.head[-6:] + "1" + rest]
    if reason is not Reason.BAD_DATE and check_digit(digits[:9]) != digits[9]:
        reason = Reason.BAD_CHECK_DIGIT
    if reason is not Reason.OK:
        return Judged(reason)
    return Judged(Reason.OK, INTERIM, f"{year:04}{spelled.head[-4:]}{spelled.tail}", flags)


def _orgnr(spelled: Spelled, rule: IdentityRule) -> Judged:
    if not spelled.tail.isdigit():
        return Judged(Reason.BAD_FORM)
    if int(spelled.head[-4]) < 2:
        # The third digit of a personnummer is the month's first: a sole trader.
        verdicts = [_personnummer(spelled, rule), _samordningsnummer(spelled, rule)]
        return next((v for v in verdicts if v.reason is not Reason.WRONG_KIND), verdicts[0])
    if len(spelled.head) == 8 and not spelled.head.startswith(_ORGNR_CENTURY):
        return Judged(Reason.BAD_CENTURY)
    if spelled.separator == "+":
        return Judged(Reason.BAD_FORM)
    if _is_denied(spelled, rule, _ORGNR_CENTURY):
        return Judged(Reason.PLACEHOLDER)
    digits = [int(digit) for digit in spelled.head[-6:] + spelled.tail]
    if check_digit(digits[:9]) != digits[9]:
        return Judged(Reason.BAD_CHECK_DIGIT)
    return Judged(Reason.OK, ORGNR, spelled.head[-6:] + spelled.tail)


def _reserve(scheme: str) -> Callable[[Spelled, IdentityRule], Judged]:
    def judged(spelled: Spelled, rule: IdentityRule) -> Judged:
        reason = reserve.judge(scheme, spelled, rule.reference_date)
        if reason is not Reason.OK:
            return Judged(reason)
        return Judged(Reason.OK, f"reserv:{scheme}", spelled.head + spelled.tail)

    return judged


_JUDGES: dict[str, Callable[[Spelled, IdentityRule], Judged]] = {
    PERSONNUMMER: _personnummer,
    SAMORDNINGSNUMMER: _samordningsnummer,
    INTERIM: _interim,
    ORGNR: _orgnr,
} | {f"reserv:{scheme}": _reserve(scheme) for scheme in reserve.SCHEME_JUDGES}
