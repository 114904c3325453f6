# SPDX-License-Identifier: Apache-2.0
"""The compiled search finds in columns of numbers exactly what the reference finds."""

from __future__ import annotations

import os
import random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.kernel import select

from .searched import YEAR, numbers

_FULL = bool(os.environ.get("PSEUDO_TEST_FULL"))
_REFERENCE = select("reference")
_INTEGERS = [pa.int8(), pa.int16(), pa.int32(), pa.int64()]
_INTEGERS += [pa.uint8(), pa.uint16(), pa.uint32(), pa.uint64()]
_FLOATS = [pa.float16(), pa.float32(), pa.float64()]


def _compare(native_kernel, column: pa.Array) -> int:
    """Compare every field, and give the count of findings."""
    found, wanted = native_kernel.find(column, YEAR), _REFERENCE.find(column, YEAR)
    counts = (found.cells, found.digit_cells, found.any_digit)
    assert counts == (wanted.cells, wanted.digit_cells, wanted.any_digit)
    assert len(found.rows) == len(wanted.rows)
    for name in ("rows", "ranks", "shapes"):
        assert int(np.count_nonzero(getattr(found, name) != getattr(wanted, name))) == 0
    return len(found.rows)


def _compare_layouts(native_kernel, column: pa.Array) -> int:
    """Compare a column, a slice of it with other nulls, and its dictionary."""
    _compare(native_kernel, column.slice(1, max(len(column) - 2, 0)))
    with_nulls = pa.concat_arrays([column, pa.nulls(2, column.type), column])
    _compare(native_kernel, with_nulls.slice(1))
    _compare(native_kernel, with_nulls.dictionary_encode())
    return _compare(native_kernel, column)


def _spread(type_: pa.DataType) -> list[int]:
    """Give integers of every length that a type holds, and those around the limits."""
    edges = [
        sign * 10**power + near for power in range(20) for near in (-1, 0, 1) for sign in (1, -1)
    ]
    people = [int(text) for number in numbers() for text in (number, number[2:])]
    bits = type_.bit_width - (0 if pa.types.is_unsigned_integer(type_) else 1)
    least, most = (0 if pa.types.is_unsigned_integer(type_) else -(2**bits)), 2**bits - 1
    return [value for value in (*edges, *people, least, most, 0) if least <= value <= most]


@pytest.mark.parametrize("type_", _INTEGERS, ids=str)
def test_integers_of_every_width_and_length(native_kernel, type_):
    found = _compare_layouts(native_kernel, pa.array(_spread(type_), type_))
    assert (found > 0) is (type_.bit_width > 16)


@given(values=st.lists(st.one_of(st.none(), st.integers(-(2**63), 2**63 - 1))))
def test_any_integers(native_kernel, values):
    _compare(native_kernel, pa.array(values, pa.int64()))


_WRITTEN = [
    float(form.format(number[:8], number[2:8], number[8:], number[2:]))
    for number in numbers()
    for form in (
        *("{0}.{2}", "{1}.{2}", "123456.{3}", "{1}{2}", "{0}{2}", "-{0}{2}", "{1}{2}.5"),
        # In powers of ten all digits but one stand behind the point.
        *("1.{0}{2}e10", "9.{1}{2}e10", "1.{1}{2}e11", "1.{0}{2}e15"),
    )
]
_SPECIAL = [float("nan"), float("inf"), float("-inf"), -0.0, 1e5, 99_999.5, 2.0**24, 2.0**53]


@pytest.mark.parametrize("type_", _FLOATS, ids=str)
def test_floats_of_every_width(native_kernel, type_):
    column = pa.array([*_WRITTEN, *_SPECIAL, None]).cast(type_, safe=False)
    assert (_compare_layouts(native_kernel, column) > 0) is (type_.bit_width > 16)


@given(values=st.lists(st.one_of(st.none(), st.floats(), st.floats(1e5, 1e13))))
@pytest.mark.parametrize("type_", _FLOATS, ids=str)
def test_any_floats(native_kernel, type_, values):
    _compare(native_kernel, pa.array(values, pa.float64()).cast(type_, safe=False))


@pytest.mark.parametrize("power", range(5, 19))
def test_floats_are_written_as_the_reference_writes_them(native_kernel, power):
    rng = random.Random(power)
    values = [
        round(rng.random() * 10**power, rng.randint(0, 12))
        for _ in range(20_000 if _FULL else 2_000)
    ]
    for type_ in _FLOATS[1:]:
        _compare(native_kernel, pa.array(values).cast(type_))


def test_numbers_too_small_to_hold_anybody_are_not_written_out(native_kernel, monkeypatch):
    def refuse(*_: object) -> None:
        raise AssertionError("the reference was asked")

    monkeypatch.setattr("pseudo.kernel.native.found.find_in_column", refuse)
    for column in (pa.array([1, None, 999_999]), pa.array([0.5, None, 123_456.78, 1e9, 99.0])):
        assert native_kernel.find(column, YEAR).cells == len(column) - 1


@pytest.mark.parametrize(
    "column",
    [
        pa.array([True, None]),
        pa.array([1, None], pa.int32()).cast(pa.date32()),
        pa.array([1, None]).cast(pa.timestamp("us")),
        pa.array([b"198507099805", None]),
        pa.nulls(3),
        pa.array(["1", None]).cast(pa.decimal128(5, 2)),
    ],
    ids=lambda column: str(column.type),
)
def test_other_types_hold_none(native_kernel, column):
    assert _compare(native_kernel, column) == 0
