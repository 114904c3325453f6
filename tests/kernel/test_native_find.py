# SPDX-License-Identifier: Apache-2.0
"""The compiled search finds in texts exactly what the reference finds."""

from __future__ import annotations

import os
import re
from dataclasses import replace

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.identity import DEFAULT_DENIED, judge
from pseudo.identity.finding import rank_of, scan_rule
from pseudo.kernel import Found, select
from pseudo.testing import assert_clean

from .searched import PIECES, YEAR, Cells, spellings

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_REFERENCE = select("reference")
_LAYOUTS = [pa.string(), pa.large_string(), pa.string_view()]


def _assert_equal(found: Found, wanted: Found) -> None:
    """Compare every field; what differs is told by its count, since ranks are numbers."""
    counts = (found.cells, found.digit_cells, found.any_digit)
    assert counts == (wanted.cells, wanted.digit_cells, wanted.any_digit)
    assert len(found.rows) == len(wanted.rows)
    for name in ("rows", "ranks", "shapes"):
        ours, theirs = getattr(found, name), getattr(wanted, name)
        assert ours.dtype == theirs.dtype
        assert int(np.count_nonzero(ours != theirs)) == 0


def _compare(native_kernel, column: pa.Array, year: int = YEAR) -> Found:
    found = native_kernel.find(column, year)
    _assert_equal(found, _REFERENCE.find(column, year))
    return found


@pytest.mark.parametrize("seed", range(21 if _FULL else 1))
def test_a_campaign_of_mutated_cells_is_searched_as_the_reference_does(native_kernel, seed):
    found = _compare(native_kernel, pa.array(Cells(seed).take(100_000), pa.string()))
    assert len(found.rows) > 20_000
    assert set(found.shapes.tolist()) == {1, 2, 3, 4}


@given(cells=st.lists(st.one_of(st.none(), st.lists(st.sampled_from(PIECES)).map("".join))))
def test_pieces_in_any_order_are_searched_as_the_reference_does(native_kernel, cells):
    _compare(native_kernel, pa.array(cells, pa.string()))


_SPELLED = st.sampled_from([*spellings(12), *PIECES])
_ANYTHING = st.one_of(
    _SPELLED, st.text(max_size=12), st.from_regex(r"[0-9]{1,13}", fullmatch=True)
)


@given(
    cells=st.lists(st.lists(_ANYTHING, max_size=5).map("".join), max_size=20),
    year=st.integers(1947, 2099),
)
def test_any_text_around_any_spelling_in_any_year(native_kernel, cells, year):
    surrogate = re.compile("[\ud800-\udfff]")
    _compare(native_kernel, pa.array([surrogate.sub("", c) for c in cells], pa.string()), year)


@pytest.mark.parametrize("piece", PIECES, ids=ascii)
def test_every_piece_between_around_and_beside_the_parts_of_a_number(native_kernel, piece):
    cells = []
    for head in ("19121212", "121212", "1912-12-12", "12 12 12", "19 12 12"):
        for repeated in range(11):
            gap = piece * repeated
            cells += [f"{head}{gap}1212", f"{piece}{head}-1212{gap}", f"x {head}{gap}1212 y"]
    _compare(native_kernel, pa.array(cells))


def test_gaps_of_eight_and_nine_are_read_where_nothing_else_stands_in_the_cell(native_kernel):
    gaps = [" " * blanks for blanks in range(12)] + ["    -    ", "   -     ", "+" + " " * 8]
    cells = [
        around.format(f"{head}{gap}1212")
        for gap in gaps
        for head in ("19121212", "121212")
        for around in ("{}", " {}\t", "\u00a0{}", "x{}", "{}.", "{}\u00e5", "1 {}", "{} 1")
    ]
    assert len(_compare(native_kernel, pa.array(cells)).rows) > 100


def test_a_date_far_from_its_last_four_counts_only_beside_what_lets_the_cell_be_read(
    native_kernel,
):
    far = "1912-12-12     1212"
    for other in ("", "x", " 850709-9806", " 123456 1234", " 1234567890", "12 12 12 1234"):
        _compare(native_kernel, pa.array([far + other, f"{other}x{far}", f"\u00e5{far}{other}"]))
    rank = rank_of("191212121212")
    assert _REFERENCE.find(pa.array([far]), YEAR).rows.size == 0
    assert native_kernel.find(pa.array([f"{far} 1234567890"]), YEAR).ranks.tolist() == [rank]


def test_what_stands_in_a_uuid_a_hash_or_a_time_is_left_out_wherever_it_stands(native_kernel):
    digits = "198507099805"
    hashes = ["a" * before + digits for before in range(20, 120)]
    hashes += [digits[:8] + "-" + digits[8:] + "a" * behind for behind in range(130)]
    uuids = [f"{digits[:8]}-{digits[8:]}-4abc-8abc-0123456789ab"]
    uuids += [f"01234567-0123-4abc-8abc-{digits}", f"abcdef01-{digits[2:6]}-0709-9805-{digits}"]
    times = ["10:30:00.850709+9805", "10:30:00,850709-9805", "10:30:00.850709+98051"]
    times += [f"{'a' * letters}{times[0]}" for letters in (*range(28, 32), 126, 127)]
    cells = [
        around.format(text)
        for text in (*hashes, *uuids, *times)
        for around in (
            "{}",
            "{{{}}}",
            "0{}",
            "{}0",
            "z{}",
            "{}z",
            "\u00e5{}\u00e5",
            "-{}-",
            "{0}-{0}",
        )
    ]
    _compare(native_kernel, pa.array(cells))


def test_placeholders_are_nobody(native_kernel):
    tens = ("0000000000", "1010101010", "1111111111", "9999999999")
    numbers = [*tens, *(f"{century}{ten}" for ten in tens for century in (18, 19, 20))]
    cells = [*numbers, *(f"x {n[:-4]}{sign}{n[-4:]}" for n in numbers for sign in "-+ ")]
    assert len(_compare(native_kernel, pa.array(cells)).rows) == 0


# Unicode.


def _code_points() -> list[str]:
    return [chr(code) for code in range(0x110000) if not 0xD800 <= code < 0xE000]


def test_digits_of_all_scripts_are_counted_as_the_reference_counts_them(native_kernel):
    characters = pa.array(_code_points())
    digit = pc.match_substring_regex(characters, r"\p{Nd}")
    # One column of digits and one of all the rest, so that nothing evens out.
    for column in (characters.filter(digit), characters.filter(pc.invert(digit))):
        found = native_kernel.find(pc.binary_repeat(column, 6), YEAR)
        wanted = len(column) if column[0].as_py() == "0" else 0
        assert (found.any_digit, found.digit_cells, found.cells) == (wanted, wanted, len(column))


def test_every_character_in_every_place_of_a_number_is_as_to_the_reference(native_kernel):
    # What is not in the compiled kernel's table is left to the reference, which is slow.
    tables = [chr(code) for code in range(0x80, 0x2600 if _FULL else 0x500)]
    tables += [chr(code) for code in (*range(0x2000, 0x2400), *range(0xFE00, 0x10000))]
    forms = ("19121212{}1212", "{}19121212-1212{}", "1912{}12{}12 1212", "121212 {0} 1212")
    # A blank beside a dash, and one outside of a number that is too wide for a text.
    forms += ("19121212{}-1212", "{}121212        1212{}", "19121212 {} -1212")
    for form in forms:
        _compare(native_kernel, pa.array([form.format(one, one) for one in tables]))


def test_swedish_text_and_common_typography_are_not_left_to_the_reference(
    native_kernel, monkeypatch
):
    cells = [
        "Åsa Öberg, född 19121212-1212 i Ängelholm, bor på Västra vägen 5",
        "”850709–9805” … 1 200 € – 75 m²",
        "e\u0301tude 850709-9805 \ufffd",
        "inget här – alls",
    ]
    wanted = _REFERENCE.find(pa.array(cells), YEAR)

    def refuse(*_: object) -> None:
        raise AssertionError("the reference was asked")

    monkeypatch.setattr("pseudo.kernel.native.found.find_in_column", refuse)
    _assert_equal(native_kernel.find(pa.array(cells), YEAR), wanted)


def test_other_scripts_digits_are_found_by_the_reference_in_their_row(native_kernel):
    cells = ["850709-9805", "٨٥٠٧٠٩٩٨٠٥", "x", "191212121212", "８５０７０９-９８０５ 121212-1212"]
    found = _compare(native_kernel, pa.array(cells))
    assert found.rows.tolist() == [0, 1, 3, 4, 4]


def test_placeholders_are_those_of_the_rule(native_kernel, monkeypatch):
    cells = pa.array([f"{ten[:6]}-{ten[6:]}" for ten in (*sorted(DEFAULT_DENIED), "8507099805")])
    found = _compare(native_kernel, cells)
    assert found.rows.tolist() == [4]

    def other(year):
        return replace(scan_rule(year), denied=frozenset({"8507099805"}))

    monkeypatch.setattr("pseudo.kernel.native.rules.scan_rule", other)
    assert native_kernel.find(cells, YEAR).rows.tolist() == [1]


# Layouts.


_FEW = pa.array(Cells(1).take(40), pa.string())
_CODES, _VALUES = _FEW.dictionary_encode().indices, _FEW.dictionary_encode().dictionary


@pytest.mark.parametrize("type_", _LAYOUTS, ids=str)
@given(start=st.integers(0, 50), length=st.integers(0, 50))
def test_every_layout_and_slice_is_searched_as_its_own_rows(native_kernel, type_, start, length):
    column = _FEW.cast(type_)
    _compare(native_kernel, column.slice(start, length))
    encoded = pa.DictionaryArray.from_arrays(_CODES, _VALUES.cast(type_))
    _compare(native_kernel, encoded.slice(start, length))


def test_a_dictionary_counts_the_cells_that_it_has(native_kernel):
    values = pa.array(["850709-9805", None, "191212121212", "x", "123456"])
    column = pa.DictionaryArray.from_arrays(pa.array([3, 1, None, 2, 2], pa.int8()), values)
    assert _compare(native_kernel, column).cells == 3
    assert _compare(native_kernel, column.slice(4)).cells == 1


def test_cells_of_every_length_around_a_block_are_searched(native_kernel):
    cells = [
        "a" * before + text + "b" * behind
        for before in range(130)
        for text in ("121212-1212", "19121212  1212", "191212121212", "123456", "12345")
        for behind in (0, 1, 63)
    ]
    _compare(native_kernel, pa.array(cells))
    _compare(native_kernel, pa.array([f"\u00e5{cell}" for cell in cells]))


def test_the_last_cell_of_a_buffer_is_read_no_further_than_it_is_long(native_kernel):
    for cell in ("1", "1912", "1912121", "850709-9805"):
        column = pa.array([cell + "212121212"[:9]])
        offsets = pa.py_buffer(np.array([0, len(cell)], dtype=np.int32))
        buffers = [None, offsets, column.buffers()[2]]
        cut = pa.StringArray.from_buffers(1, offsets, buffers[2])
        _assert_equal(native_kernel.find(cut, YEAR), _REFERENCE.find(pa.array([cell]), YEAR))


def test_errors_and_findings_show_nothing(native_kernel):
    found = native_kernel.find(pa.array(["19580317-9869"]), YEAR)
    assert_clean(shown=f"{found!r} {found}")


def test_a_cell_is_judged_as_the_scalar_judge_judges_it(native_kernel):
    rule = scan_rule(YEAR)
    cells = [
        f"{year:04}{month:02}{day:02}{serial:03}{check}"
        for year in (1800, 1899, 1900, 1926, 1927, 2000, 2004, 2026, 2027, 2100)
        for month in (0, 1, 2, 12, 13)
        for day in (0, 28, 29, 30, 31, 32, 60, 61, 89, 91, 92)
        for serial in (0, 1)
        for check in range(10)
    ]
    cells += [f"{cell[2:8]}{sign}{cell[8:]}" for cell in cells for sign in "-+"]
    cells += [f"{cell[:8]}+{cell[8:]}" for cell in cells if len(cell) == 12]
    found = native_kernel.find(pa.array(cells), YEAR)
    verdicts = [judge(cell, rule) for cell in cells]
    wanted = {row: rank_of(v.canonical) for row, v in enumerate(verdicts) if v.canonical}
    assert dict(zip(found.rows.tolist(), found.ranks.tolist(), strict=True)) == wanted
