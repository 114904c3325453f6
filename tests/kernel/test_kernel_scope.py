# SPDX-License-Identifier: Apache-2.0
"""Opaque identifiers and the scope inside which they have meaning."""

from __future__ import annotations

import hashlib
import hmac
import struct
import unicodedata

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pseudo.identity import IdentityRule, Reason
from pseudo.identity.spelling import WHITE_SPACE
from pseudo.kernel import select
from pseudo.kernel.scope import combine
from pseudo.pseudonym import PseudonymFormat
from pseudo.testing import REFERENCE_DATE

_KERNEL = select()
_RAW = bytes(range(32))
_KEY = _KERNEL.prepare(_RAW)


def _rule(name: str = "hushall", width: int = 0) -> IdentityRule:
    return IdentityRule.of(reference_date=REFERENCE_DATE, kind=f"opaque:{name}", width=width)


def _swap(column, *scope, rule=None):
    columns = [pa.array(values) if isinstance(values, list) else values for values in scope]
    column = pa.array(column) if isinstance(column, list) else column
    return _KERNEL.swap(column, rule or _rule(), _KEY, PseudonymFormat.HEX, columns)


def _expected(*parts: str) -> str:
    framed = b"".join(struct.pack(">I", len(p.encode())) + p.encode() for p in parts)
    return hmac.new(_RAW, framed, hashlib.sha256).digest()[:16].hex()


def test_the_scope_is_hashed_before_the_identifier():
    swapped = _swap(["0001", "0001", "0002"], ["0180", "1480", "0180"])
    assert swapped.pseudonyms.to_pylist() == [
        _expected("opaque:hushall", "0180", "0001"),
        _expected("opaque:hushall", "1480", "0001"),
        _expected("opaque:hushall", "0180", "0002"),
    ]
    assert _swap(["0001"]).pseudonyms[0].as_py() == _expected("opaque:hushall", "0001")


def test_several_scope_columns_are_hashed_in_their_order():
    one = _swap(["1"], ["0180"], ["2026"]).pseudonyms[0].as_py()
    other = _swap(["1"], ["2026"], ["0180"]).pseudonyms[0].as_py()
    assert one == _expected("opaque:hushall", "0180", "2026", "1")
    assert one != other


def test_no_two_lists_of_parts_run_together():
    made = {
        _swap(["c"], ["ab"]).pseudonyms[0].as_py(),
        _swap(["bc"], ["a"]).pseudonyms[0].as_py(),
        _swap(["abc"]).pseudonyms[0].as_py(),
        _swap(["c"], ["a"], ["b"]).pseudonyms[0].as_py(),
        _swap(["b"], ["a"]).pseudonyms[0].as_py(),
        _swap(["c"], ["b"], ["a"]).pseudonyms[0].as_py(),
        _swap(["\0\0\0\1c"], ["a"]).pseudonyms[0].as_py(),
    }
    assert len(made) == 7


def test_a_scope_of_numbers_is_the_scope_of_their_texts():
    texts = _swap(["1"] * 3, ["180", "180", "180"]).pseudonyms.to_pylist()
    assert len(set(texts)) == 1
    for values in (
        pa.array([180] * 3),
        pa.array([180] * 3, pa.uint8()),
        pa.array([180.0] * 3),
        pa.array([180.0] * 3, pa.float32()),
        pa.array(["180", " 180", "180\u00a0"]),
        pa.array(["180"] * 3).dictionary_encode(),
        pa.array(["180"] * 3, pa.large_string()),
        pa.array(["180"] * 3, pa.string_view()),
    ):
        assert _swap(["1"] * 3, values).pseudonyms.to_pylist() == texts
    assert _swap(["1"], ["0180"]).pseudonyms[0].as_py() not in texts


def test_a_width_pads_the_identifier_and_not_its_scope():
    swapped = _swap([1, 12345], [180, 180], rule=_rule(width=4))
    assert swapped.pseudonyms.to_pylist() == [
        _expected("opaque:hushall", "180", "0001"),
        _expected("opaque:hushall", "180", "12345"),
    ]


@pytest.mark.parametrize(
    "scope",
    [
        ["", " ", "\u00a0\t", None],
        pa.nulls(4),
        pa.nulls(4, pa.int64()),
        pa.array([None, float("nan"), 0.5, float("inf")]),
    ],
    ids=range(4),
)
def test_a_blank_scope_is_no_scope(scope):
    swapped = _swap(["1", "2", "3", "4"], ["0180"] * 4, scope)
    assert swapped.pseudonyms.null_count == 4
    assert swapped.reasons.tolist() == [Reason.SCOPE_MISSING] * 4


def test_a_wrong_identifier_is_said_before_a_wrong_scope():
    long = "x" * 201
    swapped = _swap([None, "", long, "1", "1", "1"], ["", "a", "", None, long, "a"])
    assert swapped.reasons.tolist() == [
        Reason.BLANK,
        Reason.BLANK,
        Reason.TOO_LONG,
        Reason.SCOPE_MISSING,
        Reason.TOO_LONG,
        Reason.OK,
    ]
    assert swapped.pseudonyms.is_valid().to_pylist() == [False] * 5 + [True]


def test_of_two_wrong_scopes_the_first_is_said():
    assert _swap(["1"], [""], ["x" * 201]).reasons.tolist() == [Reason.SCOPE_MISSING]
    assert _swap(["1"], ["x" * 201], [""]).reasons.tolist() == [Reason.TOO_LONG]


def test_a_very_long_scope_costs_nothing():
    for text in ("a" * 5_000_000, "\u0301\u0316" * 1_000_000):
        assert _swap(["1"] * 3, [text] * 3).reasons.tolist() == [Reason.TOO_LONG] * 3


def test_a_constant_scope_and_slices():
    column, scope = pa.array(["x", "1", None, "2", "1"]), pa.array(["s", "k", "k", "", "k"])
    whole = _swap(column, scope)
    cut = _swap(column.slice(1, 3), scope.slice(1, 3))
    assert cut.pseudonyms.to_pylist() == whole.pseudonyms.slice(1, 3).to_pylist()
    assert cut.reasons.tolist() == whole.reasons[1:4].tolist()
    assert cut.ranks.tolist() == [-1] * 3
    encoded = _swap(column.dictionary_encode().slice(1, 3), scope.dictionary_encode().slice(1, 3))
    assert encoded.pseudonyms == cut.pseudonyms


_TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=6)


@given(
    rows=st.lists(st.tuples(st.one_of(st.none(), _TEXT), st.one_of(st.none(), _TEXT), _TEXT)),
)
def test_every_row_equals_its_own_hmac(rows):
    columns = [pa.array([row[place] for row in rows], pa.string()) for place in range(3)]
    swapped = _swap(columns[0], columns[1], columns[2])
    swapped.pseudonyms.validate(full=True)
    for row, (values, pseudonym) in enumerate(
        zip(rows, swapped.pseudonyms.to_pylist(), strict=True)
    ):
        value, *scope = (
            unicodedata.normalize("NFC", part or "").strip(WHITE_SPACE) for part in values
        )
        if value and all(scope):
            assert pseudonym == _expected("opaque:hushall", *scope, value)
        else:
            assert pseudonym is None
            expected = Reason.SCOPE_MISSING if value else Reason.BLANK
            assert swapped.reasons[row] == expected


def test_distinct_combinations_are_computed_once():
    from pseudo.identity import judge_column

    column, scope = pa.array(["1", "2"] * 500), pa.array(["a"] * 999 + ["b"])
    encoded = column.dictionary_encode()
    combined = combine(encoded, judge_column(encoded.dictionary, _rule()), [scope])
    assert len(combined.messages) == 3
    assert "1" not in repr(combined).replace("1000", "")


def test_a_scope_column_that_can_hold_none():
    from pseudo.errors import UsageError

    with pytest.raises(UsageError, match="cannot hold identifiers"):
        _swap(["1"], pa.array([True]))
