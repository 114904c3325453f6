# SPDX-License-Identifier: Apache-2.0
"""Every kind of container comes in and goes out as it came."""

from __future__ import annotations

import decimal
from datetime import date, datetime
from itertools import pairwise

import numpy as np
import pandas as pd
import polars as pl
import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo import frames
from pseudo.errors import InvalidValuesError, UsageError
from pseudo.testing import CANARIES, MemoryStore, People, assert_clean

_DOMAIN = MemoryStore({("projA", 1): bytes(range(32))}).domain("projA")
_ONE, _TWO = "850709-9805", "19121212-1212"
_A, _B = "4JINNIE66QON2AICF7YTI4PMVE", "3T2CHD5Z6J77TF6OXTAATKMZL4"


def _made(values, **options):
    return _DOMAIN.pseudonymize(values, **options)


# pandas.


@pytest.mark.parametrize(
    "dtype", [object, "str", "string", "string[pyarrow]", "category", "string[python]"]
)
def test_a_series_of_texts(dtype):
    index = pd.Index([7, 7, 3], name="rad")
    came = pd.Series([_ONE, None, _TWO], dtype=dtype, index=index, name="pnr")
    before = came.copy()
    made = _made(came)
    assert type(made) is pd.Series
    assert made.name == "pnr"
    pd.testing.assert_index_equal(made.index, index)
    assert made.tolist()[::2] == [_A, _B]
    assert made.isna().tolist() == [False, True, False]
    assert made.dtype == ("str" if dtype == "category" else came.dtype)
    pd.testing.assert_series_equal(came, before)


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string(), pa.string_view(), pa.int64()])
def test_a_series_backed_by_arrow_stays_so(kind):
    values = pa.array([198507099805, None]).cast(kind)
    made = _made(pd.Series(values, dtype=pd.ArrowDtype(kind)))
    assert made.dtype == pd.ArrowDtype(pa.string())
    assert made.isna().tolist() == [False, True]
    assert made[0] == _A


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([198507099805, 191212121212]),
        pd.Series([198507099805, 191212121212], dtype="Int64"),
        pd.Series([198507099805, 191212121212], dtype="uint64"),
        pd.Series([198507099805.0, 191212121212.0]),
        pd.Series([198507099805.0, 191212121212.0], dtype="Float64"),
        pd.Series([198507099805, 191212121212.0], dtype=object),
        pd.Series([198507099805, "19121212-1212"], dtype=object),
        pd.Series([np.int64(198507099805), np.float64(191212121212)], dtype=object),
        pd.Series([198507099805, 191212121212]).astype("category"),
    ],
    ids=range(9),
)
def test_a_series_of_numbers(values):
    made = _made(values)
    assert made.tolist() == [_A, _B]
    assert made.dtype == (object if values.dtype == object else "str")


@pytest.mark.parametrize(
    "null", [None, np.nan, pd.NA, pd.NaT, float("nan")], ids=["None", "nan", "NA", "NaT", "float"]
)
def test_every_null_of_pandas_is_null(null):
    for values in ([_ONE, null, 191212121212], [_ONE, null], [null, null]):
        made = _made(pd.Series(values, dtype=object))
        assert made.isna().tolist() == [value is null for value in values]
        assert _made(list(values)) == [
            None if m != m else m for m in made.where(made.notna(), None)
        ]


def test_indexes_and_their_names_are_kept():
    multi = pd.MultiIndex.from_tuples([("a", 1), ("a", 1), ("b", 2)], names=["x", None])
    made = _made(pd.Series([_ONE, _TWO, None], index=multi))
    pd.testing.assert_index_equal(made.index, multi)
    days = pd.date_range("2024-01-01", periods=2, name="dag")
    pd.testing.assert_index_equal(_made(pd.Series([_ONE, _TWO], index=days)).index, days)
    index = _made(pd.Index([_ONE, _TWO], name="id"))
    assert type(index) is pd.Index
    assert (index.tolist(), index.name) == ([_A, _B], "id")


def test_a_column_can_be_put_back_into_its_frame():
    frame = pd.DataFrame({"pnr": [_TWO, _ONE, None], "x": [1, 2, 3]}, index=[9, 9, 1])
    frame["id"] = _made(frame["pnr"])
    assert frame["id"].tolist()[:2] == [_B, _A]
    shuffled = frame.loc[[1]]
    assert _made(shuffled["pnr"]).index.tolist() == [1]


@pytest.mark.parametrize("dtype", [object, "str", "int64", "float64", "category", "Int64"])
def test_an_empty_series(dtype):
    made = _made(pd.Series([], dtype=dtype, name="n"))
    assert (len(made), made.name) == (0, "n")
    assert made.dtype == (object if dtype is object else "str")


def test_a_slice_and_a_view_of_a_series():
    came = pd.Series([_ONE, _TWO] * 10)
    assert _made(came[::-3]).index.tolist() == came[::-3].index.tolist()
    assert _made(came[::-3]).tolist() == _made(came)[::-3].tolist()
    assert _made(came[5:5]).tolist() == []


# polars.


@pytest.mark.parametrize("dtype", [pl.String, pl.Categorical, pl.Enum([_ONE, _TWO]), pl.Object])
def test_a_polars_series(dtype):
    if dtype is pl.Object:
        with pytest.raises(UsageError):
            _made(pl.Series("n", [_ONE], dtype=dtype))
        return
    made = _made(pl.Series("n", [_ONE, None, _TWO], dtype=dtype))
    assert type(made) is pl.Series
    assert (made.name, made.dtype) == ("n", pl.String)
    assert made.to_list() == [_A, None, _B]


@pytest.mark.parametrize("dtype", [pl.Int64, pl.UInt64, pl.Float64])
def test_a_polars_series_of_numbers(dtype):
    made = _made(pl.Series("n", [198507099805, None], dtype=dtype))
    assert made.to_list() == [_A, None]


def test_a_polars_series_in_pieces_empty_or_of_nothing():
    pieces = pl.concat([pl.Series("n", [_ONE]), pl.Series("n", [_TWO])], rechunk=False)
    assert _made(pieces).to_list() == [_A, _B]
    assert _made(pl.Series("n", [], dtype=pl.String)).to_list() == []
    assert _made(pl.Series("n", [None, None])).to_list() == [None, None]
    assert _made(pl.Series("n", [_ONE, _TWO])[1:]).to_list() == [_B]


# pyarrow and the C interface.


@pytest.mark.parametrize(
    "type_",
    [pa.string(), pa.large_string(), pa.string_view(), pa.dictionary(pa.int8(), pa.string())],
)
def test_an_array(type_):
    came = pa.array([_TWO, _ONE, None])
    came = came.dictionary_encode() if pa.types.is_dictionary(type_) else came.cast(type_)
    made = _made(came.slice(1))
    assert isinstance(made, pa.StringArray)
    assert made.to_pylist() == [_A, None]
    assert _made(came.slice(3)).to_pylist() == []
    assert _made(pa.nulls(2)).to_pylist() == [None, None]


def test_a_chunked_array():
    came = pa.chunked_array([[_ONE], [], [_TWO, None]])
    made = _made(came)
    assert isinstance(made, pa.ChunkedArray)
    assert made.type == pa.string()
    assert made.to_pylist() == [_A, _B, None]
    assert _made(pa.chunked_array([], pa.string())).to_pylist() == []
    assert _made(pa.chunked_array([[]], pa.null())).to_pylist() == []
    assert _made(pa.chunked_array([[198507099805], [None]])).to_pylist() == [_A, None]


def test_many_tiny_pieces_are_worked_on_together():
    numbers = People(seed=1).personnummer(3000)
    pieces = pa.chunked_array([[number] for number in numbers])
    taken = frames.take(pieces)
    assert len(taken.chunks) == 1
    assert _made(pieces).to_pylist() == _made(numbers)


def test_pieces_with_dictionaries_of_their_own():
    pieces = [pa.array([_ONE, None]).dictionary_encode(), pa.array([_TWO]).dictionary_encode()]
    assert _made(pa.chunked_array(pieces)).to_pylist() == [_A, None, _B]


@given(
    cuts=st.lists(st.integers(0, 60), max_size=8),
    type_=st.sampled_from([pa.string(), pa.large_string(), pa.string_view()]),
)
def test_it_is_all_one_how_values_are_cut(cuts, type_):
    values = pa.array([*People(seed=1).personnummer(40), None, "", *[_ONE] * 18]).cast(type_)
    cuts = [0, *sorted(cuts), len(values)]
    pieces = [values.slice(a, b - a) for a, b in pairwise(cuts)]
    assert _made(pa.chunked_array(pieces, type_)).to_pylist() == _made(values).to_pylist()


def test_long_columns_are_cut_and_joined_again(monkeypatch):
    monkeypatch.setattr(frames, "CHUNK_ROWS", 7)
    monkeypatch.setattr(frames, "_JOINED_ROWS", 7)
    numbers = People(seed=1).personnummer(50)
    expected = [made for number in numbers for made in _made([number])]
    assert [len(chunk) for chunk in frames.take(numbers).chunks] == [7] * 7 + [1]
    for came in (numbers, pa.array(numbers), pa.chunked_array([numbers[:10], numbers[10:]])):
        made = _made(came)
        assert (made if isinstance(made, list) else made.to_pylist()) == expected
    assert _made(pd.Series(numbers)).tolist() == expected
    assert _made(pl.Series(numbers)).to_list() == expected


class _Stream:
    """Only the C stream interface, as libraries unknown here have it."""

    def __init__(self, values):
        self._values = values

    def __arrow_c_stream__(self, requested_schema=None):
        return self._values.__arrow_c_stream__(requested_schema)


class _Array:
    """Only the C array interface."""

    def __init__(self, values):
        self._values = values

    def __arrow_c_array__(self, requested_schema=None):
        return self._values.__arrow_c_array__(requested_schema)


def test_whatever_speaks_the_c_interface():
    made = _made(_Stream(pa.chunked_array([[_ONE], [None, _TWO]])))
    assert isinstance(made, pa.ChunkedArray)
    assert made.to_pylist() == [_A, None, _B]
    made = _made(_Array(pa.array([_ONE, None]).slice(1)))
    assert isinstance(made, pa.StringArray)
    assert made.to_pylist() == [None]


def test_a_table_is_no_column():
    for values in (
        pa.table({"personnummer": [_ONE]}),
        pa.record_batch({"personnummer": [_ONE]}),
        pd.DataFrame({"personnummer": [_ONE]}),
        pl.DataFrame({"personnummer": [_ONE]}),
        _Stream(pa.table({"personnummer": [_ONE]})),
    ):
        with pytest.raises(UsageError) as caught:
            _made(values)
        assert caught.value.code == "identity.column_type"


# Lists.


def test_lists_and_tuples():
    assert _made([_ONE, None, _TWO]) == [_A, None, _B]
    assert _made((_ONE, None)) == [_A, None]
    assert _made([]) == []
    assert _made([None]) == [None]
    assert _made([198507099805, 8507099805]) == [_A, _A]
    assert _made([198507099805, _ONE, None, 198507099805.0]) == [_A, _A, None, _A]
    assert _made([np.str_(_ONE), np.int64(198507099805)]) == [_A, _A]


@pytest.mark.parametrize(
    ("value", "code"),
    [
        (0.5, "identity.lossy_number"),
        (1.98507e11 + 0.5, "identity.lossy_number"),
        (float("inf"), "identity.bad_form"),
        (2.0**70, "identity.lossy_number"),
        (10**30, "identity.wrong_length"),
        (2**64, "identity.wrong_length"),
        (-5, "identity.bad_form"),
    ],
)
def test_numbers_among_texts_that_are_no_identifiers(value, code):
    with pytest.raises(InvalidValuesError) as caught:
        _made([_ONE, value])
    assert caught.value.reasons == {code: 1}
    assert _made([_ONE, value], invalid="null") == [_A, None]


@pytest.mark.parametrize(
    ("values", "code"),
    [
        ([b"850709-9805"], "identity.column_type"),
        ([True], "identity.column_type"),
        ([_ONE, True], "frames.mixed_types"),
        ([_ONE, np.True_], "frames.mixed_types"),
        ([_ONE, b"850709-9805"], None),
        ([_ONE, ["850709-9805"]], "frames.mixed_types"),
        ([["850709-9805"]], "identity.column_type"),
        ([{"pnr": "850709-9805"}], "identity.column_type"),
        ([_ONE, {"pnr": "850709-9805"}], "frames.mixed_types"),
        ([_ONE, object()], "frames.mixed_types"),
        ([_ONE, date(1985, 7, 9)], "frames.mixed_types"),
        ([date(1985, 7, 9)], "identity.column_type"),
        ([datetime(1985, 7, 9)], "identity.column_type"),  # noqa: DTZ001
        ([decimal.Decimal(198507099805)], "identity.column_type"),
        ([_ONE, decimal.Decimal(198507099805)], "frames.mixed_types"),
        ([_ONE, 10**5000], "frames.mixed_types"),
        ([_ONE, np.float32(1.0)], "frames.mixed_types"),
        ([1 + 2j], "frames.mixed_types"),
        (["850709-9805\udc80"], "identity.not_utf8"),
        ([198507099805, "850709-9805\ud800"], "identity.not_utf8"),
    ],
    ids=range(20),
)
def test_values_that_hold_something_else(values, code):
    for came in (values, tuple(values), pd.Series(values, dtype=object)):
        with pytest.raises(UsageError) as caught:
            _made(came)
        error = caught.value
        assert code is None or error.code == code
        assert error.__context__ is None
        assert "9805" not in f"{error} {error!r} {error.args} {vars(error)}"


@pytest.mark.parametrize(
    "values",
    [
        _ONE,
        b"850709-9805",
        198507099805,
        None,
        {_ONE},
        {_ONE: 1},
        iter([_ONE]),
        np.array([_ONE]),
        pa.scalar(_ONE),
        object(),
        [_ONE].__class__,
    ],
    ids=range(11),
)
def test_containers_that_are_not_known(values):
    with pytest.raises(UsageError) as caught:
        _made(values)
    assert caught.value.code == "frames.unknown_container"
    assert "9805" not in str(caught.value)


@pytest.mark.parametrize(
    "values",
    [
        pd.Series([True]),
        pd.Series(pd.to_datetime(["1985-07-09"])),
        pd.Series([["850709-9805"]]),
        pd.Series([{"a": "850709-9805"}]),
        pd.Series([1 + 2j]),
        pd.MultiIndex.from_tuples([("850709-9805", 1)]),
        pl.Series([["850709-9805"]]),
        pl.Series([b"850709-9805"]),
        pl.Series([date(1985, 7, 9)]),
        pa.array([["850709-9805"]]),
    ],
    ids=range(10),
)
def test_columns_of_other_types(values):
    with pytest.raises(UsageError) as caught:
        _made(values)
    assert caught.value.code in ("identity.column_type", "frames.mixed_types")
    assert "9805" not in f"{caught.value}{caught.value.__context__}"


@pytest.mark.parametrize(
    "wrap",
    [
        list,
        tuple,
        pd.Series,
        pl.Series,
        pa.array,
        lambda values: pd.Series(values, dtype="category"),
        lambda values: pd.Series(values, dtype=object),
        lambda values: pa.chunked_array([values]),
    ],
)
def test_no_value_is_in_an_error_whatever_the_container(wrap):
    values = [*CANARIES.values(), "alva 19580317-9869"]
    with pytest.raises(InvalidValuesError) as caught:
        _made(wrap(values))
    error = caught.value
    assert_clean(shown=f"{error} {error!r} {error.args} {vars(error)} {error.__context__}")


def test_what_was_taken_does_not_show_itself():
    assert_clean(shown=repr(frames.take(list(CANARIES.values()))))
