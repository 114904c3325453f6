# SPDX-License-Identifier: Apache-2.0
"""The search for identity numbers where none should be."""

from __future__ import annotations

import hashlib
import os
import random
import uuid
from datetime import UTC, date, datetime, timedelta

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.identity import IdentityRule, Reason, judge
from pseudo.identity.finding import Shape, find_in_text, rank_of, scan_rule
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import HOSTILE, REFERENCE_DATE, People, assert_clean, spell_all

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_YEAR = 2026
_PEOPLE = People(seed=13, first_birth=date(1850, 1, 1))


def _find(kernel, cells, type_=None):
    column = cells if isinstance(cells, pa.Array) else pa.array(cells, type_)
    return kernel.find(column, _YEAR)


def _listed(found) -> list[tuple[int, int, Shape]]:
    return [
        (row, rank, Shape(shape))
        for row, rank, shape in zip(
            found.rows.tolist(), found.ranks.tolist(), found.shapes.tolist(), strict=True
        )
    ]


def _shape(text: str) -> Shape:
    if any(sign in text for sign in "-+\u2013\u2212\u2010\u2011\ufe63\uff0d"):
        return Shape.SEPARATED
    text = text.strip().removesuffix(".0")
    return Shape.TWELVE if sum(sign.isdecimal() for sign in text) == 12 else Shape.TEN


_AROUND = {
    "alone": "{}",
    "in a sentence": "Hon heter Alva, {} och bor där.",
    "at the end": "pnr: {}",
    "at the beginning": "{} är numret",
    "in brackets": "({})",
    "in quotes": '"{}"',
    "between commas": ",{},",
    "behind a full stop": "Slut.{}. Nytt",
    "in a formula": '="{}"',
    "in a list": "1) {}; 2) -",
    "touching letters": "pnr{}x",
    "touching capitals": "ID{}Z",
    "touching other letters": "å{}ö",
    "after a line break": "rad\n{}\nrad",
    "in XML": "<id>{}</id>",
    "in JSON": '{{"id": "{}"}}',
    "in a path": "/akter/{}/1.pdf",
    "with an underscore": "akt_{}_2",
    "after a hash": "#{}",
    "apart from other digits": "7 {} 8",
}


@pytest.mark.parametrize("around", _AROUND.values(), ids=_AROUND)
def test_every_spelling_is_found_everywhere(kernel, around):
    cells, wanted = [], []
    for number in [*_PEOPLE.personnummer(4), *_PEOPLE.samordningsnummer(2)]:
        for name, text in spell_all(number, REFERENCE_DATE).items():
            wanted.append((len(cells), rank_of(_read(text)), _shape(text), name))
            cells.append(around.format(text))
    found = _listed(_find(kernel, cells))
    missed = {name for row, rank, shape, name in wanted if (row, rank, shape) not in found}
    assert not missed
    assert len(found) == len(cells)


def _read(text: str) -> str:
    return judge(text, IdentityRule.of(reference_date=REFERENCE_DATE)).canonical


@pytest.mark.parametrize("number", _PEOPLE.samordningsnummer(3, incomplete=True))
def test_incomplete_dates_are_found(kernel, number):
    found = _listed(_find(kernel, [f"x {number[:8]}-{number[8:]} x", number]))
    assert found == [
        (0, rank_of(number), Shape.SEPARATED),
        (1, rank_of(number), Shape.TWELVE),
    ]


def test_several_in_one_cell_and_several_cells(kernel):
    cells = [
        "19121212-1212, 850709-9805 och 8507099805",
        None,
        "inget",
        "19121212-1212, 850709-9805 och 8507099805",
        "850709-9805/191212121212",
        "850709-98051",
        "198507099805 191212121212",
    ]
    one, two = rank_of("191212121212"), rank_of("198507099805")
    ten, twelve, separated = Shape.TEN, Shape.TWELVE, Shape.SEPARATED
    mixed = [(one, separated), (two, separated), (two, ten)]
    assert _listed(_find(kernel, cells)) == [
        *((0, rank, shape) for rank, shape in mixed),
        *((3, rank, shape) for rank, shape in mixed),
        (4, two, separated),
        (4, one, twelve),
        (6, two, twelve),
        (6, one, twelve),
    ]


_FIRST = datetime(2019, 1, 1, tzinfo=UTC)


def _moments() -> list[datetime]:
    rng = random.Random(1)
    return [
        _FIRST + timedelta(seconds=rng.randrange(10**8), microseconds=rng.randrange(10**6))
        for _ in range(20_000 if _FULL else 4_000)
    ]


def _timestamps() -> list[str]:
    forms = [
        "%Y-%m-%dT%H:%M:%S",
        "%Y-%m-%d %H:%M:%S.%f",
        "%Y-%m-%dT%H:%M:%S.%fZ",
        "%Y-%m-%dT%H:%M:%S.%f%z",
        "%Y-%m-%dT%H:%M:%S,%f+0200",
        "%Y-%m-%dT%H:%M:%S.%f-0800",
        "%Y-%m-%dT%H:%M:%S.%f+02:00",
        "%Y%m%dT%H%M%S",
        "%Y%m%d%H%M%S",
        "%Y-%m-%d",
        "%d/%m/%Y %H.%M",
    ]
    return [moment.strftime(forms[place % len(forms)]) for place, moment in enumerate(_moments())]


def _hashes() -> list[str]:
    made = []
    for place in range(20_000 if _FULL else 4_000):
        name = ("md5", "sha1", "sha224", "sha256", "sha384", "sha512")[place % 6]
        digest = hashlib.new(name, str(place).encode()).hexdigest()
        made.append(digest.upper() if place % 2 else digest)
    return made


def _uuids() -> list[str]:
    # Made of decimal digits wherever possible, so that groups look like numbers.
    made = [str(uuid.UUID(bytes=hashlib.md5(str(n).encode()).digest())) for n in range(2000)]
    for number in _PEOPLE.personnummer(500):
        made.append(f"{number[:8]}-{number[8:]}-4abc-8abc-0123456789ab")
        made.append(f"{{ab{number[2:8]}-{number[8:]}-4abc-8abc-0123456789ab}}")
    return made


def _amounts() -> list[str]:
    rng = random.Random(2)
    amounts = [rng.randrange(10**9) / 100 for _ in range(4000)]
    return [
        written
        for amount in amounts
        for written in (f"{amount:.2f}", f"{amount:,.2f}", f"{amount:,.2f}".replace(",", " "))
    ]


def _phones() -> list[str]:
    rng = random.Random(3)
    return [f"0{rng.randrange(10, 100)}-{rng.randrange(10**6, 10**7)}" for _ in range(4000)] + [
        f"+46 {rng.randrange(10, 100)} {rng.randrange(100, 1000)} {rng.randrange(10, 100)} 12"
        for _ in range(2000)
    ]


def _pseudonyms(form: PseudonymFormat) -> list[str]:
    return [
        form.write(hashlib.sha256(f"{form}{n}".encode()).digest()[:16])
        for n in range(100_000 if _FULL else 10_000)
    ]


_HARMLESS = {
    "timestamps": _timestamps,
    "hashes": _hashes,
    "UUIDs": _uuids,
    "amounts": _amounts,
    "telephone numbers": _phones,
    "pseudonyms, base32": lambda: _pseudonyms(PseudonymFormat.BASE32),
    "pseudonyms, hex": lambda: _pseudonyms(PseudonymFormat.HEX),
    "pseudonyms, uuid": lambda: _pseudonyms(PseudonymFormat.UUID),
    "organisationsnummer": lambda: [f"{n[:6]}-{n[6:]}" for n in People(seed=1).orgnr(2000)],
    "IBAN": lambda: [f"SE45 5000 0000 0583 9825 {n:04}" for n in range(1000)],
    "codes": lambda: [f"F{n % 100:02}.{n % 10}" for n in range(1000)],
}


@pytest.mark.parametrize("make", _HARMLESS.values(), ids=_HARMLESS)
def test_what_is_no_number_is_not_found(kernel, make):
    cells = make()
    found = _find(kernel, cells)
    assert [cells[row] for row in found.rows.tolist()] == []
    assert found.cells == len(cells)
    # Nor inside a sentence.
    assert _find(kernel, [f"se {cell}." for cell in cells]).rows.size == 0


def test_a_number_beside_what_is_no_number_is_found_all_the_same(kernel):
    number = "19121212-1212"
    for other in (
        "0b9d6c1a-6f3e-4c57-9a51-0123456789ab",
        "d41d8cd98f00b204e9800998ecf8427e",
        "2024-05-01T10:30:00.123456+0200",
    ):
        for cell in (f"{other} {number}", f"{number} {other}", f"{number}/{other}/{number}"):
            assert set(_find(kernel, [cell]).ranks.tolist()) == {rank_of("191212121212")}


@pytest.mark.parametrize(
    "name",
    [
        "last_digit_missing",
        "other_check_digit",
        "letter_o_for_zero",
        "scientific",
        "plus_under_100",
        "superscript",
        "circled",
        "hyphen_misplaced",
        "thousands",
        "very_long",
    ],
)
def test_what_cannot_be_read_is_not_found(kernel, name):
    for number in _PEOPLE.personnummer(40):
        text = HOSTILE[name](number, REFERENCE_DATE)
        # Where the letter is in the century, ten right digits are left, and found.
        if text is not None and not text.startswith("2O"):
            assert rank_of(number) not in _find(kernel, [text, f"a {text}"]).ranks.tolist()


@pytest.mark.parametrize(
    "name", ["negative", "apostrophe", "formula", "words", "twice", "fraction"]
)
def test_what_no_column_may_hold_is_still_found_in_a_text(kernel, name):
    for number in _PEOPLE.personnummer(20):
        text = HOSTILE[name](number, REFERENCE_DATE)
        assert rank_of(number) in _find(kernel, [text]).ranks.tolist()


def test_births_count_until_the_end_of_the_reference_year(kernel):
    rule = IdentityRule.of(reference_date=REFERENCE_DATE.replace(month=12, day=31))
    numbers = [
        f"20261231{serial}{digit}"
        for serial in ("001", "500")
        for digit in range(10)
        if judge(f"20261231{serial}{digit}", rule).reason is Reason.OK
    ]
    assert _find(kernel, numbers).rows.size == len(numbers) == 2
    assert kernel.find(pa.array(numbers), 2025).rows.size == 0


# Numbers.


@pytest.mark.parametrize(
    "type_", [pa.int64(), pa.uint64(), pa.float64(), pa.dictionary(pa.int8(), pa.int64())], ids=str
)
def test_numbers_in_columns_of_numbers(kernel, type_):
    values = [198507099805, 8507099805, None, 12, 0, 191212121212, 198507099806, 999_999]
    column = pa.array(values, pa.int64())
    is_dictionary = pa.types.is_dictionary(type_)
    column = column.dictionary_encode() if is_dictionary else column.cast(type_)
    found = _find(kernel, column)
    assert _listed(found) == [
        (0, rank_of("198507099805"), Shape.TWELVE),
        (1, rank_of("198507099805"), Shape.TEN),
        (5, rank_of("191212121212"), Shape.TWELVE),
    ]
    assert (found.cells, found.digit_cells) == (7, 5)


def test_numbers_that_lost_their_zeros_are_found_but_prove_nothing_alone(kernel):
    young = People(seed=1, first_birth=date(2000, 1, 1), last_birth=date(2009, 12, 31))
    numbers = young.personnummer(300)
    short = [int(number[2:]) for number in numbers]
    wanted = [(row, rank_of(number), Shape.SHORT) for row, number in enumerate(numbers)]
    for type_ in (pa.int64(), pa.uint64(), pa.float64()):
        assert _listed(_find(kernel, short, type_)) == wanted
    assert _listed(_find(kernel, [str(value) for value in short])) == wanted


@pytest.mark.parametrize(
    "gap", [".", "/", ",", ":", "_", "\u00b7", "~", "--", " - - ", "\0", "=", "#", "("]
)
def test_whatever_stands_between_the_parts_the_number_is_taken_for_bare_digits(kernel, gap):
    for cell in (f"19121212{gap}1212", f"text 19121212{gap}1212, text"):
        assert _listed(_find(kernel, [cell])) == [(0, rank_of("191212121212"), Shape.TWELVE)]
    assert _listed(_find(kernel, [f"121212{gap}1212"])) == [
        (0, rank_of("201212121212"), Shape.TEN)
    ]


@pytest.mark.parametrize("cell", ["1912-12-12-1212", "1912 12 12 1212", "1912/12/12 1212"])
def test_a_date_in_three_parts_and_four_digits_are_a_number(kernel, cell):
    assert _listed(_find(kernel, [cell])) == [(0, rank_of("191212121212"), Shape.TWELVE)]


def test_a_point_between_the_parts_is_seen_in_a_column_of_floats(kernel):
    assert _listed(_find(kernel, [660216.0308], pa.float64())) == [
        (0, rank_of("196602160308"), Shape.TEN)
    ]


@pytest.mark.parametrize(
    ("type_", "value", "wide"),
    [
        (pa.int8(), 127, False),
        (pa.int16(), 32_767, False),
        (pa.uint16(), 65_535, False),
        (pa.int32(), 107_099_804, True),
        (pa.uint32(), 4_294_967_295, True),
        (pa.float32(), 12_345_678.0, True),
    ],
    ids=str,
)
def test_narrow_numbers(kernel, type_, value, wide):
    found = _find(kernel, pa.array([value, None, 1], type_))
    assert found.cells == 2
    assert found.digit_cells == int(wide)
    assert found.ranks.size <= 1


def test_floats_that_are_no_numbers(kernel):
    column = pa.array([float("nan"), float("inf"), -float("inf"), 1e300, 198507099805.5, None])
    assert _find(kernel, column).rows.size == 0


def test_cells_with_six_digits_together_are_counted(kernel):
    found = _find(
        kernel, ["12345", "123456", "a1234567b", "12 34 56", None, "", "١٢٣٤٥٦", "123456"]
    )
    assert (found.cells, found.digit_cells) == (7, 4)
    numbers = _find(kernel, pa.array([99_999, 100_000, -100_000, -99_999, None, 10**12, 0]))
    assert (numbers.cells, numbers.digit_cells) == (6, 3)
    assert _find(kernel, pa.array([99_999, 100_000, 2**63], pa.uint64())).digit_cells == 2
    assert _find(kernel, pa.array([1e5, 99_999.5, -1e5, 1e5 + 0.5])).digit_cells == 3


@pytest.mark.parametrize(
    "column",
    [
        pa.array([True, None]),
        pa.array([b"198507099805", None]),
        pa.array([["198507099805"], None]),
        pa.array([REFERENCE_DATE, None]),
        pa.array([1, None]).cast(pa.timestamp("us")),
    ],
    ids=lambda column: str(column.type),
)
def test_other_types_hold_none(kernel, column):
    found = _find(kernel, column)
    assert (found.rows.size, found.cells, found.digit_cells) == (0, 1, 0)


@pytest.mark.parametrize(
    "type_", [pa.string(), pa.large_string(), pa.string_view(), pa.int64(), pa.float64()], ids=str
)
def test_columns_of_nothing(kernel, type_):
    for rows in (0, 3):
        found = _find(kernel, pa.nulls(rows, type_))
        assert (found.rows.size, found.cells, found.digit_cells) == (0, 0, 0)
        assert found.rows.dtype == found.ranks.dtype == np.int64
        assert found.shapes.dtype == np.uint8


def test_dictionaries_with_unused_values_and_nulls_among_them(kernel):
    values = pa.array(["850709-9805", None, "191212121212", "x"])
    column = pa.DictionaryArray.from_arrays(pa.array([3, 1, None, 2, 2], pa.int8()), values)
    found = _find(kernel, column.slice(1))
    rank = rank_of("191212121212")
    assert _listed(found) == [(2, rank, Shape.TWELVE), (3, rank, Shape.TWELVE)]
    assert (found.cells, found.digit_cells) == (2, 2)


def test_a_value_of_ten_megabytes(kernel):
    text = "ord 12345 " * 1_000_000 + "19121212-1212"
    found = _find(kernel, [text, None, "1" * 10_000_000])
    assert _listed(found) == [(0, rank_of("191212121212"), Shape.SEPARATED)]


_BITS = st.sampled_from(
    [
        "850709-9805",
        "198507099805",
        "8507099805",
        "19850709 9805",
        "x",
        " ",
        "-",
        "1",
        "850709",
        "9805",
        "\n",
        "٨",
        "2024-05-01T10:30:00.850709+0200",
        "ab",
    ]
)


@given(cells=st.lists(st.one_of(st.none(), st.lists(_BITS, max_size=6).map("".join)), max_size=20))
def test_a_cell_is_searched_as_the_whole_and_then_as_a_text(kernel, cells):
    rule = scan_rule(_YEAR)
    found = _listed(_find(kernel, cells, pa.string()))
    assert sorted(row for row, _, _ in found) == [row for row, _, _ in found]
    for row, cell in enumerate(cells):
        here = [(rank, shape) for at, rank, shape in found if at == row]
        if cell is None:
            assert here == []
            continue
        verdict = judge(cell, rule)
        lettered = any(sign.isalpha() for sign in cell)
        if verdict.reason is Reason.OK and not lettered:
            assert [rank for rank, _ in here] == [rank_of(verdict.canonical)]
        else:
            assert here == find_in_text(cell, rule)


@given(start=st.integers(0, 40), length=st.integers(0, 40))
def test_a_slice_is_searched_as_its_own_rows(kernel, start, length):
    numbers = _PEOPLE.personnummer(20)
    cells = [*numbers, None, *(f"nr {n[2:8]}-{n[8:]}" for n in numbers), "", "x"]
    wanted = [
        (row - start, rank, shape)
        for row, rank, shape in _listed(_find(kernel, cells))
        if start <= row < start + length
    ]
    for column in (pa.array(cells), pa.array(cells).dictionary_encode()):
        assert _listed(_find(kernel, column.slice(start, length))) == wanted


def test_the_fraction_of_a_float_in_text_makes_no_twelve_digits(kernel):
    cells = ["8507099805.0", "8507099805.0000", "8507099805,00", "198507099805.0000"]
    shapes = [shape for _, _, shape in _listed(_find(kernel, cells))]
    assert shapes == [Shape.TEN, Shape.TEN, Shape.TEN, Shape.TWELVE]


def test_what_was_found_does_not_show_itself(kernel):
    found = _find(kernel, ["19580317-9869"])
    assert_clean(shown=f"{found!r} {found}")
    assert str(int(found.ranks[0])) not in repr(found)
