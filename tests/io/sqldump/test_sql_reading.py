# SPDX-License-Identifier: Apache-2.0
"""Which table, which columns, which types; what is taken for SQL; and what nobody is shown."""

from __future__ import annotations

import traceback
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from pseudo.errors import PseudoError
from pseudo.io import open_source
from pseudo.io.detect import SQL, TEXT, sniff
from pseudo.io.source import ReadOptions, records_of

CANARY = "19121212-1212"
TWO = (
    "CREATE TABLE a (x int, y varchar(9));\nCREATE TABLE empty (z int);\n"
    "INSERT INTO a VALUES (1,'p');\nINSERT INTO b (v) VALUES ('q');\nINSERT INTO a VALUES (2,'r');\n"
)


@pytest.mark.parametrize(
    "text",
    [
        "insert into;namn;ort\n1;2;3\n",
        "insert into t;values\n1;2\n",
        "set;use;begin\ncreate table x;1;2\n",
        "use case;count\nINSERT;2\n",
        "-- kommentar\nnamn;ort\nA;B\n",
        "select\n1\n",
        'namn;text\nA;"\nINSERT INTO t VALUES (1);\n"\n',
        "create table,b\n1,2\n",
        "",
    ],
)  # fmt: skip
def test_a_table_of_text_is_no_dump(text: str) -> None:
    assert sniff(text.encode()) == TEXT
    assert sniff(b"\xef\xbb\xbf" + text.encode()) == TEXT


@pytest.mark.parametrize(
    "text",
    [
        "INSERT INTO t VALUES (1);",
        "insert into t (a, b)\nvalues (1, 2);",
        "INSERT [dbo].[t] ([a]) VALUES (1)\nGO\n",
        "-- x\n/* y; */\n\nCREATE TABLE t (a int);\nINSERT INTO t VALUES (1);\n",
        "SET search_path = x;\nCOPY public.t (a) FROM stdin;\n1\n\\.\n",
        "\\restrict abc\nCREATE TABLE t (a int);\n",
        "/*!40101 SET NAMES utf8 */;\nREPLACE INTO `t` VALUES (1);\n",
        "PRAGMA foreign_keys=OFF;\nBEGIN TRANSACTION;\nCREATE TABLE t(a);\nCOMMIT;\n",
        "USE [x]\nGO\n/****** Object:  Table [dbo].[t] ******/\n",
        "--\n-- PostgreSQL database dump\n--\n",
    ],
)
def test_a_dump_is_one_in_any_encoding(text: str) -> None:
    for codec in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        assert sniff(text.encode(codec)) == SQL
    assert sniff(b"\xfe\xff" + text.encode("utf-16-be")) == SQL


def test_one_table_of_several_is_chosen(outcome_of: Callable[..., Any]) -> None:
    for size in (1, 1 << 22):
        outcome = outcome_of(TWO, chunk_bytes=size)
        assert (outcome.error, outcome.params["tables"]) == ("usage.several_tables", "a, b")
        for told in ("a", 1, "A"):
            outcome = outcome_of(TWO, table=told, chunk_bytes=size)
            assert outcome.rows == [(1, "p"), (2, "r")]
            assert outcome.facts.not_taken == {"other_tables": 1}
        assert outcome_of(TWO, table=2, chunk_bytes=size).rows == [("q",)]
        for told, names in (("c", "a, b"), (3, "a, b")):
            outcome = outcome_of(TWO, table=told, chunk_bytes=size)
            assert (outcome.error, outcome.params["tables"]) == ("usage.no_such_table", names)
        assert outcome_of(TWO, table="empty", chunk_bytes=size).error == "delivery.no_records"


def test_names_are_compared_as_the_dialect_does(outcome_of: Callable[..., Any]) -> None:
    begin = "SET standard_conforming_strings = on;\n"
    dump = begin + 'INSERT INTO s.T (a) VALUES (1);\nINSERT INTO "S"."T" (a) VALUES (2);\n'
    assert outcome_of(dump, table="s.t").rows == [("1",)]
    assert outcome_of(dump, table="S.T").rows == [("2",)]
    assert outcome_of(dump, table="t").rows == [("1",)]
    both = begin + "INSERT INTO r.t (a) VALUES (1);\nINSERT INTO s.t (a) VALUES (2);\n"
    outcome = outcome_of(both, table="t")
    assert (outcome.error, outcome.params["tables"]) == ("usage.several_tables", "r.t, s.t")
    server = "INSERT [dbo].[Tål] ([a]) VALUES (N'x')\nGO\n"
    assert outcome_of(server, table="DBO.TÅL").rows == [("x",)]


def test_a_name_that_could_be_a_person_s_is_a_number(outcome_of: Callable[..., Any]) -> None:
    dump = f'INSERT INTO "t{CANARY}" (a) VALUES (1);\nINSERT INTO u (a) VALUES (1);\n'
    outcome = outcome_of(dump)
    assert outcome.params["tables"] == "#1, u"
    outcome = outcome_of(f'INSERT INTO t ("{CANARY}") VALUES (1);\n')
    assert outcome.error == "delivery.unsafe_column_name"


def test_columns_are_those_of_the_statement_or_the_table(outcome_of: Callable[..., Any]) -> None:
    ddl = "CREATE TABLE t (a int, b int, c int);\n"
    dump = ddl + "INSERT INTO t (b, a) VALUES (1, 2);\nINSERT INTO t (a, b) VALUES (3, 4);\n"
    for size in (1, 1 << 22):
        outcome = outcome_of(dump, chunk_bytes=size)
        assert outcome.schema.names == ["b", "a"]
        assert outcome.rows == [(1, 2), (4, 3)]
        assert outcome_of(dump, chunk_bytes=size, chosen=["a"]).rows == [(2,), (3,)]
        other = outcome_of(dump + "INSERT INTO t (a, c) VALUES (1, 2);\n", chunk_bytes=size)
        assert (other.error, other.params["line"]) == ("delivery.sql_other_columns", 4)
        assert other.params["record"] == 4
    assert outcome_of("INSERT INTO t VALUES (1);\n").error == "delivery.sql_no_columns"
    twice = outcome_of("INSERT INTO t (a, a) VALUES (1, 2);\n")
    assert twice.error == "delivery.duplicate_column"


def test_rows_of_another_width_are_left_out(outcome_of: Callable[..., Any]) -> None:
    dump = "CREATE TABLE t (a int, b int);\nINSERT INTO t VALUES (1,2),\n(3),\n(4,5,6),\n(7,8);\n"
    outcome = outcome_of(dump)
    assert outcome.rows == [(1, 2), (7, 8)]
    assert outcome.numbers == [2, 5]
    assert outcome.rejects == [(3, 3, "record.too_few_values"), (4, 4, "record.too_many_values")]


GOOD = [
    ("bigint", "191212121212", 191212121212),
    ("bigint", "'-9223372036854775808'", -(2**63)),
    ("int", "+7", 7),
    ("decimal(10,2)", "12.50", "12.5"),
    ("decimal(10,2)", "-.50", "-0.5"),
    ("decimal(10,0)", "100", "100"),
    ("numeric", "1e3", "1000"),
    ("float", "1.5e3", 1500.0),
    ("double precision", "'NaN'", "nan"),
    ("boolean", "'t'", True),
    ("boolean", "FALSE", False),
    ("date", "'2020-02-29'", date(2020, 2, 29)),
    ("date", "DATE '2020-02-29'", date(2020, 2, 29)),
    ("date", "'2020-02-29 00:00:00.000'", date(2020, 2, 29)),
    ("timestamp", "'2020-02-29'", datetime(2020, 2, 29)),  # noqa: DTZ001
    ("timestamp", "'2020-02-29T01:02:03.1234560'", datetime(2020, 2, 29, 1, 2, 3, 123456)),  # noqa: DTZ001
    ("timestamp with time zone", "'2020-02-29 01:00:00+01:30'", datetime(2020, 2, 28, 23, 30, tzinfo=UTC)),
    ("timestamp with time zone", "'2020-02-29 01:00:00-02'", datetime(2020, 2, 29, 3, tzinfo=UTC)),
    ("time", "'12:30:00.500'", "12:30:00.5"),
    ("char(5)", "'ab   '", "ab"),
    ("char(5)", "'     '", None),
    ("varchar(5)", "'ab   '", "ab   "),
    ("varchar(5)", "''", None),
    ("varchar(5)", "12", "12"),
    ("int", "NULL", None),
    ("uuid", "'x'", "x"),
    ("integer[]", "'{1,2}'", "{1,2}"),
]  # fmt: skip
BAD = [
    ("int", "'x'"), ("int", "1.5"), ("bigint", "9223372036854775808"), ("decimal(3,1)", "'x'"),
    ("float", "'1,5'"), ("boolean", "2"), ("date", "'0000-00-00'"), ("date", "'2021-02-29'"),
    ("date", "'2020-01-01 10:00:00'"), ("date", "'infinity'"), ("timestamp", "'0000-00-00 00:00:00'"),
    ("timestamp", "'2020-01-01 00:00:00.1234567'"), ("timestamp", "'2020-01-01 00:00:00+01'"),
    ("timestamp with time zone", "'2020-01-01 00:00:00'"), ("time", "'x'"),
    ("timestamp with time zone", "'0001-01-01 00:00:00+01'"),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "value", "expected"), GOOD)
def test_a_value_is_of_its_column_s_type(
    read: Callable[..., Any], begin: dict[str, str], kind: str, value: str, expected: object
) -> None:
    dump = begin["postgresql"] + f"CREATE TABLE t (a {kind}, b int);\nINSERT INTO t VALUES "
    found = read(f"{dump}({value}, 1);\n").rows[0][0]
    assert (str(found) if expected == "nan" else found) == expected


@pytest.mark.parametrize(("kind", "value"), BAD)
def test_a_value_that_is_not_is_refused_with_its_place(
    outcome_of: Callable[..., Any], begin: dict[str, str], kind: str, value: str
) -> None:
    ddl = f"CREATE TABLE t (b varchar(9), a {kind});\n"
    dump = begin["postgresql"] + ddl + f"INSERT INTO t VALUES ('x', NULL),\n('y', {value});\n"
    outcome = outcome_of(dump)
    assert outcome.error == "delivery.sql_value"
    assert outcome.params | {"type": ""} == {
        "file": 1, "record": 3, "line": 5, "column": "a", "type": "",
    }  # fmt: skip
    assert outcome_of(dump, chosen=["b"]).rows == [("x",), ("y",)]


def test_binary_columns_are_refused_by_name_where_they_are_chosen(
    outcome_of: Callable[..., Any],
) -> None:
    dump = "CREATE TABLE `t` (`a` int, `b` longblob);\nINSERT INTO `t` VALUES (1, 0xFF);\n"
    outcome = outcome_of(dump)
    assert (outcome.error, outcome.params["column"]) == ("delivery.unsupported_type", "b")
    assert outcome_of(dump, chosen=["a"]).rows == [(1,)]


def test_types_of_other_dialects(read: Callable[..., Any], begin: dict[str, str]) -> None:
    server = begin["sqlserver"] + (
        "CREATE TABLE [dbo].[t]([a] [int] IDENTITY(1,1) NOT NULL, [b] [bit] NULL,\n"
        " [c] [datetime] NULL, [d] [datetimeoffset](7), [e] [money], [f] [nchar](5) COLLATE x,\n"
        " [g]  AS ([a]+(1)), CONSTRAINT [PK] PRIMARY KEY CLUSTERED ([a] ASC)) ON [PRIMARY]\nGO\n"
        "INSERT [dbo].[t] ([a], [b], [c], [d], [e], [f]) VALUES (1, 1,"
        " CAST(0x0000A5F600000000 AS DateTime), CAST(N'2020-01-01T00:00:00.0000000+01:00' AS"
        " DateTimeOffset), 1.5000, CONVERT([nchar](5), N'å    ', 121))\n"
    )
    outcome = read(server)
    assert outcome.rows == [
        (1, True, datetime(2016, 4, 28), datetime(2019, 12, 31, 23, tzinfo=UTC), "1.5", "å")  # noqa: DTZ001
    ]
    mysql = begin["mysql"] + (
        "CREATE TABLE `t` (`a` int(6) unsigned zerofill, `b` bit(1), `c` timestamp, `d` year(4),\n"
        " `e` enum('x','y') COMMENT ')', KEY `k` (`a`)) ENGINE=InnoDB;\n"
        "INSERT INTO `t` VALUES (000042,b'1','2020-01-01 00:00:00',2020,_utf8mb4'x'),"
        '(1,_binary \'\\0\',NULL,NULL,"y\\"");\n'
    )
    assert read(mysql).rows == [
        ("000042", True, datetime(2020, 1, 1), 2020, "x"),  # noqa: DTZ001
        ("1", False, None, None, 'y"'),
    ]


def test_how_strings_are_written_may_change(read: Callable[..., Any]) -> None:
    dump = (
        "SET standard_conforming_strings = off;\nINSERT INTO t (a) VALUES ('a\\'\\x41\\101\\n');\n"
        "SET standard_conforming_strings = on;\nINSERT INTO t (a) VALUES ('a\\');\n"
        "INSERT INTO t (a) VALUES (E'a\\'\\u00e5'), ($$it's$$), ('b'::varchar);\n"
    )
    expected = [("a'AA\n",), ("a\\",), ("a'å",), ("it's",), ("b",)]
    for size in (1, 1 << 22):
        assert read(dump, chunk_bytes=size).rows == expected
    mysql = (
        "/*!40101 SET SQL_MODE='NO_BACKSLASH_ESCAPES' */;\nINSERT INTO `t` (a) VALUES ('a\\');\n"
    )
    assert read(mysql).rows == [("a\\",)]


def test_the_encoding_is_the_one_that_the_dump_names(read: Callable[..., Any]) -> None:
    for said, codec in (("/*!40101 SET NAMES latin1 */;", "cp1252"),
                        ("SET client_encoding = 'LATIN1';", "iso8859-1"),
                        ("SET client_encoding = 'UTF8';", "utf-8")):  # fmt: skip
        outcome = read(f"{said}\nINSERT INTO t (a) VALUES ('å');\n".encode(codec))
        assert outcome.rows == [("å",)]
        assert (outcome.facts.encoding, outcome.facts.encoding_by) == (codec, "content")


def test_routines_and_their_bodies_are_passed(read: Callable[..., Any]) -> None:
    inside = "INSERT INTO t VALUES ('no');"
    dumps = [
        f"/*!40101 SET NAMES utf8 */;\nDELIMITER ;;\nCREATE TRIGGER x BEGIN {inside} END ;;\nDELIMITER ;\n",
        f"PRAGMA foreign_keys=OFF;\nCREATE TRIGGER x BEGIN {inside} {inside} END;\n",
        f"SET standard_conforming_strings = on;\nCREATE FUNCTION x() AS $a$ {inside} ' $a$;\n",
        f"SET standard_conforming_strings = on;\nCREATE FUNCTION x() BEGIN ATOMIC {inside} END;\n",
        f"SET ANSI_NULLS ON\nGO\nCREATE PROC x AS\n{inside}\nINSERT INTO t VALUES ('no')\nGO\n",
    ]
    for dump in dumps:
        for size in (1, 1 << 22):
            whole = dump + "INSERT INTO t (a) VALUES ('yes');\n"
            assert read(whole, chunk_bytes=size).rows == [("yes",)]


PLANTED = [
    f"-- {CANARY}\n", f"/* {CANARY} */\n", f"UPDATE s SET a = '{CANARY}';\n",
    f"INSERT INTO s (a) VALUES ('{CANARY}');\n", f"COMMENT ON COLUMN t.a IS '{CANARY}';\n",
    f"CREATE TABLE s (a int DEFAULT '{CANARY}', \"x{CANARY}\" int);\n",
]  # fmt: skip
ENDS = [
    "INSERT INTO t VALUES ('{0}', f('{0}'));\n", "INSERT INTO t VALUES ('{0}', '{0}\n",
    "INSERT INTO t VALUES ('{0}', 1),('x', '{0}');\n", "INSERT INTO t SELECT '{0}';\n",
    "\\! {0}\n", "INSERT INTO t VALUES ('{0}', {0});\n", "/* {0}", "INSERT INTO t VALUES ('{0}'",
    "COPY t FROM '{0}';\n", "INSERT INTO t VALUES ('{0}', '\0');\n",
    "CREATE TABLE q (a int);\nINSERT INTO \"{0}\" VALUES (1);\nINSERT INTO t VALUES ('',1);\n",
]  # fmt: skip


@pytest.mark.parametrize("end", ENDS)
def test_no_error_shows_a_value(write: Callable[..., Path], end: str) -> None:
    ddl = f"CREATE TABLE t (a varchar(20) COMMENT '{CANARY}', b int);\n"
    dump = "".join(PLANTED) + ddl + end.format(CANARY)
    told = [{"table": "t"}, {"table": "t", "chunk_bytes": 3}] if "CREATE" not in end else []
    for options in (*told, {}):
        with pytest.raises(PseudoError) as caught:
            _consume(write(dump), **options)
        error = caught.value
        seen = [
            str(error),
            error.text("sv"),
            repr(vars(error)),
            *traceback.format_exception(error),
        ]
        assert CANARY not in "".join(seen).replace("-", "-")
        assert CANARY.replace("-", "") not in "".join(seen)
        assert error.__cause__ is None
        assert error.__context__ is None


def _consume(path: Path, **options: Any) -> None:
    with closing(open_source(path, 1, ReadOptions(**options))) as source:
        for _ in records_of(source):
            pass


def test_what_is_planted_elsewhere_is_in_no_batch(
    write: Callable[..., Path], read: Callable[..., Any]
) -> None:
    ddl = f"CREATE TABLE t (a varchar(20) COMMENT '{CANARY}', b int);\n"
    dump = "".join(PLANTED) + ddl + f"INSERT INTO t VALUES ('x', 1) /* {CANARY} */;\n"
    outcome = read(dump, table="t")
    assert outcome.rows == [("x", 1)]
    assert outcome.facts.not_taken == {"statements": 2, "other_tables": 1}
    assert CANARY not in repr((outcome.facts, outcome.schema))
    with closing(open_source(write(dump), 1, ReadOptions(table="t"))) as source:
        assert CANARY not in repr((source, list(source)))
        assert source.schema == pa.schema([("a", pa.string()), ("b", pa.int64())])
