# SPDX-License-Identifier: Apache-2.0
"""What a dump does to rows that stand before it: refused, for nothing of it is executed."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.io.sqldump.conftest import BEGIN

ROWS = "INSERT INTO t VALUES ('1','a'),('2','b');\n"
CREATE = "CREATE TABLE t (x varchar(9), y varchar(9));\n"

CHANGES = {
    "DELETE FROM t WHERE x='1';": "DELETE",
    "delete /* one */ from public.t;": "DELETE",
    "DELETE LOW_PRIORITY QUICK FROM `t` WHERE 1;": "DELETE",
    "DELETE t;": "DELETE",
    "UPDATE t SET x='2';": "UPDATE",
    'UPDATE ONLY "t" SET x=1;': "UPDATE",
    "TRUNCATE t;": "TRUNCATE",
    "TRUNCATE TABLE ONLY t;": "TRUNCATE",
    "DROP TABLE t;": "DROP",
    "DROP TABLE IF EXISTS t;": "DROP",
    "ALTER TABLE t RENAME TO u;": "ALTER",
    "ALTER TABLE t RENAME COLUMN x TO z;": "ALTER",
    "ALTER TABLE ONLY t DROP COLUMN x;": "ALTER",
    "ALTER TABLE t DROP x;": "ALTER",
    "ALTER TABLE t ADD z int, DROP COLUMN x;": "ALTER",
    "ROLLBACK;": "ROLLBACK",
    "ROLLBACK; -- due to errors": "ROLLBACK",
    "rollback to savepoint a;": "ROLLBACK",
}
"""Statements behind the rows of a table, and what is said of them."""

HARMLESS = [
    "DELETE FROM sqlite_sequence;",
    "DELETE FROM other;",
    "DELETE FROM other.t_old;",
    "UPDATE u SET x = (SELECT x FROM t);",
    "DROP TABLE IF EXISTS u;",
    "DROP INDEX t;",
    "TRUNCATE u;",
    "ALTER TABLE t OWNER TO ROLLBACK;",
    "ALTER TABLE ONLY t ADD CONSTRAINT k PRIMARY KEY (x);",
    "ALTER TABLE t ALTER COLUMN x DROP DEFAULT;",
    "ALTER TABLE t DROP CONSTRAINT k;",
    "ALTER TABLE t DROP PRIMARY KEY, ADD KEY (x);",
    "ALTER TABLE t RENAME INDEX a TO b;",
    "ALTER TABLE t MODIFY x varchar(20);",
    "COMMIT;",
]


@pytest.mark.parametrize("change", CHANGES)
def test_what_changes_rows_before_it_refuses_the_dump(
    outcome_of: Callable[..., Any], change: str
) -> None:
    found = outcome_of((BEGIN["postgresql"] + CREATE + ROWS + change + "\n").encode())
    assert found.error == "delivery.sql_refused"
    assert found.params["what"] == CHANGES[change]
    assert (found.params["record"], found.params["line"]) == (4, 5)


@pytest.mark.parametrize("change", HARMLESS)
def test_what_changes_none_of_them_is_passed_over(
    outcome_of: Callable[..., Any], change: str
) -> None:
    found = outcome_of((BEGIN["postgresql"] + CREATE + ROWS + change + "\n").encode())
    assert found.error == ""
    assert found.rows == [("1", "a"), ("2", "b")]


@pytest.mark.parametrize("change", [*CHANGES, *HARMLESS])
def test_before_the_rows_every_change_is_harmless(
    outcome_of: Callable[..., Any], change: str
) -> None:
    found = outcome_of((BEGIN["postgresql"] + CREATE + change + "\n" + ROWS).encode())
    assert found.error == ""
    assert found.rows == [("1", "a"), ("2", "b")]
