# SPDX-License-Identifier: Apache-2.0
"""Names and values that a database cannot hold are refused by name, and never by value."""

from __future__ import annotations

import math
from collections.abc import Callable

import pyarrow as pa
import pytest
from sqlalchemy.dialects import mssql
from sqlalchemy.schema import Column, CreateTable, MetaData, Table

from pseudo.errors import PseudoError
from pseudo.io.loading import fitting
from pseudo.io.loading.fitting import LIMITS, check_names, check_values
from pseudo.io.loading.types import sql_type
from pseudo.testing import assert_clean
from pseudo.testing.canaries import CANARY_TEXTS

SURNAME = CANARY_TEXTS["surname"]


def refused(act: Callable[[], None]) -> str:
    with pytest.raises(PseudoError) as caught:
        act()
    error = caught.value
    assert error.__context__ is None
    assert_clean(told="".join([str(error), error.text("sv"), error.hint("sv"), repr(error)]))
    return error.code


LONG = "a" * 64
PERSON = "195803179869"


@pytest.mark.parametrize(
    ("database", "schema", "table", "columns", "code"),
    [
        ("postgresql", None, "t", [LONG], "load.name_too_long"),
        ("postgresql", None, "t", ["å" * 32], "load.name_too_long"),
        ("postgresql", None, "a" * 55, ["a"], "load.name_too_long"),
        ("postgresql", LONG, "t", ["a"], "load.name_too_long"),
        ("mssql", None, "t", ["😀" * 65], "load.name_too_long"),
        ("sqlite", None, "t", ["Kön", "kön"], "load.names_alike"),
        ("mssql", None, "t", ["ÅR", "år"], "load.names_alike"),
        ("sqlite", None, "SQLite_x", ["a"], "load.name_reserved"),
        ("postgresql", None, "t", ["a", "ctid"], "load.name_reserved"),
        ("postgresql", None, "t", [f"c{n}" for n in range(1601)], "load.too_many_columns"),
        ("sqlite", None, "t", [f"c{n}" for n in range(2001)], "load.too_many_columns"),
        ("sqlite", None, "", ["a"], "load.bad_name"),
        ("sqlite", None, " ", ["a"], "load.bad_name"),
        ("sqlite", None, "a\0b", ["a"], "load.bad_name"),
        ("postgresql", None, "t", ["a\nb"], "load.bad_name"),
        ("postgresql", "\udcff", "t", ["a"], "load.bad_name"),
        ("postgresql", None, f"t{PERSON}", ["a"], "load.bad_name"),
        ("postgresql", PERSON, "t", ["a"], "load.bad_name"),
        ("postgresql", None, "t", [f"{PERSON[:8]}-{PERSON[8:]}"], "load.bad_name"),
    ],
)
def test_a_name_that_does_not_fit_is_refused(
    database: str, schema: str | None, table: str, columns: list[str], code: str
) -> None:
    assert refused(lambda: check_names(database, schema, table, columns)) == code


def test_names_that_fit_are_let_through() -> None:
    check_names("postgresql", "s" * 63, "t" * 54, ["a" * 63, "å" * 31, "Kön", "kön", "a b%"])
    check_names("sqlite", None, "t", ["ÅR", "år", "ctid", "a" * 64, "antal\u00a0barn"])
    check_names("mssql", None, "t" * 119, ["å" * 128])


@pytest.mark.parametrize("database", LIMITS)
def test_a_text_with_a_zero_character_is_refused_wherever_it_stands(database: str) -> None:
    for text in (f"{SURNAME}\0", f"\0{SURNAME}", f"{SURNAME}\0{SURNAME}"):
        texts = pa.array(["a", None, text, SURNAME])
        block = pa.record_batch({"x": pa.array([1, 2, 3, 4]), "namn": texts})
        assert refused(lambda block=block: check_values(database, block)) == "load.text_with_nul"
    # What lies behind a slice or a null is nobody's.
    check_values(database, block.slice(3))


def test_a_text_that_is_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    small = {"postgresql": LIMITS["postgresql"]._replace(text=20)}
    monkeypatch.setattr(fitting, "LIMITS", small)
    block = pa.record_batch({"namn": pa.array(["å" * 10, None])})
    check_values("postgresql", block)
    block = pa.record_batch({"namn": pa.array(["a", "å" * 10 + "!"])})
    assert refused(lambda: check_values("postgresql", block)) == "load.text_too_long"


@pytest.mark.parametrize(
    ("database", "value", "fits"),
    [
        ("postgresql", math.nan, True),
        ("postgresql", -math.inf, True),
        ("sqlite", math.nan, False),
        ("sqlite", math.inf, True),
        ("mssql", math.nan, False),
        ("mssql", -math.inf, False),
    ],
)
def test_numbers_that_are_none_are_refused_where_they_would_change(
    database: str, value: float, fits: bool
) -> None:
    block = pa.record_batch({"lön": pa.array([None, 1.0, value])})
    if fits:
        check_values(database, block)
    else:
        assert refused(lambda: check_values(database, block)) == "load.no_number"


def test_sql_server_gets_types_that_hold_every_value() -> None:
    kinds = {
        "text": pa.string(),
        "heltal": pa.int64(),
        "tal": pa.float64(),
        "ja": pa.bool_(),
        "dag": pa.date32(),
        "tid": pa.timestamp("us"),
        "zon": pa.timestamp("us", "UTC"),
    }
    columns = [Column(name, sql_type("mssql", kind)) for name, kind in kinds.items()]
    made = str(CreateTable(Table("t", MetaData(), *columns)).compile(dialect=mssql.dialect()))
    assert [line.strip(" ,\t") for line in made.strip().splitlines()[1:-1]] == [
        "text NVARCHAR(max) NULL",
        "heltal BIGINT NULL",
        "tal DOUBLE PRECISION NULL",
        "ja BIT NULL",
        "dag DATE NULL",
        "tid DATETIME2(6) NULL",
        "zon DATETIMEOFFSET(6) NULL",
    ]
