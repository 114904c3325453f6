# SPDX-License-Identifier: Apache-2.0
"""Delimiters, headers, and tables as they come out of many dialects."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from pseudo.errors import PseudoError

Read = Callable[..., Any]
Refused = Callable[..., PseudoError]


@pytest.mark.parametrize(
    ("data", "shown", "names", "rows"),
    [
        (b"a;b\n1;2\n", ";", "a b", ["1 2"]),
        (b"a,b\n1,2\n", ",", "a b", ["1 2"]),
        (b"a\tb\n1\t2\n", "\t", "a b", ["1 2"]),
        (b"a|b\r\n1|2\r\n", "|", "a b", ["1 2"]),
        (b"a;b\r1;2\r3;4", ";", "a b", ["1 2", "3 4"]),
        (b"a;b\n1,5;2,5\n", ";", "a b", ["1,5 2,5"]),
        (b"a,b;c,d\n1,2;3,4\n", ";", "a,b c,d", ["1,2 3,4"]),
        (b'a,b\n"x;y","z;w"\n', ",", "a b", ["x;y z;w"]),
        (b'"a;x",b\n"1;2",3\n', ",", "a;x b", ["1;2 3"]),
        (b'a,b\n"1\n;2",3\n', ",", "a b", ["1\n;2 3"]),
        (b"pnr\nx\ny\n", "", "pnr", ["x", "y"]),
        (b"pnr\nx;y\n", "", "pnr", ["x;y"]),
        (b"nummer, alla\nx\ny\n", "", "nummer, alla", ["x", "y"]),
        (b'pnr\n"x,y"\n""\n\nz\n', "", "pnr", ["x,y", None, "z"]),
        (b"sep=;\na;b\n1;2\n", ";", "a b", ["1 2"]),
        (b"SEP=,\r\na,b;c\r\n1,2;3\r\n", ",", "a b;c", ["1 2;3"]),
        (b"\xef\xbb\xbfsep=\t\n\na\tb\n1\t2\n", "\t", "a b", ["1 2"]),
        (b"sep=^\na^b\n1^2\n", "^", "a b", ["1 2"]),
        (b"\n\r\n\ra;b\n1;2\n", ";", "a b", ["1 2"]),
        (b"a;b\n1;2;3\n4;5\n6;7\n", ";", "a b", ["4 5", "6 7"]),
    ],
)
def test_what_is_found_out(
    read: Read, data: bytes, shown: str, names: str, rows: list[str | None]
) -> None:
    outcome = read(data)
    assert outcome.facts.delimiter == shown
    split = shown != ""
    assert outcome.names == (tuple(names.split(" ")) if split else (names,))
    assert outcome.rows == [tuple(row.split(" ")) if split and row else (row,) for row in rows]


def test_a_told_delimiter_is_taken(read: Read) -> None:
    outcome = read(b"sep=;\na:b;c\n1:2;3\n", delimiter=":")
    assert outcome.names == ("a", "b;c")
    assert outcome.rows == [("1", "2;3")]
    assert read(b"a;b\n1;2\n", delimiter=",").rows == [("1;2",)]


def test_the_places_count_every_line_and_no_blank_record(read: Read) -> None:
    outcome = read(b"sep=;\r\n\r\n\r\na;b\r\n\r\n1;2\r\n\r\n\r\n3;4")
    assert outcome.numbers == [2, 3]
    assert outcome.lines == [6, 9]
    assert outcome.blank == 5


def test_more_than_the_first_hundred_records_do_not_decide(read: Read) -> None:
    data = b"a,b\n" + b"1,2\n" * 100 + b"x;y,z\n" * 5
    assert read(data).facts.delimiter == ","


@pytest.mark.parametrize(
    ("line", "cells"),
    [
        (b'"a"b;c', ("ab", "c")),
        (b'"a"b"c;d', ('ab"c', "d")),
        (b'a"b;c', ('a"b', "c")),
        (b'a"";c', ('a""', "c")),
        (b' "a";c', (' "a"', "c")),
        (b'"a""b";c', ('a"b', "c")),
        (b'"";c', (None, "c")),
        (b'"""";c', ('"', "c")),
        (b'"a;b";" c "', ("a;b", " c ")),
        (b'"a\r\nb";"c\rd"', ("a\r\nb", "c\rd")),
        (b"a\\;b", ("a\\", "b")),
        (b'"a\\";b', ("a\\", "b")),
        (b"NULL;NA", ("NULL", "NA")),
        (b"nan;#N/A", ("nan", "#N/A")),
        (b";", (None, None)),
        (b"   ;\t", ("   ", "\t")),
        (b"007;0,5", ("007", "0,5")),
        (b"1e5;-0", ("1e5", "-0")),
        (b"true;2020-01-01", ("true", "2020-01-01")),
        (b"001212121212;9007199254740993", ("001212121212", "9007199254740993")),
        (b"=1+1;@x", ("=1+1", "@x")),
        (b"a\x0bb;c\x0c", ("a\x0bb", "c\x0c")),
        ("a\u2028b;c\u0085d".encode(), ("a\u2028b", "c\u0085d")),
    ],
)
def test_cells_are_texts_as_they_stand(
    read: Read, line: bytes, cells: tuple[str | None, ...]
) -> None:
    for end in (b"\n", b"\r\n", b"\r"):
        data = b"a;b" + end + b"x;y" + end + line + end + b"z;w"
        outcome = read(data, delimiter=";", encoding="utf-8")
        assert outcome.rows == [("x", "y"), cells, ("z", "w")]


@pytest.mark.parametrize(
    ("header", "names"),
    [
        (b" a ;\tb\t", ("a", "b")),
        ("\u00a0a\u00a0;A\u030angstro\u0308m".encode(), ("a", "Ångström")),
        (b'"a;b";"c ""d"""', ("a;b", 'c "d"')),
        ('"Kön\n(M/K)";b'.encode(), ("Kön\n(M/K)", "b")),
        ("\ufeff\ufeffa;b".encode(), ("a", "b")),
        (b"2019-20;v36", ("2019-20", "v36")),
        (b"kod 1;Kod 1", ("kod 1", "Kod 1")),
        (b"inkomst_2019;[pnr]", ("inkomst_2019", "[pnr]")),
    ],
)
def test_names_are_trimmed_and_composed(read: Read, header: bytes, names: tuple[str, ...]) -> None:
    assert read(header + b"\n1;2\n", delimiter=";").names == names


@pytest.mark.parametrize(
    ("first", "column"),
    [
        ("19121212-1212;Karl", 1),
        ("Karl;191212121212", 2),
        ("Karl;121212+1212", 2),
        ("namn;19121212\u200b1212", 2),
        ("namn;1912 1212 1212", 2),
        ("namn;\uff11\uff19\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12\uff11\uff12", 2),
        ('namn;"191212\n121212"', 2),
        ("namn;121212A234", 2),
        ("namn;karl@example.se", 2),
        ("namn;2019-01-31", 2),
        ("namn;2019-01-31 12:00", 2),
        ("17;namn", 1),
        ("namn;1 234,50", 2),
        ("namn;-3", 2),
        ("namn;12 %", 2),
        (";19121212-1212", 2),
        ("a;a;19121212-1212", 3),
    ],
)
def test_a_first_record_that_could_be_a_persons(refused: Refused, first: str, column: int) -> None:
    error = refused(first.encode() + b"\n1;2\n", delimiter=";")
    assert error.code == "delivery.no_header"
    assert error.params == {"file": 1, "column": column}


@pytest.mark.parametrize(
    ("header", "column"), [(b"a;;b", 2), (b"a;b;", 3), (b";", 1), (b'a;" "', 2), (b" ;b", 1)]
)
def test_a_column_without_a_name(refused: Refused, header: bytes, column: int) -> None:
    error = refused(header + b"\n1;2;3\n", delimiter=";")
    assert error.code == "delivery.blank_column_name"
    assert error.params["column"] == column


@pytest.mark.parametrize("header", ["a;b; a", "a;b;a", 'å;b;"a\u030a"', "a;b;\ufeffa"])
def test_two_columns_of_one_name(refused: Refused, header: str) -> None:
    error = refused(header.encode() + b"\n1;2;3\n", delimiter=";")
    assert error.code == "delivery.duplicate_column"
    assert (error.params["first"], error.params["second"]) == (1, 3)
