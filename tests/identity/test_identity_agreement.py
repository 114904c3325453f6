# SPDX-License-Identifier: Apache-2.0
"""Agreement with the PyPI packages personnummer and python-stdnum, and where it ends.

Numbers of all sorts, right and wrong, in many spellings, are given to the two libraries
and to this product. Wherever an answer differs, one of the named disagreements must
explain it, from the text and our own reading alone; an unexplained one fails. How many
each explains is written in ``docs/identity-agreement.md``.
"""

from __future__ import annotations

import os
import re
import types
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from functools import cache
from itertools import cycle
from pathlib import Path
from typing import NamedTuple

import pyarrow as pa
import pytest
import stdnum.se.orgnr
import stdnum.se.personnummer
from personnummer import personnummer
from stdnum.exceptions import ValidationError

from pseudo.identity import IdentityRule, Reason, judge_column
from pseudo.testing import HOSTILE, REFERENCE_DATE, SPELLINGS, People
from pseudo.testing.invalid import REASONS, with_check_digit

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_TIMES = 10 if _FULL else 1
_PAGE = Path(__file__).parents[2] / "docs" / "identity-agreement.md"


class Case(NamedTuple):
    """A text, our reason for or against it, and the canonical form."""

    text: str
    reason: Reason
    canonical: str


class Answer(NamedTuple):
    """What a library says: whether the text is valid, and whom it means."""

    valid: bool
    canonical: str


class Disagreement(NamedTuple):
    """A known difference: its name, and when it explains another answer."""

    name: str
    explains: Callable[[Case, Answer], bool]


def _only(pattern: str, text: str) -> bool:
    return re.fullmatch(pattern, text) is not None


def _ascii(text: str) -> str:
    return "".join(str(unicodedata.decimal(sign, sign)) for sign in text)


_PLAIN = r"[0-9]{6}(?:[0-9]{2})?[-+]?[0-9]{4}"
_PLAIN_SPELLINGS = ("ten_bare", "ten_hyphen", "ten_plus", "twelve_bare", "twelve_hyphen")
_INCOMPLETE = re.compile(r"\d{4}(?:00\d\d|\d\d60)\d{4}")
_ACCEPTED = Reason.OK

PERSONNUMMER = [
    Disagreement(
        "digits-kept-as-written",
        lambda case, answer: (
            answer.valid
            and not case.text.isascii()
            and (case.reason is not _ACCEPTED or _ascii(answer.canonical) == case.canonical)
        ),
    ),
    Disagreement(
        "incomplete-date",
        lambda case, answer: (
            case.reason is _ACCEPTED
            and not answer.valid
            and _INCOMPLETE.fullmatch(case.canonical) is not None
        ),
    ),
    Disagreement(
        "other-separator",
        lambda case, answer: (
            case.reason is _ACCEPTED
            and not answer.valid
            and not case.text.endswith(".0")
            and not _only(_PLAIN, _ascii(case.text))
        ),
    ),
    Disagreement(
        "integral-float",
        lambda case, answer: (
            case.reason is _ACCEPTED and not answer.valid and case.text.endswith(".0")
        ),
    ),
    Disagreement(
        "future-date", lambda case, answer: case.reason is Reason.FUTURE_DATE and answer.valid
    ),
    Disagreement(
        "placeholder", lambda case, answer: case.reason is Reason.PLACEHOLDER and answer.valid
    ),
    Disagreement(
        "century-conflict",
        lambda case, answer: case.reason is Reason.CENTURY_CONFLICT and answer.valid,
    ),
    Disagreement(
        "other-century",
        lambda case, answer: case.reason is Reason.BAD_CENTURY and answer.valid,
    ),
]

_STDNUM_SIGNS = re.compile(r"[0-9]{2,4}[-+]?[0-9]{2}[-+]?[0-9]{2}[-+]*[-+][0-9]{4}")

STDNUM = [
    Disagreement(
        "samordningsnummer",
        lambda case, answer: (
            case.reason is _ACCEPTED and not answer.valid and int(case.canonical[6:8]) >= 60
        ),
    ),
    Disagreement(
        "other-digits",
        lambda case, answer: (
            case.reason is _ACCEPTED and not answer.valid and _has_other_digits(case.text)
        ),
    ),
    Disagreement(
        "integral-float",
        lambda case, answer: (
            case.reason is _ACCEPTED and not answer.valid and case.text.endswith(".0")
        ),
    ),
    Disagreement(
        "other-blank",
        lambda case, answer: (
            case.reason is _ACCEPTED
            and not answer.valid
            and any(sign.isspace() and sign != " " for sign in case.text)
        ),
    ),
    Disagreement(
        "serial-000", lambda case, answer: case.reason is Reason.BAD_SERIAL and answer.valid
    ),
    Disagreement(
        "future-date", lambda case, answer: case.reason is Reason.FUTURE_DATE and answer.valid
    ),
    Disagreement(
        "placeholder", lambda case, answer: case.reason is Reason.PLACEHOLDER and answer.valid
    ),
    Disagreement(
        "century-conflict",
        lambda case, answer: case.reason is Reason.CENTURY_CONFLICT and answer.valid,
    ),
    Disagreement(
        "other-century",
        lambda case, answer: case.reason is Reason.BAD_CENTURY and answer.valid,
    ),
    Disagreement(
        "signs-anywhere",
        lambda case, answer: (
            case.reason is Reason.BAD_FORM
            and answer.valid
            and _STDNUM_SIGNS.fullmatch(case.text) is not None
        ),
    ),
]

ORGNR = [
    Disagreement(
        "twelve-digits",
        lambda case, answer: (
            case.reason is _ACCEPTED and not answer.valid and "16" in case.text[:2]
        ),
    ),
    Disagreement(
        "sole-trader",
        lambda case, answer: case.reason is _ACCEPTED and len(case.canonical) == 12,
    ),
    Disagreement(
        "no-organisation-and-nobody",
        lambda case, answer: (
            answer.valid and case.reason is not _ACCEPTED and int(_digits(case.text)[2]) < 2
        ),
    ),
    Disagreement(
        "placeholder", lambda case, answer: case.reason is Reason.PLACEHOLDER and answer.valid
    ),
]


def _digits(text: str) -> str:
    return re.sub("[^0-9]", "", text)


def _has_other_digits(text: str) -> bool:
    return any(not sign.isascii() and unicodedata.decimal(sign, None) is not None for sign in text)


@pytest.fixture(autouse=True)
def _same_day(monkeypatch: pytest.MonkeyPatch) -> None:
    """Both libraries ask the computer's clock; they are told our reference date."""

    class Day(date):
        @classmethod
        def today(cls) -> date:
            return REFERENCE_DATE

    clock = types.SimpleNamespace(date=Day)
    monkeypatch.setattr(stdnum.se.personnummer, "datetime", clock)
    monkeypatch.setattr(personnummer, "datetime", clock)


def _numbers() -> Iterator[str]:
    people = People(seed=2016, first_birth=date(1830, 1, 1))
    yield from people.personnummer(110_000 * _TIMES)
    yield from people.samordningsnummer(40_000 * _TIMES)
    yield from people.samordningsnummer(10_000 * _TIMES, incomplete=True)


def _wrong() -> Iterator[str]:
    people = People(seed=2017, first_birth=date(1830, 1, 1))
    for reason in REASONS:
        yield from people.invalid(reason, 3_000 * _TIMES)
    numbers = people.personnummer(6_000 * _TIMES)
    for number, (name, written) in zip(numbers, cycle(HOSTILE.items()), strict=False):
        text = written(number, REFERENCE_DATE)
        if text is not None and name != "very_long":
            yield text
    for place, number in enumerate(numbers):
        at = place % 12
        yield number[:at] + str((int(number[at]) + 1 + place % 9) % 10) + number[at + 1 :]
    for days in range(1, 40):
        born = REFERENCE_DATE + timedelta(days)
        yield with_check_digit(f"{born:%Y%m%d}123")[2:]


@cache
def _cases() -> list[Case]:
    texts: list[str] = []
    spellings = zip(cycle(_PLAIN_SPELLINGS), cycle(SPELLINGS), strict=False)
    every = (SPELLINGS[name] for pair in spellings for name in pair)
    for number, spelling in zip(_numbers(), every, strict=False):
        written = spelling(number, REFERENCE_DATE)
        texts.append(number if written is None else written)
    texts += _wrong()
    return _judged(texts, IdentityRule.of(reference_date=REFERENCE_DATE))


def _judged(texts: list[str], rule: IdentityRule) -> list[Case]:
    column = judge_column(pa.array(texts), rule)
    return [
        Case(text, Reason(reason), canonical or "")
        for text, reason, canonical in zip(
            texts, column.reasons.tolist(), column.canonical.to_pylist(), strict=True
        )
    ]


def _personnummer(text: str) -> Answer:
    try:
        return Answer(True, personnummer.parse(text).format(long_format=True))
    except personnummer.PersonnummerException:
        return Answer(False, "")


def _stdnum(text: str) -> Answer:
    try:
        number = stdnum.se.personnummer.validate(text)
        born = stdnum.se.personnummer.get_birth_date(number)
    except (ValidationError, ValueError):
        return Answer(False, "")
    return Answer(True, f"{born.year // 100:02}{number[-11:-5]}{number[-4:]}")


def _orgnr(text: str) -> Answer:
    try:
        return Answer(True, stdnum.se.orgnr.validate(text))
    except ValidationError:
        return Answer(False, "")


def _compare(
    cases: list[Case], ask: Callable[[str], Answer], known: list[Disagreement]
) -> Counter[str]:
    """Count each known disagreement; fail on any other."""
    counted: Counter[str] = Counter()
    for case in cases:
        answer = ask(case.text)
        if answer == Answer(case.reason is _ACCEPTED, case.canonical):
            counted["agreement"] += 1
            continue
        names = [known_one.name for known_one in known if known_one.explains(case, answer)]
        assert names, ("an unknown disagreement", case, answer)
        counted[names[0]] += 1
    return counted


def _written(library: str) -> dict[str, int]:
    """Read the counts of one library off the page."""
    rows = re.findall(
        r"^\| ([a-z-]+) \| `?([a-z0-9-]+)`? \| ([0-9 ]+) \|", _PAGE.read_text(), re.MULTILINE
    )
    return {name: int(count.replace(" ", "")) for of, name, count in rows if of == library}


def _check(library: str, counted: Counter[str], known: list[Disagreement]) -> None:
    written = _written(library)
    assert set(counted) == set(written) == {"agreement", *(one.name for one in known)}
    if not _FULL:
        assert dict(counted) == written


def test_the_sample_is_large_and_mixed():
    cases = _cases()
    assert len(cases) >= 200_000
    reasons = Counter(case.reason for case in cases)
    assert set(reasons) == set(Reason) - {Reason.TOO_LONG, Reason.SCOPE_MISSING, Reason.WRONG_KIND}
    assert reasons[Reason.OK] > 150_000


def test_agreement_with_personnummer():
    _check("personnummer", _compare(_cases(), _personnummer, PERSONNUMMER), PERSONNUMMER)


def test_agreement_with_python_stdnum():
    _check("python-stdnum", _compare(_cases(), _stdnum, STDNUM), STDNUM)


def test_agreement_on_organisationsnummer():
    people = People(seed=2018, first_birth=date(1930, 1, 1))
    texts = people.orgnr(20_000 * _TIMES)
    texts += [f"{text[:6]}-{text[6:]}" for text in people.orgnr(5_000, start=900_000_000 // 2)]
    texts += [f"16{text}" for text in texts[:2_000]]
    texts += [f"{text[:9]}{(int(text[9]) + 1) % 10}" for text in texts[:5_000]]
    texts += [text[2:] for text in people.personnummer(5_000) + people.samordningsnummer(1_000)]
    texts += ["999999-9999", "000000-0000", "1111111111", "5500000002", "0000000018"]
    texts += [with_check_digit(f"20{number}")[2:] for number in range(551300000, 551300500)]
    cases = _judged(texts, IdentityRule.of(reference_date=REFERENCE_DATE, kind="orgnr"))
    _check("stdnum-orgnr", _compare(cases, _orgnr, ORGNR), ORGNR)
