# SPDX-License-Identifier: Apache-2.0
"""Kept columns: what converts, what does not, and that no cell comes out in an error."""

from __future__ import annotations

import math
from datetime import UTC, date, datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.kernel import Kernel, select
from pseudo.spec.convert import ARROW_TYPES, can_convert, convert

_TYPES = list(ARROW_TYPES)
_KERNELS = list({select(name).name: select(name) for name in ("reference", "auto")}.values())


def _one(text: str, to: str, decimal: str = "."):
    """Convert a text between two others by every kernel; return its value or 'invalid'."""
    values = [_one_by(kernel, text, to, decimal) for kernel in _KERNELS]
    assert len({repr(value) for value in values}) == 1
    return values[0]


def _one_by(kernel: Kernel, text: str, to: str, decimal: str):
    converted = convert(pa.array([None, text, ""]), to, decimal, kernel)
    assert converted.array.type == ARROW_TYPES[to]
    assert converted.array.is_valid().to_pylist()[::2] == [False, False]
    invalid = converted.invalid
    assert invalid is None or invalid.tolist() == [False, True, False]
    if invalid is not None:
        assert not converted.array[1].is_valid
        return "invalid"
    return converted.array[1].as_py()


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-0", 0),
        ("+5", 5),
        ("-17", -17),
        ("007", 7),
        (" 5\t", 5),
        ("\u00a05\u2009", 5),
        ("999999999999999999", 10**18 - 1),
        ("-999999999999999999", 1 - 10**18),
        ("9999999999999999999", "invalid"),
        ("1.0", "invalid"),
        ("1e3", "invalid"),
        ("1_000", "invalid"),
        ("1 000", "invalid"),
        ("0x10", "invalid"),
        ("٣", "invalid"),
        ("５", "invalid"),
        ("--5", "invalid"),
        ("+-5", "invalid"),
        ("5-", "invalid"),
        ("", None),
        (" ", "invalid"),
        ("nan", "invalid"),
        ("5\n6", "invalid"),
        ("5\0", "invalid"),
        ("198507099805", 198507099805),
    ],
)
def test_integers(text, value):
    assert _one(text, "integer") == value


@pytest.mark.parametrize(
    ("text", "decimal", "value"),
    [
        ("1.5", ".", 1.5),
        ("1,5", ",", 1.5),
        ("1.5", ",", "invalid"),
        ("1,5", ".", "invalid"),
        ("1.000,5", ",", "invalid"),
        ("1,5,5", ",", "invalid"),
        ("1..5", ".", "invalid"),
        ("-.5", ".", -0.5),
        ("5.", ".", 5.0),
        (".", ".", "invalid"),
        ("-", ".", "invalid"),
        ("+1", ".", 1.0),
        ("1e3", ".", 1000.0),
        ("1E-3", ".", 0.001),
        ("1,5e3", ",", 1500.0),
        ("1e", ".", "invalid"),
        ("1e999", ".", "invalid"),
        ("-1e999", ".", "invalid"),
        ("1e1000", ".", "invalid"),
        ("1e-999", ".", 0.0),
        ("9" * 400, ".", "invalid"),
        ("0." + "0" * 400 + "1", ".", 0.0),
        ("nan", ".", "invalid"),
        ("inf", ".", "invalid"),
        ("Infinity", ".", "invalid"),
        ("0x1p3", ".", "invalid"),
        ("1 000", ".", "invalid"),
        ("٣.٥", ".", "invalid"),
        ("5 kr", ".", "invalid"),
    ],
)
def test_numbers(text, decimal, value):
    assert _one(text, "number", decimal) == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("True", True),
        ("TRUE", True),
        ("1", True),
        ("false", False),
        ("False", False),
        ("FALSE", False),
        ("0", False),
        (" true ", True),
        ("tRUE", "invalid"),
        ("yes", "invalid"),
        ("ja", "invalid"),
        ("2", "invalid"),
        ("", None),
    ],
)
def test_booleans(text, value):
    assert _one(text, "boolean") is value or _one(text, "boolean") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-02-29", date(2024, 2, 29)),
        ("2023-02-29", "invalid"),
        ("1900-02-29", "invalid"),
        ("2000-02-29", date(2000, 2, 29)),
        ("2024-02-30", "invalid"),
        ("2024-04-31", "invalid"),
        ("2024-13-01", "invalid"),
        ("2024-00-01", "invalid"),
        ("2024-01-00", "invalid"),
        ("0001-01-01", date(1, 1, 1)),
        ("9999-12-31", date(9999, 12, 31)),
        ("0000-01-01", "invalid"),
        ("1500-01-01", date(1500, 1, 1)),
        ("2024-1-1", "invalid"),
        ("24-01-01", "invalid"),
        ("20240101", "invalid"),
        ("01/02/2024", "invalid"),
        ("2024-01-01T00:00", "invalid"),
        ("2024-01-01 x", "invalid"),
        ("２０２４-01-01", "invalid"),
        (" 2024-01-01 ", date(2024, 1, 1)),
        ("2024-01-01\n", date(2024, 1, 1)),
        ("-2024-01-01", "invalid"),
    ],
)
def test_dates(text, value):
    assert _one(text, "date") == value


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("2024-02-29T23:59:59", datetime(2024, 2, 29, 23, 59, 59)),  # noqa: DTZ001
        ("2024-02-29 23:59", datetime(2024, 2, 29, 23, 59)),  # noqa: DTZ001
        ("0001-01-01T00:00", datetime(1, 1, 1)),  # noqa: DTZ001
        ("9999-12-31T23:59:59", datetime(9999, 12, 31, 23, 59, 59)),  # noqa: DTZ001
        ("2024-02-29T24:00", "invalid"),
        ("2024-02-29T23:60", "invalid"),
        ("2024-02-29T23:59:60", "invalid"),
        ("2024-02-30T10:00", "invalid"),
        ("2024-02-29", "invalid"),
        ("2024-02-29T10", "invalid"),
        ("2024-02-29T10:00:00Z", "invalid"),
        ("2024-02-29T10:00:00.5", "invalid"),
        ("2024-02-29T10:00+02:00", "invalid"),
        ("2024-02-29TT10:00", "invalid"),
        ("2024-02-29  10:00", "invalid"),
        ("0000-01-01T10:00", "invalid"),
    ],
)
def test_datetimes(text, value):
    assert _one(text, "datetime") == value


def test_texts_stay_as_they_are_but_empty_ones_are_null():
    for to in (None, "string"):
        converted = convert(pa.array([" a ", "", None, " "]), to)
        assert converted.array.to_pylist() == [" a ", None, None, " "]
        assert converted.invalid is None


_SIGNS = st.text("0123456789" * 3 + "+-.,eE TZ:\tn\u00a0å٣", max_size=24)


@given(
    texts=st.lists(st.one_of(st.none(), _SIGNS, st.text(max_size=20)), max_size=30),
    to=st.sampled_from([None, *_TYPES]),
    decimal=st.sampled_from([".", ","]),
    start=st.integers(0, 5),
    kernel=st.sampled_from(_KERNELS),
)
def test_any_text_converts_or_is_invalid(texts, to, decimal, start, kernel):
    texts = [t if t is None else t.encode("utf-8", "replace").decode() for t in texts]
    column = pa.array(texts, pa.string()).slice(start)
    converted = convert(column, to, decimal, kernel)
    converted.array.validate(full=True)
    assert len(converted.array) == len(column)
    assert converted.array.type == (pa.string() if to is None else ARROW_TYPES[to])
    invalid = [False] * len(column) if converted.invalid is None else converted.invalid.tolist()
    assert converted.invalid is None or any(invalid)
    for text, value, wrong in zip(
        column.to_pylist(), converted.array.to_pylist(), invalid, strict=True
    ):
        assert (value is None) is (not text or wrong)
        assert not (wrong and not text)
        if value is not None:
            _equals(text, value, to, decimal)


def _equals(text: str, value: object, to: str | None, decimal: str) -> None:
    text = text if to in (None, "string") else text.strip()
    if to in (None, "string"):
        assert value == text
    elif to == "integer":
        assert value == int(text)
    elif to == "number":
        assert value == float(text.replace(decimal, "."))
        assert math.isfinite(value)
    elif to == "date":
        assert value == date.fromisoformat(text)
    elif to == "datetime":
        assert value == datetime.fromisoformat(text)


@given(
    text=st.from_regex(r"[+-]?([0-9]+(\.[0-9]*)?|\.[0-9]+)([eE][+-]?[0-9]{1,3})?", fullmatch=True)
)
def test_every_form_of_a_number_is_read_as_python_reads_it(text):
    expected = float(text)
    assert _one(text, "number") == (expected if math.isfinite(expected) else "invalid")


@given(day=st.dates())
def test_every_date_is_read(day):
    assert _one(day.isoformat(), "date") == day


@given(moment=st.datetimes().map(lambda moment: moment.replace(microsecond=0)))
def test_every_datetime_is_read(moment):
    assert _one(moment.isoformat(), "datetime") == moment
    assert _one(f"{moment:%H:%M}".join([f"{moment.date()} ", ""]), "datetime") == moment.replace(
        second=0
    )


# Types of binary formats.


def test_numbers_of_other_widths():
    assert convert(pa.array([1, None, -1]), "number").array.to_pylist() == [1.0, None, -1.0]
    assert convert(pa.array([1, 2], pa.int8()), "integer").array.to_pylist() == [1, 2]
    converted = convert(pa.array([1.0, 1.5, None, -0.0, 1e22, 2.0**53]), "integer")
    assert converted.array.to_pylist() == [1, None, None, 0, None, 2**53]
    assert converted.invalid.tolist() == [False, True, False, False, True, False]
    for value in (float("inf"), -float("inf"), float("nan")):
        assert convert(pa.array([value]), "integer").invalid.tolist() == [True]


def test_unsigned_integers_never_become_negative():
    converted = convert(pa.array([2**63 - 1, 2**63, 2**64 - 1, None], pa.uint64()), "integer")
    assert converted.array.to_pylist() == [2**63 - 1, None, None, None]
    assert converted.invalid.tolist() == [False, True, True, False]


def test_numbers_as_texts():
    values = [1.0, -0.0, 1.5, 0.1, 1e22, 198507099805.0, None, 2.0**53]
    assert convert(pa.array(values), "string").array.to_pylist() == [
        "1",
        "0",
        "1.5",
        "0.1",
        "1e+22",
        "198507099805",
        None,
        "9007199254740992",
    ]
    assert convert(pa.array([7, None]), "string").array.to_pylist() == ["7", None]
    assert convert(pa.array([True, None]), "string").array.to_pylist() == ["true", None]


def test_dates_and_times_as_texts_and_as_each_other():
    day = pa.array([date(2024, 2, 29), None])
    assert convert(day, "string").array.to_pylist() == ["2024-02-29", None]
    assert convert(day, "datetime").array[0].as_py() == datetime(2024, 2, 29)  # noqa: DTZ001
    moments = pa.array([0, 1_500_000, None], pa.timestamp("us"))
    assert convert(moments, "string").array.to_pylist() == [
        "1970-01-01T00:00:00",
        "1970-01-01T00:00:01.500000",
        None,
    ]
    converted = convert(moments, "date")
    assert converted.array.to_pylist() == [date(1970, 1, 1), None, None]
    assert converted.invalid.tolist() == [False, True, False]


@pytest.mark.parametrize("zone", ["Europe/Stockholm", "+02:00"])
def test_a_time_with_a_zone_is_what_the_clock_showed(zone):
    midnight = int(datetime(2024, 4, 30, 22, tzinfo=UTC).timestamp()) * 1_000_000
    column = pa.array([midnight, None], pa.timestamp("us", zone))
    assert convert(column, "string").array.to_pylist() == ["2024-05-01T00:00:00", None]
    assert convert(column, "date").array.to_pylist() == [date(2024, 5, 1), None]
    assert convert(column, "date").invalid is None
    assert convert(column, "datetime").array.to_pylist() == [datetime(2024, 5, 1), None]  # noqa: DTZ001
    assert convert(column, None).array.type == column.type


_DELIVERED = [
    pa.string(),
    pa.int64(),
    pa.float64(),
    pa.bool_(),
    pa.date32(),
    pa.timestamp("us"),
    pa.timestamp("us", "UTC"),
    pa.int8(),
    pa.uint64(),
    pa.float32(),
    pa.timestamp("ns"),
    pa.null(),
    pa.large_string(),
    pa.decimal128(10, 2),
    pa.time64("us"),
    pa.duration("s"),
    pa.dictionary(pa.int8(), pa.string()),
    pa.binary(),
    pa.list_(pa.string()),
    pa.struct([("a", pa.string())]),
    pa.map_(pa.string(), pa.string()),
]


@pytest.mark.parametrize("to", _TYPES)
@pytest.mark.parametrize("source", _DELIVERED, ids=str)
def test_what_can_be_converted_converts(source, to):
    if can_convert(source, to):
        for column in (pa.nulls(3, source), pa.nulls(0, source)):
            converted = convert(column, to)
            assert converted.array.type == ARROW_TYPES[to]
            assert converted.array.null_count == len(column)
            assert converted.invalid is None
    assert convert(pa.nulls(2, source), None).array.null_count == 2


def test_what_cannot_hold_a_type_at_all():
    assert can_convert(pa.string(), "date")
    for source, to in [
        (pa.bool_(), "integer"),
        (pa.date32(), "integer"),
        (pa.date32(), "boolean"),
        (pa.int64(), "date"),
        (pa.float64(), "datetime"),
        (pa.list_(pa.string()), "string"),
        (pa.binary(), "string"),
        (pa.struct([]), "string"),
    ]:
        assert not can_convert(source, to)


@pytest.mark.parametrize("kind", [pa.int8(), pa.uint64(), pa.int64(), pa.float32(), pa.float64()])
def test_one_and_zero_are_the_booleans_of_formats_that_have_none(kind):
    converted = convert(pa.array([1, 0, 2, None], kind), "boolean")
    assert converted.array.to_pylist() == [True, False, None, None]
    assert converted.invalid.tolist() == [False, False, True, False]
    if pa.types.is_floating(kind):
        odd = convert(pa.array([-0.0, 0.5, float("nan"), 1.0], kind), "boolean")
        assert odd.array.to_pylist() == [False, None, None, True]


def test_what_was_converted_does_not_show_itself():
    converted = convert(pa.array(["19580317-9869", "x"]), "integer")
    assert "9869" not in f"{converted!r} {converted}"
    assert converted.invalid.tolist() == [True, True]
