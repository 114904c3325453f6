# SPDX-License-Identifier: Apache-2.0
"""Dumps that are broken or mean harm: refused, with a code and a place, and nothing runs."""

from __future__ import annotations

import os
from collections.abc import Callable
from typing import Any

import pytest

DIALECTS = ("postgresql", "mysql", "sqlite", "sqlserver", "")
_LONG = 10_000_000 if os.environ.get("PSEUDO_TEST_FULL") else 50_000
TABLE = "CREATE TABLE t (a varchar(20), b varchar(20));\n"

COMMANDS = [
    ("\\! touch /tmp/x", "\\!"),
    ("\\copy t FROM 'x'", "\\copy"),
    ("\\i /etc/passwd", "\\i"),
    ("\\o |cat", "\\"),
    ("COPY t FROM PROGRAM 'id';", "COPY … PROGRAM"),
    ("COPY t (a, b) FROM PROGRAM 'id';", "COPY … PROGRAM"),
    ("COPY t FROM '/etc/passwd';", "COPY … FROM 'file'"),
    ("COPY t TO '/etc/passwd';", "COPY … FROM 'file'"),
    ("COPY t FROM stdin WITH (FORMAT csv);\n1,2\n\\.", "COPY … FROM STDIN WITH"),
    ("LOAD DATA LOCAL INFILE '/etc/passwd' INTO TABLE t;", "LOAD DATA"),
    ("SELECT LOAD_FILE('/etc/passwd');", "LOAD_FILE()"),
    ("SELECT 1 INTO OUTFILE '/tmp/x';", "INTO OUTFILE"),
    ("SELECT load_extension('x');", "load_extension()"),
    ("EXEC master..xp_cmdshell 'dir';", "xp_cmdshell"),
    ("EXECUTE sys.xp_cmdshell 'dir';", "xp_cmdshell"),
    ("BULK INSERT t FROM 'c:\\x';", "BULK INSERT"),
    (".shell id", "."),
    (":r c:\\x.sql", ":"),
    ("!! dir", "!!"),
    ("source /etc/passwd;", "source"),
    ("system id;", "system"),
    ("/*!40000 INSERT INTO t VALUES ('a','b') */;", "/*! INSERT */"),
    ("MERGE INTO t USING s ON 1 = 1;", "MERGE"),
    ("INSERT INTO t SELECT 'a', 'b';", "INSERT … SELECT"),
    ("INSERT INTO t (a, b) SELECT a, b FROM s;", "INSERT … SELECT"),
    ("INSERT INTO t EXEC p;", "INSERT … EXEC"),
    ("INSERT INTO t SET a = 'b';", "INSERT … SET"),
    ("INSERT INTO t DEFAULT VALUES;", "INSERT"),
    ("INSERT INTO t VALUES ROW('a','b');", "VALUES …"),
]
VALUES = [
    ("LOAD_FILE('/etc/passwd')", "LOAD_FILE()"),
    ("now()", "f(…)"),
    ("(SELECT a FROM s)", "(…)"),
    ("1 + 1", "VALUES (…)"),
    ("'a' 'b'", "VALUES (…)"),
    ("x", "VALUES (name)"),
    ("@x", "VALUES (…)"),
    ("X'4142'", "0x…"),
    ("0x4142", "0x…"),
    ("b'0101'", "b'…'"),
    ("CAST(now() AS char(3))", "f(…)"),
    ("CAST('abc' AS char(2))", "CAST(…)"),
    ("CAST('12.5' AS int)", "CAST(…)"),
    ("CAST(1.55 AS decimal(5, 1))", "CAST(…)"),
    ("CAST('abc' AS binary)", "CAST(…)"),
    ("CAST('abc')", "CAST(…)"),
    ("(((('a'))))", "(…)"),
    ("((((('a')))))", "((…))"),
    ("", "(,)"),
]


@pytest.mark.parametrize(("command", "what"), COMMANDS)
def test_what_a_program_would_carry_out_is_refused(
    outcome_of: Callable[..., Any], begin: dict[str, str], command: str, what: str
) -> None:
    for dialect, size in zip(DIALECTS, (3, 1 << 22, 17, 1 << 22, 64), strict=True):
        dump = begin[dialect] + TABLE + f"INSERT INTO t VALUES ('x','y');\n{command}\n"
        outcome = outcome_of(dump, chunk_bytes=size)
        line = dump.count("\n", 0, dump.index(command)) + 1
        assert outcome.error == "delivery.sql_refused"
        assert outcome.params == {"file": 1, "record": 3, "line": line, "what": what}


@pytest.mark.parametrize(("value", "what"), VALUES)
def test_a_value_that_would_be_computed_is_refused(
    outcome_of: Callable[..., Any], begin: dict[str, str], value: str, what: str
) -> None:
    for dialect in DIALECTS:
        if (value, dialect) == ("b'0101'", "postgresql"):
            continue  # A string of bits is a text there.
        dump = begin[dialect] + TABLE + f"INSERT INTO t VALUES ('x','y'),\n\n ('y', {value});\n"
        outcome = outcome_of(dump)
        assert outcome.error == "delivery.sql_refused"
        assert outcome.params["what"] == what
        assert outcome.params["record"] == 3
        assert outcome.params["line"] == dump[: dump.index("('y'")].count("\n") + 1


@pytest.mark.parametrize("size", [1, 1 << 22])
@pytest.mark.parametrize(
    ("end", "code", "line"),
    [
        ("INSERT INTO t VALUES ('a','b'),\n('c', 'd", "unclosed_quote", 1),
        ("INSERT INTO t VALUES ('a','b'),\n('c', 'd'", "sql_cut", None),
        ("INSERT INTO t VALUES ('a','b'),\n", "sql_cut", None),
        ("INSERT INTO t VALUES ('a','b')\n/* never", "sql_unclosed", 1),
        ("INSERT INTO t VALUES ('a',\n/* never", "sql_unclosed", 1),
        ("INSERT INTO t VALUES", "sql_cut", None),
        ("UPDATE u SET a = 'x\n", "unclosed_quote", 0),
        ('UPDATE u SET a = "x\n', "unclosed_quote", 0),
        ("/* never\n closed", "sql_unclosed", 0),
        ("INSERT INTO s VALUES ('a', 'b", "unclosed_quote", 0),
    ],
)
def test_what_is_never_closed_is_refused(
    outcome_of: Callable[..., Any], begin: dict[str, str], size: int, end: str, code: str,
    line: int | None,
) -> None:  # fmt: skip
    for dialect in DIALECTS:
        dump = begin[dialect] + TABLE + "INSERT INTO t VALUES ('x','y');\n"
        outcome = outcome_of(dump + end, chunk_bytes=size, table="t")
        assert outcome.error == f"delivery.{code}"
        if line is not None:
            assert outcome.params["line"] == dump.count("\n") + 1 + line


@pytest.mark.parametrize("dialect", ["postgresql", "mysql", "sqlite"])
def test_a_statement_without_its_end_is_refused(
    outcome_of: Callable[..., Any], begin: dict[str, str], dialect: str
) -> None:
    dump = begin[dialect] + TABLE + "INSERT INTO t VALUES ('x','y')"
    assert outcome_of(dump).error == "delivery.sql_cut"
    assert outcome_of(dump + ";\nDROP TABLE s").error == "delivery.sql_cut"


def test_lines_without_their_end_are_refused(
    outcome_of: Callable[..., Any], begin: dict[str, str]
) -> None:
    dump = begin["postgresql"] + TABLE + "COPY t (a, b) FROM stdin;\na\tb\n"
    for end in ("", "c\td", "c\td\n", "\\", "\\\\.\n"):
        for size in (1, 1 << 22):
            assert outcome_of(dump + end, chunk_bytes=size).error == "delivery.sql_cut"
    assert outcome_of(dump.replace(" t ", " s ") + "c\td", table="t").error == "delivery.sql_cut"


@pytest.mark.parametrize(
    ("begins", "ends"),
    [
        (
            "--\n-- PostgreSQL database dump\n--\n",
            "--\n-- PostgreSQL database dump complete\n--\n",
        ),
        ("-- MySQL dump 10.13\n", "-- Dump completed on 2026-01-01\n"),
        ("-- MariaDB dump 10.19\n", "-- Dump completed\n"),
        ("BEGIN TRANSACTION;\n", "COMMIT;\n"),
    ],
)
def test_a_dump_whose_program_did_not_end_is_refused(
    outcome_of: Callable[..., Any], begins: str, ends: str
) -> None:
    dump = begins + TABLE + "INSERT INTO t VALUES ('x','y');\n"
    assert outcome_of(dump + ends).rows == [("x", "y")]
    assert outcome_of(dump).error == "delivery.sql_cut"
    assert outcome_of(dump + "ROLLBACK; -- due to errors\n").error == "delivery.sql_refused"


@pytest.mark.parametrize("size", [7, 1 << 22])
def test_a_backslash_that_nobody_explains_is_refused(
    outcome_of: Callable[..., Any], begin: dict[str, str], size: int
) -> None:
    for text in (r"a\b", "\\", r"it\'s"):
        dump = begin[""] + TABLE + f"INSERT INTO t VALUES ('x','y'),\n('{text}','b');\n"
        outcome = outcome_of(dump, chunk_bytes=size)
        assert outcome.error == "delivery.sql_backslash"
        assert (outcome.params["record"], outcome.params["line"]) == (3, 4)
        skipped = (
            begin[""] + TABLE + f"UPDATE s SET a = '{text}';\nINSERT INTO t VALUES ('','');\n"
        )
        assert outcome_of(skipped, chunk_bytes=size).error == "delivery.sql_backslash"


@pytest.mark.parametrize("size", [1, 64, 1 << 22])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_zero_bytes_and_bytes_of_no_encoding_have_a_place(
    outcome_of: Callable[..., Any], begin: dict[str, str], dialect: str, size: int
) -> None:
    dump = (begin[dialect] + TABLE + "INSERT INTO t VALUES ('x','y'),\n('å").encode()
    lines = dump.count(b"\n") + 1
    for bad, code in ((b"\0", "nul_byte"), (b"\xe5", "undecodable")):
        outcome = outcome_of(dump + bad + b"','b');\n", chunk_bytes=size, encoding="utf-8")
        assert outcome.error == f"delivery.{code}"
        assert (outcome.params["record"], outcome.params["line"]) == (3, lines)


@pytest.mark.parametrize("size", [50, 1 << 22])
@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_row_may_not_be_longer_than_the_limit(
    outcome_of: Callable[..., Any], begin: dict[str, str], dialect: str, size: int
) -> None:
    longest = "('" + "x" * 90 + "','y')"
    dump = begin[dialect] + TABLE + f"INSERT INTO t VALUES ('x','y'),\n{longest};\n"
    assert len(outcome_of(dump, chunk_bytes=size, longest_record=len(longest)).rows) == 2
    for cut in (len(dump), len(dump) - 3):
        outcome = outcome_of(dump[:cut], chunk_bytes=size, longest_record=len(longest) - 1)
        if cut == len(dump):
            assert outcome.error == "delivery.record_too_long"
            assert outcome.params["record"] == 3


def test_a_line_may_not_be_longer_than_the_limit(
    outcome_of: Callable[..., Any], begin: dict[str, str]
) -> None:
    dump = begin["postgresql"] + TABLE + f"COPY t (a, b) FROM stdin;\na\tb\n{'x' * 90}\tb\n\\.\n"
    for size in (1, 1 << 22):
        assert len(outcome_of(dump, chunk_bytes=size, longest_record=92).rows) == 2
        outcome = outcome_of(dump, chunk_bytes=size, longest_record=91)
        assert (outcome.error, outcome.params["record"]) == ("delivery.record_too_long", 3)


@pytest.mark.parametrize(
    "filler",
    ["\\", "(", "'", "/*", "-", "$", "$a$", "[", "E'\\'", "''", "`", '"', "\n", "\r\nGO\r\n", ";",
     "INSERT INTO s VALUES (", "),(", "/*!"],
)  # fmt: skip
def test_much_of_anything_ends_soon(
    outcome_of: Callable[..., Any], begin: dict[str, str], filler: str
) -> None:
    for dialect in DIALECTS:
        for before in (
            f"INSERT INTO t VALUES ('x','y'),\n({filler}",
            f"UPDATE s SET a = {filler}",
        ):
            dump = begin[dialect] + TABLE + before + filler * (_LONG // len(filler))
            outcome = outcome_of(
                dump, longest_record=_LONG // 2, chunk_bytes=_LONG // 4, table="t"
            )
            assert outcome.error.startswith("delivery.")


@pytest.mark.parametrize("dialect", DIALECTS)
def test_a_dump_may_be_cut_anywhere(
    outcome_of: Callable[..., Any], begin: dict[str, str], dialect: str
) -> None:
    rows = [f"('a{number}', 'it''s; -- /* {number}')" for number in range(9)]
    dump = begin[dialect] + TABLE + "INSERT INTO t VALUES " + ",\n".join(rows[:5]) + ";\n"
    dump += "".join(f"INSERT INTO t (a, b) VALUES {row};\n" for row in rows[5:])
    whole = outcome_of(dump)
    assert len(whole.rows) == 9
    for percent in range(60):
        cut = len(dump) - len(dump) * percent // 100
        outcomes = [outcome_of(dump[:cut], chunk_bytes=size) for size in (5, 1 << 22)]
        assert all(outcome == outcomes[0] for outcome in outcomes)
        for outcome in outcomes:
            assert outcome.error or outcome.rows == whole.rows[: len(outcome.rows)]


def test_other_tables_may_have_anything(read: Callable[..., Any], begin: dict[str, str]) -> None:
    for dialect in DIALECTS:
        dump = begin[dialect] + TABLE
        dump += "INSERT INTO s SELECT now();\nINSERT INTO s (x) VALUES (now(), (((((((1)))))));\n"
        dump += "INSERT INTO t VALUES ('x','y');\nINSERT INTO s VALUES (LOAD_FILE('x'));\n"
        outcome = read(dump, table="t")
        assert outcome.rows == [("x", "y")]
