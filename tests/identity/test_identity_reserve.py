# SPDX-License-Identifier: Apache-2.0
"""Reserve numbers of the regions: what each scheme takes and what it does not."""

from __future__ import annotations

from datetime import date

import pytest

from pseudo.identity import SCHEMES, Reason
from pseudo.identity.luhn import check_digit
from pseudo.testing import REFERENCE_DATE, SPELLINGS, People

_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


def _check(*digits: str | int) -> int:
    return check_digit([int(digit) for part in digits for digit in str(part)])


@pytest.mark.parametrize("scheme", SCHEMES)
def test_generated_numbers_are_taken_as_issued(say, scheme):
    for text in People(seed=2).reserve(scheme, 60):
        for written in (text, text.lower(), f"{text[:8]}-{text[8:]}", f" {text[:8]} {text[8:]}"):
            verdict = say(written, kind=f"reserv:{scheme}")
            assert (verdict.kind, verdict.canonical) == (f"reserv:{scheme}", text)
            assert verdict.flags == 0


@pytest.mark.parametrize("scheme", SCHEMES)
def test_no_scheme_takes_a_plus_or_ten_characters(say, scheme):
    for text in People(seed=2).reserve(scheme, 10):
        kind = f"reserv:{scheme}"
        assert say(f"{text[:8]}+{text[8:]}", kind=kind).reason is Reason.BAD_FORM
        assert say(text[2:], kind=kind).reason is Reason.WRONG_LENGTH
        assert say(text[:11], kind=kind).reason is not Reason.OK
        assert say(f"{text}1", kind=kind).reason is not Reason.OK


@pytest.mark.parametrize("scheme", ["stockholm", "vgr", "carelink"])
def test_a_public_check_digit_is_checked(say, scheme):
    for text in People(seed=2).reserve(scheme, 20):
        for other in set("0123456789") - {text[-1]}:
            verdict = say(f"{text[:-1]}{other}", kind=f"reserv:{scheme}")
            assert verdict.reason is Reason.BAD_CHECK_DIGIT


@pytest.mark.parametrize("scheme", ["varmland", "nrid", "skane"])
def test_a_check_digit_whose_rule_is_not_public_is_not_guessed(say, scheme):
    text = People(seed=2).reserve(scheme, 1)[0]
    if not text[-1].isdigit():
        text = text[:8] + text[11] + text[8:11]
    for other in "0123456789":
        assert say(f"{text[:-1]}{other}", kind=f"reserv:{scheme}").reason is Reason.OK


@pytest.mark.parametrize("year", ["0000", "1700", "1945", "2099", "9999"])
def test_stockholm_takes_any_year(say, year):
    text = f"99{year}12345"
    text += str(_check(text[4:]))
    assert say(text, kind="reserv:stockholm").canonical == text
    assert say(f"98{text[2:]}", kind="reserv:stockholm").reason is Reason.BAD_FORM
    assert say(f"{text[:8]}A{text[9:]}", kind="reserv:stockholm").reason is Reason.BAD_FORM


def test_vgr_knows_three_letters_by_their_values(say):
    for letter in _LETTERS:
        value = {"K": 5, "M": 7, "X": 8}.get(letter, 1)
        text = f"19810829{letter}07{_check('810829', value, '07')}"
        expected = Reason.OK if letter in "KMX" else Reason.BAD_FORM
        assert say(text, kind="reserv:vgr").reason is expected


def test_varmland_begins_with_s_and_one_of_five(say):
    for first in _LETTERS:
        for second in f"{_LETTERS}0" if first == "S" else "FS0":
            expected = Reason.OK if first == "S" and second in "FUXPL" else Reason.BAD_FORM
            assert say(f"19850709{first}{second}12", kind="reserv:varmland").reason is expected


@pytest.mark.parametrize(
    ("middle", "reason"),
    [
        ("31", Reason.BAD_FORM),
        ("32", Reason.OK),
        ("59", Reason.OK),
        ("60", Reason.BAD_FORM),
        ("01", Reason.BAD_FORM),
        ("99", Reason.BAD_FORM),
    ],
)
def test_carelink_has_32_to_59_in_place_of_the_day(say, middle, reason):
    text = f"198108{middle}001"
    assert say(f"{text}{_check(text[2:])}", kind="reserv:carelink").reason is reason


def test_carelink_follows_the_month(say):
    for head, reason in [
        ("19811332", Reason.BAD_DATE),
        ("19810032", Reason.BAD_DATE),
        ("17811232", Reason.BAD_CENTURY),
        ("20261132", Reason.OK),
        ("20261232", Reason.FUTURE_DATE),
    ]:
        text = f"{head}001"
        assert say(f"{text}{_check(text[2:])}", kind="reserv:carelink").reason is reason


def test_nrid_leaves_out_letters_that_look_like_others(say):
    for letter in _LETTERS:
        expected = Reason.BAD_FORM if letter in "IOQVW" else Reason.OK
        for pair in (f"{letter}A", f"A{letter}"):
            assert say(f"22850709{pair}12", kind="reserv:nrid").reason is expected


@pytest.mark.parametrize(
    ("head", "reason"),
    [
        ("21850709", Reason.OK),
        ("22850709", Reason.OK),
        ("23050709", Reason.OK),
        ("00850709", Reason.OK),
        ("00000229", Reason.OK),
        ("00010229", Reason.BAD_DATE),
        ("22000229", Reason.BAD_DATE),
        ("23000229", Reason.OK),
        ("23850709", Reason.FUTURE_DATE),
        ("00271231", Reason.OK),
        ("20850709", Reason.BAD_CENTURY),
        ("24850709", Reason.BAD_CENTURY),
        ("01850709", Reason.BAD_CENTURY),
        ("03850709", Reason.BAD_CENTURY),
        ("99850709", Reason.BAD_CENTURY),
        ("19850709", Reason.BAD_CENTURY),
        ("22851332", Reason.BAD_DATE),
    ],
)
def test_nrid_begins_with_the_century_and_three_or_with_zeros(say, head, reason):
    assert say(f"{head}AB12", kind="reserv:nrid").reason is reason


def test_an_nrid_without_century_may_be_of_any_that_has_its_date(say):
    # 29 February of year 00 was in 2000 and not in 1900 or 1800.
    assert say("00000229AB12", kind="reserv:nrid").reason is Reason.OK
    before = {"kind": "reserv:nrid", "reference_date": date(1999, 12, 31)}
    assert say("00000229AB12", **before).reason is Reason.BAD_DATE
    assert say("00991231AB12", **before).reason is Reason.OK


@pytest.mark.parametrize("tail", ["A123", "1A23", "12A3", "123A", "ABCD", "A1B2"])
def test_skane_has_a_letter_somewhere_in_the_last_four(say, tail):
    assert say(f"19850709{tail}", kind="reserv:skane").canonical == f"19850709{tail}"
    assert say(f"19850709{tail.lower()}", kind="reserv:skane").canonical == f"19850709{tail}"
    assert say("198507091234", kind="reserv:skane").reason is Reason.BAD_FORM
    assert say(f"19850732{tail}", kind="reserv:skane").reason is Reason.BAD_DATE


@pytest.mark.parametrize("scheme", ["vgr", "varmland", "skane"])
def test_schemes_with_a_date_refuse_dates_to_come(say, scheme):
    last = REFERENCE_DATE.replace(day=REFERENCE_DATE.day + 1)
    head = f"{last:%Y%m%d}"
    tail = {"vgr": f"K07{_check(head[2:], 5, '07')}", "varmland": "SF12", "skane": "A123"}[scheme]
    assert say(f"{head}{tail}", kind=f"reserv:{scheme}").reason is Reason.FUTURE_DATE


@pytest.mark.parametrize("letter", "ÅÄÖÉ\u212a\uff33ſı")
def test_letters_outside_a_to_z_are_none(say, letter):
    # The Kelvin sign and the long s become K and S where case is folded carelessly.
    assert say(f"19850709{letter}123", kind="reserv:skane").reason is Reason.BAD_FORM
    assert say(f"19850709{letter}F12", kind="reserv:varmland").reason is Reason.BAD_FORM


def test_the_same_characters_are_another_number_in_another_scheme(say):
    text = "19810829M071"
    kinds = {
        scheme
        for scheme in ("reserv:vgr", "reserv:skane", "interim", "personnummer")
        if say(text, kind=scheme).reason is Reason.OK
    }
    assert {"reserv:vgr", "reserv:skane"} <= kinds
    assert "personnummer" not in kinds
    assert say(text, kind="reserv:vgr").kind != say(text, kind="reserv:skane").kind


def test_reserve_numbers_of_people_are_nobodys_personnummer(say):
    for scheme in SCHEMES:
        for text in People(seed=5).reserve(scheme, 20):
            assert say(text).reason is not Reason.OK
            assert SPELLINGS["ten_bare"](text, REFERENCE_DATE, f"reserv:{scheme}") is None
