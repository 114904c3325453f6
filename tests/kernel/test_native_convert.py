# SPDX-License-Identifier: Apache-2.0
"""The compiled kernel converts every text as the reference does, bit for bit."""

from __future__ import annotations

import math
import os
import random
import struct
from collections.abc import Iterator
from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.kernel import Converted, Kernel
from pseudo.kernel.texts import convert_texts

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_NUMBERS = 1_000_000 if _FULL else 20_000
_TYPES = ["integer", "number", "boolean", "date", "datetime"]
_BLANKS = ["", " ", "\t", "\x1c", "\x1f", "\x85", "\u00a0", "\u2003", "\ufeff", "\0", "\x7f", "\v"]

_signs = st.text("0123456789" * 3 + "+-.,eE TZ:\tn\x1f\u00a0å٣\0", max_size=24)
_number = st.from_regex(
    r"[+-]?[0-9]{0,20}([.,][0-9]{0,20})?([eE][+-]?[0-9]{0,4})?", fullmatch=True
)
_digits = st.integers(0, 99).map("{:02}".format)
_date = st.builds(
    "{:04}-{}-{}".format, st.integers(0, 9999), st.integers(0, 13).map("{:02}".format), _digits
)
_datetime = st.builds(
    "{}{}{}:{}{}".format, _date, st.sampled_from(["T", " ", "t", ""]), _digits, _digits,
    st.one_of(st.just(""), _digits.map(":{}".format)),
)  # fmt: skip
_word = st.sampled_from(
    ["true", "True", "TRUE", "false", "False", "FALSE", "tRue", "0", "1", "ja"]
)
_blank = st.sampled_from(_BLANKS)
_cell = st.one_of(
    st.none(),
    _signs,
    st.builds("{}{}{}".format, _blank, st.one_of(_number, _date, _datetime, _word), _blank),
    st.text(max_size=12).map(lambda text: text.encode("utf-8", "replace").decode()),
)


def _bits(array: pa.Array) -> bytes:
    """Give the values as they lie in memory, zero where there is none."""
    if pa.types.is_boolean(array.type):
        array = array.cast(pa.uint8())
    width = {8: np.uint8, 32: np.int32, 64: np.int64}[array.type.bit_width]
    plain = array.view({1: pa.uint8(), 4: pa.int32(), 8: pa.int64()}[width().itemsize])
    return plain.fill_null(0).to_numpy().tobytes()


def _assert_same(found: Converted, expected: Converted) -> None:
    found.array.validate(full=True)
    assert found.array.type == expected.array.type
    assert found.array.is_valid().equals(expected.array.is_valid())
    assert _bits(found.array) == _bits(expected.array)
    assert (found.invalid is None) == (expected.invalid is None)
    if found.invalid is not None:
        assert found.invalid.dtype == np.bool_
        assert np.array_equal(found.invalid, expected.invalid)


@given(
    texts=st.lists(_cell, max_size=40),
    to=st.sampled_from(_TYPES),
    decimal=st.sampled_from([".", ","]),
    start=st.integers(0, 9),
)
def test_a_column_is_converted_as_the_reference_does(
    native_kernel: Kernel, texts: list[str | None], to, decimal: str, start: int
) -> None:
    column = pa.array(texts, pa.string()).slice(start)
    _assert_same(native_kernel.convert(column, to, decimal), convert_texts(column, to, decimal))


@pytest.mark.parametrize("to", _TYPES)
def test_all_blanks_before_and_behind_are_taken_off_alike(native_kernel: Kernel, to) -> None:
    signs = [chr(code) for code in range(0x3100) if not 0xD800 <= code < 0xE000]
    column = pa.array([f"{sign}1{sign}" for sign in signs] + signs)
    _assert_same(native_kernel.convert(column, to), convert_texts(column, to))


def test_columns_without_cells_or_without_values_stay_so(native_kernel: Kernel) -> None:
    for column in (pa.array([], pa.string()), pa.nulls(3, pa.string()), pa.array([""] * 9)):
        for to in _TYPES:
            _assert_same(native_kernel.convert(column, to), convert_texts(column, to))


@pytest.mark.parametrize("decimal", ["", "e", ",,", "5"])
def test_another_decimal_mark_is_refused(native_kernel: Kernel, decimal: str) -> None:
    column = pa.array(["1"])
    with pytest.raises(ValueError):
        convert_texts(column, "number", decimal)
    with pytest.raises(ValueError):
        native_kernel.convert(column, "number", decimal)


def _hard_numbers(count: int) -> Iterator[str]:
    """Give texts that are near to what a float holds, or between two such."""
    chance = random.Random(23)
    for _ in range(count // 4):
        bits = chance.getrandbits(63) % 0x7FF0_0000_0000_0000
        low = struct.unpack("<d", struct.pack("<Q", bits))[0]
        yield repr(low)
        yield f"{low:.{chance.randrange(25)}e}"
        yield f"{chance.randrange(10 ** chance.randrange(1, 22))}e{chance.randrange(-45, 45)}"
        high = math.nextafter(low, math.inf)
        if 1e-12 < low < 1e15:
            # The exact middle, which is rounded to even, and its neighbours.
            middle = (Fraction(low) + Fraction(high)) / 2
            shift = middle.denominator.bit_length() - 1
            whole = str(middle.numerator * 5**shift).rjust(shift + 1, "0")
            yield f"{whole[: len(whole) - shift]}.{whole[len(whole) - shift :]}" + chance.choice(
                ["", "1", "0"]
            )


def test_numbers_are_rounded_to_the_nearest_float(native_kernel: Kernel) -> None:
    texts = [
        "1.7976931348623157e308", "1.7976931348623158e308", "1.7976931348623159e308",
        "4.9e-324", "2.4703282292062327e-324", "2.4703282292062328e-324", "2.2250738585072011e-308",
        "9007199254740993", "9007199254740992.9999", "9007199254740991e22", "9007199254740993e-22",
        "0" * 800 + "1", "1" + "0" * 308, "0." + "0" * 330 + "5", "123456789012345678901234567890",
        *_hard_numbers(_NUMBERS),
    ]  # fmt: skip
    found = native_kernel.convert(pa.array(texts), "number")
    _assert_same(found, convert_texts(pa.array(texts), "number"))
    exact = np.array([float(text) for text in texts])
    fits = np.isfinite(exact)
    assert np.array_equal(found.array.is_valid().to_numpy(zero_copy_only=False), fits)
    assert _bits(found.array.filter(pa.array(fits))) == exact[fits].tobytes()


def test_numbers_with_a_comma_are_those_with_a_point(native_kernel: Kernel) -> None:
    texts = [text.replace("e", "1e") for text in _hard_numbers(2_000)]
    pointed = native_kernel.convert(pa.array(texts), "number")
    commas = pa.array([text.replace(".", ",") for text in texts])
    _assert_same(native_kernel.convert(commas, "number", ","), pointed)


def test_every_day_of_a_year_that_exists_is_read_and_no_other(native_kernel: Kernel) -> None:
    years = range(1, 10_000) if _FULL else [*range(1, 10_000, 97), *range(1896, 1905), 2000, 9999]
    for year in [0, *years]:
        texts = [f"{year:04}-{month:02}-{day:02}" for month in range(14) for day in range(33)]
        found = native_kernel.convert(pa.array(texts), "date")
        _assert_same(found, convert_texts(pa.array(texts), "date"))
        read = [day for day in found.array.to_pylist() if day is not None]
        first = date(year, 1, 1).toordinal() if year else 0
        assert [day.toordinal() for day in read] == [first + n for n in range(len(read))]
        assert len(read) == (0 if not year else 365 + (date(year, 3, 1).toordinal() - first == 60))


def test_every_second_of_a_day_is_read_and_no_other(native_kernel: Kernel) -> None:
    seconds = range(62) if _FULL else (0, 1, 29, 59, 60, 61)
    texts = [
        f"1969-12-31T{hour:02}:{minute:02}{second}"
        for hour in range(26)
        for minute in range(62)
        for second in ("", *(f":{number:02}" for number in seconds))
    ]
    found = native_kernel.convert(pa.array(texts), "datetime")
    _assert_same(found, convert_texts(pa.array(texts), "datetime"))
    real = sum(second < 60 for second in seconds) + 1
    assert found.array.null_count == len(texts) - 24 * 60 * real


@pytest.mark.usefixtures("native_kernel")
@pytest.mark.parametrize(
    ("offsets", "rows", "to", "space"),
    [
        ([0, 99], 1, "integer", (8, 1, 1)),
        ([-1, 3], 1, "integer", (8, 1, 1)),
        ([3, 0], 1, "integer", (8, 1, 1)),
        ([0], 1, "integer", (8, 1, 1)),
        ([0, 3], 2**60, "integer", (8, 1, 1)),
        ([0, 3], 1, "colour", (8, 1, 1)),
        ([0, 3], 1, "integer", (7, 1, 1)),
        ([0, 3], 1, "boolean", (1, 0, 1)),
        ([0, 3], 1, "date", (4, 1, 0)),
    ],
)
def test_buffers_that_do_not_hold_what_they_should_are_refused(offsets, rows, to, space) -> None:
    from pseudo import _native

    main = np.array(offsets, np.int32).tobytes()
    column = ("utf8", None, main, [b"123"], 0, rows, [])
    with pytest.raises(ValueError):
        _native.convert(column, to, ord("."), *map(bytearray, space))
