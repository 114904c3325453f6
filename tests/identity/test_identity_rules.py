# SPDX-License-Identifier: Apache-2.0
"""The rules on Swedish identity numbers, one by one, and the edges of their dates."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import UsageError
from pseudo.identity import DEFAULT_DENIED, Flag, IdentityRule, Reason
from pseudo.identity.dates import OLDEST_AGE
from pseudo.identity.luhn import check_digit
from pseudo.testing import REFERENCE_DATE, People


def number(body: str) -> str:
    """Complete 8 digits of a date and 3 of a birth number with their check digit."""
    return f"{body}{check_digit([int(digit) for digit in body[2:]])}"


# Rule 1: personnummer.


@pytest.mark.parametrize("serial", ["001", "002", "499", "998", "999"])
def test_every_birth_number_but_000_is_taken(say, serial):
    assert say(number(f"19850709{serial}")).reason is Reason.OK


@pytest.mark.parametrize("head", ["18850709", "19850709", "20150709", "19850769", "19850060"])
def test_birth_number_000_is_refused_for_everyone(say, head):
    assert say(number(f"{head}000")).reason is Reason.BAD_SERIAL


@pytest.mark.parametrize("place", range(2, 12))
def test_each_single_mistyped_digit_is_found(say, place):
    right = number("19850709980")
    for digit in set("0123456789") - {right[place]}:
        verdict = say(right[:place] + digit + right[place + 1 :])
        assert verdict.reason is not Reason.OK
        assert verdict.canonical == ""


@pytest.mark.parametrize("century", ["18", "19", "20"])
def test_the_check_digit_ignores_the_century(say, century):
    assert say(f"{century}050709" + number("19050709980")[8:]).canonical[:2] == century


@pytest.mark.parametrize("century", ["00", "01", "15", "16", "17", "21", "22", "29", "99"])
def test_other_centuries_are_refused(say, century):
    text = f"{century}{number('19850709980')[2:]}"
    assert say(text).reason is Reason.BAD_CENTURY
    assert say(f"{text[:8]}+{text[8:]}").reason is Reason.BAD_CENTURY


# Rule 2: separators, centuries and the reference date.


@given(year=st.integers(1827, 2026), plus=st.booleans(), day=st.integers(1, 31))
def test_ten_digits_mean_the_one_year_of_their_hundred(say, year, plus, day):
    fits = year <= 1926 if plus else year >= 1927
    text = number(f"{year}01{day:02}123")
    sign = "+" if plus else "-"
    verdict = say(f"{text[2:8]}{sign}{text[8:]}")
    assert (verdict.canonical == text) is fits
    assert verdict.flags == 0


@pytest.mark.parametrize(
    ("day", "born"),
    [
        (date(2026, 1, 1), "1926"),
        (date(2026, 12, 31), "1926"),
        (date(2025, 12, 31), "1926"),
        (date(2025, 1, 1), "1926"),
    ],
)
def test_the_sign_turns_in_the_calendar_year_of_the_hundredth_birthday(say, day, born):
    text = number(f"{born}0101980")
    short = text[2:8], text[8:]
    plus = say("+".join(short), reference_date=day)
    minus = say("-".join(short), reference_date=day)
    if day.year == 2026:
        assert plus.canonical == text
        assert minus.canonical == f"20{text[2:]}"
    else:
        assert plus.canonical == f"18{text[2:]}"
        assert minus.canonical == text


@pytest.mark.parametrize(
    ("day", "reason"),
    [(date(2026, 1, 1), Reason.OK), (date(2025, 12, 31), Reason.CENTURY_CONFLICT)],
)
def test_a_plus_in_twelve_digits_is_a_conflict_until_that_year(say, day, reason):
    text = number("19260709980")
    assert say(f"{text[:8]}+{text[8:]}", reference_date=day).reason is reason
    assert say(f"{text[:8]}-{text[8:]}", reference_date=day).canonical == text


def test_a_hyphen_in_twelve_digits_is_taken_whatever_the_age(say):
    for year in (1800, 1899, 1926, 1927, 2026):
        text = number(f"{year}0109980")
        assert say(f"{text[:8]}-{text[8:]}").canonical == text


@pytest.mark.parametrize(
    ("year", "flagged"), [(2005, False), (2006, True), (2007, True), (2026, True), (1927, False)]
)
def test_ambiguous_means_that_somebody_up_to_120_could_be_meant(say, year, flagged):
    text = number(f"{year}0109980")
    assert OLDEST_AGE == 120
    for bare in (text[2:], f"{text[2:8]} {text[8:]}", f"{text[2:]}.0"):
        assert bool(say(bare).flags & Flag.CENTURY_AMBIGUOUS) is flagged
    for said in (text, f"{text[:8]} {text[8:]}", f"{text[2:8]}-{text[8:]}"):
        assert say(said).flags == 0


@pytest.mark.parametrize("year", [1947, 1999, 2000, 2024, 2099])
def test_any_reference_date_gives_equal_answers_in_all_ways(say, year):
    day = date(year, 6, 15)
    for text in ("850709-9805", "850709+9805", "8507099805", "198507099805", "19850709+9805"):
        say(text, reference_date=day)


@pytest.mark.parametrize("year", [1, 1850, 1946, 2100, 9999])
def test_a_reference_date_when_there_were_no_numbers_is_refused(year):
    with pytest.raises(UsageError) as caught:
        IdentityRule.of(reference_date=date(year, 6, 15))
    assert caught.value.code == "identity.reference_date"
    for lang in ("sv", "en"):
        assert caught.value.text(lang) != caught.value.code


def test_beyond_the_known_centuries_nothing_is_read(say):
    day = date(1947, 1, 1)
    assert say("480709+9805", reference_date=day).reason is Reason.BAD_CENTURY
    assert say("470709+9805", reference_date=day).reason is not Reason.BAD_CENTURY


# Rules 3 and 9: dates.


@pytest.mark.parametrize(
    ("written", "reason"),
    [
        ("20240229", Reason.OK),
        ("20230229", Reason.BAD_DATE),
        ("20000229", Reason.OK),
        ("19000229", Reason.BAD_DATE),
        ("18000229", Reason.BAD_DATE),
        ("18960229", Reason.OK),
        ("19850431", Reason.BAD_DATE),
        ("19850430", Reason.OK),
        ("19851232", Reason.BAD_DATE),
        ("19851301", Reason.BAD_DATE),
        ("19850001", Reason.BAD_DATE),
        ("19850100", Reason.BAD_DATE),
        ("19859901", Reason.BAD_DATE),
        ("19850159", Reason.BAD_DATE),
        ("19850192", Reason.BAD_DATE),
        ("19850199", Reason.BAD_DATE),
        ("20240289", Reason.OK),
        ("20230289", Reason.BAD_DATE),
    ],
)
def test_only_dates_that_exist_are_taken(say, written, reason):
    assert say(number(f"{written}123")).reason is reason
    if written[:4] >= "1927":
        assert say(number(f"{written}123")[2:]).reason is reason


def test_29_february_in_ten_digits_follows_the_century_that_is_meant(say):
    text = number("20000229123")
    assert say(text[2:]).canonical == text
    assert say(f"{text[2:8]}-{text[8:]}").canonical == text
    assert say(f"{text[2:8]}+{text[8:]}").reason is Reason.BAD_DATE
    assert say(text[2:], reference_date=date(1999, 1, 1)).reason is Reason.BAD_DATE


@pytest.mark.parametrize(
    ("days", "reason"),
    [(-1, Reason.OK), (0, Reason.OK), (1, Reason.FUTURE_DATE), (39, Reason.FUTURE_DATE)],
)
@pytest.mark.parametrize("add", [0, 60])
@pytest.mark.parametrize("day", [REFERENCE_DATE, date(2024, 2, 29), date(2024, 12, 31)])
def test_nobody_is_born_after_the_reference_date(say, day, days, reason, add):
    born = day + timedelta(days)
    text = number(f"{born.year}{born.month:02}{born.day + add:02}123")
    assert say(text, reference_date=day).reason is reason
    if born.year == day.year:
        assert say(f"{text[2:8]}-{text[8:]}", reference_date=day).reason is reason


def test_the_year_after_the_reference_year_is_a_century_ago_in_ten_digits(say):
    text = number("19270109980")
    assert say(f"{text[2:8]}-{text[8:]}").canonical == text
    assert say(f"20{text[2:]}").reason is Reason.FUTURE_DATE


# Rule 5: samordningsnummer.


@pytest.mark.parametrize(
    ("written", "reason", "flags"),
    [
        ("19700063", Reason.OK, Flag.INCOMPLETE_DATE),
        ("19700060", Reason.OK, Flag.INCOMPLETE_DATE),
        ("19701060", Reason.OK, Flag.INCOMPLETE_DATE),
        ("19700091", Reason.OK, Flag.INCOMPLETE_DATE),
        ("19700092", Reason.BAD_DATE, 0),
        ("19701360", Reason.BAD_DATE, 0),
        ("19701361", Reason.BAD_DATE, 0),
        ("19700461", Reason.OK, 0),
        ("19700491", Reason.BAD_DATE, 0),
        ("20260060", Reason.OK, Flag.INCOMPLETE_DATE),
        ("20270060", Reason.FUTURE_DATE, 0),
        ("20261160", Reason.OK, Flag.INCOMPLETE_DATE),
        ("20261260", Reason.FUTURE_DATE, 0),
        ("20260091", Reason.OK, Flag.INCOMPLETE_DATE),
        ("20261182", Reason.OK, 0),
        ("20261183", Reason.FUTURE_DATE, 0),
    ],
)
def test_an_incomplete_birth_date_belongs_to_a_samordningsnummer(say, written, reason, flags):
    verdict = say(number(f"{written}239"))
    assert verdict.reason is reason
    assert verdict.flags == flags
    if reason is Reason.OK:
        assert verdict.kind == "samordningsnummer"


def test_both_flags_can_stand_together(say):
    text = number("20200060239")
    assert say(text[2:]).flags == Flag.INCOMPLETE_DATE + Flag.CENTURY_AMBIGUOUS


# Kinds.


def test_personnummer_takes_samordningsnummer_unless_kinds_says_otherwise(say):
    person, coordinated = "198507099805", "197010632391"
    assert say(coordinated).kind == "samordningsnummer"
    assert say(coordinated, kind="personnummer").kind == "samordningsnummer"
    assert say(coordinated, kinds=["personnummer"]).reason is Reason.WRONG_KIND
    assert say(person, kinds=["samordningsnummer"]).reason is Reason.WRONG_KIND
    assert say(person, kind="samordningsnummer").reason is Reason.WRONG_KIND
    assert say(person, kinds=["samordningsnummer", "personnummer"]).kind == "personnummer"


def test_wrong_kind_is_said_only_of_numbers_that_are_right_otherwise(say):
    for text, reason in [
        ("197010632392", Reason.BAD_CHECK_DIGIT),
        ("20271063" + number("20271063239")[8:], Reason.FUTURE_DATE),
        (number("19701063000"), Reason.BAD_SERIAL),
    ]:
        assert say(text, kinds=["personnummer"]).reason is reason


def test_of_several_kinds_the_first_that_accepts_wins(say):
    text = People(seed=1).reserve("vgr", 200)
    both = [t for t in text if say(t, kind="reserv:skane").reason is Reason.OK]
    assert both
    assert say(both[0], kinds=["reserv:vgr", "reserv:skane"]).kind == "reserv:vgr"
    assert say(both[0], kinds=["reserv:skane", "reserv:vgr"]).kind == "reserv:skane"
    kinds = ["personnummer", "interim", "orgnr"]
    assert say("20000101T220", kinds=kinds).kind == "interim"
    assert say("556703-7485", kinds=kinds).kind == "orgnr"
    assert say("850709-9805", kinds=kinds).kind == "personnummer"


def test_of_several_kinds_that_refuse_the_one_that_got_furthest_speaks(say):
    kinds = ["interim", "personnummer", "reserv:vgr"]
    assert say("198507099806", kinds=kinds).reason is Reason.BAD_CHECK_DIGIT
    assert say("20000101T221", kinds=kinds).reason is Reason.BAD_CHECK_DIGIT
    assert say("19850732-9805", kinds=kinds).reason is Reason.BAD_DATE


@pytest.mark.parametrize(
    ("options", "code"),
    [
        ({"kind": "pnr"}, "identity.unknown_kind"),
        ({"kind": "Personnummer"}, "identity.unknown_kind"),
        ({"kind": "reserv:norrbotten"}, "identity.unknown_kind"),
        ({"kind": "opaque:"}, "identity.unknown_kind"),
        ({"kind": "opaque:Hus"}, "identity.unknown_kind"),
        ({"kind": "opaque:1hus"}, "identity.unknown_kind"),
        ({"kind": "opaque:" + "a" * 33}, "identity.unknown_kind"),
        ({"kind": "opaque:hus\n"}, "identity.unknown_kind"),
        ({"kind": ""}, "identity.unknown_kind"),
        ({"kinds": []}, "identity.no_kind"),
        ({"kinds": "personnummer"}, "identity.unknown_kind"),
        ({"kind": "interim", "kinds": ["interim"]}, "identity.kind_and_kinds"),
        ({"kinds": ["opaque:a", "personnummer"]}, "identity.opaque_alone"),
        ({"kinds": ["personnummer", "opaque:a"]}, "identity.opaque_alone"),
        ({"kinds": ["opaque:a", "opaque:b"]}, "identity.opaque_alone"),
        ({"width": 4}, "identity.width_not_opaque"),
        ({"kind": "orgnr", "width": 4}, "identity.width_not_opaque"),
        ({"kind": "opaque:a", "width": -1}, "identity.width_out_of_range"),
        ({"kind": "opaque:a", "width": 65}, "identity.width_out_of_range"),
        ({"denied": ["123"]}, "identity.bad_deny_list"),
        ({"denied": ["ååååååååååå"]}, "identity.bad_deny_list"),
        ({"denied": "1010101010"}, "identity.bad_deny_list"),
        ({"denied": ["１０１０１０１０１０"]}, "identity.bad_deny_list"),
    ],
)
def test_an_order_that_does_not_hold_is_refused(options, code):
    with pytest.raises(UsageError) as caught:
        IdentityRule.of(reference_date=REFERENCE_DATE, **options)
    assert caught.value.code == code


def test_a_kind_given_twice_is_one_kind():
    rule = IdentityRule.of(reference_date=REFERENCE_DATE, kinds=["interim", "interim"])
    assert rule.kinds == ("interim",)


# Rule 6: interim numbers.


def test_interim_numbers_have_one_of_eleven_letters_that_counts_as_1(say):
    check = number("20000101122")[-1]
    for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZ" * 2:
        text = f"20000101{letter}22{check}"
        assert say(f"000101-{letter.lower()}22{check}", kind="interim") == say(
            text, kind="interim"
        )
        verdict = say(text, kind="interim")
        if letter in "TRSUWXJKLMN":
            assert verdict.canonical == f"20000101{letter}22{check}"
        else:
            assert verdict.reason is Reason.BAD_FORM


@pytest.mark.parametrize("tail", ["2T20", "22T0", "220T", "TT20", "T2T0"])
def test_the_letter_of_an_interim_number_stands_first(say, tail):
    assert say(f"20000101{tail}", kind="interim").reason is Reason.BAD_FORM


def test_interim_numbers_follow_the_rules_on_dates(say):
    assert say("20261123T220", kind="interim").reason in (
        Reason.BAD_CHECK_DIGIT,
        Reason.FUTURE_DATE,
    )
    check = number("20261123122")[-1]
    assert say(f"20261123T22{check}", kind="interim").reason is Reason.FUTURE_DATE
    assert say("17000101T220", kind="interim").reason is Reason.BAD_CENTURY
    assert say("20000101+T220", kind="interim").reason is Reason.CENTURY_CONFLICT
    assert say("000101+T220", kind="interim").canonical == "19000101T220"
    assert say("20000161T220", kind="interim").reason is Reason.BAD_DATE


# Rule 8: organisationsnummer.


@pytest.mark.parametrize("third", "23456789")
def test_an_organisationsnummer_has_a_third_digit_of_2_or_more(say, third):
    body = f"55{third}703748"
    text = f"{body}{check_digit([int(digit) for digit in body])}"
    assert say(text, kind="orgnr").canonical == text
    assert say(f"16{text}", kind="orgnr").canonical == text
    assert say(f"16{text[:6]}-{text[6:]}", kind="orgnr").kind == "orgnr"
    assert say(text).reason is not Reason.OK


def test_a_sole_traders_number_is_the_owners_in_every_spelling(say):
    for text in People(seed=3, first_birth=date(1930, 1, 1)).personnummer(50):
        for written in (text, text[2:], f"{text[2:8]}-{text[8:]}", f"{text[:8]}-{text[8:]}"):
            verdict = say(written, kind="orgnr")
            assert (verdict.kind, verdict.canonical) == ("personnummer", text)
            assert verdict == say(written)
    over_100 = "191108109821"
    assert say("111110+1110", kind="orgnr").reason == say("111110+1110").reason
    assert say(f"{over_100[:8]}+{over_100[8:]}", kind="orgnr") == say(over_100)


def test_a_sole_trader_may_have_a_samordningsnummer(say):
    verdict = say("701063-2391", kind="orgnr")
    assert (verdict.kind, verdict.canonical) == ("samordningsnummer", "197010632391")
    assert say("191500722390", kind="orgnr").flags == Flag.INCOMPLETE_DATE


def test_a_person_with_the_century_of_organisations_is_refused(say):
    assert say("16850709-9805", kind="orgnr").reason is Reason.BAD_CENTURY


# Placeholders.


def test_the_deny_list_can_be_replaced_and_emptied(say):
    assert "1010101010" in DEFAULT_DENIED
    assert say("101010-1010").reason is Reason.PLACEHOLDER
    assert say("101010-1010", denied=[]).canonical == "201010101010"
    assert say("101010-1010", denied=["850709-9805"]).canonical == "201010101010"
    for text in ("850709-9805", "19850709 9805", "850709+9805", "８５０７０９９８０５"):
        assert say(text, denied=["850709-9805"]).reason is Reason.PLACEHOLDER
    assert say("000000-0000", denied=[]).reason is Reason.BAD_DATE


@pytest.mark.parametrize(
    "text",
    ["850709-9805", "8507099805", "198507099805", "19850709-9805", "850709 9805", "850709–9805"],
)
def test_an_entry_with_a_century_denies_every_spelling_of_that_person_only(say, text):
    assert say(text, denied=["19850709-9805"]).reason is Reason.PLACEHOLDER
    assert say(text, denied=["18850709-9805"]).canonical == "198507099805"
    assert say("850709+9805", denied=["18850709-9805"]).reason is Reason.PLACEHOLDER
    assert say("850709+9805", denied=["19850709-9805"]).canonical == "188507099805"


def test_organisations_can_be_denied_in_both_lengths(say):
    for entry in ("556703-7485", "16556703-7485"):
        for text in ("556703-7485", "16556703-7485", "5567037485"):
            assert say(text, kind="orgnr", denied=[entry]).reason is Reason.PLACEHOLDER


# Zeros that a spreadsheet ate.


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("709099805", "200709099805"),
        ("709099805.0", "200709099805"),
    ],
)
def test_eaten_zeros_are_given_back_on_request_only(say, text, canonical):
    right = number(canonical[:11])
    text = right[2:].lstrip("0") + text[9:]
    assert say(text).reason is Reason.WRONG_LENGTH
    assert say(text, pad_zeros=True).canonical == right


@pytest.mark.parametrize("born", ["20000101", "20001231", "20010203", "20091231", "20000161"])
def test_seven_to_nine_digits_are_of_people_born_2000_to_2009(say, born):
    right = number(f"{born}239")
    short = right[2:].lstrip("0")
    assert 7 <= len(short) <= 9
    assert say(short, pad_zeros=True).canonical == right
    assert say(f" {short} ", pad_zeros=True).canonical == right


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("850709980", Reason.BAD_DATE),
        ("85070998", Reason.BAD_DATE),
        ("123456", Reason.WRONG_LENGTH),
        ("19850709980", Reason.WRONG_LENGTH),
        ("070776760", Reason.WRONG_LENGTH),
        ("007077676", Reason.WRONG_LENGTH),
        ("70709-9805", Reason.WRONG_LENGTH),
        ("0", Reason.WRONG_LENGTH),
    ],
)
def test_padding_makes_nobody_of_a_number_that_misses_a_digit(say, text, reason):
    assert say(text, pad_zeros=True).reason is reason


@given(digits=st.integers(10**6, 10**9 - 1))
def test_padding_is_only_ever_a_longer_spelling_of_the_same_number(say, digits):
    padded = say(str(digits), pad_zeros=True)
    assert padded == say(f"{digits:010}")
    assert padded.reason is not Reason.OK or padded.canonical.startswith("200")
