# SPDX-License-Identifier: Apache-2.0
"""Columns that are not what they claim, and columns of extreme size: one answer, no crash."""

from __future__ import annotations

import random
import struct

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.errors import UsageError
from pseudo.identity import IdentityRule, Reason
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import REFERENCE_DATE, assert_clean

_RULE = IdentityRule.of(reference_date=REFERENCE_DATE)
_OPAQUE = IdentityRule.of(reference_date=REFERENCE_DATE, kind="opaque:a")
_TEXT = b"850709-9805"
_NOT_UTF8 = "UsageError identity.not_utf8"
_TOO_LONG = "UsageError kernel.column_too_long"


def _words(code: str, *values: int) -> bytes:
    return struct.pack(f"<{len(values)}{code}", *values)


def _column(type_, length, buffers, **more) -> pa.Array:
    """Make a column whose offsets or views are written once pyarrow has looked at it."""
    validity, main, *data = buffers
    later = np.zeros(len(main), dtype=np.uint8)
    held = [validity, pa.py_buffer(later), *data]
    held = [pa.py_buffer(part) if isinstance(part, bytes) else part for part in held]
    column = pa.Array.from_buffers(type_, length, held, **more)
    later[:] = np.frombuffer(main, dtype=np.uint8)
    return column


def _view(length: int, buffer: int, start: int) -> bytes:
    return struct.pack("<i4sii", length, _TEXT[:4], buffer, start)


def _dictionary(type_: pa.DataType, indices: pa.Array, values: pa.Array) -> pa.Array:
    return pa.DictionaryArray.from_arrays(indices.cast(type_), values, safe=False)


_LONG = _TEXT * 2
_HOSTILE = {
    "offsets beyond the data": _column(pa.string(), 1, [None, _words("i", 0, 99), _TEXT]),
    "offsets far beyond": _column(pa.large_string(), 1, [None, _words("q", 0, 2**62), _TEXT]),
    "offsets that fall": _column(pa.string(), 2, [None, _words("i", 5, 2, 4), _TEXT]),
    "offsets below zero": _column(pa.string(), 1, [None, _words("i", -9, 2), _TEXT]),
    "bytes that are no text": _column(pa.string(), 1, [None, _words("i", 0, 3), b"\xff\xfe1"]),
    "half a character": _column(pa.large_string(), 1, [None, _words("q", 0, 2), b"1\xc3"]),
    "a surrogate": _column(pa.string(), 1, [None, _words("i", 0, 3), b"\xed\xa0\x80"]),
    "a view of no buffer": _column(pa.string_view(), 1, [None, _view(22, 3, 0), _LONG]),
    "a view beyond its buffer": _column(pa.string_view(), 1, [None, _view(22, 0, 9), _LONG]),
    "a view below zero": _column(pa.string_view(), 1, [None, _view(-5, 0, 0), _LONG]),
    "a view from below": _column(pa.string_view(), 1, [None, _view(22, 0, -4), _LONG]),
    "an index beyond": _dictionary(pa.int8(), pa.array([0, 5]), pa.array(["a", "b"])),
    "an index below zero": _dictionary(pa.int64(), pa.array([0, -1]), pa.array(["a", "b"])),
    "an index of 64 bits": pa.DictionaryArray.from_arrays(
        pa.array([2**63 + 1], pa.uint64()), pa.array(["a"]), safe=False
    ),
    "a dictionary of broken values": _dictionary(
        pa.int8(),
        pa.array([0]),
        _column(pa.string(), 3, [None, _words("i", 0, 9, 2, 11), _TEXT]),
    ),
}


@pytest.mark.parametrize("rule", [_RULE, _OPAQUE], ids=["number", "opaque"])
@pytest.mark.parametrize("name", _HOSTILE)
def test_a_column_that_is_not_what_it_claims_is_refused_by_both(same_swap, name, rule):
    assert same_swap(_HOSTILE[name], rule) == _NOT_UTF8


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_scope_that_is_not_what_it_claims_is_refused_by_both(same_swap, name):
    scope = _HOSTILE[name]
    ids = pa.array(["1"] * len(scope))
    assert same_swap(ids, _OPAQUE, scope=[scope]) == _NOT_UTF8


def test_what_stands_in_null_rows_is_not_looked_at(same_swap):
    offsets = _words("i", 0, 11, 13, 13)
    column = _column(pa.string(), 3, [b"\x01", offsets, _TEXT + b"\xff\xfe"])
    swapped = same_swap(column, _RULE)
    assert swapped.reasons.tolist() == [Reason.OK, Reason.BLANK, Reason.BLANK]


def test_a_bitmap_that_begins_inside_a_byte(same_swap):
    texts = ["850709-9805", None, "x", "19121212-1212"] * 9
    whole = pa.array(texts)
    _, offsets, data = whole.buffers()
    for start in range(20):
        bits = np.packbits([0] * 3 + [text is not None for text in texts], bitorder="little")
        shifted = np.concatenate([np.zeros(3, np.int32), np.frombuffer(offsets, np.int32)[:37]])
        column = _column(
            pa.string(), 30 - start, [bits.tobytes(), shifted.tobytes(), data], offset=3
        )
        moved = _column(
            pa.string(), 16, [bits.tobytes(), shifted.tobytes(), data], offset=3 + start
        )
        assert same_swap(moved, _RULE).reasons[0] == same_swap(whole, _RULE).reasons[start]
        same_swap(column, _RULE)


# The border itself, where nothing was validated before.


def _border(native_kernel, column, rule=None, scopes=(), rows=2, room=None, form="base32"):
    from pseudo import _native

    key = native_kernel.prepare(bytes(32)).handle
    rule = rule or (["personnummer"], (2026, 11, 22), [], False, 0)
    room = rows if room is None else room
    out = (
        pa.allocate_buffer(36 * room),
        pa.allocate_buffer(4 * (room + 1)),
        pa.allocate_buffer((room + 7) // 8),
        np.empty(room, np.uint8),
        np.empty(room, np.int64),
    )
    return _native.swap(column, rule, key, form, list(scopes), out, 1)


_BROKEN = [
    ("utf8", None, _words("i", 0, 99, 99), [_TEXT], 0, 2, []),
    ("utf8", None, _words("i", -1, 2, 3), [_TEXT], 0, 2, []),
    ("utf8", None, _words("i", 0, 1), [_TEXT], 0, 2, []),
    ("utf8", b"", _words("i", 0, 1, 2), [_TEXT], 0, 2, []),
    ("utf8", None, None, [], 0, 2, []),
    ("large_utf8", None, _words("q", 0, 2**62, 2**62), [_TEXT], 0, 2, []),
    ("view", None, _words("i", 99, 0, 7, 7, 1, 0, 0, 0), [_TEXT], 0, 2, []),
    ("dictionary", None, _words("q", 7, 0), [], 0, 2, []),
    (
        "dictionary",
        None,
        _words("q", 0, 7),
        [],
        0,
        2,
        [("utf8", None, _words("i", 0, 1), [_TEXT], 0, 1, [])],
    ),
    ("utf8", None, _words("i", 0, 1, 2), [_TEXT], 2**63, 2, []),
    ("neither", None, _words("i", 0, 1, 2), [_TEXT], 0, 2, []),
]


@pytest.mark.parametrize("column", _BROKEN, ids=range(len(_BROKEN)))
def test_broken_buffers_are_an_error_at_the_border_too(native_kernel, column):
    with pytest.raises((ValueError, OverflowError)) as caught:
        _border(native_kernel, column)
    assert_clean(message=str(caught.value))


def test_bytes_that_are_no_text_have_a_bad_form_at_the_border(native_kernel):
    column = ("utf8", None, _words("i", 0, 2, 13), [b"\xff\xfe" + _TEXT], 0, 2, [])
    assert _border(native_kernel, column) == (26, 1, 0, 0)


@pytest.mark.parametrize(
    "more",
    [
        {"room": 1},
        {"room": 0},
        {"form": "base64"},
        {"rule": (["nobody"], (2026, 1, 1), [], False, 0)},
        {"rule": (["opaque:a", "orgnr"], (2026, 1, 1), [], False, 0)},
        {"rule": (["opaque:a"], (2026, 1, 1), [], False, 201)},
        {
            "rule": (["opaque:a"], (2026, 1, 1), [], False, 0),
            "scopes": [(b"", b"", b"", b"")],
        },
    ],
    ids=range(7),
)
def test_orders_that_cannot_be_are_an_error_at_the_border(native_kernel, more):
    column = ("utf8", None, _words("i", 0, 11, 11), [_TEXT], 0, 2, [])
    with pytest.raises(ValueError):
        _border(native_kernel, column, **more)


def test_a_buffer_that_cannot_be_written_to_is_refused(native_kernel):
    from pseudo import _native

    key = native_kernel.prepare(bytes(32)).handle
    column = ("utf8", None, _words("i", 0, 11), [_TEXT], 0, 1, [])
    rule = (["personnummer"], (2026, 11, 22), [], False, 0)
    with pytest.raises(BufferError):
        _native.swap(column, rule, key, "hex", [], (b"x" * 99,) * 5, 1)


@given(seed=st.integers(0, 2**32))
def test_random_buffers_are_swapped_or_refused(native_kernel, seed):
    rng = random.Random(seed)
    for _ in range(50):
        kind = rng.choice(["utf8", "large_utf8", "view", "dictionary"])
        rows = rng.randrange(5)
        values = [("utf8", None, rng.randbytes(12), [rng.randbytes(9)], 0, 2, [])]
        column = (
            kind,
            rng.choice([None, rng.randbytes(2)]),
            bytes(rng.choice((0, 0, 0, 1, 3)) for _ in range(16 * 6)),
            [rng.randbytes(rng.randrange(30)) for _ in range(rng.randrange(3))],
            rng.randrange(2),
            rows,
            values if kind == "dictionary" else [],
        )
        try:
            used, nulls, *_ = _border(native_kernel, column, rows=rows)
        except ValueError:
            continue
        assert used == 26 * (rows - nulls)


# Extreme sizes.


@pytest.mark.parametrize("form", PseudonymFormat)
def test_a_column_too_long_for_its_pseudonyms_is_refused_by_both(same_swap, form):
    most = (2**31 - 1) // form.width
    assert same_swap(pa.nulls(most + 1), _RULE, form) == _TOO_LONG


def test_a_value_of_ten_megabytes(same_swap):
    long = "1" * 10_000_000
    column = pa.array([long, "850709-9805", f"{' ' * 9_999_989}850709-9805", None, long])
    swapped = same_swap(column, _RULE)
    assert swapped.reasons.tolist() == [Reason.BAD_FORM, 0, 0, Reason.BLANK, Reason.BAD_FORM]
    long = "\u0301" * 5_000_000
    assert same_swap(pa.array([long]), _OPAQUE).reasons.tolist() == [Reason.TOO_LONG]


def test_a_long_value_in_many_rows_of_a_dictionary(same_swap):
    values = pa.array(["1" * 10_000_000, "850709-9805"])
    column = pa.DictionaryArray.from_arrays(pa.array([1, 0] * 150, pa.int8()), values)
    assert same_swap(column.slice(0, 20), _RULE).pseudonyms.null_count == 10


@pytest.mark.campaign
@pytest.mark.parametrize("type_", [pa.string(), pa.large_string()], ids=str)
def test_two_gibibytes_of_text_in_one_column(same_swap, type_):
    rows = 2**31 // 2_000_000 - (1 if type_ == pa.string() else -5)
    data = pa.py_buffer(b"1" * (rows * 2_000_000 - 11) + _TEXT)
    ends = np.arange(0, (rows + 1) * 2_000_000, 2_000_000, dtype=np.int64)
    ends[-2] = ends[-1] - 11
    offsets = ends.astype(np.int32 if type_ == pa.string() else np.int64)
    swapped = same_swap(
        pa.Array.from_buffers(type_, rows, [None, pa.py_buffer(offsets), data]), _RULE
    )
    assert swapped.reasons.tolist() == [Reason.BAD_FORM] * (rows - 1) + [Reason.OK]


def _spoilt(rows: int) -> dict[str, pa.Array]:
    """Make long columns with one thing wrong in their last rows, or in what they claim."""
    text = np.frombuffer(_TEXT * rows, dtype=np.uint8).copy()
    size = len(_TEXT)
    offsets = np.arange(0, size * (rows + 1), size, dtype=np.int32)
    bad_text, far = text.copy(), offsets.copy()
    bad_text[-3] = 0xFF
    far[-1] = 2**31 - 1
    falling = offsets.copy()
    falling[-2] = 0
    falling[-1] = -1
    bits = bytes([0xFF] * (rows // 8 - 1) + [0x0F])

    def column(data, validity, offsets, nulls=-1):
        buffers = [validity, offsets.tobytes(), data.tobytes()]
        return _column(pa.string(), rows, buffers, null_count=nulls)

    return {
        "bytes that are no text": column(bad_text, None, offsets),
        "offsets beyond the data": column(text, None, far),
        "offsets that fall": column(text, None, falling),
        "too few nulls claimed": column(text, bits, offsets, nulls=1),
    }


@pytest.mark.parametrize("threads", [0, 1, 2, 5])
def test_a_long_column_is_refused_for_its_last_row_whatever_the_threads(native_kernel, threads):
    key = native_kernel.prepare(bytes(32))
    for what, column in _spoilt(200_000).items():
        with pytest.raises(UsageError) as caught:
            native_kernel.swap(column, _RULE, key, PseudonymFormat.BASE32, threads=threads)
        assert caught.value.code == "identity.not_utf8", what
        assert caught.value.__context__ is None
