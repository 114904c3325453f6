# SPDX-License-Identifier: Apache-2.0
"""What no kernel converts is refused by each alike."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from pseudo.errors import UsageError

_TYPES = {
    "integer": pa.int64(),
    "number": pa.float64(),
    "boolean": pa.bool_(),
    "date": pa.date32(),
    "datetime": pa.timestamp("us"),
}


def _from_buffers(offsets: list[int], data: bytes, valid: int | None = None) -> pa.StringArray:
    """Make an array of whatever offsets, behind the back of Arrow's own checks."""
    packed = np.zeros(len(offsets), dtype=np.int32)
    bits = None if valid is None else pa.py_buffer(bytes([valid]))
    column = pa.StringArray.from_buffers(
        len(offsets) - 1, pa.py_buffer(packed), pa.py_buffer(data), bits
    )
    packed[:] = offsets
    return column


@pytest.mark.parametrize("to", _TYPES)
@pytest.mark.parametrize(
    "column",
    [
        pa.array(["1"], pa.large_string()),
        pa.array(["1"], pa.string_view()),
        pa.array(["1"]).dictionary_encode(),
        pa.array([b"1"]),
        pa.array([1]),
        pa.nulls(1),
        pa.chunked_array([["1"]]),
        ["1"],
        None,
    ],
    ids=lambda column: str(getattr(column, "type", type(column))),
)
def test_a_column_of_another_type_is_refused(kernel, column, to):
    with pytest.raises(TypeError, match="type string"):
        kernel.convert(column, to)


@pytest.mark.parametrize("to", ["", "text", "int64", "Integer", None])
def test_another_type_to_convert_to_is_refused(kernel, to):
    for column in (pa.array(["1"]), pa.array([], pa.string())):
        with pytest.raises(ValueError, match="unknown type"):
            kernel.convert(column, to)


@pytest.mark.parametrize("to", _TYPES)
@pytest.mark.parametrize(
    ("offsets", "data", "valid"),
    [
        ([0, 9], b"12", None),
        ([0, 2, 1], b"12", None),
        ([-1, 2], b"12", None),
        ([9, 9], b"12", None),
        ([0, 1, 2**31 - 1], b"12", None),
        ([0, 2, 1], b"12", 0b01),
        ([0, 9], b"12", 0b00),
        ([0, 3], b"1\xff1", None),
        ([0, 3], b" \xff\xfe", None),
        ([0, 1, 2], b"\xc3\xa5", None),
    ],
    ids=[
        "beyond the data", "backwards", "below zero", "all beyond", "far beyond",
        "a null backwards", "a null beyond", "no UTF-8 within", "no UTF-8 at the end",
        "a cut character",
    ],
)  # fmt: skip
def test_buffers_that_hold_no_texts_are_refused(kernel, to, offsets, data, valid):
    with pytest.raises(UsageError) as caught:
        kernel.convert(_from_buffers(offsets, data, valid), to)
    assert caught.value.code == "identity.not_utf8"
    assert caught.value.__context__ is None


def test_a_slice_is_judged_by_its_own_offsets(kernel):
    column = _from_buffers([7, 1, 2, 9], b"12")
    converted = kernel.convert(column.slice(1, 1), "integer")
    assert converted.array.to_pylist() == [2]
    assert converted.invalid is None


@pytest.mark.parametrize("to", _TYPES)
def test_no_cells_and_only_nulls_become_the_type_that_was_asked_for(kernel, to):
    for column in (
        pa.array([], pa.string()),
        pa.array(["x"]).slice(1),
        pa.nulls(3, pa.string()),
        pa.StringArray.from_buffers(0, pa.py_buffer(b""), pa.py_buffer(b"")),
    ):
        converted = kernel.convert(column, to)
        converted.array.validate(full=True)
        assert converted.array.type == _TYPES[to]
        assert converted.array.null_count == len(column)
        assert converted.invalid is None
