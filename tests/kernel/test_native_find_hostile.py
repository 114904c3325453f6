# SPDX-License-Identifier: Apache-2.0
"""Columns whose buffers hold no texts, and years without a rule, are refused alike."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from pseudo.errors import UsageError
from pseudo.kernel import select

from .searched import YEAR

_REFERENCE = select("reference")


def _from_buffers(offsets: list[int], data: bytes) -> pa.StringArray:
    """Make an array of whatever offsets, behind the back of Arrow's own checks."""
    packed = np.zeros(len(offsets), dtype=np.int32)
    column = pa.StringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(packed), pa.py_buffer(data)
    )
    packed[:] = offsets
    return column


@pytest.mark.parametrize(
    ("offsets", "data"),
    [
        ([0, 3], b"\xff\xfe1"),
        ([0, 2], b"\xc3("),
        ([0, 1, 2], b"\xc3\xa5"),
        ([0, 3], b"\xed\xa0\x80"),
        ([0, 2], b"\xc0\xaf"),
        ([0, 9], b"12"),
        ([0, 2, 1], b"12"),
        ([-1, 2], b"12"),
    ],
    ids=[
        "no UTF-8",
        "half a character",
        "a cut character",
        "a surrogate",
        "too long a form",
        "beyond the data",
        "backwards",
        "below zero",
    ],
)
def test_buffers_that_hold_no_texts_are_refused_as_the_reference_refuses_them(
    kernel, offsets, data
):
    with pytest.raises(UsageError) as caught:
        kernel.find(_from_buffers(offsets, data), YEAR)
    assert caught.value.code == "identity.not_utf8"
    assert caught.value.__context__ is None


def test_views_that_point_anywhere_are_refused(native_kernel):
    for bad in ([20, 0, 7, 0], [20, 0, 0, 2**30], [20, 0, 0, -1], [-1, 0, 0, 0], [25, 0, 0, 0]):
        view = np.zeros(4, dtype=np.int32)
        buffers = [None, pa.py_buffer(view), pa.py_buffer(b"x" * 24)]
        column = pa.Array.from_buffers(pa.string_view(), 1, buffers)
        view[:] = bad
        with pytest.raises(UsageError):
            native_kernel.find(column, YEAR)


def test_an_unused_value_that_is_no_text_disturbs_nobody(kernel):
    values = _from_buffers([0, 2, 13], b"\xff\xfe121212-1212")
    column = pa.DictionaryArray.from_arrays(pa.array([1, 1], pa.int32()), values, safe=False)
    assert kernel.find(column, YEAR).rows.tolist() == [0, 1]


@pytest.mark.parametrize("type_", [pa.string(), pa.large_string(), pa.string_view(), pa.int64()])
@pytest.mark.parametrize("index", [2, -1])
def test_a_dictionarys_index_that_leads_outside_is_refused(kernel, type_, index):
    values = pa.array(["198507099805", "1"]).cast(type_)
    indices = pa.array([0, None, index], pa.int8())
    column = pa.DictionaryArray.from_arrays(indices, values, safe=False)
    for search in (
        lambda: kernel.find(column, YEAR),
        lambda: kernel.find_own(column, [np.zeros(3, dtype=np.int64)]),
    ):
        with pytest.raises(UsageError) as caught:
            search()
        assert caught.value.code == "identity.not_utf8"
        assert caught.value.__context__ is None


@pytest.mark.parametrize(
    "view",
    [
        b"\x01\0\0\0a\x01" + bytes(10),
        b"\x0b\0\0\0" + b"a" * 12,
        b"\x10\0\0\0abcX" + bytes(8),
    ],
)
def test_views_that_say_one_thing_twice_and_differ_are_refused(kernel, view):
    buffers = [None, pa.py_buffer(view), pa.py_buffer(b"abcdefghijklmnop")]
    column = pa.Array.from_buffers(pa.string_view(), 1, buffers)
    for act in (
        lambda: kernel.find(column, 2026),
        lambda: kernel.find_own(column, [np.array([5], np.int64)]),
    ):
        with pytest.raises(UsageError) as caught:
            act()
        assert caught.value.code == "identity.not_utf8"


def test_a_dictionary_of_views_that_lead_outside_is_refused(kernel):
    view = np.zeros(8, dtype=np.int32)
    buffers = [None, pa.py_buffer(view), pa.py_buffer(b"x" * 24)]
    values = pa.Array.from_buffers(pa.string_view(), 2, buffers)
    view[4:] = [20, 0, 0, 2**30]
    column = pa.DictionaryArray.from_arrays(pa.array([0, 0], pa.int8()), values, safe=False)
    for search in (
        lambda: kernel.find(column, YEAR),
        lambda: kernel.find_own(column, [np.zeros(2, dtype=np.int64)]),
    ):
        with pytest.raises(UsageError) as caught:
            search()
        assert caught.value.code == "identity.not_utf8"
        assert caught.value.__context__ is None


@pytest.mark.parametrize("year", [1946, 2100, 0, -1, 10_000, 2**70])
@pytest.mark.parametrize(
    "column", [pa.array(["x"]), pa.array([1]), pa.array([1.5]), pa.array([])], ids=str
)
def test_a_year_without_a_rule_is_the_same_error(native_kernel, column, year):
    raised = []
    for kernel in (_REFERENCE, native_kernel):
        try:
            kernel.find(column, year)
            raised.append(None)
        except Exception as error:
            raised.append((type(error), str(error)))
    assert raised[0] == raised[1]
