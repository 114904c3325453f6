# SPDX-License-Identifier: Apache-2.0
"""Synthetic people are valid, different, and always the same; checked by other packages."""

from __future__ import annotations

import re
from datetime import date
from itertools import pairwise

import numpy as np
import pytest
from personnummer import personnummer as other
from stdnum import luhn
from stdnum.se import orgnr as stdnum_orgnr
from stdnum.se import personnummer as stdnum_personnummer

from pseudo.identity import IdentityRule, Reason, judge
from pseudo.testing import KINDS, REASONS, REFERENCE_DATE, TEST_SERIALS, People
from pseudo.testing.arithmetic import Order, below, check_digits, date_digits
from pseudo.testing.spaces import space

_SHAPES = {
    "personnummer": r"[0-9]{12}",
    "samordningsnummer": r"[0-9]{6}[6-9][0-9]{5}",
    "interim": r"[0-9]{8}[TRSUWXJKLMN][0-9]{3}",
    "reserv:stockholm": r"99[0-9]{10}",
    "reserv:vgr": r"[0-9]{8}[KMX][0-9]{3}",
    "reserv:varmland": r"[0-9]{8}S[FUXPL][0-9]{2}",
    "reserv:carelink": r"[0-9]{6}(?:3[2-9]|[45][0-9])[0-9]{4}",
    "reserv:nrid": r"2[23][0-9]{6}[A-HJ-NPR-UXYZ]{2}[0-9]{2}",
    "reserv:skane": r"[0-9]{8}(?=.*[A-Z])[A-Z0-9]{4}",
    "orgnr": r"[0-9]{2}[2-9][0-9]{7}",
}


@pytest.mark.parametrize("kind", KINDS)
def test_numbers_have_the_shape_of_their_kind_and_are_all_different(kind: str) -> None:
    numbers = People(seed=5).numbers(kind, 5_000)
    assert len(set(numbers)) == 5_000
    assert all(re.fullmatch(_SHAPES[kind], number) for number in numbers)


@pytest.mark.parametrize("kind", KINDS)
def test_the_product_accepts_every_number_as_it_is(kind: str) -> None:
    people = People(seed=6, first_birth=date(1830, 1, 1))
    rule = IdentityRule.of(kind=kind, reference_date=REFERENCE_DATE)
    for number in people.numbers(kind, 2_000):
        verdict = judge(number, rule)
        assert (verdict.reason, verdict.kind, verdict.canonical) == (Reason.OK, kind, number)


def test_two_other_packages_accept_the_personnummer() -> None:
    numbers = People(seed=7).personnummer(4_000)
    assert all(stdnum_personnummer.is_valid(number) for number in numbers)
    assert all(other.valid(number) for number in numbers)


def test_another_package_accepts_the_samordningsnummer() -> None:
    assert all(other.valid(number) for number in People(seed=7).samordningsnummer(4_000))


def test_incomplete_samordningsnummer_have_no_month_or_no_day_and_a_right_check_digit() -> None:
    numbers = People(seed=7).samordningsnummer(4_000, incomplete=True)
    assert len(set(numbers)) == 4_000
    assert all(number[4:6] == "00" or number[6:8] == "60" for number in numbers)
    assert all(luhn.is_valid(number[2:]) for number in numbers)


def test_another_package_accepts_the_organisationsnummer() -> None:
    assert all(stdnum_orgnr.is_valid(number) for number in People(seed=7).orgnr(4_000))


def test_lettered_and_reserve_numbers_pass_another_implementation_of_luhn() -> None:
    people = People(seed=8)
    letters = {"K": "5", "M": "7", "X": "8"}
    assert all(luhn.is_valid(f"{n[2:8]}1{n[9:]}") for n in people.interim(500))
    assert all(
        luhn.is_valid(f"{n[2:8]}{letters[n[8]]}{n[9:]}") for n in people.reserve("vgr", 500)
    )
    assert all(luhn.is_valid(n[4:]) for n in people.reserve("stockholm", 500))
    assert all(luhn.is_valid(n[2:]) for n in people.reserve("carelink", 500))


def test_known_numbers_get_their_known_check_digits() -> None:
    known = ["850709980", "701063239", "121212121", "556703748", "000101010"]
    body = np.array([[int(digit) for digit in text] for text in known], dtype=np.uint8)
    assert check_digits(body).tolist() == [5, 1, 2, 5, 7]


def test_days_are_written_as_the_standard_library_writes_them() -> None:
    days = np.arange(-60_000, 40_000, 37, dtype=np.int64)
    written = ["".join(map(str, row)) for row in date_digits(days).tolist()]
    epoch = date(1970, 1, 1).toordinal()
    assert written == [f"{date.fromordinal(epoch + day):%Y%m%d}" for day in days.tolist()]


@pytest.mark.parametrize("size", [1, 2, 3, 16, 17, 1_000, 4_097])
def test_an_order_holds_every_number_once(size: int) -> None:
    ordered = Order(size, 3, "test")(np.arange(size, dtype=np.int64))
    assert sorted(ordered.tolist()) == list(range(size))


def test_an_order_has_no_place_beyond_its_size() -> None:
    with pytest.raises(ValueError, match="no more"):
        Order(10, 3, "test")(np.array([10]))


def test_draws_are_even_and_streams_differ() -> None:
    indices = np.arange(100_000, dtype=np.int64)
    drawn = below(10, indices, 1, "one")
    assert np.all(np.abs(np.bincount(drawn) - 10_000) < 500)
    assert abs(np.corrcoef(drawn, below(10, indices, 1, "two"))[0, 1]) < 0.02
    assert abs(np.corrcoef(drawn, below(10, indices, 2, "one"))[0, 1]) < 0.02


def test_a_million_personnummer_are_all_different() -> None:
    numbers = People(seed=1).personnummer(1_000_000)
    assert len(set(numbers)) == 1_000_000
    assert max(numbers) <= "202611229999"


def test_numbers_never_change_between_releases() -> None:
    people = People(seed=1)
    assert people.personnummer(3) == ["190207235771", "192111104788", "193210115451"]
    assert people.samordningsnummer(2) == ["190608861605", "201412640268"]
    assert people.reserve("nrid", 2) == ["22330417GM95", "22581001BU49"]
    assert people.persons(1)[0].name == "Anders Sjöberg"


def test_slices_are_pieces_of_one_order_and_seeds_give_other_people() -> None:
    people = People(seed=2)
    assert people.personnummer(50) == people.personnummer(20) + people.personnummer(30, start=20)
    assert people.persons(40)[25:] == people.persons(15, start=25)
    assert not set(people.personnummer(1_000)) & set(People(seed=3).personnummer(1_000)[:1])


def test_the_whole_of_a_small_space_can_be_had_and_lacks_the_placeholder() -> None:
    day = date(2010, 10, 10)
    people = People(seed=1, first_birth=day, last_birth=day)
    assert people.size() == 998
    assert repr(people) == "<People seed=1 reference_date=2026-11-22>"
    numbers = people.personnummer(998)
    assert len(set(numbers)) == 998
    assert "201010101010" not in numbers
    with pytest.raises(ValueError, match="no more"):
        people.personnummer(999)


def test_birth_numbers_can_be_kept_to_the_range_of_test_numbers() -> None:
    numbers = People(seed=1, serials=TEST_SERIALS).personnummer(2_000)
    assert {number[8:10] for number in numbers} == {"98", "99"}


def test_persons_have_the_birth_date_and_sex_that_their_number_says() -> None:
    people = People(seed=4)
    persons = people.persons(500)
    coordinated = [person for person in persons if person.kind == "samordningsnummer"]
    assert len(coordinated) == 15
    for person in persons:
        shift = 60 if person in coordinated else 0
        written = f"{person.born:%Y%m}{person.born.day + shift:02}"
        assert person.canonical.startswith(written)
    assert {person.given_name for person in persons if int(person.canonical[10]) % 2} <= set(
        _male_names()
    )
    assert any(set(person.name) & set("åäöÅÄÖ") for person in persons)
    assert all(person.name.encode("cp1252") for person in persons)


def _male_names() -> tuple[str, ...]:
    from pseudo.testing.names import MALE_NAMES

    return MALE_NAMES


@pytest.mark.parametrize("reason", REASONS)
def test_invalid_values_are_refused_for_their_reason_and_no_other(reason: str) -> None:
    rule = IdentityRule.of(kind="personnummer", reference_date=REFERENCE_DATE)
    people = People(seed=9)
    values = people.invalid(reason, 1_000)
    assert {judge(value, rule).reason.name.lower() for value in values} == {reason}
    assert values[300:310] == people.invalid(reason, 10, start=300)


def test_nonsense_orders_are_refused() -> None:
    people = People()
    with pytest.raises(ValueError, match="no synthetic"):
        people.numbers("passport", 1)
    with pytest.raises(ValueError, match="nothing is made"):
        people.invalid("ugly", 1)
    with pytest.raises(ValueError, match="in order"):
        People(first_birth=date(2027, 1, 1))
    with pytest.raises(ValueError, match="in order"):
        People(first_birth=date(1799, 1, 1))
    with pytest.raises(ValueError, match="before the first"):
        space("interim", date(2001, 1, 2), date(2001, 1, 1))
    with pytest.raises(ValueError, match="whole year"):
        People(first_birth=date(2026, 1, 1)).samordningsnummer(1, incomplete=True)


def test_numbers_come_in_no_order_of_birth() -> None:
    births = [int(number[:8]) for number in People(seed=1).personnummer(5_000)]
    rising = sum(earlier < later for earlier, later in pairwise(births))
    assert 2_300 < rising < 2_700
