# SPDX-License-Identifier: Apache-2.0
"""Addresses of databases: no password gets in, wherever it is put."""

from __future__ import annotations

import pytest

from pseudo.errors import PseudoError
from pseudo.io.database_engine import backend_of, engine_of

SECRET = "hemligt-ord"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql+psycopg://u:{SECRET}@localhost/x",
        f"postgresql+psycopg://u@localhost/x?password={SECRET}",
        f"postgresql+psycopg://u@localhost/x?host=/tmp&PASSWORD={SECRET}",
        f"postgresql+psycopg://u@localhost/x?sslpassword={SECRET}",
        f"postgresql+psycopg://u@/x?options=a&options=password%3D{SECRET}",
        f"mssql+pyodbc:///?odbc_connect=DRIVER%3Dx%3BUID%3Du%3B+PWD+%3D{SECRET}",
        f"mssql+pyodbc://u@h/x?pwd={SECRET}",
        f"mysql+pymysql://u@h/x?passwd={SECRET}",
    ],
)
def test_a_password_is_refused_and_not_repeated(url: str) -> None:
    with pytest.raises(PseudoError) as caught:
        engine_of(url)
    assert caught.value.code == "usage.password_in_database"
    assert caught.value.__context__ is None
    assert SECRET not in str(caught.value) + caught.value.text("sv")


def test_other_options_are_let_through() -> None:
    url = "postgresql+psycopg://u@/x?host=/tmp&passfile=/etc/pgpass&application_name=pwdless"
    assert engine_of(url).url.query["passfile"] == "/etc/pgpass"


@pytest.mark.parametrize("url", ["", "personer", f"://u:{SECRET}@", "oracle+inget://u@h/x"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(PseudoError) as caught:
        engine_of(url)
    assert caught.value.code == "usage.bad_database"


def test_the_kind_of_a_database_is_known_without_its_driver() -> None:
    assert [backend_of(url) for url in ("mysql+inget://h/x", "sqlite:///a", "x")] == [
        "mysql",
        "sqlite",
        "",
    ]
