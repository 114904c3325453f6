# SPDX-License-Identifier: Apache-2.0
"""Both kernels find the same rows of SQL, and the same values in them."""

from __future__ import annotations

import itertools
import os
import random

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from pseudo.kernel import Kernel, SqlGrammar
from pseudo.kernel.sql_rows import sql_rows
from pseudo.kernel.sql_values import sql_values

_TEXTS = 200_000 if os.environ.get("PSEUDO_TEST_FULL") else 800
_HEAD = b"INSERT INTO t VALUES"
_PIECES = [
    b"(", b")", b"(", b")", b",", b",", b";", b"'", b"''", b"'a'", b"N'b'", b"\\", b"\\'", b"\\n",
    b"\\%", b"E'", b" E'\\''", b"xE'", b'"', b"`", b"[", b"]", b"-", b"--", b"-1", b"+1.5", b".5",
    b"1e-5", b"NULL", b"null", b"True", b"nUll", b"$", b"$$", b"#", b"/", b"/*", b"*/", b"/*!",
    b"\n", b"\r\n", b" ", b"\x0b", b"GO\n", b"\nGO \n", b"go\n", b"\xc3\xa5", b"x", _HEAD,
    b"),(", b"('a',1),", b";\n" + _HEAD, b"('", b"')", b"1", b"''''",
]  # fmt: skip
_GRAMMARS = [
    SqlGrammar(backslash, double, prefixed, brackets, hashes, blank, nested)
    for backslash, (double, prefixed, brackets, hashes, blank, nested) in itertools.product(
        ("letter", "mysql", "postgresql", "unknown"),
        [
            (False, False, False, False, False, False),
            (True, False, False, True, True, False),
            (False, True, False, False, False, True),
            (False, False, True, False, False, True),
        ],
    )
]
_texts = st.lists(st.sampled_from(_PIECES), max_size=30).map(b"".join)


def _assert_same(kernel: Kernel, text: bytes, grammar: SqlGrammar, *, first: bool) -> None:
    expected = sql_rows(text, 0, grammar, _HEAD, first=first)
    found = kernel.sql_rows(text, 0, grammar, _HEAD, first=first)
    assert found.starts.tolist() == expected.starts.tolist()
    assert found.ends.tolist() == expected.ends.tolist()
    assert found.consumed == expected.consumed
    for width in (1, 2, 3):
        for chosen in (range(width), [width - 1], []):
            one = sql_values(text, expected, grammar, width, chosen)
            other = kernel.sql_values(text, expected, grammar, width, chosen)
            assert one.fields.tolist() == other.fields.tolist()
            assert [tuple(cell) for cell in one.deferred] == [
                tuple(cell) for cell in other.deferred
            ]
            assert len(one.columns) == len(other.columns)
            for ours, theirs in zip(one.columns, other.columns, strict=True):
                theirs.validate(full=True)
                assert ours.null_count == theirs.null_count
                assert ours.equals(theirs)


@given(body=_texts, grammar=st.sampled_from(_GRAMMARS), first=st.booleans())
@example(body=b"1,'a'),\n('b',NULL);", grammar=_GRAMMARS[4], first=True)
@example(body=b"'\\'),('", grammar=_GRAMMARS[0], first=True)
@example(body=b"'a'''),(,1),(1,),(),( )", grammar=_GRAMMARS[0], first=True)
def test_rows_and_values_are_the_reference_s(
    native_kernel: Kernel, body: bytes, grammar: SqlGrammar, first: bool
) -> None:
    _assert_same(native_kernel, (b"(" if first else b",(") + body + b")", grammar, first=first)


def test_many_random_texts_are_read_alike(native_kernel: Kernel) -> None:
    chance = random.Random(29)
    for _ in range(_TEXTS):
        pieces = _PIECES[:14] + _PIECES[24:32] if chance.random() < 0.6 else _PIECES
        body = b"".join(chance.choices(pieces, k=chance.randrange(1, 25)))
        first = chance.random() < 0.7
        text = (b"(" if first else b",(") + body + b")"
        _assert_same(native_kernel, text, chance.choice(_GRAMMARS), first=first)


@pytest.mark.parametrize("grammar", [_GRAMMARS[4 + 1], _GRAMMARS[2], _GRAMMARS[3]])
def test_rows_go_on_with_the_next_statement(kernel: Kernel, grammar: SqlGrammar) -> None:
    text = (
        _HEAD
        + b"(1,'a');\n"
        + _HEAD
        + b" ('b', 2)\nGO\n"
        + _HEAD
        + b"(3,-4) ;INSERT INTO u VALUES(1)"
    )
    rows = kernel.sql_rows(text, len(_HEAD), grammar, _HEAD, first=True)
    assert [text[a:b] for a, b in zip(rows.starts, rows.ends, strict=True)] == [
        b"(1,'a')", b"('b', 2)", b"(3,-4)",
    ]  # fmt: skip
    values = kernel.sql_values(text, rows, grammar, 2, [0, 1])
    assert [column.to_pylist() for column in values.columns] == [["1", "b", "3"], ["a", "2", "-4"]]
